"""A MySQL or MariaDB server through mysqlclient or PyMySQL: sessions, leases, and who holds a lock."""

from __future__ import annotations

import importlib
import re
from contextlib import closing
from typing import Any, List, Mapping, Optional, Tuple

from ...errors import DatabaseError
from ...messages import one_line
from ..fence import as_text, hold_back
from ..marks import SCRATCH_PREFIX, Lease
from ..server import LOCK_SECONDS, Server, Settings, Use, fetch
from . import fence as fences

#: Error numbers: https://mariadb.com/kb/en/mariadb-error-codes/
_ACCESS_DENIED_TO_DATABASE = 1044
_LOCK_WAIT_TIMEOUT = 1205
#: Access denied; no server at the socket, at the address; no such host.
_NO_WAY_IN = {1045, 2002, 2003, 2005}

_SESSIONS_ENOUGH = (
    "end other sessions, or as an administrator: raise max_connections, or what the account may have"
)
#: What else keeps us out -> what helps.
_HINTS = {
    2019: "mend charset behind the '?' in sqlalchemy.url: utf8mb4",
    1040: _SESSIONS_ENOUGH,
    1203: _SESSIONS_ENOUGH,
    1226: _SESSIONS_ENOUGH,
}
_GRANTS = re.compile(r"\b(?:GRANT|EXECUTE|PREPARE)\b", re.IGNORECASE)
_NO_NEW_ACCOUNTS = "SET SESSION sql_mode = CONCAT_WS(',', @@sql_mode, 'NO_AUTO_CREATE_USER')"
_TO_DATABASE = re.compile(r" to database '(.+)'\Z")

#: A session that holds a lease must not be ended for being idle: the longest that all versions take.
_IDLE_SECONDS = 2147483

#: A time zone that needs no tables of zones.
OTHER_ZONE = "+05:45"

#: Of column types in protocol messages: TIMESTAMP, DATE, TIME, DATETIME, NEWDATE.
_TIMES = {7, 10, 11, 12, 14}

_TABLES = (
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() "
    "AND table_type <> 'VIEW' ORDER BY 1"
)
_SESSIONS = (
    "SELECT id AS id, user AS user, command AS command, time AS seconds FROM information_schema.processlist "
    "WHERE db = DATABASE() AND id <> CONNECTION_ID() ORDER BY time DESC"
)
#: The other databases, and what in this one is called like one of them.
_OTHERS = "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name <> DATABASE()"
_CALLED_ALIKE = (
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() "
    "AND table_name IN (SELECT schema_name FROM information_schema.schemata)"
)


#: As many rows as there are; and the changes of ours are meant for whole tables.
_NO_BOUNDS = f"sql_select_limit = {2**64 - 1}, max_join_size = {2**64 - 1}, sql_safe_updates = 0"


