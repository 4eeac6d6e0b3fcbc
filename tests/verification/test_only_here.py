"""A step that needs what only this database has is an error: every other site fails at it."""

from __future__ import annotations

from ..projects import Project

ONE = "op.execute(\"UPDATE users SET lastname = lastname WHERE site_phone = 'x'\")"


def _messages(project: Project, *words: str) -> "list[str]":
    report = project.verify(*words, status=1)
    return [f["message"] for f in report["findings"] if f["code"] == "upgrade-fails"]


def test_what_a_release_does_not_have_is_named(project: Project) -> None:
    project.sql("ALTER TABLE users ADD site_phone VARCHAR(20)")
    project.write_script(ONE)
    # From the memory there comes nothing else.
    for _ in range(2):
        (message,) = _messages(project)
        assert message.startswith("upgrade() of feedc0ffee00 raises on a database of "), message
        assert (
            ": no such column: site_phone; at feedc0ffee00_by_hand.py:10; statement: UPDATE users" in message
        )
        assert message.endswith("this database has something that those of the release do not have")
    # One that has it already goes down and up again.
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    (message,) = _messages(project)
    assert "raises on a database of" in message


def test_where_it_fails_here_too_that_is_said_once(project: Project) -> None:
    project.write_script(ONE)
    (message,) = _messages(project)
    assert "raises on a database of" not in message
