"""When Python looks for garbage.

Kallithea is a thousand modules that stay to the end: to look for garbage among them while they are
imported, and once more before the process ends, takes a fifth of a short run.
"""

from __future__ import annotations

import gc

#: New objects after which Python looks for garbage; 700 by default. All imports together make fewer than
#: the first number; what a long run leaves of each step soon comes to the second.
_WHILE_LOADING, _AFTERWARDS = 500_000, 50_000


def while_loading() -> None:
    """From the start: what comes into being stays."""
    gc.set_threshold(_WHILE_LOADING)


def once_loaded() -> None:
    """What is there by now stays, and is not looked at again; to be called as often as one likes."""
    if gc.get_threshold()[0] == _WHILE_LOADING:
        gc.freeze()
        gc.set_threshold(_AFTERWARDS)


def at_the_end() -> None:
    """The process ends: nothing need be freed."""
    gc.freeze()
