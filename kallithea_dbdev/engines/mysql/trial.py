"""Which algorithm and lock the server accepts for an ALTER: asked in an empty database of its own.

A server that is told ``ALGORITHM=..., LOCK=...`` refuses what it cannot do so, and does nothing; without
the words it takes the first of these that it accepts. The tables are made there as they are in the copy
at that moment, without rows, so the copy is only read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Iterator, Optional, Tuple

from ...errors import DatabaseError
from ..server import fetch
from .catalogue import create_statement
from .server import MysqlServer, quoted

_NAME = r"(?P<table>`(?:[^`]|``)+`|[^\s`(;,.]+)"
_ALTER = re.compile(rf"\s*ALTER\s+(?:ONLINE\s+)?(?:IGNORE\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?{_NAME}", re.I)
_INDEX = re.compile(
    r"\s*(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?|DROP\s+)INDEX\b"
    rf"(?:`[^`]*`|[^`(])*?\sON\s+{_NAME}",
    re.I,
)
_ALGORITHM = re.compile(r"\bALGORITHM\s*=?\s*(INSTANT|NOCOPY|INPLACE|COPY)\b", re.I)
_LOCK = re.compile(r"\bLOCK\s*=?\s*(NONE|SHARED|EXCLUSIVE)\b", re.I)
_REFERENCES = re.compile(rf"\bREFERENCES\s+{_NAME}", re.I)

#: What the script's session may have set that decides how an ALTER is done.
_VARIABLES = ("sql_mode", "foreign_key_checks", "innodb_strict_mode")

#: "Unknown ALGORITHM": the server has fewer of them. https://mariadb.com/kb/en/mariadb-error-codes/
_UNKNOWN_ALGORITHM = 1800
#: ALGORITHM or LOCK is not supported for this operation; or not together.
_REFUSED = (1221, 1845, 1846, _UNKNOWN_ALGORITHM)


@dataclass(frozen=True)
class Way:
    """One way in which a server alters a table; ``lock`` is "" where none can be named."""

    algorithm: str
    lock: str

    @property
    def words(self) -> str:
        """As an ALTER says it."""
        return f"ALGORITHM={self.algorithm}" + (f", LOCK={self.lock}" if self.lock else "")


#: The order in which servers choose.
WAYS = (
    Way("INSTANT", ""), Way("NOCOPY", "NONE"), Way("NOCOPY", "SHARED"), Way("INPLACE", "NONE"),
    Way("INPLACE", "SHARED"), Way("COPY", "NONE"), Way("COPY", "SHARED"), Way("COPY", "EXCLUSIVE"),
)  # fmt: skip


@dataclass(frozen=True)
class Accepted:
    """The way that was accepted, and whether all rows are written anew; None where nobody can tell."""

    way: Way
    rebuilds: Optional[bool]


def altered(sql: str) -> Optional[str]:
    """The table that a statement alters, by its plain name; None where it is no such statement."""
    found = _ALTER.match(sql) or _INDEX.match(sql)
    return plain_name(found.group("table")) if found else None


def plain_name(written: str) -> str:
    """The name that a statement writes."""
    return written[1:-1].replace("``", "`") if written.startswith("`") else written


def spellings(sql: str) -> Iterator[Tuple[Way, str]]:
    """The ways, each with the statement that asks for it; of what the statement has chosen no other."""
    text = sql.rstrip("; \n\t")
    comma = ", " if _ALTER.match(sql) else " "
    algorithm, lock = _ALGORITHM.search(sql), _LOCK.search(sql)
    for way in WAYS:
        if algorithm and way.algorithm != algorithm.group(1).upper():
            continue
        if lock and way.lock != lock.group(1).upper():
            continue
        chosen = ([] if algorithm else [f"ALGORITHM={way.algorithm}"]) + (
            [] if lock or not way.lock else [f"LOCK={way.lock}"]
        )
        yield way, comma.join([text, *chosen])


class Trial:
    """An empty database of ours beside the copy named ``source``, in which statements are tried."""

    def __init__(self, server: MysqlServer, source: str, name: str) -> None:
        self._server = server
        self._source = source
        self._name = name

    def accepted(self, connection: Any, table: str, sql: str, parameters: Any) -> Optional[Accepted]:
        """How the server would run a statement of that connection; None where it says neither."""
        with connection.cursor() as cursor:
            (variables,) = fetch(cursor, "SELECT " + ", ".join(f"@@SESSION.{v} AS {v}" for v in _VARIABLES))
        try:
            with self._server.session(self._source) as source:
                with self._server.session(self._name, writing=True) as cursor:
                    definition = _make(source, cursor, table)
                    for found in _REFERENCES.finditer(definition + sql):
                        if plain_name(found["table"]) != table:
                            _make(source, cursor, plain_name(found["table"]))
                    for name, value in variables.items():
                        cursor.execute(f"SET SESSION {name} = %s", (value,))
                    return self._try(cursor, sql, parameters)
        except DatabaseError:
            return None

    def _try(self, cursor: Any, sql: str, parameters: Any) -> Optional[Accepted]:
        refused = set()
        for way, text in spellings(sql):
            try:
                cursor.execute(text, parameters or None)
            except self._server.driver.Error as error:
                number = error.args[0] if error.args else None
                if number not in _REFUSED:
                    return None
                if number != _UNKNOWN_ALGORITHM:
                    refused.add(way.algorithm)
            else:
                copies = way.algorithm == "COPY"
                in_place = way.algorithm == "INPLACE"
                rebuilds = ("NOCOPY" in refused or None) if in_place else copies
                return Accepted(way, rebuilds)
        return None


def _make(source: Any, cursor: Any, table: str) -> str:
    """Make a table as it is in the copy now, but without rows; the statement that does."""
    definition = create_statement(lambda sql: fetch(source, sql), "TABLE", table)
    # The tables that it refers to are made after it.
    cursor.execute("SET SESSION foreign_key_checks = 0")
    cursor.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
    cursor.execute(definition)
    return definition
