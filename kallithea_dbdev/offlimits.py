"""What a script does not reach through Python's own functions while we run it: a terminal, the repositories
of the site whose copy it runs on (there is no copy of them), and the files of the database that was copied.

Python tells an audit hook of a file before it is opened, made, moved or removed (PEP 578). A hook stays
for as long as the process does, so there is one, which looks only while something is off limits.
Programs that a script starts and code in C are not seen.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Iterable, Iterator, List, Tuple

#: Where who asks for a password looks for somebody, whatever standard input is.
_TERMINAL = "/dev/tty"

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_HERE = -1
_ITSELF = True

#: Event -> its paths: the position of one, that of the open folder that it is in (_HERE: the working
#: folder), and whether it is meant itself and not what a link leads to.
_CHANGES: Dict[str, Tuple[Tuple[int, int, bool], ...]] = {
    "os.chmod": ((0, 2, False),),
    "os.chown": ((0, 3, False),),
    "os.link": ((1, 3, _ITSELF),),
    "os.mkdir": ((0, 2, _ITSELF),),
    "os.remove": ((0, 1, _ITSELF),),
    "os.rename": ((0, 2, _ITSELF), (1, 3, _ITSELF)),
    "os.rmdir": ((0, 1, _ITSELF),),
    "os.symlink": ((1, 2, _ITSELF),),
    "os.truncate": ((0, _HERE, False),),
    "os.utime": ((0, 3, False),),
}

_Refusal = Callable[[str, Tuple[Any, ...]], None]
_refusals: List[_Refusal] = []


def no_repositories(folders: Iterable[str]) -> ContextManager[None]:
    """While this lasts nothing in these folders is made, changed or removed: PermissionError."""
    return _unchanged(folders, "a migration may not write to repositories")


def no_original(files: Iterable[Path]) -> ContextManager[None]:
    """While this lasts these files of the configured database are not made, changed or removed:
    PermissionError. A library in C that opens them is not seen."""
    return _unchanged(map(str, files), "a migration may not write to the configured database")


@contextmanager
def _unchanged(places: Iterable[str], words: str) -> Iterator[None]:
    roots = tuple(os.path.realpath(place) for place in places)

    def refuse(event: str, arguments: Tuple[Any, ...]) -> None:
        for path in _changed(event, arguments):
            for root in roots:
                above = os.path.commonpath((path, root))
                # What is in a folder goes with it.
                if above == root or (above == path and event == "os.rename"):
                    raise PermissionError(errno.EACCES, words, path)

    with _refusing(refuse):
        yield


@contextmanager
def no_terminal() -> Iterator[None]:
    """While this lasts nobody can be asked: OSError, as in a process without a terminal."""

    def refuse(event: str, arguments: Tuple[Any, ...]) -> None:
        if event == "open" and arguments[0] == _TERMINAL:
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO), _TERMINAL)

    with _refusing(refuse):
        yield


@contextmanager
def _refusing(refusal: _Refusal) -> Iterator[None]:
    _install_hook()
    _refusals.append(refusal)
    try:
        yield
    finally:
        _refusals.remove(refusal)


@cache
def _install_hook() -> None:
    def look(event: str, arguments: Tuple[Any, ...]) -> None:
        if event == "open" or event in _CHANGES:
            for refuse in tuple(_refusals):
                refuse(event, arguments)

    sys.addaudithook(look)


def _changed(event: str, arguments: Tuple[Any, ...]) -> Iterator[str]:
    """What is about to be changed: whole paths."""
    if event == "open":
        if arguments[2] & _WRITING:
            yield from _whole(arguments[0], _HERE, itself=False)
        return
    for position, folder, itself in _CHANGES[event]:
        descriptor = _HERE if folder == _HERE else arguments[folder]
        yield from _whole(arguments[position], descriptor, itself)


def _whole(path: Any, descriptor: int, itself: bool) -> Iterator[str]:
    """The path with all links followed, the last one only if not ``itself``; none of what is open already."""
    if isinstance(path, int):
        return
    folder = "" if descriptor == _HERE else f"/proc/self/fd/{descriptor}"
    whole = Path(folder, os.fsdecode(path))
    yield os.path.realpath(whole.parent) + f"/{whole.name}" if itself else os.path.realpath(whole)
