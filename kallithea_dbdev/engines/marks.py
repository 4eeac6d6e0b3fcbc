"""What tells whose a database is: the text of a mark, and the names of scratch databases.

A mark is inside the database (each engine has its own place for it) and says what the database is
for. A scratch database's name says under which lease it was made: a lease is a lock on the server
that the maker's session holds, so that whoever finds a scratch database can ask the server whether
its maker still lives. Clocks, machines and process numbers say nothing: runs in two containers do
not see each other's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional

#: Every database that this tool makes for itself has a name that begins so.
SCRATCH_PREFIX = "kdbdev_"

_SCRATCH_NAME = re.compile(
    rf"{SCRATCH_PREFIX}[0-9a-f]{{8,}}_(?P<lease>[0-9a-f]{{8}})_[0-9a-f]{{6}}_[a-z0-9_]*"
)

MARK_HEAD = "kallithea-dbdev: "

Mark = Dict[str, Any]


@dataclass(frozen=True)
class Lease:
    """The right to a group of scratch databases, for as long as the server sees its lock held.

    ``number`` is below 2 ** 31: PostgreSQL's locks take signed numbers, and show unsigned ones.
    """

    number: int

    @staticmethod
    def new() -> "Lease":
        """One that nobody else has."""
        return Lease(secrets.randbits(31))

    @property
    def text(self) -> str:
        """As it stands in a name."""
        return f"{self.number:08x}"


def scratch_name(lease: Lease, label: str) -> str:
    """A new name: prefix, time, lease, chance, and what it is for.

    63 characters at most, the least that a server allows. It tells whose it is even where a kill
    came between creating the database and marking it.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower())[:16]
    return f"{SCRATCH_PREFIX}{int(time.time()):x}_{lease.text}_{secrets.token_hex(3)}_{plain}"


def lease_of(name: str) -> Optional[Lease]:
    """The lease under which a scratch database was made; None for any other name."""
    match = _SCRATCH_NAME.fullmatch(name)
    return Lease(int(match["lease"], 16)) if match else None


def scratch_mark(name: str) -> Mark:
    """The mark of a scratch database; its name says who made it."""
    return {"scratch": name}


def throwaway_mark(name: str, maker: str = "") -> Mark:
    """The mark of a throwaway of that name: a copy under another name is none. ``maker`` is what it was made
    for, see ``maker_of``."""
    return {"throwaway": name, **({"of": maker} if maker else {})}


def is_throwaway_mark(mark: Mark, name: str) -> bool:
    """Whether it is the mark of a throwaway of that name, whoever made it."""
    return set(mark) <= {"throwaway", "of"} and mark.get("throwaway") == name


def maker_of(ini: Path) -> str:
    """What stands in a mark for the configuration that a throwaway was made for: its place, as short text."""
    place = f"{socket.gethostname()}:{os.path.realpath(ini)}"
    return hashlib.sha256(os.fsencode(place)).hexdigest()[:16]


def mark_text(mark: Mark) -> str:
    """A mark as one line of text."""
    return MARK_HEAD + json.dumps(mark, sort_keys=True)


def parse_mark(text: Optional[str]) -> Mark:
    """A mark from its text; empty where the text is none."""
    if not text or not text.startswith(MARK_HEAD):
        return {}
    try:
        mark = json.loads(text[len(MARK_HEAD) :])
    except ValueError:
        return {}
    return mark if isinstance(mark, dict) else {}
