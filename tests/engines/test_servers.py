"""The three commands on real PostgreSQL and MariaDB servers, through the real gearbox."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, List

import pytest

from kallithea_dbdev.engines import is_same, make_lab, open_database
from kallithea_dbdev.engines.marks import SCRATCH_PREFIX, Lease, scratch_name
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.workspace import Workspace

from ..commands.test_revision import (
    ADD_ALL,
    CHECK,
    COLUMN,
    DRAFT,
    DROP,
    LONGER,
    TABLE,
    TABLE_WITH_TYPES,
    change,
)
from ..commands.test_verify import found
from ..conftest import need, use_database
from ..projects import (
    BELOW_HEAD,
    CLEAN_HEAD,
    HEAD,
    HEAD_WARNINGS,
    VERSION,
    Project,
    codes,
    environment,
    head_status,
    one_line,
)
from ..servers import ENGINES, PASSWORD, Server, secret_url

needs_clean_head = pytest.mark.skipif(not CLEAN_HEAD, reason="this release's last script has errors")


def name_of(project: Project) -> str:
    """The database that development.ini names."""
    text = (project.instance / "development.ini").read_text()
    match = re.search(r"^sqlalchemy\.url = .*?://[^/]*/([^?\n]*)", text, re.MULTILINE)
    assert match
    return match.group(1)


def temp_ini(project: Project, url: str) -> None:
    """A configuration that somebody wrote by hand for a throwaway."""
    (project.instance / "temp.ini").write_text((project.instance / "development.ini").read_text())
    use_database(project, url, "temp.ini")


# -- db-throwaway -------------------------------------------------------------------------------


def test_throwaway_on_a_server(server_project: Project, server: Server) -> None:
    name = server.new_name()
    temp_ini(server_project, server.url(name))
    for _ in range(2):  # made, and made again
        done = server_project.gearbox("db-throwaway", "-c", "temp.ini")
        assert done.returncode == 0, done.stderr
        assert f"{server.engine} database {name}" in done.stdout
        assert server.database(name).is_throwaway()
    made, real = server.database(name), server.database(name_of(server_project))
    assert compare(made.read_schema(), real.read_schema()) == ()
    assert made.count_rows() == real.count_rows()
    assert "Scan completed" in server_project.tool("kallithea-cli", "repo-scan", "-c", "temp.ini")
    assert f"{HEAD} (head)" in server_project.tool("alembic", "-c", "temp.ini", "current")
    assert server.scratch() == []
    done = server_project.gearbox("db-throwaway", "-c", "temp.ini", "--drop")
    assert done.returncode == 0, done.stderr
    assert name not in server.names()


def test_a_throwaway_that_would_lack_something_is_not_put_in_place(server: Server) -> None:
    if server.engine != "mysql":
        pytest.skip("PostgreSQL renames the whole database")
    elsewhere, target = server.create(), server.database(server.create())
    target._write_mark({"throwaway": target.name})
    server.sql(target.name, "CREATE TABLE old (a INT)")
    server.sql(elsewhere, "CREATE TABLE t (a INT)")
    with Workspace() as workspace:
        built = make_lab(target, workspace).scratch("built")
        built.execute([f"CREATE VIEW v AS SELECT a FROM `{elsewhere}`.t", "CREATE TABLE new (a INT)"])
        with pytest.raises(DatabaseError, match=f"view v was not copied: it names the database {elsewhere}"):
            target.replace_by(built)
        assert target.count_rows() == {"old": 0}
        assert built.count_rows() == {"new": 0}
    assert server.scratch() == []


def test_from_makes_a_database_beside_the_original(server_project: Project, server: Server) -> None:
    original = name_of(server_project)
    done = server_project.gearbox("db-throwaway", "-c", "temp.ini", "--from", "development.ini")
    assert done.returncode == 0, done.stderr
    server.made.append(f"{original}_temp")
    assert server.database(f"{original}_temp").is_throwaway()
    assert not server.database(original).is_throwaway()
    assert HEAD in server_project.tool("alembic", "-c", "temp.ini", "current")


@pytest.mark.parametrize("force", [(), ("--force-yes",)])
@pytest.mark.parametrize("drop", [(), ("--drop",)])
def test_never_over_a_real_database(
    server_project: Project, server: Server, force: tuple, drop: tuple
) -> None:  # type: ignore[type-arg]
    before = server.database(name_of(server_project)).count_rows()
    done = server_project.gearbox("db-throwaway", "-c", "development.ini", *force, *drop)
    assert done.returncode == 2
    one_line(done.stderr, "does not carry the mark of a throwaway")
    assert server.database(name_of(server_project)).count_rows() == before
    assert server.scratch() == []


def test_a_throwaway_copied_to_another_name_is_none(server_project: Project, server: Server) -> None:
    name = server.new_name()
    temp_ini(server_project, server.url(name))
    server_project.gearbox("db-throwaway", "-c", "temp.ini")
    other = server.new_name()
    server.copy_to(name, other)
    if server.engine == "mysql":
        server.sql(
            other,
            f"CREATE TABLE kallithea_dbdev_throwaway AS SELECT * FROM `{name}`.kallithea_dbdev_throwaway",
        )
    use_database(server_project, server.url(other), "temp.ini")
    done = server_project.gearbox("db-throwaway", "-c", "temp.ini", "--force-yes")
    assert done.returncode == 2
    one_line(done.stderr, "does not carry the mark")


def test_the_same_database_by_another_spelling_is_refused(server_project: Project, server: Server) -> None:
    name = name_of(server_project)
    server.database(name)._write_mark({"throwaway": name})  # even the mark does not help
    url = server.url(name)
    driver = {"postgresql": "postgresql+psycopg2", "mysql": "mysql+pymysql"}[server.engine]
    respelled = re.sub(r"^[^:]*:", f"{driver}:", url)
    assert is_same(open_database(url), open_database(respelled))
    temp_ini(server_project, respelled)
    done = server_project.gearbox("db-throwaway", "-c", "temp.ini", "--force-yes")
    assert done.returncode == 2
    one_line(done.stderr, r"development\.ini uses this database, too")


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_every_spelling_of_the_driver_works(server_project: Project, server: Server) -> None:
    """The spelling of the tests' own server is that of all other tests."""
    source = name_of(server_project)
    drivers = {
        "postgresql": {"postgresql", "postgresql+psycopg2"},
        "mysql": {"mysql", "mysql+mysqldb", "mysql+pymysql"} if find_spec("MySQLdb") else {"mysql+pymysql"},
    }[server.engine]
    for driver in sorted(drivers - {server.admin.drivername}):
        use_database(server_project, server.url(source, driver))
        done = server_project.gearbox("db-verify", "-c", "development.ini")
        assert done.returncode == head_status(server.engine), done.stdout + done.stderr
        name = server.new_name()
        temp_ini(server_project, server.url(name, driver))
        done = server_project.gearbox("db-throwaway", "-c", "temp.ini")
        assert done.returncode == 0, done.stderr
        assert server.database(name).is_throwaway()


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
@pytest.mark.parametrize("driver", ["mysqldb", "pymysql"])
def test_texts_that_sqlalchemy_is_to_get_as_bytes(
    server_project: Project, server: Server, driver: str
) -> None:
    if server.engine != "mysql" or not find_spec({"mysqldb": "MySQLdb"}.get(driver, driver)):
        pytest.skip("an option of the drivers for MySQL")
    url = server.url(name_of(server_project), f"mysql+{driver}")
    use_database(server_project, f"{url}{'&' if '?' in url else '?'}use_unicode=0")
    done = server_project.gearbox("db-verify", "-c", "development.ini")
    assert done.returncode == head_status(server.engine), done.stdout + done.stderr


