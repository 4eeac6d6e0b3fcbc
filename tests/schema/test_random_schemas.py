"""Random schemas on real databases: equal ones compare equal in whatever order they were made,
and any one alteration is found, where it was made and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from ..projects import VERSION

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

TYPES = ("INTEGER", "VARCHAR(40)", "VARCHAR(80)", "NUMERIC(8, 2)", "DATE")
DEFAULTS = {"INTEGER": ("0", "7"), "VARCHAR(40)": ("'a'", "''"), "VARCHAR(80)": ("'it''s'", "'b'")}


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    nullable: bool
    default: str


@dataclass(frozen=True)
class Table:
    name: str
    columns: Tuple[Column, ...]
    indexes: Tuple[Tuple[str, bool], ...]  # column, unique
    uniques: Tuple[str, ...]
    checks: Tuple[str, ...]
    parent: str


def statements(tables: "List[Table]", backwards: bool) -> Iterator[str]:
    """The DDL; ``backwards``: constraints and indexes the other way round, they have no order."""
    ends = reversed if backwards else iter
    for table in tables:
        parts = ["id INTEGER NOT NULL PRIMARY KEY"]
        for column in table.columns:
            default = f" DEFAULT {column.default}" if column.default else ""
            parts.append(f"{column.name} {column.type}{default}{'' if column.nullable else ' NOT NULL'}")
        constraints = [f"CONSTRAINT uq_{table.name}_{c} UNIQUE ({c})" for c in table.uniques]
        constraints += [f"CONSTRAINT ck_{table.name}_{c} CHECK ({c} IS NOT NULL)" for c in table.checks]
        if table.parent:
            parts.append("parent INTEGER")
            constraints.append(
                f"CONSTRAINT fk_{table.name} FOREIGN KEY (parent) REFERENCES {table.parent} (id)"
            )
        yield f"CREATE TABLE {table.name} ({', '.join([*parts, *ends(constraints)])})"
        for name, unique in ends(table.indexes):  # type: ignore[call-overload]
            yield f"CREATE {'UNIQUE ' if unique else ''}INDEX ix_{table.name}_{name} ON {table.name} ({name})"


@st.composite
def column(draw: Any, name: str) -> Column:
    kind = draw(st.sampled_from(TYPES))
    return Column(name, kind, draw(st.booleans()), draw(st.sampled_from(("", *DEFAULTS.get(kind, ())))))


@st.composite
def schema(draw: Any) -> "List[Table]":
    tables: List[Table] = []
    for number in range(draw(st.integers(1, 3))):
        columns = tuple(draw(column(f"c{place}")) for place in range(draw(st.integers(1, 4))))
        names = st.lists(st.sampled_from([c.name for c in columns]), unique=True)
        tables.append(
            Table(
                f"t{number}",
                columns,
                tuple((name, draw(st.booleans())) for name in draw(names)),
                tuple(draw(names)),
                tuple(draw(names)),
                f"t{number - 1}" if number and draw(st.booleans()) else "",
            )
        )
    return tables


def altered(draw: Any, table: Table) -> Table:
    """The same table with one thing changed."""
    first = table.columns[0]
    rest = table.columns[1:]
    choices = {
        "type": replace(table, columns=(replace(first, type=_other(first.type), default=""), *rest)),
        "nullability": replace(table, columns=(replace(first, nullable=not first.nullable), *rest)),
        "default": replace(
            table,
            columns=(replace(first, type="INTEGER", default="" if first.default == "9" else "9"), *rest),
        ),
        "column": replace(table, columns=(*table.columns, Column("added", "INTEGER", True, ""))),
        "index": replace(table, indexes=_toggled(table.indexes, (first.name, False))),
        "unique": replace(table, uniques=_toggled(table.uniques, first.name)),
        "check": replace(table, checks=_toggled(table.checks, first.name)),
    }
    return choices[draw(st.sampled_from(sorted(choices)))]


def _other(kind: str) -> str:
    return TYPES[(TYPES.index(kind) + 1) % len(TYPES)]


def _toggled(items: "Tuple[Any, ...]", item: Any) -> "Tuple[Any, ...]":
    name = item[0] if isinstance(item, tuple) else item
    there = [i for i in items if (i[0] if isinstance(i, tuple) else i) == name]
    return tuple(i for i in items if i not in there) if there else (*items, item)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
def test_random_schemas(engine: str, running: Dict[str, Any], tmp_path: Any) -> None:
    like = (
        open_database(f"sqlite:///{tmp_path}/like.db")
        if engine == "sqlite"
        else need(engine, running).database("like")
    )

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: Any) -> None:
        tables = data.draw(schema())
        position = data.draw(st.integers(0, len(tables) - 1))
        other = list(tables)
        other[position] = altered(data.draw, tables[position])
        with Workspace() as workspace:
            one, two, three = (
                made(like, workspace, label, wanted, backwards)
                for label, wanted, backwards in (
                    ("a", tables, False),
                    ("b", tables, True),
                    ("c", other, False),
                )
            )
        assert compare(one, two) == ()
        for left, right in ((one, three), (three, one)):
            assert {d.table for d in compare(left, right)} == {tables[position].name}

    check()


def made(like: Database, workspace: Workspace, label: str, tables: "List[Table]", backwards: bool) -> Schema:
    lab = make_lab(like, workspace)
    database = lab.scratch(label)
    database.execute(statements(tables, backwards))
    found = database.read_schema()
    lab.discard(database)
    return found
