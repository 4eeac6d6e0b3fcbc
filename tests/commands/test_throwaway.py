"""db-throwaway through the real gearbox, on the real Kallithea."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.sqlite.database import write_mark
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.workspace import PREFIX

from ..killing import Killer
from ..projects import HEAD, VERSION, Project, environment, one_line


def schema(path: Path):  # type: ignore[no-untyped-def]
    return open_database(f"sqlite:///{path}").read_schema()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_database_in_a_folder_that_is_a_link_to_itself(project: Project) -> None:
    (project.instance / "loop").symlink_to("loop")
    ini = project.instance / "temp.ini"
    text = (project.instance / "development.ini").read_text()
    ini.write_text(text.replace("/kallithea.db", "/loop/x.db") + "[kallithea_dbdev]\nthrowaway = true\n")
    for words in ((), ("--drop",)):
        done = project.gearbox("db-throwaway", "-c", "temp.ini", *words)
        assert (done.returncode, done.stdout) == (2, "")
        one_line(done.stderr, "loop/x.db: Too many levels of symbolic links; name a file that can be reached")
        assert ini.exists()


def test_a_host_name_that_cannot_be_one(project: Project) -> None:
    ini = project.instance / "temp.ini"
    text = (project.instance / "development.ini").read_text()
    ini.write_text(
        re.sub("(?m)^sqlalchemy.url = .*", "sqlalchemy.url = postgresql://u:p@db..example.org/k", text)
    )
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--allow-remote")
    assert (done.returncode, done.stdout) == (2, "")
    assert "a defect" not in done.stderr
    one_line(done.stderr, "could not translate host name|[Nn]ame or service not known|refuses an option")


def test_makes_everything_without_an_option(project: Project) -> None:
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    here = project.instance
    assert mode(here / "temp.ini") == 0o600
    assert mode(here / "temp.db") == 0o600
    assert (here / "temp-repos").is_dir()
    assert f"revision {HEAD}" in done.stdout
    assert "admin / throwaway" in done.stdout
    assert "gearbox serve -c temp.ini" in done.stdout
    # the same as what Kallithea's own db-create made
    assert compare(schema(here / "temp.db"), schema(project.database)) == ()
    for table in ("settings", "permissions", "user_to_perm"):
        rows = f"SELECT count(*) FROM {table}"
        assert project.sql(rows) == project.sql(rows, path=here / "temp.db")
    assert not list(here.glob(".*")), "nothing half-built is left"


def test_what_was_made_works_with_kallithea_and_alembic(project: Project) -> None:
    project.gearbox("db-throwaway", "-c", "temp.ini")
    assert "Scan completed" in project.tool("kallithea-cli", "repo-scan", "-c", "temp.ini")
    assert f"{HEAD} (head)" in project.tool("alembic", "-c", "temp.ini", "current")


def test_as_often_as_you_like(project: Project) -> None:
    first = project.gearbox("db-throwaway", "-c", "temp.ini")
    text = (project.instance / "temp.ini").read_text()
    project.sql("DELETE FROM settings", path=project.instance / "temp.db")
    second = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert (first.returncode, second.returncode) == (0, 0)
    assert project.sql("SELECT count(*) FROM settings", path=project.instance / "temp.db")[0][0] > 0
    assert (project.instance / "temp.ini").read_text() == text
    assert "(new)" in first.stdout
    assert "(new)" not in second.stdout


def test_secrets_are_fresh_and_data_folders_its_own(project: Project) -> None:
    project.gearbox("db-throwaway", "-c", "temp.ini")
    temp = (project.instance / "temp.ini").read_text()
    development = (project.instance / "development.ini").read_text()
    pattern = r"^(?:session\.secret|app_instance_uuid) = (.*)$"
    assert len(set(re.findall(pattern, temp + development, re.MULTILINE))) == 4
    for key in ("cache_dir", "index_dir", "beaker.cache.data_dir"):
        assert re.search(rf"^{re.escape(key)} = %\(here\)s/temp-data", temp, re.MULTILINE)


def test_options_reach_the_database(project: Project, mercurial_repository: Path) -> None:
    done = project.gearbox(
        "db-throwaway", "-c", "temp.ini", "--user", "lynn", "--email", "lynn@example.com",
        "--password", "hush-hush", "--repos", mercurial_repository, "--no-public-access",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "hush-hush" not in done.stdout
    assert "(1 found)" in done.stdout
    database = project.instance / "temp.db"
    users = dict(project.sql("SELECT username, email FROM users", path=database))
    assert users["lynn"] == "lynn@example.com"
    assert project.sql("SELECT active FROM users WHERE username = 'default'", path=database) == [(0,)]
    assert project.sql("SELECT repo_name FROM repositories", path=database) == [("hello",)]
    # the root is remembered, and never removed: it is not ours
    again = project.gearbox("db-throwaway", "-c", "temp.ini", "--public-access")
    assert "(1 found)" in again.stdout
    assert project.sql("SELECT active FROM users WHERE username = 'default'", path=database) == [(1,)]
    assert project.gearbox("db-throwaway", "-c", "temp.ini", "--drop", "--force-yes").returncode == 0
    assert (mercurial_repository / "hello" / ".hg").is_dir()


def test_from_takes_settings_but_nothing_that_touches_the_original(project: Project) -> None:
    ini = project.instance / "development.ini"
    text = ini.read_text().replace(
        "[alembic]", "[alembic]\nsqlalchemy.url = sqlite:///%(here)s/kallithea.db", 1
    )
    text = text.replace("cut_off_limit = 256000", "cut_off_limit = 4711", 1)
    text = text.replace(
        "[app:main]",
        "[app:main]\nsession.type = ext:database\nsession.sa.url = postgresql://joe:geheim@db/kallithea", 1
    )  # fmt: skip
    ini.write_text(text)
    before = project.snapshot()
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--from", "development.ini")
    assert done.returncode == 0, done.stderr
    temp = (project.instance / "temp.ini").read_text()
    assert "cut_off_limit = 4711" in temp
    assert "geheim" not in temp
    assert "kallithea.db" not in temp
    assert mode(project.instance / "temp.ini") == 0o600
    assert project.sql("SELECT count(*) FROM users", path=project.instance / "temp.db") == [(2,)]
    after = project.snapshot()
    assert {name: after[name] for name in before} == before
    # alembic on the new configuration works on the new database
    assert HEAD in project.tool("alembic", "-c", "temp.ini", "current")


def test_from_is_for_a_new_configuration(project: Project) -> None:
    project.gearbox("db-throwaway", "-c", "temp.ini")
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--from", "development.ini")
    assert done.returncode == 2
    one_line(done.stderr, r"temp\.ini: exists already; --from is for a new one")


REFUSED = r"kallithea\.db: .*(does not carry the mark of a throwaway|uses this database, too)"


@pytest.mark.parametrize("force", [(), ("--force-yes",)])
def test_never_over_a_real_database(project: Project, force: tuple) -> None:  # type: ignore[type-arg]
    before = project.snapshot()
    for words in (("-c", "development.ini"), ("-c", "development.ini", "--drop")):
        done = project.gearbox("db-throwaway", *words, *force)
        assert done.returncode == 2
        one_line(done.stderr, REFUSED)
        assert done.stdout == ""
    assert project.snapshot() == before


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///%(here)s/kallithea.db",
        "sqlite:///%(here)s/../instance/./kallithea.db?timeout=5",
        "sqlite+pysqlite:///%(here)s/kallithea.db",
        "sqlite:///kallithea.db",
        "sqlite:///%(here)s/link.db",
        "sqlite:///%(here)s/hard.db",
    ],
)
def test_the_same_file_by_another_name_is_refused(project: Project, url: str) -> None:
    here = project.instance
    (here / "link.db").symlink_to("kallithea.db")
    os.link(here / "kallithea.db", here / "hard.db")
    # Even the mark does not help: another configuration uses this database.
    with closing(sqlite3.connect(str(here / "kallithea.db"))) as connection:
        write_mark(connection, "kallithea.db")
    assert open_database(f"sqlite:///{here}/kallithea.db").is_throwaway()
    (here / "temp.ini").write_text(
        re.sub(
            r"^sqlalchemy\.url = .*$",
            f"sqlalchemy.url = {url}",
            (here / "development.ini").read_text(),
            flags=re.M,
        )
    )
    before = project.snapshot()
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--force-yes")
    assert done.returncode == 2
    one_line(done.stderr, r"development\.ini uses this database, too")
    assert project.snapshot() == before


def test_a_database_that_does_not_exist_yet_but_is_anothers_is_refused(project: Project) -> None:
    here = project.instance
    shutil.copy(here / "development.ini", here / "temp.ini")
    (here / "kallithea.db").unlink()
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 2
    one_line(done.stderr, r"development\.ini uses this database, too")
    assert not (here / "kallithea.db").exists()


def test_another_configuration_that_cannot_be_read_is_refused(project: Project) -> None:
    (project.instance / "odd.ini").write_text("sqlalchemy.url = sqlite:///x\n[no end")
    (project.instance / "tox.ini").write_text("{ not an ini, and none of our business")
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 2
    one_line(done.stderr, r"odd\.ini: cannot be read")
    assert not (project.instance / "temp.ini").exists()
    assert not (project.instance / "temp-repos").exists()


def test_a_throwaway_copied_to_another_name_is_none(project: Project) -> None:
    project.gearbox("db-throwaway", "-c", "temp.ini")
    here = project.instance
    shutil.copy(here / "temp.db", here / "precious.db")
    (here / "other.ini").write_text((here / "temp.ini").read_text().replace("temp.db", "precious.db"))
    done = project.gearbox("db-throwaway", "-c", "other.ini", "--force-yes")
    assert done.returncode == 2
    one_line(done.stderr, r"precious\.db: this database does not carry the mark")


@pytest.mark.parametrize("content", [None, b""], ids=["missing", "empty"])
def test_an_empty_or_missing_database_is_fine(project: Project, content: object) -> None:
    here = project.instance
    text = (here / "development.ini").read_text().replace("kallithea.db", "mine.db")
    (here / "mine.ini").write_text(text)
    if content is not None:
        (here / "mine.db").write_bytes(b"")
    done = project.gearbox("db-throwaway", "-c", "mine.ini")
    assert done.returncode == 0, done.stderr
    # the configuration is not ours: --drop leaves it
    done = project.gearbox("db-throwaway", "-c", "mine.ini", "--drop")
    assert done.returncode == 0
    assert not (here / "mine.db").exists()
    assert (here / "mine.ini").exists()
    assert re.search(r"left: .*mine\.ini: db-throwaway did not write it", done.stdout)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[app:main]\nuse = egg:kallithea\n", r"has no sqlalchemy\.url"),
        ("no section\n", "not a valid ini file"),
        ("[app:main]\nuse = egg:nothing\nsqlalchemy.url = sqlite:///x.db\n", "not a Kallithea configuration"),
        ("[app:main]\nuse = egg:kallithea\nsqlalchemy.url = sqlite://\n", "only a database in a file"),
        (
            "[app:main]\nuse = egg:kallithea\nsqlalchemy.url = oracle://a:geheim@b/c\n",
            "oracle: .*not supported",
        ),
        ("[app:main]\nuse = egg:kallithea\nsqlalchemy.url = geheim\n", "not a database URL"),
        ("[app:main]\nuse = egg:kallithea\nsqlalchemy.url = sqlite:///%(there)s/x\n", r"sqlalchemy\.url"),
        (
            "[app:main]\nuse = egg:kallithea\nsqlalchemy.url = sqlite:///a.db\n"
            "[alembic]\nsqlalchemy.url = sqlite:///b.db\n",
            r"\[alembic\] sqlalchemy\.url names another database",
        ),
    ],
)
def test_bad_configurations_get_one_line(project: Project, text: str, message: str) -> None:
    (project.instance / "bad.ini").write_text(text)
    (project.instance / "development.ini").unlink()
    before = project.snapshot()
    done = project.gearbox("db-throwaway", "-c", "bad.ini")
    assert done.returncode == 2
    one_line(done.stderr, message)
    assert "geheim" not in done.stderr
    assert project.snapshot() == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "-c"),
        (("-c", "temp.ini", "--password", "short"), "--password: too short"),
        (("-c", "temp.ini", "--repos", "nowhere"), "nowhere: no such folder"),
        (("-c", "nowhere/temp.ini"), "nowhere: no such folder"),
        (("-c", "temp.ini", "--from", "nothing.ini"), "nothing.ini: no such file"),
        (("-c", "none.ini", "--drop"), "none.ini: no such file"),
        (("-c", "temp.ini", "--public-access", "--no-public-access"), "not allowed with"),
        (("-c", "temp.ini", "--force-no"), "--force-no"),
    ],
)
def test_bad_command_lines_get_one_line(project: Project, words: tuple, message: str) -> None:  # type: ignore[type-arg]
    before = project.snapshot()
    done = project.gearbox("db-throwaway", *words)
    assert done.returncode == 2
    one_line(done.stderr, message)
    assert project.snapshot() == before
    assert not (project.instance / "temp-repos").exists()


def test_a_mistake_in_the_models_gets_one_line_and_its_place(project: Project) -> None:
    project.models.write_text(project.models.read_text() + "\nclass Broken(:\n")
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 2
    one_line(done.stderr, r"SyntaxError: .*db\.py, line \d+")
    assert not (project.instance / "temp.ini").exists()
    debug = project.gearbox("--debug", "db-throwaway", "-c", "temp.ini")
    assert debug.returncode == 2
    assert "Traceback" in debug.stderr


def test_a_set_up_that_fails_leaves_the_old_throwaway(project: Project) -> None:
    project.gearbox("db-throwaway", "-c", "temp.ini")
    before = project.snapshot()
    # no set-up can fill a column that must not be NULL
    project.change_models(
        ("    username = Column(String(255), nullable=False, unique=True)\n    password",
         "    username = Column(String(255), nullable=False, unique=True)\n"
         "    never = Column(String(255), nullable=False)\n    password"),
    )  # fmt: skip
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 2
    one_line(done.stderr, r"Kallithea's own set-up failed .*users\.never")
    assert project.snapshot() == before


def test_drop_removes_what_belongs_to_it(project: Project) -> None:
    before = project.snapshot()
    project.gearbox("db-throwaway", "-c", "temp.ini")
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--drop")
    assert done.returncode == 0, done.stderr
    assert project.snapshot() == before
    assert not (project.instance / "temp-repos").exists()
    assert not (project.instance / "temp-data").exists()


def test_drop_leaves_a_repository_root_that_was_there_before(project: Project) -> None:
    root = project.instance / "temp-repos"
    root.mkdir()
    (root / "mine.txt").write_text("mine")
    project.gearbox("db-throwaway", "-c", "temp.ini")
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--drop")
    assert (root / "mine.txt").read_text() == "mine"
    assert re.search(r"left: .*temp-repos: db-throwaway did not make it", done.stdout)


def test_quiet_and_verbose(project: Project) -> None:
    quiet = project.gearbox("db-throwaway", "-c", "temp.ini", "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    verbose = project.gearbox("db-throwaway", "-c", "temp.ini", "-v")
    assert verbose.returncode == 0
    assert "CREATE TABLE users" in verbose.stderr
    assert "CREATE TABLE" not in verbose.stdout


def test_a_locked_throwaway_is_left_alone(project: Project) -> None:
    project.gearbox("db-throwaway", "-c", "temp.ini")
    connection = sqlite3.connect(str(project.instance / "temp.db"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = project.gearbox("db-throwaway", "-c", "temp.ini")
    finally:
        connection.close()
    assert done.returncode == 2
    one_line(done.stderr, r"temp\.db: database is locked; another process is writing to it")


def test_prompts_only_on_a_terminal(project: Project) -> None:
    """--drop asks on a terminal; script(1) gives it one."""
    project.gearbox("db-throwaway", "-c", "temp.ini")
    here = project.instance
    answer = _on_terminal(project, "gearbox db-throwaway -c temp.ini --drop", "n\n")
    assert "Remove temp.ini" in answer
    assert "nothing was removed" in answer
    assert (here / "temp.db").exists()
    answer = _on_terminal(project, "gearbox db-throwaway -c temp.ini --drop --force-yes", "")
    assert "Remove temp.ini" not in answer
    assert not (here / "temp.db").exists()


def _on_terminal(project: Project, command: str, typed: str) -> str:
    import pty

    main, other = pty.openpty()
    process = subprocess.Popen(
        command.split(),
        cwd=project.instance,
        env=environment(project.checkout),
        stdin=other,
        stdout=other,
        stderr=other,
    )
    os.close(other)
    os.write(main, typed.encode())
    output = b""
    while True:
        try:
            chunk = os.read(main, 4096)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    process.wait()
    os.close(main)
    return output.decode()


# -- killed and concurrent runs -----------------------------------------------------------------


def _complete(project: Project, path: Path) -> bool:
    return (
        project.sql("PRAGMA integrity_check", path=path) == [("ok",)]
        and project.sql("SELECT count(*) FROM users", path=path)[0][0] >= 2
        and project.sql("SELECT version_num FROM alembic_version", path=path) == [(HEAD,)]
    )


def _start(project: Project, *words: str, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        ["gearbox", "db-throwaway", "-c", "temp.ini", *words],
        cwd=project.instance,
        env=environment(project.checkout, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_kill_at_any_moment_leaves_the_old_or_the_new_one(project: Project, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    words, folder = ("gearbox", "db-throwaway", "-c", "temp.ini"), {"TMPDIR": str(temporary)}
    killer = Killer(project, tmp_path / "killer", temporary, project.instance)
    killer.moments(*words, **folder)  # the first run makes the configuration, too
    path = project.instance / "temp.db"
    last = killer.moments(*words, **folder)
    # Spread over the whole run, and each of the last ones: there it is put in place.
    for moment in sorted({*range(1, last, last // 5), *range(last - 6, last + 1)}):
        killer.kill(moment, *words, **folder)
        assert _complete(project, path), f"killed before file operation {moment} of {last}"
    # a later run clears what the dead ones left
    killer.moments(*words, **folder)
    assert not list(project.instance.glob(".*"))
    # Python itself tries out the folder with an empty file of another name.
    assert not list(temporary.glob(f"{PREFIX}*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_clean_up(project: Project, tmp_path: Path, number: int) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = _start(project, TMPDIR=str(temporary))
    deadline = time.monotonic() + 30
    while not list(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(number)
    _, stderr = process.communicate()
    assert process.returncode == (130 if number == signal.SIGINT else 128 + number)
    assert "Traceback" not in stderr
    assert not list(temporary.iterdir())
    assert not list(project.instance.glob("temp*"))
    assert not list(project.instance.glob(".*"))


def test_two_runs_at_once_both_end_well(project: Project) -> None:
    processes = [_start(project) for _ in range(3)]
    for process in processes:
        _, stderr = process.communicate()
        assert process.returncode == 0, stderr
    assert _complete(project, project.instance / "temp.db")
    assert not list(project.instance.glob(".*"))


@pytest.mark.skipif(VERSION != "0.7.0", reason="0.6.3 takes an empty one")
def test_a_value_of_the_configuration_that_kallithea_refuses(project: Project) -> None:
    assert project.gearbox("db-throwaway", "-c", "temp.ini").returncode == 0
    ini = project.instance / "temp.ini"
    ini.write_text(re.sub(r"(?m)^session\.secret *=.*", "session.secret =", ini.read_text()))
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 2
    one_line(
        done.stderr,
        r"Session secret must be a string.*; mend what the configuration says, or what stands there",
    )
