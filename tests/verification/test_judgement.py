"""db-verify: accepted findings, scripts of another day, wrong stamps, the application's view."""

from __future__ import annotations

import datetime

import pytest

from ..commands.test_revision import COLUMN, change
from ..commands.test_verify import ADD, DROP, KEEP_NAMES, found
from ..projects import HEAD, VERSION, Project, codes, one_line, release
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="none of this depends on the release")

DELETES = "op.execute(\"DELETE FROM settings WHERE app_settings_name = 'title'\")"


def accept(project: Project, text: str) -> None:
    (project.instance / "accepted.ini").write_text(text)


# -- accepted findings --------------------------------------------------------------------------


def test_accepted_findings_do_not_count(project: Project) -> None:
    release("0.6.3", project.database)
    before = project.verify(status=1)
    done = project.gearbox("db-verify", "--accept", "accepted.ini", "--update-accept", "--format", "json")
    assert done.returncode == 0, done.stderr
    written = (project.instance / "accepted.ini").read_text()
    assert "[script-commits revision f62826179f39 f62826179f39]\nreason = TODO: say why\n" in written
    # what is known of Kallithea's own scripts is accepted without being written
    assert "[autoincrement" not in written
    report = project.verify("--accept", "accepted.ini", status=0)
    assert codes(report, "warning") == ["accept-todo"]
    accept(project, written.replace("TODO: say why", "it is released"))
    report = project.verify("--accept", "accepted.ini", "--strict", status=0)
    assert codes(report) == codes(report, "warning") == []
    wrong = [f for f in before["findings"] if f["severity"] != "note"]
    assert len(report["accepted"]) == len(wrong)
    assert {f["reason"] for f in report["accepted"] if f["code"] == "script-commits"} == {"it is released"}
    assert f", {len(wrong)} accepted;" in report["verdict"]
    text = project.gearbox("db-verify", "--accept", "accepted.ini").stdout
    assert "accepted: pull_request_reviewers (autoincrement, sqlite): released in 0.7; " in text
    # written again, it keeps the reasons
    project.gearbox("db-verify", "--accept", "accepted.ini", "--update-accept")
    assert (project.instance / "accepted.ini").read_text() == written.replace(
        "TODO: say why", "it is released"
    )


def test_the_configuration_names_the_file(project: Project) -> None:
    project.write_script(DELETES)
    path = project.instance / "development.ini"
    path.write_text(path.read_text() + "\n[kallithea_dbdev]\naccept = accepted.ini\n")
    accept(
        project,
        "[rows-lost settings feedc0ffee00]\nreason = x\n[default-missing settings -]\nreason = y\n"
        "[cannot-restore settings feedc0ffee00]\nreason = z\nuntil = 2999-01-01\n",
    )
    report = project.verify(status=0)
    assert {f["reason"] for f in report["accepted"]} == {"x", "y", "z"}


def test_entries_that_expired_or_match_nothing_are_told(project: Project) -> None:
    project.write_script(DELETES)
    yesterday = datetime.date.today() - datetime.timedelta(days=1)
    accept(
        project,
        f"[rows-lost settings feedc0ffee00]\nreason = x\nuntil = {yesterday}\n"
        "[rows-lost users feedc0ffee00]\nreason = y\n"
        # no step of this revision was run, and not on this engine
        "[autoincrement ui f62826179f39]\nreason = z\n"
        "[rows-lost ui feedc0ffee00]\nreason = z\nengine = mysql\n",
    )
    report = project.verify("--accept", "accepted.ini", status=1)
    assert found(report, "rows-lost")["table"] == "settings"
    assert found(report, "accept-expired")["message"].startswith("[rows-lost settings feedc0ffee00] expired")
    unused = [f["message"] for f in report["findings"] if f["code"] == "accept-unused"]
    assert unused == ["[rows-lost users feedc0ffee00] matches nothing any more"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[rows-lost settings]\nreason = x\n", "not 'code object revision'"),
        ("[rows-lots settings -]\nreason = x\n", "rows-lots is no finding code"),
        ("[rows-lost settings -]\n", "there is no reason"),
        ("[rows-lost settings -]\nreason = x\nuntil = soon\n", "until = soon: not a date"),
        ("[rows-lost settings -]\nreason = x\nreasons = x\n", "unknown option reasons"),
        ("rows-lost\n", "not a valid ini file"),
        (None, "cannot be read"),
    ],
)
def test_a_broken_file_is_one_line(project: Project, text: str, message: str) -> None:
    if text is not None:
        accept(project, text)
    done = project.gearbox("db-verify", "--accept", "accepted.ini")
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done.stderr, message)


