"""db-verify --sql DIR: each step as a file of SQL, run before it is given away."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Dict, List

import pytest

from ..projects import HEAD, VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

#: Name -> upgrade, downgrade, and the codes of what --sql finds in each direction.
SCRIPTS: Dict[str, Any] = {
    "no way back": ("pass", "raise NotImplementedError('no way back')", "", "raises"),
    "plain": (
        "op.add_column('gists', sa.Column('colour', sa.String(9), server_default='re;d'))\n"
        "op.execute(\"UPDATE ui SET ui_value = 'it''s; -- \\u00e9' WHERE ui_id = 1\")",
        "op.execute(\"DELETE FROM settings WHERE app_settings_name = 'nobody;'\")",
        "", "",
    ),
    "clock": (
        "op.execute(\"UPDATE users SET last_login = datetime('now', (random() % 99999) || ' seconds')\")", "pass", "", "",
    ),
    "reads": (
        "names = [row[0] for row in op.get_bind().execute('SELECT ui_key FROM ui')]",
        "sa.inspect(op.get_bind()).get_columns('ui')",
        "sql-needs-database", "sql-needs-database",
    ),
    "other URL": (
        "if op.get_context().as_sql: sa.create_engine('sqlite:///kallithea.db').execute('SELECT 1').fetchall()",
        "pass", "sql-needs-database", "",
    ),
    "another text": (
        "word = 'file' if op.get_context().as_sql else 'alembic'\n"
        "op.execute(\"UPDATE ui SET ui_value = '%s' WHERE ui_id = 1\" % word)\n"
        "if not op.get_context().as_sql: op.create_index('ix_site', 'gists', ['gist_type'])",
        "op.drop_index('ix_site', table_name='gists')", "sql-differs", "",
    ),
    "percent": (
        "op.execute(\"UPDATE ui SET ui_value = '100 %' WHERE ui_id = 1\")", "pass", "sql-differs on servers", "",
    ),
    "refused": (
        "if op.get_context().as_sql: op.execute('UPDATE nowhere SET a = 1')",
        "if op.get_context().as_sql: op.execute(\"DELETE FROM alembic_version\")", "sql-fails", "sql-differs",
    ),
}  # fmt: skip


#: What no engine has to do with is tried on one.
ON_SQLITE_ONLY = ("clock", "other URL")


def write_scripts(project: Project, names: List[str]) -> Dict[str, str]:
    below = HEAD
    found = {}
    for number, name in enumerate(names):
        up, down, *_ = SCRIPTS[name]
        found[name] = f"feed{number:08x}"
        project.write_script(up, down, found[name], below)
        below = found[name]
    return found


def check(project: Project, engine: str) -> Path:
    names = [name for name in SCRIPTS if engine == "sqlite" or name not in ON_SQLITE_ONLY]
    revisions = write_scripts(project, names)
    report = project.verify("--sql", "by-hand", "--no-sample")
    assert [f["message"] for f in report["findings"] if f["code"] == "check-failed"] == []
    folder = project.instance / "by-hand"
    found = {(f["revision"], f["direction"]): f for f in report["findings"] if f["code"].startswith("sql-")}
    index = (folder / "index.txt").read_text()
    for number, (name, revision) in enumerate(revisions.items(), 11):
        for direction, code in zip(("upgrade", "downgrade"), SCRIPTS[name][2:]):
            finding = found.get((revision, direction))
            code = "" if code.endswith("on servers") and engine == "sqlite" else code.split(" ")[0]
            assert (finding["code"] if finding else "") == code.replace("raises", ""), (
                name,
                direction,
                finding,
            )
            stem = f"{engine}/{number:03}-{revision}-{direction}"
            assert (folder / f"{stem}.sql").exists() == (not code), (name, direction)
            assert (f"  {stem}: no file: " if code else f"  {stem}.sql\n") in index
            if finding and code == "sql-needs-database":
                assert (finding["severity"], finding["file"]) == (
                    "note", f"kallithea/alembic/versions/{revision}_by_hand.py",
                )  # fmt: skip
                assert f"at {revision}_by_hand.py:{finding['line']}" in finding["message"]
    reads = project.versions / f"{revisions['reads']}_by_hand.py"
    line = found[revisions["reads"], "upgrade"]["line"]
    assert "SELECT ui_key" in reads.read_text().splitlines()[line - 1]
    asked = "without a database it ends with a question to the database ("
    assert all(asked in found[revisions["reads"], way]["message"] for way in ("upgrade", "downgrade"))
    assert "no file: configured database on " in index
    assert "downgrade() raises: NotImplementedError: no way back (at feed00000000_by_hand.py:" in index
    differs = found[revisions["another text"], "upgrade"]["message"]
    assert "gists.ix_site: is missing" in differs
    assert "ui.ui_value: another value in 1 row (paths /, ui_id=1" in differs
    assert "'alembic' became 'file'" in differs
    assert "stamp is none, not" in found[revisions["refused"], "downgrade"]["message"]
    assert "UPDATE nowhere SET a = 1" in found[revisions["refused"], "upgrade"]["statement"]
    return folder


def test_on_sqlite(project: Project, tmp_path: Path) -> None:
    before = project.snapshot()
    folder = check(project, "sqlite")
    written = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    after = project.snapshot()
    assert {name: after[name] for name in before} == before
    assert {name for name in after if name not in before} == {
        f"by-hand/{path}" for path in written if path.suffix
    }
    # As an administrator runs it, by the program that the file names.
    plain = folder / "sqlite" / "012-feed00000001-upgrade.sql"
    assert "sqlite3 -bail DATABASE < 012-feed00000001-upgrade.sql" in plain.read_text()
    first = folder / "sqlite" / "011-feed00000000-upgrade.sql"
    with first.open() as file:
        subprocess.run(["sqlite3", "-bail", str(project.database)], stdin=file, check=True, timeout=60)
    with plain.open() as file:
        subprocess.run(["sqlite3", "-bail", str(project.database)], stdin=file, check=True, timeout=60)
    assert project.sql("SELECT version_num FROM alembic_version") == [("feed00000001",)]
    assert project.sql("SELECT ui_value FROM ui WHERE ui_id = 1") == [("it's; -- \u00e9",)]
    # A second run takes the place of the first; what somebody has changed stays.
    done = project.gearbox("db-verify", "-c", "development.ini", "--up-only", "--sql", "by-hand", "-q")
    assert done.returncode == 1, done.stderr
    # The database is beyond the first steps by now.
    files = sorted(path.name for path in (folder / "sqlite").iterdir())
    assert files == ["013-feed00000002-upgrade.sql", "017-feed00000006-upgrade.sql"]
    clock = folder / "sqlite" / files[0]
    clock.write_text(clock.read_text() + "-- mine\n")
    done = project.gearbox("db-verify", "-c", "development.ini", "--sql", "by-hand")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"sqlite/{files[0]} is not as db-verify wrote it; name another folder" in done.stderr
    assert "-- mine" in clock.read_text()
    done = project.gearbox(
        "db-verify", "-c", "development.ini", "--sql", "new", "--scratch-url", "mysql://u@h/d"
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "--sql and --scratch-url do not go together" in done.stderr
    assert not (project.instance / "new").exists()


def test_on_servers(server_project: Project, server: Server) -> None:
    folder = check(server_project, server.engine) / server.engine
    # As an administrator runs them.
    database = server.made[-1]
    for name in ("011-feed00000000-upgrade.sql", "012-feed00000001-upgrade.sql"):
        server.run_file(database, folder / name)
    assert server.sql(database, "SELECT version_num FROM alembic_version") == [("feed00000001",)]
    assert server.sql(database, "SELECT ui_value FROM ui WHERE ui_id = 1") == [("it's; -- \u00e9",)]


def test_from_releases_one_folder_for_all_of_them(project: Project) -> None:
    words = ("--release", "0.6.3,0.7.0", "--engine", "sqlite", "--no-sample", "--sql", "by-hand")
    done = project.gearbox("db-verify", "-c", "development.ini", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "by-hand: 1 file of SQL; 3 steps without one, see index.txt\n" in done.stderr
    folder = project.instance / "by-hand"
    assert [path.name for path in (folder / "sqlite").iterdir()] == ["010-7ba0d2cad930-downgrade.sql"]
    index = (folder / "index.txt").read_text()
    assert "sqlite, run on: 0.6.3 on sqlite, 0.7.0 on sqlite\n" in index
    assert "sqlite/009-f62826179f39-upgrade: no file: it cannot be written without a database: " in index
