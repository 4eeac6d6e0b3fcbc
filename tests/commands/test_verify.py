"""db-verify through the real gearbox: good scripts pass, each kind of wrong one is named."""

from __future__ import annotations

import json
from typing import List, Optional, Tuple

import pytest

from kallithea_dbdev.commands.outputs import FORMATS
from kallithea_dbdev.findings import CATALOGUE

from ..projects import BELOW_HEAD, CLEAN_HEAD, HEAD, HEAD_WARNINGS, VERSION, Project, codes, one_line, release
from .test_revision import COLUMN, LONGER, TABLE, change

KEEP = (
    "table_kwargs={'sqlite_autoincrement': True}, "
    "reflect_kwargs={'listeners': [('column_reflect', keep_names)]}"
)
KEEP_NAMES = """
import alembic
REFLECTED = tuple(map(int, alembic.__version__.split('.')[:2])) >= (1, 7)
def keep_names(inspector, table, column):
    if isinstance(column['type'], sa.Boolean):
        name = 'ck_%s_%s' % (table.name, column['name'])
        column['type'] = sa.Boolean(name=name, create_constraint=not REFLECTED)
"""
ADD = (
    "with op.batch_alter_table('users') as batch_op:\n"
    "    batch_op.add_column(sa.Column('theme', sa.String(40), nullable=False, server_default='light'))\n"
    "    batch_op.create_index('ix_users_theme', ['theme'])"
)
DROP = (
    f"with op.batch_alter_table('users', {KEEP}) as batch_op:\n"
    "    batch_op.drop_index('ix_users_theme')\n"
    "    batch_op.drop_column('theme')"
)


needs_clean_head = pytest.mark.skipif(not CLEAN_HEAD, reason="this release's last script has errors")


def found(report: dict, code: str) -> dict:  # type: ignore[type-arg]
    matching = [f for f in report["findings"] if f["code"] == code]
    assert matching, [f["code"] for f in report["findings"]]
    return matching[0]


@needs_clean_head
def test_a_database_at_the_head_goes_down_one_step_and_up_again(project: Project) -> None:
    before = project.snapshot()
    done = project.gearbox("db-verify", "-c", "development.ini")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("  ") and " ok " in line] == [
        ["downgrade", HEAD],
        ["upgrade", HEAD],
    ]
    assert lines[-1] == f"OK: 1 warning; 2 steps on sqlite, head {HEAD}"
    assert project.snapshot() == before, "the database is only read"


def test_a_correct_migration_gets_no_error(project: Project) -> None:
    change(project, COLUMN)
    project.write_script(ADD, DROP, head=KEEP_NAMES)
    report = project.verify(status=0)
    assert [(s["direction"], s["revision"], s["ok"]) for s in report["steps"]] == [
        ("upgrade", "feedc0ffee00", True),
        ("downgrade", "feedc0ffee00", True),
        ("upgrade", "feedc0ffee00", True),
    ]
    assert {f["code"] for f in report["findings"]} <= {"column-order"}


def test_the_json_report_has_what_is_documented(project: Project) -> None:
    change(project, COLUMN, LONGER)
    project.write_script(ADD, DROP, head=KEEP_NAMES)
    report = project.verify(status=1)
    assert report["version"] == 1
    (engine,) = report["engines"]
    assert (engine["engine"], engine["head"], engine["start"]) == ("sqlite", "feedc0ffee00", HEAD)
    assert engine["database"] == str(project.database)
    assert report["verdict"].startswith("FAILED: 1 error")
    finding = found(report, "column-type")
    assert {key: finding[key] for key in ("severity", "engine", "table", "object", "aspect", "revision", "direction")} == {
        "severity": "error", "engine": "sqlite", "table": "ui", "object": "ui_value", "aspect": "type",
        "revision": None, "direction": None,
    }  # fmt: skip
    assert finding["message"].startswith("type is VARCHAR(255); the models give VARCHAR(1000)")
    assert finding["fix"] == "no script makes it: gearbox db-revision drafts one"
    step = report["steps"][0]
    assert step["seconds"] >= 0
    assert step["rows_changed"] == {}


