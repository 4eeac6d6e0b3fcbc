"""The configured database and its server are only read, and only what carries a mark is dropped:
through the real gearbox, on real servers."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.marks import Lease, scratch_name
from kallithea_dbdev.engines.mysql.database import MysqlDatabase, MysqlScratch
from kallithea_dbdev.errors import DatabaseError, TargetRefusedError
from kallithea_dbdev.schema.model import MARK_TABLE
from kallithea_dbdev.workspace import Workspace

from .. import servers
from ..commands.test_revision import COLUMN, DRAFT, change
from ..conftest import need
from ..projects import VERSION, Project, environment, head_status, one_line
from ..servers import Server
from .test_servers import name_of, temp_ini

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


@pytest.fixture(scope="module")
def seconds() -> Iterator[Dict[str, Server]]:
    with ExitStack() as stack:
        found: Dict[str, Any] = {"stack": stack}
        yield found


@pytest.fixture
def second(server: Server, seconds: Dict[str, Any]) -> Server:
    """Another server of the same engine."""
    if server.engine not in seconds:
        seconds[server.engine] = servers.start_private(server.engine, seconds["stack"])
    return seconds[server.engine]  # type: ignore[no-any-return]


# -- a target is a whole address ----------------------------------------------------------------


def test_a_scratch_database_on_another_server(
    server_project: Project, server: Server, second: Server
) -> None:
    """Both servers have a database of that name; the first one's holds somebody's table."""
    name = server.create()
    server.sql(name, "CREATE TABLE precious (a INT)", "INSERT INTO precious VALUES (1)")
    second.create(name)
    original = server.dump(name), server.dump(name_of(server_project))
    done = server_project.gearbox("db-verify", "--scratch-url", second.url(name))
    if server.engine == "postgresql":
        assert done.returncode == head_status(server.engine), done.stdout + done.stderr
    else:
        assert done.returncode == 2
        one_line(
            done.stderr,
            rf"{name} .*: --scratch-url is on another server than .*; name an empty database on the",
        )
    assert (server.dump(name), server.dump(name_of(server_project))) == original
    assert second.database(name).is_empty()
    assert server.scratch() == second.scratch() == []


def test_another_servers_database_of_the_configured_name(
    server_project: Project, server: Server, second: Server
) -> None:
    """Whatever that one holds, it is the configured rows that are verified."""
    name = name_of(server_project)
    second.create(name)
    second.sql(name, "CREATE TABLE users (a INT)")
    done = server_project.gearbox("db-verify", "--scratch-url", second.url(name))
    assert done.returncode == 2
    one_line(done.stderr, "--scratch-url (names a database that is not empty|is on another server than)")
    assert second.sql(name, "SELECT count(*) FROM users") == [(0,)]


def test_another_role_on_the_same_server(server_project: Project, server: Server) -> None:
    server.make_user("other", rights=False)
    empty = server.create()
    server.give(empty, "other")
    if server.engine == "mysql":
        server.admin_sql(
            f"GRANT SELECT, SHOW VIEW, TRIGGER ON `{name_of(server_project)}`.* TO 'other'@'localhost'"
        )
    done = server_project.gearbox("db-verify", "--scratch-url", servers.secret_url(server, empty, "other"))
    assert done.returncode == head_status(server.engine), done.stdout + done.stderr
    assert server.database(empty).is_empty()
    if server.engine == "mysql":
        server.admin_sql(f"REVOKE ALL ON `{name_of(server_project)}`.* FROM 'other'@'localhost'")
        done = server_project.gearbox(
            "db-verify", "--scratch-url", servers.secret_url(server, empty, "other")
        )
        assert done.returncode == 2
        one_line(done.stderr, "command denied to user 'other'@'localhost'")
        assert server.database(empty).is_empty()


def test_two_runs_cannot_share_a_scratch_database(server_project: Project, server: Server) -> None:
    empty = server.create()
    lease = Lease.new()
    server.database(empty)._write_mark({"scratch": scratch_name(lease, "theirs")})
    with server.database(empty).server.holding(lease):
        done = server_project.gearbox("db-verify", "--scratch-url", server.url(empty))
    assert done.returncode == 2
    one_line(done.stderr, "another run uses the database that --scratch-url names; wait for it to end")
    # a dead run's is taken over
    server.sql(empty, "CREATE TABLE left_behind (a INT)")
    done = server_project.gearbox("db-verify", "--scratch-url", server.url(empty))
    assert done.returncode == head_status(server.engine), done.stdout + done.stderr
    assert server.database(empty).is_empty()


@pytest.mark.parametrize("begun", ["absent", "empty", "killed"])
def test_a_new_throwaway_that_cannot_be_put_in_place(
    running: Dict[str, Any], begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there is there as before; what a kill has left belongs to its maker."""
    server = need("mysql", running)
    target = server.database(server.create() if begun == "empty" else server.new_name())
    like = server.database(server.create())
    usual = MysqlScratch._drop_beside_tables

    def stop(_: MysqlScratch) -> None:
        assert target.is_throwaway()
        monkeypatch.setattr(MysqlScratch, "_drop_beside_tables", usual)
        raise KeyboardInterrupt

    with Workspace() as workspace:
        built = make_lab(like, workspace).scratch("built")
        built.execute(["CREATE TABLE made (a INT)"])
        monkeypatch.setattr(MysqlScratch, "_drop_beside_tables", stop)
        for name in ("_unmark", "_drop") if begun == "killed" else ():
            monkeypatch.setattr(MysqlDatabase, name, lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            target.replace_by(built, "me")
        monkeypatch.undo()
        assert target.exists() == (begun != "absent")
        if target.exists():
            assert (target.maker(), target.is_empty()) == {"empty": (None, True), "killed": ("me", True)}[
                begun
            ]
        if begun != "empty":
            target.replace_by(built, "me")
            assert (target.maker(), target.count_rows()) == ("me", {"made": 0})
            target.drop()
    server.database("like").clear_leftovers()
    assert server.scratch() == []


def test_a_lent_database_is_given_back_as_it_came(server: Server) -> None:
    """By the next run where one was killed; until then it carries the mark, whatever is in it still."""
    empty = server.create()
    database = server.database(empty)
    if server.engine == "mysql":
        server.sql(empty, f"ALTER DATABASE `{empty}` CHARACTER SET latin1 COLLATE latin1_bin")
    else:
        server.sql(empty, f"COMMENT ON DATABASE \"{empty}\" IS 'ask ''Bob'': 100%'")
    like = server.database(server.create())
    before = as_it_came(server, empty)
    with Workspace() as killed:
        lab = make_lab(like, killed, database)
        lab.scratch("one")
        assert as_it_came(server, empty) != before
        with Workspace() as other, pytest.raises(TargetRefusedError, match="another run uses the database"):
            make_lab(like, other, database).scratch("two")
        mark = database.read_mark()
    assert (as_it_came(server, empty), database.read_mark()) == (before, {})
    # What a kill leaves: all of it, or what is not yet removed.
    database._write_mark(mark)
    server.sql(empty, *(f"CREATE TABLE {table} (b INT)" for table in "abcxyz"))
    last = "z"
    if server.engine == "mysql":
        server.sql(empty, f"ALTER DATABASE `{empty}` CHARACTER SET utf8mb4")
        listed = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
        last = [str(name) for (name,) in server.sql(empty, listed) if name != MARK_TABLE][-1]
    with blocked(server, empty, last), Workspace() as workspace, pytest.raises(DatabaseError):
        make_lab(like, workspace, database).scratch("three")
    assert database.read_mark() == mark
    with Workspace() as workspace:
        make_lab(like, workspace, database).scratch("four")
    assert (as_it_came(server, empty), database.read_mark(), database.is_empty()) == (before, {}, True)


def as_it_came(server: Server, name: str) -> "list[tuple[object, ...]]":
    return server.sql(
        name,
        {
            "mysql": "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = DATABASE()",
            "postgresql": "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()",
        }[server.engine],
    )


@contextmanager
def blocked(server: Server, name: str, table: str) -> Iterator[None]:
    """A session that has read a table and goes on."""
    with closing(server.database(name).server.connect(name)) as connection:
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        cursor.execute(f"SELECT * FROM {table}")
        yield


def test_a_connection_says_where_it_landed(server: Server, second: Server) -> None:
    one, two = server.database("one").server, second.database("one").server
    assert one.is_same(server.database("two").server)
    assert not one.is_same(two)
    assert one == server.database("two").server
    assert one != two
    with one.session(one.admin_database):
        pass
    two._identity = one._identity  # an address that several servers share
    with pytest.raises(Exception, match="two connections landed on different servers"):
        with two.session(two.admin_database):
            pass
    two._identity = None


def test_what_reads_cannot_write(server: Server) -> None:
    name = server.create()
    server.sql(name, "CREATE TABLE a (b INT)")
    database: Any = server.database(name)
    for statement in ("INSERT INTO a VALUES (1)", "DROP TABLE a", "CREATE TABLE c (d INT)"):
        with pytest.raises(Exception, match=r"(?i)read.only"):
            with database._reading() as cursor:
                cursor.execute(statement)
    assert server.sql(name, "SELECT count(*) FROM a") == [(0,)]


# -- what leads out of a copy -------------------------------------------------------------------


def test_what_names_the_source_is_not_copied(server_project: Project, running: Dict[str, Any]) -> None:
    server = need("mysql", running)
    name = name_of_mysql(server_project, running)
    # the triggers of gists: each by another way
    bodies = [
        f"INSERT INTO {name}.audit VALUES (1)",
        f"INSERT INTO `{name}` . `audit` VALUES (1)",
        f"INSERT INTO {name.upper()}.audit VALUES (1)"
        if server.database(name).folds_names()
        else "CALL by_dynamic()",
        "CALL by_procedure()",
        "CALL by_way_of()",
        "SET NEW.gist_description = by_function(NEW.gist_description)",
    ]
    server.sql(
        name,
        "CREATE TABLE audit (a INT)",
        f"CREATE PROCEDURE by_procedure() INSERT INTO {name}.audit VALUES (2)",
        "CREATE PROCEDURE by_way_of() CALL by_procedure()",
        f"CREATE PROCEDURE by_dynamic() BEGIN SET @n = 1; /*!50000 INSERT INTO {name}.audit VALUES (3) */; END",
        "CREATE FUNCTION by_function(t TEXT) RETURNS TEXT MODIFIES SQL DATA "
        f"BEGIN INSERT INTO {name}.audit VALUES (4); RETURN t; END",
        *(f"CREATE TRIGGER t{n} BEFORE INSERT ON gists FOR EACH ROW {body}" for n, body in enumerate(bodies)),
        "CREATE TRIGGER plain BEFORE INSERT ON gists FOR EACH ROW INSERT INTO audit VALUES (9)",
        "CREATE VIEW elsewhere AS SELECT schema_name FROM information_schema.schemata",
    )
    before = server.dump(name)
    report = server_project.verify(status=0)
    assert server.dump(name) == before
    remarks = " ".join(report["engines"][0]["remarks"])
    for what in ("t0 of gists", "t1 of gists", "t2 of gists", "t3 of gists", "t4 of gists", "t5 of gists",
                 "by_procedure", "by_way_of", "by_dynamic", "by_function"):  # fmt: skip
        assert re.search(rf"{what} was not copied: it (names the database {name}|uses by_)", remarks), what
    assert "plain" not in remarks
    assert "elsewhere" not in remarks
    assert not [f for f in report["findings"] if f["code"] == "original-changed"]


def test_a_sequence_that_is_a_default_is_the_copys(server_project: Project, running: Dict[str, Any]) -> None:
    server = need("mysql", running)
    name = name_of_mysql(server_project, running)
    if not server.knows("SEQUENCE"):
        pytest.skip("the server has nothing of the kind")
    server.sql(name, "CREATE SEQUENCE s", "CREATE TABLE numbered (a INT DEFAULT nextval(s), b INT)")
    before = server.sql(name, "SELECT * FROM s")
    server_project.write_script(
        "op.execute('INSERT INTO numbered (b) VALUES (1)')", "op.execute('DELETE FROM numbered')"
    )
    server_project.verify()
    assert server.sql(name, "SELECT * FROM s") == before


def test_a_table_that_reaches_elsewhere_is_not_copied(server: Server) -> None:
    if server.engine != "mysql":
        pytest.skip("MySQL's engines")
    name = server.create()
    server.sql(name, "CREATE TABLE a (b INT) ENGINE=MyISAM", "INSERT INTO a VALUES (1)",
               "CREATE TABLE m (b INT) ENGINE=MRG_MyISAM UNION=(a) INSERT_METHOD=LAST")  # fmt: skip
    other = server.new_name()
    lab = server.copy_to(name, other)
    assert server.database(other).count_rows() == {"a": 1}
    # MySQL and MariaDB write the engine's name differently.
    assert [remark.replace("MRG_MYISAM", "MRG_MyISAM") for remark in lab.remarks] == [
        f"{server.database(name).display}: table m was not copied: its engine MRG_MyISAM works on data elsewhere"
    ]


def test_the_belt_shows_a_write_that_no_text_tells(server_project: Project, server: Server) -> None:
    """Somebody else writes while the command runs: that is a warning, with the table."""
    name = name_of(server_project)
    server_project.write_script("import time; time.sleep(3)")
    process = subprocess.Popen(
        ["gearbox", "db-verify"], cwd=server_project.instance, env=environment(server_project.checkout),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not server.scratch() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(1.5)
    server.sql(name, "UPDATE users SET lastname = 'changed'")
    output, _ = process.communicate(timeout=120)
    assert re.search(r"was written to during this run: .*users", output), output
    assert "warning original-changed" in output


def test_the_belt_on_sqlite(project: Project) -> None:
    path = str(project.database)
    project.write_script(
        f"import sqlite3\nc = sqlite3.connect({path!r})\nc.execute(\"UPDATE users SET lastname = 'x'\")\nc.commit()"
    )
    report = project.verify()
    (finding,) = [f for f in report["findings"] if f["code"] == "original-changed"]
    assert "kallithea.db was written to during this run: kallithea.db" in finding["message"]


def test_a_copy_has_no_account_on_foreign_servers(server_project: Project, running: Dict[str, Any]) -> None:
    server = need("postgresql", running)
    name = name_of_postgresql(server_project, running)
    if not server.admin_sql("SELECT 1 FROM pg_available_extensions WHERE name = 'postgres_fdw'"):
        pytest.skip("the server has no postgres_fdw")
    host = server.admin.query["host"]
    server.sql(
        name,
        "CREATE TABLE audit (a INT)",
        "CREATE EXTENSION postgres_fdw",
        f"CREATE SERVER itself FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{host}', dbname '{name}')",
        f"CREATE USER MAPPING FOR PUBLIC SERVER itself OPTIONS (user '{server.admin.username}', password_required 'false')",
        "CREATE FOREIGN TABLE far (a INT) SERVER itself OPTIONS (table_name 'audit')",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN INSERT INTO far VALUES (1); RETURN NEW; EXCEPTION WHEN undefined_object THEN RETURN NEW; END'",
        "CREATE TRIGGER t BEFORE INSERT ON gists FOR EACH ROW EXECUTE FUNCTION f()",
    )
    report = server_project.verify()
    assert server.sql(name, "SELECT count(*) FROM audit") == [(0,)]
    assert "the copy cannot reach foreign servers" in " ".join(report["engines"][0]["remarks"])


def name_of_mysql(project: Project, running: Dict[str, Any]) -> str:
    return _on("mysql", project, running)


def name_of_postgresql(project: Project, running: Dict[str, Any]) -> str:
    return _on("postgresql", project, running)


def _on(engine: str, project: Project, running: Dict[str, Any]) -> str:
    """The name of the project's database; leaves out the test where it is on another engine."""
    text = (project.instance / "development.ini").read_text()
    if not re.search(rf"^sqlalchemy\.url = {engine}", text, re.MULTILINE):
        pytest.skip(f"for {engine}")
    return name_of(project)


# -- only what carries the mark is dropped ------------------------------------------------------


def test_drop_needs_the_mark_also_of_an_empty_file(project: Project) -> None:
    here = project.instance
    (here / "mine.ini").write_text((here / "development.ini").read_text().replace("kallithea.db", "mine.db"))
    (here / "mine.db").touch()
    before = project.snapshot()
    done = project.gearbox("db-throwaway", "-c", "mine.ini", "--drop", "--force-yes")
    assert done.returncode == 2
    one_line(
        done.stderr,
        r"mine\.db: .* does not carry the mark of a throwaway; it is empty, but db-throwaway did not",
    )
    assert project.snapshot() == before


OBJECTS = {
    "postgresql": (
        "CREATE SCHEMA s", "CREATE TYPE t AS ENUM ('a')", "CREATE DOMAIN d AS INT", "CREATE SEQUENCE q",
        "CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'SELECT 1'", "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE COLLATION c FROM \"C\"", "SELECT lo_create(0)", "CREATE TABLE t (a INT)",
        "CREATE AGGREGATE g (INT) (SFUNC = int4pl, STYPE = INT)", "CREATE PUBLICATION p",
    ),
    "mysql": (
        "CREATE PROCEDURE p() SELECT 1", "CREATE FUNCTION f() RETURNS INT RETURN 1", "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO SELECT 1", "CREATE TABLE t (a INT)",
        "CREATE SEQUENCE s",
    ),
}  # fmt: skip


def test_drop_and_replace_need_the_mark_whatever_a_database_holds(project: Project, server: Server) -> None:
    name = server.create()
    temp_ini(project, server.url(name))
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--drop", "--force-yes")
    assert done.returncode == 2
    one_line(done.stderr, "it is empty, but db-throwaway did not make it; remove it yourself")
    assert name in server.names()
    for statement in OBJECTS[server.engine]:
        if not server.knows(statement):
            continue
        one = server.create()
        assert server.database(one).is_empty()
        server.sql(one, statement)
        assert not server.database(one).is_empty(), statement
        server.scratch_named(one)._clear({})
        assert server.database(one).is_empty(), statement
    server.sql(name, OBJECTS[server.engine][0])
    for words in ((), ("--drop",)):
        done = project.gearbox("db-throwaway", "-c", "temp.ini", "--force-yes", *words)
        assert done.returncode == 2
        one_line(done.stderr, "does not carry the mark of a throwaway; ")
    assert not server.database(name).is_empty()


def test_objects_of_extensions_do_not_count(server: Server) -> None:
    if server.engine != "postgresql":
        pytest.skip("MySQL has no extensions")
    name = server.create()
    found = server.admin_sql(
        "SELECT name FROM pg_available_extensions WHERE name IN ('hstore', 'pg_trgm', 'citext')"
    )
    if not found:
        pytest.skip("the server has no extensions")
    server.sql(name, *(f"CREATE EXTENSION {extension}" for (extension,) in found))
    assert server.database(name).is_empty()
    server.sql(name, "CREATE TABLE t (a INT)")
    assert not server.database(name).is_empty()
    server.scratch_named(name)._clear({})
    assert server.database(name).is_empty()
    assert server.sql(name, "SELECT count(*) > 1 FROM pg_extension") == [(True,)]


def test_what_an_administrator_put_into_template1_is_in_no_scratch_database(
    project: Project, second: Server
) -> None:
    if second.engine != "postgresql":
        pytest.skip("PostgreSQL's templates")
    second.sql("template1", "CREATE TABLE of_the_site (a INT)")
    name = second.new_name()
    temp_ini(project, second.url(name))
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 0, done.stderr
    assert second.database(name).read_schema().table("of_the_site") is None
    assert project.gearbox("db-throwaway", "-c", "temp.ini", "--drop").returncode == 0
    second.sql("template1", "DROP TABLE of_the_site")


def test_a_throwaway_with_views_triggers_and_routines_is_made_again(project: Project, server: Server) -> None:
    name = server.new_name()
    temp_ini(project, server.url(name))
    assert project.gearbox("db-throwaway", "-c", "temp.ini").returncode == 0
    made = {
        "postgresql": (
            "CREATE VIEW v AS SELECT username FROM users",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()",
        ),
        "mysql": (
            "CREATE VIEW v AS SELECT username FROM users",
            "CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET NEW.admin = 0",
            "CREATE PROCEDURE p() SELECT 1",
            "CREATE FUNCTION f() RETURNS INT RETURN 1",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO SELECT 1",
        ),
    }[server.engine]
    server.sql(name, *made)
    # the models make some by themselves
    project.models.write_text(
        project.models.read_text()
        + "\nimport sqlalchemy\nsqlalchemy.event.listen(meta.Base.metadata, 'after_create', "
        "sqlalchemy.DDL('CREATE VIEW of_the_models AS SELECT username FROM users'))\n"
    )
    done = project.gearbox("db-throwaway", "-c", "temp.ini")
    assert done.returncode == 0, done.stderr
    schema = server.database(name).read_schema()
    assert [view.name for view in schema.views] == ["of_the_models"]
    assert (schema.triggers, schema.routines) == ((), ())
    assert server.scratch() == []
    assert project.gearbox("db-throwaway", "-c", "temp.ini", "--drop").returncode == 0
    assert name not in server.names()


def test_a_name_of_ours_is_no_mark(server_project: Project, server: Server) -> None:
    """Of two databases without a mark one was killed before it got it; the other one is somebody's."""
    killed, marking, theirs, empty = (scratch_name(Lease.new(), label) for label in "abcd")
    for name in (killed, marking):
        server.scratch_named(name)._create(server.database(name_of(server_project)))
    if server.engine == "mysql":
        server.sql(marking, f"CREATE TABLE {MARK_TABLE} (mark VARCHAR(500) NOT NULL)")
    server.admin_sql(f"CREATE DATABASE {theirs}", f"CREATE DATABASE {empty}")
    server.made += [theirs, empty]
    server.sql(theirs, "CREATE TABLE precious (a INT)")
    assert server_project.gearbox("db-verify").returncode == head_status(server.engine)
    # MySQL has nothing that can be given to a database when it is created.
    kept = {"postgresql": {theirs, empty}, "mysql": {theirs}}[server.engine]
    assert set(server.scratch()) == kept
    for name in kept:
        server.drop(name)


# -- living and dead runs -----------------------------------------------------------------------


def test_two_runs_that_do_not_see_each_other(server_project: Project, server: Server) -> None:
    """In containers with one host name process numbers say nothing."""
    if (
        not shutil.which("unshare")
        or subprocess.run(
            ["unshare", "--pid", "--fork", "--mount-proc", "true"], capture_output=True
        ).returncode
    ):
        pytest.skip("no namespaces here")
    server_project.write_script("import time; time.sleep(2)")
    slow = subprocess.Popen(
        ["unshare", "--pid", "--fork", "--mount-proc", "gearbox", "db-verify"], cwd=server_project.instance,
        env=environment(server_project.checkout), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    while not server.scratch() and slow.poll() is None:
        time.sleep(0.01)
    done = server_project.gearbox("db-verify")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Kallithea" in slow.communicate(timeout=300)[0].splitlines()[0]
    assert slow.returncode == done.returncode
    assert server.scratch() == []


# -- locks of somebody else's -------------------------------------------------------------------


def test_a_lock_gets_an_answer_that_names_table_and_holder(server_project: Project, server: Server) -> None:
    name = name_of(server_project)
    session: Any = server.database(name).server.session(name, writing=True)
    with session as cursor:
        if server.engine == "postgresql":
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        else:
            cursor.execute("LOCK TABLES users WRITE")
        started = time.monotonic()
        for words in (("db-verify",), DRAFT):
            done = server_project.gearbox(*words)
            assert done.returncode == 2, done.stdout + done.stderr
            one_line(done.stderr, r"table users is locked by .*session.*; waited 5 seconds; end that session")
        assert time.monotonic() - started < 100
    assert server.scratch() == []


def test_a_session_that_a_script_leaves_open_is_told(server_project: Project, server: Server) -> None:
    server_project.write_script(
        "global kept\n"
        "kept = op.get_bind().engine.connect()\n"
        "kept.begin()\n"
        "kept.execute('UPDATE users SET lastname = lastname')\n"
        "op.add_column('users', sa.Column('a', sa.Integer()))"
    )
    started = time.monotonic()
    done = server_project.gearbox("db-verify")
    assert done.returncode in (1, 2)
    assert time.monotonic() - started < 120
    assert "users" in done.stdout + done.stderr
    assert re.search("lock", done.stdout + done.stderr, re.IGNORECASE)
    assert server.scratch() == []


# -- other configurations -----------------------------------------------------------------------


class Listener:
    """A place where nobody may call."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.calls: List[Any] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, address = self.socket.accept()
            except OSError:
                return
            self.calls.append(address)
            connection.close()


def test_other_databases_are_connected_to_only_where_addresses_do_not_tell(
    project: Project, server: Server
) -> None:
    listener = Listener()
    name = server.new_name()
    temp_ini(project, server.url(name))
    prod = project.instance / "prod.ini"
    plain = server.admin.drivername

    def throwaway(url: str) -> Tuple[int, str]:
        prod.write_text(f"[app:main]\nuse = egg:kallithea\nsqlalchemy.url = {url}\n")
        done = project.gearbox("db-throwaway", "-c", "temp.ini")
        return done.returncode, done.stderr

    # another name, another engine, another file: nobody is asked
    other = {"postgresql": "mysql+pymysql", "mysql": "postgresql"}[server.engine]
    for url in (f"{plain}://joe:geheim@127.0.0.1:{listener.port}/another",
                f"{other}://joe:geheim@127.0.0.1:{listener.port}/{name}"):  # fmt: skip
        assert throwaway(url) == (0, "")
    assert listener.calls == []
    # the same name at another address may be the same server (a tunnel): it is asked, and does not answer
    status, said = throwaway(f"{plain}://joe:geheim@127.0.0.1:{listener.port}/{name}")
    assert status == 0
    assert re.search(
        rf"prod\.ini \(\[app:main\]\): .*{name} on 127\.0\.0\.1 could not be asked whether it is", said
    )
    assert "geheim" not in said
    assert listener.calls
    assert project.gearbox("db-throwaway", "-c", "temp.ini", "--drop").returncode == 0


# -- the environment of clients -----------------------------------------------------------------


def test_settings_of_clients_do_not_reach_private_servers(
    project: Project, server: Server, tmp_path: Path
) -> None:
    option_file = tmp_path / "my.cnf"
    option_file.write_text("[client]\nport=1\nsocket=/nowhere\n")
    strange = {
        "PGPORT": "1", "PGHOSTADDR": "192.0.2.1", "PGSERVICE": "nowhere", "PGOPTIONS": "-c search_path=nowhere",
        "PGSSLMODE": "verify-full", "PGUSER": "nobody", "PGDATABASE": "nowhere", "PGCLIENTENCODING": "LATIN1",
        "MYSQL_TCP_PORT": "1", "MYSQL_UNIX_PORT": "/nowhere", "MYSQL_HOST": "192.0.2.1", "MYSQL_PWD": "x",
        "MYSQL_HOME": str(tmp_path), "MARIADB_HOME": str(tmp_path),
    }  # fmt: skip
    for words in (
        ("db-verify", "--engine", server.engine),
        ("db-throwaway", "-c", "temp.ini", "--engine", server.engine),
    ):
        done = project.gearbox(*words, **strange)
        assert done.returncode == head_status(server.engine), done.stdout + done.stderr


# -- settings of a database ---------------------------------------------------------------------


def test_a_search_path_goes_along_with_a_copy(server_project: Project, running: Dict[str, Any]) -> None:
    server = need("postgresql", running)
    name = name_of_postgresql(server_project, running)
    server.sql(name, "ALTER SCHEMA public RENAME TO app", "CREATE SCHEMA public",
               f"ALTER DATABASE {name} SET search_path = app, public",
               f"ALTER DATABASE {name} SET default_text_search_config = 'pg_catalog.english'")  # fmt: skip
    report = server_project.verify(status=0)
    assert [f["code"] for f in report["findings"] if f["severity"] == "error"] == []
    change(server_project, COLUMN)
    done = server_project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("add_column") == 1
    # in use, and so copied by a dump
    with server.database(name)._reading():
        report = server_project.verify()
    assert "copied with pg_dump" in " ".join(report["engines"][0]["remarks"])
    assert [f["code"] for f in report["findings"] if f["object"] not in ("theme", "ix_users_theme")
            and f["severity"] == "error"] == []  # fmt: skip
    assert os.environ  # nothing of ours is left in the environment of the tests
    assert open_database(server.url(name)).is_throwaway() is False
