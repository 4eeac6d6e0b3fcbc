"""A live schema as frozen dataclasses, complete enough that equal means: behaves the same.

The readers in ``engines`` fill these from the server's own catalogue and in its own words.
Texts (types, defaults, expressions) are already normalised by the reader: only what the server
itself treats as equal (quoting, white space, letter case of identifiers) is folded there.
Nothing here knows which engine it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Tuple, Union

#: Kinds of values, as the server's catalogue tells them; None is any other.
TEXT, NUMBER, BOOLEAN, TIME, BYTES = "text", "number", "boolean", "time", "bytes"

#: Alembic's own table: part of every database, of no comparison.
VERSION_TABLE = "alembic_version"

#: The mark of a throwaway on engines that have no better place for it.
MARK_TABLE = "kallithea_dbdev_throwaway"

#: Batch mode builds a table under this prefix; one that is still there is a leftover.
BATCH_LEFTOVER_PREFIX = "_alembic_tmp_"


@dataclass(frozen=True)
class Column:
    """One column. ``default`` is the server default, never the one of the Python model.

    ``collation`` is None where it is that of the type, ``charset`` where the engine has none;
    ``on_update`` is MySQL's, ``identity`` an identity or AUTO_INCREMENT. What follows from the type
    is no property of its own: the ``kind`` of its values, how many characters a text has at most
    (``length``), and the type that a domain is made of (``base``, empty where it is no domain).
    """

    name: str
    type: str
    nullable: bool
    default: Optional[str] = None
    collation: Optional[str] = None
    generated: Optional[str] = None
    charset: Optional[str] = None
    on_update: Optional[str] = None
    identity: Optional[str] = None
    comment: Optional[str] = None
    kind: Optional[str] = field(default=None, compare=False)
    length: Optional[int] = field(default=None, compare=False)
    base: str = field(default="", compare=False)

    @property
    def plain_type(self) -> str:
        """The type as values see it, in lower case."""
        return (self.base or self.type).lower()

    @property
    def needs_value(self) -> bool:
        """Whether a row must say what it holds there."""
        return not (self.nullable or self.default is not None or self.generated)


@dataclass(frozen=True)
class PrimaryKey:
    """The primary key; ``columns`` in key order, ``name`` is None where it has none.

    ``keys`` are the columns with their collation, order or prefix, where one says more than its name.
    """

    columns: Tuple[str, ...]
    name: Optional[str] = None
    keys: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Unique:
    """A unique constraint (not a unique index)."""

    columns: Tuple[str, ...]
    name: Optional[str] = None


def beyond_columns(name: Optional[str]) -> str:
    """The option of a table that says what its key or unique constraint of that name says beyond the columns."""
    return f"constraint {name}"


@dataclass(frozen=True)
class Check:
    """A CHECK constraint; a column's own and the table's are the same thing."""

    expression: str
    name: Optional[str] = None

    @property
    def excludes(self) -> bool:
        """Whether it is PostgreSQL's EXCLUDE, of which the whole definition is the expression."""
        return self.expression.startswith("EXCLUDE ")


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key with everything that decides what it does.

    ``enforcement`` is PostgreSQL's: NOT VALID or NOT ENFORCED, where it does not hold for all rows, and
    where the triggers that look after it are disabled, or fire on replicas only, or always.
    """

    columns: Tuple[str, ...]
    referred_table: str
    referred_columns: Tuple[str, ...]
    name: Optional[str] = None
    on_update: str = "NO ACTION"
    on_delete: str = "NO ACTION"
    match: str = "NONE"
    deferrable: str = "NOT DEFERRABLE"
    enforcement: str = "ENFORCED"


@dataclass(frozen=True)
class IndexKey:
    """One key of an index: a column name or an expression, and how it is sorted.

    ``prefix`` is the length of a MySQL prefix key; ``operator_class`` and ``nulls`` are
    PostgreSQL's, None where they are the default.
    """

    expression: str
    descending: bool = False
    collation: Optional[str] = None
    prefix: Optional[int] = None
    operator_class: Optional[str] = None
    nulls: Optional[str] = None

    def __str__(self) -> str:
        return "".join(
            (
                self.expression,
                f"({self.prefix})" if self.prefix else "",
                f" COLLATE {self.collation}" if self.collation else "",
                f" {self.operator_class}" if self.operator_class else "",
                " DESC" if self.descending else "",
                f" NULLS {self.nulls}" if self.nulls else "",
            )
        )


@dataclass(frozen=True)
class Index:
    """An index that is not the shadow of a primary key or unique constraint."""

    name: str
    keys: Tuple[IndexKey, ...]
    unique: bool = False
    predicate: Optional[str] = None
    method: Optional[str] = None


@dataclass(frozen=True)
class Table:
    """A table. ``options`` are (name, value) pairs such as ``("autoincrement", "yes")``, sorted.

    Columns keep the order of the table; constraints and indexes have no order of their own and
    are sorted by the reader.
    """

    name: str
    columns: Tuple[Column, ...] = ()
    primary_key: Optional[PrimaryKey] = None
    uniques: Tuple[Unique, ...] = ()
    checks: Tuple[Check, ...] = ()
    foreign_keys: Tuple[ForeignKey, ...] = ()
    indexes: Tuple[Index, ...] = ()
    options: Tuple[Tuple[str, str], ...] = ()

    def column(self, name: str) -> Optional[Column]:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class View:
    """A view and the statement that makes it, its options included."""

    name: str
    definition: str
    #: Why nobody can read it, in the words of the database; what it is a view of may be gone.
    broken: str = field(default="", compare=False)


@dataclass(frozen=True)
class Trigger:
    """A trigger, its table and the statement that makes it."""

    name: str
    table: str
    definition: str
    #: Why it fails when it fires, as far as its text and the server tell.
    broken: str = field(default="", compare=False)


@dataclass(frozen=True)
class Sequence:
    """A sequence: ``definition`` says type, start, increment and so on, ``owner`` is the column,
    and ``owner_table`` the table that it comes and goes with."""

    name: str
    definition: str
    owner: Optional[str] = None
    owner_table: Optional[str] = None

    @property
    def owner_column(self) -> str:
        """The name of the column; empty where it counts for none."""
        return (self.owner or "")[len(self.owner_table or "") + 1 :]


@dataclass(frozen=True)
class Enum:
    """An enum type with its values in order."""

    name: str
    values: Tuple[str, ...]


@dataclass(frozen=True)
class Routine:
    """A function or procedure and the statement that makes it.

    ``kind`` tells one from the other where both may have one name.
    """

    name: str
    definition: str
    kind: str = ""
    #: What it names that is not there, as far as the server tells.
    broken: str = field(default="", compare=False)


@dataclass(frozen=True)
class Owner:
    """Who owns a table, view, sequence or routine: ``object`` is the name of it."""

    object: str
    name: str


@dataclass(frozen=True)
class Privilege:
    """What somebody but the owner may do with an object, or with one ``column`` of it.

    ``by_name``: it belongs to the name, and stays with it when the object gets another one.
    """

    object: str
    column: Optional[str]
    grantee: str
    what: str
    by_name: bool = False


#: The namespace that every database has: it is left out where nothing is granted in it.
PUBLIC = "public"


@dataclass(frozen=True)
class Namespace:
    """What PostgreSQL calls a schema: who owns it, and what others may do in it, with what is made there
    later, too."""

    name: str
    owner: str
    privileges: Tuple[Privilege, ...] = ()


@dataclass(frozen=True)
class Addition:
    """What a database has of a kind that no models know (a publication, a collation, an extension): ``name``
    says what it is, too. Where it is on a table it goes with that, and with the ``columns`` of it."""

    name: str
    definition: str
    table: Optional[str] = None
    columns: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Schema:
    """Everything in one database but its rows, Alembic's version table and the marks of ours."""

    tables: Tuple[Table, ...] = field(default=())
    views: Tuple[View, ...] = ()
    triggers: Tuple[Trigger, ...] = ()
    sequences: Tuple[Sequence, ...] = ()
    enums: Tuple[Enum, ...] = ()
    routines: Tuple[Routine, ...] = ()
    #: Tables that could not be read exactly, each with the reason.
    unreadable: Tuple[Tuple[str, str], ...] = ()
    #: A site's own affair: they are compared before and after a step, never with the models.
    owners: Tuple[Owner, ...] = ()
    privileges: Tuple[Privilege, ...] = ()
    namespaces: Tuple[Namespace, ...] = ()
    additions: Tuple[Addition, ...] = ()

    def table(self, name: str) -> Optional[Table]:
        """The table of that name, or None."""
        return next((table for table in self.tables if table.name == name), None)

    def points_at(self, name: str) -> bool:
        """Whether a foreign key of any table refers to the table of that name."""
        return any(key.referred_table == name for table in self.tables for key in table.foreign_keys)


#: Between what is wrong with one thing.
PARTS = "; "

#: Whatever can differ between two schemas.
Item = Union[
    Table, Column, PrimaryKey, Unique, Check, ForeignKey, Index, View, Trigger, Sequence, Enum, Routine
]
