"""SQLite's schemas in the words of a server that was not asked: what it would tell of the same.

Both schemas, the former and that of the models, are translated in one way, so that what differs is what
differs on SQLite. What a word of SQLite's leaves open (how precise a number is, an Enum) the models say;
of what they do not have any more the usual is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterable, List, Optional, Tuple

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.naming import _constraint_name_for_table
from sqlalchemy.util import md5_hex

from ..operations import words
from ..operations.types import check_of_enum, enum_values, is_odd, type_code
from ..schema.model import (
    NUMBER,
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Sequence,
    Table,
)
from ..schema.names import of_type
from ..schema.renames import Renames, next_value, spelled
from .fills import dialect_of
from .recorded import recorded
from .server_words import default_on, type_on
from .unseen import unseen_of

_BOOLEAN = re.compile(r"(\"[^\"]+\"|\S+) in \(0, ?1\)", re.IGNORECASE)

#: What servers have several types for -> what is not known of it.
_SEVERAL = {"FLOAT": "it may be a FLOAT or a DOUBLE", "BLOB": "for how many bytes it is"}

#: How many characters a name has at most.
_NAME_LIMIT = 63

#: The largest number that a sequence gives.
_HIGHEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


@dataclass(frozen=True)
class Translation:
    """Both schemas on a server. ``open``: (table, column) -> what cannot be told of it."""

    before: Schema
    after: Schema
    open: Dict[Tuple[str, str], str] = field(default_factory=dict)


def translated(
    before: Schema,
    after: Schema,
    metadata: Any,
    engine: str,
    renames: Renames,
    server: Optional[Schema] = None,
) -> Translation:
    """Both schemas of SQLite as ``engine`` would tell of them; ``renames`` say what is what in both.

    ``server`` is what another server had before: comments, types of values, precise numbers.
    """
    translator = _Translator(metadata, engine, before, after, renames, server)
    now = translator.schema(after)
    return Translation(translator.schema(before), now, translator.open)


@dataclass(frozen=True)
class _Translated:
    """A table, and what it brings along."""

    table: Table
    sequences: Tuple[Sequence, ...]
    enums: Tuple[Enum, ...]


class _Translator:
    def __init__(
        self,
        metadata: Any,
        engine: str,
        before: Schema,
        after: Schema,
        renames: Renames,
        server: Optional[Schema],
    ) -> None:
        self.metadata, self.engine = metadata, engine
        self.before, self.after, self.server = before, after, server
        self.tables = dict(renames.tables)
        self.columns = {(table, old): new for table, old, new in renames.columns}
        self.dialect = dialect_of(engine)
        self.open: Dict[Tuple[str, str], str] = {}
        #: Tables that are the same in both, once they are translated.
        self.same: Dict[Table, _Translated] = {}

    # -- who is who in the models

    def model_of(self, schema: Schema, table: Table) -> Any:
        """The table of the models that a table is, or becomes."""
        name = self.tables.get(table.name, table.name) if schema is self.before else table.name
        return self.metadata.tables.get(name)

    def column_name(self, schema: Schema, model: Any, name: str) -> str:
        return self.columns.get((model.name, name), name) if schema is self.before else name

    def model_column(self, schema: Schema, table: Table, column: Column) -> Any:
        """The column of the models that says more of it than SQLite, or None."""
        model = self.model_of(schema, table)
        if model is None:
            return None
        name = self.column_name(schema, model, column.name)
        if name == column.name and schema is self.before:
            # Of two columns of one name the one that has another name now is the other one.
            taken = any(t == model.name and new == name for (t, _), new in self.columns.items())
            name = "" if taken else name
        return next((found for found in model.columns if found.name == name), None)

    def on_server(self, schema: Schema, table: str, column: Column) -> Optional[Column]:
        """What another server has of a former column."""
        found = self.server.table(table) if self.server and schema is self.before else None
        return found.column(column.name) if found else None

    # -- the whole

    def schema(self, schema: Schema) -> Schema:
        found = [self.translated(schema, table) for table in schema.tables]
        enums = {enum.name: enum for made in found for enum in made.enums}
        sequences = (sequence for made in found for sequence in made.sequences)
        return Schema(
            tuple(made.table for made in found),
            sequences=tuple(sorted(sequences, key=lambda sequence: sequence.name)),
            enums=tuple(enums[name] for name in sorted(enums)),
        )

    def translated(self, schema: Schema, table: Table) -> _Translated:
        """A table of one of the schemas; most are the same in both."""
        if table in self.same and schema is self.before:
            return self.same[table]
        sequences: List[Sequence] = []
        enums: Dict[str, Enum] = {}
        found = self.table(schema, table, sequences, enums)
        made = _Translated(found, tuple(sequences), tuple(enums.values()))
        # Another server's words, and renames, are of what was before.
        if schema is self.after and not (self.server or self.tables or self.columns):
            self.same[table] = made
        return made

    def table(self, schema: Schema, table: Table, sequences: List[Sequence], enums: Dict[str, Enum]) -> Table:
        model = self.model_of(schema, table)
        counted = self.counted(schema, table, model)
        columns, native = [], set()
        for column in table.columns:
            found, enum = self.column(schema, table, column)
            if enum is not None:
                native.add(enum.name)
                if self.engine == "postgresql":
                    enums[enum.name] = enum
            if column.name == counted:
                found = self.counting(table, found, sequences)
            columns.append(found)
        checks = [
            Check(self.quoted(table, check.expression), self.short(check.name))
            for check in table.checks
            if check.name not in native and not self.is_without(schema, table, check)
        ]
        keys = tuple(replace(key, name=self.short(key.name)) for key in table.foreign_keys)
        if self.engine == "mysql":
            keys = tuple(replace(key, deferrable="NOT DEFERRABLE", match="NONE") for key in keys)
        key = table.primary_key
        if key is not None:
            name = self.key_name(table, model) if self.engine == "postgresql" else None
            key = PrimaryKey(key.columns, self.short(name))
        indexes = [self.index(schema, table, index, model) for index in table.indexes]
        uniques = tuple(replace(unique, name=self.short(unique.name)) for unique in table.uniques)
        if self.engine == "mysql":
            indexes += [
                Index(unique.name or unique.columns[0], tuple(map(IndexKey, unique.columns)), True)
                for unique in uniques
            ]
            uniques = ()
            indexes += _of_foreign_keys(keys, key, indexes)
            indexes.sort(key=lambda index: index.name)
        return Table(
            table.name,
            tuple(columns),
            key,
            uniques,
            tuple(checks),
            keys,
            tuple(indexes),
            self.options(schema, table, model),
        )

    def short(self, name: Optional[str]) -> Optional[str]:
        """A name as SQLAlchemy shortens it for the server."""
        limit = self.dialect.max_index_name_length or self.dialect.max_identifier_length
        if name is None or len(name) <= limit:
            return name
        return f"{name[: limit - 8]}_{md5_hex(name)[-4:]}"

    def quoted(self, table: Table, sql: str) -> str:
        """SQL in which names of columns have the server's quotes; SQLite's catalogue has no capitals in it."""
        for column in table.columns:
            name, folded = words.quoted(self.engine, column.name), column.name.lower()
            if folded not in sql.lower():
                continue  # most are not, and to replace a name costs a regular expression
            sql = spelled(sql, (f'"{column.name}"', f'"{folded}"'), name)
            if folded != name:
                sql = spelled(sql, (folded,), name)
        return sql

    def is_without(self, schema: Schema, table: Table, check: Check) -> bool:
        """Whether the server has a type of its own for it; of one that goes the models do not tell."""
        said = _BOOLEAN.fullmatch(check.expression) if self.engine == "postgresql" else None
        if said is None or (schema is self.before and not self.stays(table, check)):
            return said is not None
        name = said.group(1).strip('"').lower()
        return any(column.name.lower() == name and column.type == "BOOLEAN" for column in table.columns)

    # -- columns

    def column(self, schema: Schema, table: Table, column: Column) -> Tuple[Column, Optional[Enum]]:
        model = self.model_column(schema, table, column)
        known = self.on_server(schema, table.name, column)
        type_, enum = self.type_of(schema, table, column, model)
        # A type that changes on SQLite, too, was what the releases have.
        is_recorded = recorded(self.engine, table.name, column) and not self.is_same(table, column, model)
        if schema is self.before and model is not None and enum is None and not is_recorded:
            shows_neither = set(unseen_of(model, (self.engine,))) - {"with_variant"}
            told = {"comment", "Enum"} if known is not None else set()
            for what in sorted(set(unseen_of(model, ("sqlite",))) - shows_neither - told):
                self.open.setdefault((table.name, column.name), f"it may not have had its {what}")
        sequence = model.default if model is not None else None
        if self.engine == "postgresql" and isinstance(sequence, sa.Sequence):
            self.open[table.name, column.name] = f"the sequence {sequence.name} of its values"
        try:
            said = enum.name if enum and self.engine == "postgresql" else type_on(self.engine, type_)
        except CompileError as error:
            said = column.type.lower()
            self.open[table.name, column.name] = " ".join(str(error).split())
        collation = getattr(type_, "collation", None)
        default = None if column.generated else default_on(self.engine, column, said)
        comment = model.comment if model is not None else None
        if known is not None:
            comment = known.comment
        return replace(
            column, type=said, default=default, collation=collation, comment=comment,
            generated=self.quoted(table, column.generated) if column.generated else None,
            length=None if enum else column.length,
        ), enum  # fmt: skip

    def type_of(self, schema: Schema, table: Table, column: Column, model: Any) -> Tuple[Any, Optional[Enum]]:
        """The type as SQLAlchemy has it; and as an Enum of the server's own, where it is one."""
        enum = self.enum_of(schema, table, column, model)
        if enum is not None:
            return sa.Enum(*enum.values, name=enum.name or None), enum
        is_same = schema is self.after or self.is_same(table, column, model)
        if model is not None and is_same and _native_enum(model, self.dialect) is None:
            return model.type, None
        known = recorded(self.engine, table.name, column)
        if known is not None:
            return _type_of_words(replace(column, type=known.on_server), self.engine), None
        if is_odd(column):
            self.open[table.name, column.name] = f"what {column.type} is there"
        if column.type in _SEVERAL and self.engine == "mysql":
            self.open[table.name, column.name] = _SEVERAL[column.type]
        return _type_of_words(column), None

    def enum_of(self, schema: Schema, table: Table, column: Column, model: Any) -> Optional[Enum]:
        """The type of a column as one of the server's own, where it is an Enum. Its CHECK on SQLite is
        called as the type is."""
        listed = check_of_enum(table, column)
        values = words.listed_values(listed.expression) if listed else ()
        native = _native_enum(model, self.dialect)
        name = (listed.name if listed else native.name if native is not None else None) or ""
        elsewhere = self.on_server(schema, table.name, column)
        if elsewhere is not None and self.server is not None:
            known = enum_values(elsewhere, self.server)
            named = any(enum.name == of_type(elsewhere.type) for enum in self.server.enums)
            return Enum(of_type(elsewhere.type) if named else name, known) if known else None
        if native is not None:
            if schema is self.after or (not native.create_constraint and self.is_same(table, column, model)):
                values = tuple(native.enums)
            return Enum(name, values) if values else None
        if listed is None or schema is self.after or self.stays(table, listed):
            return None
        if column.length != max(map(len, values)):
            return None
        self.open[table.name, column.name] = "it may be an Enum of the server's own"
        return Enum(name, values)

    def stays(self, table: Table, check: Check) -> bool:
        """Whether the models have a CHECK of before, too."""
        now = self.after.table(self.tables.get(table.name, table.name))
        return now is not None and any(found.name == check.name for found in now.checks)

    def is_same(self, table: Table, column: Column, model: Any) -> bool:
        """Whether a former column has the type that the models give it, as far as SQLite tells."""
        if model is None:
            return False
        now = self.after.table(model.table.name)
        found = now.column(model.name) if now else None
        return found is not None and found.type == column.type

    # -- what numbers its rows

    def counted(self, schema: Schema, table: Table, model: Any) -> Optional[str]:
        """The column that numbers the rows by itself."""
        key = table.primary_key.columns if table.primary_key else ()
        column = table.column(key[0]) if len(key) == 1 else None
        if column is None or column.kind != NUMBER or "INT" not in column.type:
            return None
        elsewhere = self.on_server(schema, table.name, column)
        if elsewhere is not None:
            is_counted = elsewhere.identity or (elsewhere.default or "").startswith("nextval(")
            return column.name if is_counted else None
        known = self.model_column(schema, table, column)
        if known is not None and known.autoincrement is False and schema is self.after:
            return None
        now = self.after.table(model.name) if model is not None else None
        if now is not None:
            names = [c.name for c in model.primary_key.columns]
            is_known = names == [self.column_name(schema, model, column.name)]
            counts = [dict(found.options).get("autoincrement") for found in (table, now)]
            if is_known and counts[0] == counts[1]:
                return column.name if model._autoincrement_column is not None else None
            fact = recorded(self.engine, table.name, column)
            if fact is not None:
                return column.name if fact.counts else None
            if schema is self.before:
                self.open[table.name, column.name] = "whether it numbers its rows by itself"
        if any(t.kwargs.get("sqlite_autoincrement") for t in self.metadata.tables.values()):
            return column.name if dict(table.options).get("autoincrement") else None
        refers = any(column.name in foreign.columns for foreign in table.foreign_keys)
        return None if refers or column.default is not None else column.name

    def counting(self, table: Table, column: Column, sequences: List[Sequence]) -> Column:
        if self.engine == "mysql":
            return replace(column, identity="auto_increment")
        name = _sequence_name(table.name, column.name)
        highest = _HIGHEST.get(column.type, _HIGHEST["integer"])
        definition = f"{column.type} start 1 increment 1 minvalue 1 maxvalue {highest} cache 1"
        sequences.append(Sequence(name, definition, f"{table.name}.{column.name}", table.name))
        return replace(column, default=next_value(name))

    def key_name(self, table: Table, model: Any) -> str:
        convention = self.metadata.naming_convention.get("pk")
        if model is not None and model.name == table.name:
            return str(_constraint_name_for_table(model.primary_key, model) or f"{table.name}_pkey")
        return convention % {"table_name": table.name} if convention else f"{table.name}_pkey"

    # -- indexes and options

    def index(self, schema: Schema, table: Table, index: Index, model: Any) -> Index:
        known = None
        name = self.short(index.name) or ""
        for candidate in model.indexes if model is not None else ():
            if self.dialect.identifier_preparer.format_index(candidate).strip('"`') == name:
                known = candidate.dialect_options[self.engine]
                self.open_options(table, index, candidate)
        keys = tuple(
            replace(key, expression=self.quoted(table, key.expression), collation=None) for key in index.keys
        )
        if known is None and schema is self.before:
            self.open_index(table, index)
        if self.engine == "mysql":
            lengths = (known["length"] if known else None) or {}
            if isinstance(lengths, int):
                lengths = {key.expression: lengths for key in keys}
            keys = tuple(replace(key, prefix=lengths.get(key.expression)) for key in keys)
            return Index(name, keys, index.unique)
        where = index.predicate
        if known is not None:
            where = known["where"]
            if where is not None and not isinstance(where, str):
                where = str(where.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))
        method = (known["using"] if known else None) or None
        return Index(name, keys, index.unique, where and self.quoted(table, where), method)

    def open_options(self, table: Table, index: Index, model: Any) -> None:
        """What the models say of an index on this engine in words that are the server's."""
        prefix = f"{self.engine}_"
        said = {option[len(prefix) :] for option in model.dialect_kwargs if option.startswith(prefix)}
        # What ``index`` writes; and how it is made, which is not what it is then.
        said -= {"where", "using", "length", "concurrently"}
        if said:
            self.open[table.name, index.name] = f"what it is with its {', '.join(sorted(said))}"

    def open_index(self, table: Table, index: Index) -> None:
        """What SQLite does not tell of an index that the models do not have any more."""
        columns = filter(None, (table.column(key.expression) for key in index.keys))
        if self.engine == "postgresql" and index.predicate:
            self.open[table.name, index.name] = f"its condition in other words than {index.predicate}"
        elif self.engine == "mysql" and any(column.type in ("TEXT", "BLOB") for column in columns):
            self.open[table.name, index.name] = "of how much of each text it is"

    def options(self, schema: Schema, table: Table, model: Any) -> Tuple[Tuple[str, str], ...]:
        elsewhere = self.server.table(table.name) if self.server and schema is self.before else None
        comment = model.comment if model is not None else None
        if elsewhere is not None:
            comment = dict(elsewhere.options).get("comment")
        found = {"comment": comment} if comment else {}
        if self.engine == "mysql":
            said: Dict[str, str] = {}
            for known in [*self.metadata.tables.values(), *([model] if model is not None else [])]:
                said.update({n: v for n, v in known.kwargs.items() if n.startswith("mysql_")})
            for option, word in (("engine", "engine"), ("charset", "charset"), ("collate", "collation")):
                if f"mysql_{option}" in said:
                    found[word] = str(said[f"mysql_{option}"])
        return tuple(sorted(found.items()))


