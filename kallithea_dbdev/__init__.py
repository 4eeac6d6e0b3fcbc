"""Throwaway databases, migration drafts and migration proofs for Kallithea developers.

Licensed under the GNU General Public License, version 3, like Kallithea itself.
"""

__version__ = "0.1.0"
