"""The words for objects of a schema: each text that is said of a difference comes from here."""

from __future__ import annotations

from typing import Dict, Iterable, Optional

from .model import (
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    Item,
    PrimaryKey,
    Sequence,
    Table,
    Unique,
)

#: What a name reads where there is none.
NAMELESS = "(none)"


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
    return f"{unique}INDEX {bracketed(map(str, index.keys))}{where}"


def whole(item: Item) -> str:
    """What an object is, without its name where it can have another one."""
    if isinstance(item, Table):
        return f"table of {len(item.columns)} columns"
    if isinstance(item, Column):
        return column_text(item)
    if isinstance(item, PrimaryKey):
        return "primary key"
    if isinstance(item, Unique):
        return f"UNIQUE {bracketed(item.columns)}"
    if isinstance(item, Check):
        return f"CHECK ({item.expression})"
    if isinstance(item, ForeignKey):
        columns, referred = bracketed(item.columns), bracketed(item.referred_columns)
        return f"FOREIGN KEY {columns} REFERENCES {item.referred_table} {referred}"
    if isinstance(item, Index):
        return index_text(item)
    if isinstance(item, Sequence):
        return f"{item.definition} owned by {item.owner or 'nobody'}"
    if isinstance(item, Enum):
        return bracketed(map(repr, item.values))
    return item.definition


def label(item: Item) -> Optional[str]:
    """What an object of a table is called in a message: by its name, else by what it is."""
    if isinstance(item, (Table, PrimaryKey)):
        return None
    return item.name or whole(item)


def aspect_text(aspect: str, item: Optional[Item], other: Optional[Item]) -> Optional[str]:
    """One aspect of an object in words, ``other`` is the one that it is compared with.

    None where there is no such object, or no such thing of it.
    """
    if item is None:
        return None
    if aspect == "name":
        return getattr(item, "name", None) or NAMELESS
    if isinstance(item, PrimaryKey):
        return bracketed(item.keys or item.columns)
    if isinstance(item, Table) and aspect != "table":
        if aspect == "column order":
            both = other if isinstance(other, Table) else item
            return ", ".join(column.name for column in item.columns if both.column(column.name))
        return options_of(item).get(aspect, "no")
    if isinstance(item, Column) and aspect != "column":
        return _of_column(aspect, item)
    if isinstance(item, ForeignKey) and aspect != "foreign key":
        found: str = getattr(item, aspect.replace(" ", "_"))
        return found
    if isinstance(item, Index) and aspect != "index":
        return _of_index(aspect, item)
    return whole(item)


def _of_column(aspect: str, column: Column) -> Optional[str]:
    if aspect == "nullability":
        return "NULL" if column.nullable else "NOT NULL"
    if aspect == "server default":
        return column.default
    found: Optional[str] = getattr(column, aspect.replace(" ", "_"))
    return found


def _of_index(aspect: str, index: Index) -> Optional[str]:
    if aspect == "columns":
        return bracketed(key.expression for key in index.keys)
    if aspect == "order":
        return bracketed(map(str, index.keys))
    if aspect == "uniqueness":
        return "unique" if index.unique else "not unique"
    return index.predicate if aspect == "predicate" else index.method


def options_of(table: Table) -> Dict[str, str]:
    """The options; a collation is part of its character set, where there is one."""
    found = dict(table.options)
    if "charset" in found and "collation" in found:
        found["charset"] += f" COLLATE {found.pop('collation')}"
    return found


def bracketed(names: Iterable[str]) -> str:
    """Names as SQL lists them."""
    return f"({', '.join(names)})"
