"""What changes while db-throwaway waits for a lock is looked at again once it has it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from kallithea_dbdev.workspace import lock_folder

from ..conftest import need
from ..projects import Project, environment, one_line


def holds_open(pid: int, folder: Path) -> bool:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if link.samefile(folder):
                return True
        except OSError:
            continue
    return False


@pytest.mark.parametrize("words", [(), ("--drop",)])
def test_another_configuration_that_comes_to_use_the_database(
    project: Project, words: "tuple[str, ...]"
) -> None:
    elsewhere = project.root / "elsewhere"
    elsewhere.mkdir()
    database = elsewhere / "temp.db"
    text = (project.instance / "development.ini").read_text()
    lines = [
        f"sqlalchemy.url = sqlite:///{database}" if line.startswith("sqlalchemy.url = ") else line
        for line in text.splitlines()
    ]
    (project.instance / "temp.ini").write_text("\n".join(lines) + "\n")
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 0, done.stderr
    before = database.read_bytes()
    with lock_folder(elsewhere, print):
        process = subprocess.Popen(
            ["gearbox", "db-throwaway", "-c", "temp.ini", *words], cwd=project.instance,
            env=environment(project.checkout), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not holds_open(process.pid, elsewhere):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        (elsewhere / "other.ini").write_text(f"[app:main]\nsqlalchemy.url = sqlite:///{database}\n")
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    one_line(stderr, r"other\.ini uses this database, too")
    assert database.read_bytes() == before
    assert (project.instance / "temp.ini").exists()


def test_the_public_is_no_administrator(project: Project) -> None:
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--user", "default")
    assert done.returncode == 2 and not (project.instance / "temp.ini").exists()
    one_line(done.stderr, "--user default: Kallithea's own name for the public; name another administrator")


def test_what_no_engine_can_be_told_is_the_models(project: Project) -> None:
    """A CHECK whose colon is a parameter: nothing is wrong where the tables are made."""
    table = "__tablename__ = 'users_groups'\n    __table_args__ = (\n"
    project.change_models(
        (table, f"{table}        sqlalchemy.CheckConstraint(sqlalchemy.text('users_group_name <> :x')),\n")
    )
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 2
    one_line(done.stderr, "set-up failed on a new database: .*Bind parameter 'x'.*; mend the models; --debug")
    assert "db_manage.py" not in done.stderr


@pytest.mark.parametrize("target", ["'nope.x'", "'users.nope'", '"users.nope"'])
def test_a_foreign_key_that_points_nowhere_is_the_models(project: Project, target: str) -> None:
    text = project.models.read_text()
    lines = [
        "class Odd(meta.Base):", "    __tablename__ = 'odd'", "    y = Column(Integer())",
        f"    x = Column(ForeignKey({target}), primary_key=True)", "    z = Column(Integer())",
    ]  # fmt: skip
    project.models.write_text("\n".join([text, *lines, ""]))
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 2
    place = rf"/model/db\.py, line {len(text.splitlines()) + 5}\); mend the models; --debug"
    one_line(done.stderr, f"set-up failed on a new database: NoReferenced.*{place}")


def test_what_another_run_makes_while_a_private_server_starts(
    project: Project, running: "dict[str, object]"
) -> None:
    need("postgresql", running)
    ini, kept = project.instance / "temp.ini", project.instance / "kept"
    assert project.gearbox("db-throwaway", "-c", "temp.ini").returncode == 0
    ini.rename(kept)
    before = (project.instance / "temp.db").read_bytes()
    with lock_folder(project.instance, print):
        process = subprocess.Popen(
            ["gearbox", "db-throwaway", "-c", "temp.ini", "--engine", "postgresql"], cwd=project.instance,
            env=environment(project.checkout), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not holds_open(process.pid, project.instance):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        kept.rename(ini)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    one_line(stderr, r"temp\.ini: another run has made it meanwhile")
    assert (project.instance / "temp.db").read_bytes() == before
    assert ini.exists() and (project.instance / "temp-repos").is_dir()
