"""Where the programs of a private server are looked for, whatever PATH says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kallithea_dbdev.engines.private.server import _find_mysql, _initialize_mysql, private_server
from kallithea_dbdev.errors import DatabaseError

from ...servers import LEFT_OUT


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture(params=["", "/nonexistent"])
def no_path(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", request.param)


@pytest.mark.parametrize("place", ["sbin", "bin", "scripts"])
@pytest.mark.parametrize("name", ["mariadb-install-db", "mysql_install_db"])
def test_what_makes_a_server_is_beside_it(no_path: None, tmp_path: Path, place: str, name: str) -> None:
    server = program(tmp_path / "sbin" / "mariadbd")
    installer = program(tmp_path / place / name)
    assert _initialize_mysql(server.parent, tmp_path)[0] == str(installer)


def test_a_server_that_nothing_makes(no_path: None, tmp_path: Path) -> None:
    server = program(tmp_path / "sbin" / "mariadbd")
    with pytest.raises(DatabaseError) as caught:
        _initialize_mysql(server.parent, tmp_path)
    assert caught.value.message == f"mysql: {server} is on this machine, mariadb-install-db is not"


@pytest.mark.skipif(_find_mysql() is None, reason=f"{LEFT_OUT} mysql: no server program")
def test_a_server_without_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with private_server("mysql", lambda text: None) as database:
        assert not database.exists()
