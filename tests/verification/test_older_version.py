"""db-verify: after a downgrade the older version works: it can insert, and finds what its set-up wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Tuple

import pytest

from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Column, Schema, Table
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks import downgrade, older_version
from kallithea_dbdev.verification.climb import Climb
from kallithea_dbdev.verification.older_version import OlderVersion, Refused, changed_tables

from ..projects import HEAD, VERSION, Project
from ..servers import Server
from .test_fixes import apply

TABLE = Table("t", (Column("a", "INTEGER", True),))
MUST = Table("t", (*TABLE.columns, Column("must", "INTEGER", False)))


def climb(refused: Tuple[Refused, ...]) -> Climb:
    """A way up and down on which a column stays."""
    start, other = State(("a",), Schema((TABLE,)), {}), State(("a",), Schema((MUST,)), {})
    up = StepRecord(Step("b", UPGRADE, "a"), start, replace(other, revisions=("b",)), (), 0.0)
    down = StepRecord(Step("b", DOWNGRADE, "a"), up.after, other, (), 0.0)
    met = OlderVersion(down, "", start, refused)
    return Climb("sqlite", start, start, (up,), (down,), (), "b", True, older=(met,))


def test_a_column_that_must_be_given_is_told_once() -> None:
    def told(refused: Tuple[Refused, ...]) -> List[Tuple[str, str]]:
        seen = climb(refused)
        return [(f.code, f.severity) for check in (downgrade, older_version) for f in check.check(seen)]

    # Where no row could be tried the schema says it.
    assert told(()) == [("downgrade-keeps-column", "error")]
    assert told((Refused("t", "must", "as a real one", "no", True),)) == [
        ("downgrade-keeps-column", "note"),
        ("older-insert-fails", "error"),
    ]


def test_which_tables_are_tried() -> None:
    now, old = Schema((MUST,)), Schema((TABLE,))
    assert changed_tables(now, old, compare(now, old)) == (TABLE,)
    assert changed_tables(now, now, ()) == ()
    # One that is gone, or lacks a column, is told by that.
    assert changed_tables(old, now, compare(old, now)) == ()
    assert changed_tables(Schema(), now, compare(Schema(), now)) == ()
    named = Schema((replace(TABLE, columns=TABLE.columns[::-1], primary_key=None),))
    assert changed_tables(named, old, compare(named, old)) == ()


pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="what 0.7.0 made")

BATCH = "with op.batch_alter_table('{}', table_kwargs={{'sqlite_autoincrement': True}}) as batch_op:\n    batch_op."


def must(table: str, name: str) -> str:
    """A column without a default that each row must give."""
    column = f"sa.Column('{name}', sa.Integer(), nullable=False, server_default='7')"
    drop = f"alter_column('{name}', existing_type=sa.Integer(), existing_nullable=False, server_default=None)"
    look = f"if '{name}' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('{table}')]:\n"
    batch = (BATCH.format(table) + drop).replace("\n", "\n    ")
    return f"{look}    op.add_column('{table}', {column})\n    {batch}"


def nullable(value: bool) -> str:
    return BATCH.format("ui") + f"alter_column('ui_value', existing_type=sa.String(255), nullable={value})"


#: Name -> upgrade and downgrade.
SCRIPTS: Dict[str, Tuple[str, str]] = {
    "kept, and must be given": (must("gists", "must"), "pass"),
    "two of them": (f"{must('users', 'one')}\n{must('users', 'two')}", "pass"),
    "kept, with a default": (
        "if 'may' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('user_logs')]:\n"
        "    op.add_column('user_logs', sa.Column('may', sa.Integer(), nullable=False, server_default='7'))", "pass",
    ),
    "kept, and refuses its default": (
        "if 'word' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('user_ip_map')]:\n"
        "    op.add_column('user_ip_map', sa.Column('word', sa.String(9), nullable=False, server_default='long'))\n"
        "    " + (BATCH.format("user_ip_map") + "alter_column('word', existing_type=sa.String(9), existing_nullable=False, server_default='x')").replace("\n", "\n    ") + "\n"
        "    " + (BATCH.format("user_ip_map") + "create_check_constraint('ck_user_ip_map_word', sa.text('length(word) > 2'))").replace("\n", "\n    "),
        "pass",
    ),
    "stricter": ("op.execute(\"UPDATE ui SET ui_value = '' WHERE ui_value IS NULL\")\n" + nullable(False), "pass"),
    "all undone": (must("user_email_map", "must"), BATCH.format("user_email_map") + "drop_column('must')"),
}  # fmt: skip


def write_scripts(project: Project) -> Dict[str, str]:
    below, found = HEAD, {}
    for number, (name, (up, down)) in enumerate(SCRIPTS.items()):
        found[name] = f"feed{number:08x}"
        project.write_script(up, down, found[name], below)
        below = found[name]
    return found


def of(report: Any, code: str) -> List[Any]:
    return [finding for finding in report["findings"] if finding["code"] == code]


def check(project: Project) -> None:
    revisions = write_scripts(project)
    report = project.verify(status=1)
    assert of(report, "check-failed") == []
    found = of(report, "older-insert-fails")
    names = {revision: name for name, revision in revisions.items()}
    assert [(names[f["revision"]], f["table"], f["object"]) for f in found] == [
        ("kept, and refuses its default", "user_ip_map", "word"),
        ("two of them", "users", "one"),
        ("two of them", "users", "two"),
        ("kept, and must be given", "gists", "must"),
    ]
    for finding in found:
        assert (finding["severity"], finding["direction"]) == ("error", "downgrade")
        assert finding["message"].startswith("the older version cannot insert a row after the downgrade: ")
        assert f"it does not know the column {finding['object']}" in finding["message"]
        path = project.versions / f"{finding['revision']}_by_hand.py"
        assert finding["file"].endswith(path.name)
        assert finding["line"] == 1 + path.read_text().splitlines().index("def downgrade():")
        assert (
            "give it a server default in upgrade(), or drop it: add at the end of downgrade():"
            in finding["fix"]
        )
    kept = {(f["object"], f["severity"]) for f in of(report, "downgrade-keeps-column")}
    assert kept == {(name, "note") for name in ("must", "one", "two", "may", "word")}
    # That the schema is stricter than it was is told by itself.
    assert [f["object"] for f in of(report, "column-nullability") if f["direction"] == "downgrade"] == [
        "ui_value"
    ]
    # The fixes, just as they stand; what two columns of one table need stands in one script.
    for finding in found:
        if finding["object"] != "word":
            apply(project.versions / f"{finding['revision']}_by_hand.py", finding)
    report = project.verify(status=1)
    assert [f["object"] for f in of(report, "older-insert-fails")] == ["word"]
    assert of(report, "downgrade-fails") == of(report, "upgrade-again-fails") == []


def test_on_sqlite(project: Project) -> None:
    before = project.snapshot()
    check(project)
    assert project.snapshot() == before


def test_on_servers(server_project: Project, server: Server) -> None:
    check(server_project)


def test_down_to_a_recorded_release(project: Project) -> None:
    """Where nobody saw what was there before the upgrade the recorded release tells."""
    look = "if 'must' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('gists')]:\n"
    project.write_script(
        "op.execute(\"UPDATE ui SET ui_value = '' WHERE ui_value IS NULL\")\n" + nullable(False) + "\n"
        + "op.execute(\"DELETE FROM permissions WHERE permission_name = 'hg.register.none'\")\n"
        + "op.drop_column('gists', 'gist_description')\n"
        + look + "    op.add_column('gists', sa.Column('must', sa.Integer(), nullable=False, server_default='7'))",
        "pass",
    )  # fmt: skip
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    project.sql(
        "CREATE TABLE site (a INTEGER)", "DELETE FROM permissions WHERE permission_name = 'hg.fork.none'"
    )
    project.change_models(
        ("    gist_description = Column(UnicodeText(), nullable=False)\n",
         "    must = Column(Integer(), nullable=False, server_default='7')\n"),
        ("        ('hg.register.none', _('Registration disabled')),\n", ""),
    )  # fmt: skip
    report = project.verify(status=1)
    assert of(report, "check-failed") == []
    (refused,) = of(report, "older-insert-fails")
    assert (refused["table"], refused["object"], refused["revision"]) == ("ui", "ui_value", "feedc0ffee00")
    assert refused["message"].startswith("0.7.0 cannot insert a row (NULL) after the downgrade: ")
    schema = [(f["table"], f["object"], f["severity"]) for f in of(report, "older-schema")]
    assert schema == [("gists", "gist_description", "error"), ("gists", "must", "note")]
    gone = of(report, "older-schema")[0]
    assert "add at the end of downgrade():\n    " in gone["fix"] and "gist_description" in gone["fix"]
    # What the site took away itself, and what it has of its own, is no fault of the downgrade.
    (missing,) = of(report, "older-default-missing")
    assert (missing["table"], missing["revision"], missing["expected"]) == (
        "permissions", "feedc0ffee00", "hg.register.none",
    )  # fmt: skip
    assert {step["verdict"] for step in report["steps"] if step["direction"] == "downgrade"} == {"broken"}
