"""The folder of --sql: whole or as it was, and nobody else's files in it are touched."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Optional

import pytest

from kallithea_dbdev.errors import DbdevError, TargetRefusedError, UsageError
from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepError
from kallithea_dbdev.offline.folder import INDEX, contents, put, refuse_unless_ours, why_not
from kallithea_dbdev.offline.step import SqlStep


def step(
    revision: str, number: int, direction: str = UPGRADE, engine: str = "sqlite", **more: object
) -> SqlStep:
    text = more.pop("text", f"-- {revision}\nSELECT 1;\n")
    return SqlStep(Step(revision, direction, None), number, engine, str(text), **more)  # type: ignore[arg-type]


def failed(where: Optional[str] = "a.py:7") -> StepError:
    return StepError("KeyError: 'x'", None, where, False, "")


def tree(folder: Path) -> Dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_contents() -> None:
    files = contents(
        "The title",
        [
            ("0.6.3 on sqlite", [step("b", 2), step("b", 2, DOWNGRADE), step("a", 1, text="", not_written=failed())]),
            ("0.7.0 on sqlite", [step("b", 2)]),
            ("0.7.0 on mysql", [step("b", 2, engine="mysql", refused="no")]),
        ],
    )  # fmt: skip
    assert set(files) == {INDEX, "sqlite/002-b-upgrade.sql", "sqlite/002-b-downgrade.sql"}
    assert files["sqlite/002-b-upgrade.sql"] == "-- b\nSELECT 1;\n"
    index = files[INDEX]
    assert index.startswith("The title\n")
    assert index[index.index("sqlite, run on") :].splitlines() == [
        "sqlite, run on: 0.6.3 on sqlite, 0.7.0 on sqlite",
        "",
        "  sqlite/001-a-upgrade: no file: it cannot be written without a database: KeyError: 'x' (at a.py:7)",
        "  sqlite/002-b-upgrade.sql",
        "  sqlite/002-b-downgrade.sql",
        "",
        "mysql, run on: 0.7.0 on mysql",
        "",
        "  mysql/002-b-upgrade: no file: 0.7.0 on mysql: its SQL is refused",
    ]


def test_why_a_step_has_no_file() -> None:
    good = step("a", 1)
    assert why_not([("one", good), ("two", good)]) == ""
    assert (
        why_not([("one", good), ("two", step("a", 1, others=("the stamp",)))])
        == "two: its SQL gives another result"
    )
    assert (
        why_not([("one", good), ("two", step("a", 1, text="x"))]) == "its SQL is not the same on one and two"
    )
    assert (
        why_not([("one", good), ("two", step("a", 1, text="", failed=failed()))])
        == "two: upgrade() raises: KeyError: 'x' (at a.py:7)"
    )
    assert why_not([("one", step("a", 1, text="", not_written=failed(None)))]).endswith(
        "database: KeyError: 'x'"
    )


def test_names_of_files() -> None:
    assert step("2021/b c", 12).file_name == "012-2021_b_c-upgrade.sql"


def test_put_and_put_again(tmp_path: Path) -> None:
    folder = tmp_path / "by hand"
    assert put(folder, "T", [("c", [step("a", 1), step("b", 2, refused="no")])]) == (1, 1)
    first = tree(folder)
    assert set(first) == {INDEX, "sqlite/001-a-upgrade.sql"}
    assert all(
        text.startswith("-- written by gearbox db-verify --sql; sum of the rest: ") for text in first.values()
    )
    assert first["sqlite/001-a-upgrade.sql"].endswith("\n-- a\nSELECT 1;\n")
    folder.chmod(0o750)
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert put(link, "T", [("c", [step("b", 2, text="-- é\n")])]) == (1, 0)
    assert set(tree(folder)) == {INDEX, "sqlite/002-b-upgrade.sql"}
    assert folder.stat().st_mode & 0o777 == 0o750
    assert sorted(path.name for path in tmp_path.iterdir()) == ["by hand", "link"]


@pytest.mark.parametrize("odd", ["notes.txt", "sqlite/001-a-upgrade.sql", "sqlite/link.sql", "sqlite/mine/x"])
def test_what_is_not_ours_stays(tmp_path: Path, odd: str) -> None:
    folder = tmp_path / "f"
    put(folder, "T", [("c", [step("a", 1)])])
    path = folder / odd
    path.parent.mkdir(exist_ok=True)
    if "link" in odd:
        path.symlink_to(folder / INDEX)
    else:
        path.write_text((path.read_text() if path.exists() else "") + "mine")
    before = tree(folder)
    for refused in (lambda: refuse_unless_ours(folder), lambda: put(folder, "T", [("c", [step("a", 1)])])):
        with pytest.raises(
            TargetRefusedError, match=f"{odd} is not as db-verify wrote it; name another folder"
        ):
            refused()
    assert tree(folder) == before


@pytest.mark.parametrize("refused", ["second", "both"])
def test_where_the_new_one_cannot_be_put_in_place_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    folder = tmp_path / "f"
    put(folder, "T", [("c", [step("a", 1)])])
    before = tree(folder)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "new" or (refused == "both" and self.name == "f"):
            raise OSError(18, "Invalid cross-device link")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(DbdevError, match="invalid cross-device link"):
        put(folder, "T", [("c", [step("b", 2)])])
    assert tree(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TargetRefusedError, match="pipe is not as"):
        refuse_unless_ours(tmp_path)


def test_no_place_for_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="this is no folder"):
        refuse_unless_ours(tmp_path / "file")
    with pytest.raises(UsageError, match="no such folder"):
        refuse_unless_ours(tmp_path / "a" / "b")
    refuse_unless_ours(tmp_path / "a")
    (tmp_path / "empty").mkdir()
    refuse_unless_ours(tmp_path / "empty")


def test_a_killed_run_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    dead = tmp_path / ".f.kallithea-dbdev-abcdef"
    (dead / "new").mkdir(parents=True)
    (tmp_path / ".f.other").mkdir()
    put(tmp_path / "f", "T", [("c", [step("a", 1)])])
    assert sorted(path.name for path in tmp_path.iterdir()) == [".f.other", "f"]
