"""A piece of a migration script, as values: what a change of the schema is in code, up and down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Dict, FrozenSet, Iterable, Tuple

from ..schema.change import Change
from ..schema.model import Column, Table
from .context import Context
from .phase import Phase


def _same(table: Table) -> Table:
    return table


@dataclass(frozen=True)
class Code:
    """Lines of a script. ``table`` is the one that they change, empty where they are about none.

    ``only``: they are right on the one engine that they were made for. ``rebuild``: SQLite must
    build the table anew, though no line says so. ``then`` is what the code makes of its table.
    """

    phase: Phase
    lines: Tuple[str, ...]
    table: str = ""
    only: bool = False
    rebuild: bool = False
    #: It stands in a ``batch_alter_table`` of its own.
    alone: bool = False
    #: The rebuild takes the table for what the code makes of it.
    early: bool = False
    then: Callable[[Table], Table] = field(default=_same, compare=False, repr=False)
    #: Names of tables that must be there (that must be gone, where a table is dropped) before it.
    needs: FrozenSet[str] = frozenset()

    @property
    def in_batch(self) -> bool:
        """Whether the lines stand in a ``batch_alter_table``; it may be empty."""
        lines = self.lines[1:] if self.lines[:1] and self.lines[0].startswith("if ") else self.lines
        return bool(self.table) and all(line.lstrip().startswith("batch_op.") for line in lines)


@dataclass(frozen=True)
class Operation:
    """What some changes that belong together are in a script: code for the way up and for the way down.

    ``needs`` are the names of the tables that it refers to.
    """

    changes: Tuple[Change, ...]
    upgrade: Tuple[Code, ...]
    downgrade: Tuple[Code, ...]

    @property
    def phase(self) -> Phase:
        """When it begins on the way up; what does nothing there has no time."""
        return min((code.phase for code in self.upgrade), default=Phase.CREATE_VIEWS)

    @property
    def needs(self) -> FrozenSet[str]:
        """The tables that must be there before it on the way up."""
        return frozenset().union(*(code.needs for code in self.upgrade))


#: Makes code of changes of one object that belong together; of several kinds only for columns.
Maker = Callable[[Context, Change], Iterable[Code]]

#: Kind of change -> what makes code of it.
MAKERS: Dict[str, Maker] = {}


def makes(*kinds: str) -> Callable[[Maker], Maker]:
    """Registers a function that makes the code for changes of these kinds, one way."""

    def register(maker: Maker) -> Maker:
        MAKERS.update(dict.fromkeys(kinds, maker))
        return maker

    return register


def with_column(column: Column) -> Callable[[Table], Table]:
    """What a table becomes: that column is in it, as it is."""

    def then(table: Table) -> Table:
        if table.column(column.name) is None:
            return replace(table, columns=(*table.columns, column))
        return replace(table, columns=tuple(column if c.name == column.name else c for c in table.columns))

    return then


def without_column(name: str) -> Callable[[Table], Table]:
    """What a table becomes: that column is gone."""

    def then(table: Table) -> Table:
        return replace(table, columns=tuple(column for column in table.columns if column.name != name))

    return then
