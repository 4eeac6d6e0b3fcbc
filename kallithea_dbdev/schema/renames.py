"""Another name for what stays what it is: who may be whom, and what differs when they are.

A comparison by name tells of a rename as of one thing too much and one that is missing. Whether that
is meant, nobody can tell from two schemas: ``candidates`` proposes, ``changes_with`` is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Callable, Dict, FrozenSet, Iterable, Iterator, List, Mapping, Optional, Tuple, TypeVar

from sqlalchemy.dialects import postgresql, sqlite

from .change import Change
from .compare import compare
from .model import Check, Column, ForeignKey, Index, PrimaryKey, Schema, Sequence, Table, Unique
from .names import speaks_of

#: Kinds of changes that are no findings of their own.
COLUMN_RENAMED, TABLE_RENAMED, SEQUENCE_RENAMED = "column-renamed", "table-renamed", "sequence-renamed"
#: A foreign key to a column with another name: every server but SQLite looks after it.
REFERENCE_RENAMED = "reference-renamed"

Named = TypeVar("Named", Table, Column)

#: How much two tables must have in common.
_ALIKE = 0.6

#: What is no name without quotes, somewhere.
_RESERVED = frozenset(
    word
    for dialect in (sqlite.dialect(), postgresql.dialect())
    for word in dialect.identifier_preparer.reserved_words
)
_LITERAL = r"'(?:[^']|'')*'"


@dataclass(frozen=True)
class Renames:
    """``tables``: (old, new) names; ``columns``: (table as it is called now, old, new) names."""

    tables: Tuple[Tuple[str, str], ...] = ()
    columns: Tuple[Tuple[str, str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tables or self.columns)


def candidates(changes: Iterable[Change]) -> Renames:
    """What belongs together by its definition: each thing that is too much with at most one that is missing.

    Columns of one table and one type; the same definition wins over the same type, and where several
    are equally good, none is proposed. Tables of which most columns are the same.
    """
    found = list(changes)
    gone, new = _tables(found, "before"), _tables(found, "after")
    tables = _pairs(gone, new, _likeness)
    columns: List[Tuple[str, str, str]] = []
    for table in sorted({change.table for change in found if change.table}):
        extra = [c.before for c in found if c.table == table and c.kind == "column-extra"]
        missing = [c.after for c in found if c.table == table and c.kind == "column-missing"]
        pairs = _pairs(
            [column for column in extra if isinstance(column, Column)],
            [column for column in missing if isinstance(column, Column)],
            _fit,
        )
        columns += [(table, one.name, other.name) for one, other in pairs]
    return Renames(tuple((one.name, other.name) for one, other in tables), tuple(columns))


def _tables(changes: List[Change], side: str) -> List[Table]:
    kind = {"before": "table-extra", "after": "table-missing"}[side]
    items = [getattr(change, side) for change in changes if change.kind == kind]
    return [item for item in items if isinstance(item, Table)]


def _pairs(
    gone: List[Named], new: List[Named], likeness: Callable[[Named, Named], float]
) -> List[Tuple[Named, Named]]:
    """Those that are more alike than either is to any other."""
    scores = {(one.name, other.name): likeness(one, other) for one in gone for other in new}
    found = []
    for one in gone:
        for other in new:
            score = scores[one.name, other.name]
            rivals = [
                value
                for (left, right), value in scores.items()
                if (left == one.name) != (right == other.name)
            ]
            if score > 0 and all(score > rival for rival in rivals):
                found.append((one, other))
    return found


def _fit(one: Column, other: Column) -> float:
    """How well one column may be the other: not at all, by its type, or by all that it is. What is computed
    is dropped and added: it has nothing to keep."""
    if one.type != other.type or one.generated or other.generated:
        return 0
    return 2 if replace(one, name=other.name) == other else 1


def _likeness(one: Table, other: Table) -> float:
    left, right = ({(column.name, column.type) for column in table.columns} for table in (one, other))
    share = len(left & right) / max(len(left | right), 1)
    return share if share >= _ALIKE else 0


def changes_with(migrated: Schema, expected: Schema, renames: Renames) -> Tuple[Change, ...]:
    """The renames, and what differs when they are done, in the words of the new names."""
    found: List[Change] = []
    current = migrated
    for old, new in in_turn(renames.tables, (table.name for table in current.tables), str.lower):
        before = current.table(old)
        if before is not None:
            after = table_renamed(before, old, new)
            found.append(Change(TABLE_RENAMED, before, after, "table", (before, after)))
            current = _schema_renamed(current, old, new)
    for name in dict.fromkeys(table for table, _, _ in renames.columns):
        whole = current.table(name)
        pairs = [(old, new) for table, old, new in renames.columns if table == name]
        for old, new in in_turn(pairs, (column.name for column in whole.columns) if whole else ()):
            table = current.table(name)
            column = table.column(old) if table else None
            if table is None or column is None or column.generated:
                continue
            known = texts_of(expected.table(name))
            renamed = column_renamed(table, old, new, known)
            found.append(
                Change(COLUMN_RENAMED, column, replace(column, name=new), "column", (table, renamed))
            )
            earlier, current = current, _column_renamed_in(current, name, old, new, known)
            found += _references_renamed(earlier, current, name)
    current, sequences = _sequences_renamed(current, expected)
    return (*found, *sequences, *compare(current, expected))


def under_new_names(schema: Schema, renames: Renames, expected: Optional[Schema] = None) -> Schema:
    """A schema of before the renames in the words of the new names, as ``expected`` spells them."""
    for old, new in in_turn(renames.tables, (table.name for table in schema.tables), str.lower):
        schema = _schema_renamed(schema, old, new)
    for name in dict.fromkeys(table for table, _, _ in renames.columns):
        whole = schema.table(name)
        pairs = [(old, new) for table, old, new in renames.columns if table == name]
        for old, new in in_turn(pairs, (column.name for column in whole.columns) if whole else ()):
            found = whole.column(old) if whole else None
            if found is not None and found.generated:
                continue
            known = texts_of(expected.table(name) if expected else None)
            schema = _column_renamed_in(schema, name, old, new, known)
    return schema


def in_turn(
    renames: Iterable[Tuple[str, str]], names: Iterable[str], fold: Callable[[str], str] = str
) -> List[Tuple[str, str]]:
    """The same renames in an order in which each new name is free; ``names`` are all that are taken.
    Two that ``fold`` to one are one name for some engine.

    Where they go in a circle, or where what has the name is to go, that makes room under a third name.
    """
    waiting, taken = [pair for pair in renames if pair[0] != pair[1]], set(names)
    found: List[Tuple[str, str]] = []
    while waiting:
        folded = {fold(name) for name in taken}
        ready = next((pair for pair in waiting if fold(pair[1]) not in folded), None)
        if ready is None:
            new = fold(waiting[0][1])
            name = next(name for name in sorted(taken) if fold(name) == new)
            aside = f"{name}_old"
            while aside in taken | {new for _, new in waiting}:
                aside += "_"
            ready = (name, aside)
            waiting = [(aside if old == name else old, new) for old, new in waiting]
        else:
            waiting.remove(ready)
        found.append(ready)
        taken = (taken - {ready[0]}) | {ready[1]}
    return found


def _references_renamed(before: Schema, after: Schema, name: str) -> Iterator[Change]:
    """The foreign keys to a column of a table, under its former and its new name."""
    for table in after.tables:
        earlier = before.table(table.name)
        for old, key in zip(earlier.foreign_keys if earlier else (), table.foreign_keys):
            if key.referred_table == name and key.referred_columns != old.referred_columns:
                old = replace(old, columns=key.columns)
                left = replace(table, foreign_keys=tuple(old if k == key else k for k in table.foreign_keys))
                yield Change(REFERENCE_RENAMED, old, key, "foreign key", (left, table))


# -- schemas under other names --------------------------------------------------------------------


def texts_of(table: Optional[Table]) -> FrozenSet[str]:
    """All SQL that a table's columns, CHECKs and indexes have."""
    if table is None:
        return frozenset()
    found = [check.expression for check in table.checks]
    found += [column.generated for column in table.columns if column.generated]
    for index in table.indexes:
        found += [*(key.expression for key in index.keys), *([index.predicate] if index.predicate else [])]
    return frozenset(found)


