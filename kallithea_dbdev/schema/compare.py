"""Two schemas of the same server -> what differs.

The two sides have the same names everywhere: ``migrated`` is what the migration made (or the
database as it was found), ``expected`` is what the models make (or what the schema was before).

Things are matched by what they mean first and by name second: a unique constraint over the same
columns under another name is one difference (its name), not two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple, TypeVar

from .model import (
    BATCH_LEFTOVER_PREFIX,
    Check,
    Column,
    ForeignKey,
    Index,
    Schema,
    Table,
    Unique,
)
from .model import (
    Sequence as SequenceObject,
)

Item = TypeVar("Item")
Key = TypeVar("Key", str, Tuple[str, ...])


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same on both sides.

    ``code`` names the kind (a finding code), ``object`` the column, constraint or index,
    ``aspect`` what of it differs. ``migrated`` and ``expected`` are the two values as text;
    None where that side has no such object.
    """

    code: str
    table: Optional[str]
    object: Optional[str]
    aspect: str
    migrated: Optional[str]
    expected: Optional[str]


def compare(migrated: Schema, expected: Schema) -> Tuple[Difference, ...]:
    """All differences, in the order of the table names; an empty tuple means equal.

    Tables that batch mode left behind are not compared: ``leftovers()`` tells of them.
    """
    return tuple(_compare(migrated, expected))


def leftovers(schema: Schema) -> Tuple[str, ...]:
    """Names of tables that a died batch rebuild left behind."""
    return tuple(t.name for t in schema.tables if t.name.startswith(BATCH_LEFTOVER_PREFIX))


def _compare(migrated: Schema, expected: Schema) -> Iterator[Difference]:
    # What could not be read on one side says nothing on the other.
    unreadable = {name for schema in (migrated, expected) for name, _ in schema.unreadable}
    sides = _real(migrated, unreadable), _real(expected, unreadable)
    for ours, theirs in _pairs(*sides, lambda table: table.name):
        if theirs is None:
            yield Difference("table-extra", ours.name, None, "table", _table_text(ours), None)
        elif ours is None:
            yield Difference("table-missing", theirs.name, None, "table", None, _table_text(theirs))
        else:
            yield from _compare_tables(ours, theirs)
    yield from _compare_named("view", migrated.views, expected.views, lambda view: view.definition)
    yield from _compare_named(
        "trigger", migrated.triggers, expected.triggers, lambda trigger: trigger.definition
    )
    both = {table.name for table in migrated.tables} & {table.name for table in expected.tables}
    yield from _compare_named(
        "sequence", _told(migrated.sequences, both), _told(expected.sequences, both), _sequence_text
    )
    yield from _compare_named(
        "enum", migrated.enums, expected.enums, lambda enum: _columns(map(repr, enum.values))
    )
    yield from _compare_named(
        "routine", migrated.routines, expected.routines, lambda routine: routine.definition
    )


def _real(schema: Schema, unreadable: Set[str]) -> List[Table]:
    return [
        table
        for table in schema.tables
        if not table.name.startswith(BATCH_LEFTOVER_PREFIX) and table.name not in unreadable
    ]


def _compare_tables(migrated: Table, expected: Table) -> Iterator[Difference]:
    yield from _compare_columns(migrated, expected)
    yield from _compare_primary_keys(migrated, expected)
    yield from _compare_uniques(migrated, expected)
    yield from _compare_checks(migrated, expected)
    yield from _compare_foreign_keys(migrated, expected)
    yield from _compare_indexes(migrated, expected)
    yield from _compare_options(migrated, expected)


#: Attribute of Column -> code of the difference.
COLUMN_CODES = {
    "type": "column-type",
    "nullable": "column-nullability",
    "default": "column-default",
    "collation": "column-collation",
    "generated": "column-generated",
    "charset": "column-charset",
    "on_update": "column-on-update",
    "identity": "column-identity",
    "comment": "comment",
}

#: Attributes of columns that are options of the table, too.
_TABLE_WIDE = ("charset", "collation")
_ASPECTS = {"nullable": "nullability", "default": "server default", "on_update": "on update"}


