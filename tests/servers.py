"""Real PostgreSQL and MariaDB servers for the tests: our own private ones, or those of
``KALLITHEA_DBDEV_TEST_URLS`` (administrators' URLs, separated by blanks)."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, List, Optional, Tuple
from urllib.parse import quote

from sqlalchemy.engine.url import URL, make_url

from kallithea_dbdev.engines import Lab, make_lab, open_database
from kallithea_dbdev.engines.private.server import private_server
from kallithea_dbdev.engines.served import ServerDatabase, ServerScratch
from kallithea_dbdev.schema.model import MARK_TABLE
from kallithea_dbdev.workspace import Workspace

ENGINES = ("postgresql", "mysql")
URLS = "KALLITHEA_DBDEV_TEST_URLS"
REQUIRE = "KALLITHEA_DBDEV_REQUIRE_ENGINES"

#: How a test is called that had no server, and what helps.
LEFT_OUT = "left out:"
HOW = f"or name servers in {URLS}"

#: What MySQL does not have.
MARIADB_ONLY = ("Aria", "SEQUENCE", "SYSTEM VERSIONING")

#: A password that no output may hold.
SECRET = "s3kRet"

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

    def is_as_recorded(self) -> bool:
        """Whether it is of the version that the recorded releases come from."""
        return self.database("like").product().startswith(("PostgreSQL 15.", "MariaDB 10.11."))

    def sql(self, name: str, *statements: str) -> List[Tuple[Any, ...]]:
        """Run statements; the rows of the last one."""
        with self.database(name).server.session(name, writing=True) as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def admin_sql(self, *statements: str) -> List[Tuple[Any, ...]]:
        with self.database("postgres")._administrating(writing=True) as cursor:
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

    def copy(self, source: str) -> str:
        """Another database with the same content."""
        name = self.new_name()
        self.copy_to(source, name)
        return name

    def copied(self, *statements: str) -> Tuple[str, List[str]]:
        """The copy of a new database in which these were run, and what is said of what it has not."""
        name, other = self.create(), self.new_name()
        self.sql(name, *statements)
        display = self.database(name).display
        return other, [text.removeprefix(f"{display}: ") for text in self.copy_to(name, other).remarks]

    def copy_to(self, source: str, name: str) -> Lab:
        """A database of that name with the content of another one; the lab says what is not."""
        with Workspace() as workspace:
            lab = make_lab(self.database(source), workspace)
            self.database(source)._copy_to(self.scratch_named(name), lab)
        if self.engine == "mysql":
            # As a copy that somebody else made: it is nobody's scratch database.
            self.sql(name, f"DROP TABLE {MARK_TABLE}")
        return lab

    def dump(self, name: str) -> str:
        """Everything in a database, as the server's own program writes it."""
        if self.engine == "postgresql":
            url = self.url(name).replace("postgresql+psycopg2", "postgresql")
            command = [_program("pg_dump"), "--no-password", f"--dbname={url}"]
        else:
            program = shutil.which("mariadb-dump") or _program("mysqldump")
            command = [program, *self._address, "--routines", "--events", "--triggers", "--skip-dump-date",
                       "--skip-comments", name]  # fmt: skip
        # A dump of PostgreSQL from its last minor versions on has a random word in it.
        return re.sub(r"^\\(un)?restrict .*$", "", self._run(command), flags=re.MULTILINE)

    def run_file(self, name: str, path: Path) -> None:
        """Run a file of SQL on a database by the server's own program."""
        if self.engine == "postgresql":
            url = self.url(name).replace("postgresql+psycopg2", "postgresql")
            options = ["--no-psqlrc", "--no-password", "--set", "ON_ERROR_STOP=1", "--file", str(path), url]
            self._run([_program("psql"), *options])
        else:
            program = shutil.which("mariadb") or _program("mysql")
            with path.open() as file:
                self._run([program, *self._address, "--default-character-set=utf8mb4", name], file)

    @property
    def _address(self) -> List[str]:
        """Options that lead MySQL's programs to it."""
        options = ["--no-defaults", f"--user={self.admin.username}"]
        if "unix_socket" in self.admin.query:
            return [*options, f"--socket={self.admin.query['unix_socket']}"]
        return [*options, f"--host={self.admin.host}", f"--port={self.admin.port or 3306}"]

    def _run(self, command: List[str], stdin: Optional[IO[str]] = None) -> str:
        password = self.admin.password or ""
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=120, stdin=stdin or subprocess.DEVNULL,
            env={**os.environ, "PGPASSWORD": password, "MYSQL_PWD": password, "PGCLIENTENCODING": "UTF8"},
        ).stdout  # fmt: skip

    def create(self, name: str = "") -> str:
        """An empty database."""
        name = name or self.new_name()
        self.database(name)._create(self.database("like"))
        return name

    def scratch_named(self, name: str) -> ServerScratch:
        """A database of the tests' own as the one thing that may be written to."""
        database = self.database(name)
        return database.scratch_type(database.server, name)

    def drop(self, name: str) -> None:
        self.database(name)._drop()

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


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None
    )
    assert found, f"{name} is not on this machine"
    return found


def start(engine: str, stack: ExitStack) -> Server:
    """The configured server, or a private one. Raises DatabaseError where there is neither."""
    for text in os.environ.get(URLS, "").split():
        if make_url(text).get_backend_name() == engine:
            server = Server(make_url(text))
            stack.callback(server.drop_all)  # a private one is gone as a whole
            return server
    return start_private(engine, stack)


def start_private(engine: str, stack: ExitStack) -> Server:
    """A private server. Raises DatabaseError where there are no programs for it."""
    database = stack.enter_context(private_server(engine, lambda text: None))
    assert isinstance(database, ServerDatabase)
    if engine == "postgresql":
        # The private server trusts everybody who reaches its socket; a password must be tested.
        folder = Path(database.server.url(None).query["host"])
        rules = folder / "data" / "pg_hba.conf"
        rules.write_text("local all kallithea trust\nlocal all all scram-sha-256\n")
        with database._administrating() as cursor:
            cursor.execute("SELECT pg_reload_conf()")
    return Server(database.server.url("kallithea"))
