"""The catalogue of findings."""

from __future__ import annotations

import pytest

from kallithea_dbdev import findings
from kallithea_dbdev.findings import CATALOGUE, SEVERITIES
from kallithea_dbdev.schema.compare.columns import COLUMN_CODES


@pytest.mark.parametrize("code", CATALOGUE)
def test_each_kind_is_complete_and_its_fix_can_be_written(code: str) -> None:
    kind = CATALOGUE[code]
    assert kind.severity in SEVERITIES
    assert kind.what.endswith(".")
    assert kind.why.endswith(".")
    finding = findings.make(code, "sqlite", "x", table="users", object="email", expected="NULL")
    assert finding.fix
    assert "{" not in finding.fix.replace("{'sqlite_autoincrement': True}", "")


def test_worst_first() -> None:
    made = [findings.make(code, "sqlite", "x") for code in ("column-order", "cannot-restore", "name")]
    assert [f.severity for f in findings.sort(made)] == ["error", "warning", "note"]


def test_every_column_aspect_has_a_code() -> None:
    assert set(COLUMN_CODES.values()) <= set(CATALOGUE)