def column_renamed(table: Table, old: str, new: str, known: FrozenSet[str] = frozenset()) -> Table:
    """The table with another name for a column, wherever the table says it; in SQL as one of ``known``
    spells it, where that is the same."""

    def listed(names: Tuple[str, ...]) -> Tuple[str, ...]:
        return tuple(new if name == old else name for name in names)

    def key(found: ForeignKey) -> ForeignKey:
        referred = found.referred_columns
        return replace(
            found,
            columns=listed(found.columns),
            referred_columns=listed(referred) if found.referred_table == table.name else referred,
        )

    spelled = {_bare(text): text for text in known}

    def said(sql: str) -> str:
        text = _said(sql, old, new)
        return sql if text == sql else spelled.get(_bare(text), text)

    def column(found: Column) -> Column:
        generated = said(found.generated) if found.generated else None
        return replace(found, name=new if found.name == old else found.name, generated=generated)

    def index(found: Index) -> Index:
        keys = tuple(
            replace(key, expression=new if key.expression == old else said(key.expression))
            for key in found.keys
        )
        return replace(found, keys=keys, predicate=None if found.predicate is None else said(found.predicate))

    primary = table.primary_key
    if primary is not None:
        keys = tuple(new if text == old else said(text) for text in primary.keys)
        primary = PrimaryKey(listed(primary.columns), primary.name, keys)
    return replace(
        table,
        columns=tuple(map(column, table.columns)),
        primary_key=primary,
        uniques=tuple(Unique(listed(u.columns), u.name) for u in table.uniques),
        checks=tuple(Check(said(c.expression), c.name) for c in table.checks),
        foreign_keys=tuple(map(key, table.foreign_keys)),
        indexes=tuple(map(index, table.indexes)),
    )


