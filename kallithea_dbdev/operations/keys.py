"""Primary keys, unique constraints, foreign keys, and other names for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Iterator, Optional

from ..schema.change import Change
from ..schema.model import Check, ForeignKey, Index, PrimaryKey, Table, Unique
from ..schema.renames import REFERENCE_RENAMED
from . import words
from .context import Context
from .elements import rules
from .indexes import rename_index
from .operation import Code, makes
from .phase import Phase


@makes("unique-missing")
def add_unique(context: Context, change: Change) -> Iterator[Code]:
    """A new unique constraint."""
    table, unique = change.tables[1], change.after
    assert table is not None and isinstance(unique, Unique)
    yield create_unique(table, unique)


@makes("unique-extra")
def remove_unique(context: Context, change: Change) -> Iterator[Code]:
    """A unique constraint that goes."""
    table, unique = change.tables[0], change.before
    assert table is not None and isinstance(unique, Unique)
    phase = Phase.DROP_SERVING_INDEXES if is_needed(context, unique, change.tables[1]) else Phase.DROP_INDEXES
    yield drop_unique(table, unique, phase)


@makes("foreign-key-missing")
def add_foreign_key(context: Context, change: Change) -> Iterator[Code]:
    """A new foreign key, when its columns and what it points at are there."""
    table, key = change.tables[1], change.after
    assert table is not None and isinstance(key, ForeignKey)
    yield create_foreign_key(table, key)


@makes("foreign-key-extra")
def remove_foreign_key(context: Context, change: Change) -> Iterator[Code]:
    """A foreign key that goes, before anything that it needs does."""
    table, key = change.tables[0], change.before
    assert table is not None and isinstance(key, ForeignKey)
    yield drop_foreign_key(table, key)


@makes("foreign-key-differs")
def replace_foreign_key(context: Context, change: Change) -> Iterator[Code]:
    """A foreign key that does something else."""
    table, before, after = change.tables[0], change.before, change.after
    assert table is not None and isinstance(before, ForeignKey) and isinstance(after, ForeignKey)
    yield drop_foreign_key(table, before)
    yield create_foreign_key(table, after)


@makes(REFERENCE_RENAMED)
def follow_column(context: Context, change: Change) -> Iterator[Code]:
    """A foreign key to a column that has another name now; only SQLite must be told."""
    table, before, after = change.tables[0], change.before, change.after
    assert table is not None and isinstance(before, ForeignKey) and isinstance(after, ForeignKey)
    if not context.sqlite:
        return
    phase = context.renames(Phase.RENAME_COLUMNS)
    if before.name is None:
        yield Code(phase, (), table.name, only=True, rebuild=True, early=True, then=_renamed(before, after))
        return

    def then(found: Table) -> Table:
        # That of the table itself has followed with its column.
        return found if after in found.foreign_keys else _renamed(before, after)(found)

    for code in (drop_foreign_key(table, before), create_foreign_key(table, after)):
        yield replace(code, phase=phase, only=True, then=then)


@makes("primary-key")
def replace_primary_key(context: Context, change: Change) -> Iterator[Code]:
    """Another primary key. MySQL changes it in one statement: a column that counts needs one always."""
    table, before, after = change.tables[0], change.before, change.after
    assert table is not None
    goal = after if isinstance(after, PrimaryKey) else None
    then: Callable[[Table], Table] = lambda found: replace(found, primary_key=goal)  # noqa: E731
    if context.sqlite:
        yield Code(Phase.ALTER_COLUMNS, (), table.name, only=True, rebuild=True, early=True, then=then)
        return
    if context.mysql:
        parts = [*_uncounted(context, table, goal), *["DROP PRIMARY KEY"] * isinstance(before, PrimaryKey)]
        if goal is not None:
            columns = ", ".join(words.quoted("mysql", column) for column in goal.columns)
            new = table.column(goal.columns[0]) is None and change.tables[1]
            counting = new.column(goal.columns[0]) if new else None
            if counting and counting.identity:
                name = words.quoted("mysql", counting.name)
                parts.append(f"ADD COLUMN {name} {counting.type} NOT NULL AUTO_INCREMENT")
            parts.append(f"ADD PRIMARY KEY ({columns})")
        statement = f"ALTER TABLE {words.quoted('mysql', table.name)} {', '.join(parts)}"
        # What is to count must be a key already, and what may be NULL none any more.
        first = change.tables[1].column(goal.columns[0]) if goal and change.tables[1] else None
        early = goal is None or (first is not None and first.identity)
        late = Phase.CREATE_INDEXES if before is None else Phase.ALTER_COLUMNS
        phase = Phase.ADD_COLUMNS if early else late
        yield Code(phase, (words.execute(statement),), table.name, only=True, then=then)
        return
    if isinstance(before, PrimaryKey):
        line = f"batch_op.drop_constraint({before.name!r}, type_='primary')"
        yield Code(Phase.DROP_INDEXES, (line,), table.name, only=True, then=then)
    if goal is not None:
        line = f"batch_op.create_primary_key({goal.name!r}, {words.names(goal.columns)})"
        yield Code(Phase.CREATE_INDEXES, (line,), table.name, only=True, then=then)


def leads_key(table: Table, column: str) -> bool:
    """Whether the primary key begins with the column."""
    return table.primary_key is not None and table.primary_key.columns[0] == column


def _uncounted(context: Context, table: Table, goal: Optional[PrimaryKey]) -> Iterator[str]:
    """What counts the rows no more, where it is not the first of the key any more."""
    for column in table.columns:
        if column.identity and (goal is None or goal.columns[0] != column.name):
            yield f"MODIFY COLUMN {words.quoted('mysql', column.name)} {column.type} NOT NULL"


@makes("name")
def rename(context: Context, change: Change) -> Iterator[Code]:
    """Another name for what stays what it is."""
    table, before, after = change.tables[0], change.before, change.after
    assert table is not None
    if isinstance(before, Index) and isinstance(after, Index):
        yield from rename_index(context, table, change.tables[1] or table, before, after)
        return
    assert isinstance(before, (PrimaryKey, Unique, Check, ForeignKey))
    assert isinstance(after, (PrimaryKey, Unique, Check, ForeignKey))
    if context.postgresql:
        names = [before.name or "", after.name or ""]
        phases = [Phase.ALTER_COLUMNS]
        if context.has_name(after.name) or context.reversed.has_name(before.name):
            # Of those that take over the name of another one each makes room first.
            names.insert(1, f"{after.name}_")
            phases.insert(0, Phase.DROP_INDEXES)
        alter = f"ALTER TABLE {words.quoted(context.engine, table.name)} RENAME CONSTRAINT"
        for phase, old, new in zip(phases, names, names[1:]):
            pair = " TO ".join(words.quoted(context.engine, name) for name in (old, new))
            yield Code(phase, (words.execute(f"{alter} {pair}"),), table.name, only=True)
        return
    then = _renamed(before, after)
    by_name = isinstance(before, (Unique, ForeignKey)) and before.name is not None
    goal = change.tables[1] or table
    with_checks = {check.name for check in table.checks} != {check.name for check in goal.checks}
    if context.sqlite and (with_checks or not by_name):
        # Built anew from the table as it is to be: once for all names, where a CHECK has another one.
        yield Code(Phase.ALTER_COLUMNS, (), table.name, only=True, rebuild=True, early=True, then=then)
    elif isinstance(before, ForeignKey) and isinstance(after, ForeignKey):
        yield drop_foreign_key(table, before)
        yield create_foreign_key(table, after)
    elif isinstance(before, Unique) and isinstance(after, Unique):
        # A foreign key to it may need one of them on MySQL: the new one is made first, where it can be.
        phase = Phase.DROP_INDEXES if context.has_index(after.name) else Phase.DROP_SERVING_INDEXES
        yield create_unique(table, after)
        yield drop(table, before.name, "unique", phase, _without("uniques", before))
    elif isinstance(after, Check):
        yield drop(table, before.name, "check", Phase.DROP_CHECKS, then)
        yield create_check(table, after)


def create_unique(table: Table, unique: Unique) -> Code:
    """``create_unique_constraint``."""
    line = f"batch_op.create_unique_constraint({unique.name!r}, {words.names(unique.columns)})"
    return Code(Phase.CREATE_INDEXES, (line,), table.name, then=_with("uniques", unique))


def drop_unique(table: Table, unique: Unique, phase: Phase = Phase.DROP_INDEXES) -> Code:
    """``drop_constraint`` for a unique constraint."""
    return drop(table, unique.name, "unique", phase, _without("uniques", unique))


def is_needed(context: Context, unique: Unique, expected: Optional[Table]) -> bool:
    """Whether a foreign key that stays may need it on MySQL, until another index serves."""
    keys = expected.foreign_keys if expected is not None and context.mysql else ()
    return any(key.columns[0] == unique.columns[0] for key in keys)


def create_check(table: Table, check: Check) -> Code:
    """``create_check_constraint``; Alembic asks for the columns of an EXCLUDE one by one."""
    if check.excludes:
        place, name = (words.quoted("postgresql", text or "") for text in (table.name, check.name))
        line = words.execute(f"ALTER TABLE {place} ADD CONSTRAINT {name} {check.expression}")
        return Code(Phase.CREATE_CHECKS, (line,), table.name, only=True, then=_with("checks", check))
    return Code(Phase.CREATE_CHECKS, (create_check_line(check),), table.name, then=_with("checks", check))


def create_check_line(check: Check) -> str:
    """The line in a batch that makes it."""
    return f"batch_op.create_check_constraint({check.name!r}, {words.text_of(check.expression)})"


def create_foreign_key(table: Table, key: ForeignKey) -> Code:
    """``create_foreign_key``."""
    line = words.arguments(
        f"batch_op.create_foreign_key({key.name!r}",
        repr(key.referred_table),
        words.names(key.columns),
        words.names(key.referred_columns),
        **rules(key),
    )
    return Code(
        Phase.CREATE_FOREIGN_KEYS,
        (f"{line})",),
        table.name,
        then=_with("foreign_keys", key),
        needs=frozenset((key.referred_table,)),
    )


def drop_foreign_key(table: Table, key: ForeignKey) -> Code:
    """``drop_constraint`` for a foreign key."""
    return drop(table, key.name, "foreignkey", Phase.DROP_FOREIGN_KEYS, _without("foreign_keys", key))


def drop(table: Table, name: Optional[str], type_: str, phase: Phase, then: Callable[[Table], Table]) -> Code:
    """``drop_constraint``."""
    return Code(phase, (f"batch_op.drop_constraint({name!r}, type_={type_!r})",), table.name, then=then)


def _with(attribute: str, item: object) -> Callable[[Table], Table]:
    def then(table: Table) -> Table:
        found: Table = replace(table, **{attribute: (*getattr(table, attribute), item)})  # type: ignore[arg-type]
        return found

    return then


def _without(attribute: str, item: object) -> Callable[[Table], Table]:
    def then(table: Table) -> Table:
        rest = list(getattr(table, attribute))
        if item in rest:
            rest.remove(item)
        return replace(table, **{attribute: tuple(rest)})  # type: ignore[arg-type]

    return then


def _renamed(before: object, after: object) -> Callable[[Table], Table]:
    def then(table: Table) -> Table:
        if isinstance(after, PrimaryKey):
            return replace(table, primary_key=after)
        attribute = {Unique: "uniques", Check: "checks", ForeignKey: "foreign_keys"}[type(after)]
        return _with(attribute, after)(_without(attribute, before)(table))

    return then
