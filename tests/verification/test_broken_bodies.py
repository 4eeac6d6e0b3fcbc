"""Triggers and routines of a site's own whose bodies name what a step takes away."""

from __future__ import annotations

from typing import Dict, Tuple

import pytest

from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Routine, Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks.broken import check
from kallithea_dbdev.verification.climb import Climb

from ..engines.test_servers import name_of
from ..projects import VERSION, Project
from ..servers import Server

#: It holds rows, so nothing is tried with new ones: nobody fires the trigger, and nobody calls the routines.
TABLES = (
    "CREATE TABLE site_phones (id INTEGER PRIMARY KEY, phone VARCHAR(20), fax VARCHAR(20))",
    "INSERT INTO site_phones VALUES (1, '1', '2')",
    "CREATE TABLE site_log (fax VARCHAR(20))",
    "INSERT INTO site_log VALUES ('2')",
)
SITE: Dict[str, Tuple[str, ...]] = {
    "mysql": (
        "CREATE TRIGGER site_t AFTER UPDATE ON site_phones FOR EACH ROW INSERT INTO site_log (fax) VALUES (NEW.phone)",
        "CREATE PROCEDURE site_p(IN n INT) BEGIN DECLARE f TEXT; SELECT fax INTO f FROM site_phones WHERE id = n; END",
        "CREATE PROCEDURE site_kept(IN n INT) UPDATE site_phones SET phone = '' WHERE id = n",
    ),
    "postgresql": (
        "CREATE FUNCTION site_f() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO site_log (fax) VALUES (NEW.phone); RETURN NEW; END $$",
        "CREATE TRIGGER site_t AFTER UPDATE ON site_phones FOR EACH ROW EXECUTE FUNCTION site_f()",
        "CREATE PROCEDURE site_p(n int) LANGUAGE plpgsql AS "
        "$$ DECLARE f text; BEGIN SELECT fax INTO f FROM site_phones WHERE id = n; END $$",
        "CREATE PROCEDURE site_kept(n int) LANGUAGE sql AS $$ UPDATE site_phones SET phone = '' WHERE id = n $$",
    ),
}


def test_each_statement_of_a_body_counts() -> None:
    def state(*broken: str) -> State:
        routines = tuple(Routine(name, "x", "PROCEDURE", why) for name, why in zip("abc", broken))
        return State((), Schema(routines=routines), {})

    before, after = state("no t", "", "no t"), state("no t; no u", "no v", "no t")
    record = StepRecord(Step("abc", UPGRADE, None), before, after, (), 0.0)
    said = "does not work any more after upgrade() of abc: "
    found = check(Climb("mysql", before, before, (record,), (), (), "abc", True))
    assert [(f.code, f.object, f.message) for f in found] == [
        ("routine-broken", "a", f"{said}no u"),
        ("routine-broken", "b", f"{said}no v"),
    ]


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_what_names_a_column_or_table_that_goes(server_project: Project, server: Server) -> None:
    server.sql(name_of(server_project), *TABLES, *SITE[server.engine])
    server_project.write_script(
        "op.drop_column('site_phones', 'fax')\nop.rename_table('site_log', 'site_logs')",
        "op.rename_table('site_logs', 'site_log')\nop.add_column('site_phones', sa.Column('fax', sa.String(20)))",
    )
    report = server_project.verify()
    found = {f["object"].partition("(")[0]: f for f in report["findings"] if f["code"].endswith("-broken")}
    assert {(name, f["code"], f["severity"], f["direction"]) for name, f in found.items()} == {
        ("site_t", "trigger-broken", "warning", "upgrade"),
        ("site_p", "routine-broken", "warning", "upgrade"),
    }
    assert "site_log" in found["site_t"]["message"] and "kdbdev_" not in found["site_t"]["message"]
    assert "fax" in found["site_p"]["message"]
