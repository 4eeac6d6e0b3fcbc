"""db-throwaway --from on a server: names that two configurations share, and names that no server takes."""

from __future__ import annotations

import shutil
from typing import Any, Dict, Optional

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.marks import is_throwaway_mark, maker_of, scratch_mark, throwaway_mark
from kallithea_dbdev.errors import DatabaseError

from ..conftest import need, use_database
from ..projects import VERSION, Project, one_line, run_forked
from ..servers import Server


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_one_name_in_two_folders(project: Project, running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    server.made.append(f"{name}_temp")
    use_database(project, server.url(name))
    other = project.root / "other"
    other.mkdir()
    shutil.copy(project.instance / "development.ini", other)
    words = ("gearbox", "db-throwaway", "-c", "temp.ini", "--from", "development.ini")
    assert project.gearbox(*words[1:]).returncode == 0
    server.sql(f"{name}_temp", "CREATE TABLE mine (a INT)")
    done = run_forked(*words, cwd=other, checkout=project.checkout)
    assert done.returncode == 2
    one_line(
        done.stderr, f"{name}_temp on .*: a throwaway is there already, and another configuration made it; "
    )
    assert sorted(path.name for path in other.iterdir()) == ["development.ini"]
    assert server.sql(f"{name}_temp", "SELECT count(*) FROM mine") == [(0,)]
    # Its own configuration may make it again, when it was lost, too (a kill came between).
    (project.instance / "temp.ini").unlink()
    done = project.gearbox(*words[1:])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("url", "length"),
    [
        ("postgresql://joe@/" + "n" * 63, None), ("postgresql://joe@/" + "n" * 64, 64),
        ("postgresql://joe@/" + "ë" * 32, 64), ("mysql+pymysql://joe@h/" + "n" * 64, None),
        ("mysql://joe@h/" + "ë" * 65, 65), ("mysql+pymysql://joe@h/" + "n" * 70, 70),
    ],
)  # fmt: skip
def test_longer_than_a_name_may_be(url: str, length: Optional[int]) -> None:
    if length is None:
        assert open_database(url)
        return
    with pytest.raises(DatabaseError, match=f"characters at most, this one has {length}; use a shorter one"):
        open_database(url)


def test_a_file_where_the_repositories_would_be(project: Project) -> None:
    (project.instance / "temp-repos").touch()
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 2
    one_line(done.stderr, "temp-repos: not a folder; --repos names an existing folder of repositories")
    assert not (project.instance / "temp.ini").exists()


def test_marks_say_for_what_they_were_made(project: Project) -> None:
    ini = project.instance / "temp.ini"
    maker = maker_of(ini)
    assert maker == maker_of(project.instance / "." / "temp.ini") != maker_of(project.root / "temp.ini")
    assert is_throwaway_mark(throwaway_mark("x", maker), "x")
    assert is_throwaway_mark(throwaway_mark("x"), "x")
    assert not any(
        is_throwaway_mark(mark, "x") for mark in (throwaway_mark("y", maker), scratch_mark("x"), {})
    )
