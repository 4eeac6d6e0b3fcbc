"""The words of findings: where, fix, and the long form of --explain."""

from __future__ import annotations

import re

import pytest

from kallithea_dbdev import findings
from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.findings import CATALOGUE, ERROR, NOTE, WARNING, Finding, explain, make, sort


def finding(**facts: object) -> Finding:
    return Finding("name", NOTE, "sqlite", "x", "y", **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts, where",
    [
        ({"table": "users", "object": "email"}, "users.email"),
        ({"table": "users", "object": "CHECK (a > 1)"}, "users CHECK (a > 1)"),
        ({"table": "users"}, "users"),
        ({"object": "v_users"}, "v_users"),
        ({"table": "", "object": "v_users"}, "v_users"),
        ({"revision": "abc"}, "revision abc"),
        ({"table": "users", "revision": "abc"}, "users"),
        ({}, "database"),
    ],
)
def test_where(facts: "dict[str, str]", where: str) -> None:
    assert finding(**facts).where == where


def test_a_finding_has_the_catalogues_severity_and_fix_unless_it_says_otherwise() -> None:
    plain = make("table-missing", "mysql", "a: missing", table="a", revision="r", direction="upgrade")
    assert plain == Finding(
        "table-missing", ERROR, "mysql", "a: missing", "create it in upgrade()",
        table="a", revision="r", direction="upgrade",
    )  # fmt: skip
    other = make("table-missing", "mysql", "m", severity=WARNING, fix="do nothing")
    assert (other.severity, other.fix, other.table) == (WARNING, "do nothing", None)


def test_what_a_fix_does_not_know_is_left_open() -> None:
    assert make("column-missing", "sqlite", "m").fix == "add ... in upgrade()"
    assert make("stamp-wrong", "sqlite", "m").fix.startswith("if that is so: alembic -c INI stamp (none);")
    assert make("stamp-wrong", "sqlite", "m", expected="abc").fix.startswith(
        "if that is so: alembic -c INI stamp abc;"
    )


@pytest.mark.parametrize("placeholder", ["table", "object", "revision", "expected"])
def test_each_placeholder_of_a_fix_is_filled(placeholder: str) -> None:
    """Whatever the catalogue uses of the four."""
    users = [kind for kind in CATALOGUE.values() if "{" + placeholder + "}" in kind.fix]
    for kind in users:
        known, unknown = make(kind.code, "x", "m", **{placeholder: "M4RK"}), make(kind.code, "x", "m")
        assert "M4RK" in known.fix
        open_word = "(none)" if placeholder == "expected" else "..."
        assert unknown.fix.count(open_word) == known.fix.count("M4RK") + known.fix.count(open_word)
        assert "XX" not in unknown.fix
        assert re.search(rf"\b{placeholder.upper()}\b", explain(kind.code))


def test_explain_one() -> None:
    assert explain("stamp-lost") == (
        "stamp-lost (error)\n\nAfter the upgrade the database is not stamped with the head.\n\n"
        "Why it matters: Kallithea refuses to start, and the next upgrade begins at the wrong place.\n\n"
        "Fix: leave the table alembic_version alone in the scripts"
    )


def test_explain_all_lists_every_code_once_in_columns() -> None:
    lines = explain("all").splitlines()
    assert [line.split()[0] for line in lines] == list(CATALOGUE)
    for line, kind in zip(lines, CATALOGUE.values()):
        assert line == f"{kind.code.ljust(26)} {kind.severity.ljust(8)} {kind.what}"


def test_explain_of_an_unknown_code_names_one_near() -> None:
    with pytest.raises(UsageError) as caught:
        explain("table-misssing")
    assert str(caught.value) == (
        "--explain table-misssing: there is no such finding code; did you mean table-missing?"
    )
    with pytest.raises(UsageError, match=r"; --explain all lists them$"):
        explain("qqqqqqqq")


def test_sort_keeps_the_order_within_a_severity() -> None:
    named = [Finding(str(n), s, "x", "m", "f") for n, s in enumerate([NOTE, ERROR, WARNING, NOTE, ERROR])]
    assert [f.code for f in sort(named)] == ["1", "4", "2", "0", "3"]
    assert findings.SEVERITIES == (ERROR, WARNING, NOTE)
