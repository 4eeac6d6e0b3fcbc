"""What a URL says, what it leaves to the client library, and that a text of it says the same. Pure."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines import address_in, open_database, parse_url
from kallithea_dbdev.engines.postgresql.dump import _side
from kallithea_dbdev.engines.served import ServerDatabase
from kallithea_dbdev.engines.server import text_of
from kallithea_dbdev.errors import DatabaseError

#: Percent-encoded as in a URL.
PASSWORDS = ["plain", "p%2541ss", "100%25", "a%40b%3Ac%2Fd", "q%3Fx", "%25%25"]


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_text_of_a_url_says_the_same(password: str) -> None:
    url = f"postgresql://u%2541:{password}@localhost/db?sslmode=prefer"
    assert parse_url(text_of(parse_url(url))) == parse_url(url)
    for found in (open_database(url), address_in(url)):
        assert isinstance(found, ServerDatabase)
        sibling = open_database(str(found.sibling_url("x")))
        assert isinstance(sibling, ServerDatabase)
        assert sibling.server.parameters("db")["password"] == parse_url(url).password
        assert sibling.name == "db_x"


@pytest.mark.parametrize(
    ("url", "environment", "host", "remote"),
    [
        ("postgresql:///kallithea", {}, "", False),
        ("postgresql:///kallithea", {"PGHOST": "db.example.com"}, "db.example.com", True),
        ("postgresql:///kallithea", {"PGHOST": "/run/postgresql"}, "/run/postgresql", False),
        ("postgresql://localhost/kallithea", {"PGHOST": "db.example.com"}, "localhost", False),
        ("postgresql://localhost/kallithea", {"PGHOSTADDR": "192.0.2.1"}, "192.0.2.1", True),
        (
            "postgresql://localhost/kallithea?hostaddr=127.0.0.1",
            {"PGHOSTADDR": "192.0.2.1"},
            "127.0.0.1",
            False,
        ),
        ("postgresql:///kallithea", {"PGSERVICE": "production"}, None, True),
        ("postgresql://localhost/kallithea", {"PGSERVICE": "production"}, "localhost", False),
        ("postgresql:///kallithea?service=production", {}, None, True),
    ],
)
def test_what_the_client_library_adds(
    url: str, environment: "dict[str, str]", host: str, remote: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGPORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    database = open_database(url)
    assert isinstance(database, ServerDatabase)
    assert (database.server.host, database.server.remote) == (host, remote)


def test_the_port_that_the_client_library_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "5433")
    database = open_database("postgresql://127.0.0.1/kallithea")
    assert isinstance(database, ServerDatabase)
    assert database.server.places() == {"127.0.0.1:5433"}


def test_programs_get_the_password_of_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "another")
    for url, expected in (
        ("postgresql://u:own@localhost/db", None),
        ("postgresql://u@localhost/db", "another"),
    ):
        database = open_database(url)
        assert isinstance(database, ServerDatabase)
        with _side(database.server, "db") as (_, environment, _descriptors):
            assert environment.get("PGPASSWORD") == expected


def test_a_certificate_that_is_none() -> None:
    pytest.importorskip("pymysql")
    database = open_database("mysql+pymysql://u:p@127.0.0.1/db?ssl_ca=/etc/hostname")
    with pytest.raises(DatabaseError, match=r"cannot connect: .*\[X509") as caught:
        database.exists()
    assert "behind the '?'" in caught.value.hint