@needs_clean_head
def test_output_goes_to_a_file(project: Project) -> None:
    words = [word for name in FORMATS for word in ("--format", name, "--output", f"report.{name}")]
    done = project.gearbox("db-verify", "-c", "development.ini", *words)
    assert done.returncode == 0
    files = {name: (project.instance / f"report.{name}").read_text() for name in FORMATS}
    assert files["text"].endswith(f"head {HEAD}\n")
    assert json.loads(files["json"])["exit_status"] == 0
    assert files["junit"].startswith("<?xml") and json.loads(files["sarif"])["version"] == "2.1.0"
    assert "gearbox db-verify -c development.ini --engine sqlite" in files["html"]
    assert done.stdout == f"OK: 1 warning; 2 steps on sqlite, head {HEAD}\n"
    text = project.gearbox("db-verify", "--output", "report.txt", "-q")
    assert (text.returncode, text.stdout) == (0, "")
    assert (project.instance / "report.txt").read_text().endswith(f"head {HEAD}\n")


def test_explain(project: Project) -> None:
    done = project.gearbox("db-verify", "--explain", "autoincrement")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("autoincrement (error)\n")
    assert "Why it matters: " in done.stdout
    assert "table_kwargs={'sqlite_autoincrement': True}" in done.stdout
    listed = project.gearbox("db-verify", "--explain", "all").stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(CATALOGUE)
    wrong = project.gearbox("db-verify", "--explain", "autoincremet")
    assert wrong.returncode == 2
    one_line(wrong.stderr, "there is no such finding code; did you mean autoincrement")


@needs_clean_head
def test_strict_counts_warnings(project: Project) -> None:
    project.write_script("pass", "raise NotImplementedError('no way back')")
    assert project.verify(status=0)["exit_status"] == 0
    report = project.verify("--strict", status=1)
    assert codes(report, "warning") == ["downgrade-irreversible"]
    assert report["verdict"].startswith("FAILED: 1 warning")


@needs_clean_head
def test_quiet_is_silent_unless_there_are_errors(project: Project) -> None:
    done = project.gearbox("db-verify", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    change(project, LONGER)
    done = project.gearbox("db-verify", "-q")
    assert done.returncode == 1
    assert done.stdout.startswith("ui.ui_value: type is VARCHAR(255)")
    assert done.stdout.splitlines()[-1].startswith("FAILED: 1 error, 1 warning;")


def test_from_goes_further_down(project: Project) -> None:
    report = project.verify("--from", BELOW_HEAD)
    assert [s["revision"] for s in report["steps"]] == [HEAD, HEAD]
    report = project.verify("--from", "4851d15bc437")
    down = [s["revision"] for s in report["steps"] if s["direction"] == "downgrade"]
    assert down[0] == HEAD
    assert down[-1] == "d7ec25b66e47"
    assert len(report["steps"]) == 2 * len(down)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "cafecafecafe"), "--from cafecafecafe: there is no such revision"),
        (("--output", "nowhere/report"), "nowhere/report: no such folder"),
        (("--output", "repos"), "repos: this is a folder"),
        (("--format", "xml"), "invalid choice: 'xml'"),
        (("-c", "none.ini"), "none.ini: no such file"),
    ],
)
def test_bad_command_lines_get_one_line(project: Project, words: Tuple[str, ...], message: str) -> None:
    done = project.gearbox("db-verify", *words)
    assert done.returncode == 2
    one_line(done.stderr, message)
    assert done.stdout == ""


def test_from_above_the_database(project: Project) -> None:
    project.tool("alembic", "-c", "development.ini", "downgrade", "-1")
    done = project.gearbox("db-verify", "--from", HEAD)
    assert done.returncode == 2
    one_line(done.stderr, f"--from {HEAD}: not an ancestor of {BELOW_HEAD}")


def test_no_database(project: Project) -> None:
    project.database.unlink()
    done = project.gearbox("db-verify", "-c", "development.ini")
    assert done.returncode == 2
    one_line(done.stderr, r"kallithea\.db: there is no such database")


# -- each kind of wrong script ------------------------------------------------------------------

