"""One chain of wrong scripts and one of right ones, each on every engine through the real command.

Each case has tables of its own, so one run shows what every script triggers, and that nothing
else does. Cases that end the way (a script that raises) are in test_verify.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, Set

import pytest

from .projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="the cases do not depend on the release")

ENGINES = ("sqlite", "postgresql", "mysql")
BASE = "ba5e00000000"


@dataclass(frozen=True)
class Case:
    """A table before and after, one script that is wrong and one that is right.

    ``before`` and ``after`` are columns as model code; ``codes`` are the findings that the wrong
    script triggers, by direction; ``notes`` those that both may have.
    """

    name: str
    before: str
    rows: str
    after: str
    wrong: str
    right: str
    codes: FrozenSet[str]
    undo: str = "pass"
    right_undo: str = ""
    declared: str = ""
    notes: FrozenSet[str] = frozenset()
    engines: FrozenSet[str] = frozenset(ENGINES)


def case(
    name: str, before: str, rows: str, after: str, wrong: str, right: str, codes: str, **more: Any
) -> Case:
    for key in ("notes", "engines"):
        if key in more:
            more[key] = frozenset(more[key].split())
    return Case(name, before, rows, after, wrong, right, frozenset(codes.split()), **more)


NAME = "name = Column(String(60), nullable=True)"
WORDS = "(1, 'one'), (2, 'Zo\u00eb'), (3, 'two'), (4, NULL)"
BATCH = "with op.batch_alter_table('{t}') as batch_op:\n    batch_op."
INSERT = "INSERT INTO {t} (id, name) VALUES " + WORDS

CASES = [
    case(
        "lost", NAME, INSERT, NAME,
        "op.execute('DELETE FROM {t} WHERE id > 2')", "op.execute('DELETE FROM {t} WHERE id = 3')",
        "upgrade:rows-lost downgrade:cannot-restore",
        declared="[('{t}', '*', 'removed', 'id = 3')]", notes="downgrade:cannot-restore",
    ),
    case(
        "added", NAME, INSERT, NAME,
        "op.execute(\"INSERT INTO {t} (id, name) VALUES (9, 'nine')\")",
        "op.execute(\"INSERT INTO {t} (id, name) VALUES (9, 'nine')\")",
        "upgrade:rows-added", undo="op.execute('DELETE FROM {t} WHERE id = 9')",
        declared="[('{t}', '*', 'added', 'id = 9')]",
    ),
    case(
        "stays", NAME, INSERT, NAME,
        "op.execute(\"INSERT INTO {t} (id, name) SELECT 9, 'nine' FROM {t} WHERE id = 1 AND NOT EXISTS (SELECT 1 FROM {t} WHERE id = 9)\")",
        "op.execute(\"INSERT INTO {t} (id, name) SELECT 9, 'nine' FROM {t} WHERE id = 1 AND NOT EXISTS (SELECT 1 FROM {t} WHERE id = 9)\")",
        "downgrade:not-restored", right_undo="op.execute('DELETE FROM {t} WHERE id = 9')",
        declared="[('{t}', '*', 'added')]",
    ),
    case(
        "changed", NAME, INSERT, NAME,
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name LIKE '%o%'\")",
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name = 'one'\")",
        "upgrade:values-changed downgrade:cannot-restore",
        right_undo="op.execute(\"UPDATE {t} SET name = 'one' WHERE name = 'uno'\")",
        declared="[('{t}', 'name', 'changed', \"name = 'one'\")]",
    ),
    case(
        "unrestored", NAME, INSERT, NAME,
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name = 'one'\")",
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name = 'one'\")",
        "downgrade:not-restored", right_undo="op.execute(\"UPDATE {t} SET name = 'one' WHERE name = 'uno'\")",
        declared="[('{t}', 'name', 'changed')]",
    ),
    case(
        "filled", NAME, INSERT, NAME,
        "op.execute(\"UPDATE {t} SET name = '' WHERE name IS NULL\")", "pass",
        "upgrade:values-filled", undo="op.execute(\"UPDATE {t} SET name = NULL WHERE name = ''\")",
    ),
    case(
        "truncated", NAME, INSERT, NAME,
        "op.execute('UPDATE {t} SET name = substr(name, 1, 2)')", "pass",
        "upgrade:values-truncated downgrade:not-restored",
    ),
    case(
        "mangled", NAME, INSERT, NAME,
        "op.execute(\"UPDATE {t} SET name = 'Zo?' WHERE id = 2\")", "pass",
        "upgrade:values-mangled downgrade:not-restored",
    ),
    case(
        "altered", "name = Column(Numeric(8, 2), nullable=True)",
        "INSERT INTO {t} (id, name) VALUES (1, 1.25), (2, 7), (3, NULL)",
        "name = Column(Integer(), nullable=True)",
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.Numeric(8, 2), type_=sa.Integer(), "
        "postgresql_using='name::integer')\n"
        "op.execute('UPDATE {t} SET name = 1 WHERE id = 1')",
        "op.execute('UPDATE {t} SET name = 1 WHERE id = 1')\n"
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.Numeric(8, 2), type_=sa.Integer(), "
        "postgresql_using='name::integer')",
        "upgrade:values-altered downgrade:not-restored",
        undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.Integer(), type_=sa.Numeric(8, 2))",
        right_undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.Integer(), type_=sa.Numeric(8, 2))\n"
        "op.execute('UPDATE {t} SET name = 1.25 WHERE id = 1')",
        declared="[('{t}', 'name', 'changed', 'id = 1')]",
    ),
    case(
        "renamed", NAME, INSERT, "title = Column(String(60), nullable=True)",
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.add_column(sa.Column('title', sa.String(60)))\n"
        "    batch_op.drop_column('name')",
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(60), new_column_name='title')",
        "upgrade:rename-lost downgrade:cannot-restore",
        undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('title', existing_type=sa.String(60), new_column_name='name')",
    ),
    case(
        "renamed_back", NAME, INSERT, "title = Column(String(60), nullable=True)",
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(60), new_column_name='title')",
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(60), new_column_name='title')",
        "downgrade:rename-lost",
        undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.add_column(sa.Column('name', sa.String(60)))\n"
        "    batch_op.drop_column('title')",
        right_undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('title', existing_type=sa.String(60), new_column_name='name')",
    ),
    case(
        "unrelated", NAME, INSERT, "title = Column(String(60), nullable=True)",
        "pass\nwith op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.add_column(sa.Column('title', sa.String(60)))\n"
        "    batch_op.drop_column('name')",
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.add_column(sa.Column('title', sa.String(60)))\n"
        "    batch_op.drop_column('name')",
        "upgrade:rename-lost downgrade:cannot-restore",
        undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.add_column(sa.Column('name', sa.String(60)))\n"
        "    batch_op.drop_column('title')",
        declared="[('{t}', 'name', 'removed')]", notes="downgrade:cannot-restore",
    ),
    case(
        "dropped", NAME + "\n    more = Column(Integer(), nullable=True)",
        "INSERT INTO {t} (id, name, more) VALUES (1, 'a', 5)", NAME,
        "with op.batch_alter_table('{t}') as batch_op:\n    batch_op.drop_column('more')",
        "with op.batch_alter_table('{t}') as batch_op:\n    batch_op.drop_column('more')",
        "upgrade:column-dropped-with-values downgrade:column-missing upgrade:upgrade-again-fails",
        right_undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.add_column(sa.Column('more', sa.Integer()))",
        notes="upgrade:column-dropped-with-values downgrade:cannot-restore",
    ),
    case(
        "loses_down", NAME + "\n    more = Column(Integer(), nullable=True)",
        "INSERT INTO {t} (id, name, more) VALUES (1, 'a', 5)",
        NAME + "\n    more = Column(Integer(), nullable=True)",
        "pass", "pass", "downgrade:downgrade-loses-data downgrade:column-missing",
        undo="with op.batch_alter_table('{t}') as batch_op:\n    batch_op.drop_column('more')",
        right_undo="pass",
    ),
    case(
        "too_long", NAME, "INSERT INTO {t} (id, name) VALUES (1, 'a text of more than twenty')",
        "name = Column(String(20), nullable=True)",
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(60), type_=sa.String(20))",
        "op.execute('UPDATE {t} SET name = substr(name, 1, 20) WHERE length(name) > 20')\n"
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(60), type_=sa.String(20))",
        "upgrade:values-too-long",
        undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(20), type_=sa.String(60))",
        right_undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(20), type_=sa.String(60))\n"
        "op.execute(\"UPDATE {t} SET name = 'a text of more than twenty'\")",
        declared="[('{t}', 'name', 'changed', 'length(name) > 20')]", engines="sqlite",
    ),
    case(
        "lost_autoincrement", NAME, INSERT, "name = Column(String(80), nullable=True)",
        "with op.batch_alter_table( '{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(60), type_=sa.String(80))",
        "with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(60), type_=sa.String(80))",
        "upgrade:autoincrement downgrade:autoincrement",
        undo="with op.batch_alter_table( '{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(80), type_=sa.String(60))",
        right_undo="with op.batch_alter_table('{t}') as batch_op:\n"
        "    batch_op.alter_column('name', existing_type=sa.String(80), type_=sa.String(60))",
        engines="sqlite", declared="[]",
    ),
    case(
        "counter_back", NAME, "INSERT INTO {t} (id, name) VALUES (1, 'a'), (90, 'b');; DELETE FROM {t} WHERE id = 90",
        NAME,
        "with op.batch_alter_table('{t}', recreate='always') as batch_op:\n    pass",
        "with op.batch_alter_table('{t}', recreate='always') as batch_op:\n    pass\n"
        "op.execute(\"UPDATE sqlite_sequence SET seq = 90 WHERE name = '{t}'\")",
        "upgrade:counter-back", engines="sqlite",
    ),
    case(
        "counter_set_back", NAME,
        "INSERT INTO {t} (id, name) VALUES (1, 'a'), (90, 'b');; DELETE FROM {t} WHERE id = 90", NAME,
        "op.execute('ALTER TABLE {t} AUTO_INCREMENT = 5')", "op.execute('ALTER TABLE {t} AUTO_INCREMENT = 95')",
        "upgrade:counter-back", engines="mysql",
    ),
    case(
        "counter_behind", NAME, INSERT + ";; SELECT setval('{t}_id_seq', 4)", NAME,
        "op.execute(\"SELECT setval('{t}_id_seq', 2)\")", "op.execute(\"SELECT setval('{t}_id_seq', 4)\")",
        "upgrade:counter-behind", engines="postgresql",
    ),
    case(
        "column_extra", NAME, INSERT, NAME, "op.add_column('{t}', sa.Column('x', sa.Integer()))", "pass",
        "upgrade:column-extra", undo=BATCH + "drop_column('x')", right_undo="pass",
    ),
    case(
        "index_extra", NAME, INSERT, NAME, "op.create_index('ix_{t}_x', '{t}', ['name'])", "pass",
        "upgrade:index-extra", undo="op.drop_index('ix_{t}_x', '{t}')", right_undo="pass",
    ),
    case(
        "index_missing", NAME, INSERT, NAME.replace("nullable", "index=True, nullable"), "pass",
        "op.create_index('ix_{t}_name', '{t}', ['name'])", "None:index-missing",
        right_undo="op.drop_index('ix_{t}_name', '{t}')",
    ),
    case(
        "index_differs", NAME, INSERT, NAME.replace("nullable", "index=True, nullable"),
        "op.create_index('ix_{t}_name', '{t}', ['name'], unique=True)",
        "op.create_index('ix_{t}_name', '{t}', ['name'])", "upgrade:index-differs",
        undo="op.drop_index('ix_{t}_name', '{t}')",
    ),
    case(
        "type", NAME, INSERT, NAME.replace("60", "80"), "pass",
        BATCH + "alter_column('name', existing_type=sa.String(60), type_=sa.String(80))", "None:column-type",
        right_undo=BATCH + "alter_column('name', existing_type=sa.String(80), type_=sa.String(60))",
    ),
    case(
        "nullability", NAME, "INSERT INTO {t} (id, name) VALUES (1, 'a')", NAME.replace("True", "False"), "pass",
        BATCH + "alter_column('name', existing_type=sa.String(60), nullable=False)", "None:column-nullability",
        right_undo=BATCH + "alter_column('name', existing_type=sa.String(60), nullable=True)",
    ),
    case(
        "default", NAME, INSERT, NAME.replace("nullable", "server_default='it', nullable"),
        BATCH + "alter_column('name', existing_type=sa.String(60), server_default='at')",
        BATCH + "alter_column('name', existing_type=sa.String(60), server_default='it')", "upgrade:column-default",
        undo=BATCH + "alter_column('name', existing_type=sa.String(60), server_default=None)",
    ),
    case(
        "unique_missing", NAME, INSERT, NAME.replace("nullable", "unique=True, nullable"), "pass",
        BATCH + "create_unique_constraint('uq_{t}_name', ['name'])", "None:unique-missing",
        right_undo=BATCH + "drop_constraint('uq_{t}_name', type_='unique')", engines="sqlite postgresql",
    ),
    case(
        "unique_extra", NAME, INSERT, NAME, BATCH + "create_unique_constraint('uq_{t}_name', ['name'])", "pass",
        "upgrade:unique-extra", undo=BATCH + "drop_constraint('uq_{t}_name', type_='unique')", right_undo="pass",
        engines="sqlite postgresql",
    ),
    case(
        "named_wrongly", NAME, INSERT, NAME.replace("nullable", "unique=True, nullable"),
        BATCH + "create_unique_constraint('unique_name_{t}', ['name'])",
        BATCH + "create_unique_constraint('uq_{t}_name', ['name'])", "upgrade:name",
        undo=BATCH + "drop_constraint('unique_name_{t}', type_='unique')",
        right_undo=BATCH + "drop_constraint('uq_{t}_name', type_='unique')",
    ),
    case(
        "foreign_key", "other = Column(Integer(), nullable=True)", "INSERT INTO {t} (id, other) VALUES (1, 1)",
        "other = Column(Integer(), ForeignKey('users.user_id'), nullable=True)",
        BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'], ondelete='CASCADE')",
        BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'])",
        "upgrade:foreign-key-differs", undo=BATCH + "drop_constraint('fk_{t}_other', type_='foreignkey')",
        engines="sqlite postgresql",
    ),
    case(
        "foreign_key_missing", "other = Column(Integer(), nullable=True)",
        "INSERT INTO {t} (id, other) VALUES (1, 1)",
        "other = Column(Integer(), ForeignKey('users.user_id'), nullable=True)", "pass",
        BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'])",
        "None:foreign-key-missing", right_undo=BATCH + "drop_constraint('fk_{t}_other', type_='foreignkey')",
        engines="sqlite postgresql",
    ),
    case(
        "check_extra", NAME, INSERT, NAME, BATCH + "create_check_constraint('ck_{t}', sa.text('length(name) > 0'))", "pass",
        "upgrade:check-extra", undo=BATCH + "drop_constraint('ck_{t}', type_='check')", right_undo="pass",
        engines="postgresql mysql",
    ),
    case(
        "view_extra", NAME, INSERT, NAME, "op.execute('CREATE VIEW v_{t} AS SELECT 1 AS one')", "pass",
        "upgrade:view-extra", undo="op.execute('DROP VIEW v_{t}')", right_undo="pass",
    ),
    case(
        "table_extra", NAME, INSERT, NAME, "op.create_table('x_{t}', sa.Column('a', sa.Integer()))", "pass",
        "upgrade:table-extra", undo="op.drop_table('x_{t}')", right_undo="pass",
    ),
    case(
        "comment", NAME, INSERT, NAME.replace("nullable", "comment='new', nullable"), "pass",
        BATCH + "alter_column('name', existing_type=sa.String(60), comment='new')", "None:comment",
        right_undo=BATCH + "alter_column('name', existing_type=sa.String(60), comment=None, existing_comment='new')",
        engines="postgresql mysql",
    ),
    case(
        "broken_declaration", NAME, INSERT, NAME, "pass", "pass", "upgrade:declaration-broken",
        declared="[('{t}', 'name')]",
    ),
    case(
        "broken_condition", NAME, INSERT, NAME,
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name = 'one'\")", "pass",
        "upgrade:declaration-broken upgrade:values-changed",
        undo="op.execute(\"UPDATE {t} SET name = 'one' WHERE name = 'uno'\")",
        declared="[('{t}', 'name', 'changed', 'nothing = 1')]",
    ),
]  # fmt: skip

#: Cases whose wrong script declares something, too: that alone does not make it right.
DECLARED_WHEN_WRONG = {
    "stays",
    "unrestored",
    "lost",
    "changed",
    "broken_declaration",
    "broken_condition",
}
DECLARED_WHEN_RIGHT = {c.name for c in CASES} - {"broken_declaration", "broken_condition"}


def table(number: int) -> str:
    return f"case_{number}"


def model(number: int, columns: str) -> str:
    return (
        f"\n\nclass Case{number}(meta.Base):\n    __tablename__ = {table(number)!r}\n"
        f"    __table_args__ = (_table_args_default_dict,)\n"
        f"    id = Column(Integer(), primary_key=True)\n    {columns}\n"
    )


def prepare(project: Project, cases: "List[Case]", right: bool) -> Dict[str, str]:
    """The chain below, the database at its end, and the cases' scripts: revision -> case."""
    text = project.models.read_text(encoding="utf-8").replace(
        "from sqlalchemy import Boolean", "from sqlalchemy import Numeric, Boolean"
    )
    create = []
    for number, c in enumerate(cases):
        columns = c.before.replace("Column(", "sa.Column(").split("\n    ")
        parts = [f"sa.Column({line.split(' = ')[0].strip()!r}, {_types(line)}" for line in columns]
        create.append(
            f"op.create_table({table(number)!r}, sa.Column('id', sa.Integer(), primary_key=True), "
            f"{', '.join(parts)}, sqlite_autoincrement=True, mysql_engine='InnoDB', mysql_charset='utf8mb4', mysql_collate='utf8mb4_unicode_ci')"
        )
        create += [f"op.execute({rows.replace('{t}', table(number))!r})" for rows in c.rows.split(";; ")]
        text += model(number, c.after)
    project.models.write_text(text, encoding="utf-8")
    project.write_script("\n".join(create), revision=BASE)
    project.tool("alembic", "-c", "development.ini", "upgrade", BASE)
    below, names = BASE, {}
    for number, c in enumerate(cases):
        revision = f"ca5e{number:08x}"
        names[revision] = c.name
        up, down = (c.right, c.right_undo or c.undo) if right else (c.wrong, c.undo)
        declares = c.declared and c.name in (DECLARED_WHEN_RIGHT if right else DECLARED_WHEN_WRONG)
        project.write_script(
            _fill(up, number), _fill(down, number), revision=revision, below=below,
            head=f"data_changes = {c.declared.replace('{t}', table(number))}" if declares else "",
        )  # fmt: skip
        below = revision
    return names


