"""An empty database that an administrator has made as the server makes them: with another character set."""

from __future__ import annotations

from typing import Any, Tuple

import pytest

from ...projects import Project, codes
from ...servers import Server
from ..test_servers import name_of

DEFAULTS = "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = '{}'"


def defaults(server: Server, name: str) -> Tuple[Any, ...]:
    (row,) = server.admin_sql(DEFAULTS.format(name))
    return row


@pytest.mark.parametrize("server", ["mysql"], indirect=True)
def test_tables_are_made_as_elsewhere(server_project: Project, server: Server) -> None:
    empty = server.new_name()
    server.admin_sql(f"CREATE DATABASE {empty} CHARACTER SET latin1 COLLATE latin1_german1_ci")
    server_project.write_script(
        "op.create_table('extra', sa.Column('a', sa.String(9), primary_key=True))", "op.drop_table('extra')"
    )
    words = ("--scratch-url", server.url(empty), "--no-cache")
    assert codes(server_project.verify(*words)) == codes(server_project.verify()) == ["table-extra"]
    # It is given back as it was.
    assert defaults(server, empty) == ("latin1", "latin1_german1_ci")
    assert server.database(empty).is_empty()
    # Another one for the configured database is that of its copy.
    own = ("utf8mb4", "utf8mb4_bin")
    server.admin_sql(f"ALTER DATABASE {name_of(server_project)} CHARACTER SET {own[0]} COLLATE {own[1]}")
    there, elsewhere = (server_project.verify(*more)["findings"] for more in (words, ()))
    assert [(f["code"], f["message"]) for f in there] == [(f["code"], f["message"]) for f in elsewhere]
