"""What a database was at one moment: revision, schema, rows per table, what set-up wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional, Tuple

from .engines.database import Counter, Database
from .failure import Failure
from .rows.defaults import Rows, read_rows, without_secrets
from .schema.model import Schema


@dataclass(frozen=True)
class State:
    """The state of a database; ``rows`` are the numbers of rows per table, ``defaults`` the rows
    of its small tables, where they were asked for."""

    revisions: Tuple[str, ...]
    schema: Schema = field(repr=False)
    rows: Mapping[str, int] = field(repr=False)
    defaults: Rows = field(default_factory=dict, repr=False)
    counters: Mapping[str, Counter] = field(default_factory=dict, repr=False)
    #: Tables whose rows could not be read for ``defaults``.
    failed: Tuple[Failure, ...] = field(default=(), repr=False)

    @property
    def revision(self) -> Optional[str]:
        """The revision that it is at; None without a stamp: at the base."""
        return self.revisions[0] if self.revisions else None


def read_state(database: Database, with_defaults: bool = False) -> State:
    """The state of a database now. Read-only."""
    with database.connected():
        schema, counts = database.read_schema(), database.count_rows()
        defaults, failed = read_rows(database, schema, counts) if with_defaults else ({}, ())
        return State(
            database.revisions(), schema, counts, without_secrets(defaults), database.counters(), failed
        )