def _of_foreign_keys(
    keys: Iterable[ForeignKey], primary: Optional[PrimaryKey], indexes: List[Index]
) -> List[Index]:
    """Those that the server makes for foreign keys that no other one serves."""
    serving = [tuple(key.expression for key in index.keys) for index in indexes]
    serving += [primary.columns] if primary else []
    return [
        Index(key.name or key.columns[0], tuple(map(IndexKey, key.columns)))
        for key in keys
        if not any(columns[: len(key.columns)] == key.columns for columns in serving)
    ]


def _native_enum(model: Any, dialect: Any) -> Any:
    """The Enum of a column of the models that is a type of the server's own, or None."""
    type_ = model.type if model is not None else None
    known = type_.type_engine(dialect) if isinstance(type_, sa.types.TypeDecorator) else type_
    return known if isinstance(known, sa.Enum) and known.native_enum else None


def _type_of_words(column: Column, engine: str = "sqlite") -> Any:
    code = type_code(engine, column, None, Schema()) or "sa.types.NullType()"
    names = {"sa": sa, "mysql": mysql, "postgresql": postgresql}
    return eval(code, names)


def _sequence_name(table: str, column: str) -> str:
    """As the server makes it: of what is too long the longer part is cut."""
    parts = [table, column]
    while len("_".join([*parts, "seq"]).encode()) > _NAME_LIMIT:
        longer = 0 if len(parts[0]) > len(parts[1]) else 1
        parts[longer] = parts[longer][:-1]
    return "_".join([*parts, "seq"])