def test_update_without_a_file_is_one_line(project: Project) -> None:
    done = project.gearbox("db-verify", "--update-accept")
    assert done.returncode == 2
    one_line(done.stderr, "name one with --accept FILE")


# -- scripts of another day ---------------------------------------------------------------------


def test_live_models_are_run_at_the_models_of_a_later_day(project: Project) -> None:
    models = "from kallithea.model import db\nfrom sqlalchemy.orm import sessionmaker\n"
    asks = "session = sessionmaker(bind=op.get_bind())()\nsession.query(db.Ui).count()\nsession.commit()"
    project.write_script(asks, head=models)
    report = project.verify(status=1)
    assert "no such column: ui.kallithea_dbdev_later" in found(report, "live-models-break")["message"]
    # In a newer Alembic's transaction the session's commit is none: it is not told there.
    assert "script-imports-models" in codes(report, "warning")
    project.write_script("op.get_bind().execute(db.Ui.__table__.select().with_only_columns([db.Ui.ui_key]))",
                         head=models)  # fmt: skip
    report = project.verify(status=0)
    assert codes(report, "warning") == ["script-imports-models"]


def test_commits_clock_chance_and_environment_are_warnings(project: Project) -> None:
    project.write_script(
        "connection = op.get_bind()\nwith connection.engine.connect() as other:\n"
        "    with other.begin():\n        other.execute('SELECT 1')",
        head="import datetime, os, random\nNOW = datetime.datetime.now()\nHOME = os.environ.get('HOME')",
    )
    report = project.verify(status=0)
    warnings = [f["message"] for f in report["findings"] if f["severity"] == "warning"]
    assert sorted(warnings) == [
        "the script reads chance", "the script reads the clock", "the script reads the environment",
        "upgrade() commits inside the script",
    ]  # fmt: skip
    assert found(report, "script-commits")["revision"] == "feedc0ffee00"
    project.write_script("pass", head="import datetime\nDAY = datetime.date(2026, 1, 1)")
    assert project.verify(status=0)["findings"] == []


# -- stamps and the application -----------------------------------------------------------------


def test_stamped_but_not_migrated_is_said_first(project: Project) -> None:
    change(project, COLUMN)
    project.write_script(ADD, DROP, head=KEEP_NAMES)
    project.sql("UPDATE alembic_version SET version_num = 'feedc0ffee00'")
    first = project.verify(status=1)["findings"][0]
    assert (first["code"], first["revision"], first["expected"]) == ("stamp-wrong", "feedc0ffee00", HEAD)
    project.sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")
    assert "stamp-wrong" not in codes(project.verify(status=0))
    # one step further back than the recorded release that the stamp names
    release("0.6.3", project.database)
    project.sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")
    first = project.verify(status=1)["findings"][0]
    assert (first["code"], first["expected"]) == ("stamp-wrong", "a0a1bf09c143")


def test_a_script_that_spoils_the_stamp_is_told(project: Project) -> None:
    project.write_script("op.execute(\"INSERT INTO alembic_version VALUES ('x')\")")
    assert found(project.verify(status=1), "stamp-lost")["revision"] == "feedc0ffee00"


def test_the_application_loads_and_saves_a_row_of_each_model(project: Project) -> None:
    column = (
        "    ui_active = Column(Boolean(), nullable=False, default=True)\n",
        "    ui_active = Column(Boolean(), nullable=False, default=True)\n"
        "    kind = Column(sqlalchemy.Enum('a', 'b', native_enum=False, create_constraint=False),\n"
        "                  nullable=False, server_default='{default}')\n",
    )
    text = project.models.read_text()
    for default, status in (("c", 1), ("a", 0)):
        project.models.write_text(text)
        change(project, (column[0], column[1].replace("{default}", default)))
        project.write_script(
            "if 'kind' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('ui')]:\n"
            f"    op.add_column('ui', sa.Column('kind', sa.String(1), nullable=False, server_default='{default}'))"
        )
        report = project.verify()
        assert codes(report) == (["application-fails"] if status else []), report["findings"]
        if status:
            assert found(report, "application-fails")["table"] == "ui"


# -- sample rows --------------------------------------------------------------------------------


