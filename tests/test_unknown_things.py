"""Whatever a site's database holds and a script does to it: one report, with the right findings in it."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest

from .conftest import need, use_database
from .engines.test_servers import name_of
from .projects import VERSION, Project
from .servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

NAMES = (
    "a.b", "A Table", "50% off", "%s", ":name", "select", "1st", "t\xe4glich", "it's", 'say "so"', "`tick`",
    "a.b.c", ".", "-- x", "[x]", "semi;colon", "UPPER", "back\\slash", "{x}",
)  # fmt: skip
#: Changes of rows through the driver itself: nobody reads its "%" or ":".
RUN = "cursor = op.get_bind().connection.cursor()\n"
COMMON = {"gists", "users"}


def quoted(engine: str, name: str) -> str:
    mark = "`" if engine == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark


def run(project: Project, server: "Server | None", statements: "List[str]") -> None:
    if server is None:
        project.sql(*statements)
    else:
        for statement in statements:
            server.sql(name_of(project), statement)


def script(project: Project, up: "List[str]", down: "List[str]") -> None:
    bodies = (RUN + "\n".join(f"cursor.execute({statement!r})" for statement in part) for part in (up, down))
    project.write_script(*bodies)


def findings(project: Project) -> "List[Tuple[str, str, Any, Any]]":
    """Severity, code, table and object of all but notes, in the order of their texts.

    What the site has of its own is not told: no release has it, so the script cannot be run on one.
    """
    report = project.verify(status=1)
    assert len(report["steps"]) == 3
    return sorted(
        (f["severity"], f["code"], f["table"] or "", f["object"] or "")
        for f in report["findings"]
        if f["severity"] != "note" and not f["code"].endswith("-extra")
    )


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def place(request: Any, project: Project, running: Dict[str, Any]) -> "Tuple[Project, Server | None]":
    """A project with its database on each engine."""
    if request.param == "sqlite":
        return project, None
    server = need(request.param, running)
    key = f"template on {server.engine}"
    if key not in running:
        running[key] = server.new_name()
        use_database(project, server.url(running[key]))
        from .conftest import create_database

        create_database(project)
    use_database(project, server.url(server.copy(running[key])))
    return project, server


def test_names_of_all_kinds(place: "Tuple[Project, Server | None]") -> None:
    project, server = place
    engine = server.engine if server else "sqlite"
    names = [name for name in NAMES if server is None or server.engine != "mysql" or name[-1] != " "]
    before, up, down = [], [], []
    tables = {name: quoted(engine, name) for name in names}
    if engine == "postgresql":
        before = ['CREATE SCHEMA "a"', 'CREATE SCHEMA "x.y"', 'CREATE SEQUENCE "s.q"']
        tables.update({"a.b": '"a"."b"', '"a.b"': '"a.b"', '"x.y"."z.""1"': '"x.y"."z.""1"'})
        tables.update(
            {'"a.b.c"': tables.pop("a.b.c"), '"."': tables.pop("."), '"say ""so"""': tables.pop('say "so"')}
        )
    for number, table in enumerate(tables.values()):
        column, index = (
            quoted(engine, f"{prefix}{NAMES[number % len(NAMES)]}") for prefix in ("", f"{number} ")
        )
        kind = "SERIAL" if engine == "postgresql" else "INTEGER"
        before += [
            f"CREATE TABLE {table} (id {kind} PRIMARY KEY, {column} VARCHAR(20))",
            f"CREATE INDEX {index} ON {table} ({column})",
            f"INSERT INTO {table} VALUES (1, 'old'), (2, NULL)",
        ]
        # A column whose name is right for the table with the number.
        up.append(f"UPDATE {table} SET {column} = 'new' WHERE id = 1")
        down.append(f"UPDATE {table} SET {column} = 'old' WHERE id = 1")
    run(project, server, before)
    script(project, up, down)
    expected = sorted(
        ("error", "values-changed", name, NAMES[number % len(NAMES)]) for number, name in enumerate(tables)
    )
    assert findings(project) == expected


