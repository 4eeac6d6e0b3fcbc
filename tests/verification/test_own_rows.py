"""db-verify: a row that no models could read is the database's own; one that a script makes so is not."""

from __future__ import annotations

from ..projects import Project

IP = "INSERT INTO user_ip_map (user_id, ip_addr, active) VALUES (1, CAST(x'fe31' AS TEXT), 1)"
LOG = (
    "INSERT INTO user_logs (user_id, username, repository_name, action, action_date) "
    "VALUES (1, 'default', 'r', '{}', '2020-01-01 00:00:00.000000')"
)


def test_an_old_row_and_one_that_a_script_spoils(project: Project) -> None:
    project.sql(IP, LOG.format("pull"))
    project.write_script("op.execute(\"UPDATE user_logs SET action = CAST(x'ff' AS TEXT)\")")
    report = project.verify(status=1)
    found = {
        (f["severity"], f["code"], f["table"], f["object"])
        for f in report["findings"]
        if f["table"] in ("user_ip_map", "user_logs") and f["direction"] is None
    }
    assert found == {
        ("note", "values-misfit-before", "user_ip_map", "ip_addr"),
        ("error", "application-fails", "user_logs", None),
    }
    (note,) = (f for f in report["findings"] if f["code"] == "values-misfit-before")
    assert "ip_id=1" in note["message"]
    assert "is no UTF-8; it was so before the first step" in note["message"]
