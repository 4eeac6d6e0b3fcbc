"""A folder of small files that is ours alone, for what can be made again at any time.

Nothing here raises for what is wrong with the folder or a file: then there is nothing in it. A file
comes into being as a whole, or not at all; what is damaged is as good as gone.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import time
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, Optional, Tuple

#: Of all files together, and of them in number: the ones that nobody asked for longest go.
MOST_BYTES = 64 * 2**20
MOST_FILES = 500

#: A file that is being written is called so; one that is older was left by a run that was killed.
_UNFINISHED = ".unfinished-"
_SECONDS_TO_WRITE = 600.0

_NAME = "kallithea-dbdev"


class RefusedError(Exception):
    """The folder is not ours alone, or cannot be used at all; the message says why."""


def usual_folder() -> Path:
    """Where the folder is: in the user's cache. Raises RefusedError where nobody knows one."""
    # The base directory specification: a relative path is to be ignored.
    for variable, below in (("XDG_CACHE_HOME", ""), ("HOME", ".cache")):
        base = Path(os.environ.get(variable, ""))
        if base.is_absolute():
            return base / below / _NAME
    raise RefusedError("neither HOME nor XDG_CACHE_HOME names a folder")


class Store:
    """The folder. It is looked at each time whether it is (still) ours alone."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where there is none. Raises RefusedError unless it is ours alone."""
        self._path = folder
        try:
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            with self._opened():
                pass
        except OSError as error:
            raise RefusedError(f"{folder}: {error.strerror}") from error

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """A descriptor of the folder: what is put in its place meanwhile is another one."""
        descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if not _is_ours_alone(os.fstat(descriptor)):
                raise PermissionError(errno.EPERM, "others may use this folder, too")
            yield descriptor
        finally:
            os.close(descriptor)

    def read(self, name: str) -> Optional[bytes]:
        """What was written under a name; None where there is nothing, or nothing that can be trusted."""
        with contextlib.suppress(OSError), self._opened() as folder:
            # A pipe is not waited for.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            with open(os.open(name, flags, dir_fd=folder), "rb") as file:
                status = os.fstat(file.fileno())
                regular = stat.S_ISREG(status.st_mode) and status.st_size <= MOST_BYTES
                content = _unpacked(file.read()) if regular and _is_ours_alone(status) else None
                if content is not None:
                    os.utime(file.fileno())  # it is of use
                return content
        return None

    def used(self) -> float:
        """When a file was written or read last, in seconds since 1970; 0.0 where there is none."""
        with contextlib.suppress(OSError), self._opened() as folder:
            return max((moment for moment, _, _ in _files(folder)), default=0.0)
        return 0.0

    def write(self, name: str, content: bytes) -> None:
        """Write it down in the place of what may be there; a full disk keeps nothing."""
        temporary = f"{_UNFINISHED}{os.getpid()}-{secrets.token_hex(4)}"
        with contextlib.suppress(OSError), self._opened() as folder:
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                with open(os.open(temporary, flags, 0o600, dir_fd=folder), "wb") as file:
                    file.write(_packed(content))
                os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                _remove(folder, temporary)
                raise
            _make_room(folder)


def _make_room(folder: int) -> None:
    """Remove what nobody asked for longest, until the rest is small enough."""
    count, size = 0, 0
    for moment, length, name in sorted(_files(folder), reverse=True):
        unfinished = name.startswith(_UNFINISHED)
        if unfinished and time.time() - moment < _SECONDS_TO_WRITE:
            continue
        count, size = count + 1, size + length
        if unfinished or count > MOST_FILES or size > MOST_BYTES:
            _remove(folder, name)


def _files(folder: int) -> Iterator[Tuple[float, int, str]]:
    names: List[str] = os.listdir(folder)
    for name in names:
        with contextlib.suppress(FileNotFoundError):  # another run makes room, too
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            yield status.st_mtime, status.st_size, name


def _remove(folder: int, name: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name, dir_fd=folder)


def _is_ours_alone(status: os.stat_result) -> bool:
    return status.st_uid == os.getuid() and not status.st_mode & 0o077


def _packed(content: bytes) -> bytes:
    data = zlib.compress(content, 1)
    return hashlib.blake2b(data).digest() + data


def _unpacked(written: bytes) -> Optional[bytes]:
    """The content; None where it is not what was written."""
    length = hashlib.blake2b().digest_size
    data = written[length:]
    if hashlib.blake2b(data).digest() != written[:length]:
        return None
    with contextlib.suppress(zlib.error):  # what somebody else wrote
        return zlib.decompressobj().decompress(data, MOST_BYTES)
    return None
