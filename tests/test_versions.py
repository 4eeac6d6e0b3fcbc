"""The versions that a report names."""

from __future__ import annotations

import platform
import sqlite3

import alembic
import sqlalchemy

from kallithea_dbdev.versions import library_versions


def test_what_decides_what_a_migration_does_is_named() -> None:
    found = dict(library_versions())
    assert found["Python"] == platform.python_version()
    assert found["SQLite"] == sqlite3.sqlite_version
    assert found["SQLAlchemy"] == sqlalchemy.__version__
    assert found["alembic"] == alembic.__version__
    assert "gearbox" in found and "not installed" not in found
