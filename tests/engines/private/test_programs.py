"""Where the programs of a private server are looked for, and what is said where they are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.engines.private.server import _initialize_mysql
from kallithea_dbdev.errors import DatabaseError


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["mariadb-install-db", "mysql_install_db"])
def test_what_makes_a_server_is_in_the_path(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = program(tmp_path / "sbin" / "mariadbd")
    installer = program(tmp_path / "bin" / name)
    monkeypatch.setenv("PATH", str(installer.parent))
    assert _initialize_mysql(server.parent, tmp_path)[0] == str(installer)


@pytest.mark.parametrize("path", ["", "/nonexistent"])
def test_a_server_that_nothing_makes(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = program(tmp_path / "sbin" / "mariadbd")
    monkeypatch.setenv("PATH", path)
    with pytest.raises(DatabaseError) as caught:
        _initialize_mysql(server.parent, tmp_path)
    assert caught.value.message == f"mysql: {server} is on this machine, mariadb-install-db is not in PATH"
