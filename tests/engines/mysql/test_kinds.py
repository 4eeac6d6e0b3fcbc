"""Kinds of columns by the type that MySQL says. Pure."""

from __future__ import annotations

from typing import Optional

import pytest

from kallithea_dbdev.engines.mysql.catalogue import _kind, _length


@pytest.mark.parametrize(
    ("column_type", "kind", "length"),
    [
        ("int(11)", "number", None), ("bigint(20) unsigned", "number", None), ("tinyint(1)", "boolean", None),
        ("tinyint(4)", "number", None), ("tinyint(10) unsigned", "number", None), ("decimal(8,2)", "number", None),
        ("float", "number", None), ("double", "number", None), ("varchar(40)", "text", 40), ("char(3)", "text", 3),
        ("longtext", "text", None), ("tinytext", "text", None), ("enum('int(3)','date')", "text", None),
        ("set('int','char(3)')", None, None), ("datetime(6)", "time", None), ("timestamp", "time", None),
        ("date", "time", None), ("time", "time", None), ("year(4)", None, None), ("varbinary(9)", "bytes", None),
        ("mediumblob", "bytes", None), ("binary(3)", "bytes", None), ("point", None, None), ("multipoint", None, None),
        ("json", None, None), ("bit(9)", None, None), ("uuid", None, None), ("inet6", None, None),
    ],
)  # fmt: skip
def test_kind(column_type: str, kind: Optional[str], length: Optional[int]) -> None:
    assert (_kind(column_type), _length(column_type)) == (kind, length)
