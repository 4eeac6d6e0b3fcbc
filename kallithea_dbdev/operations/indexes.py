"""Indexes, with order, expression, predicate and prefix."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Iterator, Optional

from ..schema.change import Change
from ..schema.model import Index, Table
from . import words
from .context import Context
from .elements import index_keys, index_options
from .operation import Code, makes
from .phase import Phase


@makes("index-missing")
def add(context: Context, change: Change) -> Iterator[Code]:
    """A new index; MySQL makes that of a foreign key by itself."""
    index, table = change.after, change.tables[1]
    assert isinstance(index, Index) and table is not None
    if context.mysql and _comes_with_key(index, table, change.tables[0]):
        return
    yield create_index(context, table, index)


@makes("index-extra")
def remove(context: Context, change: Change) -> Iterator[Code]:
    """An index that goes."""
    index, table = change.before, change.tables[0]
    assert isinstance(index, Index) and table is not None
    if not (context.mysql and _goes_with_columns(context, index, table, change.tables[1])):
        yield drop_index(context, table, index, change.tables[1])


@makes("index-differs")
def replace_index(context: Context, change: Change) -> Iterator[Code]:
    """The same name for something else. On MySQL in one statement: a foreign key may need one of them."""
    before, after, table = change.before, change.after, change.tables[0]
    assert isinstance(before, Index) and isinstance(after, Index) and table is not None
    if context.mysql:
        statement = (
            f"ALTER TABLE {words.quoted('mysql', table.name)} DROP INDEX {words.quoted('mysql', before.name)}, "
            f"ADD {_in_sql('mysql', after)}"
        )
        yield Code(Phase.CREATE_INDEXES, (words.execute(statement),), table.name, only=True)
        return
    yield drop_index(context, table, before, change.tables[1])
    yield create_index(context, table, after)


def rename_index(
    context: Context, table: Table, expected: Table, before: Index, after: Index
) -> Iterator[Code]:
    """Another name for an index: the new one is made first, a foreign key may need one of them; where
    another index has that name still, it is last."""
    phase = Phase.DROP_INDEXES if context.has_index(after.name) else Phase.DROP_SERVING_INDEXES
    yield create_index(context, expected, after)
    yield replace(drop_index(context, table, before, expected), phase=phase)


def create_index(context: Context, table: Table, index: Index) -> Code:
    """``op.create_index(...)``, or the server's statement where Alembic has no words for it."""
    options = index_options(index)
    only = _is_of_one_engine(index)
    if index.predicate:
        options[f"{context.engine}_where"] = words.text_of(index.predicate)
    if index.method:
        if context.postgresql and index.method.isidentifier():
            options["postgresql_using"] = words.string(index.method)
        elif context.mysql and index.method in ("FULLTEXT", "SPATIAL"):
            options["mysql_prefix"] = words.string(index.method)
            options["mysql_length"] = None
        else:
            statement = f"CREATE {_in_sql(context.engine, index, table)}"
            return Code(
                Phase.CREATE_INDEXES, (words.execute(statement),), table.name, only=True, then=_with(index)
            )
    line = words.arguments(
        f"op.create_index({index.name!r}",
        repr(table.name),
        index_keys(context.engine, table, index),
        **options,
    )
    return Code(Phase.CREATE_INDEXES, (f"{line})",), table.name, only=only, then=_with(index))


def drop_index(context: Context, table: Table, index: Index, expected: Optional[Table] = None) -> Code:
    """``op.drop_index(...)``. On MySQL a foreign key may need it until another index serves, and the
    one that the server made for a key goes by itself then."""
    line = f"op.drop_index({index.name!r}, {table.name!r})"
    late = context.mysql and _serves(index, expected)
    if not (late and _is_of_key(index, table)):
        phase = Phase.DROP_SERVING_INDEXES if late else Phase.DROP_INDEXES
        return Code(phase, (line,), table.name, only=_is_of_one_engine(index), then=_without(index))
    look = f"if {index.name!r} in [index['name'] for index in sa.inspect(op.get_bind()).get_indexes({table.name!r})]:"
    return Code(
        Phase.DROP_SERVING_INDEXES, (look, f"    {line}"), table.name, only=True, then=_without(index)
    )


