"""Equal findings are one, nothing is lost, and why and fix stand once."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kallithea_dbdev.findings import CATALOGUE, Finding, make
from kallithea_dbdev.reports.causes import causes


def charset(table: str, engine: str = "mysql", **facts: Any) -> Finding:
    found = make(
        "table-option", engine, f"charset of {table} is utf8mb3; the models give utf8mb4", table=table,
        aspect="charset", migrated="utf8mb3", expected="utf8mb4",
    )  # fmt: skip
    return dataclasses.replace(found, **facts)


def test_the_same_of_many_tables_is_one_cause() -> None:
    (cause,) = causes(charset(f"table_{n}") for n in range(26))
    assert len(cause.findings) == 26
    assert cause.subject == "26 tables"
    assert cause.objects[:2] == ("table_0", "table_1")
    assert cause.places == ((None, "mysql"),)


def test_the_same_on_engines_and_releases_is_one_cause() -> None:
    message = {"sqlite": "type is INTEGER", "postgresql": "type is integer", "mysql": "type is int(11)"}
    found = [
        dataclasses.replace(
            make("column-type", engine, said, table="ui", object="ui_id", aspect="type"), release=release
        )
        for release in ("0.6.3", "0.5.2")
        for engine, said in message.items()
    ]
    (cause,) = causes(found)
    assert (cause.subject, len(cause.findings)) == ("ui.ui_id", 6)
    assert len(cause.places) == 6


def test_what_differs_in_anything_else_is_another_cause() -> None:
    base = charset("users")
    others = [
        charset("gists", migrated="latin1", message="charset of gists is latin1; the models give utf8mb4"),
        charset("gists", code="table-extra"),
        charset("gists", severity="warning"),
        charset("gists", aspect="engine"),
        charset("gists", revision="abc"),
        charset("gists", revision="abc", direction="downgrade"),
        charset("gists", engine="sqlite"),
        charset("gists", release="0.6.3"),
    ]
    for other in others:
        assert len(causes([base, other])) == 2, other


def test_two_findings_at_one_place_stay_two() -> None:
    added = make("values-changed", "sqlite", "2 values are changed", table="ui", object="ui_value")
    cut = make("values-changed", "sqlite", "1 value is cut", table="ui", object="ui_value")
    elsewhere = [dataclasses.replace(finding, engine="mysql") for finding in (added, cut)]
    found = causes([added, cut, *elsewhere])
    assert [[f.message for f in cause.findings] for cause in found] == [
        ["2 values are changed"] * 2, ["1 value is cut"] * 2,
    ]  # fmt: skip


def test_why_once_per_code_and_a_fix_that_says_something_new() -> None:
    first, second, third = (
        make(
            "index-missing",
            "sqlite",
            said,
            table=table,
            object=f"ix_{table}",
            expected=f"INDEX ({column})",
            fix=fix,
        )
        for table, said, column, fix in [
            ("users", "is missing: INDEX (a)", "a", None),
            (
                "ui",
                "is missing: INDEX (b)",
                "b",
                "create it in upgrade(): INDEX (a)",
            ),
            ("gists", "is missing: INDEX (c)", "c", "write it down"),
        ]
    )
    found = causes([first, second, third])
    assert [cause.why for cause in found] == [CATALOGUE["index-missing"].why, None, None]
    assert [cause.fix for cause in found] == [first.fix, None, "write it down"]


def test_objects_of_several_kinds_are_no_tables() -> None:
    found = [make("column-missing", "sqlite", "is missing", table="users", object=name) for name in "ab"]
    assert [cause.subject for cause in causes(found)] == ["2 objects"]
    assert causes([]) == ()


_findings = st.builds(
    lambda code, engine, table, thing, message, release: dataclasses.replace(
        make(code, engine, message, table=table, object=thing), release=release
    ),
    st.sampled_from(["table-option", "column-type", "rows-lost"]),
    st.sampled_from(["sqlite", "mysql"]),
    st.sampled_from([None, "users", "ui", "a.b", "("]),
    st.sampled_from([None, "users", "x"]),
    st.sampled_from(["users is wrong", "ui is wrong", "x is (", "a.b"]),
    st.sampled_from([None, "0.6.3"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(_findings, max_size=12))
def test_no_finding_is_lost_or_told_twice(found: "list[Finding]") -> None:
    told = [finding for cause in causes(found) for finding in cause.findings]
    key = repr
    assert sorted(told, key=key) == sorted(found, key=key)
    codes = [cause.first.code for cause in causes(found) if cause.why]
    assert sorted(codes) == sorted({finding.code for finding in found})