def test_a_large_postgresql_database_is_copied_by_files(
    running: dict,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[type-arg]
) -> None:
    server = need("postgresql", running)
    monkeypatch.setattr("kallithea_dbdev.engines.postgresql.database._LARGE_BYTES", 0)
    name = server.create()
    database = server.database(name)
    server.sql(name, "CREATE TABLE a (b INT)", "INSERT INTO a VALUES (1), (2)")
    with Workspace() as workspace:
        copy = make_lab(database, workspace).copy(database, "large")
        assert copy.count_rows() == {"a": 2}
        assert compare(copy.read_schema(), database.read_schema()) == ()


def test_the_server_says_which_one_it_is(server: Server, tmp_path: Path) -> None:
    """A socket under another name: nothing in the two URLs tells that they are one."""
    query = dict(server.admin.query)
    key = "host" if server.engine == "postgresql" else "unix_socket"
    if key not in query:
        pytest.skip("the server of KALLITHEA_DBDEV_TEST_URLS is reached by another way than a socket")
    link = tmp_path / "s"
    link.symlink_to(query[key])
    other = Server(server.admin.__class__(server.admin.drivername, server.admin.username, None,
                                          server.admin.host, None, None, {**query, key: str(link)}))  # fmt: skip
    assert is_same(server.database("one"), other.database("one"))
    assert not is_same(server.database("one"), other.database("two"))


def test_a_remote_server_is_refused_unless_allowed(server_project: Project, server: Server) -> None:
    url = f"{server.admin.drivername}://joe:geheim@192.0.2.1:1/kallithea"  # TEST-NET-1: nobody there
    temp_ini(server_project, url)
    use_database(server_project, url)
    for words in (
        ("db-throwaway", "-c", "temp.ini"),
        ("db-verify",),
        DRAFT,
        ("db-throwaway", "-c", "temp.ini", "--drop"),
    ):
        done = server_project.gearbox(*words)
        assert done.returncode == 2
        one_line(done.stderr, r"192\.0\.2\.1: this server is on another machine; .*--allow-remote only")
        assert "geheim" not in done.stderr
    assert open_database(f"{server.admin.drivername}://a@localhost/b").remote is False
    assert open_database(f"{server.admin.drivername}://a@127.0.0.1/b").remote is False


def test_allow_remote_goes_on_to_the_connection(server_project: Project, server: Server) -> None:
    url = f"{server.admin.drivername}://joe:geheim@localhost:1/kallithea"
    use_database(server_project, url)
    done = server_project.gearbox("db-verify", "--allow-remote")
    assert done.returncode == 2
    one_line(done.stderr, "(refused|connect)")
    assert "geheim" not in done.stderr


# -- db-verify and db-revision ------------------------------------------------------------------


@needs_clean_head
def test_verify_at_the_head(server_project: Project, server: Server) -> None:
    report = server_project.verify(status=0)
    assert [(s["engine"], s["direction"]) for s in report["steps"]] == [
        (server.engine, "downgrade"),
        (server.engine, "upgrade"),
    ]
    assert [f["code"] for f in report["findings"]] == HEAD_WARNINGS
    assert server.scratch() == []


