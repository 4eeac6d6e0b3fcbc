"""What an SQLite batch rebuild lost, and the arguments of ``batch_alter_table`` that keep it."""

from __future__ import annotations

import re
from typing import Optional

from ...migrations import StepRecord
from ...schema.change import Change
from ...schema.compare import compare
from ...schema.model import BATCH_LEFTOVER_PREFIX, Check

#: Said after the message of a difference that a rebuild made.
REMARK = "; lost in the batch rebuild of the table"

#: An argument of ``batch_alter_table``.
KEEP_AUTOINCREMENT = "table_kwargs={'sqlite_autoincrement': True}"

_BATCH = "op.batch_alter_table('{table}', {arguments})"


def keep_check(expression: str, name: Optional[str]) -> str:
    """An element for ``table_args`` that keeps a CHECK constraint in a batch rebuild."""
    named = f", name={name!r}" if name else ""
    return f"sa.CheckConstraint({expression!r}{named})"


def fix_for(difference: Change, record: Optional[StepRecord]) -> Optional[str]:
    """How to keep in the rebuild what it lost; None where no rebuild is to blame.

    Decided from what was seen: the step rebuilt the table, and what is gone was there before it.
    """
    table = difference.table
    if record is None or table is None or not _rebuilds(record, table):
        return None
    made = {
        (d.kind, d.object, d.aspect)
        for d in compare(record.after.schema, record.before.schema)
        if d.table == table and d.expected == difference.expected
    }
    if (difference.kind, difference.object, difference.aspect) not in made:
        return None
    return _fix(difference, table)


def _rebuilds(record: StepRecord, table: str) -> bool:
    name = re.compile(rf'CREATE TABLE "?{re.escape(BATCH_LEFTOVER_PREFIX + table)}"?[ (]')
    return any(name.match(statement) for statement in record.statements)


def _fix(difference: Change, table: str) -> Optional[str]:
    thing, expected = difference.object or "", difference.expected or ""
    if difference.kind == "autoincrement":
        return _keep(table, KEEP_AUTOINCREMENT)
    if isinstance(difference.after, Check) and difference.before is None:
        check = keep_check(difference.after.expression, difference.after.name)
        return _keep(table, f"table_args=({check},)")
    if difference.kind == "name":
        return (
            _keep(table, "naming_convention={...}")
            + f" (or copy_from=sa.Table(...)), so that it is {expected}"
        )
    if difference.kind == "column-collation":
        return (
            "give the type its collation where the table is reflected: "
            + _keep(table, "reflect_kwargs={'listeners': [('column_reflect', keep)]}")
            + f", keep setting column['type'].collation = '{expected}' for {thing}"
        )
    if difference.kind == "foreign-key-differs":
        return (
            "write the whole table down: "
            + _keep(table, "copy_from=sa.Table(...)")
            + f", with {thing or 'the foreign key'}: {difference.aspect} {expected}"
        )
    if difference.kind in ("index-missing", "index-differs"):
        return (
            f"after the batch: drop {thing} if it is there, and create it again with op.execute(): {expected}"
        )
    if difference.kind == "trigger-missing":
        return f"after the batch: op.execute('''{expected}''')"
    return None


def _keep(table: str, arguments: str) -> str:
    return _BATCH.format(table=table, arguments=arguments)
