"""What reaches beyond one PostgreSQL database."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines.postgresql.fence import _without_comments, reaches_out

OUT = [
    ("CREATE ROLE joe PASSWORD 's3kRet'", "CREATE ROLE"),
    ("/* a */ drop -- b\n user joe", "DROP USER"),
    ("SELECT 1; DROP DATABASE kallithea", "DROP DATABASE"),
    ("ALTER DATABASE kallithea SET timezone = 'UTC'", "ALTER DATABASE"),
    ("ALTER SYSTEM SET work_mem = '5MB'", "ALTER SYSTEM"),
    ("CREATE TABLESPACE t LOCATION '/x'", "CREATE TABLESPACE"),
    ("COMMENT ON DATABASE kallithea IS 'x'", "COMMENT ON DATABASE"),
    ("GRANT CREATE ON DATABASE kallithea TO joe", "GRANT"),
    ("GRANT staff TO joe", "GRANT"),
    ("REVOKE staff FROM joe", "REVOKE"),
    ("REASSIGN OWNED BY a TO b", "REASSIGN OWNED"),
    ("COPY users TO PROGRAM 'cat'", "COPY ... TO PROGRAM"),
    ("COPY (SELECT 1) TO '/tmp/x'", "COPY ... TO a file"),
    ("SELECT dblink_exec('dbname=x', 'DELETE FROM users')", "dblink_exec"),
    ("SELECT pg_terminate_backend(7)", "pg_terminate_backend"),
    ("DO $$ BEGIN CREATE ROLE joe; EXCEPTION WHEN duplicate_object THEN NULL; END $$", "CREATE ROLE"),
    ("DO $x$ BEGIN IF true THEN EXECUTE 'DROP DATABASE ' || 'y'; END IF; END $x$", "DROP DATABASE"),
    ("DO 'BEGIN ALTER SYSTEM SET a = 1; END'", "ALTER SYSTEM"),
    ("CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DROP ROLE joe $$", "DROP ROLE"),
    ("drop/**/user joe", "DROP USER"),
    ("/* a /* b */ c */ DROP ROLE joe", "DROP ROLE"),
    ("DO $$ BEGIN -- it's for joe\n CREATE ROLE joe; END $$", "CREATE ROLE"),
    ("DO $$ BEGIN /* a /* b */ */ CREATE /* c */ ROLE joe; END $$", "CREATE ROLE"),
    ("DO $$ BEGIN EXECUTE 'DROP -- x\n ROLE joe'; END $$", "DROP ROLE"),
    ("DO $$ BEGIN EXECUTE $x$/* y */ DROP ROLE joe$x$; END $$", "DROP ROLE"),
    ("DO $$ BEGIN <<x>> DROP ROLE joe; END $$", "DROP ROLE"),
    ("DO $$ BEGIN REVOKE a FROM joe; RAISE NOTICE '%', current_user; END $$", "REVOKE"),
    ('SELECT "dblink_exec"($$dbname=x$$, $$DELETE FROM users$$)', "dblink_exec"),
    ("CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'x')", "CREATE SERVER"),
    ("ALTER SERVER s OPTIONS (SET dbname 'x')", "ALTER SERVER"),
    ("CREATE USER MAPPING FOR joe SERVER s", "CREATE USER MAPPING"),
    ("create user  mapping if not exists for public server s options (user 's3kRet')", "CREATE USER MAPPING"),
    (
        "DO $$ BEGIN EXECUTE 'ALTER USER MAPPING FOR joe SERVER s OPTIONS (user ''x'')'; END $$",
        "ALTER USER MAPPING",
    ),
    ("CREATE FOREIGN TABLE t (a text) SERVER s OPTIONS (program 'rm x')", "CREATE FOREIGN TABLE ... PROGRAM"),
    ("BEGIN; INSERT INTO t VALUES (1); prepare transaction 'x'", "PREPARE TRANSACTION"),
    # A text that is run, whatever it is made of.
    (r"DO $$ BEGIN EXECUTE E'\nCREATE ROLE leaked'; END $$", "CREATE ROLE"),
    (r"DO $$ BEGIN EXECUTE E'\x43REATE \122OLE leaked'; END $$", "CREATE ROLE"),
    (r"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS E'BEGIN\nCREATE ROLE x;\nEND'", "CREATE ROLE"),
    ("DO $$ BEGIN EXECUTE 'DROP ' || 'DATABASE ' || quote_ident('y'); END $$", "DROP DATABASE"),
    ("DO $$ DECLARE q text := 'DROP DATABASE y'; BEGIN EXECUTE q; END $$", "DROP DATABASE"),
    ("DO $$ DECLARE q text; BEGIN q := 'grant a to b'; EXECUTE q USING 1; END $$", "GRANT"),
    ("DO $$ BEGIN EXECUTE 'DO $x$ BEGIN CREATE ROLE y; END $x$'; END $$", "CREATE ROLE"),
    ("DO $$ BEGIN EXECUTE 'SELECT 1; DROP ROLE y'; END $$", "DROP ROLE"),
    ("DO LANGUAGE plpgsql 'BEGIN DROP ROLE joe; END'", "DROP ROLE"),
    ("DO LANGUAGE plpython3u $$ plpy.execute('DROP /* x */ ROLE joe') $$", "DROP ROLE"),
    ('DO LANGUAGE plpython3u $$ plpy.execute("DROP ROLE joe") $$', "DROP ROLE"),
    ("CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC DROP ROLE joe; END", "DROP ROLE"),
    ("DO $$ BEGIN PERFORM dblink_exec('dbname=x', 'DELETE FROM users'); END $$", "dblink_exec"),
    (
        "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO eve', current_database()); "
        "GRANT admins TO eve; END $$",
        "GRANT",
    ),
    ("UPDATE pg_database SET datallowconn = false", "UPDATE PG_DATABASE"),
    ("delete from only pg_catalog.pg_authid where true", "DELETE FROM ONLY PG_CATALOG.PG_AUTHID"),
    ("LOCK TABLE pg_database", "LOCK TABLE PG_DATABASE"),
    ("COPY users TO %s", "COPY ... TO a file"),
    ("DO $$ BEGIN EXECUTE 'COPY ui TO ' || quote_literal('/x'); END $$", "COPY ... TO a file"),
    ("DO $$ BEGIN EXECUTE format('COPY ui TO %L', '/x'); END $$", "COPY ... TO a file"),
    ("SECURITY LABEL ON ROLE joe IS 'x'", "SECURITY LABEL ON ROLE"),
    ("COPY users TO E'/tmp/x'", "COPY ... TO a file"),
    ("COPY users TO $$/tmp/x$$", "COPY ... TO a file"),
    ("COPY (SELECT ';') TO '/tmp/x'", "COPY ... TO a file"),
    ("COPY (SELECT $$ ; $$) TO PROGRAM 'cat > /tmp/x'", "COPY ... TO PROGRAM"),
    ("SELECT lo_export(7, '/tmp/x')", "lo_export"),
    ("SELECT pg_drop_replication_slot('x')", "pg_drop_replication_slot"),
]

INSIDE = [
    "ALTER TABLE users ALTER role TYPE text, DROP COLUMN database",
    "CREATE TABLE role (a INT)",
    "INSERT INTO settings VALUES ('title', 'drop database x; create role y')",
    "UPDATE gists SET gist_description = 'dblink(1)'",
    "GRANT SELECT ON users TO joe",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM joe",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO joe",
    "DROP USER MAPPING FOR joe SERVER s",
    "CREATE FOREIGN TABLE t (program text) SERVER s OPTIONS (filename '/x')",
    "PREPARE transaction_of_mine AS SELECT 1",
    "COPY users FROM STDIN",
    "COPY users TO STDOUT",
    "COPY (SELECT 'to ''/tmp/x') TO STDOUT WITH (DELIMITER '|')",
    "COMMENT ON COLUMN users.user_id IS 'to the role'",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database()); END $$",
    "DO $$ BEGIN UPDATE users SET active = true; DROP TABLE role; END $$",
    "CREATE TRIGGER t BEFORE UPDATE ON gists FOR EACH ROW EXECUTE FUNCTION f()",
    "-- CREATE ROLE joe\nSELECT 1",
    # What a body says, and does not run.
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO user_logs (action) VALUES ('grant'); "
    "NEW.action := 'revoke'; RETURN NEW; END $$",
    "DO $$ BEGIN UPDATE permissions SET kind = 'grant' WHERE kind = 'revoke a'; END $$",
    "DO $$ BEGIN RAISE EXCEPTION 'Create user first'; RAISE 'Drop database first'; END $$",
    "DO $$ BEGIN EXECUTE format('UPDATE t SET a = %L', 'grant it'); RAISE NOTICE 'Grant it'; END $$",
    "DO $$ DECLARE q text := 'UPDATE t SET a = 1'; BEGIN EXECUTE q; NEW.a := 'grant'; END $$",
    "CREATE FUNCTION f(a text DEFAULT 'drop database x') RETURNS text LANGUAGE sql AS 'SELECT a'",
    "UPDATE pg_database_of_ours SET a = (SELECT datname FROM pg_database LIMIT 1)",
    "CREATE FUNCTION au() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE q text; BEGIN "
    "q := format('INSERT INTO %I SELECT $1.*', TG_ARGV[0]); EXECUTE q USING OLD; "
    "INSERT INTO log (action) VALUES ('grant permission'); RAISE NOTICE 'drop user group by hand'; RETURN OLD; END $$",
    "COMMENT ON FUNCTION f() IS 'drop database x'",
    "/* a /* b */ CREATE ROLE joe */ SELECT 1",
    "DO $$ BEGIN -- CREATE ROLE joe\n UPDATE users SET active = true; /* ; DROP ROLE x */ END $$",
    """DO $$ BEGIN UPDATE "'t" SET a = $x$ it's -- $x$; END $$""",
    "DO $$ BEGIN REVOKE ALL ON DATABASE kallithea FROM joe; RAISE NOTICE '%', current_database(); END $$",
    "",
]


@pytest.mark.parametrize(("statement", "what"), OUT)
def test_reaches_out(statement: str, what: str) -> None:
    why = reaches_out(statement)
    assert why.startswith(f"{what}: ")
    assert "not sent" in why and "s3kRet" not in why


@pytest.mark.parametrize("statement", INSIDE)
def test_stays_inside(statement: str) -> None:
    assert reaches_out(statement) == ""


def test_comments_in_bodies_and_texts() -> None:
    text = """DO $x$ -- a's
    "-- b" 'c -- d' E'e /* f */' $y$ g /* h */ $y$ /* i /* j */ */ k $x$"""
    outside, inside = (" ".join(_without_comments(text, inside).split()) for inside in (False, True))
    assert outside == " ".join(text.split())
    assert inside == """DO $x$ "-- b" 'c ' E'e ' $y$ g $y$ k $x$"""
    assert _without_comments("a -- b\nc /* d /* e */ f */ g").split() == ["a", "c", "g"]