class MysqlServer(Server):
    """A MySQL or MariaDB server."""

    engine = "mysql"
    drivers = {"mysqldb": ("MySQLdb", "mysqlclient"), "pymysql": ("pymysql", "PyMySQL")}
    admin_database = None
    default_port = 3306
    other_zone = f"SET SESSION time_zone = IF(TIMEDIFF(NOW(), UTC_TIMESTAMP()) = 0, '{OTHER_ZONE}', @@SESSION.time_zone)"

    def parameters(self, database: Optional[str]) -> "dict[str, Any]":
        """Keyword arguments for the driver's ``connect``; they hold the password."""
        parameters = super().parameters(database)
        # Whatever the client's default: names and comments must come through unchanged.
        parameters.setdefault("charset", "utf8mb4")
        # SQLAlchemy could do with bytes; whoever reads names and texts could not.
        parameters["use_unicode"] = True
        for key in ("password", "passwd"):
            # PyMySQL would send text as Latin-1; the server and mysqlclient take it for UTF-8.
            if self.driver_name == "pymysql" and isinstance(parameters.get(key), str):
                parameters[key] = parameters[key].encode()
        return parameters

    def _begin(self, connection: Any, settings: Settings, use: Use) -> Tuple[Optional[str], str]:
        limits = f"lock_wait_timeout = {LOCK_SECONDS}, innodb_lock_wait_timeout = {LOCK_SECONDS}"
        ours = ""
        if not use.handed_over:
            # ANSI_QUOTES and the like would change what SHOW CREATE says; how much may be asked for is said of users.
            ours = f", autocommit = 1, sql_mode = '', wait_timeout = {_IDLE_SECONDS}, {_NO_BOUNDS}"
            ours += f", {self._hurry(connection)} = 0"
            self.commit_each(connection)
        # A TIMESTAMP is shown in the session's zone.
        ours += ", time_zone = '+00:00'" if use.exact else ""
        cursor = connection.cursor()
        statements = [f"SET SESSION {limits}{ours}", *settings]
        statements += [] if use.writing else ["SET SESSION TRANSACTION READ ONLY"]
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SELECT DATABASE(), @@hostname, @@port, @@datadir, @@server_id, @@socket")
        name, *identity = cursor.fetchone()
        cursor.close()
        if use.handed_over:
            connection.rollback()
        return name, " ".join(map(str, identity))

    @staticmethod
    def _hurry(connection: Any) -> str:
        """What ends a statement that takes long."""
        return "max_statement_time" if "MariaDB" in connection.get_server_info() else "max_execution_time"

    def _fence(self, connection: Any) -> None:
        with closing(connection.cursor()) as cursor:
            others = [row["name"] for row in fetch(cursor, _OTHERS)]
            tables = [row["name"] for row in fetch(cursor, _CALLED_ALIKE)]
        connection.rollback()

        def fence(sql: str) -> str:
            expression = fences.dynamic(sql)
            if expression is not None:
                with closing(connection.cursor()) as cursor:
                    cursor.execute(f"SELECT {expression}")
                    ((value,),) = cursor.fetchall()
                sql = f"{sql};\n{value.decode() if isinstance(value, bytes) else value}"
            return fences.reaches_out(sql, others, tables, known=expression is not None)

        query = connection.query

        # An older MariaDB makes an account of a name that it does not know.
        makes_accounts = "MariaDB" in connection.get_server_info()

        def fenced(sql: Any, *more: Any) -> Any:
            hold_back(fence, sql)
            if makes_accounts and _GRANTS.search(as_text(sql)):
                query(_NO_NEW_ACCOUNTS)
            return query(sql, *more)

        # Whatever a cursor does goes through these, with either driver.
        connection.query = fenced
        connection.select_db = lambda _name: hold_back(fence, "USE")

    def commit_each(self, connection: Any) -> None:
        connection.autocommit(True)

    def _is_name(self, landed: Optional[str], database: Optional[str]) -> bool:
        # A server may fold names; whether this one does costs a query more.
        return (landed or "").lower() == (database or "").lower()

    def _exactly(self) -> Mapping[str, Any]:
        # Dates and times come as text: '0000-00-00' is no date of Python's.
        converters = importlib.import_module(f"{self.driver.__name__}.converters")
        return {"conv": {key: value for key, value in converters.conversions.items() if key not in _TIMES}}

    def _cursor(self, connection: Any, streaming: bool) -> Any:
        if not streaming:
            return connection.cursor()
        return connection.cursor(importlib.import_module(f"{self.driver.__name__}.cursors").SSCursor)

    @property
    def host(self) -> Optional[str]:
        query = self._url.query
        if "read_default_file" in query or "read_default_group" in query:
            return None
        host = str(query.get("host") or self._url.host or "")
        # The drivers connect to the socket where the host is this machine.
        return str(query["unix_socket"]) if "unix_socket" in query and host in ("", "localhost") else host

    def error(self, error: Exception, database: Optional[str]) -> DatabaseError:
        number = error.args[0] if error.args and isinstance(error.args[0], int) else None
        text = str(error.args[1]) if len(error.args) > 1 else one_line(error)
        hint = ""
        if number == _ACCESS_DENIED_TO_DATABASE:
            hint = self._grant(text)
        elif number in _HINTS:
            hint = _HINTS[number]
        elif number == _LOCK_WAIT_TIMEOUT:
            text, hint = self.locked(database)
        elif number in _NO_WAY_IN:
            hint = self._way_in
        return DatabaseError(f"{self.display_of(database)}: {text}", hint)

    def is_lock(self, error: Exception) -> bool:
        """Whether a statement failed because of a lock that somebody else holds."""
        return bool(error.args and error.args[0] == _LOCK_WAIT_TIMEOUT)

    def locked(self, database: Optional[str], table: str = "") -> Tuple[str, str]:
        """What to say of a lock that could not be had: the table and who may hold it, and the way out.

        ``table`` is the one where that is known. Not every server tells the holder: then those are
        named that are connected to the database.
        """
        tables = [table] if table else []
        sessions: List[str] = []
        try:
            with self.session(database) as cursor:
                cursor.execute("SET SESSION lock_wait_timeout = 1")
                sessions = [
                    f"{row['id']} ({row['user']}, {row['command']} for {row['seconds']} s)"
                    for row in fetch(cursor, _SESSIONS)
                ]
                tables = tables or [
                    row["name"] for row in fetch(cursor, _TABLES) if self._is_locked(cursor, row["name"])
                ]
        except DatabaseError:
            pass  # it was locked a moment ago: say at least that
        message = f"table {tables[0]} is locked" if tables else "a table is locked"
        message += " by another session" + (f", one of: {', '.join(sessions)}" if sessions else "")
        return f"{message}; waited {LOCK_SECONDS} seconds", "end that session (KILL), then try again"

    def _is_locked(self, cursor: Any, table: str) -> bool:
        try:
            cursor.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1")
            cursor.fetchall()
        except self.driver.Error as error:
            return self.is_lock(error)
        return False

    def _grant(self, text: str) -> str:
        found = _TO_DATABASE.search(text)
        name = found[1] if found else SCRATCH_PREFIX
        if name.startswith(SCRATCH_PREFIX):
            return (
                f"as an administrator: GRANT ALL ON `kdbdev\\_%`.* TO {self.account()}; db-verify and db-revision "
                "take an empty database, too, that it may fill: --scratch-url"
            )
        # In a GRANT the name is a pattern.
        pattern = quoted(re.sub(r"([_%\\])", r"\\\1", name))
        return f"as an administrator: GRANT ALL ON {pattern}.* TO {self.account()}"

    def account(self) -> str:
        """The account that the server sees, quoted for a GRANT."""
        try:
            with self.session(None) as cursor:
                account = str(fetch(cursor, "SELECT CURRENT_USER() AS name")[0]["name"])
        except DatabaseError:
            account = f"{self._url.username}@HOST"
        user, _, host = account.rpartition("@")
        return f"'{user}'@'{host}'"

    def product(self) -> str:
        with self.session(None) as cursor:
            version = str(fetch(cursor, "SELECT VERSION() AS v")[0]["v"])
            return f"{'MariaDB' if is_mariadb(cursor) else 'MySQL'} {version.partition('-')[0]}"

    def _hold(self, cursor: Any, lease: Lease) -> None:
        fetch(cursor, "SELECT GET_LOCK(%s, 0) AS got", (_lock_name(lease),))

    def _is_held(self, cursor: Any, lease: Lease) -> bool:
        return (
            fetch(cursor, "SELECT IS_USED_LOCK(%s) AS holder", (_lock_name(lease),))[0]["holder"] is not None
        )


def _lock_name(lease: Lease) -> str:
    return f"kallithea-dbdev lease {lease.text}"


def is_mariadb(cursor: Any) -> bool:
    """Whether the server is MariaDB."""
    return "mariadb" in str(fetch(cursor, "SELECT VERSION() AS v")[0]["v"]).lower()


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return "`" + name.replace("`", "``") + "`"
