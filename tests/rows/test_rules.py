"""What a rule that comes with a step may refuse, as far as its own text speaks of it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List

import pytest

from kallithea_dbdev.rows.probe import SAME
from kallithea_dbdev.rows.rules import refused_by_checks, where_unique
from kallithea_dbdev.schema.model import TEXT, Check, Column, Index, IndexKey, Table

from .test_probes import COUNT, FLAG, NAME, TABLE, probes

NOTES = [{"note": "PROBING"}, {"note": "probing"}, {"note": " probing "}]
#: With another number, another switch, a text that is shorter than the longest probing one, and a computed one.
WIDER = replace(
    TABLE,
    columns=(
        *TABLE.columns, replace(COUNT, name="m"), replace(FLAG, name="other_flag"),
        replace(NAME, name="short", length=8), Column("g", "TEXT", True, kind=TEXT, generated="(name) stored"),
    ),
)  # fmt: skip


def with_check(rule: str) -> Table:
    return replace(WIDER, checks=(Check(rule, "ck"),))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("note <> 'crowd'", [{"note": "crowd"}]),
        ("((note)::text <> 'crowd'::text)", [{"note": "crowd"}]),
        ("`note` not like '%old'", [{"note": "old"}]),
        ("n <> 5", [{"n": 5}, {"n": 6}]),
        ("note = lower(note)", [{"note": "PROBING"}, {"note": "probing"}, {"note": " probing "}]),
        ("name <> note", [{"name": "probing", "note": "probing"}]),
        ("length(note) > 3", []),
        ("owner <> 7 AND id > 3 AND flag", []),
        ("name <> 'longer than nine'", []),
        ("n <> 'x' AND note <> 'x'", [{"note": "x"}]),
        ("name <> n AND data <> 'x'", [{"name": "x"}]),
        ("upper(note) <> 'X' OR n > 1", [{"note": "X"}, *NOTES, {"n": 1}, {"n": 2}]),
        ("lower(short) = short", [{"short": "PROBING"}, {"short": "probing"}]),
        ("n <> m", [{"n": 1, "m": 1}]),
        ("flag <> other_flag AND g = 'x'", []),
        (
            "note NOT IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')",
            [{"note": text} for text in "abcdefgh"],
        ),
    ],
)
def test_what_a_check_speaks_of(rule: str, expected: List[Dict[str, Any]]) -> None:
    assert [values for _, values in refused_by_checks(WIDER, with_check(rule))] == expected
    # What stood there before refuses nothing anew.
    assert list(refused_by_checks(with_check(rule), with_check(rule))) == []
    assert list(refused_by_checks(WIDER, None)) == []


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("flag", [{"flag": True}, {"flag": False}]),
        ("note = 'old' AND n = 3", [{"note": "old", "n": 3}]),
        ("((note)::text = ANY (ARRAY['a'::text, 'b'::text]))", [{"note": "a"}, {"note": "b"}]),
        ("flag = 1 AND note = 'a'", [{"note": "a", "flag": True}, {"note": "a", "flag": False}]),
        ("n IS NULL", [{"n": None}]),
        ("n IS NOT NULL", []),
        ("name IS NULL", []),
        ("name = 'longer than nine'", []),
        ("n = 'x' AND data = 'y' AND nobody = 'z' AND note = '5'", [{"note": "5"}]),
    ],
)
def test_rows_among_those_of_an_index(predicate: str, expected: List[Dict[str, Any]]) -> None:
    index = Index("i", (IndexKey("data"),), True, predicate)
    later = replace(TABLE, indexes=(index,))
    assert list(where_unique(TABLE, later)) == expected
    assert list(where_unique(later, later)) == []
    assert list(where_unique(TABLE, replace(TABLE, indexes=(replace(index, unique=False),)))) == []
    assert list(where_unique(TABLE, replace(TABLE, indexes=(replace(index, predicate=None),)))) == []
    assert list(where_unique(TABLE, None)) == []


def test_probes_that_a_rule_may_refuse() -> None:
    (odd,) = [probe for probe in probes(later=with_check("note <> 'crowd'")) if "CHECK" in probe.what]
    assert str(odd) == "t.note: what the CHECK speaks of: 'crowd'"
    assert odd.rows[0]["note"] == "crowd"
    later = replace(TABLE, indexes=(Index("i", (IndexKey("note"),), True, "n = 5"),))
    (two,) = [probe for probe in probes(later=later) if probe.what == SAME and probe.column]
    assert str(two) == "t.n: two rows that are the same but for their keys"
    one, other = two.rows
    assert one["n"] == other["n"] == 5 and one["note"] == other["note"] and one["name"] != other["name"]
