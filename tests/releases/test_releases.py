"""The recorded releases: what is in the package, and that it is what each release's set-up made."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kallithea_dbdev.releases import FOLDER, RELEASES, Release, recorded

ENGINES = ("sqlite", "postgresql", "mysql")


def test_five_releases_newest_first() -> None:
    assert [(release.version, release.revision) for release in RELEASES] == [
        ("0.7.0", "7ba0d2cad930"),
        ("0.6.3", "a0a1bf09c143"),
        ("0.5.2", "d7ec25b66e47"),
        ("0.4.1", "a020f7044fd6"),
        ("0.3.7", None),
    ]


def test_newest_first_also_where_letters_would_say_otherwise(tmp_path: Path) -> None:
    for version in ("0.9.0", "0.10.1", "0.10.0"):
        stamp = f"INSERT INTO alembic_version (version_num) VALUES\n('r{version[2]}');\n"
        (tmp_path / f"{version}.rows.sql").write_text(stamp)
        (tmp_path / f"{version}.rows.mysql.sql").write_text(stamp)
    found = recorded(tmp_path)
    assert [release.version for release in found] == ["0.10.1", "0.10.0", "0.9.0"]
    assert found[-1].revision == "r9"


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_each_release_has_a_schema_on_each_engine_with_its_stamp(release: Release, engine: str) -> None:
    statements = release.statements(engine)
    assert len(statements) > 30
    assert all(statement.strip() for statement in statements)
    assert not any(statement.rstrip().endswith(";") for statement in statements[:-1])
    stamps = [text for text in statements if "INSERT INTO" in text.upper() and "alembic_version" in text]
    assert len(stamps) == (release.revision is not None)
    assert all(str(release.revision) in stamp for stamp in stamps)
    assert any("db_migrate_version" in text for text in statements) == (release.revision is None)


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_the_statements_for_sqlite_run(release: Release) -> None:
    connection = sqlite3.connect(":memory:")
    for statement in release.statements("sqlite"):
        connection.execute(statement)
    if release.revision is not None:
        stamps = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        assert stamps == [(release.revision,)]
    # what the set-up wrote: nobody's default user and the administrator, and no repository
    assert connection.execute("SELECT count(*) FROM users").fetchall() == [(2,)]
    assert connection.execute("SELECT count(*) FROM repositories").fetchall() == [(0,)]
    connection.close()


def test_nothing_of_one_installation_is_recorded() -> None:
    """Neither hashes nor times nor folders: what is recorded again is the same."""
    for path in FOLDER.glob("*.rows*.sql"):
        text = path.read_text(encoding="utf-8")
        assert "$2" not in text
        assert "2026-" not in text
        assert "/srv/kallithea/" not in text.replace("/srv/kallithea/repos", "")


def test_nothing_for_what_is_not_recorded() -> None:
    assert Release("0.1.0", "abc").statements("sqlite") == ()
    assert RELEASES[0].statements("oracle") == ()


def test_rows_that_one_engine_has_take_the_place_of_the_others() -> None:
    """0.5.2 cannot be set up on MariaDB: what is there began as 0.4.1."""
    (release,) = (release for release in RELEASES if release.version == "0.5.2")
    assert release.rows("sqlite") == release.rows("postgresql")
    assert "changegroup.push_logger" not in "".join(release.rows("sqlite"))
    assert "changegroup.push_logger" in "".join(release.rows("mysql"))
