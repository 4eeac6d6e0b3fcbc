"""``batch_alter_table``: what SQLite's rebuild of a table would lose, as arguments that keep it.

Alembic reads the table from the database and makes another one from what it read. It does not read
AUTOINCREMENT, collations, generated columns, deferred foreign keys and those whose names need quotes, and
takes a BOOLEAN for a type that has a CHECK of its own. CHECKs it does not read up to 1.6, from 1.7 on those
with names: a script that runs with both makes these again in the batch, where the one that is made takes
the place of the one that was read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Container, List, Optional, Sequence, Tuple

import alembic

from ..schema.model import Check, Column, Table, Trigger
from . import words
from .context import Context
from .defaults import default_code, is_read_back
from .elements import check_code, column_code, table_elements, table_keywords
from .indexes import create_index, is_lost_in_rebuild
from .keys import create_check_line
from .types import is_odd

#: Whether a batch reads CHECKs with names (Alembic's change log, 1.7.0).
READS_NAMED_CHECKS = [int(part) for part in alembic.__version__.split(".")[:2]] >= [1, 7]

#: How long a line may be, indented in a function as it is.
_WIDTH = 100


def batch_arguments(
    context: Context,
    table: Table,
    after: Table,
    new_checks: Sequence[Check] = (),
    early: bool = False,
    named: bool = False,
) -> Tuple[str, ...]:
    """Keyword arguments for a batch that makes ``after`` of ``table``; none is needed on a server.

    ``new_checks`` are those that the batch itself makes; ``early``: it reads the table as if it were
    ``after`` already; ``named``: CHECKs with names are among the arguments, too.
    """
    if not context.sqlite:
        return ()
    source = after if early else table
    kept = _kept_checks(after, new_checks)
    if _must_be_written_down(source, early):
        return _written_down(context, source, kept)
    if not named:
        kept = [check for check in kept if not _is_told_by_name(check, after)]
    found: List[str] = []
    if dict(after.options).get("autoincrement"):
        found.append("table_kwargs={'sqlite_autoincrement': True}")
    reflected, typed = [], []
    for column in source.columns:
        goal = after.column(column.name)
        if goal is not None:
            column = replace(column, collation=goal.collation)
        code, check = _reflected(context, source, column, kept)
        if code:
            reflected.append(code)
        if check:
            typed.append(check)
    if reflected:
        found.append(_listed("reflect_args=[", reflected, "]"))
    rest = [check for check in kept if check not in typed]
    if rest:
        found.append(_listed("table_args=(", [check_code(check) for check in rest], ",)"))
    return tuple(found)


def check_lines(
    context: Context, table: Table, after: Table, new_checks: Sequence[Check], early: bool
) -> List[str]:
    """Lines in the same batch for CHECKs with names: those that stay, and those that go."""
    if not context.sqlite or _must_be_written_down(after if early else table, early):
        return []
    kept = [check for check in _kept_checks(after, new_checks) if _is_told_by_name(check, after)]
    lines = [create_check_line(check) for check in kept]
    staying = {check.name for check in (*kept, *new_checks)}
    for name in dict.fromkeys(check.name for check in table.checks if check.name):
        if name not in staying:
            lines += dropped_check_lines(name)
    return lines


def dropped_check_lines(name: str) -> List[str]:
    """Lines in a rebuild for a CHECK that goes: what was not read cannot be dropped, so it is made first, as
    anything."""
    return [
        f"batch_op.create_check_constraint({name!r}, '0 = 0')",
        f"batch_op.drop_constraint({name!r}, type_='check')",
    ]


def _is_told_by_name(check: Check, table: Table) -> bool:
    return bool(check.name) and sum(other.name == check.name for other in table.checks) == 1


def _listed(begin: str, elements: Sequence[str], end: str) -> str:
    """A list in one line, or each element in one of its own where that is too long."""
    one = f"{begin}{', '.join(elements)}{end}"
    if len(one) <= _WIDTH:
        return one
    return "\n".join([begin, *(f"    {element}," for element in elements), end.strip(",")])


def _kept_checks(after: Table, new_checks: Sequence[Check]) -> List[Check]:
    kept = list(after.checks)
    for check in new_checks:
        if check in kept:
            kept.remove(check)
    return kept


def _must_be_written_down(table: Table, early: bool) -> bool:
    """Whether the table has what no argument keeps."""
    lost = any(
        # Alembic reads no name of a foreign key that needs quotes.
        key.deferrable != "NOT DEFERRABLE" or key.match != "NONE" or _is_quoted(key.name)
        for key in table.foreign_keys
    )
    return early or lost or any(column.generated for column in table.columns)


def _is_quoted(name: Optional[str]) -> bool:
    return name is not None and words.quoted("sqlite", name) != name


def _written_down(context: Context, table: Table, checks: List[Check]) -> Tuple[str, ...]:
    elements = table_elements(
        context.engine, replace(table, checks=tuple(checks)), context.expected, table.foreign_keys
    )
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
    if column.type != "BOOLEAN":
        whole = column_code(context.engine, column, table, context.expected)
        as_read = is_read_back(column) and not (column.collation or is_odd(column))
        return None if as_read else whole, None
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


def computed_again(context: Context, before: Table, after: Table) -> List[str]:
    """Lines in a rebuild for generated columns that stay: Alembic would copy their values."""
    lines = []
    for column in after.columns if context.sqlite else ():
        earlier = before.column(column.name)
        if not (column.generated and earlier and earlier.generated):
            continue
        lines.append(f"batch_op.drop_column({column.name!r})")
        lines.append(f"batch_op.add_column({column_code(context.engine, column, after, context.expected)})")
    return lines


def around(context: Context, after: Table, gone: Container[Trigger]) -> Tuple[List[str], List[str]]:
    """Lines before and after a rebuild, for what it loses beside the table itself.

    Triggers are taken from the database at hand, whosever they are, but for those that are ``gone``;
    of the indexes only those that the models have are known to a script.
    """
    if not context.sqlite:
        return [], []
    before, then = [], []
    wanted = context.expected.table(after.name)
    known = {index.name for index in wanted.indexes} if wanted else set()
    for index in after.indexes:
        if is_lost_in_rebuild(index) and index.name in known:
            then.append(words.execute(f"DROP INDEX IF EXISTS {words.quoted('sqlite', index.name)}"))
            then.extend(create_index(context, after, index).lines)
    if any(trigger.table == after.name and trigger not in gone for trigger in context.migrated.triggers):
        query = f"SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = {after.name!r}"
        before.append(f"triggers = op.get_bind().execute({words.text_of(query)}).fetchall()")
        then += ["for (statement,) in triggers:", "    op.get_bind().execute(statement)"]
    return before, then
