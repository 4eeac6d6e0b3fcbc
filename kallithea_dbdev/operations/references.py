"""Foreign keys that stand in the way of a change of their columns."""

from __future__ import annotations

from typing import Collection, Iterator

from ..schema.model import Table
from .context import Context
from .keys import create_foreign_key, drop_foreign_key
from .operation import Code


def keys_apart(context: Context, table: Table, columns: Collection[str]) -> Iterator[Code]:
    """The foreign keys of and to these columns that stay go before the columns change, and come after."""
    for other in context.current.tables:
        goal = context.goal.table(other.name)
        for key in other.foreign_keys:
            is_of = other.name == table.name and not set(columns).isdisjoint(key.columns)
            is_to = key.referred_table == table.name and not set(columns).isdisjoint(key.referred_columns)
            if (is_of or is_to) and goal is not None and key in goal.foreign_keys:
                yield drop_foreign_key(other, key)
                yield create_foreign_key(other, key)
