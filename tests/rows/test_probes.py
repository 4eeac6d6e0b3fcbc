"""Probing rows: one thing that is odd in each, and room by every unique key. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Optional, Tuple

import pytest

from kallithea_dbdev.rows.choices import another
from kallithea_dbdev.rows.probe import ALIKE, PLAIN, SAME, Probe
from kallithea_dbdev.rows.probes import probes_for
from kallithea_dbdev.schema.model import (
    BOOLEAN,
    BYTES,
    NUMBER,
    TEXT,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

ID = Column("id", "INTEGER", False, kind=NUMBER)
NAME = Column("name", "VARCHAR(9)", False, kind=TEXT, length=9)
LONG = Column("note", "TEXT", True, kind=TEXT)
COUNT = Column("n", "smallint", True, kind=NUMBER)
FLAG = Column("flag", "BOOLEAN", False, kind=BOOLEAN)
DATA = Column("data", "BLOB", True, kind=BYTES)
OWNER = Column("owner", "INTEGER", True, kind=NUMBER)
POINTING = ForeignKey(("owner",), "users", ("id",))
TABLE = Table(
    "t", (ID, NAME, LONG, COUNT, FLAG, DATA, OWNER), PrimaryKey(("id",)), (Unique(("name",)),),
    foreign_keys=(POINTING,),
)  # fmt: skip
REAL = {"id": 1, "name": "a", "note": "b", "n": 3, "flag": 1, "data": None, "owner": 7}


def probes(
    table: Table = TABLE,
    later: "Optional[Table]" = None,
    real: "Optional[Dict[str, object]]" = REAL,
    parents: "Optional[Dict[str, List[object]]]" = None,
    taken: "Any" = None,
) -> "List[Probe]":
    found = probes_for(
        Schema((table,)), table, later or table, real, parents or {"owner": [7, 8]}, taken or {}
    )
    return list(found)


def test_each_is_odd_in_one_column() -> None:
    found = probes()
    assert [str(probe) for probe in found] == [
        "t: another row like the real ones",
        "t.name: a text of 9 characters", "t.name: an empty text", "t.name: 'Zo\xeb \u03c9'",
        "t.note: NULL", "t.note: a text of 3000 characters", "t.note: an empty text", "t.note: '\U0001f600 four bytes'",
        "t.n: NULL", "t.n: -32768", "t.n: 32767", "t.flag: no", "t.owner: NULL",
        "t: two rows that are the same but for their keys",
    ]  # fmt: skip
    for probe in found[:-1]:
        (row,) = probe.rows
        assert "id" not in row
        odd = {name for name in row if row[name] != REAL[name]} - {"name"}
        assert odd == {probe.column} - {None, "name"}, probe
    names = [row["name"] for probe in found for row in probe.rows]
    assert len(names) == len(set(names))
    assert all(len(str(name)) <= 9 for name in names)
    one, other = found[-1].rows
    assert {**one, "name": ""} == {**other, "name": ""}
    # what says nothing in the real row says something in these two
    assert one["data"] is not None


def test_a_key_that_comes_with_the_step_is_for_the_two_alike_only() -> None:
    later = replace(TABLE, uniques=(*TABLE.uniques, Unique(("note",))))
    *odd, two = probes(later=later)
    notes = [row["note"] for probe in odd if probe.column != "note" for row in probe.rows]
    assert len(notes) == len(set(notes))
    assert {row["note"] for row in two.rows} == {"b"}


@pytest.mark.parametrize(
    "index",
    [
        Index("i", (IndexKey("note"),), True, "flag = 1"),
        Index("i", (IndexKey("lower(note)"),), True),
        Index("i", (IndexKey("note", prefix=3),), True),
    ],
)
def test_a_unique_index_of_any_kind_is_for_the_two_alike_only(index: Index) -> None:
    found = probes(later=replace(TABLE, indexes=(index,)))
    notes = [
        row["note"] for probe in found if probe.column != "note" and probe.what != SAME for row in probe.rows
    ]
    assert len(notes) == len(set(notes)) > 3
    alike = [probe for probe in found if probe.what == ALIKE]
    assert [probe.column for probe in alike] == ([] if index.predicate else ["note"])
    for probe in alike:
        texts = [str(row["note"]) for row in probe.rows]
        assert len(set(texts)) == 4 and len({text[:-1] for text in texts}) == 1
        assert texts[0].lower() == texts[1].lower()
        assert texts[0][:-1] not in notes
        assert len({row["name"] for row in probe.rows}) == 4


def test_texts_of_a_key_are_compared_anew_under_another_collation() -> None:
    name = replace(NAME, collation="NOCASE")
    later = replace(TABLE, columns=tuple(name if c == NAME else c for c in TABLE.columns))
    (alike,) = (probe for probe in probes(later=later) if probe.what == ALIKE)
    assert alike.column == "name"
    texts = [str(row["name"]) for row in alike.rows]
    assert all(len(text) <= 9 for text in texts) and len(set(texts)) == 4
    # what is no key may be the same
    note = replace(LONG, collation="NOCASE")
    later = replace(TABLE, columns=tuple(note if c == LONG else c for c in TABLE.columns))
    assert not any(probe.what == ALIKE for probe in probes(later=later))


def test_a_key_that_is_written_in_some_form_keeps_it() -> None:
    names = [
        str(probe.rows[0]["name"])
        for probe in probes(real={**REAL, "name": "a@b.c"})
        if probe.column != "name"
    ]
    assert all(name.endswith("a@b.c") for name in names) and len(set(names)) == len(names)
    assert "probing"[:5] in str(probes(real={**REAL, "name": "a_b"})[0].rows[0]["name"])


def test_where_a_real_row_says_nothing_a_value_is_odd() -> None:
    real = {**REAL, "note": None, "n": None, "owner": None}
    found = probes(real=real)
    assert {name: found[0].rows[0][name] for name in ("note", "n", "owner", "data")} == dict.fromkeys(
        ("note", "n", "owner", "data")
    )
    said = [str(probe) for probe in found]
    assert "t.note: NULL" not in said and "t.owner: NULL" not in said
    assert {"t.note: 'plain'", "t.n: 0", "t.owner: 7"} <= set(said)
    # two rows that are the same say something everywhere: NULLs are never the same
    assert all(value is not None for row in found[-1].rows for value in row.values())


def test_bytes_are_no_odd_ones_where_the_whole_row_is_tried() -> None:
    """A script may read them as a text, or as JSON."""
    assert {row["data"] for row in probes()[-1].rows} == {b"{}"}
    later = replace(TABLE, columns=tuple(replace(c, type="TEXT") if c == DATA else c for c in TABLE.columns))
    (odd,) = [probe for probe in probes(later=later) if probe.what == "bytes that are no UTF-8"]
    assert (odd.column, odd.rows[0]["data"]) == ("data", b"\x00\xff\n")


def test_each_column_of_a_key_is_the_same_once() -> None:
    table = replace(TABLE, uniques=(Unique(("name", "note")),))
    one, other = (probe.rows for probe in probes(table) if probe.what == SAME)
    assert (one[0]["name"] != one[1]["name"], one[0]["note"] == one[1]["note"]) == (True, True)
    assert (other[0]["name"] == other[1]["name"], other[0]["note"] != other[1]["note"]) == (True, True)


def test_room_is_left_by_keys_that_point() -> None:
    pair = Table(
        "t", (ID, OWNER, replace(OWNER, name="other"), LONG), PrimaryKey(("id",)), (Unique(("owner", "other")),),
        foreign_keys=(POINTING, replace(POINTING, columns=("other",))),
    )  # fmt: skip
    parents: "Dict[str, List[object]]" = {"owner": [7, 8], "other": [1, 2]}
    key = ("owner", "other")
    real = {"id": 1, "owner": 7, "other": 1, "note": None}
    found = probes(pair, None, real, parents, {key: {(7, 1), (8, 2)}})
    rows = [
        tuple(row[name] for name in key) for probe in found for row in probe.rows if None not in row.values()
    ]
    assert set(rows) <= {(7, 2), (8, 1)}
    assert len(rows) == len(set(rows))
    full = {(owner, other) for owner in (7, 8) for other in (1, 2)}
    assert probes(pair, None, real, parents, {key: full}) == []


def test_a_table_without_rows_and_one_that_nobody_can_fill() -> None:
    assert [str(probe) for probe in probes(real=None)][-1].startswith("t: two rows")
    assert None not in probes(real=None)[0].rows[0].values()
    assert probes(replace(TABLE, columns=(ID, Column("shape", "geometry", False))), real=None) == []


def test_code_is_no_text_of_any_kind() -> None:
    found = probes(real={**REAL, "note": '{"a": 1}'})
    assert [probe.what for probe in found if probe.column == "note"] == ["NULL"]
    assert "an empty text" in [p.what for p in probes(real={**REAL, "note": "{"}) if p.column == "note"]


def test_values_of_an_enumeration_and_a_number_that_will_point() -> None:
    kind = Column("kind", "enum('a','b','c')", False, kind=TEXT)
    table = Table("t", (ID, kind, COUNT), PrimaryKey(("id",)))
    later = replace(table, foreign_keys=(ForeignKey(("n",), "users", ("id",)),))
    found = probes(table, later, {"id": 1, "kind": "a", "n": 1}, {})
    assert found[0].what == PLAIN
    assert [str(probe) for probe in found[1:]] == [
        "t.kind: 'b'", "t.kind: 'c'", "t.n: NULL", "t.n: -32768, which no row of users has",
        "t.n: 32767, which no row of users has", "t: two rows that are the same but for their keys",
    ]  # fmt: skip


CHOICES: "List[Tuple[object, Optional[str]]]" = [
    ("", "'chosen'"), ("Kallithea", "'chosen Kallithea'"), ("True", "'False'"), ("False", "'True'"), ("25", "'26'"),
    (True, "1 = 0"), (0, "1 = 1"), (None, None), (7, None), (b"x", None),
    ("{scheme}://{user}@{netloc}/{repo}", "'chosen {scheme}://{user}@{netloc}/{repo}'"),
    # code, folders and what would have to be quoted
    ("python:kallithea.lib.hooks.x", None), ("kallithea.lib.auth_internal", None), ("/srv/repos", None),
    ("a.b,c.d", None), ("hg update >&2", None), ("it's", None), ("a\\b", None), ("\xe9", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), CHOICES)
def test_another_value_of_the_same_kind(value: object, expected: "Optional[str]") -> None:
    assert another(value) == expected


def test_a_name_by_which_scripts_find_a_row_is_not_there_twice() -> None:
    """``(SELECT id FROM permissions WHERE name = 'a')`` must be one row, as at every site."""
    names = Table("permissions", (ID, NAME), PrimaryKey(("id",)))
    pointing = Table("grants", (ID, OWNER), foreign_keys=(ForeignKey(("owner",), "permissions", ("id",)),))

    def repeated(schema: Schema, later: Table) -> bool:
        found = probes_for(schema, names, later, {"id": 1, "name": "a"}, {}, {})
        return any(row["name"] == "a" for probe in found for row in probe.rows)

    assert repeated(Schema((names,)), names)
    assert not repeated(Schema((names, pointing)), names)
    # What is to come may not be so at a site.
    assert repeated(Schema((names, pointing)), replace(names, uniques=(Unique(("name",)),)))
