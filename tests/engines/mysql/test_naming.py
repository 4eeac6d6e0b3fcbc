"""Which databases a statement names, in every spelling: pure functions on texts."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines.mysql.naming import calls, columns_of_row, names_database, tokens, unqualified

DATABASES = ["kallithea", "Other-DB", "test"]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO kallithea.audit VALUES (1)",
        "INSERT INTO `kallithea`.`audit` VALUES (1)",
        "insert into KALLITHEA . audit values (1)",
        "INSERT INTO kallithea\n  . -- why\n audit VALUES (1)",
        "INSERT INTO kallithea/* a comment */./**/audit VALUES (1)",
        "INSERT INTO kallithea # a comment\n.audit VALUES (1)",
        "/*!50000 INSERT INTO kallithea.audit VALUES (1) */",
        "/*M!100100 INSERT INTO kallithea.audit VALUES (1) */",
        'INSERT INTO "kallithea".audit VALUES (1)',
        "PREPARE s FROM 'INSERT INTO kallithea.audit VALUES (1)'",
        "SET @s = concat('INSERT INTO ', 'kallithea', '.audit')",
        "CALL kallithea.log_it()",
        "SELECT nextval(`kallithea`.`s`)",
        "BEGIN IF NEW.a THEN UPDATE t, kallithea.u SET u.a = 1; END IF; END",
    ],
)
def test_a_name_counts_in_any_spelling(text: str) -> None:
    assert names_database(text, DATABASES) == "kallithea"


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO audit VALUES (1)",
        "INSERT INTO audit VALUES ('plain text')",
        "SET NEW.kallithea = 1",
        "SET NEW.a = kallithea",
        "/* kallithea.audit */ SET NEW.a = 1",
        "-- kallithea.audit\nSET NEW.a = 1",
        "# kallithea.audit\nSET NEW.a = 1",
        "INSERT INTO kallithea_audit VALUES (1)",
        "INSERT INTO my$kallithea.audit VALUES (1)",
        "SET NEW.a = 'kallitheas'",
        "SET NEW.a = NEW.b",
    ],
)
def test_what_names_no_database_is_no_name(text: str) -> None:
    assert names_database(text, DATABASES) is None


def test_a_database_with_odd_characters_is_found() -> None:
    assert names_database("INSERT INTO `other-db`.t VALUES (1)", DATABASES) == "Other-DB"
    assert names_database("INSERT INTO `a``b`.t VALUES (1)", ["a`b"]) == "a`b"


def test_quotes_and_escapes_do_not_hide_what_follows() -> None:
    assert (
        names_database(r"SET @a = 'it\'s', @b = 'it''s'; DELETE FROM kallithea.t", DATABASES) == "kallithea"
    )
    assert [piece[1] for piece in tokens("a/* x */ 'b c'--d\n.`e f`")] == [
        "a",
        "'b c'",
        "-",
        "-",
        "d",
        ".",
        "`e f`",
    ]


def test_calls() -> None:
    assert calls("CALL `Log_It`(NEW.a)", ["log_it"]) == "log_it"
    assert calls("SET @s = 'CALL log_it()'", ["log_it"]) == "log_it"
    assert calls("SET NEW.a = percent(NEW.b)", ["log_it"]) is None
    assert calls("CALL log_items()", ["log_it"]) is None


def test_unqualified_takes_out_the_database_and_leaves_texts() -> None:
    text = "CREATE TABLE `t` (`a` INT DEFAULT nextval(`kallithea`.`s`) COMMENT 'see `kallithea`.`x`')"
    assert unqualified(text, "kallithea") == (
        "CREATE TABLE `t` (`a` INT DEFAULT nextval(`s`) COMMENT 'see `kallithea`.`x`')"
    )
    assert unqualified("SELECT `other`.`t`.`a`", "kallithea") == "SELECT `other`.`t`.`a`"


def test_double_quotes_may_quote_a_name() -> None:
    """Under ANSI_QUOTES; a word in them is found anyway, a name with a quote in it by what it stands for."""
    assert names_database('DELETE FROM "a""b".t', ['a"b']) == 'a"b'
    assert names_database("DELETE FROM 'a''b'.t", ["a'b"]) is None
    assert names_database('SET @a = "a""b"', ['a"b']) is None


def test_only_what_the_server_quoted_before_a_dot_is_taken_out() -> None:
    for text in (
        "SELECT 'kallithea' . `x`",
        "SELECT kallithea.`x`",
        "SELECT `kallithea` AS `x`",
        "SELECT `kallithea`",
    ):
        assert unqualified(text, "kallithea") == text
    assert unqualified("SELECT `Kallithea`.`x`, `kallithea` . `y`", "kallithea") == "SELECT `x`,  `y`"


def test_a_statement_that_ends_with_a_name() -> None:
    assert names_database("SELECT 1 AS kallithea", DATABASES) is None
    assert calls("SELECT 1 AS x", ["y"]) is None


def test_columns_of_the_row_of_a_trigger() -> None:
    body = "BEGIN SET NEW.a = OLD . `B c`, @x = 'NEW.no'; /* old.no */ SELECT t.new, news.no, 1.5, new.`d``e`; END"
    assert list(columns_of_row(body)) == ["a", "b c", "d`e"]