def _compare_columns(migrated: Table, expected: Table) -> Iterator[Difference]:
    table = expected.name
    for ours, theirs in _pairs(migrated.columns, expected.columns, lambda column: column.name):
        if theirs is None:
            yield Difference("column-extra", table, ours.name, "column", column_text(ours), None)
        elif ours is None:
            yield Difference("column-missing", table, theirs.name, "column", None, column_text(theirs))
        else:
            for attribute, code in COLUMN_CODES.items():
                left, right = getattr(ours, attribute), getattr(theirs, attribute)
                # A column that follows its table is told once, with the table.
                follows = attribute in _TABLE_WIDE and (left, right) == (
                    dict(migrated.options).get(attribute),
                    dict(expected.options).get(attribute),
                )
                # A character set brings its collation along.
                follows = follows or (attribute == "collation" and ours.charset != theirs.charset)
                if left != right and not follows:
                    aspect = _ASPECTS.get(attribute, attribute)
                    yield Difference(
                        code, table, ours.name, aspect, _value(attribute, left), _value(attribute, right)
                    )
    # Only the order of what both have is a difference of its own.
    left_order = [c.name for c in migrated.columns if expected.column(c.name)]
    right_order = [c.name for c in expected.columns if migrated.column(c.name)]
    if left_order != right_order:
        yield Difference(
            "column-order", table, None, "column order", ", ".join(left_order), ", ".join(right_order)
        )


def _compare_primary_keys(migrated: Table, expected: Table) -> Iterator[Difference]:
    ours, theirs = migrated.primary_key, expected.primary_key
    left = _columns(ours.keys or ours.columns) if ours else None
    right = _columns(theirs.keys or theirs.columns) if theirs else None
    if left != right:
        yield Difference("primary-key", expected.name, None, "primary key", left, right)
    elif ours and theirs and ours.name != theirs.name:
        yield _name_difference(expected.name, "primary key", ours.name, theirs.name)


def _compare_uniques(migrated: Table, expected: Table) -> Iterator[Difference]:
    table = expected.name

    def text(unique: Unique) -> str:
        return f"UNIQUE {_columns(unique.columns)}"

    for ours, theirs in _matched(migrated.uniques, expected.uniques, lambda u: u.columns):
        if theirs is None:
            sides = _extra(
                text(ours), (text(u) for u in migrated.uniques), (text(u) for u in expected.uniques)
            )
            yield Difference("unique-extra", table, _label(ours, text), "unique", *sides)
        elif ours is None:
            yield Difference("unique-missing", table, _label(theirs, text), "unique", None, text(theirs))
        elif ours.name != theirs.name:
            yield _name_difference(table, text(ours), ours.name, theirs.name)


def _compare_checks(migrated: Table, expected: Table) -> Iterator[Difference]:
    table = expected.name

    def text(check: Check) -> str:
        return f"CHECK ({check.expression})"

    extra: List[Check] = []
    missing: List[Check] = []
    for ours, theirs in _matched(migrated.checks, expected.checks, lambda c: c.expression):
        if theirs is None:
            extra.append(ours)
        elif ours is None:
            missing.append(theirs)
        elif ours.name != theirs.name:
            yield _name_difference(table, text(ours), ours.name, theirs.name)
    # The same name with another expression is one changed constraint, not two. A name may repeat.
    for ours, theirs in _matched(extra, missing, lambda check: check.name or check):
        if theirs is None:
            sides = _extra(text(ours), (text(c) for c in migrated.checks), (text(c) for c in expected.checks))
            yield Difference("check-extra", table, _label(ours, text), "check", *sides)
        elif ours is None:
            yield Difference("check-missing", table, _label(theirs, text), "check", None, text(theirs))
        else:
            yield Difference("check-differs", table, ours.name, "check", text(ours), text(theirs))