def test_empty_tables_are_filled_on_the_copy_only(project: Project) -> None:
    before = project.snapshot()
    assert project.sql("SELECT count(*) FROM gists") == [(0,)]
    project.write_script("op.execute('DELETE FROM gists')")
    report = project.verify(status=1)
    assert "these are sample rows" in found(report, "rows-lost")["message"]
    assert project.snapshot() == before
    assert project.verify("--no-sample", status=0)["findings"] == []
    keys = [found(project.verify("--seed", seed), "rows-lost")["message"] for seed in ("1", "2", "1")]
    assert keys[0] == keys[2]


@pytest.mark.parametrize(
    "upgrade",
    [
        "with op.batch_alter_table('gists') as batch_op:\n"
        "    batch_op.create_unique_constraint('uq_gists_gist_type', ['gist_type'])",
        "with op.batch_alter_table('gists', recreate='always') as batch_op:\n"
        "    batch_op.add_column(sa.Column('must', sa.Integer(), nullable=False))",
    ],
    ids=["unique on duplicates", "NOT NULL without a value"],
)
def test_what_fails_on_rows_fails_here(project: Project, upgrade: str) -> None:
    project.write_script(upgrade)
    report = project.verify(status=1)
    assert "constraint failed" in found(report, "upgrade-fails")["message"]


def test_a_throwaway_with_sample_rows(project: Project) -> None:
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--sample-rows", "5")
    assert done.returncode == 0, done.stderr
    path = project.instance / "temp.db"
    assert project.sql("SELECT count(*) FROM gists", path=path) == [(5,)]
    assert project.sql("PRAGMA foreign_key_check", path=path) == []
    rows = project.sql("SELECT * FROM users_groups", path=path)
    project.gearbox("db-throwaway", "-c", "temp.ini", "--sample-rows", "5")
    assert [r[1:3] for r in project.sql("SELECT * FROM users_groups", path=path)] == [r[1:3] for r in rows]
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--sample-rows", "-1")
    assert done.returncode == 2
    one_line(done.stderr, "--sample-rows -1: not a number of rows")


# -- interrupted upgrades -----------------------------------------------------------------------

TWO = (
    "op.create_table('one', sa.Column('a', sa.Integer()))\n"
    "op.create_table('two', sa.Column('a', sa.Integer()))"
)
GUARDED = (
    "for name in ('one', 'two'):\n"
    "    if name not in sa.inspect(op.get_bind()).get_table_names():\n"
    "        op.create_table(name, sa.Column('a', sa.Integer()))"
)
BOTH_DOWN = "op.drop_table('two')\nop.drop_table('one')"


def test_a_crash_test_tells_what_is_left_behind(project: Project) -> None:
    project.write_script(TWO, BOTH_DOWN)
    assert "not-restartable" not in codes(project.verify(), "warning")
    finding = found(project.verify("--crash-test"), "not-restartable")
    assert finding["message"].startswith(
        "stopped after 3 of 3 statements it cannot be run again; first after statement 1 (CREATE TABLE one"
    )
    assert "left behind: one (table-extra)" in finding["message"]
    project.write_script(GUARDED, BOTH_DOWN)
    assert "not-restartable" not in codes(project.verify("--crash-test"), "warning")


def test_a_crash_test_on_servers(server_project: Project, server: Server) -> None:
    server_project.write_script(TWO, BOTH_DOWN)
    warnings = codes(server_project.verify("--crash-test"), "warning")
    assert ("not-restartable" in warnings) == (server.engine == "mysql")


# -- what a fresh set-up writes -----------------------------------------------------------------

PERMISSION = (
    "        ('hg.create.none', ",
    "        ('hg.cool.enabled', _('Cool feature enabled')),\n        ('hg.create.none', ",
)
WRITE = "op.execute(\"INSERT INTO permissions (permission_name) VALUES ('{name}')\")"
ERASE = "op.execute(\"DELETE FROM permissions WHERE permission_name = '{name}'\")"


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "expected"),
    [
        ("pass", "pass", {"default-missing"}),
        (WRITE.format(name="hg.cool.enable"), ERASE.format(name="hg.cool.enable"),
         {"default-missing", "rows-added"}),
        (WRITE.format(name="hg.cool.enabled"), ERASE.format(name="hg.cool.enabled"), set()),
    ],
    ids=["forgotten", "misspelt", "right"],
)  # fmt: skip
def test_a_new_default_row_needs_no_declaration(
    project: Project, upgrade: str, downgrade: str, expected: set[str]
) -> None:
    change(project, PERMISSION)
    project.write_script(upgrade, downgrade)
    report = project.verify()
    assert set(codes(report)) == expected, report["findings"]
    if "rows-added" in expected:
        assert "'hg.cool.enable' is there, which a fresh" in found(report, "default-missing")["message"]


