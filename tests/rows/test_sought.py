"""By which values a statement looks for the rows that it changes or removes. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kallithea_dbdev.rows.probe import MADE_ONE, SOUGHT
from kallithea_dbdev.rows.probes import probes_for
from kallithea_dbdev.rows.sought import changes_rows_of, literals, made_one, sought
from kallithea_dbdev.schema.model import Schema

from .test_probes import ID, NAME, REAL, TABLE


@pytest.mark.parametrize(
    ("sql", "parameters", "expected"),
    [
        ("DELETE FROM users WHERE extern_type = 'crowd'", (), [{"extern_type": "crowd"}]),
        ("delete from users where extern_type='crowd' and not active", (), [{"extern_type": "crowd"}]),
        ("DELETE FROM u WHERE u.a = ? AND u.n = ?", ("it's", True), [{"a": "it's", "n": "1"}]),
        ('UPDATE "app".u SET a = %(a)s WHERE "u"."k" = %(k)s', {"a": "new", "k": "old"}, [{"k": "old"}]),
        ("UPDATE `u` SET a=%s WHERE `u`.`k` IN (%s, %s)", ("w", "u", "v"), [{"k": "u"}, {"k": "v"}]),
        ("UPDATE u SET a=? WHERE b=?", [("1", "x"), ("2", "y")], [{"b": "x"}]),
        ("DELETE FROM u WHERE k LIKE 'old%%'", {"unused": 1}, [{"k": "old"}]),
        ("DELETE FROM u WHERE k LIKE 'old%' OR lower(b) = 'z'", (), [{"k": "old", "b": "z"}]),
        (
            "DELETE FROM u WHERE k IN ('a', 'b') AND n = -3",
            (),
            [{"k": "a", "n": "-3"}, {"k": "b", "n": "-3"}],
        ),
        ("UPDATE u SET a = 'x WHERE y = ''1''' WHERE b = 'z'", (), [{"b": "z"}]),
        ("UPDATE u SET a = 'b' WHERE c IS NULL", (), []),
        ("UPDATE u SET a = 'b'", (), []),
        ("DELETE FROM u WHERE a <> 'b' AND n >= 3 AND k LIKE '%'", (), []),
        ("SELECT * FROM u WHERE a = 'b'", (), []),
        ("DELETE FROM u WHERE a = ? AND b = ?", ("too few",), [{"a": "too few"}]),
        ("DELETE FROM u WHERE a = ?", (b"\0",), []),
        ("DELETE FROM u WHERE a = ? AND b = ?", (b"x", "y"), [{"b": "y"}]),
        ("UPDATE u SET a = 'x WHERE y = 5' WHERE b = 'z'", (), [{"b": "z"}]),
        ("UPDATE u SET a = 'x', d = 'e' WHERE b = 'z'", (), [{"b": "z"}]),
        ("DELETE FROM u WHERE k LIKE '%' AND a = '50%'", (), [{"a": "50%"}]),
        ("DELETE FROM u WHERE a = '50%%'", (), [{"a": "50%%"}]),
        ("DELETE FROM u WHERE a = '50%%' AND n = %s", (1,), [{"a": "50%", "n": "1"}]),
        ("DELETE FROM u WHERE a = %(a)s", [{"a": "x"}, {"a": "y"}], [{"a": "x"}]),
        ("DELETE FROM u WHERE a = ?", (("x",), ("y",)), [{"a": "x"}]),
        ("DELETE FROM u WHERE a = ?", ["x"], [{"a": "x"}]),
        # As SQLAlchemy writes contains(), endswith() and startswith(), for each of the engines.
        ("DELETE FROM u WHERE (u.k LIKE '%' || ? || '%')", ("bot_",), [{"k": "bot_"}]),
        ("DELETE FROM u WHERE (u.k LIKE '%%' || %(k_1)s)", {"k_1": "_bot"}, [{"k": "_bot"}]),
        ("DELETE FROM u WHERE (u.k LIKE concat(concat('%%', %s), '%%'))", ("it's",), [{"k": "it's"}]),
        (
            "DELETE FROM u WHERE (u.k LIKE ? || '%' ESCAPE '/') AND b = 'c'",
            ("old",),
            [{"k": "old", "b": "c"}],
        ),
        ("DELETE FROM u WHERE a = 'x'' || ''y' AND b = 'z'", (), [{"a": "x' || 'y", "b": "z"}]),
        ("DELETE FROM u WHERE n IN (1, 2, 3, 4, 5)", (), [{"n": number} for number in "1234"]),
    ],
)
def test_what_is_looked_for(sql: str, parameters: Any, expected: Any) -> None:
    assert [dict(pairs) for pairs in sought(sql, parameters)] == expected


@pytest.mark.parametrize(
    ("sql", "table", "expected"),
    [
        ("UPDATE users AS u SET a = 1", "users", True),
        ("DELETE FROM `ui` WHERE 1", "ui", True),
        ('DELETE FROM "public"."users"', "users", True),
        ('DELETE FROM "log"."users"', "log.users", True),
        ("DELETE FROM main.users WHERE 1", "users", True),
        ("DELETE FROM log.users", "users", False),
        ("UPDATE users_groups SET a = 1", "users", False),
        ("INSERT INTO users SELECT 1", "users", False),
        ("CREATE TABLE users (a)", "users", False),
    ],
)
def test_the_table_that_is_changed(sql: str, table: str, expected: bool) -> None:
    assert changes_rows_of(sql, table) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(`a` <> _utf8mb4\\'crowd\\')", ["crowd"]),  # as MySQL 8 tells it
        ("a <> 'it''s' AND n <> -3 AND b2 LIKE 'x%'", ["it's", "-3", "x"]),
        ("((a)::character varying(20) <> 'b'::text)", ["b"]),
        ("a <> '' AND b <> 'it\\' AND c <> 'd'", ["it\\", "d"]),
    ],
)
def test_what_an_expression_speaks_of(expression: str, expected: Any) -> None:
    assert list(literals(expression)) == expected


@pytest.mark.parametrize(
    "condition",
    [
        '"a".' * 20000,
        '"' * 20000,
        "a " + " " * 4000,
        "a = '" + "x" * 200000 + "'",
        "a = 'x'" + " || " * 2500,
        "'" * 9999,
        "concat(" * 1400,
        "concat('x'," * 900,
    ],
)
def test_however_long_a_condition_is(condition: str) -> None:
    # Seconds, where a pattern begins at each place anew: the test would not end.
    assert len(sought(f"DELETE FROM t WHERE {condition}")) <= 1


def test_a_probe_has_what_fits_the_columns() -> None:
    missing = [
        (("note", "old"), ("n", "7"), ("flag", "false"), ("owner", "3"), ("id", "1"), ("nobody", "x")),
        (("flag", "1"),),  # what is odd about a switch is tried anyway
        (("n", "seven"), ("name", "longer than nine")),
        (("name", "short"),),
    ]
    found = probes_for(Schema((TABLE,)), TABLE, TABLE, REAL, {"owner": [7]}, {}, {}, missing)
    rows = {probe.what: probe.rows[0] for probe in found if probe.what.startswith(SOUGHT)}
    assert list(rows) == [f"{SOUGHT}'old', 7, False", f"{SOUGHT}'short'"]
    first, second = rows.values()
    keys = replace(TABLE, columns=(ID, replace(NAME, name="api_key")), uniques=(), foreign_keys=())
    (shown,) = [
        str(probe)
        for probe in probes_for(Schema((keys,)), keys, keys, None, {}, {}, {}, [(("api_key", "s3kRet"),)])
        if probe.what.startswith(SOUGHT)
    ]
    assert "***" in shown and "s3kRet" not in shown
    assert (first["note"], first["n"], first["flag"], first["owner"]) == ("old", 7, False, 7)
    assert second["name"] == "short" and second["note"] == REAL["note"]


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [
        (" name = trim(name) ", [("", " ")]),
        ("name = REPLACE(name, '-', '_'), note = replace(note, 'it''s', '')", [("-", "_"), ("it's", "")]),
        ("name = lower(ltrim(replace(name, 'a', 'b')))", [("", " "), ("a", "b")]),
        ("name = lower(name)", []),
        ("name = replace(name, '%', '')", [("%", "")]),
    ],
)
def test_texts_that_an_expression_makes_one(assignments: str, expected: Any) -> None:
    assert list(made_one(assignments)) == expected


def test_probes_that_a_step_makes_one() -> None:
    found = probes_for(
        Schema((TABLE,)), TABLE, TABLE, REAL, {"owner": [7]}, {}, {"name": [("-", "_")], "n": [("", " ")]}
    )
    (probe,) = [probe for probe in found if probe.what.startswith(MADE_ONE)]
    one, other = (str(row["name"]) for row in probe.rows)
    assert (one[:-1], one[-1], other[-1]) == (other[:-1], "-", "_")
    assert len(one) <= 9 and probe.column == "name"
