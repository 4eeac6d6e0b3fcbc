"""A server of our own is called private and temporary; nothing of it is the configured database's."""

from __future__ import annotations

import re
from typing import Tuple

import pytest

from kallithea_dbdev.findings import Finding
from kallithea_dbdev.schema.model import Column, Index, IndexKey, PrimaryKey, Schema, Table
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks import fresh
from kallithea_dbdev.verification.climb import Climb

from ..projects import CLEAN_HEAD, VERSION, Project
from ..servers import ENGINES, Server

PRODUCT = {
    "sqlite": r"SQLite 3\.\d+\.\d+",
    "postgresql": r"PostgreSQL \d+\.\d+",
    "mysql": r"(MariaDB|MySQL) \d+\.\d+\.\d+",
}

only_once = pytest.mark.skipif(VERSION != "0.7.0", reason="none of this depends on the release")


@only_once
def test_reports_call_it_private_with_product_and_version(project: Project, server: Server) -> None:
    project.write_script("op.execute('CREATE TABLE odd (id INTEGER)')\nop.execute('NO SQL')")
    name = f"a private, temporary {PRODUCT[server.engine]}"
    done = project.gearbox("db-verify", "--engine", f"sqlite,{server.engine}")
    assert done.returncode == 1
    assert re.search(rf"^Kallithea {VERSION}, {name}$", done.stdout, re.M), done.stdout
    assert re.search(rf"^Kallithea {VERSION}, sqlite database {project.database}$", done.stdout, re.M)
    assert "kallithea-dbdev-server" not in done.stdout + done.stderr
    assert f"upgrade-fails, sqlite, {server.engine}, upgrade" in done.stdout
    of_server = done.stdout.partition(f"    on {server.engine}: upgrade() of feedc0ffee00 raises")[2]
    assert of_server and "this very" not in done.stdout and "this database" not in of_server
    if server.engine == ENGINES[0]:  # what JSON says does not depend on the engine
        report = project.verify("--engine", server.engine, status=1)
        assert re.fullmatch(name, report["engines"][0]["database"])


@only_once
def test_sqlite_in_place_of_a_configured_server(server_project: Project, server: Server) -> None:
    done = server_project.gearbox("db-verify", "--engine", "sqlite")
    assert done.returncode == 0, done.stderr
    assert re.search(rf"^Kallithea {VERSION}, a private, temporary {PRODUCT['sqlite']}$", done.stdout, re.M)


@only_once
def test_a_throwaway_says_where_it_is(project: Project, server: Server) -> None:
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--engine", server.engine)
    name = f"{server.engine} database kallithea_temp on a private, temporary {PRODUCT[server.engine]}"
    assert re.search(rf"^database:      {name} \(Kallithea ", done.stdout, re.M), done.stdout


@pytest.mark.skipif(not CLEAN_HEAD, reason="its own head is not clean")
def test_an_error_of_a_private_server_says_whose_it_is(project: Project, server: Server) -> None:
    """Nothing can stand in for the database where the recorded release cannot be upgraded to it."""
    project.write_script(
        f"if op.get_bind().dialect.name == '{server.engine}':\n    raise ValueError('not there')"
    )
    project.sql("UPDATE alembic_version SET version_num = 'feedc0ffee00'")
    done = project.gearbox("db-verify", "--engine", server.engine)
    assert done.returncode == 2
    said = rf"a private, temporary {PRODUCT[server.engine]}: a database of {VERSION} cannot be upgraded to feedc0ffee00"
    assert re.search(said, done.stderr), done.stderr


# -- remarks on what was so before the first step ---------------------------------------------------


def _schema(*names: str, index: bool = False) -> Schema:
    columns = tuple(Column(name, "INTEGER", False) for name in names)
    indexes = (Index("ix_of_the_site", (IndexKey("id"),)),) if index else ()
    return Schema((Table("users", columns, PrimaryKey(("id",)), indexes=indexes),))


def _climb(configured: bool, start: Schema, known: Schema, expected: Schema) -> Climb:
    state, newest, models = (State(("a",), schema, {}) for schema in (start, known, expected))
    return Climb("sqlite", state, models, (), (), (), "a", True, (newest,), configured=configured)


def _found(configured: bool, start: Schema) -> Tuple[Finding, ...]:
    return tuple(fresh.check(_climb(configured, start, _schema("id"), _schema("id"))))


def test_a_configured_database_has_things_of_its_own() -> None:
    (column,) = _found(True, _schema("id", "more"))
    assert column.severity == "error" and "no row can be inserted without a value" in column.message
    (index,) = _found(True, _schema("id", index=True))
    assert index.severity == "note" and index.message.endswith("the site's own")


def test_a_recorded_release_has_nothing_of_its_own() -> None:
    for start in (_schema("id", "more"), _schema("id", index=True)):
        (found,) = _found(False, start)
        assert found.severity == "warning"
        assert found.message.endswith("in the recorded release that stands in for a database")
        assert "this database" not in found.message and "site" not in found.message
