"""Indexes that a foreign key has brought by itself: told from others, and made so again in a copy."""

from __future__ import annotations

from typing import Any, Dict, List, Set

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.mysql.implicit import Key, candidates, is_same_table, left_implicit
from kallithea_dbdev.releases import RELEASES
from kallithea_dbdev.schema.compare import compare

from ...conftest import need, use_database
from ...projects import VERSION, Project, run_forked
from ...servers import PASSWORD, Server
from ..lab import laboratory

TABLE = """\
CREATE TABLE `t` (
  `id` int(11) NOT NULL COMMENT 'KEY `x` (`a`),',
  `a` int(11) DEFAULT NULL,
  `b,c` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq` (`a`,`b,c`),
  KEY `fk_a` (`a`),
  KEY `ix_a` (`a`(10)),
  KEY `both` (`a`,`b,c`),
  KEY `hash` (`a`) USING HASH,
  KEY `other` (`id`),
  CONSTRAINT `fk_a` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE CASCADE,
  CONSTRAINT `fk_both` FOREIGN KEY (`a`, `b,c`) REFERENCES `p2` (`x`, `y`),
  CONSTRAINT `ck` CHECK (`a` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
 PARTITION BY whatever"""


def test_only_what_is_over_the_columns_of_a_foreign_key_may_be_implicit() -> None:
    assert candidates(TABLE) == (Key("fk_a", ("a",)), Key("both", ("a", "b,c")))
    assert candidates("CREATE TABLE `t` (\n  `a` int(11)\n) ENGINE=InnoDB") == ()


def test_the_statement_loses_these_lines_and_no_other() -> None:
    left = left_implicit(TABLE, {Key("fk_a", ("a",))})
    assert left == TABLE.replace("  KEY `fk_a` (`a`),\n", "")
    assert left_implicit(TABLE, ()) == TABLE


def test_constraints_that_the_server_has_named_are_named_by_it_again_in_their_order() -> None:
    keys = [f"  KEY `{c}` (`{c}`)," for c in "abc"]
    lines = [f"  CONSTRAINT `t_ibfk_{n}` FOREIGN KEY (`{c}`) REFERENCES `p` (`id`)" for n, c in
             ((1, "a"), (10, "c"), (2, "b"))]  # fmt: skip
    text = "\n".join(["CREATE TABLE `t` (", "  `a` int,", *keys, ",\n".join(lines), ") ENGINE=InnoDB"])
    left = left_implicit(text, {Key(c, (c,)) for c in "abc"})
    assert left == "\n".join(["CREATE TABLE `t` (", "  `a` int,", *(
        f"  FOREIGN KEY (`{c}`) REFERENCES `p` (`id`){',' if c != 'c' else ''}" for c in "abc"
    ), ") ENGINE=InnoDB"])  # fmt: skip


def test_the_order_of_lines_and_nothing_else_is_no_difference() -> None:
    lines = TABLE.split("\n")
    lines[6], lines[8] = lines[8], lines[6]
    assert is_same_table(TABLE, "\n".join(lines))
    assert not is_same_table(TABLE, TABLE.replace("KEY `other`", "KEY `another`"))
    assert not is_same_table(TABLE, TABLE.replace("utf8mb4", "utf8mb3"))
    assert not is_same_table(TABLE, TABLE.replace("TABLE `t`", "TABLE `u`"))


#: Table -> the statements that make it, and the columns on which it has an implicit index.
TABLES: Dict[str, "tuple[List[str], Set[str]]"] = {
    "named": (["CREATE TABLE named (id INT PRIMARY KEY, a INT, CONSTRAINT fk_n FOREIGN KEY (a) REFERENCES p (id))"],
              {"a"}),
    "asked_for": (["CREATE TABLE asked_for (id INT PRIMARY KEY, a INT, KEY fk_f (a), "
                   "CONSTRAINT fk_f FOREIGN KEY (a) REFERENCES p (id))"], set()),
    "by_another": (["CREATE TABLE by_another (id INT PRIMARY KEY, a INT, b INT, KEY ix (a, b), "
                    "CONSTRAINT fk_o FOREIGN KEY (a) REFERENCES p (id))"], set()),
    "unnamed": (["CREATE TABLE unnamed (id INT PRIMARY KEY, b INT, a INT, c INT, KEY c (c), "
                 "FOREIGN KEY (b) REFERENCES p (id), FOREIGN KEY (a) REFERENCES p (id), "
                 "FOREIGN KEY (c) REFERENCES p (id))"], {"a", "b"}),
    "two": (["CREATE TABLE two (id INT PRIMARY KEY, a INT, CONSTRAINT fk_2a FOREIGN KEY (a) REFERENCES p (id), "
             "CONSTRAINT fk_2b FOREIGN KEY (a) REFERENCES p (id))"], {"a"}),
    "both_": (["CREATE TABLE both_ (id INT PRIMARY KEY, a INT, b INT, "
              "CONSTRAINT fk_b FOREIGN KEY (a, b) REFERENCES q (a, b), "
              "CONSTRAINT fk_c FOREIGN KEY (b) REFERENCES p (id))"], {"a, b", "b"}),
    "itself": (["CREATE TABLE itself (id INT PRIMARY KEY, a INT, `odd ``name` INT, "
                "CONSTRAINT fk_i FOREIGN KEY (a) REFERENCES itself (id), "
                "CONSTRAINT `fk ``i` FOREIGN KEY (`odd ``name`) REFERENCES p (id))"], {"a", "`odd ``name`"}),
    "versioned": (["CREATE TABLE versioned (id INT PRIMARY KEY, a INT, b INT, KEY fk_v2 (b), "
                   "CONSTRAINT fk_v FOREIGN KEY (a) REFERENCES p (id), "
                   "CONSTRAINT fk_v2 FOREIGN KEY (b) REFERENCES p (id)) WITH SYSTEM VERSIONING"], {"a"}),
}  # fmt: skip
#: What no statement leads to: such an index is explicit in a copy, under its name.
ORPHANS = [
    "CREATE TABLE dropped (id INT PRIMARY KEY, a INT, CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES p (id))",
    "ALTER TABLE dropped DROP FOREIGN KEY fk_d",
    "CREATE TABLE gap (id INT PRIMARY KEY, a INT, b INT, FOREIGN KEY (a) REFERENCES p (id), "
    "FOREIGN KEY (b) REFERENCES p (id))",
    "ALTER TABLE gap DROP FOREIGN KEY gap_ibfk_1",
    # the server cannot give the second name while the first one is in the statement
    "CREATE TABLE mixed (id INT PRIMARY KEY, a INT, b INT, CONSTRAINT mixed_ibfk_1 FOREIGN KEY (a) REFERENCES p (id))",
    "ALTER TABLE mixed ADD FOREIGN KEY (b) REFERENCES p (id)",
]


