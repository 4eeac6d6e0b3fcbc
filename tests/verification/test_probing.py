"""db-verify: what would happen to rows that the database at hand does not hold."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest

from ..projects import HEAD, VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

BATCH = "with op.batch_alter_table('{}', table_kwargs={{'sqlite_autoincrement': True}}) as batch_op:\n    batch_op."


def batch(table: str, code: str) -> str:
    return BATCH.format(table) + code


def not_null(nullable: bool) -> str:
    return batch("ui", f"alter_column('ui_value', existing_type=sa.String(255), nullable={nullable})")


def length(old: int, new: int) -> str:
    return batch(
        "users", f"alter_column('extern_name', existing_type=sa.String({old}), type_=sa.String({new}))"
    )


def last_name(nullable: bool) -> str:
    return batch("users", f"alter_column('lastname', existing_type=sa.Unicode(255), nullable={nullable})")


def grant(old: str, new: str) -> str:
    named = "(SELECT permission_id FROM permissions WHERE permission_name = '{}')"
    return (
        f'op.execute("UPDATE user_to_perm SET permission_id = {named.format(new)} '
        f'WHERE permission_id = {named.format(old)}")'
    )


UNIQUE = batch("users", "create_unique_constraint('uq_users_api_key', ['api_key'])")
CHECK = batch(
    "permissions", "create_check_constraint('ck_permissions_name', sa.text('length(permission_name) > 0'))"
)
#: The address of a user, without its case; its beginning only.
ALIKE = (
    "op.execute({'mysql': 'CREATE UNIQUE INDEX uq_alike ON users (email(3))'}.get(op.get_bind().dialect.name, "
    "'CREATE UNIQUE INDEX uq_alike ON users (lower(email))'))"
)
#: The same as a column that the server makes.
BEGIN = (
    "op.execute('ALTER TABLE users ADD COLUMN email_begin VARCHAR(3) GENERATED ALWAYS AS (substr(email, 1, 3)) '\n"
    "    + ('STORED' if op.get_bind().dialect.name == 'postgresql' else 'VIRTUAL'))\n"
    "op.create_index('uq_begin', 'users', ['email_begin'], unique=True)"
)
NOT_ALIKE = "op.execute({'mysql': 'DROP INDEX uq_alike ON users'}.get(op.get_bind().dialect.name, 'DROP INDEX uq_alike'))"
ADDRESS = batch("users", "create_check_constraint('ck_users_address', sa.text(\"email LIKE '%@%'\"))")
POINTING = batch(
    "users", "create_foreign_key('fk_users_extern_name', 'users', ['extern_name'], ['username'])"
)

#: Name -> upgrade, downgrade, data_changes, and the findings: [severity direction:]code, table, column, what the message says.
SCRIPTS: Dict[str, Tuple[str, str, str, List[Tuple[str, str, str, str]]]] = {
    "NOT NULL": (
        not_null(False), not_null(True), "", [("rows-refused", "ui", "ui_value", "(ui.ui_value: NULL)")],
    ),
    "NOT NULL after an UPDATE": (
        "op.execute(\"UPDATE ui SET ui_value = '' WHERE ui_value IS NULL\")\n" + not_null(False), not_null(True),
        "[('ui', 'ui_value', 'changed', 'ui_value IS NULL')]", [],
    ),
    "an UPDATE that nobody declares": (
        "op.execute(\"UPDATE settings SET app_settings_type = '' WHERE app_settings_type IS NULL\")", "pass", "",
        [("values-filled", "settings", "app_settings_type", "(settings.app_settings_type: NULL)")],
    ),
    "unique": (
        UNIQUE, batch("users", "drop_constraint('uq_users_api_key', type_='unique')"), "",
        [("rows-refused", "users", "", "two rows that are the same")],
    ),
    "shorter": (
        length(255, 40), length(40, 255), "",
        [("values-too-long|rows-refused", "users", "extern_name", "a text of 255 characters")],
    ),
    "a CHECK": (
        CHECK, batch("permissions", "drop_constraint('ck_permissions_name', type_='check')"), "",
        [("rows-refused", "permissions", "permission_name", "an empty text")],
    ),
    "unique in another way": (
        ALIKE, NOT_ALIKE, "", [("rows-refused", "users", "email", "texts that differ in their last letter only")],
    ),
    "a CHECK of the form of a key": (
        # No key of the models: none of the other rows is refused with it.
        ADDRESS, batch("users", "drop_constraint('ck_users_address', type_='check')"), "",
        [("rows-refused", "users", "email", "a text of 255 characters")],
    ),
    "a CHECK against one text": (
        batch("users", "create_check_constraint('ck_users_type', sa.text(\"extern_type <> 'crowd'\"))"),
        batch("users", "drop_constraint('ck_users_type', type_='check')"), "",
        [("rows-refused", "users", "extern_type", "what the CHECK speaks of: 'crowd'")],
    ),
    "a foreign key": (
        "op.execute('UPDATE users SET extern_name = NULL')\n" + POINTING,
        batch("users", "drop_constraint('fk_users_extern_name', type_='foreignkey')"),
        "[('users', 'extern_name', 'changed')]", [],
    ),
    "sets a title": (
        "op.execute(\"UPDATE settings SET app_settings_value = 'Kallithea' WHERE app_settings_name = 'realm'\")", "pass", "",
        [("values-changed", "settings", "app_settings_value", "a value that a site has chosen")],
    ),
    "sets a title where it is the old one": (
        "op.execute(\"UPDATE settings SET app_settings_value = 'Kallithea' WHERE app_settings_name = 'realm' "
        "AND app_settings_value = 'RhodeCode'\")", "pass", "", [],
    ),
    "grants again what a site has taken away": (
        grant("hg.fork.none", "hg.fork.repository"), "pass", "",
        [("values-changed", "user_to_perm", "permission_id", "a value that a site has chosen (hg.fork.none)")],
    ),
    "takes away what a site has granted": (
        "op.execute(\"DELETE FROM user_to_perm WHERE permission_id IN (SELECT permission_id FROM permissions "
        "WHERE permission_name = 'hg.fork.none')\")", "pass", "",
        [("rows-lost", "user_to_perm", "", "a value that a site has chosen (hg.fork.none)")],
    ),
    "grants something else where it is the default": (
        grant("hg.fork.repository", "hg.fork.none"), grant("hg.fork.none", "hg.fork.repository"),
        "[('user_to_perm', 'permission_id', 'changed')]", [],
    ),
    "the downgrade is stricter": (
        # What only the newer schema takes is no error, but whoever goes down must know.
        last_name(True), last_name(False), "",
        [("warning downgrade:rows-refused", "users", "lastname", "(users.lastname: NULL)")],
    ),
    "the downgrade knows what to do": (
        batch("users", "alter_column('firstname', existing_type=sa.Unicode(255), nullable=True)"),
        "op.execute(\"UPDATE users SET firstname = '' WHERE firstname IS NULL\")\n"
        + batch("users", "alter_column('firstname', existing_type=sa.Unicode(255), nullable=False)"), "", [],
    ),
    "the downgrade does not expect any name": (
        "pass", "op.execute(\"DELETE FROM users WHERE username = 'nobody'\")\n"
        "assert '' not in [row[0] for row in op.get_bind().execute('SELECT username FROM users')]", "",
        [("warning downgrade:rows-refused", "users", "username", "(users.username: an empty text)")],
    ),
    "the downgrade deletes and sets a title": (
        "pass", "op.execute(\"DELETE FROM users WHERE extern_type = ''\")\n"
        "op.execute(\"UPDATE settings SET app_settings_value = app_settings_type WHERE app_settings_name = 'realm' "
        "AND app_settings_value LIKE 'chosen%'\")", "",
        [("downgrade:rows-lost", "users", "", "(users.extern_type: an empty text)"),
         ("downgrade:values-changed", "settings", "app_settings_value", "a value that a site has chosen")],
    ),
    "finds a permission by its name": (grant("hg.admin", "hg.admin"), "pass", "", []),
    "deletes what no row here is": (
        # The condition says what it is for.
        "op.get_bind().execute(sa.text('DELETE FROM gists WHERE gist_type = :t AND gist_description LIKE :d'), "
        "t='secret', d='Old %')", "pass", "", [],
    ),
    "deletes what is there twice": (
        "op.execute('DELETE FROM permissions WHERE permission_id NOT IN (SELECT * FROM (SELECT min(permission_id) "
        "FROM permissions GROUP BY permission_name) p)')", "pass", "",
        [("rows-lost", "permissions", "", "two rows that are the same")],
    ),
}  # fmt: skip


def full(code: str) -> str:
    """A code with its direction and severity: upgrade and error where nothing is said."""
    code = code if ":" in code else f"upgrade:{code}"
    return code if " " in code else f"error {code}"


def check(project: Project) -> None:
    below, names = HEAD, {}
    for number, (name, (up, down, declared, _)) in enumerate(SCRIPTS.items()):
        revision = f"feed{number:08x}"
        project.write_script(up, down, revision, below, f"data_changes = {declared}" if declared else "")
        names[revision] = name
        below = revision
    report = project.verify()
    assert [f["message"] for f in report["findings"] if f["code"] == "check-failed"] == []
    said: Dict[str, List[Any]] = {name: [] for name in SCRIPTS}
    for finding in report["findings"]:
        if "probing row" in finding["message"]:
            said[names[finding["revision"]]].append(finding)
    for name, (*_, expected) in SCRIPTS.items():
        assert len(said[name]) == len(expected), (name, [f["message"] for f in said[name]])
        found = sorted(said[name], key=lambda f: (f["table"], f["object"] or ""))
        for finding, (code, table, column, text) in zip(found, sorted(expected, key=lambda e: e[1:3])):
            kind = "{severity} {direction}:{code}".format(**finding)
            assert kind in [full(word) for word in code.split("|")], finding
            assert (finding["table"], finding["object"] or "") == (table, column)
            assert text in finding["message"], finding["message"]


def test_on_sqlite(project: Project) -> None:
    before = project.snapshot()
    check(project)
    assert project.snapshot() == before


def test_on_servers(server_project: Project, server: Server) -> None:
    check(server_project)


LOWER = "op.execute('UPDATE users SET username = lower(username)')"


def becomes_one(project: Project) -> List[Dict[str, Any]]:
    project.write_script(LOWER, head="data_changes = [('users', 'username', 'changed')]")
    return [f for f in project.verify()["findings"] if f["code"] == "rows-refused"]


def test_texts_of_a_key_that_an_update_makes_one(project: Project) -> None:
    (found,) = becomes_one(project)
    assert (found["severity"], found["table"], found["object"]) == ("error", "users", "username")
    assert "texts that differ in their last letter only" in found["message"]
    # What is no part of a key may be the same.
    project.write_script(
        LOWER.replace("username", "lastname"), head="data_changes = [('users', 'lastname', 'changed')]"
    )
    assert [f for f in project.verify()["findings"] if f["code"] == "rows-refused"] == []


def test_texts_of_a_key_that_an_update_makes_one_on_servers(server_project: Project, server: Server) -> None:
    # For MySQL's usual collation they are one before.
    assert [f["object"] for f in becomes_one(server_project)] == ["username"] * (
        server.engine == "postgresql"
    )


#: Of two permissions of one name the first one goes, whoever has it.
LAST_ONLY = (
    "op.execute('DELETE FROM permissions WHERE permission_id NOT IN (SELECT * FROM (SELECT max(permission_id) "
    "FROM permissions GROUP BY permission_name) p)')"
)
POINTING_AT_PERMISSIONS = (
    "user_to_perm", "user_user_group_to_perm", "user_group_user_group_to_perm", "users_group_to_perm",
    "user_repo_group_to_perm", "users_group_repo_group_to_perm", "repo_to_perm", "users_group_repo_to_perm",
)  # fmt: skip
UNIQUE_NAME = "op.create_index('uq_permission', 'permissions', ['permission_name'], unique=True)"


def without_duplicates(project: Project, first: str = "") -> List[Tuple[str, str, str]]:
    declared = [
        ("permissions", "*", "removed"),
        *((t, "permission_id", "changed") for t in POINTING_AT_PERMISSIONS),
    ]
    project.write_script(
        f"{first}{LAST_ONLY}\n{UNIQUE_NAME}",
        "op.drop_index('uq_permission', 'permissions')",
        head=f"data_changes = {declared}",
    )
    found = [f for f in project.verify()["findings"] if "probing row" in f["message"]]
    return [("{severity} {direction}:{code}".format(**f), f["table"], f["object"] or "") for f in found]


def test_children_of_a_real_row_that_a_probing_row_is_like(project: Project) -> None:
    """The real one goes, for the probing one says the same."""
    assert ("error upgrade:rows-orphaned", "repo_to_perm", "permission_id") in without_duplicates(project)
    moved = "\n".join(
        f"op.execute('UPDATE {table} SET permission_id = (SELECT max(o.permission_id) FROM permissions p "
        f"JOIN permissions o ON o.permission_name = p.permission_name WHERE p.permission_id = {table}.permission_id)')\n"
        for table in POINTING_AT_PERMISSIONS
    )
    assert without_duplicates(project, moved) == []


def test_children_of_a_real_row_that_a_probing_row_is_like_on_servers(server_project: Project) -> None:
    assert without_duplicates(server_project) == [("error upgrade:rows-refused", "permissions", "")]


#: Of comments that no database here has, each may have set a status.
COMMENTS = "DELETE FROM changeset_comments WHERE f_path = 'old.py'"


def without_their_statuses(project: Project) -> List[Tuple[str, str, str]]:
    declared = "data_changes = [('changeset_comments', '*', 'removed', \"f_path = 'old.py'\")]"
    project.write_script(f'op.execute("{COMMENTS}")', head=declared)
    findings = project.verify()["findings"]
    assert all("probing row" in f["message"] for f in findings)
    return [("{severity} {direction}:{code}".format(**f), f["table"], f["object"]) for f in findings]


def test_unique_by_what_is_made_of_a_column(project: Project) -> None:
    project.write_script(
        BEGIN, "op.drop_index('uq_begin', 'users')\nop.execute('ALTER TABLE users DROP COLUMN email_begin')"
    )
    (found,) = [f for f in project.verify(status=1)["findings"] if "probing row" in f["message"]]
    assert (found["code"], found["severity"], found["direction"]) == ("rows-refused", "error", "upgrade")
    assert (found["table"], found["object"]) == ("users", "email")
    assert "texts that differ in their last letter only" in found["message"]


def test_unique_by_what_is_made_of_a_column_on_servers(server_project: Project, server: Server) -> None:
    test_unique_by_what_is_made_of_a_column(server_project)


def test_children_of_rows_that_a_script_looks_for(project: Project) -> None:
    assert without_their_statuses(project) == [
        ("error upgrade:rows-orphaned", "changeset_statuses", "changeset_comment_id")
    ]
    # Who removes them first is right.
    first = f'op.execute("DELETE FROM changeset_statuses WHERE changeset_comment_id IN ({COMMENTS.replace("DELETE", "SELECT comment_id")})")'
    declared = "data_changes = [('changeset_comments', '*', 'removed')]"
    project.write_script(f'{first}\nop.execute("{COMMENTS}")', head=declared)
    assert project.verify()["findings"] == []


def test_children_of_rows_of_which_a_script_knows_a_part(project: Project) -> None:
    project.write_script(
        "comments = sa.table('changeset_comments', sa.column('f_path'))\n"
        "op.execute(comments.delete().where(comments.c.f_path.contains('attic/')))",
        head="data_changes = [('changeset_comments', '*', 'removed')]",
    )
    found = [f for f in project.verify()["findings"] if "probing row" in f["message"]]
    assert [(f["code"], f["table"]) for f in found] == [("rows-orphaned", "changeset_statuses")]


def test_children_of_rows_that_a_script_looks_for_on_servers(server_project: Project) -> None:
    assert without_their_statuses(server_project) == [
        ("error upgrade:rows-refused", "changeset_comments", "f_path")
    ]


def test_a_unique_index_over_rows_that_are_not_here(project: Project) -> None:
    project.write_script(
        "op.execute(\"CREATE UNIQUE INDEX i ON gists (gist_description) WHERE gist_type = 'old'\")",
        "op.drop_index('i', 'gists')",
    )
    refused = [f for f in project.verify()["findings"] if f["code"] == "rows-refused"]
    assert [(f["table"], f["object"], f["direction"]) for f in refused] == [("gists", "gist_type", "upgrade")]
    assert "two rows that are the same but for their keys" in refused[0]["message"]


def refused_rows(project: Project, up: str, down: str, declared: str = "") -> List[Tuple[str, str, str]]:
    project.write_script(up, down, head=declared)
    found = [f for f in project.verify()["findings"] if f["code"] == "rows-refused"]
    return [(f["table"], f["object"], f["direction"]) for f in found]


def test_texts_of_a_key_that_an_update_makes_one_by_a_function(project: Project) -> None:
    update = 'op.execute("UPDATE users SET username = {}")'
    declared = "data_changes = [('users', 'username', 'changed')]"
    for function in ("trim(username)", "replace(username, '-', '_')"):
        found = refused_rows(project, update.format(function), "pass", declared)
        assert found == [("users", "username", "upgrade")], function


def test_a_row_that_goes_whatever_a_site_has_chosen(project: Project) -> None:
    """Real rows tell of it: once."""
    declared = "data_changes = [('settings', '*', 'removed', \"app_settings_value = '{}'\")]"
    ((realm,),) = project.sql("SELECT app_settings_value FROM settings WHERE app_settings_name = 'realm'")
    for value, codes in ((realm, set()), ("another", {"rows-lost"})):
        project.write_script(
            "op.execute(\"DELETE FROM settings WHERE app_settings_name = 'realm'\")",
            head=declared.format(value),
        )
        found = [
            f for f in project.verify()["findings"] if (f["table"], f["direction"]) == ("settings", "upgrade")
        ]
        assert {f["code"] for f in found} == codes
        assert not any("probing row" in f["message"] for f in found)


def test_what_a_script_does_to_what_it_looks_for_is_its_choice(project: Project) -> None:
    """Two values become one, and one of them comes back: no row of this database has either."""
    update = "op.execute(\"UPDATE gists SET gist_type = '{}' WHERE gist_type IN ({})\")"
    project.write_script(update.format("archived", "'old', 'dead'"), update.format("old", "'archived'"))
    assert project.verify()["findings"] == []


#: A column whose values all rows of this database share gets another name; or another one gets them as its default.
EXTERN_TYPE = "sa.Column('extern_type', sa.String(255), nullable=True, server_default='internal')"
AUTH_TYPE = EXTERN_TYPE.replace("extern", "auth")


def renamed(old: str, new: str) -> str:
    return batch("users", f"alter_column('{old}', new_column_name='{new}', existing_type=sa.String(255))")


def another(new: str, old: str) -> str:
    return batch("users", f"add_column({new})\n    batch_op.drop_column('{old}')")


@pytest.mark.parametrize(
    ("up", "down", "told"),
    [
        (
            another(AUTH_TYPE, "extern_type"),
            another(EXTERN_TYPE, "auth_type"),
            {("values-changed", "upgrade")},
        ),
        (renamed("extern_type", "auth_type"), renamed("auth_type", "extern_type"), set()),
    ],
)
def test_a_default_that_all_values_here_are(project: Project, up: str, down: str, told: Any) -> None:
    project.sql("UPDATE users SET extern_type = 'internal'")
    project.write_script(up, down)
    found = [f for f in project.verify()["findings"] if f["aspect"] == "values"]
    assert {(f["code"], f["direction"]) for f in found} == told


def test_rows_beside_one_that_is_changed_as_declared(project: Project) -> None:
    """Whichever of them comes first: that the first one is meant says nothing of a NULL."""
    project.write_script(
        "op.execute(\"UPDATE t SET name = 'uno' WHERE name = 'one' OR name IS NULL\")",
        "op.execute(\"UPDATE t SET name = 'one' WHERE name = 'uno'\")",
        head="data_changes = [('t', 'name', 'changed', \"name = 'one'\")]",
    )
    for first, second in (("two", "one"), ("one", "two")):
        project.sql(
            "DROP TABLE IF EXISTS t",
            "CREATE TABLE t (id INTEGER NOT NULL, name VARCHAR(20), CONSTRAINT pk_t PRIMARY KEY (id))",
            f"INSERT INTO t VALUES (1, '{first}'), (2, '{second}')",
        )
        found = [f for f in project.verify()["findings"] if f["aspect"] == "values"]
        assert [(f["code"], f["direction"], f["object"]) for f in found] == [
            ("values-changed", "upgrade", "name")
        ], first
        assert "NULL" in found[0]["message"]


def test_what_is_made_of_columns_that_go_is_a_guess_for_all_rows(project: Project) -> None:
    project.sql("UPDATE users SET firstname = 'Ann', lastname = 'Lee'")
    whole = "sa.Column('whole', sa.String(511), nullable=True)"
    parts = ("firstname", "lastname")
    up = batch("users", f"add_column({whole})") + (
        "\nop.execute(\"UPDATE users SET whole = trim(coalesce(name, '') || ' ' || coalesce(lastname, ''))\")\n"
    ).replace("(name", "(firstname")
    up += "\n".join(batch("users", f"drop_column('{name}')") for name in parts)
    down = "\n".join(
        batch("users", f"add_column(sa.Column('{name}', sa.Unicode(255), nullable=True))") for name in parts
    )
    down += (
        "\nop.execute(\"UPDATE users SET firstname = substr(whole, 1, instr(whole || ' ', ' ') - 1), "
        "lastname = substr(whole, instr(whole || ' ', ' ') + 1)\")\n"
    ) + batch("users", "drop_column('whole')")
    declared = ", ".join(f"('users', '{name}', 'removed')" for name in parts)
    project.write_script(up, down, head=f"data_changes = [{declared}]")
    found = [f for f in project.verify()["findings"] if f["aspect"] == "values"]
    assert found == []


def broken_condition(project: Project) -> None:
    update = "op.execute(\"UPDATE gists SET gist_type = 'x' WHERE gist_type = 'kk'\")"
    project.write_script(
        update + "\n" + not_null(False), not_null(True),
        head="data_changes = [('gists', 'gist_type', 'changed', \"gist_typ = 'kk'\")]",
    )  # fmt: skip
    found = {f["code"]: f for f in project.verify()["findings"]}
    assert "check-failed" not in found
    broken = found["declaration-broken"]
    assert (broken["severity"], broken["revision"], broken["direction"]) == (
        "error",
        "feedc0ffee00",
        "upgrade",
    )
    assert "a condition on gists is not valid" in broken["message"] and "gist_typ" in broken["message"]
    # What else probing rows meet is told all the same.
    assert (found["rows-refused"]["table"], found["rows-refused"]["object"]) == ("ui", "ui_value")


def test_a_broken_condition_that_probing_rows_meet_first(project: Project) -> None:
    broken_condition(project)


def test_a_broken_condition_that_probing_rows_meet_first_on_servers(server_project: Project) -> None:
    broken_condition(server_project)


def test_bytes_that_a_script_reads_as_json(project: Project) -> None:
    """As Kallithea writes them; no row here has any."""
    project.write_script(
        "bind = op.get_bind()\n"
        "for number, data in bind.execute('SELECT user_id, user_data FROM users WHERE user_data IS NOT NULL').fetchall():\n"
        "    data = json.dumps({**json.loads(data), 'theme': 'dark'}).encode()\n"
        "    bind.execute(sa.text('UPDATE users SET user_data = :d WHERE user_id = :n'), d=data, n=number)",
        head="import json\ndata_changes = [('users', 'user_data', 'changed')]",
    )
    assert [f["message"] for f in project.verify()["findings"] if f["code"] == "rows-refused"] == []
