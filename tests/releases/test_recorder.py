"""Recording a release: what is recorded again is what the package holds, on every engine."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.database import Database, Scratch
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.releases import FOLDER, RELEASES, Release, recorder
from kallithea_dbdev.schema.model import ForeignKey, Table
from kallithea_dbdev.workspace import Workspace

from ..projects import VERSION, release, run
from ..servers import Server

ROOT = Path(__file__).parents[2]


@contextmanager
def scratch_like(database: Database) -> Iterator[Scratch]:
    with Workspace() as workspace:
        yield make_lab(database, workspace).scratch("recorded")


def sqlite(folder: Path) -> Database:
    return open_database(f"sqlite:///{folder}/like.db")


def on_server(server: Server) -> Database:
    return server.database("like")


def check_again(database: Database, release: Release) -> None:
    """A database that is made from the package is recorded as the package has it."""
    with scratch_like(database) as scratch:
        scratch.execute(release.statements(database.engine))
        found = recorder.record(scratch)
    assert found.schema == release.schema(database.engine)
    assert found.rows == release.rows(database.engine)


def check_set_up(database: Database) -> None:
    """So is one that the release's own set-up makes, in whatever words the server says it."""
    (found,) = (release for release in RELEASES if release.version == VERSION)
    with scratch_like(database) as packaged:
        packaged.execute(found.statements(database.engine))
        assert recorder.record_set_up(database) == recorder.record(packaged)


def test_each_release_again_on_sqlite(tmp_path: Path) -> None:
    for found in RELEASES:
        check_again(sqlite(tmp_path), found)


def test_each_release_again_on_servers(server: Server) -> None:
    if not server.is_as_recorded():
        pytest.skip("another version of the server writes its schema in other words")
    for found in RELEASES:
        check_again(on_server(server), found)


def test_the_set_up_of_the_kallithea_that_is_here_on_sqlite(tmp_path: Path) -> None:
    check_set_up(sqlite(tmp_path))


def test_the_set_up_of_the_kallithea_that_is_here_on_servers(server: Server) -> None:
    check_set_up(on_server(server))


def test_repositories_are_left_out_and_a_folder_is_replaced(tmp_path: Path) -> None:
    database = sqlite(tmp_path)
    with scratch_like(database) as scratch:
        scratch.execute(RELEASES[0].statements("sqlite"))
        expected = recorder.record(scratch)
        scratch.execute(
            [
                "UPDATE ui SET ui_value = replace(ui_value, '/srv/kallithea/repos', '/home/joe/repos')",
                "INSERT INTO groups (group_name, group_description, user_id, created_on) "
                "VALUES ('skupina', '', 2, '2026-11-22 09:24:55')",
                "UPDATE users SET password = '$2b$', api_key = 'k' || user_id, created_on = '2026-11-22 09:24:55'",
                "UPDATE users SET email = 'joe@example.com' WHERE username = 'admin'",
            ]
        )
        assert recorder.record(scratch) == expected
        scratch.execute(["UPDATE users SET user_data = x'00'"])
        with pytest.raises(DatabaseError, match=r"users\.user_data: .* cannot be written for all engines"):
            recorder.record(scratch)


def test_the_tool_records_a_database(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    release("0.7.0", tmp_path / "0.7.0.db")
    done = run(
        sys.executable, ROOT / "tools" / "record-release", "0.7.0", "--database", f"sqlite:///{tmp_path}/0.7.0.db",
        "--folder", tmp_path / "again", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in ("0.7.0.sqlite.sql", "0.7.0.rows.sql"):
        assert f"wrote {tmp_path}/again/{name}" in done.stdout
        assert (tmp_path / "again" / name).read_bytes() == (FOLDER / name).read_bytes()


def recording(engine: str, *rows: str) -> recorder.Recording:
    return recorder.Recording(engine, ("CREATE TABLE a (b INTEGER)",), rows)


def test_rows_that_are_the_same_everywhere_are_written_once(tmp_path: Path) -> None:
    same = [recording("sqlite", "INSERT 1"), recording("mysql", "INSERT 1")]
    paths = recorder.write("1.2.3", same, tmp_path)
    assert sorted(path.name for path in paths) == ["1.2.3.mysql.sql", "1.2.3.rows.sql", "1.2.3.sqlite.sql"]
    assert (tmp_path / "1.2.3.rows.sql").read_text() == "INSERT 1;\n"
    recorder.write("1.2.3", [same[0], recording("mysql", "INSERT 2")], tmp_path)
    assert (tmp_path / "1.2.3.rows.mysql.sql").read_text() == "INSERT 2;\n"
    # written again: a file that is of no use any more is gone
    recorder.write("1.2.3", same, tmp_path)
    assert not (tmp_path / "1.2.3.rows.mysql.sql").exists()


def test_a_table_comes_after_those_that_it_refers_to() -> None:
    def table(name: str, *others: str) -> Table:
        return Table(name, foreign_keys=tuple(ForeignKey(("x",), other, ("y",)) for other in others))

    found: Any = recorder._referred_first(
        [table("a", "b"), table("b", "b", "c"), table("c"), table("d", "e"), table("e", "d")]
    )
    assert [t.name for t in found] == ["c", "b", "a", "d", "e"]