def test_a_draft_from_a_server_is_proven_and_runs_with_alembic(
    server_project: Project, server: Server
) -> None:
    change(server_project, COLUMN, LONGER, TABLE)
    name = name_of(server_project)
    before = (server.database(name).read_schema(), server.database(name).count_rows())
    done = server_project.gearbox(*DRAFT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (server.database(name).read_schema(), server.database(name).count_rows()) == before
    for target in ("head", HEAD, "head"):
        server_project.tool(
            "alembic", "-c", "development.ini", "upgrade" if target == "head" else "downgrade", target
        )
    assert server_project.verify(status=0)["engines"][0]["engine"] == server.engine
    assert server.scratch() == []


def test_nothing_to_migrate(server_project: Project) -> None:
    """Alembic alone sees four differences here on MariaDB; there are none."""
    done = server_project.gearbox("db-revision", "-c", "development.ini", "--check")
    assert (done.returncode, done.stdout) == (0, "no migration is needed\n")


def test_a_draft_holds_only_what_really_differs(server_project: Project) -> None:
    change(server_project, COLUMN)
    done = server_project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stderr
    assert "alter_column" not in done.stdout
    assert done.stdout.count("add_column") == 1


def test_preconditions(server_project: Project, server: Server) -> None:
    done = server_project.gearbox("db-revision", "--version-path", "nowhere", "-m", "x")
    one_line(done.stderr, "nowhere: no such folder")
    server_project.tool("alembic", "-c", "development.ini", "downgrade", "-1") if CLEAN_HEAD else server.sql(
        name_of(server_project), f"UPDATE alembic_version SET version_num = '{BELOW_HEAD}'"
    )
    done = server_project.gearbox(*DRAFT)
    assert done.returncode == 2
    one_line(
        done.stderr, rf"not up to date: {server.engine} database .* is at {BELOW_HEAD}, 1 revision behind"
    )


def test_no_development_database_is_needed(server_project: Project, server: Server) -> None:
    use_database(server_project, server.url("not_there"))
    change(server_project, COLUMN)
    done = server_project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stderr
    assert f"{server.engine} database not_there " in done.stderr
    assert "there is no such database: nothing is tried on its rows" in done.stderr
    assert "op.add_column('users', sa.Column('theme'" in done.stdout
    assert "not_there" not in server.names()
    assert server.scratch() == []


def test_created_with_the_new_code(server_project: Project, server: Server) -> None:
    change(server_project, COLUMN)
    server.sql(name_of(server_project), "ALTER TABLE users ADD theme VARCHAR(40) DEFAULT 'light' NOT NULL")
    done = server_project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stderr
    assert "it contains the model change already, without it users.theme is missing" in done.stderr
    assert "op.add_column('users', sa.Column('theme'" in done.stdout


THEMES = ("theme_short", "theme_default", "theme_null", "theme_kept")
#: The columns that the scripts below should have added.
WITH_THEMES = (
    COLUMN[0],
    "\n".join(
        [
            COLUMN[1].splitlines()[0],
            *(COLUMN[1].splitlines()[1].replace("theme", name) for name in THEMES),
            "",
        ]
    )
    + COLUMN[1].splitlines()[2],
)


def added(name: str, column: str) -> str:
    return (
        f"with op.batch_alter_table('users') as batch_op:\n    batch_op.add_column(sa.Column('{name}', {column}))\n"
        f"op.create_index('ix_users_{name}', 'users', ['{name}'])"
    )


def removed(name: str) -> str:
    return f"op.drop_index('ix_users_{name}', 'users')\nop.drop_column('users', '{name}')"


DEFAULT = "nullable=False, server_default"
#: name -> (upgrade, downgrade, code, table, object, direction); the last one stops the way up
WRONG = {
    "shorter column": (
        added("theme_short", f"sa.String(30), {DEFAULT}='light'"), removed("theme_short"),
        "column-type", "users", "theme_short", "upgrade",
    ),
    "other default": (
        added("theme_default", f"sa.String(40), {DEFAULT}='dark'"), removed("theme_default"),
        "column-default", "users", "theme_default", "upgrade",
    ),
    "nullable column": (
        added("theme_null", "sa.String(40), server_default='light'"), removed("theme_null"),
        "column-nullability", "users", "theme_null", "upgrade",
    ),
    "extra column": (
        "op.add_column('users', sa.Column('extra', sa.Integer()))", "op.drop_column('users', 'extra')",
        "column-extra", "users", "extra", "upgrade",
    ),
    "extra table": (
        "op.create_table('extra', sa.Column('a', sa.Integer()))", "op.drop_table('extra')",
        "table-extra", "extra", None, "upgrade",
    ),
    "index on another column": (
        "op.drop_index('u_email_idx', 'users')\nop.create_index('u_email_idx', 'users', ['firstname'])",
        "op.drop_index('u_email_idx', 'users')\nop.create_index('u_email_idx', 'users', ['email'])",
        "index-differs", "users", "u_email_idx", "upgrade",
    ),
    "index in another order": (
        "op.drop_index('u_username_idx', 'users')\nop.execute('CREATE INDEX u_username_idx ON users (username DESC)')",
        "op.drop_index('u_username_idx', 'users')\nop.create_index('u_username_idx', 'users', ['username'])",
        "index-differs", "users", "u_username_idx", "upgrade",
    ),
    "foreign key action": (
        "op.drop_constraint('fk_user_api_keys_user_id', 'user_api_keys', type_='foreignkey')\n"
        "op.create_foreign_key('fk_user_api_keys_user_id', 'user_api_keys', 'users', ['user_id'], ['user_id'], "
        "ondelete='CASCADE')",
        "op.drop_constraint('fk_user_api_keys_user_id', 'user_api_keys', type_='foreignkey')\n"
        "op.create_foreign_key('fk_user_api_keys_user_id', 'user_api_keys', 'users', ['user_id'], ['user_id'])",
        "foreign-key-differs", "user_api_keys", "fk_user_api_keys_user_id", "upgrade",
    ),
    "view left": (
        "op.execute('CREATE VIEW vw AS SELECT user_id FROM users')", "op.execute('DROP VIEW vw')",
        "view-extra", "", "vw", "upgrade",
    ),
    "downgrade keeps an index": (
        added("theme_kept", f"sa.String(40), {DEFAULT}='light'"), "pass",
        "index-extra", "users", "ix_users_theme_kept", "downgrade",
    ),
}  # fmt: skip
#: Of no script: a model change without a migration.
MISSING = ("check-missing", "users", "ck_users_username_length", None)


def test_each_wrong_script_is_named(server_project: Project, server: Server) -> None:
    """A chain of them: each triggers its own code, and nothing else is found."""
    change(server_project, WITH_THEMES, CHECK)
    below, expected = HEAD, {(None, *MISSING)}
    for number, (upgrade, downgrade, *finding) in enumerate(WRONG.values()):
        if not server.knows(upgrade):
            continue
        revision = f"feed{number:08x}"
        server_project.write_script(upgrade, downgrade, revision=revision, below=below)
        expected.add((revision, *finding))
        below = revision
    report = server_project.verify(status=1)
    errors = [f for f in report["findings"] if f["severity"] == "error"]
    assert {
        (f["revision"], f["code"], f["table"] or "", f["object"], f["direction"]) for f in errors
    } == expected
    assert {f["engine"] for f in report["findings"]} == {server.engine}
    assert server.scratch() == []


def test_an_upgrade_that_fails_is_named(server_project: Project, server: Server) -> None:
    server_project.write_script("op.drop_table('not_there')")
    report = server_project.verify(status=1)
    assert codes(report) == ["upgrade-fails"]
    (finding,) = [f for f in report["findings"] if f["code"] == "upgrade-fails"]
    assert (finding["engine"], finding["direction"]) == (server.engine, "upgrade")
    assert server.scratch() == []


#: Of a table that Kallithea makes on MySQL.
CHARSET = {"0.6.3": "utf8mb3", "0.7.0": "utf8mb4"}[VERSION]
ONLY: "dict[str, list[tuple[str, str, str, str]]]" = {
    "postgresql": [
        ("ALTER TABLE users ALTER email TYPE varchar(255) COLLATE \"C\"", "column-collation", "users", "email"),
        ("ALTER SEQUENCE ui_ui_id_seq OWNED BY NONE", "sequence-differs", "", "ui_ui_id_seq"),
        ("ALTER SEQUENCE ui_ui_id_seq INCREMENT 2", "sequence-differs", "", "ui_ui_id_seq"),
        ("CREATE SEQUENCE extra_seq", "sequence-extra", "", "extra_seq"),
        ("CREATE TYPE mood AS ENUM ('a', 'b')", "enum-extra", "", "mood"),
        ("CREATE VIEW v AS SELECT username FROM users", "view-extra", "", "v"),
        ("ALTER TABLE users ADD g INTEGER GENERATED ALWAYS AS (user_id + 1) STORED", "column-extra", "users", "g"),
        ("ALTER TABLE users ADD CONSTRAINT ck CHECK (username <> '')", "check-extra", "users", "ck"),
        ("ALTER TABLE gists ADD CONSTRAINT fk FOREIGN KEY (gist_id) REFERENCES users (user_id)", "foreign-key-extra", "gists", "fk"),
        ("ALTER TABLE gists ADD CONSTRAINT uq UNIQUE (gist_description)", "unique-extra", "gists", "uq"),
        ("ALTER TABLE ui ALTER ui_id DROP DEFAULT", "column-default", "ui", "ui_id"),
        ("DROP INDEX u_email_idx; CREATE INDEX u_email_idx ON users (email) WHERE active", "index-differs", "users", "u_email_idx"),
        ("DROP INDEX u_email_idx; CREATE INDEX u_email_idx ON users (email varchar_pattern_ops)", "index-differs", "users", "u_email_idx"),
        ("DROP INDEX u_email_idx; CREATE INDEX u_email_idx ON users USING hash (email)", "index-differs", "users", "u_email_idx"),
        ("DROP INDEX u_email_idx; CREATE INDEX u_email_idx ON users (email COLLATE \"POSIX\")", "index-differs", "users", "u_email_idx"),
        ("DROP INDEX u_email_idx; CREATE INDEX u_email_idx ON users (email) INCLUDE (admin)", "index-differs", "users", "u_email_idx"),
        ("ALTER TABLE users DROP CONSTRAINT uq_users_email, ADD CONSTRAINT uq_users_email UNIQUE NULLS NOT DISTINCT (email)",
         "table-option", "users", ""),
        ("ALTER TABLE users DROP CONSTRAINT uq_users_email, ADD CONSTRAINT uq_users_email UNIQUE (email) INCLUDE (admin)",
         "table-option", "users", ""),
        ("ALTER TABLE user_api_keys DROP CONSTRAINT fk_user_api_keys_user_id, ADD CONSTRAINT fk_user_api_keys_user_id "
         "FOREIGN KEY (user_id) REFERENCES users (user_id) NOT VALID", "foreign-key-differs", "user_api_keys", "fk_user_api_keys_user_id"),
        ("ALTER TABLE users ENABLE ROW LEVEL SECURITY", "table-option", "users", ""),
        ("CREATE RULE r AS ON DELETE TO users DO INSTEAD NOTHING", "table-option", "users", ""),
        ("CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "routine-extra", "", "f()"),
        ("COMMENT ON COLUMN users.email IS 'x'", "comment", "users", "email"),
        ("COMMENT ON TABLE users IS 'x'", "comment", "users", ""),
        ("ALTER TABLE users RENAME CONSTRAINT uq_users_email TO other", "name", "users", "UNIQUE (email)"),
        ("ALTER TABLE users ADD CONSTRAINT ck CHECK (username <> '')", "check-extra", "users", "ck"),
        ("ALTER TABLE user_api_keys ALTER CONSTRAINT fk_user_api_keys_user_id DEFERRABLE", "foreign-key-differs", "user_api_keys", "fk_user_api_keys_user_id"),
        ("CREATE TRIGGER tr BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
         "trigger-extra", "users", "tr"),
    ],
    "mysql": [
        ("ALTER TABLE settings ENGINE=Aria", "table-option", "settings", ""),
        ("ALTER TABLE gists DEFAULT CHARACTER SET latin1", "table-option", "gists", ""),
        ("ALTER TABLE gists CONVERT TO CHARACTER SET latin1 COLLATE latin1_bin", "table-option", "gists", ""),
        ("ALTER TABLE users MODIFY email VARCHAR(255) CHARACTER SET latin1", "column-charset", "users", "email"),
        (f"ALTER TABLE users MODIFY email VARCHAR(255) COLLATE {CHARSET}_bin", "column-collation", "users", "email"),
        ("ALTER TABLE gists MODIFY gist_expires FLOAT NOT NULL", "column-type", "gists", "gist_expires"),
        ("ALTER TABLE ui MODIFY ui_id INT UNSIGNED NOT NULL AUTO_INCREMENT", "column-type", "ui", "ui_id"),
        ("ALTER TABLE ui MODIFY ui_id INT NOT NULL", "column-identity", "ui", "ui_id"),
        ("ALTER TABLE users MODIFY created_on DATETIME NOT NULL ON UPDATE CURRENT_TIMESTAMP", "column-on-update", "users", "created_on"),
        ("ALTER TABLE users ADD g INT AS (admin + 1) STORED", "column-extra", "users", "g"),
        ("ALTER TABLE users DROP INDEX u_email_idx, ADD INDEX u_email_idx (email(10))", "index-differs", "users", "u_email_idx"),
        ("ALTER TABLE users DROP INDEX u_email_idx, ADD UNIQUE INDEX u_email_idx (email)", "index-differs", "users", "u_email_idx"),
        ("ALTER TABLE users DROP INDEX uq_users_email", "index-missing", "users", "uq_users_email"),
        ("ALTER TABLE users COMMENT 'x'", "comment", "users", ""),
        ("ALTER TABLE users MODIFY email VARCHAR(255) COMMENT 'x'", "comment", "users", "email"),
        ("ALTER TABLE users ADD CONSTRAINT ck CHECK (username <> '')", "check-extra", "users", "ck"),
        ("ALTER TABLE users MODIFY email VARCHAR(255) INVISIBLE", "column-type", "users", "email"),
        ("CREATE FUNCTION f() RETURNS INT RETURN 1", "routine-extra", "", "f"),
        ("CREATE SEQUENCE s", "sequence-extra", "", "s"),
        ("CREATE VIEW v AS SELECT user_id FROM users WHERE admin = 1 WITH CHECK OPTION", "view-extra", "", "v"),
        ("CREATE TRIGGER tr BEFORE INSERT ON users FOR EACH ROW SET NEW.admin = 0", "trigger-extra", "users", "tr"),
    ],
}  # fmt: skip


def test_every_aspect_of_the_live_schema_is_read(server_project: Project, server: Server) -> None:
    """One alteration at a time of a real Kallithea database: the comparison names just that."""
    name = name_of(server_project)
    expected = server.database(name).read_schema()
    with Workspace() as workspace:
        lab = make_lab(server.database(name), workspace)
        for statement, code, table, thing in ONLY[server.engine]:
            if not server.knows(statement):
                continue
            copy = lab.copy(server.database(name), "altered")
            assert compare(copy.read_schema(), expected) == ()
            parts = re.split(r"; (?=CREATE)", statement)
            copy.execute(parts)
            differences = compare(copy.read_schema(), expected)
            assert [(d.kind, d.table or "", d.object or "") for d in differences if d.kind == code] != [], (
                statement
            )
            assert {(d.table or "", d.object or "") for d in differences} == {(table, thing)}, (
                statement,
                differences,
            )
            back = {d.kind for d in compare(expected, copy.read_schema())}
            mirrored = {"extra": "missing", "missing": "extra"}
            kind, _, side = code.rpartition("-")
            assert (f"{kind}-{mirrored[side]}" if side in mirrored else code) in back, (statement, back)
            lab.discard(copy)


#: Two versions of one thing, and the code of their difference.
DIFFERENT = {
    "postgresql": [
        ("CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TYPE mood AS ENUM ('b', 'a')", "enum-differs"),
        ("CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW v AS SELECT 2 AS a", "view-differs"),
        ("CREATE TABLE x (a INT, b INT)", "CREATE TABLE x (a INT, b INT GENERATED ALWAYS AS (a) STORED)", "column-generated"),
        ("CREATE TABLE x (a INT CONSTRAINT c CHECK (a > 1))", "CREATE TABLE x (a INT CONSTRAINT c CHECK (a > 2))", "check-differs"),
        ("CREATE TABLE x (a INT, b INT, PRIMARY KEY (a))", "CREATE TABLE x (a INT, b INT NOT NULL, PRIMARY KEY (b, a))", "primary-key"),
        ("CREATE VIEW v AS SELECT oid FROM pg_class", "CREATE VIEW v WITH (security_barrier) AS SELECT oid FROM pg_class", "view-differs"),
        ("CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'SELECT 2'", "routine-differs"),
        ("CREATE DOMAIN d AS INT CHECK (VALUE > 0); CREATE TABLE x (a d)", "CREATE DOMAIN d AS INT CHECK (VALUE > 1); CREATE TABLE x (a d)",
         "column-type"),
        ("CREATE TABLE x (a INT UNIQUE)", "CREATE TABLE x (a INT UNIQUE DEFERRABLE)", "table-option"),
        ("CREATE TABLE x (a INT UNIQUE, b INT REFERENCES x (a) ON DELETE SET NULL)",
         "CREATE TABLE x (a INT UNIQUE, b INT REFERENCES x (a) ON DELETE SET NULL (b))", "foreign-key-differs"),
        ("CREATE TABLE x (a INT); CREATE POLICY p ON x USING (a > 1)", "CREATE TABLE x (a INT); CREATE POLICY p ON x USING (a > 2)",
         "table-option"),
        ("CREATE TABLE x (a INT); CREATE TABLE y () INHERITS (x)", "CREATE TABLE x (a INT); CREATE TABLE y (a INT)", "table-option"),
    ],
    "mysql": [
        ("CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW v AS SELECT 2 AS a", "view-differs"),
        ("CREATE TABLE x (a INT, b INT)", "CREATE TABLE x (a INT, b INT AS (a) STORED)", "column-generated"),
        ("CREATE TABLE x (a INT, CONSTRAINT c CHECK (a > 1))", "CREATE TABLE x (a INT, CONSTRAINT c CHECK (a > 2))", "check-differs"),
        ("CREATE TABLE x (a INT, b INT, PRIMARY KEY (a))", "CREATE TABLE x (a INT, b INT NOT NULL, PRIMARY KEY (b, a))", "primary-key"),
        ("CREATE TABLE x (a VARCHAR(9), PRIMARY KEY (a))", "CREATE TABLE x (a VARCHAR(9), PRIMARY KEY (a(3)))", "primary-key"),
        ("CREATE SQL SECURITY INVOKER VIEW v AS SELECT 1 AS a", "CREATE VIEW v AS SELECT 1 AS a", "view-differs"),
        ("CREATE FUNCTION f() RETURNS INT RETURN 1", "CREATE FUNCTION f() RETURNS INT RETURN 2", "routine-differs"),
        ("CREATE SEQUENCE s", "CREATE SEQUENCE s INCREMENT BY 2", "sequence-differs"),
        ("CREATE TABLE x (a INT)", "CREATE TABLE x (a INT) WITH SYSTEM VERSIONING", "table-option"),
    ],
}  # fmt: skip


def test_two_versions_of_one_thing_differ(server: Server) -> None:
    with Workspace() as workspace:
        lab = make_lab(server.database("like"), workspace)
        for one, other, code in DIFFERENT[server.engine]:
            if not server.knows(one + other):
                continue
            schemas = []
            for statement in (one, other):
                database = lab.scratch("version")
                database.execute(statement.split("; "))
                schemas.append(database.read_schema())
                lab.discard(database)
            for left, right in (schemas, schemas[::-1]):
                assert code in {d.kind for d in compare(left, right)}, (one, other)
            assert compare(schemas[0], schemas[0]) == ()


OWN = {
    "postgresql": (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER dba_tr BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()",
        "op.execute('DROP TRIGGER dba_tr ON users')\nop.drop_index('dba_ix', 'users')",
    ),
    "mysql": (
        "CREATE TRIGGER dba_tr BEFORE INSERT ON users FOR EACH ROW SET NEW.lastname = NEW.lastname",
        "op.execute('DROP TRIGGER dba_tr')\nop.drop_index('dba_ix', 'users')",
    ),
}


def test_losing_what_the_site_made_is_an_error(server_project: Project, server: Server) -> None:
    *make, lose = OWN[server.engine]
    server.sql(
        name_of(server_project),
        *make,
        "CREATE INDEX dba_ix ON users (lastname)",
        "CREATE VIEW dba_view AS SELECT 1 AS a",
    )
    server_project.write_script("pass")
    report = server_project.verify()
    own = [(f["object"], f["severity"]) for f in report["findings"] if (f["object"] or "").startswith("dba_")]
    assert sorted(own) == [("dba_ix", "note"), ("dba_tr", "note"), ("dba_view", "note")]
    server_project.write_script(lose + "\nop.execute('DROP VIEW dba_view')")
    errors = [
        f for f in server_project.verify(status=1)["findings"] if f["direction"] == "upgrade" and f["object"]
    ]
    assert sorted((f["code"], f["object"], f["revision"]) for f in errors) == [
        ("index-missing", "dba_ix", "feedc0ffee00"),
        ("trigger-missing", "dba_tr", "feedc0ffee00"),
        ("view-missing", "dba_view", "feedc0ffee00"),
    ]


def test_two_fresh_databases_are_equal(server_project: Project, server: Server) -> None:
    names = []
    for ini in ("one.ini", "two.ini"):
        names.append(server.new_name())
        (server_project.instance / ini).write_text((server_project.instance / "development.ini").read_text())
        use_database(server_project, server.url(names[-1]), ini)
        assert server_project.gearbox("db-throwaway", "-c", ini).returncode == 0
    one, two = (server.database(name) for name in names)
    assert compare(one.read_schema(), two.read_schema()) == ()
    assert one.count_rows() == two.count_rows()


def test_a_copy_has_everything(server: Server) -> None:
    database = server.scratch_named(server.create())
    number = {"postgresql": "SERIAL", "mysql": "INT AUTO_INCREMENT"}[server.engine]
    database.execute([
        f"CREATE TABLE p (id {number} PRIMARY KEY, t VARCHAR(50))",
        f"CREATE TABLE c (id {number} PRIMARY KEY, p INT, q INT, g INT GENERATED ALWAYS AS (q + 1) STORED, "
        "CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)",
        "INSERT INTO p (t) VALUES ('\u00e9 \U0001f600 %s %'), (NULL), ('')",
        "INSERT INTO c (p) VALUES (1)",
        "DELETE FROM p WHERE id = 3",
        "CREATE VIEW v2 AS SELECT id FROM p",
        "CREATE VIEW v1 AS SELECT id FROM v2",
    ])  # fmt: skip
    if server.engine == "mysql":
        made = (
            "CREATE FUNCTION percent(t TEXT) RETURNS TEXT DETERMINISTIC RETURN concat(t, '%')",
            "CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW SET NEW.t = percent(NEW.t)",
            "CREATE VIEW v3 AS SELECT percent(t) AS t FROM p",
            "CREATE SEQUENCE s START WITH 5",
            "ALTER TABLE c ADD SYSTEM VERSIONING",
            # It is not copied: there it would run.
            "CREATE EVENT ev ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO DELETE FROM p",
        )
        database.execute([statement for statement in made if server.knows(statement)])
    with Workspace() as workspace:
        copy = make_lab(database, workspace).copy(database, "copy")
        assert compare(copy.read_schema(), database.read_schema()) == ()
        assert copy.count_rows() == database.count_rows() == {"c": 1, "p": 2}
        assert copy.rows("SELECT t FROM p WHERE id = 1") == [{"t": "\u00e9 \U0001f600 %s %"}]
        copy.execute(["INSERT INTO p (t) VALUES ('new')"])
        assert copy.rows("SELECT max(id) AS n FROM p") == [{"n": 4}], "the position of the counter is kept"
        assert database.count_rows() == {"c": 1, "p": 2}
    assert server.scratch() == []


def test_a_function_that_the_account_may_not_see_is_left_behind(server: Server) -> None:
    if server.engine != "mysql":
        pytest.skip("PostgreSQL shows everybody all functions")
    name = server.create()
    server.sql(name, "CREATE FUNCTION secret() RETURNS INT RETURN 1", "CREATE TABLE t (a INT)")
    server.make_user("poor", rights=False)
    server.admin_sql("GRANT ALL ON `kdbdev\\_%`.* TO 'poor'@'localhost'",
                     f"GRANT SELECT, EXECUTE ON `{name}`.* TO 'poor'@'localhost'")  # fmt: skip
    database = open_database(secret_url(server, name, "poor"))
    with Workspace() as workspace:
        lab = make_lab(database, workspace)
        copy = lab.copy(database, "copy")
        assert copy.count_rows() == {"t": 0}
    assert lab.remarks == [
        f"{database.display}: secret was not copied: 'poor'@'localhost' may not see how it is made"
    ]


def test_a_database_in_use_is_copied_all_the_same(server_project: Project, server: Server) -> None:
    with server.database(name_of(server_project))._reading() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        done = server_project.gearbox("db-verify")
    assert done.returncode == head_status(server.engine), done.stdout + done.stderr
    assert ("is in use: copied with pg_dump" in done.stdout) is (server.engine == "postgresql")


@pytest.mark.parametrize(
    "last", ["op.execute('INSERT INTO nowhere VALUES (1)')", "raise RuntimeError('half-way')"]
)
def test_half_applied_upgrades(server_project: Project, server: Server, last: str) -> None:
    server_project.write_script(f"op.add_column('users', sa.Column('half', sa.Integer()))\n{last}")
    finding = found(server_project.verify(status=1), "upgrade-fails")
    if server.engine == "postgresql":
        assert "rolled back to what it was" in finding["message"]
    else:
        assert (
            "half-applied: these statements had run: ALTER TABLE users ADD COLUMN half INTEGER"
            in finding["message"]
        )
        assert "running it again raises: " in finding["message"]


def test_a_script_that_connects_by_itself_is_stopped(server_project: Project, server: Server) -> None:
    name = name_of(server_project)
    server_project.write_script(f"sa.create_engine({server.url(name)!r}).execute('DELETE FROM settings')")
    before = server.sql(name, "SELECT count(*) FROM settings")
    finding = found(server_project.verify(status=1), "upgrade-fails")
    assert re.search(rf"a connection of its own to \S*/{name}: only the copy may be", finding["message"])
    assert server.sql(name, "SELECT count(*) FROM settings") == before


def test_a_downgrade_that_raises(server_project: Project, server: Server) -> None:
    # What the server refuses is of the engine; what Python raises is not.
    for downgrade, code, status in (
        ("op.drop_table('not_there')", "downgrade-fails", 1),
        *[("raise NotImplementedError", "downgrade-fails", 1)] * (server.engine == ENGINES[0]),
        ("raise NotImplementedError('the old rows are gone')", "downgrade-irreversible", 0),
    ):
        server_project.write_script("pass", downgrade)
        report = server_project.verify(status=status)
        assert [f["code"] for f in report["findings"]] == [code]
        assert report["engines"][0]["engine"] == server.engine
    assert "the old rows are gone" in found(report, "downgrade-irreversible")["message"]


@needs_clean_head
def test_wrong_stamps(server_project: Project, server: Server) -> None:
    name = name_of(server_project)

    def stamped(sql: str) -> List[str]:
        server.sql(name, sql)
        return codes(server_project.verify(status=1))

    assert stamped(f"INSERT INTO alembic_version VALUES ('{BELOW_HEAD}')") == ["several-stamps"]
    server.sql(name, f"DELETE FROM alembic_version WHERE version_num <> '{HEAD}'")
    assert stamped("UPDATE alembic_version SET version_num = 'cafecafecafe'") == ["unknown-stamp"]
    assert stamped("DELETE FROM alembic_version") == ["not-stamped"]
    server.sql(name, f"INSERT INTO alembic_version VALUES ('{HEAD}')")
    # a change of the models, its script stamped but not run
    change(server_project, COLUMN)
    server_project.write_script(
        "op.add_column('users', sa.Column('theme', sa.String(40), nullable=False, server_default='light'))\n"
        "op.create_index('ix_users_theme', 'users', ['theme'])",
        "op.drop_index('ix_users_theme', 'users')\nop.drop_column('users', 'theme')",
    )
    assert "stamp-wrong" in stamped("UPDATE alembic_version SET version_num = 'feedc0ffee00'")
    server.sql(name, f"UPDATE alembic_version SET version_num = '{HEAD}'")
    assert [f["code"] for f in server_project.verify(status=0)["findings"]] == ["column-order"]
    server_project.write_script("op.execute(\"INSERT INTO alembic_version VALUES ('x')\")", revision="feedc0ffee01",
                                below="feedc0ffee00")  # fmt: skip
    assert "stamp-lost" in codes(server_project.verify(status=1))


# -- rights, secrets, kills ---------------------------------------------------------------------


def test_missing_rights_are_one_sentence_and_a_scratch_database_helps(
    server_project: Project, server: Server
) -> None:
    name = name_of(server_project)
    server.make_user("poor", rights=False)
    server.give(name, "poor")
    if server.engine == "postgresql":
        server.sql(
            name,
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO poor",
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO poor",
        )
    use_database(server_project, secret_url(server, name, "poor"))
    done = server_project.gearbox("db-verify")
    assert done.returncode == 2
    one_line(
        done.stderr,
        {
            "postgresql": r'ALTER ROLE "poor" CREATEDB',
            "mysql": r"GRANT ALL ON `kdbdev\\_%`\.\* TO 'poor'@'localhost'",
        }[server.engine],
    )
    assert "--scratch-url" in done.stderr
    empty = server.create()
    server.give(empty, "poor")
    done = server_project.gearbox("db-verify", "--scratch-url", secret_url(server, empty, "poor"))
    assert done.returncode == head_status(server.engine), done.stdout + done.stderr
    assert server.database(empty).is_empty(), "it is left as it was"
    assert server.names().count(empty) == 1
    # one that is not empty is refused, and so is the database itself
    server.sql(empty, "CREATE TABLE precious (a INT)")
    done = server_project.gearbox("db-verify", "--scratch-url", secret_url(server, empty, "poor"))
    assert done.returncode == 2
    one_line(done.stderr, "--scratch-url names a database that is not empty")
    done = server_project.gearbox("db-verify", "--scratch-url", secret_url(server, name, "poor"))
    assert done.returncode == 2
    one_line(done.stderr, "--scratch-url names the configured database itself")


def texts_in(folder: Path) -> List[str]:
    """What the files of a folder hold, but large ones; somebody removes them meanwhile."""
    found = []
    for place, _, names in os.walk(folder):
        for path in (Path(place) / name for name in names):
            with suppress(OSError):
                if path.is_file() and path.stat().st_size < 10**6:
                    found.append(path.read_text(errors="replace"))
    return found


def test_a_difficult_password_works_everywhere_and_is_seen_nowhere(
    server_project: Project, server: Server, tmp_path: Path
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    server.make_user("rich", rights=True)
    source = name_of(server_project)
    name = server.new_name()
    use_database(server_project, secret_url(server, name, "rich"))
    (server_project.instance / "mine.ini").write_text(
        (server_project.instance / "development.ini").read_text()
    )
    (server_project.instance / "development.ini").unlink()
    watched: List[str] = []
    for words in (
        ("db-throwaway", "-c", "mine.ini", "-v"),
        ("db-verify", "-c", "mine.ini", "-v", "--log-file", str(tmp_path / "log")),
        ("--debug", "db-revision", "-c", "mine.ini", "--check"),
        ("db-throwaway", "-c", "mine.ini", "--drop"),
    ):
        process = subprocess.Popen(
            ["gearbox", *words], cwd=server_project.instance, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment(server_project.checkout, TMPDIR=str(temporary)), text=True,
        )  # fmt: skip
        while process.poll() is None:
            watched.append(subprocess.run(["ps", "axeww"], capture_output=True, text=True).stdout)
            watched += texts_in(temporary)
            try:
                watched.append(process.communicate(timeout=0.2)[0])
            except subprocess.TimeoutExpired:
                continue
        assert process.returncode in (0, 1 - CLEAN_HEAD), (words, watched[-1])
    watched.append((tmp_path / "log").read_text())
    for secret in (PASSWORD, secret_url(server, name, "rich").split("rich:")[1].split("@")[0]):
        assert not any(secret in text for text in watched)
    assert not list(temporary.iterdir())
    assert source != name


def test_a_wrong_password_is_one_line_without_it(server_project: Project, server: Server) -> None:
    server.make_user("rich", rights=True)
    url = secret_url(server, "kallithea", "rich").replace("rich:", "rich:wrong")
    use_database(server_project, url)
    done = server_project.gearbox("db-verify")
    assert done.returncode == 2
    one_line(done.stderr, "(password authentication failed|Access denied)")
    assert "wrong" not in done.stderr


@pytest.mark.parametrize(
    "command", [("db-throwaway", "-c", "temp.ini"), ("db-verify",), DRAFT], ids=lambda c: c[0]
)
def test_kill_leaves_nothing_for_long(
    server_project: Project, server: Server, command: "tuple[str, ...]"
) -> None:
    name = server.new_name()
    temp_ini(server_project, server.url(name))
    change(server_project, LONGER)
    if command[0] == "db-throwaway":
        assert server_project.gearbox(*command).returncode == 0
    killed = 0
    for _ in range(3):
        process = subprocess.Popen(
            ["gearbox", *command], cwd=server_project.instance, env=environment(server_project.checkout),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while not server.scratch() and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.2 * killed)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        if command[0] == "db-throwaway":
            database = server.database(name)
            assert database.is_throwaway()
            assert database.revisions() == (HEAD,)
            assert database.count_rows()["users"] >= 2
    assert killed >= 2
    assert server_project.gearbox(*command).returncode in (0, 1, 2)
    assert server.scratch() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_clean_up(server_project: Project, server: Server, number: int) -> None:
    process = subprocess.Popen(
        ["gearbox", "db-verify"], cwd=server_project.instance, env=environment(server_project.checkout),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not server.scratch() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    _, stderr = process.communicate()
    assert process.returncode == (130 if number == signal.SIGINT else 128 + number), stderr
    assert "Traceback" not in stderr
    assert server.scratch() == []


def test_a_strange_scratch_database_is_left_alone(server: Server) -> None:
    """The prefix alone proves nothing: without our mark nothing is dropped."""
    assert len(scratch_name(Lease.new(), "x" * 200)) <= 63
    alive = Lease.new()
    ours = scratch_name(Lease.new(), "copy")  # nobody holds that lease
    other = scratch_name(Lease.new(), "other")
    kept = [
        f"{SCRATCH_PREFIX}strange",
        f"{SCRATCH_PREFIX}6b000000_00000000_1_abcdef_copy",
        other,
        scratch_name(alive, "alive"),
    ]
    for name in (ours, *kept):
        server.create(name)
    server.database(other)._write_mark({"throwaway": other})
    try:
        with server.database("any").server.holding(alive):
            server.database("any").clear_leftovers()
            assert server.scratch() == sorted(kept)
    finally:
        for name in kept:
            server.drop(name)


# -- private servers ----------------------------------------------------------------------------


@needs_clean_head
def test_all_engines_from_a_configuration_with_sqlite(project: Project, server: Server) -> None:
    assert server  # there are programs to start
    report = project.verify("--engine", f"sqlite,{server.engine}", status=0)
    assert [e["engine"] for e in report["engines"]] == ["sqlite", server.engine]
    assert {s["engine"] for s in report["steps"]} == {"sqlite", server.engine}


def test_a_draft_is_proven_on_all_engines(project: Project, server: Server) -> None:
    """With types and defaults that hold on all of them."""
    change(project, COLUMN, LONGER, TABLE, ADD_ALL, TABLE_WITH_TYPES, *DROP)
    done = project.gearbox(*DRAFT, "--engine", f"sqlite,{server.engine}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"(sqlite, {server.engine})" in done.stdout


@pytest.mark.parametrize("server", ENGINES[1:], indirect=True)
def test_a_draft_for_another_engine_alone(project: Project, server: Server) -> None:
    change(project, ADD_ALL, TABLE_WITH_TYPES, *DROP)
    done = project.gearbox(*DRAFT, "--engine", server.engine)
    assert done.returncode == 0, done.stdout + done.stderr


def need_all(running: Dict[str, Any]) -> None:
    for engine in ENGINES:
        need(engine, running)


def test_types_and_defaults_of_a_draft_from_a_server(
    server_project: Project, server: Server, running: Dict[str, Any]
) -> None:
    need_all(running)
    change(server_project, ADD_ALL, TABLE_WITH_TYPES, *DROP)
    done = server_project.gearbox(*DRAFT, "--engine", "sqlite,postgresql,mysql")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_draft_from_a_server_runs_on_the_other_engines(
    server_project: Project, server: Server, running: Dict[str, Any]
) -> None:
    need_all(running)
    change(server_project, COLUMN, LONGER, TABLE)
    done = server_project.gearbox(*DRAFT, "--stdout", "--engine", "sqlite,postgresql,mysql")
    assert "dialects" not in done.stdout
    assert done.returncode == 0, done.stderr
    # What SQLite's rebuild loses does not show on a server; the run on SQLite has shown it.
    assert "'sqlite_autoincrement': True}" in done.stdout


def test_what_goes_wrong_on_one_engine_is_told_with_its_name(project: Project, server: Server) -> None:
    change(project, COLUMN)
    other = {"postgresql": "mysql", "mysql": "postgresql"}[server.engine]
    project.write_script(
        f"if op.get_bind().dialect.name != '{server.engine}':\n"
        "    op.add_column('users', sa.Column('theme', sa.String(40), nullable=False, server_default='light'))\n"
        "    op.create_index('ix_users_theme', 'users', ['theme'])"
    )
    report = project.verify("--engine", server.engine, status=1)
    assert {(f["engine"], f["code"]) for f in report["findings"]} == {
        (server.engine, "column-missing"),
        (server.engine, "index-missing"),
    }
    assert other not in {e["engine"] for e in report["engines"]}


def test_a_throwaway_on_a_private_server(project: Project, server: Server) -> None:
    before = project.snapshot()
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--engine", server.engine)
    assert done.returncode == 0, done.stderr
    assert f"database:      {server.engine} database kallithea_temp" in done.stdout
    assert project.snapshot() == before, "nothing is left"


def test_engine_names(project: Project) -> None:
    done = project.gearbox("db-verify", "--engine", "sqlite,oracle")
    assert done.returncode == 2
    one_line(done.stderr, "oracle is no engine; choose from sqlite, postgresql, mysql")


@pytest.mark.parametrize(
    "url",
    [
        "foo",
        "postgresql://",
        "sqlite://",
        "nosuch://a/b",
        "{engine}://u@nowhere.invalid/x",
        "{engine}+foo://a/b",
    ],
)
def test_a_wrong_scratch_url_is_called_so(server_project: Project, server: Server, url: str) -> None:
    """Not the configuration's."""
    words = ("db-verify", "-c", "development.ini", "--scratch-url", url.format(engine=server.engine))
    done = server_project.gearbox(*words)
    assert done.returncode == 2
    one_line(done.stderr, "^gearbox db-verify: --scratch-url: ")
    assert "sqlalchemy.url" not in done.stderr and "%(here)s" not in done.stderr


def test_scratch_url_is_for_servers(project: Project) -> None:
    done = project.gearbox("db-verify", "--scratch-url", "sqlite:///x.db")
    assert done.returncode == 2
    one_line(done.stderr, "--scratch-url: sqlite needs no empty database")


def test_without_programs_one_line_says_what_to_install(
    project: Project, server: Server, tmp_path: Path
) -> None:
    if not Path("/proc/self").exists() or os.environ.get("KALLITHEA_DBDEV_TEST_URLS"):
        pytest.skip("needs the private server's own search")
    code = (
        "import sys; from kallithea_dbdev.engines.private import server as private\n"
        "recipe = private._RECIPES[sys.argv[1]]; private._RECIPES[sys.argv[1]] = "
        "type(recipe)(recipe.initialize, recipe.run, recipe.url, lambda: None, recipe.install)\n"
        "from gearbox.main import GearBox; GearBox().run(['db-verify', '--engine', sys.argv[1]])"
    )
    import sys

    done = subprocess.run(
        [sys.executable, "-c", code, server.engine], cwd=project.instance, capture_output=True, text=True,
        env=environment(project.checkout),
    )  # fmt: skip
    assert done.returncode == 2
    one_line(
        done.stderr,
        rf"{server.engine}: no server program on this machine; install one \(Debian: apt-get install",
    )


@pytest.mark.parametrize("moment", [0.5, 1.5])
def test_kill_takes_the_private_server_along(
    project: Project, server: Server, tmp_path: Path, moment: float
) -> None:
    temporary = Path("/tmp") / f"kdt{os.getpid()}"  # a socket's path must be short
    temporary.mkdir()
    try:
        process = subprocess.Popen(
            ["gearbox", "db-verify", "--engine", server.engine], cwd=project.instance, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment(project.checkout, TMPDIR=str(temporary)),
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None and not _processes(temporary):
            time.sleep(0.02)
        time.sleep(moment)
        process.kill()
        process.wait()
        deadline = time.monotonic() + 30
        while _processes(temporary) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert _processes(temporary) == []
        # the next run removes what is left of the dead one's folders
        done = project.gearbox("db-verify", "--engine", server.engine, TMPDIR=str(temporary))
        assert done.returncode == head_status(server.engine), done.stderr
        assert list(temporary.iterdir()) == []
    finally:
        subprocess.run(["rm", "-rf", str(temporary)], check=True)


def _processes(folder: Path) -> List[str]:
    listing = subprocess.run(["ps", "axww", "-o", "pid,args"], capture_output=True, text=True).stdout
    return [line for line in listing.splitlines() if f"{folder}/kallithea-dbdev-server" in line]
