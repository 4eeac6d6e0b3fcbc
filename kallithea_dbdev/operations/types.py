"""The type of a column, from the server's words to SQLAlchemy's.

The generic type where it gives just that on the engine at hand, its dialect's own where none does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, List, Optional, Tuple

from ..schema.model import Check, Column, Enum, Schema, Table
from ..schema.names import of_type
from . import words

#: The server's word -> code, "{}" is what stands in brackets; by engine.
_GENERIC: Dict[str, Dict[str, str]] = {
    "sqlite": {
        "VARCHAR": "sa.String({})",
        "CHAR": "sa.CHAR({})",
        "TEXT": "sa.UnicodeText()",
        "INTEGER": "sa.Integer()",
        "BIGINT": "sa.BigInteger()",
        "SMALLINT": "sa.SmallInteger()",
        "BOOLEAN": "sa.Boolean(create_constraint=False)",
        "DATETIME": "sa.DateTime()",
        "TIMESTAMP": "sa.TIMESTAMP()",
        "DATE": "sa.Date()",
        "TIME": "sa.Time()",
        # It does not tell the precision: Kallithea's have this one.
        "FLOAT": "sa.Float(53)",
        "REAL": "sa.REAL()",
        "NUMERIC": "sa.Numeric({})",
        "DECIMAL": "sa.DECIMAL({})",
        "BLOB": "sa.LargeBinary()",
        "JSON": "sa.JSON()",
    },
    "postgresql": {
        "character varying": "sa.String({})",
        "character": "sa.CHAR({})",
        "text": "sa.UnicodeText()",
        "integer": "sa.Integer()",
        "bigint": "sa.BigInteger()",
        "smallint": "sa.SmallInteger()",
        "boolean": "sa.Boolean(create_constraint=False)",
        "timestamp without time zone": "sa.DateTime()",
        "timestamp with time zone": "sa.DateTime(timezone=True)",
        "date": "sa.Date()",
        "time without time zone": "sa.Time()",
        "time with time zone": "sa.Time(timezone=True)",
        "double precision": "sa.Float(53)",
        "real": "sa.REAL()",
        "numeric": "sa.Numeric({})",
        "bytea": "sa.LargeBinary()",
        "interval": "sa.Interval()",
        "json": "sa.JSON()",
        "jsonb": "postgresql.JSONB()",
        "uuid": "postgresql.UUID()",
        "inet": "postgresql.INET()",
        "tsvector": "postgresql.TSVECTOR()",
    },
    "mysql": {
        "varchar": "sa.String({})",
        "char": "sa.CHAR({})",
        "text": "sa.UnicodeText()",
        "tinytext": "mysql.TINYTEXT()",
        "mediumtext": "mysql.MEDIUMTEXT()",
        "longtext": "mysql.LONGTEXT()",
        "int": "sa.Integer()",
        "bigint": "sa.BigInteger()",
        "smallint": "sa.SmallInteger()",
        "mediumint": "mysql.MEDIUMINT()",
        "tinyint": "mysql.TINYINT()",
        "tinyint(1)": "sa.Boolean(create_constraint=False)",
        "datetime": "sa.DateTime()",
        "datetime(n)": "mysql.DATETIME(fsp={})",
        "timestamp": "sa.TIMESTAMP()",
        "timestamp(n)": "mysql.TIMESTAMP(fsp={})",
        "date": "sa.Date()",
        "time": "sa.Time()",
        "float": "sa.Float()",
        "double": "sa.Float(53)",
        "decimal": "sa.Numeric({})",
        "blob": "sa.LargeBinary()",
        "tinyblob": "mysql.TINYBLOB()",
        "mediumblob": "mysql.MEDIUMBLOB()",
        "longblob": "mysql.LONGBLOB()",
        "binary": "sa.BINARY({})",
        "varbinary": "sa.VARBINARY({})",
        "json": "sa.JSON()",
    },
}

#: What these take no brackets from: a display width says nothing of the values.
_WIDTHS = ("int", "bigint", "smallint", "mediumint", "tinyint")

#: MySQL's own types that take a character set, by their generic twin.
_WITH_CHARSET = {
    "sa.String": "mysql.VARCHAR",
    "sa.CHAR": "mysql.CHAR",
    "sa.UnicodeText": "mysql.TEXT",
    "mysql.TINYTEXT": "mysql.TINYTEXT",
    "mysql.MEDIUMTEXT": "mysql.MEDIUMTEXT",
    "mysql.LONGTEXT": "mysql.LONGTEXT",
}

_WORD = re.compile(r"(?P<name>[^()]+?)\s*(?:\((?P<inside>[\d\s,]*)\))?(?P<rest>(?: with(?:out)? time zone)?)")


def type_code(engine: str, column: Column, table: Optional[Table], schema: Schema) -> Optional[str]:
    """The type of a column as code; None where SQLAlchemy has no word for it.

    ``table`` tells which character set the column would have anyway. SQLite takes any word for a type.
    """
    plain = _generic(engine, column.type)
    if plain is None:
        return any_word(column.type) if engine == "sqlite" else _enumeration(engine, column, schema)
    more = list(_text_rules(engine, column, table))
    if not more:
        return plain
    name, _, inside = plain[:-1].partition("(")
    if engine == "mysql":
        name = _WITH_CHARSET.get(name, "")
    elif not name.startswith("sa.") or column.collation is None:
        name = ""
    return f"{name}({', '.join([inside] * bool(inside) + more)})" if name else None


def _generic(engine: str, text: str) -> Optional[str]:
    known = _GENERIC[engine]
    if text in known:
        return known[text].format("")
    found = _WORD.fullmatch(text)
    if found is None:
        return None
    name, inside = found["name"] + found["rest"], (found["inside"] or "").replace(",", ", ")
    inside = " ".join(inside.split())
    code = known.get(f"{name}(n)" if f"{name}(n)" in known and inside else name)
    if code is None or (inside and "{}" not in code and name not in _WIDTHS):
        return None
    return code.format(inside)


def postgresql_words(engine: str, column: Column) -> Column:
    """The column with its type in PostgreSQL's words, as far as there are such."""
    if engine == "postgresql":
        return column
    code = _name(_generic(engine, column.type) or "")
    word = next((word for word, known in _GENERIC["postgresql"].items() if _name(known) == code), column.type)
    return replace(column, type=word, base="")


