"""Of which character set a table is that no released script converts: with any other it is a site's own. Pure."""

from __future__ import annotations

import pytest

from kallithea_dbdev.findings import make
from kallithea_dbdev.verification import accepted


@pytest.mark.parametrize(
    ("table", "migrated", "known"),
    [
        ("users", "utf8mb3 COLLATE utf8mb3_general_ci", True),
        ("users", "utf8 COLLATE utf8_unicode_ci", True),
        ("users", "utf8mb4 COLLATE utf8mb4_bin", False),
        ("users", "latin1 COLLATE latin1_swedish_ci", False),
        # Its script names none: it has the database's.
        ("user_ssh_keys", "utf8mb4 COLLATE utf8mb4_general_ci", True),
        ("user_ssh_keys", "latin1 COLLATE latin1_swedish_ci", False),
    ],
)
def test_what_older_releases_made(table: str, migrated: str, known: bool) -> None:
    finding = make(
        "table-option", "mysql", "x", table=table, aspect="charset", migrated=migrated,
        expected="utf8mb4 COLLATE utf8mb4_unicode_ci",
    )  # fmt: skip
    assert any(entry.matches(finding) for entry in accepted.read(accepted.KNOWN)) == known