def _fill(code: str, number: int) -> str:
    batch = "op.batch_alter_table('{t}'"
    return code.replace(batch, batch + ", table_kwargs={'sqlite_autoincrement': True}").replace(
        "{t}", table(number)
    )


def _types(line: str) -> str:
    return (
        line.split("sa.Column(")[1]
        .replace("String", "sa.String")
        .replace("Numeric", "sa.Numeric")
        .replace("Integer", "sa.Integer")
    )


def triggered(report: Dict[str, Any], names: Dict[str, str]) -> Dict[str, Set[str]]:
    found: Dict[str, Set[str]] = {name: set() for name in names.values()}
    tables = {table(number): name for number, name in enumerate(names.values())}
    for finding in report["findings"]:
        if finding["code"] == "column-order":
            continue
        owner = names.get(finding["revision"] or "") or tables.get(finding["table"] or "") or "?"
        found.setdefault(owner, set()).add(f"{finding['direction']}:{finding['code']}")
    return found


@pytest.mark.parametrize("right", [False, True], ids=["wrong", "right"])
def test_every_case_on_sqlite(project: Project, right: bool) -> None:
    check(project, "sqlite", right)


@pytest.mark.parametrize("right", [False, True], ids=["wrong", "right"])
def test_every_case_on_servers(server_project: Project, server: Any, right: bool) -> None:
    check(server_project, server.engine, right)


def check(project: Project, engine: str, right: bool) -> None:
    cases = [c for c in CASES if engine in c.engines]
    names = prepare(project, cases, right)
    report = project.verify()
    found = triggered(report, names)
    expected = {c.name: c.notes if right else c.codes for c in cases}
    assert {name: sorted(codes) for name, codes in found.items()} == {
        name: sorted(codes) for name, codes in expected.items()
    }, [(f["code"], f["table"], f["object"], f["direction"], f["message"]) for f in report["findings"]]
    assert report["engines"][0]["start"] == BASE
