"""Which exceptions are the user's or the machine's to mend, and what helps.

An exception that no other module has understood ends a command. A full disk, a folder that may
not be written to, a driver that is missing: each gets one line with a way out. What is left
is a defect of this tool.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Optional

from .errors import DbdevError
from .messages import one_line, origins

_ROOM_THERE = "make room there"
_ROOM = f"{_ROOM_THERE}, or set TMPDIR to a folder with room for copies of the database"
_RIGHTS = "give yourself the right, or name another place"

#: What the operating system refuses -> what helps.
_OF_THE_SYSTEM: Dict[int, str] = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "raise the limit of file sizes (ulimit -f), or name another place",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "name another place: this one is mounted read-only",
    errno.EMFILE: "raise the limit: ulimit -n 1024",
    errno.ENFILE: "end other programs: the machine has no more open files to give",
    errno.ENOMEM: "end other programs: the machine has no more memory to give",
    errno.EAGAIN: "end other programs, or raise the limit of processes: ulimit -u",
    errno.EIO: "look into the system's log: the disk cannot be read or written",
    errno.EBUSY: "unmount what is mounted there, or stop what uses it",
    errno.ENAMETOOLONG: "use shorter names",
    errno.ELOOP: "mend the link that points at itself",
}

#: What of that says nothing of the file that was asked for.
_OF_NO_FILE = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO)

#: What SQLite says of a file or a disk -> what helps. Anything else is about our own SQL.
_OF_SQLITE: Dict[str, str] = {
    "database or disk is full": _ROOM,
    "disk I/O error": "see whether the disk is full or damaged",
    "unable to open database file": "see whether its folder is there and may be written to",
    "attempt to write a readonly database": _RIGHTS,
    "database is locked": "another process is writing to it; stop it, then try again",
    "database disk image is malformed": "it is damaged: go back to a backup",
    "file is not a database": "name a SQLite database",
    "out of memory": "end other programs: the machine has no more memory to give",
}

#: What programs say of a full disk; InnoDB gives its number only.
_FULL = re.compile(r"no space left on device|\berr(or|no)\b\D{0,9}\b28\b", re.IGNORECASE)

#: What PostgreSQL says of how sessions begin -> what helps.
_OF_POSTGRESQL: Dict[str, str] = {
    "no schema has been selected to create in": "the setting search_path names no schema that is there: ALTER ROLE "
    "or ALTER DATABASE ... RESET search_path, or make that schema",
    "permission denied for schema": "GRANT ALL ON SCHEMA ... TO the role; or ALTER ROLE ... INHERIT where it has the "
    "right as a member of another one, such as the owner of the database",
}

#: Of these, what says that the disk or the file on it is to blame.
_DISK = ("database or disk is full", "disk I/O error", "database disk image is malformed", "out of memory")


def cause_of(error: BaseException) -> Optional[DbdevError]:
    """What an exception that nobody expected means to the user; None where it is a defect."""
    if isinstance(error, DbdevError):
        return error
    if isinstance(error, OSError):
        return _of_the_system(error)
    if isinstance(error, MemoryError):
        return DbdevError("not enough memory", _OF_THE_SYSTEM[errno.ENOMEM])
    if isinstance(error, sqlite3.Error):
        hint = hint_for_sqlite(error)
        return DbdevError(f"SQLite: {error}", hint) if hint else None
    if isinstance(error, subprocess.TimeoutExpired):
        program = error.cmd if isinstance(error.cmd, str) else os.fsdecode(error.cmd[0])
        return DbdevError(
            f"{Path(program).name} did not end within {error.timeout:g} seconds",
            "run it by hand to see what it waits for",
        )
    if isinstance(error, ImportError):
        return _of_the_installation(error)
    if getattr(error, "pgcode", None):
        said = str(error).partition("\n")[0]
        hint = next((hint for words, hint in _OF_POSTGRESQL.items() if words in said), "")
        return DbdevError(f"PostgreSQL: {said}", hint) if hint else None
    # SQLAlchemy wraps what a driver raises.
    origin = getattr(error, "orig", None)
    return cause_of(origin) if isinstance(origin, Exception) else None


def is_of_the_machine(error: BaseException) -> bool:
    """Whether what failed is the machine, such as a disk that is full or damaged: nothing else that is
    done on it tells anything."""
    for one in origins(error):
        if isinstance(one, MemoryError):
            return True
        if isinstance(one, OSError) and one.errno in _OF_THE_SYSTEM:
            return True
        if isinstance(one, sqlite3.Error) and str(one) in _DISK:
            return True
    return False


def is_of_no_file(error: BaseException) -> bool:
    """Whether the machine gives no file at all: the one that was asked for has nothing to do with it."""
    return isinstance(error, OSError) and error.errno in _OF_NO_FILE


def hint_for_sqlite(error: sqlite3.Error) -> str:
    """What helps where SQLite speaks of a file or a disk; empty where of something else."""
    return _OF_SQLITE.get(str(error), "")


def hint_for_program(said: str) -> str:
    """What helps where a program says that the disk is full; empty where it says something else."""
    return _ROOM if _FULL.search(said) else ""


@contextmanager
def about(path: Path) -> Iterator[None]:
    """What the system refuses inside concerns this path, whatever temporary name it had then."""
    try:
        yield
    except OSError as error:
        raise refusal(path, error) from error


def refusal(path: Path, error: OSError) -> DbdevError:
    """What the system refuses, as a concern of this path."""
    said = (error.strerror or one_line(error)).lower()
    hint = _OF_THE_SYSTEM.get(error.errno or 0, "")
    # It is to be there, wherever the copies are.
    return DbdevError(f"{path}: {said}", _ROOM_THERE if hint == _ROOM else hint)


def _of_the_system(error: OSError) -> Optional[DbdevError]:
    found = (error.filename, error.filename2)
    names = [os.fsdecode(name) for name in found if isinstance(name, (str, bytes, os.PathLike))]
    ours = bool(names) and Path(names[0]).is_relative_to(Path(__file__).parent)
    if ours and not is_of_no_file(error):
        return None
    said = one_line(error) if error.strerror is None else error.strerror
    said = said[:1].lower() + said[1:]
    hint = _OF_THE_SYSTEM.get(error.errno or 0)
    if names:
        return DbdevError(f"{' -> '.join(names)}: {said}", hint or "see what has become of it")
    if "temporary directory" in said:
        return DbdevError(said, "set TMPDIR to a folder that you may write to")
    return DbdevError(said, hint) if hint else None


def _of_the_installation(error: ImportError) -> Optional[DbdevError]:
    package = (error.name or "").partition(".")[0]
    if package in ("", "kallithea_dbdev"):
        return None
    return DbdevError(
        f"{package} cannot be imported by {sys.executable}: {one_line(error)}", "install it there (pip)"
    )
