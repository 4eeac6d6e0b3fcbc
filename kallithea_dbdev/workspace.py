"""A private folder for one run, and locks: the places where nothing may be left behind.

A workspace holds copies of databases, so it is readable by its owner alone. It is removed on
every way out; what a killed run left is removed by the next one (the lock on it is then free).
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Callable, Dict, Iterator, Optional, TextIO, Tuple, Type

from .causes import about
from .folders import PREFIX, clear_dead, locked_folder, usual_place
from .signals import uninterrupted

_LOCK_POLL_SECONDS = 0.1

#: Folders that this process has locked: (device, inode) -> how often.
_held: Dict[Tuple[int, int], int] = {}


class Workspace:
    """A context manager: ``path`` is a new folder, mode 0700, removed at the end.

    ``defer`` registers work for the end; it runs in reverse order, also after an exception. ``inside``: the
    folder of another one, which outlives it; nobody else finds it there.
    """

    def __init__(self, inside: Optional["Workspace"] = None) -> None:
        self.path = Path()
        self._inside = inside
        self._stack = ExitStack()

    def __enter__(self) -> "Workspace":
        if self._inside is None:
            clear_dead()
        try:
            with uninterrupted():
                place = self._inside.path if self._inside else usual_place()
                self.path = self._stack.enter_context(locked_folder(place, PREFIX)).path
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        with uninterrupted():
            self._stack.__exit__(kind, error, traceback)

    def defer(self, callback: Callable[[], object]) -> None:
        """Call this at the end, before the folder goes. The end is not interrupted."""
        self._stack.callback(callback)


def write_whole(path: Path, text: str) -> None:
    """Write a file under its final name, complete or not at all.

    What a link points at is written, the link stays; a device or pipe (``/dev/null``) is written to,
    never replaced. Raises DbdevError where that is refused.
    """
    with about(path), uninterrupted():
        # Before the link is followed: what /dev/stdout leads to in a pipe has no name.
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
            return
    path = Path(os.path.realpath(path))
    prefix = f".{path.name}.kallithea-dbdev-"
    with about(path), uninterrupted():
        for leftover in path.parent.glob(f"{glob.escape(prefix)}*"):
            _remove_unless_in_use(leftover)
        temporary = path.with_name(f"{prefix}{os.getpid()}")
        try:
            with _opened_and_locked(temporary) as file:
                file.write(text)
                file.flush()
                if path.exists():
                    temporary.chmod(path.stat().st_mode & 0o777)
                os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def _opened_and_locked(path: Path) -> Iterator[TextIO]:
    """A new file to write to; again where another run has taken it for a dead one's before the lock was there."""
    while True:
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                yield file
                return


def _remove_unless_in_use(path: Path) -> None:
    """Remove what a killed run left; who writes a file holds a lock on it."""
    with contextlib.suppress(OSError), open(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # What was opened may have got its final name meanwhile, and another one its old name.
        if os.path.samestat(os.fstat(file.fileno()), path.lstat()):
            path.unlink()


@contextmanager
def lock_folder(folder: Path, on_wait: Callable[[str], None]) -> Iterator[None]:
    """Hold an exclusive lock on a folder; it leaves no file and dies with the process.

    Waits for another process that holds it, after telling ``on_wait`` so once. The same process
    may take the same folder again.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        status = os.fstat(descriptor)
        key = (status.st_dev, status.st_ino)
        if not _held.get(key):
            _wait_for_lock(descriptor, folder, on_wait)
        _held[key] = _held.get(key, 0) + 1
        try:
            yield
        finally:
            _held[key] -= 1
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int, folder: Path, on_wait: Callable[[str], None]) -> None:
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not told:
                on_wait(f"{folder}: another run works here; waiting for it to end")
                told = True
            time.sleep(_LOCK_POLL_SECONDS)