def test_triggers_of_one_name_on_two_tables(project: Project, running: Dict[str, Any]) -> None:
    server = need("postgresql", running)
    project, _ = place_on(project, server, running)
    run(project, server, [
        "CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER audit AFTER INSERT ON gists FOR EACH ROW EXECUTE FUNCTION audit()",
        "CREATE TRIGGER audit AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION audit()",
    ])  # fmt: skip
    again = "CREATE TRIGGER audit AFTER INSERT ON gists FOR EACH ROW EXECUTE FUNCTION audit()"
    project.write_script("op.execute('DROP TRIGGER audit ON gists')", f"op.execute({again!r})")
    assert findings(project) == [
        ("error", "trigger-missing", "gists", "audit"),
    ]


def place_on(project: Project, server: Server, running: Dict[str, Any]) -> "Tuple[Project, Server]":
    key = f"template on {server.engine}"
    if key not in running:
        running[key] = server.new_name()
        use_database(project, server.url(running[key]))
        from .conftest import create_database

        create_database(project)
    use_database(project, server.url(server.copy(running[key])))
    return project, server


ODD = {
    "sqlite": ("CREATE TABLE odd (id INTEGER, v VARCHAR(9), w BLOB)", "INSERT INTO odd VALUES (1, NULL, x'ff'), (NULL, 'a', NULL), (2, CAST(x'ff' AS TEXT), 9e999)"),
    "postgresql": (
        "CREATE TYPE print_kind AS ENUM ('ink', 'laser')",
        "CREATE TABLE odd (id INTEGER, v print_kind, w jsonb, x integer[], y date, z json)",
        "INSERT INTO odd VALUES (1, NULL, '{}', '{1}', '0044-03-15 BC', '[]'), (NULL, 'ink', NULL, NULL, 'infinity', NULL)",
    ),
    "mysql": ("CREATE TABLE odd (id INTEGER, v set('a', 'b'), w json, x bit(3))", "INSERT INTO odd VALUES (1, NULL, '{}', b'1'), (NULL, 'a', NULL, NULL)"),
}  # fmt: skip


def test_a_table_without_a_key_and_one_row_more(place: "Tuple[Project, Server | None]") -> None:
    project, server = place
    run(project, server, list(ODD[server.engine if server else "sqlite"]))
    project.write_script(
        "op.execute('INSERT INTO odd (id) VALUES (NULL)')",
        "op.execute('DELETE FROM odd WHERE id IS NULL AND v IS NULL')",
    )
    assert findings(project) == [("error", "rows-added", "odd", "")]


def test_a_changed_value_of_a_type_that_nobody_knows(project: Project, running: Dict[str, Any]) -> None:
    project, server = place_on(project, need("postgresql", running), running)
    run(project, server, [*ODD["postgresql"][:1], ODD["postgresql"][1].replace("INTEGER,", "INTEGER PRIMARY KEY,"),
                          "INSERT INTO odd VALUES (1, NULL, '{}', '{1}', '0044-03-15 BC', '[]')"])  # fmt: skip
    up = "UPDATE odd SET v = 'ink', w = '{\"a\": 1}', x = '{1,2}', y = 'infinity', z = '[1]'"
    down = "UPDATE odd SET v = NULL, w = '{}', x = '{1}', y = '0044-03-15 BC', z = '[]'"
    script(project, [up], [down])
    assert findings(project) == [("error", "values-changed", "odd", column) for column in "vwxyz"]


def test_an_exception_that_cannot_say_what_it_is(project: Project) -> None:
    project.write_script(
        "class Odd(Exception):\n    def __str__(self):\n        raise RuntimeError('no words')\nraise Odd()"
    )
    report = project.verify(status=1)
    (message,) = [f["message"] for f in report["findings"] if f["severity"] == "error"]
    assert message.startswith("upgrade() of feedc0ffee00 raises: Odd; at feedc0ffee00_"), message
