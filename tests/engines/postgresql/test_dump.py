"""What is kept of a plain dump. Pure."""

from __future__ import annotations

from kallithea_dbdev.engines.postgresql.dump import statements_of_dump


def test_statements_without_what_is_said_of_the_session() -> None:
    dump = """--
-- PostgreSQL database dump
--

\\restrict x

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.a (
    b integer NOT NULL
);


CREATE SEQUENCE public.a_b_seq
    AS integer
    START WITH 1;

ALTER TABLE ONLY public.a ALTER COLUMN b SET DEFAULT nextval('public.a_b_seq'::regclass);

\\unrestrict x
"""
    assert statements_of_dump(dump) == (
        "CREATE TABLE a (\n    b integer NOT NULL\n)",
        "CREATE SEQUENCE a_b_seq AS integer START WITH 1",
        "ALTER TABLE ONLY a ALTER COLUMN b SET DEFAULT nextval('a_b_seq'::regclass)",
    )
