"""db-verify: what a site has on a column goes along when a step renames the column, and is still the site's."""

from __future__ import annotations

import pytest

from ..projects import VERSION, Project

OWN = (
    "CREATE VIEW own_view AS SELECT gist_id, gist_expires FROM gists",
    "CREATE INDEX own_index ON gists (gist_expires)",
    "CREATE TRIGGER own_trigger AFTER UPDATE OF gist_expires ON gists BEGIN SELECT new.gist_expires; END",
)


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_things_on_a_renamed_column(project: Project) -> None:
    project.sql(*OWN)
    project.change_models(("    gist_expires = Column(", "    gist_expires = Column('gist_ends', "))
    rename = "op.execute('ALTER TABLE gists RENAME COLUMN {} TO {}')"
    there, back = rename.format("gist_expires", "gist_ends"), rename.format("gist_ends", "gist_expires")
    project.write_script(there, back)
    report = project.verify(status=0)
    assert {(f["severity"], f["code"], f["revision"]) for f in report["findings"] if "own_" in f["object"]} == {
        ("note", "view-extra", None), ("note", "index-extra", None), ("note", "trigger-extra", None),
    }  # fmt: skip
    # What the script itself makes another one is its doing.
    made = "op.execute('DROP INDEX own_index')\nop.execute('CREATE INDEX own_index ON gists (gist_type)')"
    project.write_script(f"{there}\n{made}", back)
    (error,) = (f for f in project.verify(status=1)["findings"] if f["code"] == "index-extra")
    assert (error["severity"], error["object"], error["revision"]) == ("error", "own_index", "feedc0ffee00")
