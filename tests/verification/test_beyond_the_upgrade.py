"""db-verify: what a downgrade does to rows that the upgrade has left alone is no undoing of it."""

from __future__ import annotations

from typing import Any, List, Tuple

import pytest

from ..projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

DELETE = "DELETE FROM user_ip_map WHERE ip_addr = 'xray'"
LOWER = "UPDATE user_ip_map SET ip_addr = lower(ip_addr)"
CHANGED = "data_changes = [('user_ip_map', 'ip_addr', 'changed'{})]"
ONE = ", \"ip_addr = 'One'\""


def sql(text: str) -> str:
    return f'op.execute("{text}")'


@pytest.fixture
def addresses(project: Project) -> Project:
    project.sql(
        "INSERT INTO user_ip_map (ip_id, user_id, ip_addr, active) VALUES "
        "(1, 1, 'One', 1), (2, 1, 'two', 1), (3, 1, 'xray', 1)"
    )
    return project


def told(report: Any) -> List[Tuple[str, str, str, str]]:
    found = [f for f in report["findings"] if f["table"] == "user_ip_map" and "probing" not in f["message"]]
    return [(f["severity"], f["code"], f["revision"], f["direction"]) for f in found]


@pytest.mark.parametrize(
    ("up", "declared", "down", "expected"),
    [
        (DELETE, "data_changes = [('user_ip_map', '*', 'removed', \"ip_addr = 'xray'\")]", "DELETE FROM user_ip_map",
         ("error", "rows-lost")),
        (DELETE, "data_changes = [('user_ip_map', '*', 'removed', \"ip_addr = 'xray'\")]", "SELECT 1",
         ("warning", "cannot-restore")),
        (LOWER, CHANGED.format(ONE), "UPDATE user_ip_map SET ip_addr = ip_addr || '!'", ("error", "values-changed")),
        (LOWER, CHANGED.format(ONE), "SELECT 1", ("warning", "cannot-restore")),
    ],
)  # fmt: skip
def test_more_rows_than_the_upgrade_touched(
    addresses: Project, up: str, declared: str, down: str, expected: Tuple[str, str]
) -> None:
    addresses.write_script(sql(up), sql(down), head=declared)
    assert told(addresses.verify()) == [(*expected, "feedc0ffee00", "downgrade")]


def test_a_database_that_is_there_already(addresses: Project) -> None:
    """Nobody saw what it was before: what comes back with the upgrade is what the downgrade may change."""
    up, declared = f"{LOWER} WHERE ip_addr LIKE 'X%'", CHANGED.format(", \"ip_addr LIKE 'X%'\"")
    addresses.sql("UPDATE user_ip_map SET ip_addr = lower(ip_addr)")
    addresses.sql("UPDATE alembic_version SET version_num = 'feedc0ffee00'")
    for down, expected in (
        (f"{LOWER.replace('lower', 'upper')} WHERE ip_addr LIKE 'x%'", []),
        (LOWER.replace("lower", "upper"), [("error", "values-changed", "feedc0ffee00", "downgrade")]),
    ):
        addresses.write_script(sql(up), sql(down), head=declared)
        assert told(addresses.verify()) == expected


def test_what_a_later_script_cannot_restore_hides_nothing(addresses: Project) -> None:
    addresses.write_script("pass", sql("UPDATE user_ip_map SET ip_addr = ip_addr || '!'"))
    addresses.write_script(
        sql(LOWER), below="feedc0ffee00", revision="feedc0ffee01", head=CHANGED.format(ONE)
    )
    report = addresses.verify()
    assert told(report) == [
        ("error", "values-changed", "feedc0ffee00", "downgrade"),
        ("warning", "cannot-restore", "feedc0ffee01", "downgrade"),
    ]
    messages = [f["message"] for f in report["findings"] if f["code"] == "values-changed"]
    assert (
        "values are changed in 2 rows (default two, ip_id=2" in messages[0] and "ip_id=1" not in messages[0]
    )


def of(table: str, report: Any) -> List[Tuple[str, str]]:
    found = [f for f in report["findings"] if f["table"] == table and "probing" not in f["message"]]
    return [(f["code"], f["message"]) for f in found]


def test_other_rows_than_the_upgrade_touched_though_not_more(project: Project) -> None:
    """Which rows they are counts, not how many."""
    project.sql(
        "INSERT INTO gists (gist_id, gist_access_id, gist_description, user_id, gist_expires, gist_type, created_on, "
        "modified_at) SELECT n, 'g' || n, 'd', 1, -1, CASE WHEN n < 4 THEN '' ELSE 'public' END, '2020-01-01 00:00:00.000000', "
        "'2020-01-01 00:00:00.000000' FROM (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5)"
    )
    project.write_script(
        sql("UPDATE gists SET gist_type = 'public' WHERE gist_type = ''"),
        sql("UPDATE gists SET gist_type = '' WHERE gist_type = 'public'"),
        head="data_changes = [('gists', 'gist_type', 'changed', \"gist_type = ''\")]",
    )
    ((code, message),) = of("gists", project.verify())
    assert code == "values-changed"
    assert message.startswith(
        "not as before the upgrade: 2 values (gist_id=4; gist_id=5) ('public' became '')"
    )
    assert message.endswith("the upgrade changes none of them")


def test_a_row_that_came_back_stands_for_no_other(project: Project) -> None:
    project.sql(
        "INSERT INTO settings (app_settings_name, app_settings_value, app_settings_type) VALUES ('obsolete', '', 'bool')"
    )
    project.write_script(
        sql("DELETE FROM settings WHERE app_settings_name = 'obsolete'"),
        sql("DELETE FROM settings WHERE app_settings_name = 'realm'") + "\n"
        + sql("INSERT INTO settings (app_settings_name, app_settings_value, app_settings_type) "
              "VALUES ('obsolete', '', 'bool')"),
        head="data_changes = [('settings', '*', 'removed', \"app_settings_name = 'obsolete'\")]",
    )  # fmt: skip
    ((code, message),) = of("settings", project.verify())
    assert code == "rows-lost" and message.startswith("1 row deleted (realm, app_settings_id=")


def test_a_row_that_the_upgrade_itself_puts_back_with_another_value(project: Project) -> None:
    project.write_script(
        sql("DELETE FROM settings WHERE app_settings_name = 'title'") + "\n"
        + sql("INSERT INTO settings (app_settings_name, app_settings_value, app_settings_type) "
              "VALUES ('title', 'Another', 'unicode')"),
        head="data_changes = [('settings', '*', 'removed', \"app_settings_name = 'title'\"), ('settings', '*', 'added')]",
    )  # fmt: skip
    project.sql("UPDATE settings SET app_settings_value = 'Ours' WHERE app_settings_name = 'title'")
    found = [
        f for f in project.verify()["findings"] if f["table"] == "settings" and f["direction"] == "downgrade"
    ]
    assert [(f["severity"], f["code"], f["object"]) for f in found] == [
        ("warning", "cannot-restore", "app_settings_value")
    ]
