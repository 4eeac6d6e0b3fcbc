"""What MySQL and MariaDB say of one column, each in its own words: rows that those servers gave."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines.mysql.catalogue import _column

ROW = {
    "column_name": "a", "column_type": "timestamp", "is_nullable": "YES", "collation_name": None,
    "character_set_name": None, "column_comment": "", "generation_expression": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "default", "on_update", "expected"),
    [
        # MySQL 8.0.36 and 9.7.4
        ("DEFAULT_GENERATED on update CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP", "(CURRENT_TIMESTAMP)"),
        ("DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)", "CURRENT_TIMESTAMP(3)", "CURRENT_TIMESTAMP(3)", "(CURRENT_TIMESTAMP(3))"),
        ("on update CURRENT_TIMESTAMP", None, "CURRENT_TIMESTAMP", None),
        ("", "now()", None, "now()"),
        # MariaDB 10.6.7 and 11.8.9
        ("on update current_timestamp()", "current_timestamp()", "current_timestamp()", "current_timestamp()"),
        ("on update current_timestamp(), INVISIBLE", "NULL", "current_timestamp()", None),
    ],
)  # fmt: skip
def test_on_update_and_default(extra: str, default: str, on_update: str, expected: str) -> None:
    column = _column({**ROW, "extra": extra, "column_default": default})
    assert (column.on_update, column.default) == (on_update, expected)
    assert column.type == ("timestamp INVISIBLE" if "INVISIBLE" in extra else "timestamp")