@pytest.fixture
def server(running: Dict[str, Any]) -> Server:
    return need("mysql", running)


def names(server: Server, database: str, table: str) -> Set[str]:
    return {row[2] for row in server.sql(database, f"SHOW INDEX FROM `{table}`")}


def test_a_copy_and_its_copy_have_the_same_indexes_implicit(server: Server) -> None:
    name = server.create()
    tables = {table: case for table, case in TABLES.items() if server.knows(case[0][0])}
    server.sql(
        name,
        "CREATE TABLE p (id INT PRIMARY KEY)", "CREATE TABLE q (a INT, b INT, UNIQUE (a, b))",
        *(statement for made, _ in tables.values() for statement in made), *ORPHANS,
    )  # fmt: skip
    with laboratory() as lab:
        original = server.database(name)
        copies = [lab.copy(original, "one")]
        copies.append(lab.copy(copies[0], "two"))
        for copy in copies:
            assert compare(copy.read_schema(), original.read_schema()) == ()
            for table, (_, columns) in tables.items():
                table = {"both": "both_"}.get(table, table)
                for number, column in enumerate(sorted(columns | {"a"})):
                    before = names(server, copy.name, table)  # type: ignore[attr-defined]
                    server.sql(copy.name, f"ALTER TABLE {table} ADD INDEX new_{number} ({column})")  # type: ignore[attr-defined]
                    gone = before - names(server, copy.name, table)  # type: ignore[attr-defined]
                    assert bool(gone) == (column in columns), (table, column, gone)
            if copy is copies[0]:
                # the second was copied before this one was changed
                assert lab is not None


def test_without_the_right_to_temporary_tables(server: Server) -> None:
    """The most that an administrator may give for copies, but for that one right."""
    name = server.create()
    made, _ = TABLES["named"]
    server.sql(name, "CREATE TABLE p (id INT PRIMARY KEY)", *made)
    server.make_user("plain", rights=False)
    server.admin_sql(
        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, TRIGGER "
        "ON `kdbdev\\_%`.* TO 'plain'@'localhost'",
        f"GRANT SELECT ON `{name}`.* TO 'plain'@'localhost'",
    )
    with laboratory() as lab:
        copy = lab.copy(open_database(server.url(name, user="plain", password=PASSWORD)), "copy")
        assert names(server, copy.name, "named") == {"PRIMARY", "fk_n"}  # type: ignore[attr-defined]
        server.sql(copy.name, "ALTER TABLE named ADD INDEX new (a)")  # type: ignore[attr-defined]
        assert names(server, copy.name, "named") == {"PRIMARY", "new"}  # type: ignore[attr-defined]


#: Of 0.6.3's table of reviewers: the index of a foreign key that the unique constraint of 0.7.0 serves.
INDEX = "fk_pull_request_reviewers_pull_request_id"


@pytest.mark.skipif(VERSION != "0.7.0", reason="the scripts of 0.7.0")
@pytest.mark.parametrize("restored", [False, True], ids=["set-up", "restored"])
def test_a_site_gets_the_verdict_that_alembic_gives_it(
    project: Project, server: Server, restored: bool
) -> None:
    """A database as 0.6.3's own set-up made it, and one that came back from a dump of such a one."""
    (release,) = (release for release in RELEASES if release.version == "0.6.3")
    name = server.create()
    server.scratch_named(name).execute(release.statements("mysql"))
    if restored:
        # Whoever names an index asks for it.
        server.sql(name, *(f"ALTER TABLE pull_request_reviewers RENAME INDEX {one} TO {other}"
                           for one, other in ((INDEX, "x"), ("x", INDEX))))  # fmt: skip
    use_database(project, server.url(name))
    report = project.verify("--no-sample", status=1)
    extra = [f["object"] for f in report["findings"] if f["code"] == "index-extra"]
    refused = [f for f in report["findings"] if f["code"] == "downgrade-fails" and "1553" in f["message"]]
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    assert extra == ([INDEX] if INDEX in names(server, name, "pull_request_reviewers") else [])
    done = run_forked("alembic", "-c", "development.ini", "downgrade", release.revision,
                      cwd=project.instance, checkout=project.checkout)  # fmt: skip
    assert len(refused) == (done.returncode != 0) == (not restored), done.stderr
    assert restored or "1553" in done.stderr