def _compare_foreign_keys(migrated: Table, expected: Table) -> Iterator[Difference]:
    table = expected.name

    def target(key: ForeignKey) -> Tuple[Sequence[str], str, Sequence[str]]:
        return key.columns, key.referred_table, key.referred_columns

    def text(key: ForeignKey) -> str:
        return (
            f"FOREIGN KEY {_columns(key.columns)} "
            f"REFERENCES {key.referred_table} {_columns(key.referred_columns)}"
        )

    for ours, theirs in _matched(migrated.foreign_keys, expected.foreign_keys, target):
        if theirs is None:
            keys = (text(key) for key in migrated.foreign_keys), (text(key) for key in expected.foreign_keys)
            yield Difference(
                "foreign-key-extra", table, _label(ours, text), "foreign key", *_extra(text(ours), *keys)
            )
        elif ours is None:
            yield Difference(
                "foreign-key-missing", table, _label(theirs, text), "foreign key", None, text(theirs)
            )
        else:
            for attribute in ("on_update", "on_delete", "match", "deferrable", "enforcement"):
                left, right = getattr(ours, attribute), getattr(theirs, attribute)
                if left != right:
                    aspect = attribute.replace("_", " ")
                    yield Difference("foreign-key-differs", table, _label(ours, text), aspect, left, right)
            if ours.name != theirs.name:
                yield _name_difference(table, text(ours), ours.name, theirs.name)


def _compare_indexes(migrated: Table, expected: Table) -> Iterator[Difference]:
    table = expected.name
    extra: List[Index] = []
    missing: List[Index] = []
    for ours, theirs in _pairs(migrated.indexes, expected.indexes, lambda index: index.name):
        if theirs is None:
            extra.append(ours)
        elif ours is None:
            missing.append(theirs)
        else:
            yield from _compare_index(table, ours, theirs)

    def meaning(index: Index) -> Tuple[object, ...]:
        return index.keys, index.unique, index.predicate, index.method

    for ours, theirs in _matched(extra, missing, meaning):
        if theirs is None:
            sides = _extra(
                index_text(ours), map(index_text, migrated.indexes), map(index_text, expected.indexes)
            )
            yield Difference("index-extra", table, ours.name, "index", *sides)
        elif ours is None:
            yield Difference("index-missing", table, theirs.name, "index", None, index_text(theirs))
        else:
            yield _name_difference(table, index_text(ours), ours.name, theirs.name)


def _compare_index(table: str, migrated: Index, expected: Index) -> Iterator[Difference]:
    left_columns = [key.expression for key in migrated.keys]
    right_columns = [key.expression for key in expected.keys]
    aspects = [
        ("columns", _columns(left_columns), _columns(right_columns)),
        ("uniqueness", _yes_no(migrated.unique), _yes_no(expected.unique)),
        ("predicate", migrated.predicate, expected.predicate),
        ("method", migrated.method, expected.method),
    ]
    if left_columns == right_columns:
        aspects.append(("order", _columns(map(str, migrated.keys)), _columns(map(str, expected.keys))))
    for aspect, left, right in aspects:
        if left != right:
            yield Difference("index-differs", table, migrated.name, aspect, left, right)


def _compare_options(migrated: Table, expected: Table) -> Iterator[Difference]:
    left, right = _joined(migrated.options), _joined(expected.options)
    for option in sorted(left.keys() | right.keys()):
        if left.get(option) != right.get(option):
            code = option if option in ("autoincrement", "comment") else "table-option"
            yield Difference(
                code, expected.name, None, option, left.get(option, "no"), right.get(option, "no")
            )


def _joined(options: Iterable[Tuple[str, str]]) -> Dict[str, str]:
    """The options; a collation is part of its character set, where there is one."""
    found = dict(options)
    if "charset" in found and "collation" in found:
        found["charset"] += f" COLLATE {found.pop('collation')}"
    return found


def _compare_named(
    kind: str, migrated: Sequence[Item], expected: Sequence[Item], text: Callable[[Item], str]
) -> Iterator[Difference]:
    """Views, triggers, sequences, enums, routines: found by name, compared as a whole.

    A trigger's name is its table's, and a function may be called like a procedure.
    """

    def table(item: Item) -> Optional[str]:
        found: Optional[str] = getattr(item, "table", None)
        return found

    def name(item: Item) -> str:
        found: str = item.name  # type: ignore[attr-defined]
        return found

    def key(item: Item) -> Tuple[str, ...]:
        return name(item), table(item) or "", getattr(item, "kind", "")

    for ours, theirs in _pairs(migrated, expected, key):
        if theirs is None:
            yield Difference(f"{kind}-extra", table(ours), name(ours), kind, text(ours), None)
        elif ours is None:
            yield Difference(f"{kind}-missing", table(theirs), name(theirs), kind, None, text(theirs))
        elif ours != theirs:
            yield Difference(
                f"{kind}-differs", table(theirs), name(ours), "definition", text(ours), text(theirs)
            )