def _name(code: str) -> str:
    """What a piece of code for a type begins with."""
    return code if "timezone" in code else code.partition("(")[0]


def is_odd(column: Column) -> bool:
    """Whether the declared type of a column of SQLite's is none that SQLAlchemy reads and writes back."""
    return _generic("sqlite", column.type) is None


def any_word(text: str) -> str:
    """A type as the server says it, which SQLAlchemy has no word for."""
    spec = f"{{'get_col_spec': lambda self, **_: {text!r}}}"
    return f"type('Declared', (sa.types.UserDefinedType,), {spec})()"


def _text_rules(engine: str, column: Column, table: Optional[Table]) -> List[str]:
    options = dict(table.options) if table else {}
    found = []
    if engine == "mysql" and column.charset and column.charset != options.get("charset"):
        found.append(f"charset={column.charset!r}")
    if column.collation and (engine != "mysql" or column.collation != options.get("collation")):
        found.append(f"collation={column.collation!r}")
    return found


def _enumeration(engine: str, column: Column, schema: Schema) -> Optional[str]:
    """An Enum: a type of its own, or MySQL's."""
    values = enum_values(column, schema)
    if engine == "mysql":
        listed = ", ".join(map(words.string, values))
        return f"sa.Enum({listed}, create_constraint=False)" if values else None
    return enum_code(Enum(of_type(column.type), values), "create_type=False") if values else None


def enum_values(column: Column, schema: Schema) -> Tuple[str, ...]:
    """The values of a type that a server has for an Enum; empty where the column has none such."""
    found = next((enum for enum in schema.enums if enum.name == of_type(column.type)), None)
    if found is not None:
        return found.values
    inside = re.fullmatch(r"enum\((.*)\)", column.type, re.DOTALL)
    return words.listed_values(inside.group(1)) if inside else ()


def check_of_enum(table: Table, column: Column) -> Optional[Check]:
    """The CHECK that allows only some texts in a column, as an Enum has it where it is no type."""
    return next((c for c in table.checks if words.listed_column(c.expression) == column.name), None)


def enum_code(enum: Enum, *more: str) -> str:
    """PostgreSQL's type of its own."""
    values = (*map(words.string, enum.values), f"name={enum.name!r}", *more)
    return f"postgresql.ENUM({', '.join(values)})"


def needs_import(code: str) -> Tuple[str, ...]:
    """The dialects that a piece of code names."""
    return tuple(name for name in ("mysql", "postgresql") if re.search(rf"\b{name}\.[A-Z]", code))
