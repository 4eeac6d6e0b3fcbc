"""What people know a row by: ``ga_code``, not only ``app_settings_id=3``."""

from __future__ import annotations

from decimal import Decimal
from typing import Iterable, Optional, Sequence, Tuple

from ..schema.model import NUMBER, TEXT, Table
from .defaults import unique_keys
from .values import shown, shown_of


def naming_columns(table: Table, names: Sequence[str]) -> Tuple[str, ...]:
    """Which of the columns ``names`` name a row: a unique key, the shortest, or a text; rather one that is
    called a name. Empty where there is none."""
    keys = [key for key in unique_keys(table) if set(key) <= set(names)]
    called = [
        column.name
        for column in table.columns
        if column.kind == TEXT and column.name in names and column.name.endswith("name")
    ]
    return min(keys, key=lambda key: (len(key), not key[-1].endswith("name")), default=tuple(called[:1]))


def has_surrogate(table: Table) -> bool:
    """Whether a row's key is a number that says nothing: the same row may come back with another one."""
    if table.primary_key is None or len(table.primary_key.columns) != 1:
        return False
    (name,) = table.primary_key.columns
    column = table.column(name)
    pointing = any(name in key.columns for key in table.foreign_keys)
    return column is not None and column.kind == NUMBER and not pointing


def row_name(key: Iterable[Tuple[str, object]], said: Iterable[Tuple[str, Optional[str]]]) -> str:
    """A row as messages name it: what people know it by, then its key."""
    texts = (shown_of(name, text.strip()) for name, text in said if text not in (None, "", "None"))
    known = " ".join(text.strip("'\"") for text in texts).strip()
    keyed = [f"{name}={_key(name, value)}" for name, value in key]
    return ", ".join([known, *keyed] if known else keyed)


def _key(name: str, value: object) -> str:
    """A number that counts rows is no secret, whatever the column is called."""
    if isinstance(value, (int, float, Decimal)):
        return shown(value)
    return shown_of(name, value)
