"""A report takes the place of nothing that a command reads, whatever path leads there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.commands.outputs import refuse_over
from kallithea_dbdev.errors import UsageError

from ..projects import Project, one_line


def test_files_and_folders_that_are_read(tmp_path: Path) -> None:
    source = tmp_path / "package" / "model" / "db.py"
    source.parent.mkdir(parents=True)
    source.write_text("x")
    (tmp_path / "link").symlink_to("package")
    (tmp_path / "loop").symlink_to("loop")
    for path in (source, tmp_path / "link" / "model" / "new", tmp_path / "package" / ".." / "package" / "x"):
        with pytest.raises(
            UsageError, match=r"the report would take the place of .*, which this command reads"
        ):
            refuse_over((("text", path),), [tmp_path / "package"])
    (tmp_path / "old.db").write_bytes(b"SQLite format 3\0...")
    with pytest.raises(UsageError, match="this is a SQLite database"):
        refuse_over((("json", None), ("text", tmp_path / "old.db")), [])
    refuse_over(
        (
            ("text", tmp_path / "packages"),
            ("json", tmp_path / "loop"),
            ("html", None),
            ("sarif", Path("/dev/null")),
        ),
        [tmp_path / "package"],
    )


def test_of_db_verify(project: Project) -> None:
    (project.instance / "accepted.ini").write_text("")
    (project.instance / "link").symlink_to("kallithea.db")
    before, models = project.snapshot(), project.models.read_text()
    for path in (
        "kallithea.db", "repos/../kallithea.db", "link", "kallithea.db-wal", "development.ini", "accepted.ini",
        project.models, project.versions / "new.py",
    ):  # fmt: skip
        done = project.gearbox(
            "db-verify", "-c", "development.ini", "--accept", "accepted.ini", "--output", path
        )
        assert (done.returncode, done.stdout) == (2, ""), path
        one_line(done.stderr, f"--output {path}: the report would take the place of .*; name another file$")
        assert project.snapshot() == before, path
    assert project.models.read_text() == models
    assert not (project.versions / "new.py").exists()


def test_a_file_that_the_configuration_is_made_from(project: Project) -> None:
    (project.instance / "child.ini").write_text("[app:main]\nuse = config:development.ini\n")
    before = project.snapshot()
    done = project.gearbox("db-verify", "-c", "child.ini", "--output", "development.ini")
    assert done.returncode == 2
    one_line(done.stderr, r"--output development\.ini: the report would take the place of .*development\.ini")
    assert project.snapshot() == before


def test_of_merge(project: Project) -> None:
    page = project.instance / "page.json"
    page.write_text("{}")
    done = project.gearbox("db-verify", "--merge", "page.json", "--output", "page.json")
    assert done.returncode == 2
    one_line(done.stderr, "--output page.json: the report would take the place of ")
    assert page.read_text() == "{}"


def test_another_database_than_kallitheas(project: Project) -> None:
    """Kallithea's own set-up would make the one that [app:main] names: anew, where it is there."""
    ini = project.instance / "development.ini"
    text = ini.read_text()
    ini.write_text(
        text.replace("\n[alembic]\n", "\n[alembic]\nsqlalchemy.url = sqlite:///%(here)s/other.db\n")
    )
    assert ini.read_text() != text
    for words in (("db-verify",), ("db-verify", "--up-only", "-q")):
        done = project.gearbox(*words)
        assert done.returncode == 2
        one_line(done.stderr, r"other\.db: there is no such database; \[alembic\] sqlalchemy\.url names it; ")
        assert "db-create" not in done.stderr