def is_dropped_late(index: Index, expected: Optional[Table]) -> bool:
    """Whether MySQL drops an index, or makes it another one, after the columns that go are dropped."""
    stays = expected is not None and any(other.name == index.name for other in expected.indexes)
    return stays or _serves(index, expected)


def _serves(index: Index, expected: Optional[Table]) -> bool:
    """Whether a foreign key that stays may need the index."""
    keys = expected.foreign_keys if expected is not None else ()
    return any(key.columns[:1] == tuple(k.expression for k in index.keys[:1]) for key in keys)


def _is_of_key(index: Index, table: Table) -> bool:
    """Whether it may be the one that MySQL made for a foreign key: another one stays until it is dropped."""
    return any(index.name == key.name for key in table.foreign_keys)


def _goes_with_columns(context: Context, index: Index, table: Table, expected: Optional[Table]) -> bool:
    """Whether it is such a one, and MySQL drops it with its columns."""
    names = [key.expression for key in index.keys]
    stays = expected is None or any(expected.column(name) for name in names)
    is_left = context.back and any((table.name, name) in context.kept for name in names)
    return not stays and not is_left and _is_of_key(index, table)


def _is_of_one_engine(index: Index) -> bool:
    """Whether another engine may have it in other words, or not at all."""
    odd = any(not key.expression.isidentifier() or key.prefix for key in index.keys)
    return odd or bool(index.predicate or index.method)


def _comes_with_key(index: Index, table: Table, before: Optional[Table]) -> bool:
    there = {key.name for key in before.foreign_keys} if before else set()
    return any(
        key.name == index.name
        and key.name not in there
        and key.columns == tuple(k.expression for k in index.keys)
        for key in table.foreign_keys
    )


def _in_sql(engine: str, index: Index, table: Optional[Table] = None) -> str:
    """An index as CREATE INDEX (with its table) or ALTER TABLE ... ADD has it."""
    keys = []
    for key in index.keys:
        name = words.quoted(engine, key.expression) if key.expression.isidentifier() else key.expression
        keys.append(name + str(key)[len(key.expression) :])
    unique = "UNIQUE " if index.unique else ""
    method, _, rest = (index.method or "").partition(" ")
    using = f" USING {method}" if method and engine == "postgresql" else ""
    more = ""
    if rest.startswith("including "):
        more = f" INCLUDE ({rest[len('including ') :]})"
    elif rest.startswith("nulls not distinct"):
        more = " NULLS NOT DISTINCT"
    elif rest.startswith("with "):
        more = f" WITH ({rest[len('with ') :]})"
    if engine == "mysql" and method in ("FULLTEXT", "SPATIAL"):
        unique = f"{method} "
    where = f" WHERE {index.predicate}" if index.predicate else ""
    on = f" ON {words.quoted(engine, table.name)}{using}" if table else ""
    return f"{unique}INDEX {words.quoted(engine, index.name)}{on} ({', '.join(keys)}){more}{where}"


def is_lost_in_rebuild(index: Index) -> bool:
    """Whether a batch rebuild on SQLite forgets a part of it, or all."""
    return bool(index.predicate) or any(
        str(key) != key.expression or not _plain(key.expression) for key in index.keys
    )


def _plain(expression: str) -> bool:
    return expression.isidentifier()


def _with(index: Index) -> Callable[[Table], Table]:
    return lambda table: replace(table, indexes=(*table.indexes, index))


def _without(index: Index) -> Callable[[Table], Table]:
    return lambda table: replace(table, indexes=tuple(i for i in table.indexes if i.name != index.name))
