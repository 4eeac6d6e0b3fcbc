"""What reaches beyond one MySQL database."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.mysql.fence import dynamic, reaches_out

from ...conftest import need
from ...servers import Server
from ..lab import laboratory

OTHERS = ["kallithea", "mysql", "information_schema", "my-db", "gists"]

OUT = [
    ("DROP DATABASE old", "DROP DATABASE"),
    ("drop schema if exists `old`", "DROP SCHEMA"),
    ("ALTER DATABASE kallithea CHARACTER SET utf8mb4", "ALTER DATABASE"),
    ("ALTER DATABASE `kallithea` CHARACTER SET utf8mb4", "ALTER DATABASE"),
    ("CREATE USER joe@localhost IDENTIFIED BY 's3kRet'", "CREATE USER"),
    ("CREATE /* x */ OR REPLACE ROLE r", "CREATE OR REPLACE ROLE"),
    ("/*!50000 DROP USER joe */", "DROP USER"),
    ("RENAME USER a TO b", "RENAME USER"),
    ("SET GLOBAL max_connections = 7", "SET GLOBAL"),
    ("SET SESSION sort_buffer_size = 1, @@global.max_connections = 7", "SET GLOBAL"),
    ("SET PASSWORD FOR joe = 'x'", "SET PASSWORD"),
    ("GRANT ALL ON *.* TO joe", "GRANT"),
    ("GRANT reader TO joe", "GRANT"),
    ("REVOKE ALL PRIVILEGES, GRANT OPTION FROM joe", "REVOKE"),
    ("FLUSH TABLES WITH READ LOCK", "FLUSH"),
    ("KILL 7", "KILL"),
    ("USE other", "USE"),
    ("SELECT * FROM users INTO OUTFILE '/tmp/x'", "INTO OUTFILE"),
    ("UPDATE kallithea.users SET lastname = 'x'", "the database kallithea"),
    ("UPDATE `Kallithea` . `users` SET lastname = 'x'", "the database kallithea"),
    ("DELETE FROM u USING kallithea.users u", "the database kallithea"),
    ("INSERT INTO users SELECT * FROM kallithea.users", "the database kallithea"),
    ("DROP TABLE a, `my-db`.b", "the database my-db"),
    ("RENAME TABLE users TO kallithea.users2", "the database kallithea"),
    ("INSERT INTO mysql.user VALUES (1)", "the database mysql"),
    ("UPDATE gists.gists SET gist_type = 'x'", "the database gists"),
    ("SELECT gists.gists.gist_id FROM x", "the database gists"),
    ("PREPARE s FROM 'UPDATE kallithea.users SET lastname = 1'", "the database kallithea"),
    ("PREPARE s FROM 'DROP DATABASE x'", "DROP DATABASE"),
    ("PREPARE s FROM @q;\nDROP USER joe", "DROP USER"),
    ("EXECUTE IMMEDIATE 'SET GLOBAL a = 1'", "SET GLOBAL"),
    ("CREATE PROCEDURE p() BEGIN DECLARE a INT; DROP USER joe; END", "DROP USER"),
    ("CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW INSERT INTO kallithea.a VALUES (1)", "kallithea"),
    ("CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW DROP USER joe", "DROP USER"),
    ("CREATE DEFINER = root@localhost PROCEDURE p(a INT) DROP USER joe", "DROP USER"),
    ("CREATE PROCEDURE p() MODIFIES SQL DATA DROP USER joe", "DROP USER"),
    ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DROP USER joe", "DROP USER"),
    ("CREATE FUNCTION f RETURNS STRING SONAME 'x.so'", "CREATE FUNCTION SONAME"),
    ("BEGIN NOT ATOMIC DROP USER joe; END", "DROP USER"),
    ("IF 1 THEN DROP USER joe; END IF", "DROP USER"),
    ("CASE WHEN 1 THEN SELECT 1; ELSE DROP USER joe; END CASE", "DROP USER"),
    ("WHILE 1 DO DROP USER joe; END WHILE", "DROP USER"),
    ("FOR i IN 1 .. 2 DO DROP USER joe; END FOR", "DROP USER"),
    ("a: LOOP DROP USER joe; END LOOP", "DROP USER"),
    ("REPEAT DROP USER joe; UNTIL 1 END REPEAT", "DROP USER"),
    ("SET STATEMENT max_statement_time = 1 FOR DROP USER joe", "DROP USER"),
    ("CREATE PROCEDURE p(q TEXT) EXECUTE IMMEDIATE q", "EXECUTE IMMEDIATE"),
    ("CREATE PROCEDURE p() BEGIN SET @q = CONCAT('a', 'b'); PREPARE s FROM @q; EXECUTE s; END", "PREPARE"),
    ("BEGIN NOT ATOMIC EXECUTE /* x */ IMMEDIATE CONCAT('UPDATE ', @q); END", "EXECUTE IMMEDIATE"),
    ("IF 1 THEN /*!50000 PREPARE s FROM @q */; END IF", "PREPARE"),
    (
        "CREATE PROCEDURE p() BEGIN EXECUTE IMMEDIATE 'UPDATE ' 'kallithea' || '.users SET a = 1'; END",
        "IMMEDIATE",
    ),
    # Drivers send several at once.
    ("UPDATE users SET admin = admin; DROP DATABASE victim", "DROP DATABASE"),
    ("DO 1; USE victim; DELETE FROM t", "USE"),
    ("DO 1; EXECUTE IMMEDIATE @q", "EXECUTE IMMEDIATE"),
    ("DO 1; CREATE PROCEDURE p() BEGIN DROP USER joe; END", "DROP USER"),
    ("DO 1; CREATE PROCEDURE p() BEGIN IF 1 THEN DROP USER joe; END IF; END", "DROP USER"),
    ("/* x */ EXECUTE IMMEDIATE @q", "EXECUTE IMMEDIATE"),
    (
        "CREATE OR REPLACE DEFINER=`root`@`localhost` PROCEDURE p() BEGIN DROP DATABASE victim; END",
        "DROP DATABASE",
    ),
    (
        "CREATE OR REPLACE DEFINER='root'@'%' SQL SECURITY INVOKER AGGREGATE FUNCTION f() RETURNS INT "
        "BEGIN DROP USER joe; RETURN 1; END",
        "DROP USER",
    ),
    (
        "CREATE DEFINER=CURRENT_USER() TRIGGER t AFTER INSERT ON users FOR EACH ROW BEGIN DROP USER joe; END",
        "DROP",
    ),
    (
        "SET STATEMENT max_statement_time=60 FOR EXECUTE IMMEDIATE 'DROP DATABASE IF EXISTS victim'",
        "DROP DATABASE",
    ),
    ("SET STATEMENT max_statement_time=60 FOR PREPARE s FROM 'DROP\\nDATABASE victim'", "DROP DATABASE"),
    ("SET STATEMENT max_statement_time=60 FOR EXECUTE IMMEDIATE CONCAT('a', 'b')", "EXECUTE IMMEDIATE"),
    ("ALTER EVENT e ENABLE DO DROP DATABASE IF EXISTS victim", "DROP DATABASE"),
    ("ALTER DEFINER=root@localhost EVENT e DO BEGIN DROP USER joe; END", "DROP USER"),
    ("GRANT SELECT ON users TO bob@localhost IDENTIFIED BY 's3kRet'", "GRANT ... IDENTIFIED"),
    ("GRANT SELECT ON users TO bob@localhost REQUIRE SSL", "GRANT ... REQUIRE"),
    ("GRANT SELECT ON users TO bob@localhost WITH MAX_QUERIES_PER_HOUR 1", "GRANT ... MAX_QUERIES_PER_HOUR"),
    ("CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW UPDATE `Kallithea` . a SET b = 1", "kallithea"),
    ("XA START 'x'", "XA START"),
    ("XA COMMIT 'somebodys'", "XA COMMIT"),
    ("CREATE PROCEDURE p() BEGIN XA PREPARE 'x'; END", "XA PREPARE"),
    ("CREATE TABLE far (a INT) ENGINE=FEDERATED CONNECTION='mysql://root@localhost/x/t'", "ENGINE FEDERATED"),
    ("ALTER TABLE t ENGINE 'Connect' TABLE_TYPE=MYSQL DBNAME='x'", "ENGINE CONNECT"),
    # In a GRANT a name is a pattern.
    ("GRANT SELECT ON `my\\-db`.* TO reader@localhost", "grants on the database my-db"),
    ("GRANT SELECT ON `kalli%`.* TO reader@localhost", "grants on the database kallithea"),
    ("REVOKE SELECT ON gist_.* FROM reader", "grants on the database gists"),
    # Whatever else is called so.
    ('UPDATE ui u, kallithea.ui p SET p.a = "kallithea"', "kallithea"),
    ("UPDATE ui u, kallithea.ui kallithea SET kallithea.a = 9", "kallithea"),
    ('INSERT kallithea.ui (a) VALUES ("kallithea")', "kallithea"),
    ("TRUNCATE gists.t", "gists"),
    ("INSERT DELAYED gists.t VALUES (1)", "gists"),
    ("DROP TABLE a, gists.b", "gists"),
    ("LOCK TABLES a READ, gists.b WRITE", "gists"),
    ("CREATE INDEX i ON gists.t (a)", "gists"),
    ("ALTER TABLE a RENAME gists.b", "gists"),
    ("DELETE a, gists.t FROM a, gists.t", "gists"),
    ("SELECT gists.f()", "gists"),
    ("CREATE SEQUENCE gists.s", "gists"),
    ("GRANT SELECT ON gists.* TO x", "gists"),
    ("SELECT 1 FROM (gists JOIN gists.t ON 1)", "gists"),
    ("DO 1; TRUNCATE gists.t", "gists"),
    # Behind what has a name.
    ("CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR 1062 SET GLOBAL a = 1; DO 1; END", "SET GLOBAL"),
    (
        "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLSTATE VALUE '23000', 1062 DROP USER joe; END",
        "DROP USER",
    ),
    ("CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR odd SET GLOBAL a = 1; END", "SET GLOBAL"),
    ("CREATE PROCEDURE p() COMMENT 'x' SET GLOBAL max_connections = 77", "SET GLOBAL"),
    ("CREATE TRIGGER t AFTER INSERT ON u FOR EACH ROW FOLLOWS tt SET GLOBAL a = 1", "SET GLOBAL"),
    ("CREATE FUNCTION f() RETURNS INT DROP USER joe", "DROP USER"),
    ("SET @a = 1, @@GLOBAL.max_connections := 7", "SET GLOBAL"),
    ("GRANT PROXY ON a TO b", "GRANT PROXY"),
    ("RESET QUERY CACHE", "RESET QUERY CACHE"),
    ("BACKUP STAGE START", "BACKUP"),
    ("LOCK INSTANCE FOR BACKUP", "LOCK INSTANCE"),
]

INSIDE = [
    "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    "INSERT INTO settings VALUES ('title', 'kallithea.org'), ('x', 'drop database y')",
    "UPDATE users SET lastname = 'kallithea' WHERE email LIKE '%kallithea.users%'",
    "SELECT gists.gist_id, gists.user_id FROM gists JOIN users ON gists.user_id = users.user_id",
    "UPDATE gists SET gist_type = 'x' WHERE gists.gist_id = 1",
    "SELECT kallithea.user_id FROM users AS kallithea WHERE kallithea.active",
    "SELECT 1 FROM information_schema.columns WHERE table_schema = 'kallithea'",
    "SELECT user FROM mysql.user",
    "SET SESSION sql_mode = 'ANSI'",
    "SET @global = 1",
    "SET NAMES utf8mb4",
    "FLUSH PRIVILEGES",
    "GRANT SELECT ON users TO joe@kallithea.org",
    "ALTER TABLE users ADD COLUMN role INT, DROP COLUMN `database`",
    "CREATE TABLE role (user INT)",
    "CREATE PROCEDURE p() BEGIN UPDATE users SET active = 1; END",
    "PREPARE s FROM 'SELECT 1'",
    "XA RECOVER",
    "SET SESSION sql_mode = @@GLOBAL.sql_mode",
    "SET @old = @@GLOBAL.sql_mode, @b = 2",
    "UPDATE zz SET engine = 'sphinx' WHERE engine = 'S3'",
    "GRANT SELECT ON `mine\\_too`.* TO reader@localhost",
    "INSERT INTO users SELECT gists.a, gists.b FROM gists WHERE gists.c IN (SELECT gists.d FROM gists)",
    "INSERT INTO users (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)",
    "DELETE FROM users WHERE EXISTS (SELECT 1 FROM gists WHERE gists.user_id = users.user_id)",
    "UPDATE users JOIN gists ON gists.user_id = users.user_id SET users.a = gists.b ORDER BY gists.c",
    "CREATE VIEW v AS SELECT gists.gist_id FROM gists WHERE gists.a = 1",
    "CREATE TABLE copied AS SELECT gists.gist_id FROM gists",
    "CREATE TABLE t (engine INT, connect INT) ENGINE=InnoDB",
    "ALTER TABLE xa ADD COLUMN start INT",
    "CREATE PROCEDURE p() BEGIN EXECUTE IMMEDIATE 'UPDATE users SET active = ?' USING 1; END",
    "CREATE PROCEDURE p() BEGIN PREPARE s FROM 'SELECT 1'; EXECUTE s; DEALLOCATE PREPARE s; END",
    "IF 1 THEN EXECUTE IMMEDIATE 'SELECT 1'; END IF",
    "CREATE PROCEDURE p() BEGIN SELECT prepare FROM t; END",
    "CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW SET NEW.active = 1",
    "IF 1 THEN UPDATE users SET active = 1; END IF",
    "SET STATEMENT max_statement_time = 1 FOR UPDATE users SET active = 1",
    "LOCK TABLES users WRITE",
    # What a text says is a statement behind PREPARE and EXECUTE IMMEDIATE only.
    "CREATE TRIGGER t BEFORE INSERT ON g FOR EACH ROW IF NEW.a IS NULL THEN SIGNAL SQLSTATE '45000' "
    "SET MESSAGE_TEXT = 'Use a group name, drop database kallithea.x'; END IF",
    "CREATE TRIGGER t AFTER INSERT ON g FOR EACH ROW INSERT INTO log VALUES ('grant', 'use', 'see mysql docs')",
    "CREATE FUNCTION f() RETURNS TEXT DETERMINISTIC RETURN 'sys'",
    "GRANT SELECT ON users TO joe@localhost WITH GRANT OPTION",
    "ALTER TABLE t ADD COLUMN event INT; UPDATE t SET event = 1;",
    "INSERT INTO settings VALUES ('reset', 'backup')",
    "DO 0",
    "",
]  # fmt: skip


@pytest.mark.parametrize(("statement", "what"), OUT)
def test_reaches_out(statement: str, what: str) -> None:
    why = reaches_out(statement, OTHERS, ["gists"])
    assert what in why
    assert "not sent" in why and "s3kRet" not in why


@pytest.mark.parametrize("statement", INSIDE)
def test_stays_inside(statement: str) -> None:
    assert reaches_out(statement, OTHERS, ["gists"]) == ""


def test_what_becomes_a_statement() -> None:
    assert dynamic("PREPARE s FROM @q") == "@q"
    assert dynamic("execute immediate CONCAT('a', @b) USING @c;") == "CONCAT('a', @b)"
    assert dynamic("EXECUTE s") is None
    assert dynamic("/* x */ PREPARE `s` -- y\n FROM @q;") == "@q"
    assert dynamic("EXECUTE IMMEDIATE @q; DROP TABLE t") is None
    assert dynamic("EXECUTE IMMEDIATE 'DROP TABLE t; DROP TABLE u'") == "'DROP TABLE t; DROP TABLE u'"
    # What was asked for stands behind it.
    assert reaches_out("EXECUTE IMMEDIATE @q;\nDO 1", OTHERS, known=True) == ""
    assert "PREPARE" in reaches_out(
        "EXECUTE IMMEDIATE @q;\nBEGIN NOT ATOMIC PREPARE s FROM @r; END", OTHERS, known=True
    )


def test_what_is_granted_on_a_copy_is_gone_with_it(running: Dict[str, Any]) -> None:
    server: Server = need("mysql", running)
    server.make_user("reader", rights=False)
    name = server.create()
    server.sql(name, "CREATE TABLE t (a INT, b INT)")
    with laboratory() as lab:
        copy = lab.copy(server.database(name), "copy")
        copy.execute(["GRANT SELECT (a), UPDATE ON t TO reader@localhost WITH GRANT OPTION"])
    left = "SELECT db FROM mysql.tables_priv WHERE db LIKE 'kdbdev%' AND user = 'reader'"
    assert server.admin_sql(left) == []


@pytest.mark.parametrize("driver", ["mysql", "mysql+pymysql"])
def test_a_grant_makes_no_account(running: Dict[str, Any], driver: str) -> None:
    server: Server = need("mysql", running)
    if not server.knows("Aria"):
        pytest.skip("MySQL makes none")
    with laboratory() as lab:
        copy = lab.scratch(open_database(server.url("like").replace("mysql:", f"{driver}:", 1)), "x")
        copy.execute(["CREATE TABLE t (a INT)"])
        with copy.handed_over() as url, create_engine(url).connect() as connection:
            connection.execute("SET SESSION sql_mode = ''")
            with pytest.raises(DBAPIError):
                connection.execute("GRANT SELECT ON t TO newbie@localhost")
    assert server.admin_sql("SELECT 1 FROM mysql.user WHERE user = 'newbie'") == []
