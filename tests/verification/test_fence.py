"""A script that knows the configured database cannot reach it, nor anything else on its server."""

from __future__ import annotations

from typing import Sequence

import pytest

from ..engines.test_servers import name_of
from ..projects import VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

#: Each statement in turn, through SQLAlchemy and through the driver's own cursor.
TRIED = """refused = []
for sql in {statements!r}:
    for run in (op.execute, op.get_bind().connection.cursor().execute):
        try:
            run(sql)
        except Exception as error:
            if 'only the copy' in str(error) or 'was not sent' in str(error):
                refused.append(str(error))
op.execute("UPDATE users SET lastname = 'x'")
raise RuntimeError('%d refused: %s' % (len(refused), refused[0]))"""


def refusal(project: Project, statements: Sequence[str]) -> str:
    project.write_script(TRIED.format(statements=list(statements)))
    (failure,) = (f for f in project.verify(status=1)["findings"] if f["code"] == "upgrade-fails")
    message: str = failure["message"]
    assert f"RuntimeError: {2 * len(statements)} refused: " in message
    return message


def test_no_other_file_is_opened(project: Project) -> None:
    before = project.snapshot()
    vacuum = f"VACUUM INTO '{project.database}.copy'"
    message = refusal(project, (f"ATTACH '{project.database}' AS x", vacuum))
    assert f"{project.database}: it was not attached: only the copy may be used" in message
    assert project.snapshot() == before


def test_no_other_database_and_nothing_of_the_server(server_project: Project, server: Server) -> None:
    name = name_of(server_project)
    server.make_user("reader", rights=False)
    before, names = server.dump(name), server.names()
    everywhere = (f"DROP DATABASE {name}", "DROP USER reader", "CREATE ROLE kdbdev_test_role")
    more = {
        "postgresql": (
            f"ALTER DATABASE {name} SET work_mem = '5MB'", "ALTER SYSTEM SET work_mem = '5MB'",
            "DO $$ BEGIN CREATE ROLE kdbdev_test_role; END $$",
        ),
        "mysql": (
            f"UPDATE {name}.users SET lastname = 'x'", f"USE {name}", "SET GLOBAL max_connections = 77",
            f"EXECUTE IMMEDIATE CONCAT('UPDATE ', '{name}.users SET lastname = 1')",
            f"INSERT INTO users SELECT * FROM `{name}`.`users`",
            f"BEGIN NOT ATOMIC SET @q = CONCAT('UPDATE {name[:9]}', '{name[9:]}.users SET lastname = 1'); "
            "EXECUTE IMMEDIATE @q; END",
            f"UPDATE users SET admin = admin; DELETE FROM {name}.users",
            f"SET STATEMENT max_statement_time = 60 FOR EXECUTE IMMEDIATE 'UPDATE {name}.users SET lastname = 1'",
            f"CREATE OR REPLACE DEFINER=`root`@`localhost` PROCEDURE p() BEGIN DROP DATABASE {name}; END",
            "CREATE PROCEDURE kdbdev_run(q TEXT) BEGIN PREPARE s FROM q; EXECUTE s; END",
        ),
    }  # fmt: skip
    message = refusal(server_project, (*everywhere, *more[server.engine]))
    assert "DROP DATABASE: it works on the whole server" in message
    assert (server.dump(name), server.names()) == (before, names)
