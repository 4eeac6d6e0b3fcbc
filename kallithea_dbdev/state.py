"""What a database was at one moment: revision, schema, rows per table, what set-up wrote."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
    #: The bytes that it takes on the disk.
    size: int = field(default=0, compare=False)

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
            database.revisions(), schema, counts, without_secrets(defaults), database.counters(), failed,
            database.size(),
        )  # fmt: skip


def sharing(state: State, earlier: State) -> State:
    """The same state, in which what is as it was before is the very same object: of a thousand states
    in a row no more is held than what changed."""
    tables = {table.name: table for table in earlier.schema.tables}
    same = tuple(
        tables[table.name] if tables.get(table.name) == table else table for table in state.schema.tables
    )
    defaults = {
        name: earlier.defaults[name] if earlier.defaults.get(name) == rows else rows
        for name, rows in state.defaults.items()
    }
    return replace(
        state,
        schema=replace(state.schema, tables=same),
        rows=earlier.rows if earlier.rows == state.rows else state.rows,
        defaults=earlier.defaults if earlier.defaults == state.defaults else defaults,
        counters=earlier.counters if earlier.counters == state.counters else state.counters,
    )