#: name -> (changes of the models, upgrade, downgrade, code, table, object, direction that is blamed)
Case = Tuple[List[Tuple[str, str]], str, str, str, str, "str | None", "str | None"]

PASS = "pass"
UNIQUE = ", CONSTRAINT uq_user_ip_map_user_id UNIQUE (user_id, ip_addr)"


def rebuilt_by_hand(check: str, unique: str = UNIQUE) -> str:
    """Code that rebuilds user_ip_map with these constraints, in statements of its own."""
    return "\n".join(
        f'op.execute("""{statement}""")'
        for statement in (
            "CREATE TABLE x (ip_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, "
            "ip_addr VARCHAR(255) NOT NULL, active BOOLEAN NOT NULL, CONSTRAINT fk_user_ip_map_user_id "
            f"FOREIGN KEY (user_id) REFERENCES users (user_id){unique}{check})",
            "INSERT INTO x SELECT * FROM user_ip_map",
            "DROP TABLE user_ip_map",
            "ALTER TABLE x RENAME TO user_ip_map",
        )
    )


WRONG: "dict[str, Case]" = {
    "forgotten index": (
        [COLUMN], ADD.rsplit("\n", 1)[0], PASS,
        "index-missing", "users", "ix_users_theme", "upgrade",
    ),
    "shorter column": (
        [COLUMN], ADD.replace("String(40)", "String(30)"), DROP,
        "column-type", "users", "theme", "upgrade",
    ),
    "nullable column": (
        [COLUMN], ADD.replace("nullable=False", "nullable=True"), DROP,
        "column-nullability", "users", "theme", "upgrade",
    ),
    "other default": (
        [COLUMN], ADD.replace("'light'", "'dark'"), DROP,
        "column-default", "users", "theme", "upgrade",
    ),
    "missing column": ([COLUMN], PASS, PASS, "column-missing", "users", "theme", None),
    "extra column": (
        [], "op.add_column('users', sa.Column('extra', sa.Integer()))", PASS,
        "column-extra", "users", "extra", "upgrade",
    ),
    "missing table": ([TABLE], PASS, PASS, "table-missing", "user_notes", None, None),
    "extra table": (
        [], "op.create_table('extra', sa.Column('a', sa.Integer()))", "op.drop_table('extra')",
        "table-extra", "extra", None, "upgrade",
    ),
    "foreign key without its action": (
        [TABLE],
        "op.create_table('user_notes', sa.Column('note_id', sa.Integer(), nullable=False), "
        "sa.Column('user_id', sa.Integer(), nullable=False), "
        "sa.ForeignKeyConstraint(['user_id'], ['users.user_id'], name='fk_user_notes_user_id'), "
        "sa.PrimaryKeyConstraint('note_id', name='pk_user_notes'), sqlite_autoincrement=True)",
        "op.drop_table('user_notes')",
        "foreign-key-differs", "user_notes", "fk_user_notes_user_id", "upgrade",
    ),
    "foreign key forgotten": (
        [TABLE],
        "op.create_table('user_notes', sa.Column('note_id', sa.Integer(), nullable=False), "
        "sa.Column('user_id', sa.Integer(), nullable=False), "
        "sa.PrimaryKeyConstraint('note_id', name='pk_user_notes'), sqlite_autoincrement=True)",
        "op.drop_table('user_notes')",
        "foreign-key-missing", "user_notes", "fk_user_notes_user_id", "upgrade",
    ),
    "primary key forgotten": (
        [TABLE],
        "op.execute('CREATE TABLE user_notes (note_id INTEGER NOT NULL, user_id INTEGER NOT NULL, "
        "CONSTRAINT fk_user_notes_user_id FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE)')",
        "op.drop_table('user_notes')",
        "primary-key", "user_notes", None, "upgrade",
    ),
    "unique constraint dropped": (
        [], rebuilt_by_hand(", CONSTRAINT ck_user_ip_map_active CHECK (active IN (0, 1))", unique=""), PASS,
        "unique-missing", "user_ip_map", "uq_user_ip_map_user_id", "upgrade",
    ),
    "unique constraint added": (
        [], "with op.batch_alter_table('user_ip_map', " + KEEP + ") as batch_op:\n"
        "    batch_op.create_unique_constraint('uq_extra', ['ip_id', 'ip_addr'])",
        "with op.batch_alter_table('user_ip_map', " + KEEP + ") as batch_op:\n"
        "    batch_op.drop_constraint('uq_extra')",
        "unique-extra", "user_ip_map", "uq_extra", "upgrade",
    ),
    "check lost": (
        [], rebuilt_by_hand(""), PASS, "check-missing", "user_ip_map", "ck_user_ip_map_active", "upgrade",
    ),
    "check name lost": (
        [], rebuilt_by_hand(", CHECK (active IN (0, 1))"), PASS,
        "name", "user_ip_map", "CHECK (active in (0, 1))", "upgrade",
    ),
    "check changed": (
        [], rebuilt_by_hand(", CONSTRAINT ck_user_ip_map_active CHECK (active IN (0, 1, 2))"), PASS,
        "check-differs", "user_ip_map", "ck_user_ip_map_active", "upgrade",
    ),
    "autoincrement lost": (
        [], "with op.batch_alter_table('users_groups_members', recreate='always') as batch_op:\n    pass", PASS,
        "autoincrement", "users_groups_members", None, "upgrade",
    ),
    "index on other columns": (
        [], "op.drop_index('u_email_idx')\nop.create_index('u_email_idx', 'users', ['username'])", PASS,
        "index-differs", "users", "u_email_idx", "upgrade",
    ),
    "index in other order": (
        [], "op.drop_index('u_email_idx')\nop.create_index('u_email_idx', 'users', [sa.text('email DESC')])", PASS,
        "index-differs", "users", "u_email_idx", "upgrade",
    ),
    "index made unique": (
        [], "op.drop_index('u_email_idx')\nop.create_index('u_email_idx', 'users', ['email'], unique=True)", PASS,
        "index-differs", "users", "u_email_idx", "upgrade",
    ),
    "index made partial": (
        [], "op.drop_index('u_email_idx')\n"
        "op.execute('CREATE INDEX u_email_idx ON users (email) WHERE active = 1')", PASS,
        "index-differs", "users", "u_email_idx", "upgrade",
    ),
    "index renamed": (
        [], "op.drop_index('u_email_idx')\nop.create_index('other_idx', 'users', ['email'])",
        "op.drop_index('other_idx')\nop.create_index('u_email_idx', 'users', ['email'])",
        "name", "users", "INDEX (email)", "upgrade",
    ),
    "index added": (
        [], "op.create_index('other_idx', 'users', ['firstname'])", "op.drop_index('other_idx')",
        "index-extra", "users", "other_idx", "upgrade",
    ),
    "collation added": (
        [COLUMN], ADD.replace("sa.String(40)", "sa.String(40, collation='NOCASE')"), DROP,
        "column-collation", "users", "theme", "upgrade",
    ),
    "trigger left": (
        [], "op.execute('CREATE TRIGGER tr AFTER INSERT ON users BEGIN SELECT 1; END')",
        "op.execute('DROP TRIGGER tr')",
        "trigger-extra", "users", "tr", "upgrade",
    ),
    "view left": (
        [], "op.execute('CREATE VIEW vw AS SELECT * FROM users')", "op.execute('DROP VIEW vw')",
        "view-extra", "", "vw", "upgrade",
    ),
    "downgrade keeps an index": (
        [COLUMN], ADD, PASS, "index-extra", "users", "ix_users_theme", "downgrade",
    ),
    "downgrade forgets the type": (
        [LONGER],
        f"with op.batch_alter_table('ui', {KEEP}) as batch_op:\n"
        "    batch_op.alter_column('ui_value', type_=sa.String(1000))",
        PASS, "column-type", "ui", "ui_value", "downgrade",
    ),
    "upgrade fails": (
        [], "op.drop_table('not_there')", PASS, "upgrade-fails", "", None, "upgrade",
    ),
    "downgrade fails": (
        [], PASS, "op.drop_table('not_there')", "downgrade-fails", "", None, "downgrade",
    ),
    "upgrade fails the second time": (
        [], "op.create_table('extra', sa.Column('a', sa.Integer()))", PASS,
        "upgrade-again-fails", "", None, "upgrade",
    ),
    "died rebuild": (
        [], "op.create_table('_alembic_tmp_users', sa.Column('a', sa.Integer()))",
        "op.drop_table('_alembic_tmp_users')",
        "leftover-table", "_alembic_tmp_users", None, "upgrade",
    ),
    "rows lost in a rebuild by hand": (
        [], "op.execute('CREATE TABLE x AS SELECT * FROM settings WHERE 0')\n"
        "op.execute('DELETE FROM x')\n"
        "op.execute(\"INSERT OR REPLACE INTO settings (app_settings_id, app_settings_name, app_settings_value) "
        "SELECT 1, app_settings_name, '' FROM settings WHERE app_settings_id = 2\")\n"
        "op.drop_table('x')", PASS,
        "rows-lost", "settings", None, "upgrade",
    ),
}  # fmt: skip

