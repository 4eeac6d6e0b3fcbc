"""A trigger of a site's own that refuses what the application writes."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from ..projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

SITE = (
    "CREATE TRIGGER site_frozen BEFORE UPDATE ON settings BEGIN SELECT RAISE(ABORT, 'frozen'); END",
    "CREATE TRIGGER site_log AFTER UPDATE ON ui BEGIN SELECT 1; END",
)
#: What no trigger has to do with.
BREAKS = "\n\nfrom sqlalchemy import event\n\n\n@event.listens_for(Ui, 'load')\ndef refuse(*_):\n    raise ValueError('no')\n"


def test_only_what_such_a_trigger_refuses_is_the_site_s(project: Project) -> None:
    project.sql(*SITE)
    project.models.write_text(project.models.read_text(encoding="utf-8") + BREAKS, encoding="utf-8")
    project.write_script("pass")
    report = project.verify(status=1)
    found: Dict[str, Any] = {f["table"]: f for f in report["findings"] if f["code"] == "application-fails"}
    assert {table: f["severity"] for table, f in found.items()} == {"settings": "warning", "ui": "error"}
    assert (
        "frozen; it can without trigger site_frozen, which was there before" in found["settings"]["message"]
    )
    assert "ValueError: no" in found["ui"]["message"]