def test_a_default_row_of_another_type_is_an_error(project: Project) -> None:
    project.write_script(
        "op.execute(\"UPDATE settings SET app_settings_type = 'str' WHERE app_settings_name = 'show_version'\")",
        "op.execute(\"UPDATE settings SET app_settings_type = 'bool' WHERE app_settings_name = 'show_version'\")",
    )
    report = project.verify(status=1)
    finding = found(report, "default-differs")
    assert (finding["object"], finding["migrated"], finding["expected"], finding["revision"]) == (
        "app_settings_type", "str", "bool", "feedc0ffee00",
    )  # fmt: skip
    # what a site has set itself is not judged
    project.write_script("pass")
    project.sql("UPDATE settings SET app_settings_value = 'Our forge' WHERE app_settings_name = 'title'",
                "DELETE FROM ui WHERE ui_section = 'hooks'")  # fmt: skip
    assert project.verify(status=0)["findings"] == []


def test_each_downgrade_has_a_verdict(project: Project) -> None:
    create = "op.create_table('extra', sa.Column('a', sa.Integer()))"
    for upgrade, downgrade, verdict in (
        ("pass", "pass", "exact"),
        (create, "pass", "broken"),
        ("pass", "raise ValueError('x')", "broken"),
        ("pass", "raise NotImplementedError('no way back')", "not reversible"),
        (DELETES, "pass", "loses data"),
    ):
        project.write_script(upgrade, downgrade)
        (step,) = [s for s in project.verify()["steps"] if s["direction"] == "downgrade"]
        assert step["verdict"] == verdict, (upgrade, downgrade)


def test_losing_what_the_site_made_in_a_rebuild_is_an_error(project: Project) -> None:
    project.sql(
        "CREATE INDEX dba_ix ON gists (gist_type) WHERE gist_type = 'public'",
        "CREATE TRIGGER dba_tr AFTER INSERT ON gists BEGIN SELECT 1; END",
    )
    batch = (
        "with op.batch_alter_table('gists', table_kwargs={'sqlite_autoincrement': True}, recreate='always') "
        "as batch_op:\n    pass"
    )
    project.write_script(batch)
    report = project.verify(status=1)
    lost = {f["code"]: f for f in report["findings"] if f["revision"] and f["direction"] == "upgrade"}
    assert lost["trigger-missing"]["object"] == "dba_tr"
    assert "the site's own" in lost["trigger-missing"]["message"]
    assert "lost in the batch rebuild" in lost["trigger-missing"]["message"]
    assert "create trigger dba_tr" in lost["trigger-missing"]["fix"]
    project.write_script("pass")
    report = project.verify(status=0)
    assert {(f["object"], f["severity"]) for f in report["findings"]} == {
        ("dba_ix", "note"),
        ("dba_tr", "note"),
    }


def test_released_scripts_are_run_with_the_models_of_today(project: Project) -> None:
    """f62826179f39 uses an attribute that this change renames; the way from the head does not pass it."""
    text = project.models.read_text()
    project.models.write_text(text.replace("pull_request_reviewers_id", "reviewer_id"))
    project.write_script("pass")
    finding = found(project.verify(status=1), "live-models-break")
    assert (finding["revision"], finding["engine"]) == ("f62826179f39", "sqlite")
    assert finding["message"].startswith(
        "a database of 0.6.3 cannot be upgraded any more: with the models as"
    )
    assert "has no attribute 'pull_request_reviewers_id'" in finding["message"]


def test_a_site_s_secrets_are_not_in_the_report(project: Project) -> None:
    (key,) = project.sql("SELECT api_key FROM users WHERE username = 'admin'")[0]
    project.sql(
        "INSERT INTO settings (app_settings_name, app_settings_value, app_settings_type) "
        "VALUES ('auth_ldap_dn_pass', 'geheim', 'unicode')"
    )
    project.write_script(
        "op.execute(\"UPDATE users SET api_key = upper(api_key), lastname = 'Else'\")\n"
        "op.execute(\"UPDATE settings SET app_settings_value = app_settings_value || 'nis' "
        "WHERE app_settings_name LIKE 'auth_ldap%'\")"
    )
    done = project.gearbox("db-verify")
    assert done.returncode == 1
    assert "became 'Else')" in done.stdout
    assert "(*** became ***)" in done.stdout
    assert key[:30] not in done.stdout.lower()
    assert "geheim" not in done.stdout
