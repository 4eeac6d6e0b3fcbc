"""Which changes a script tells how to undo. Pure."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from kallithea_dbdev.rows.undoing import explains

UPDATE = "op.execute(\"UPDATE t SET name = 'uno' WHERE name = 'one'\")"


@pytest.mark.parametrize(
    ("script", "before", "after"),
    [
        (UPDATE, "one", "uno"),
        ("NAMES = {'one': 'uno'}", "one", "uno"),
        ("op.execute('UPDATE t SET name = \\'uno\\' WHERE name = \\'one\\'')", "one", "uno"),
        (UPDATE, "one", None),
        ("", None, ""),
        ("", None, 0),
        ("SET n = 7 WHERE n IS NULL", None, 7),
        ("SET n = 100 WHERE n = 2.50", 2.5, Decimal("100.00")),
        ("SET n = n + 5", 1, 6),
        ("SET n = n / 1000", 3000, 3),
        ("SET n = n * 1000", Decimal("1.5"), Decimal(1500)),
        ("SET active = NOT active", True, False),
        ("SET active = 1 - active", 0, 1),
        ("SET name = 'x-' || name", "one", "x-one"),
        ("{b'\\x00': b'\\x01'}", b"\x00", b"\x01"),
    ],
)
def test_what_can_be_undone(script: str, before: object, after: object) -> None:
    assert explains(script, before, after)


@pytest.mark.parametrize(
    ("script", "before", "after"),
    [
        ("SET kind = substr(kind, 1, 3)", "private", "pri"),
        ("WHERE kind = 'private'", "private", "pri"),
        ("SET key = md5(key)", "secret", "5ebe2294ecd0e0f08eab7690d2a6ee69"),
        ("SET name = login WHERE name IS NULL", None, "joe"),
        ("SET name = upper(name)", "one", "ONE"),
        ("SET n = 12 WHERE n = 34", 2, 4),
        ("SET n = round(n)", 1.26, 1),
        ("SET name = 'uno' WHERE name LIKE '%o%'", "two", "uno"),
        ("", "", "x"),
        ("", float("nan"), 1.0),
        ("", float("inf"), 1e300),
        ("", datetime.date(2020, 1, 1), datetime.date(2020, 1, 2)),
    ],
)
def test_what_cannot(script: str, before: object, after: object) -> None:
    assert not explains(script, before, after)
