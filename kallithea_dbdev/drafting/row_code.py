"""Rows of the set-up as code: what makes them say what they are to say, up or down."""

from __future__ import annotations

import keyword
import re
from typing import Dict, Iterator, List, Sequence, Tuple

from ..rows.declared import CHANGED, REMOVED, Declaration
from .fills import literal
from .set_up_rows import Named, RowChange, Rows, Said

#: Names that mean something else in a script.
_TAKEN = {"op", "sa", "upgrade", "downgrade", "revision", "used"}


def row_lines(changes: Sequence[RowChange]) -> Tuple[str, ...]:
    """The lines of a function that make the rows say what they are to say; what a site has made of them
    stays."""
    lines: List[str] = []
    bound: Dict[str, str] = {}
    for change in changes:
        code = list(_filled(change) if change.rows.is_new else _changed(change))
        for name, value in _needed(change) if code else ():
            if bound.get(name) != value:
                bound[name] = value
                lines.append(f"{name} = {value}")
        lines += code
    return (*(_table(name, columns) for name, columns in _columns(changes, lines).items()), *lines)


def _needed(change: RowChange) -> Iterator[Tuple[str, str]]:
    """The names that the code for a change uses, and what they stand for."""
    for name, value in change.before or change.after or ():
        if isinstance(value, Named):
            yield _variable(name), _key_of(value)
    for name, value in change.after or ():
        if isinstance(value, Named) and change.before and (name, value) not in change.before:
            yield _variable(f"new_{name}"), _key_of(value)
    if change.after is None and change.rows.users:
        yield "used", _used(change.rows)


def _columns(changes: Sequence[RowChange], lines: Sequence[str]) -> Dict[str, List[str]]:
    """The columns of each table that the lines speak of; what others point at comes first."""
    keys: Dict[str, Dict[str, None]] = {}
    others: Dict[str, Dict[str, None]] = {}
    for change in changes:
        rows = change.rows
        if change.after is None and rows.users:
            keys.setdefault(rows.name, {})[rows.serial] = None
        for name, value in (*(change.before or ()), *(change.after or ())):
            others.setdefault(rows.name, {})[name] = None
            if isinstance(value, Named):
                keys.setdefault(value.table, {})[value.key] = None
                others.setdefault(value.table, {})[value.column] = None
    text = "\n".join(lines)
    return {
        name: list({**keys.get(name, {}), **others[name]})
        for name in sorted(others)
        if re.search(rf"\b{_variable(name)}\.", text)
    }


def _table(name: str, columns: Sequence[str]) -> str:
    return f"{_variable(name)} = sa.table({', '.join([repr(name), *(f'sa.column({c!r})' for c in columns)])})"


def _filled(change: RowChange) -> Iterator[str]:
    """A row of a table that comes with the same change; it goes with it, too."""
    if change.after is not None:
        yield f"op.execute({_variable(change.rows.name)}.insert().values({_values(change.after)}))"


def _changed(change: RowChange) -> Iterator[str]:
    before, after, rows = change.before, change.after, change.rows
    table = _variable(rows.name)
    if after is None:
        yield from _removed(rows, before or ())
        return
    if before is None:
        test, statement = _where(table, rows.name_of(after)), f"{table}.insert().values({_values(after)})"
    else:
        new = tuple(pair for pair in after if pair not in before)
        is_renamed = rows.name_of(before) != rows.name_of(after)
        # Under another name it keeps what a site says there.
        old = _where(table, rows.name_of(before) if is_renamed else before)
        statement = f"{table}.update().where({old}).values({_values(new, new)})"
        test = _where(table, rows.name_of(after), new) if is_renamed else ""
    if test:
        yield f"if not op.get_bind().execute({table}.select().where({test})).fetchone():"
        yield f"    op.execute({statement})"
    else:
        yield f"op.execute({statement})"


def _removed(rows: Rows, said: Said) -> Iterator[str]:
    table = _variable(rows.name)
    tests = _tests(table, said)
    if rows.users:
        # What a site has given to somebody else stays.
        tests.append(f"{table}.c.{rows.serial}.notin_(used)")
    yield f"op.execute({table}.delete().where({_all(tests)}))"


def _used(rows: Rows) -> str:
    """The numbers of all rows that something points at."""
    columns = {user.column for user in rows.users}
    column = f"sa.column({columns.copy().pop()!r})" if len(columns) == 1 else "sa.column(column)"
    users = tuple(user.table if len(columns) == 1 else (user.table, user.column) for user in rows.users)
    names = "table" if len(columns) == 1 else "table, column"
    select = f"sa.select([{column}]).select_from(sa.table(table))"
    if any(user.nullable for user in rows.users):
        select += f".where({column}.isnot(None))"
    return f"sa.union_all(*({select} for {names} in {users!r}))"


def _where(table: str, said: Said, new: Said = ()) -> str:
    return _all(_tests(table, said, new))


def _all(tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"sa.and_({', '.join(tests)})"


def _tests(table: str, said: Said, new: Said = ()) -> List[str]:
    return [
        f"{table}.c.{name}.is_({value})"
        if isinstance(value, bool)
        else f"{table}.c.{name} == {_code(name, value, new)}"
        for name, value in said
    ]


def _values(said: Said, new: Said = ()) -> str:
    return f"{{{', '.join(f'{name!r}: {_value(name, value, new)}' for name, value in said)}}}"


def _value(name: str, value: object, new: Said) -> str:
    return _code(name, value, new) if isinstance(value, Named) else repr(value)


def _code(name: str, value: object, new: Said) -> str:
    if isinstance(value, Named):
        return _variable(f"new_{name}" if (name, value) in new else name)
    return "sa.null()" if value is None else repr(value)


def _key_of(value: Named) -> str:
    table = _variable(value.table)
    return f"sa.select([{table}.c.{value.key}]).where({table}.c.{value.column} == {value.name!r}).as_scalar()"


def _variable(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else name


def row_declarations(changes: Sequence[RowChange]) -> Iterator[Declaration]:
    """What the upgrade means to do to rows that are there."""
    for change in changes:
        if change.before is None:
            continue
        condition = " AND ".join(
            f"{name} = {_in_sql(value)}" for name, value in change.rows.name_of(change.before)
        )
        if change.after is None:
            yield Declaration(change.rows.name, "*", REMOVED, condition)
            continue
        for pair, old in zip(change.after, change.before):
            if pair != old:
                yield Declaration(change.rows.name, pair[0], CHANGED, condition)


def _in_sql(value: object) -> str:
    if isinstance(value, Named):
        name = literal(value.released, "sqlite")
        return f"(SELECT {value.key} FROM {value.table} WHERE {value.column} = {name})"
    return str(literal(value, "sqlite"))
