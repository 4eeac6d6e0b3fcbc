"""``batch_alter_table``: what SQLite's rebuild of a table would lose, as arguments that keep it.

Alembic reads the table from the database and makes another one from what it read. It does not read
AUTOINCREMENT, CHECKs, collations, generated columns and deferred keys, and takes a BOOLEAN for a type
that has a CHECK of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Container, List, Optional, Sequence, Tuple

from ..schema.model import BOOLEAN, Check, Column, Index, Table, Trigger
from . import words
from .context import Context
from .defaults import default_code
from .elements import check_code, column_code, table_elements, table_keywords
from .indexes import create_index, is_lost_in_rebuild


def batch_arguments(
    context: Context, table: Table, after: Table, new_checks: Sequence[Check] = (), early: bool = False
) -> Tuple[str, ...]:
    """Keyword arguments for a batch that makes ``after`` of ``table``; none is needed on a server.

    ``new_checks`` are those that the batch itself makes; ``early``: it reads the table as if it were
    ``after`` already.
    """
    if not context.sqlite:
        return ()
    source = after if early else table
    kept = _kept_checks(after, new_checks)
    if _must_be_written_down(source, early):
        whole = _written_down(context, source, kept)
        return () if whole is None else whole
    found: List[str] = []
    if dict(after.options).get("autoincrement"):
        found.append("table_kwargs={'sqlite_autoincrement': True}")
    reflected, named = [], []
    for column in source.columns:
        goal = after.column(column.name)
        if goal is not None:
            column = replace(column, collation=goal.collation)
        code, check = _reflected(context, source, column, kept)
        if code:
            reflected.append(code)
        if check:
            named.append(check)
    if reflected:
        found.append(f"reflect_args=[{', '.join(reflected)}]")
    rest = [check for check in kept if check not in named]
    if rest:
        found.append(f"table_args=({', '.join(map(check_code, rest))},)")
    return tuple(found)


def _kept_checks(after: Table, new_checks: Sequence[Check]) -> List[Check]:
    kept = list(after.checks)
    for check in new_checks:
        if check in kept:
            kept.remove(check)
    return kept


def _must_be_written_down(table: Table, early: bool) -> bool:
    """Whether the table has what no argument keeps."""
    deferred = any(key.deferrable != "NOT DEFERRABLE" or key.match != "NONE" for key in table.foreign_keys)
    return early or deferred or any(column.generated for column in table.columns)


def _written_down(context: Context, table: Table, checks: List[Check]) -> Optional[Tuple[str, ...]]:
    elements = table_elements(
        context.engine, replace(table, checks=tuple(checks)), context.expected, table.foreign_keys
    )
    if elements is None:
        return None
    for index in table.indexes:
        if not is_lost_in_rebuild(index):
            keys = [words.string(key.expression) for key in index.keys]
            unique = "True" if index.unique else None
            elements.append(f"sa.Index({words.arguments(repr(index.name), *keys, unique=unique)})")
    keywords = [f"{name}={value}" for name, value in table_keywords(context.engine, table).items()]
    inside = "".join(
        f"    {element},\n" for element in [repr(table.name), "sa.MetaData()", *elements, *keywords]
    )
    return (f"copy_from=sa.Table(\n{inside})",)


def _reflected(
    context: Context, table: Table, column: Column, checks: List[Check]
) -> Tuple[Optional[str], Optional[Check]]:
    """A column that must be said how it is, and the CHECK that comes with its type."""
    if column.kind != BOOLEAN:
        return (
            column_code(context.engine, column, table, context.expected) if column.collation else None
        ), None
    own = f"{column.name} in (0, 1)"
    check = next((c for c in checks if c.expression == own and c.name), None)
    type_ = f"sa.Boolean(name={check.name!r})" if check else "sa.Boolean(create_constraint=False)"
    code = words.arguments(
        f"sa.Column({column.name!r}",
        type_,
        nullable=None if column.nullable else "False",
        server_default=default_code(column) if column.default is not None else None,
    )
    return f"{code})", check


def lost_indexes(context: Context, table: Table) -> List[Index]:
    """The indexes of a table that a rebuild forgets, wholly or in part."""
    return [index for index in table.indexes if is_lost_in_rebuild(index)] if context.sqlite else []


def restoring(context: Context, after: Table, gone: Container[Trigger]) -> List[str]:
    """Lines after a rebuild: what it lost beside the table itself, but for the triggers that are to go."""
    lines = []
    for index in lost_indexes(context, after):
        lines.append(words.execute(f"DROP INDEX IF EXISTS {words.quoted('sqlite', index.name)}"))
        lines.extend(create_index(context, after, index).lines)
    kept = [t for t in context.migrated.triggers if t.table == after.name and t not in gone]
    return lines + [words.execute(trigger.definition) for trigger in kept]
