"""Databases of another encoding than UTF-8: what is read, and what they cannot hold."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from ...conftest import need
from ...servers import Server
from ..lab import laboratory


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_another_encoding(running: Dict[str, Any], encoding: str) -> None:
    server: Server = need("postgresql", running)
    name = server.new_name()
    server.admin_sql(
        f"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    server.sql(name, "CREATE TABLE t (id INT PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (1, 'été')")
    with laboratory() as lab:
        copy = lab.copy(server.database(name), "copy")
        texts = ["plain", "\N{GRINNING FACE}", "Zoë"]
        with copy.inserting("t") as insert:
            taken = [text for number, text in enumerate(texts, 2) if insert({"id": number, "a": text})]
        assert taken == (["plain", "Zoë"] if encoding == "LATIN1" else texts)
        assert copy.insert_many("t", ("id", "a"), [(n, text) for n, text in enumerate(texts, 12)]) == len(
            taken
        )
        with copy.trying() as try_row:
            assert [text for text in texts if not try_row("t", {"id": 30 + len(text), "a": text})] == taken
        read = [text for (text,) in copy.stream("SELECT a FROM t WHERE id < 10 ORDER BY id")]
        assert read == ["été", *taken]
