"""New tables and CHECKs of types as Kallithea's scripts write them: right on every engine.

What a script says on one engine in that engine's words, the models and the naming convention say for all:
the options of a table, the name of its key, the CHECK of a Boolean where there is one.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any, Dict, Iterable, List, Mapping, Sequence, Tuple

from sqlalchemy import Boolean, CheckConstraint
from sqlalchemy.sql.naming import _constraint_name_for_table

from ..schema.model import Schema

_OPTION = re.compile(r"^    ((?:sqlite|mysql|postgresql)_\w+)=(.*?),?$")
_KEY = re.compile(r"^(    sa\.PrimaryKeyConstraint\(.*), name='pk_(\w+)'\)")
#: How each engine says the CHECK of a Boolean.
_BOOLEAN = r"[`\"]?(?P<column>\w+)[`\"]? in \(0, ?1\)"
_BOOLEAN_COLUMN = re.compile(r"    sa\.Column\('(\w+)', sa\.Boolean\(create_constraint=False\)")
_IN_TABLE = re.compile(rf"^    sa\.CheckConstraint\('{_BOOLEAN}', name='(?P<name>\w+)'\),?$")
_ADDED = re.compile(rf"^\s*batch_op\.create_check_constraint\('\w+', sa\.text\('{_BOOLEAN}'\)\)$")


def usual_options(metadata: Any) -> Mapping[str, Mapping[str, object]]:
    """The options of each table of the models; under "" those that most of them have."""
    found: Dict[str, Mapping[str, object]] = {t.name: dict(t.kwargs) for t in metadata.tables.values()}
    counts: Dict[Tuple[Tuple[str, object], ...], int] = {}
    for options in found.values():
        key = tuple(sorted(options.items()))
        counts[key] = counts.get(key, 0) + 1
    usual = max(counts, key=lambda key: counts[key], default=())
    return {"": dict(usual), **found}


def for_all_engines(
    lines: Sequence[str],
    options: Mapping[str, Mapping[str, object]],
    checks: Mapping[Tuple[str, str], str] = MappingProxyType({}),
) -> Tuple[str, ...]:
    """The lines of a function, its new tables in the words of all engines. ``checks``: (table, column) ->
    the name of a CHECK that this engine does not have."""
    found: List[str] = []
    rows = "\n".join(lines).split("\n")
    while rows:
        row = rows.pop(0)
        begins = re.match(r"op\.create_table\('(\w+)',$", row)
        if not begins or ")" not in rows:
            found.append(row)
            continue
        end = rows.index(")")
        name = begins.group(1)
        absent = {column: check for (table, column), check in checks.items() if table == name}
        found += [row, *_elements(rows[:end], options.get(name, options[""]), absent), ")"]
        del rows[: end + 1]
    return tuple(found)


def _elements(rows: Sequence[str], options: Mapping[str, object], absent: Mapping[str, str]) -> List[str]:
    kept: List[str] = []
    given: Dict[str, str] = {}
    # As SQLite says a CHECK, names are in small letters.
    booleans = {column[1].lower() for column in map(_BOOLEAN_COLUMN.match, rows) if column}
    names = {column.lower(): name for column, name in absent.items()}
    for row in rows:
        option, check = _OPTION.match(row), _IN_TABLE.match(row)
        column = check.group("column").lower() if check else ""
        if option:
            given[option.group(1)] = option.group(2)
        elif check and column in booleans:
            booleans.remove(column)  # another one that says the same stays
            names[column] = check.group("name")
        else:
            kept.append(_KEY.sub(r"\1)", row))
    for number, row in enumerate(kept):
        boolean = _BOOLEAN_COLUMN.match(row)
        if boolean and boolean[1].lower() in names:
            kept[number] = row.replace("create_constraint=False", f"name={names[boolean[1].lower()]!r}")
    usual = {name: repr(value) for name, value in options.items()}
    # An option that is not the usual one is the engine's own to say.
    said = {**{name: value for name, value in given.items() if name in usual}, **usual}
    texts = [
        row.rstrip(",") for row in (*kept, *(f"    {name}={value}" for name, value in sorted(said.items())))
    ]
    return [*(f"{text}," for text in texts[:-1]), *texts[-1:]]


def boolean_checks(metadata: Any) -> Mapping[Tuple[str, str], str]:
    """(table, column) -> the name of the CHECK that a Boolean has where it is a number."""
    return {
        (table.name, column.name): str(_constraint_name_for_table(constraint, table))
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint) and constraint._type_bound
        for column in constraint.columns
        if isinstance(column.type, Boolean) and _constraint_name_for_table(constraint, table)
    }


def checks_of_before(schemas: Iterable[Schema]) -> Mapping[Tuple[str, str], str]:
    """The same of the tables that engines have where a Boolean is a number."""
    found: Dict[Tuple[str, str], str] = {}
    for table in (table for schema in schemas for table in schema.tables):
        for check in table.checks:
            said = re.fullmatch(_BOOLEAN, check.expression)
            if said and check.name:
                found[table.name, said["column"]] = check.name
    return found


def with_native_types(body: str) -> str:
    """A body for MySQL: the CHECK of a Boolean is not made where that is a type."""
    found: List[str] = []
    guard = ""
    for row in body.split("\n"):
        indent = row[: len(row) - len(row.lstrip())]
        needed = "!= 'postgresql'" if _ADDED.match(row) else ""
        if needed and needed != guard:
            found.append(f"{indent}if op.get_bind().dialect.name {needed}:")
        guard = needed
        found.append(f"    {row}" if needed else row)
    return "\n".join(found)
