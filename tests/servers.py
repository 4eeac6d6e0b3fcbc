"""Real PostgreSQL and MariaDB servers for the tests: our own private ones, or those of
``KALLITHEA_DBDEV_TEST_URLS`` (administrators' URLs, separated by blanks)."""

from __future__ import annotations

import os
import re
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, List, Optional, Tuple
from urllib.parse import quote

from sqlalchemy.engine.url import URL, make_url

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.private.server import private_server
from kallithea_dbdev.engines.server import ServerDatabase

ENGINES = ("postgresql", "mysql")
URLS = "KALLITHEA_DBDEV_TEST_URLS"
REQUIRE = "KALLITHEA_DBDEV_REQUIRE_ENGINES"

#: How a test is called that had no server, and what helps.
LEFT_OUT = "left out:"
HOW = f"or name servers in {URLS}"

#: What MySQL does not have.
MARIADB_ONLY = ("Aria", "SEQUENCE", "SYSTEM VERSIONING")

#: A password with everything that URLs, ini files and shells trip over.
PASSWORD = "p@:/%#é$ x"


@dataclass
class Server:
    """A server on which the tests may do anything with databases of their own."""

    admin: URL
    made: List[str] = field(default_factory=list)

    @property
    def engine(self) -> str:
        name: str = self.admin.get_backend_name()
        return name

    def url(self, name: str, driver: Optional[str] = None, user: str = "", password: str = "") -> str:
        """The URL of a database on it."""
        url = str(
            URL(
                driver or self.admin.drivername,
                user or self.admin.username,
                password or (self.admin.password if not user else None),
                self.admin.host,
                self.admin.port,
                name,
                self.admin.query,
            )
        )
        # Kallithea itself cannot use a URL with "%".
        return url.replace("%2F", "/")

    def database(self, name: str) -> ServerDatabase:
        database = open_database(self.url(name))
        assert isinstance(database, ServerDatabase)
        return database

    def new_name(self) -> str:
        name = f"test_{uuid.uuid4().hex[:10]}"
        self.made.append(name)
        return name

    def knows(self, text: str) -> bool:
        """Whether the server has what a statement asks for, as the newest PostgreSQL and MariaDB do."""
        if self.engine == "mysql":
            version = self.admin_sql("SELECT version()")[0][0]
            if "MariaDB" not in version:
                return not any(words in text for words in MARIADB_ONLY)
            # It reads DESC and forgets it.
            return " DESC)" not in text.replace("'", "") or _numbers(version) >= (10, 8)
        newer = "NULLS NOT DISTINCT" in text or "SET NULL (" in text
        return not newer or int(self.admin_sql("SHOW server_version_num")[0][0]) >= 150000

    def sql(self, name: str, *statements: str) -> List[Tuple[Any, ...]]:
        """Run statements; the rows of the last one."""
        with self.database(name)._cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def admin_sql(self, *statements: str) -> List[Tuple[Any, ...]]:
        with self.database("postgres")._admin_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def names(self) -> List[str]:
        """All databases."""
        sql = {
            "postgresql": "SELECT datname FROM pg_database",
            "mysql": "SELECT schema_name FROM information_schema.schemata",
        }[self.engine]
        return sorted(row[0] for row in self.admin_sql(sql))

    def scratch(self) -> List[str]:
        return [name for name in self.names() if name.startswith("kdbdev_")]

    def create(self, name: str) -> None:
        """Make an empty database, as Kallithea's own set-up makes it."""
        if self.engine == "postgresql":
            self.admin_sql(f'CREATE DATABASE "{name}"')
        else:
            self.admin_sql(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")

    def copy(self, source: str) -> str:
        """Another database with the same content."""
        name = self.new_name()
        self.database(source)._copy_into(self.database(name))
        return name

    def drop(self, name: str) -> None:
        self.database(name)._drop(name)

    def drop_all(self) -> None:
        for name in self.made:
            self.drop(name)

    def make_user(self, name: str, rights: bool) -> None:
        """A login with PASSWORD; with the right to create databases or without."""
        if self.engine == "postgresql":
            literal = PASSWORD.replace("'", "''")
            may = "CREATEDB" if rights else "NOCREATEDB"
            self.admin_sql(
                f"DROP ROLE IF EXISTS {name}", f"CREATE ROLE {name} LOGIN {may} PASSWORD '{literal}'"
            )
        else:
            self.admin_sql(
                f"DROP USER IF EXISTS '{name}'@'localhost'",
                f"CREATE USER '{name}'@'localhost' IDENTIFIED BY '{PASSWORD}'",
            )
            if rights:
                self.admin_sql(f"GRANT ALL ON *.* TO '{name}'@'localhost'")

    def give(self, database: str, user: str) -> None:
        """Make the user owner of a database."""
        if self.engine == "postgresql":
            self.admin_sql(f'ALTER DATABASE "{database}" OWNER TO {user}')
            self.sql(database, f"GRANT ALL ON SCHEMA public TO {user}")
        else:
            self.admin_sql(f"GRANT ALL ON `{database}`.* TO '{user}'@'localhost'")


def _numbers(version: str) -> Tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:2]))


def secret_url(server: Server, name: str, user: str) -> str:
    """A URL with the difficult password, percent-encoded."""
    plain = server.url(name, user=user)
    return plain.replace(f"{user}@", f"{user}:{quote(PASSWORD, safe='')}@", 1)


def start(engine: str, stack: ExitStack) -> Server:
    """The configured server, or a private one. Raises DatabaseError where there is neither."""
    for text in os.environ.get(URLS, "").split():
        if make_url(text).get_backend_name() == engine:
            return Server(make_url(text))
    database = stack.enter_context(private_server(engine, lambda text: None))
    assert isinstance(database, ServerDatabase)
    if engine == "postgresql":
        # The private server trusts everybody who reaches its socket; a password must be tested.
        folder = Path(database._url.query["host"])
        rules = folder / "data" / "pg_hba.conf"
        rules.write_text("local all kallithea trust\nlocal all all scram-sha-256\n")
        with database._admin_cursor() as cursor:
            cursor.execute("SELECT pg_reload_conf()")
    return Server(database._url)