def in_old_words(sql: str, renames: Renames, table: str = "") -> str:
    """SQL with the names of before: of tables, and of columns of ``table`` and of those that it speaks of."""
    spoken = {name for name, _, _ in renames.columns if name == table or speaks_of(sql, name)}
    former = {new: old for name, old, new in renames.columns if name in spoken}
    former.update((new, old) for old, new in renames.tables)
    words = "|".join(map(re.escape, sorted(former, key=len, reverse=True)))
    if not former:
        return sql
    pattern = rf"{_LITERAL}|(?<!\w)({words})(?!\w)"
    return re.sub(pattern, lambda found: former[found[1]] if found[1] else found[0], sql)


def is_plain(name: str) -> bool:
    """Whether a name needs no quotes in SQL, wherever."""
    return bool(re.fullmatch(r"[a-z_][a-z0-9_]*", name)) and name not in _RESERVED


def _said(sql: str, old: str, new: str) -> str:
    """SQL with another name in it. SQLite's catalogue has no upper case there."""
    sql = spelled(sql, (f"`{old}`",), f"`{new}`")
    return spelled(sql, (f'"{old}"', old, old.lower()), new if is_plain(new) else f'"{new}"')


def spelled(sql: str, names: Iterable[str], name: str) -> str:
    """SQL in which one of ``names``, quoted or not, is said as ``name``, but for its texts."""
    found = "|".join(map(re.escape, dict.fromkeys(names)))
    pattern = rf"{_LITERAL}|(?<![\w.`\"])(?:{found})(?![\w(`\"])"
    return re.sub(pattern, lambda match: match.group() if match.group().startswith("'") else name, sql)


def _bare(sql: str) -> str:
    """SQL without quotes of names and blanks, in one case: what it says, but for how it is spelled."""
    parts = re.split(f"({_LITERAL})", sql)
    return "".join(part if n % 2 else re.sub(r"[\"`\s]", "", part).lower() for n, part in enumerate(parts))


def table_renamed(table: Table, old: str, new: str) -> Table:
    """A table with another name for one, itself or one that it refers to."""
    keys = tuple(
        replace(key, referred_table=new) if key.referred_table == old else key for key in table.foreign_keys
    )
    return replace(table, name=new if table.name == old else table.name, foreign_keys=keys)


def _schema_renamed(schema: Schema, old: str, new: str) -> Schema:
    tables = tuple(table_renamed(table, old, new) for table in schema.tables)
    sequences = tuple(_owner_renamed(sequence, old, new) for sequence in schema.sequences)
    return replace(schema, tables=tables, sequences=sequences)


def _owner_renamed(sequence: Sequence, old: str, new: str) -> Sequence:
    if sequence.owner_table != old:
        return sequence
    owner = sequence.owner and new + sequence.owner[len(old) :]
    return replace(sequence, owner=owner, owner_table=new)


def _column_renamed_in(schema: Schema, name: str, old: str, new: str, known: FrozenSet[str]) -> Schema:
    def one(table: Table) -> Table:
        if table.name == name:
            return column_renamed(table, old, new, known)
        keys = tuple(
            replace(key, referred_columns=tuple(new if c == old else c for c in key.referred_columns))
            if key.referred_table == name
            else key
            for key in table.foreign_keys
        )
        return replace(table, foreign_keys=keys)

    sequences = tuple(
        replace(s, owner=f"{name}.{new}") if s.owner == f"{name}.{old}" else s for s in schema.sequences
    )
    return replace(schema, tables=tuple(map(one, schema.tables)), sequences=sequences)


def _sequences_renamed(schema: Schema, expected: Schema) -> Tuple[Schema, List[Change]]:
    """Sequences that count for the same column under another name."""
    by_owner: Mapping[Optional[str], Sequence] = {s.owner: s for s in expected.sequences if s.owner}
    wanted = {s.name: by_owner[s.owner].name for s in schema.sequences if s.owner in by_owner}
    by_name = {sequence.name: sequence for sequence in schema.sequences}
    found: List[Change] = []
    new_names: Dict[str, str] = {}
    for old, new in in_turn(wanted.items(), by_name):
        first = next((name for name, now in new_names.items() if now == old), old)
        new_names[first] = new
        before = replace(by_name[first], name=old)
        found.append(Change(SEQUENCE_RENAMED, before, replace(before, name=new), "definition"))
    if not found:
        return schema, found
    sequences = tuple(replace(s, name=new_names.get(s.name, s.name)) for s in schema.sequences)
    tables = tuple(
        replace(table, columns=tuple(_counting(column, new_names) for column in table.columns))
        for table in schema.tables
    )
    return replace(schema, sequences=sequences, tables=tables), found


def next_value(sequence: str) -> str:
    """The default of a column that a sequence counts for, as PostgreSQL tells of it."""
    name = sequence if re.fullmatch(r"[a-z_][a-z0-9_]*", sequence) else f'"{sequence}"'
    return f"nextval('{name}'::regclass)"


def _counting(column: Column, names: Mapping[str, str]) -> Column:
    """The server names a sequence in the default of its column by itself."""
    for old, new in names.items():
        if column.default == next_value(old):
            return replace(column, default=next_value(new))
    return column
