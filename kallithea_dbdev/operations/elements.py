"""The elements of a table as code: for ``create_table``, ``add_column``, and a table written down whole."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional

from ..schema.model import Check, Column, ForeignKey, Index, PrimaryKey, Schema, Table, Unique
from . import words
from .defaults import default_code
from .types import any_word, type_code


def column_code(
    engine: str, column: Column, table: Optional[Table], schema: Schema, nullable: Optional[bool] = None
) -> Optional[str]:
    """``sa.Column(...)``; None where the type has no code. ``nullable`` overrides the column's."""
    type_ = type_code(engine, column, table, schema)
    return None if type_ is None else _column(column, type_, table, nullable)


def _column(column: Column, type_: str, table: Optional[Table], nullable: Optional[bool] = None) -> str:
    counts = is_counted(column, table)
    default = default_code(column) if column.default is not None and not counts else None
    generated = None
    if column.generated:
        expression, _, kind = column.generated.rpartition(" ")
        generated = f"sa.Computed({words.sql(_inner(expression))}, persisted={kind == 'stored'})"
    may_be_null = column.nullable if nullable is None else nullable
    return (
        words.arguments(
            f"sa.Column({column.name!r}",
            type_,
            *([generated] if generated else []),
            nullable=None if may_be_null else False,
            server_default=default,
            autoincrement="False" if _is_uncounted_key(column, table) and not counts else None,
            comment=words.string(column.comment) if column.comment else None,
        )
        + ")"
    )


def is_counted(column: Column, table: Optional[Table]) -> bool:
    """Whether the column numbers its rows by itself: SQLAlchemy makes it so, as a key of one number."""
    counts = (column.default or "").startswith("nextval(") or column.identity == "auto_increment"
    return counts and table is not None and is_only_key(column, table)


def is_only_key(column: Column, table: Table) -> bool:
    """Whether the column is the whole primary key."""
    return table.primary_key is not None and table.primary_key.columns == (column.name,)


def _is_uncounted_key(column: Column, table: Optional[Table]) -> bool:
    """A key of one whole number that SQLAlchemy would take for one that counts."""
    if table is None or not is_only_key(column, table):
        return False
    sqlite = column.type.isupper()
    return not sqlite and column.kind == "number"


def _inner(expression: str) -> str:
    return expression[1:-1] if expression.startswith("(") and expression.endswith(")") else expression


def primary_key_code(key: PrimaryKey) -> str:
    """``sa.PrimaryKeyConstraint(...)``."""
    name = None if key.name is None else words.string(key.name)
    return f"sa.PrimaryKeyConstraint({words.arguments(*map(words.string, key.columns), name=name)})"


def unique_code(unique: Unique) -> str:
    """``sa.UniqueConstraint(...)``."""
    name = None if unique.name is None else words.string(unique.name)
    return f"sa.UniqueConstraint({words.arguments(*map(words.string, unique.columns), name=name)})"


def check_code(check: Check) -> str:
    """``sa.CheckConstraint(...)``."""
    name = None if check.name is None else words.string(check.name)
    return f"sa.CheckConstraint({words.arguments(words.sql(check.expression), name=name)})"


def foreign_key_code(key: ForeignKey) -> str:
    """``sa.ForeignKeyConstraint(...)``."""
    referred = [f"{key.referred_table}.{column}" for column in key.referred_columns]
    return (
        "sa.ForeignKeyConstraint("
        + words.arguments(
            words.names(key.columns),
            words.names(referred),
            name=None if key.name is None else words.string(key.name),
            **rules(key),
        )
        + ")"
    )


def rules(key: ForeignKey) -> Dict[str, str]:
    """What a foreign key does, as keyword arguments; the usual is left out."""
    found = {}
    if key.on_update != "NO ACTION":
        found["onupdate"] = words.string(key.on_update)
    if key.on_delete != "NO ACTION":
        found["ondelete"] = words.string(key.on_delete)
    if key.match != "NONE":
        found["match"] = words.string(key.match)
    if key.deferrable != "NOT DEFERRABLE":
        found["deferrable"] = "True"
        if key.deferrable.endswith("DEFERRED"):
            found["initially"] = "'DEFERRED'"
    return found


def index_keys(engine: str, table: Table, index: Index) -> str:
    """The keys of an index as a list in code: names, or SQL where a name says too little."""
    found = []
    for key in index.keys:
        # PostgreSQL quotes a name that is no plain word.
        bare = key.expression.strip('"')
        name = bare if table.column(bare) is not None else key.expression
        is_name = name.isidentifier() or table.column(name) is not None
        if (is_name and str(key) == key.expression) or key.prefix:
            found.append(words.string(name))
            continue
        said = str(key)
        if is_name:
            said = words.quoted(engine, name) + said[len(key.expression) :]
        elif not key.expression.startswith("("):
            # An expression needs brackets of its own; a name that is no plain word needs quotes.
            said = f"({key.expression}){said[len(key.expression) :]}"
        found.append(words.text_of(said))
    return f"[{', '.join(found)}]"


def index_options(index: Index) -> Dict[str, Optional[str]]:
    """The keyword arguments of ``create_index``; ``only`` one engine has all but the first."""
    prefixes = {key.expression: key.prefix for key in index.keys if key.prefix}
    return {
        "unique": "True" if index.unique else None,
        "mysql_length": repr(prefixes) if prefixes else None,
    }


def table_elements(engine: str, table: Table, schema: Schema, keys: Iterable[ForeignKey]) -> List[str]:
    """Columns and constraints; a type that SQLAlchemy has no word for in the server's own."""
    found = [
        _column(column, type_code(engine, column, table, schema) or any_word(column.type), table)
        for column in table.columns
    ]
    if table.primary_key:
        found.append(primary_key_code(table.primary_key))
    found += (check_code(check) for check in table.checks if not check.excludes)
    found += map(unique_code, table.uniques)
    found += map(foreign_key_code, keys)
    return found


def table_keywords(engine: str, table: Table) -> Dict[str, str]:
    """The options of a table as keyword arguments."""
    options = dict(table.options)
    found = {}
    if options.get("autoincrement"):
        found["sqlite_autoincrement"] = "True"
    if engine == "mysql":
        for option, keyword in (("engine", "engine"), ("charset", "charset"), ("collation", "collate")):
            if option in options:
                found[f"mysql_{keyword}"] = words.string(options[option])
    if options.get("comment"):
        found["comment"] = words.string(options["comment"])
    return found
