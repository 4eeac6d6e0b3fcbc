"""When Python looks for garbage, and what it need not clear.

Kallithea is a thousand modules that stay to the end: to look for garbage among them while they are
imported, and to take them apart before the process ends, takes a fifth of a short run.
"""

from __future__ import annotations

import atexit
import gc
import sys
import threading
from os import _exit as leave_at_once  # foreign code may find another one in its place
from pathlib import Path

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


def at_the_end(status: int) -> None:
    """End the process with this exit status as Python does, but for taking apart what its end takes along.

    Returns where somebody else than the executable has called the command: what comes then is theirs.
    """
    gc.freeze()
    if Path(sys.argv[0]).name != "gearbox":
        return
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        return  # Python tells what became of the streams
    leave_at_once(status)
