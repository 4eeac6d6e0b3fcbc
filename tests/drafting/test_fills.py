"""What the models give to a new row, as SQL."""

from __future__ import annotations

import datetime
import enum
from decimal import Decimal
from typing import Any, Optional

import pytest
import sqlalchemy as sa

from kallithea_dbdev.drafting.fills import default_sql, model_fills


class Mood(str, enum.Enum):
    good = "fine"


class Level(enum.IntEnum):
    high = 3


class Folded(sa.TypeDecorator):  # type: ignore[misc]
    impl = sa.UnicodeText

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value.lower()


@pytest.mark.parametrize(
    "type_, default, sql",
    [
        (sa.Integer(), 3, "3"),
        (sa.Float(), 0.5, "0.5"),
        (sa.Boolean(), False, "false"),
        (sa.Boolean(), 1, "true"),
        (sa.Unicode(9), "it's 100%", "'it''s 100%'"),
        (sa.Enum(Mood), Mood.good, "'good'"),
        (sa.String(9), Mood.good, "'fine'"),
        (sa.Integer(), Level.high, "3"),
        (sa.JSON(), {"a": None}, "'{\"a\": null}'"),
        (Folded(), "ABC", "'abc'"),
        (sa.Numeric(), Decimal("1.5"), "1.5"),
        (sa.Date(), datetime.date(2020, 1, 2), "'2020-01-02'"),
        (sa.DateTime(), datetime.datetime.now, "CURRENT_TIMESTAMP"),
        (sa.DateTime(), datetime.datetime.utcnow, "CURRENT_TIMESTAMP"),
        (sa.Date(), datetime.date.today, "CURRENT_DATE"),
        (sa.DateTime(), lambda: datetime.datetime.now(), None),
        (sa.Integer(), sa.text("1 + 1"), "1 + 1"),
        (
            sa.Integer(),
            sa.select([sa.func.count()]).where(sa.literal(1) == 1),
            "(SELECT count(*) AS count_1 \nWHERE 1 = 1)",
        ),
        (sa.Float(), float("inf"), None),
        (sa.Numeric(), Decimal("-Infinity"), None),
        (sa.Integer(), None, None),
        (sa.DateTime(), sa.func.now(), "CURRENT_TIMESTAMP"),
    ],
)
def test_defaults_on_sqlite(type_: Any, default: Any, sql: Optional[str]) -> None:
    column = sa.Column("a", type_, default=default)
    sa.Table("t", sa.MetaData(), column)
    assert default_sql(column.default, column.type, "sqlite") == sql


@pytest.mark.parametrize(
    "engine, default, sql",
    [
        ("sqlite", b"\x00a", "X'0061'"),
        ("mysql", b"\x00a", "X'0061'"),
        ("postgresql", b"\x00a", "decode('0061', 'hex')"),
        ("sqlite", "a\\b", "'a\\b'"),
        ("mysql", "a\\b", "'a\\\\b'"),
        ("postgresql", "a\\b", "'a\\b'"),
    ],
)
def test_literals_of_an_engine(engine: str, default: object, sql: str) -> None:
    type_ = sa.LargeBinary() if isinstance(default, bytes) else sa.String()
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", type_, default=default), sa.Column("b", type_))
    assert model_fills(metadata, engine) == {("t", "a"): sql}
