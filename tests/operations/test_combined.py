"""Code of several changes at once, and of what comes back, as text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional, Sequence, Tuple

import pytest

from kallithea_dbdev.operations import Context, downgrade_lines, operations_for, upgrade_lines
from kallithea_dbdev.schema.model import (
    NUMBER,
    TEXT,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)
from kallithea_dbdev.schema.renames import Renames, changes_with

ENGINES = ("sqlite", "postgresql", "mysql")
ID = Column("id", "integer", False, kind=NUMBER)
KEY = PrimaryKey(("id",), "pk_t")
T = Table("t", (ID,), KEY)
U = Table("u", (ID,), PrimaryKey(("id",), "pk_u"))


def lines(
    engine: str, before: Schema, after: Schema, renames: Optional[Renames] = None
) -> Tuple[Sequence[str], Sequence[str]]:
    """Those of both ways."""
    renames = renames or Renames()
    changes = changes_with(before, after, renames)
    operations = operations_for(changes, engine, before, after, renames=renames)
    context = Context(engine, before, after)
    return upgrade_lines(operations, context), downgrade_lines(operations, context)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_table_with_an_index_waits_for_the_one_that_it_refers_to(engine: str) -> None:
    """Its index needs nothing, and would come first with it."""
    to_later = ForeignKey(("z_id",), "z", ("id",), "fk_a_z_id")
    number = Column("z_id", "integer", True, kind=NUMBER)
    index = Index("ix_a_z_id", (IndexKey("z_id"),))
    first = Table("a", (ID, number), KEY, foreign_keys=(to_later,), indexes=(index,))
    to_itself = replace(to_later, name="fk_z_z_id")
    last = Table("z", (ID, number), KEY, foreign_keys=(to_itself,))
    both = Schema((first, last))
    up, down = (" ".join(found) for found in lines(engine, Schema(), both))
    assert up.index("create_table('z'") < up.index("create_table('a'") < up.index("ix_a_z_id")
    assert down.index("drop_table('a'") < down.index("drop_table('z'")


def came_back(engine: str, column: Column, before: Table, *others: Table) -> str:
    """What the rows get in a column that a downgrade brings back."""
    before = replace(before, columns=(*before.columns, column))
    gone = replace(before, columns=before.columns[:-1], uniques=(), foreign_keys=(), indexes=())
    found = " ".join(lines(engine, Schema((before, *others)), Schema((gone, *others)))[1])
    return found.partition(f"SET {column.name} = ")[2].partition(")  ")[0].split('")')[0].split("')")[0]


NUMBERED = Column("n", "integer", False, kind=NUMBER)
NAMED = Column("s", "varchar(20)", False, kind=TEXT, length=20)


def unique(name: str) -> Any:
    return {"uniques": (Unique((name,), "uq"),)}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_rows_get_in_a_required_column_that_comes_back(engine: str) -> None:
    """What the constraints on it allow, as far as one statement can say it."""
    text = f"CAST(id AS {'CHAR' if engine == 'mysql' else 'VARCHAR(20)'})"
    assert came_back(engine, NUMBERED, T).startswith("0")
    assert came_back(engine, NUMBERED, replace(T, **unique("n"))).startswith("id")
    assert came_back(engine, NAMED, replace(T, **unique("s"))).startswith(text)
    index = Index("ix", (IndexKey("n"),), True)
    assert came_back(engine, NUMBERED, replace(T, indexes=(index,))).startswith("id")
    key = ForeignKey(("n",), "u", ("id",), "fk")
    assert came_back(engine, NUMBERED, replace(T, foreign_keys=(key,)), U).startswith(
        "(SELECT MIN(id) FROM u)"
    )
    itself = replace(key, referred_table="t")
    assert came_back(engine, NUMBERED, replace(T, foreign_keys=(itself,))).startswith("id")
    # one that has no number for each row
    assert came_back(engine, NUMBERED, replace(T, primary_key=None, **unique("n"))).startswith("0")


@pytest.mark.parametrize(
    ("values", "default"), [(("good",), None), (("bad", "good"), "'good'::mood"), (("good", "new"), None)]
)
def test_values_of_a_type_of_what_is_renamed(values: Tuple[str, ...], default: Optional[str]) -> None:
    """A type is made anew for the column and the table by the names that they have at that time."""
    feeling = Column("feeling", "mood", True, default, kind=TEXT)
    before = Schema((replace(T, columns=(ID, feeling)),), enums=(Enum("mood", ("good", "bad")),))
    named = replace(T, name="v", columns=(ID, replace(feeling, name="felt")))
    after = Schema((named,), enums=(Enum("mood", values),))
    found = lines("postgresql", before, after, Renames((("t", "v"),), (("v", "feeling", "felt"),)))
    # A value that is only added needs no other type.
    for way in found[: 1 if values == ("good",) else 2]:
        alter = "ALTER TABLE v ALTER COLUMN felt"
        assert sum(f"{alter} TYPE mood USING felt::text::mood" in line for line in way) == 1
        assert sum(f"{alter} SET DEFAULT" in line for line in way) == (default is not None)
        assert not any("ALTER TABLE t ALTER" in line for line in way)


UP = ForeignKey(("u_id",), "u", ("id",), "fk_t_u_id")


@pytest.mark.parametrize("left", [(), ("u_id", "n")])
def test_a_column_of_an_index_that_a_foreign_key_needs(left: Tuple[str, ...]) -> None:
    """MySQL drops no column of an index over others; the index goes when another one serves the key."""
    numbers = tuple(Column(name, "int(11)", True, kind=NUMBER) for name in ("u_id", "n", "level"))
    index = Index("uq", tuple(map(IndexKey, ("u_id", "n", "level"))), True)
    table = replace(T, columns=(ID, *numbers), foreign_keys=(UP,), indexes=(index,))
    served = (
        Index("uq", tuple(map(IndexKey, left)), True) if left else Index("fk_t_u_id", (IndexKey("u_id"),))
    )
    without = replace(table, columns=(ID, *numbers[:2]), indexes=(served,))
    up, _ = (" ".join(found) for found in lines("mysql", Schema((table, U)), Schema((without, U))))
    assert up.index("DROP INDEX uq, ADD" if left else "op.drop_index('uq'") < up.index("drop_column('level')")
    # of an index of its own alone a column goes before all that
    alone = replace(table, indexes=(replace(index, keys=index.keys[2:], name="own"), served))
    up, _ = (" ".join(found) for found in lines("mysql", Schema((alone, U)), Schema((without, U))))
    assert "drop_column('level')" in up


def test_a_longer_text_under_a_foreign_key() -> None:
    """MySQL changes no length there, of what points or is pointed at; how wide a number is shown is no matter."""

    def schema(type_: str, kind: str) -> Schema:
        code = Column("code", type_, False, kind=kind)
        key = ForeignKey(("code",), "t", ("code",), "fk_v_code")
        parent = replace(T, columns=(code,), primary_key=PrimaryKey(("code",), "pk_t"))
        return Schema((parent, replace(T, name="v", columns=(ID, code), foreign_keys=(key,))))

    up, _ = (
        " ".join(found) for found in lines("mysql", schema("varchar(9)", TEXT), schema("varchar(40)", TEXT))
    )
    change, drop, make = (
        up.index(f"batch_op.{what}")
        for what in ("alter_column", "drop_constraint('fk", "create_foreign_key('fk")
    )
    assert drop < change < make
    up, _ = (" ".join(found) for found in lines("mysql", schema("int(11)", NUMBER), schema("int(9)", NUMBER)))
    assert "constraint" not in up


def test_a_unique_constraint_that_gets_its_name_in_another_case() -> None:
    """Not all engines tell the two apart: the one goes before the other comes."""
    former, new = (Index(name, (IndexKey("id"),), True) for name in ("uq_t_Id", "uq_t_id"))
    tables = (replace(T, indexes=(index,)) for index in (former, new))
    up, down = (" ".join(found) for found in lines("mysql", *(Schema((table,)) for table in tables)))
    assert up.index("drop_index('uq_t_Id'") < up.index("create_index('uq_t_id'")
    assert down.index("drop_index('uq_t_id'") < down.index("create_index('uq_t_Id'")