def _told(sequences: Sequence[SequenceObject], tables: Set[str]) -> List[SequenceObject]:
    """Sequences but those of tables that only one side has: they come and go with their table."""
    return [s for s in sequences if s.owner_table is None or s.owner_table in tables]


def _sequence_text(sequence: SequenceObject) -> str:
    return f"{sequence.definition} owned by {sequence.owner or 'nobody'}"


def _name_difference(table: str, what: str, migrated: Optional[str], expected: Optional[str]) -> Difference:
    return Difference("name", table, what, "name", migrated or "(none)", expected or "(none)")


def _pairs(
    migrated: Sequence[Item], expected: Sequence[Item], key: Callable[[Item], Key]
) -> Iterator[Tuple[Item, Item]]:
    """Full outer join on a key that is unique on each side; the absent side is None.

    The annotation says Item, not Optional[Item]: each caller tests for None before use. Raises
    ValueError where a key repeats: one of the two would be compared with nothing.
    """
    left, right = _by_key(migrated, key), _by_key(expected, key)
    for name in sorted(left.keys() | right.keys()):
        yield left.get(name), right.get(name)  # type: ignore[misc]


def _by_key(items: Sequence[Item], key: Callable[[Item], Key]) -> Dict[Key, Item]:
    found: Dict[Key, Item] = {}
    for item in items:
        if found.setdefault(key(item), item) is not item:
            raise ValueError(f"{type(item).__name__} {key(item)} is there twice")
    return found


def _matched(
    migrated: Sequence[Item], expected: Sequence[Item], meaning: Callable[[Item], object]
) -> Iterator[Tuple[Item, Item]]:
    """Like _pairs, but the key may repeat: the same meaning and name first, then the same meaning."""
    # 1. what is the same to the letter needs no more looks
    rest = list(expected)
    unmatched = []
    for item in migrated:
        if item in rest:
            rest.remove(item)
        else:
            unmatched.append(item)
    # 2. the same meaning, whatever the name
    for item in unmatched:
        twin = next((other for other in rest if meaning(other) == meaning(item)), None)
        if twin is not None:
            rest.remove(twin)
        yield item, twin  # type: ignore[misc]
    # 3. what only the expected side has
    for other in rest:
        yield None, other  # type: ignore[misc]


def column_text(column: Column) -> str:
    """A column in the words of a CREATE TABLE."""
    parts = [column.type or "(no type)"]
    if column.collation and not column.charset:
        parts.append(f"COLLATE {column.collation}")
    if column.generated:
        parts.append(f"GENERATED {column.generated}")
    if not column.nullable:
        parts.append("NOT NULL")
    if column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    return " ".join(parts)


def index_text(index: Index) -> str:
    """An index in the words of a CREATE INDEX, without its name."""
    unique = "UNIQUE " if index.unique else ""
    where = f" WHERE {index.predicate}" if index.predicate else ""
    return f"{unique}INDEX {_columns(map(str, index.keys))}{where}"


def _table_text(table: Table) -> str:
    return f"table of {len(table.columns)} columns"


def _extra(text: str, migrated: Iterable[str], expected: Iterable[str]) -> Tuple[str, Optional[str]]:
    """The two sides of what only one has; where both have the same, but not as often, how often."""
    has, wanted = list(migrated).count(text), list(expected).count(text)
    return (f"{text}, {_times(has)}", f"{text}, {_times(wanted)}") if wanted else (text, None)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _label(item: Item, text: Callable[[Item], str]) -> str:
    name: Optional[str] = getattr(item, "name", None)
    return name or text(item)


def _columns(names: "Sequence[str] | map[str]") -> str:
    return f"({', '.join(names)})"


def _yes_no(value: bool) -> str:
    return "unique" if value else "not unique"


def _value(attribute: str, value: object) -> Optional[str]:
    if attribute == "nullable":
        return "NULL" if value else "NOT NULL"
    return None if value is None else str(value)
