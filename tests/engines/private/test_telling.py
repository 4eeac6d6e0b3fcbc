"""Which line of a server's log is told where it does not start. Pure."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines.private.server import _telling_line

WARNING = "2026-11-26 19:04:45 0 [Warning] Could not increase number of max_open_files to more than 20000"
NOTE = "2026-11-26 19:04:45 0 [Note] InnoDB: the log could not be found: it is made"
ERROR = "2026-11-26 19:04:46 0 [ERROR] Can't create file '/x/ibdata1'"
LOG = "2026-11-26 19:04:46.123 UTC [17] LOG:  could not bind IPv6 address"
FATAL = "2026-11-26 19:04:46.124 UTC [17] FATAL:  could not create lock file"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([WARNING, ERROR, NOTE], ERROR),
        ([LOG, FATAL, "2026-11-26 19:04:46.125 UTC [17] HINT:  Is another one running? The lock failed."], FATAL),
        (["initdb: warning: enabling trust, error-prone", "initdb: error: no such user"],
         "initdb: error: no such user"),
        (["Installing the system tables", "/usr/bin/mariadb-install-db: 393: sed: not found"],
         "/usr/bin/mariadb-install-db: 393: sed: not found"),
        # nothing but warnings: better than nothing
        ([NOTE, WARNING], NOTE),
        ([], "no message"),
    ],
)  # fmt: skip
def test_the_line_that_tells(lines: "list[str]", told: str) -> None:
    assert _telling_line("\n".join(lines)) == told
