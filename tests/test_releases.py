"""The recorded schemas of released versions."""

from __future__ import annotations

import sqlite3

import pytest

from kallithea_dbdev.releases import RELEASES, Release


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
def test_each_release_has_a_schema_on_each_engine_with_its_stamp(release: Release, engine: str) -> None:
    statements = release.statements(engine)
    assert len(statements) > 30
    assert all(statement.strip() for statement in statements)
    assert not any(statement.rstrip().endswith(";") for statement in statements[:-1])
    stamps = [text for text in statements if "INSERT INTO" in text.upper() and "alembic_version" in text]
    assert len(stamps) == 1
    assert release.revision in stamps[0]


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_the_statements_for_sqlite_run(release: Release) -> None:
    connection = sqlite3.connect(":memory:")
    for statement in release.statements("sqlite"):
        connection.execute(statement)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(release.revision,)]
    # what the set-up wrote: nobody's default user and the administrator
    assert connection.execute("SELECT count(*) FROM users").fetchall() == [(2,)]
    connection.close()


def test_newest_first_and_nothing_for_what_is_not_recorded() -> None:
    versions = [tuple(map(int, release.version.split("."))) for release in RELEASES]
    assert versions == sorted(versions, reverse=True)
    assert len({release.revision for release in RELEASES}) == len(RELEASES)
    assert Release("0.1.0", "abc").statements("sqlite") == ()
    assert RELEASES[0].statements("oracle") == ()
