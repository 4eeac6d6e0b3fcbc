"""Temporary folders that are locked while they are in use, and cleared when their run was killed.

The lock is on the folder itself (flock), so there is no living folder without one, but in the
moment before it is taken; who makes a folder looks afterwards whether it is still there.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import pwd
import re
import shutil
import signal
import stat
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import FrozenSet, Iterator, List, Optional

from .signals import uninterrupted

#: Of a run's workspace, and of a private server's folder.
PREFIX = "kallithea-dbdev-"
SERVER_PREFIX = f"{PREFIX}server-"

#: Users that a server may run as when the caller is root, best first.
UNPRIVILEGED = {"postgresql": ("postgres", "nobody"), "mysql": ("mysql", "nobody")}

#: Where a server says which process it is.
PID_FILES = ("data/postmaster.pid", "pid")
_OWNER = "owner"

#: Where memory can stand in for a disk: a database of hundreds of files is made ten times as fast.
_IN_MEMORY = Path("/dev/shm")
_ROOM = 2 * 2**30
_SECONDS_TO_END = 5.0


def usual_place() -> Path:
    """The folder for temporary files."""
    # Python tries it out with a file at first.
    with uninterrupted():
        return Path(tempfile.gettempdir())


def places_for_servers() -> List[Path]:
    """Where the folder of a server may be, the place for the next one first.

    That is in memory where there is enough of it, unless TMPDIR says where temporary files belong.
    """
    usual = usual_place()
    if "TMPDIR" in os.environ or not os.access(_IN_MEMORY, os.W_OK | os.X_OK):
        return [usual]
    free = os.statvfs(_IN_MEMORY)
    return [_IN_MEMORY, usual] if free.f_bavail * free.f_frsize > _ROOM else [usual, _IN_MEMORY]


def making(folder: Path) -> str:
    """What to do where there is no such folder, and nothing, or something else, of that name."""
    return "make it first" + " under another name: this one is not a folder" * os.path.lexists(folder)


@contextmanager
def locked_folder(parent: Path, prefix: str) -> Iterator["LockedFolder"]:
    """A new folder whose name begins so, mode 0700; removed at the end, which is not interrupted."""
    with contextlib.ExitStack() as stack:
        with uninterrupted():
            folder = _make(parent, prefix)
            stack.callback(folder.remove)
        yield folder


class LockedFolder:
    """``descriptor`` holds the lock; a process that inherits it holds the lock as well."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    def remove(self) -> None:
        """Remove the folder and all that is in it, then let go of the lock."""
        with uninterrupted():
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self.descriptor)


def _make(parent: Path, prefix: str) -> LockedFolder:
    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        descriptor = _locked(path, fcntl.LOCK_EX)
        # Another run may have taken the folder for a dead one before the lock was ours.
        if descriptor is not None:
            return LockedFolder(path, descriptor)


def _locked(path: Path, how: int) -> Optional[int]:
    """A descriptor that holds the lock on a folder; None where the folder has gone meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, how)
        if os.path.samestat(os.fstat(descriptor), os.lstat(path)):
            return descriptor
    except FileNotFoundError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def clear_dead() -> None:
    """Remove the folders of runs that were killed; servers that still run in them are ended."""
    for place in dict.fromkeys([usual_place(), *places_for_servers()]):
        for path in place.glob(f"{PREFIX}*"):
            _remove_if_dead(path)


def clear_dead_in(parent: Path, prefix: str) -> None:
    """Remove the folders in another place, whose names begin so, of runs that were killed."""
    for path in parent.glob(f"{glob.escape(prefix)}*"):
        _remove_if_dead(path)


def _remove_if_dead(path: Path) -> None:
    server = path.name.startswith(SERVER_PREFIX)
    with uninterrupted():
        descriptor = None
        try:
            status = path.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid in _owners(server):
                descriptor = _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if descriptor is not None:
                if server:
                    end_server(path)
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            pass  # alive (the lock is taken), or gone meanwhile
        finally:
            if descriptor is not None:
                os.close(descriptor)


def _owners(server: bool) -> FrozenSet[int]:
    """Users whose folders are ours: a server that root starts runs as another one."""
    users = {os.getuid()}
    if server and os.getuid() == 0:
        for name in {name for names in UNPRIVILEGED.values() for name in names}:
            with contextlib.suppress(KeyError):
                users.add(pwd.getpwnam(name).pw_uid)
    return frozenset(users)


def server_folder(url: str) -> Optional[Path]:
    """The folder of the private server that a URL names; None where it is no such URL."""
    found = re.search(rf"/[^?&=]*/{SERVER_PREFIX}\w+", url)
    return Path(found.group()) if found else None


def write_owner(folder: Path) -> None:
    """Note in a server's folder which run wants it."""
    (folder / _OWNER).write_text(str(os.getpid()))


def is_abandoned(folder: Path) -> bool:
    """Whether the run that wanted a server is over, however long its watchdog still works.

    For a folder whose server was there once: the note of its run goes with the rest of it, early.
    """
    try:
        os.kill(int((folder / _OWNER).read_text()), 0)
    except (ProcessLookupError, FileNotFoundError):
        return True
    except (OSError, ValueError):
        pass
    return False


def end_server(folder: Path) -> None:
    """End the server that lives in a folder, if there is one, and wait for that."""
    for name in PID_FILES:
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((folder / name).read_text().split()[0])
            deadline = time.monotonic() + _SECONDS_TO_END
            # Only if that number is still this server; one that has ended has no command line any more.
            while os.fsencode(str(folder)) in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
                if time.monotonic() > deadline:
                    break
                time.sleep(0.01)
