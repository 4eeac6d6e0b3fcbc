"""What the set-ups of the recorded releases wrote."""

from __future__ import annotations

from kallithea_dbdev.releases import RELEASES
from kallithea_dbdev.verification.written import written_by_releases

ALL = dict(zip((release.version for release in RELEASES), written_by_releases()))


def keys(version: str) -> "set[str]":
    return {row["ui_key"] for row in ALL[version]["ui"]}


def test_each_release_wrote_rows_of_its_own() -> None:
    assert "prechangegroup.pre_push" in keys("0.3.7") - keys("0.4.1")
    assert "prechangegroup.push_lock_handling" in keys("0.4.1") - keys("0.5.2")
    assert "changegroup.kallithea_update" in keys("0.7.0") - keys("0.6.3")


def test_a_grant_is_told_by_names_and_a_number_as_text() -> None:
    rows = ALL["0.6.3"]["user_to_perm"]
    assert {"user_id": "default", "permission_id": "hg.create.repository"} in [dict(row) for row in rows]
    assert {row["ui_active"] for row in ALL["0.6.3"]["ui"]} == {"0", "1"}
    assert set(ALL["0.6.3"]) == {"permissions", "settings", "ui", "user_to_perm", "users"}
    assert len(ALL["0.6.3"]) == 5