#: Errors that the mistake brings with it.
FOLLOWS = {
    "primary key forgotten": {"autoincrement"},
    "missing column": {"index-missing"},
    "upgrade fails the second time": {"table-extra"},
    "rows lost in a rebuild by hand": {
        "values-changed",
        "not-restored",
        "default-missing",
        "default-differs",
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_script_is_named(project: Project, name: str) -> None:
    changes, upgrade, downgrade, code, table, thing, direction = WRONG[name]
    change(project, *changes)
    project.write_script(upgrade, downgrade, head=KEEP_NAMES)
    report = project.verify(status=1)
    matching = [
        f
        for f in report["findings"]
        if f["code"] == code and f["severity"] == "error" and (f["table"] or "") == table
        and f["object"] == thing and f["direction"] == direction
    ]  # fmt: skip
    assert matching, [
        (f["code"], f["table"], f["object"], f["direction"], f["message"]) for f in report["findings"]
    ]
    assert matching[0]["revision"] == ("feedc0ffee00" if direction else None)
    # nothing but what follows from the one mistake
    assert set(codes(report)) == {code} | FOLLOWS.get(name, set())


def test_failures_have_statement_and_message_and_a_traceback_only_with_debug(project: Project) -> None:
    project.write_script("op.execute('INSERT INTO users (user_id) VALUES (1)')")
    finding = found(project.verify(status=1), "upgrade-fails")
    assert finding["statement"] == "INSERT INTO users (user_id) VALUES (1)"
    assert "NOT NULL constraint failed" in finding["message"]
    assert "feedc0ffee00_by_hand.py:" in finding["message"]
    text = project.gearbox("db-verify")
    assert text.returncode == 1
    assert "Traceback" not in text.stdout + text.stderr
    assert "Traceback" in project.gearbox("--debug", "db-verify").stdout


def test_a_declared_irreversible_downgrade_is_respected(project: Project) -> None:
    project.write_script("pass", "raise NotImplementedError('the old rows are gone')")
    report = project.verify(status=0)
    assert "the old rows are gone" in found(report, "downgrade-irreversible")["message"]


def test_a_kept_column_is_a_note_and_needs_no_declaration(project: Project) -> None:
    change(project, COLUMN)
    guarded = (
        "if 'theme' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('users')]:\n"
        "    op.add_column('users', sa.Column('theme', sa.String(40), nullable=False, server_default='light'))\n"
        "op.create_index('ix_users_theme', 'users', ['theme'])"
    )
    project.write_script(guarded, "op.drop_index('ix_users_theme')")
    report = project.verify(status=0)
    assert found(report, "downgrade-keeps-column")["severity"] == "note"
    assert [step["verdict"] for step in report["steps"]] == [None, "keeps columns", None]
    # without the look before, a second upgrade fails: a warning, with the look to write
    project.write_script(guarded.partition("\n")[2].strip(), "op.drop_index('ix_users_theme')")
    again = found(project.verify(status=0), "upgrade-again-fails")
    assert again["severity"] == "warning"
    assert again["fix"].startswith("look before you add it")
    assert (
        "\n    if 'theme' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('users')]:"
        in again["fix"]
    )
    # one that the older version cannot live with is an error
    project.write_script(
        "op.execute('CREATE TABLE n AS SELECT * FROM users_groups_members')\n"
        "op.drop_table('users_groups_members')\n"
        "op.execute('CREATE TABLE users_groups_members (users_group_member_id INTEGER NOT NULL PRIMARY KEY "
        "AUTOINCREMENT, users_group_id INTEGER NOT NULL, user_id INTEGER NOT NULL, must INTEGER NOT NULL)')",
        "op.drop_table('n')",
    )
    finding = found(project.verify(status=1), "older-insert-fails")
    assert (finding["severity"], finding["object"]) == ("error", "must")
    assert "the older version cannot insert" in finding["message"]


def test_rows_that_a_script_deletes_or_adds_are_told(project: Project) -> None:
    project.write_script(
        "op.execute(\"DELETE FROM settings WHERE app_settings_name = 'title'\")\n"
        "op.execute(\"INSERT INTO ui (ui_section, ui_key, ui_active) VALUES ('a', 'b', 1)\")",
        "op.execute(\"DELETE FROM ui WHERE ui_section = 'a'\")",
    )
    report = project.verify(status=1)
    assert found(report, "rows-lost")["table"] == "settings"
    assert found(report, "rows-added")["table"] == "ui"
    assert found(report, "cannot-restore")["table"] == "settings"


def test_a_table_dropped_with_its_rows_is_told(project: Project) -> None:
    project.sql("CREATE TABLE old_things (a INTEGER)", "INSERT INTO old_things VALUES (1)")
    project.write_script("op.drop_table('old_things')", "op.execute('CREATE TABLE old_things (a INTEGER)')")
    report = project.verify(status=0)
    assert "1 rows" in found(report, "table-dropped-with-rows")["message"]
    assert found(report, "cannot-restore")["table"] == "old_things"


@needs_clean_head
def test_what_the_site_made_itself_is_no_error(project: Project) -> None:
    project.sql(
        "CREATE INDEX dba_idx ON users (lastname)",
        "CREATE TABLE dba_notes (a INTEGER)",
        "CREATE VIEW dba_view AS SELECT 1",
    )
    report = project.verify(status=0)
    assert {f["object"] or f["table"]: f["severity"] for f in report["findings"]} == {
        "dba_idx": "note",
        "dba_notes": "note",
        "dba_view": "note",
        None: "warning",
    }


def test_an_index_that_the_models_dropped_without_a_migration_is_an_error(project: Project) -> None:
    change(project, ("        Index('u_email_idx', 'email'),\n", ""))
    finding = found(project.verify(status=1), "index-extra")
    assert (finding["object"], finding["severity"]) == ("u_email_idx", "error")


# -- the graph and the stamp --------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken", ["heads", "missing", "duplicate", "syntax", "import", "stamp", "none", "two"]
)
def test_graph_errors_are_findings(project: Project, broken: str) -> None:
    code = {
        "heads": "several-heads", "missing": "missing-revision", "duplicate": "duplicate-revision",
        "syntax": "script-broken", "import": "script-broken", "stamp": "unknown-stamp", "none": "not-stamped",
        "two": "several-stamps",
    }[broken]  # fmt: skip
    if broken == "heads":
        project.write_script("pass", revision="aaaaaaaaaaaa")
        project.write_script("pass", revision="bbbbbbbbbbbb")
    elif broken == "missing":
        project.write_script("pass", below="cafecafecafe")
    elif broken == "duplicate":
        project.write_script("pass").rename(project.versions / "first.py")
        project.write_script("pass")
    elif broken == "syntax":
        project.write_script("if")
    elif broken == "import":
        project.write_script("pass", head="import no_such_module")
    elif broken == "stamp":
        project.sql("UPDATE alembic_version SET version_num = 'cafecafecafe'")
    elif broken == "none":
        project.sql("DROP TABLE alembic_version")
    elif broken == "two":
        project.sql(f"INSERT INTO alembic_version VALUES ('{BELOW_HEAD}')")
    report = project.verify(status=1)
    assert codes(report) == [code]
    assert report["steps"] == []
    stamp = {"stamp": "cafecafecafe", "none": "", "two": f"{BELOW_HEAD}, {HEAD}"}.get(broken, HEAD)
    assert sorted((report["engines"][0]["start"] or "").split(", ")) == sorted(stamp.split(", "))
    message = report["findings"][0]["message"]
    expected = {
        "missing": "cafecafecafe", "duplicate": "feedc0ffee00", "syntax": "feedc0ffee00_by_hand.py:",
        "import": "no_such_module", "stamp": "cafecafecafe", "heads": "aaaaaaaaaaaa, bbbbbbbbbbbb",
    }  # fmt: skip
    assert expected.get(broken, "") in message
    # The line that is to blame: the reports for code review point there.
    place = {
        "missing": ("feedc0ffee00_by_hand.py", "down_revision"), "duplicate": ("first.py", "revision"),
        "heads": ("bbbbbbbbbbbb_by_hand.py", "down_revision"), "syntax": ("feedc0ffee00_by_hand.py", ""),
        "import": ("feedc0ffee00_by_hand.py", "import no_such_module"),
    }.get(broken)  # fmt: skip
    finding = report["findings"][0]
    if place is None:
        assert (finding["file"], finding["line"]) == (None, None)
    else:
        name, begins = place
        assert finding["file"] == f"kallithea/alembic/versions/{name}"
        lines = (project.versions / name).read_text(encoding="utf-8").splitlines()
        assert lines[finding["line"] - 1].startswith(begins), lines[finding["line"] - 1]


@pytest.mark.parametrize("on_a_branch", [False, True])
def test_branches_that_are_merged(project: Project, on_a_branch: bool) -> None:
    """A step is compared with where the way was before it, not with what its script names."""
    project.sql("INSERT INTO settings (app_settings_name, app_settings_value) VALUES ('site', '')")
    text = "UPDATE settings SET app_settings_value = {} WHERE app_settings_name = 'site'"
    indexes = ""
    for revision, column in (("aaaaaaaaaaaa", "user_ip"), ("bbbbbbbbbbbb", "action_date")):
        indexes += f"        Index('ul_{column}_idx', '{column}'),\n"
        longer, shorter = f"app_settings_value || '{column}'", f"replace(app_settings_value, '{column}', '')"
        project.write_script(
            f"op.create_index('ul_{column}_idx', 'user_logs', ['{column}'])\n"
            f'op.execute("{text.format(longer)}")',
            f"op.drop_index('ul_{column}_idx')\nop.execute(\"{text.format(shorter)}\")",
            revision=revision,
            head="data_changes = [('settings', 'app_settings_value', 'changed')]",
        )
        if on_a_branch and revision == "aaaaaaaaaaaa":
            project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    project.write_script("pass", revision="cccccccccccc", below=("aaaaaaaaaaaa", "bbbbbbbbbbbb"))
    place = "    __tablename__ = 'user_logs'\n    __table_args__ = (\n"
    project.change_models((place, place + indexes))
    report = project.verify("--strict", status=0)
    assert not report["findings"]
    downs = [(s["revision"], s["verdict"]) for s in report["steps"] if s["direction"] == "downgrade"]
    revisions = ["cccccccccccc", "bbbbbbbbbbbb"] if on_a_branch else ["c" * 12, "a" * 12, "b" * 12]
    assert downs == [(revision, "exact") for revision in revisions]


# -- databases of real releases -----------------------------------------------------------------


@pytest.mark.skipif(VERSION != "0.7.0", reason="what 0.7.0 does with them")
@pytest.mark.parametrize("column", [None, "note"])
def test_a_real_database_of_0_6_3(project: Project, column: Optional[str]) -> None:
    """Kallithea's own f62826179f39 loses AUTOINCREMENT in its batch rebuild.

    A column that the site added says nothing about rows that a set-up writes.
    """
    release("0.6.3", project.database)
    if column:
        project.sql(f"ALTER TABLE ui ADD COLUMN {column} TEXT", f"UPDATE ui SET {column} = 'ours'")
    report = project.verify(status=1)
    assert [(s["direction"], s["revision"]) for s in report["steps"]] == [
        ("upgrade", "f62826179f39"),
        ("upgrade", "7ba0d2cad930"),
        ("downgrade", "7ba0d2cad930"),
        ("downgrade", "f62826179f39"),
        ("upgrade", "f62826179f39"),
        ("upgrade", "7ba0d2cad930"),
    ]
    errors = [f for f in report["findings"] if f["severity"] == "error"]
    assert {(f["code"], f["table"], f["revision"]) for f in errors} == {
        ("autoincrement", "pull_request_reviewers", "f62826179f39"),
        # it deletes what is there twice, by a class that may have more columns some day
        ("rows-lost", "pull_request_reviewers", "f62826179f39"),
        ("live-models-break", None, "f62826179f39"),
        # its downgrade is "pass": the hooks keep their new names
        ("not-restored", "ui", "7ba0d2cad930"),
    }
    # In a newer Alembic's transaction the commit of f62826179f39 is none.
    warnings = set(codes(report, "warning")) - {"script-commits"}
    assert warnings == {"cannot-restore", "script-imports-models"}
    # a site's own column is its own business
    assert codes(report, "note") == [*(["column-extra"] if column else []), "default-obsolete"]
    assert "sqlite_autoincrement" in errors[0]["fix"]


@pytest.mark.skipif(VERSION != "0.7.0", reason="what 0.7.0 does with them")
def test_a_real_database_of_0_7_0(project: Project) -> None:
    release("0.7.0", project.database)
    report = project.verify(status=0)
    assert [f["code"] for f in report["findings"]] == HEAD_WARNINGS
    report = project.verify("--from", "151b4a4e8c48", status=1)
    finding = found(report, "downgrade-fails")
    assert finding["revision"] == "4851d15bc437"
    assert "KeyError: 'user_ssh_keys'" in finding["message"]
    report = project.verify("--from", "4851d15bc437", status=1)
    lost = {f["table"] for f in report["findings"] if f["code"] == "autoincrement"}
    assert lost == {"ui", "pull_request_reviewers"}


def test_a_script_that_connects_by_itself_is_stopped(project: Project) -> None:
    project.write_script(f"sa.create_engine('sqlite:///{project.database}').execute('DELETE FROM settings')")
    before = project.snapshot()
    finding = found(project.verify(status=1), "upgrade-fails")
    assert f"a connection of its own to {project.database}: only the copy may be" in finding["message"]
    assert project.snapshot() == before
    # the one that it was given, and databases in memory, are its own business
    project.write_script(
        "from alembic import context\n"
        "engine = sa.create_engine(context.config.get_section_option('app:main', 'sqlalchemy.url'))\n"
        "assert engine.execute('SELECT count(*) FROM settings').scalar()\n"
        "sa.create_engine('sqlite://').execute('SELECT 1')"
    )
    project.verify(status=0)
    assert project.snapshot() == before


def test_a_damaged_database_is_one_line(project: Project) -> None:
    content = project.database.read_bytes()
    place = project.sql("SELECT rootpage FROM sqlite_master WHERE name = 'users'")[0][0]
    begin = (place - 1) * project.sql("PRAGMA page_size")[0][0]
    project.database.write_bytes(content[:begin] + b"\xff" * 500 + content[begin + 500 :])
    done = project.gearbox("db-verify")
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done.stderr, r"database disk image is malformed; .*go back to a backup")
    project.database.write_text("no database at all" * 99)
    done = project.gearbox("db-verify")
    assert done.returncode == 2
    one_line(done.stderr, r"kallithea\.db: file is not a database; name a SQLite database")


def test_a_set_up_that_fails_is_one_line(project: Project) -> None:
    """It runs in a child process: what it says comes back all the same."""
    project.change_models(
        ("    username = Column(String(255), nullable=False, unique=True)\n    password",
         "    username = Column(String(255), nullable=False, unique=True)\n"
         "    never = Column(String(255), nullable=False)\n    password"),
    )  # fmt: skip
    done = project.gearbox("db-verify")
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done.stderr, r"Kallithea's own set-up failed .*users\.never")
    assert "in set_up" in project.gearbox("--debug", "db-verify").stderr
