"""Kallithea: the one that is imported, and other changesets of a checkout in processes of their own.

Nobody else imports Kallithea.
"""
