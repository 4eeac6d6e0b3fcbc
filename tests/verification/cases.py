"""Wrong migrations and their corrected versions, one table each: the data of test_matrix.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, FrozenSet, Iterator, Tuple

ENGINES = ("sqlite", "postgresql", "mysql")


@dataclass(frozen=True)
class Case:
    """A table before and after, one script that is wrong and one that is right.

    ``before`` and ``after`` are columns as model code, "" no table; {t} stands for its name, {n} for
    its number. ``codes`` are the findings that the wrong script triggers, by direction; ``notes``
    those of the right one.
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
    #: The right script's data_changes; with ``declares_wrong`` that of both.
    declared: str = ""
    declares_wrong: bool = False
    declares_right: bool = True
    #: Other lines at the top of the wrong script.
    head: str = ""
    #: More code for the models, and a change of what is there: (old text, new text).
    more: str = ""
    change: Tuple[str, str] = ("", "")
    #: More code for the script that makes the tables.
    base: str = ""
    #: "table code" of findings that are told without a revision, and are this case's.
    owns: str = ""
    notes: FrozenSet[str] = frozenset()
    engines: FrozenSet[str] = frozenset(ENGINES)
    #: Whether nothing else may be in its script.
    alone: bool = False


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

NUMBER = "n = Column(Integer(), nullable=True)"
NUMBERS = "INSERT INTO {t} (id, n) VALUES (1, 5), (2, 6), (3, NULL)"
CHECKED = "Case{n}.__table__.append_constraint(CheckConstraint('n > 0', name='ck_{t}_n'))"
CHECK = "op.create_check_constraint('ck_{t}_n', '{t}', sa.text('n > 0'))"
MOMENT = "t = Column(DateTime(), nullable=True)"
MOMENTS = "INSERT INTO {t} (id, t) VALUES (1, '2020-02-29 23:59:59'), (2, NULL)"
#: A table made anew by hand, on PostgreSQL.
REMADE = "\n".join(
    f"op.execute('{statement}')"
    for statement in (
        "CREATE TABLE {t}_new (LIKE {t} INCLUDING ALL)", "INSERT INTO {t}_new SELECT * FROM {t}",
        "ALTER SEQUENCE {t}_id_seq OWNED BY NONE", "ALTER SEQUENCE {t}_id_seq OWNER TO CURRENT_USER",
        "ALTER SEQUENCE {t}_id_seq OWNED BY {t}_new.id", "DROP TABLE {t}", "ALTER TABLE {t}_new RENAME TO {t}",
        "ALTER INDEX {t}_new_pkey RENAME TO pk_{t}",
    )
)  # fmt: skip
IN_UTC = "op.execute(\"SET time_zone = '+00:00'\")\n"
OTHER = "other = Column(Integer(), nullable=True)"
OTHERS = "INSERT INTO {t} (id, other) VALUES (1, 1)"
REFERRING = "other = Column(Integer(), ForeignKey('users.user_id'), nullable=True)"
UNREFER = BATCH + "drop_constraint('fk_{t}_other', type_='foreignkey')\nop.drop_index('fk_{t}_other', '{t}')"
CREATE = (
    "op.create_table('{t}', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('name', sa.String(60)), "
    "sqlite_autoincrement=True, mysql_engine='InnoDB', mysql_charset='utf8mb4', mysql_collate='utf8mb4_unicode_ci')"
)
#: Rows that bring their numbers along do not move PostgreSQL's counter.
COUNTED = (
    "\nif op.get_bind().dialect.name == 'postgresql':\n"
    "    op.execute(\"SELECT setval('{t}_id_seq', (SELECT max(id) FROM {t}))\")"
)
TABLE_Y = (
    "class Y{n}(meta.Base):\n    __tablename__ = 'y_{t}'\n    __table_args__ = (_table_args_default_dict,)\n"
    "    id = Column(Integer(), primary_key=True)\n    name = Column(String(60))"
)
TABLE_Z = (
    "op.create_table('z_{t}', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('p', sa.Integer(), "
    "sa.ForeignKey('{t}.id', ondelete='CASCADE')), sqlite_autoincrement=True, mysql_engine='InnoDB', "
    "mysql_charset='utf8mb4', mysql_collate='utf8mb4_unicode_ci')\n"
    "op.execute('INSERT INTO z_{t} (id, p) VALUES (1, 1), (2, 2)')"
)
MODEL_Z = (
    "class Z{n}(meta.Base):\n    __tablename__ = 'z_{t}'\n    __table_args__ = (_table_args_default_dict,)\n"
    "    id = Column(Integer(), primary_key=True)\n"
    "    p = Column(Integer(), ForeignKey('{t}.id', ondelete='CASCADE'))"
)
ADD_TITLE = "op.add_column('{t}', sa.Column('title', sa.String(60)))\n"
DROP_NAME = BATCH + "drop_column('name')"
BACK = BATCH + "alter_column('title', existing_type=sa.String(60), new_column_name='name')"
#: What a script does to rows that a stricter table would refuse, and how it says so.
EMPTY = "op.execute(\"UPDATE {t} SET name = NULL WHERE name = ''\")\n"
FILL = "op.execute(\"UPDATE {t} SET name = 'none' WHERE name IS NULL OR name = ''\")\n"
FILLS = "[('{t}', 'name', 'changed', \"name IS NULL OR name = ''\")]"
DISTINCT = (
    "op.execute('UPDATE {t} SET name = NULL WHERE id NOT IN (SELECT id FROM (SELECT min(id) AS id FROM {t} "
    "GROUP BY name) AS kept)')\n"
)
DEDUPLICATE = (
    "op.execute('DELETE FROM {t} WHERE name IS NOT NULL AND id NOT IN (SELECT id FROM (SELECT min(id) AS id FROM {t} "
    "GROUP BY name) AS kept)')\n"
)
RENAMES = "[('{t}', 'name', 'changed')]"
POSITIVE = "op.execute('UPDATE {t} SET n = NULL WHERE n <= 0')\n"
POSITIVES = "[('{t}', 'n', 'changed', 'n <= 0')]"
FOUND = "op.execute('UPDATE {t} SET other = NULL WHERE other NOT IN (SELECT user_id FROM users)')\n"
FINDS = "[('{t}', 'other', 'changed', 'other NOT IN (SELECT user_id FROM users)')]"
SHOW_VERSION = (
    "op.execute(\"UPDATE settings SET app_settings_type = 'TYPE' WHERE app_settings_name = 'show_version'\")"
)
UNCHANGED = (
    "CREATE TRIGGER tr_{t} BEFORE DELETE ON {t} FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)


#: Statements that turn the look after foreign keys off, and on again.
UNCHECKED, CHECKED_AGAIN = (
    f"op.execute({{{{'sqlite': 'PRAGMA foreign_keys = {sqlite}', 'postgresql': 'SET session_replication_role = {role}', "
    f"'mysql': 'SET SESSION foreign_key_checks = {number}'}}}}[op.get_bind().dialect.name])\n".replace(
        "{{", "{"
    ).replace("}}", "}")
    for sqlite, role, number in (("OFF", "replica", 0), ("OFF", "origin", 1))
)


def rebuilt(definition: str, number: bool = True, columns: str = "*", where: str = "") -> str:
    """Code that rebuilds an SQLite table in statements of its own."""
    own = "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, " if number else ""
    statements = (
        f"CREATE TABLE r_{{t}} ({own}{definition})",
        f"INSERT INTO r_{{t}} SELECT {columns} FROM {{t}}{where}",
        "DROP TABLE {t}",
        "ALTER TABLE r_{t} RENAME TO {t}",
    )
    return "\n".join(f'op.execute("{statement}")' for statement in statements)


def objects(kind: str, one: str, other: str, drop: str, engines: str = " ".join(ENGINES)) -> Iterator[Case]:
    """Something that the models make with a statement of their own: forgotten, wrong, and too much."""
    listen = f'event.listen(Case{{n}}.__table__, "after_create", DDL("""{one}"""))'
    right, wrong, gone = (f'op.execute("""{statement}""")' for statement in (one, other, drop))
    name = f"{kind}_{engines.replace(' ', '_')}"
    more = {"engines": engines}
    yield case(f"{name}_missing", NAME, INSERT, NAME, "pass", right, f"None:{kind}-missing", right_undo=gone,
               more=listen, **more)  # fmt: skip
    yield case(f"{name}_differs", NAME, INSERT, NAME, wrong, right, f"upgrade:{kind}-differs", undo=gone,
               more=listen, **more)  # fmt: skip
    yield case(f"{name}_extra", NAME, INSERT, NAME, right, "pass", f"upgrade:{kind}-extra", undo=gone,
               right_undo="pass", **more)  # fmt: skip


CASES = [
    case(
        "lost", NAME, INSERT, NAME,
        "op.execute('DELETE FROM {t} WHERE id > 2')", "op.execute('DELETE FROM {t} WHERE id = 3')",
        "upgrade:rows-lost downgrade:cannot-restore",
        declared="[('{t}', '*', 'removed', 'id = 3')]", notes="downgrade:cannot-restore", declares_wrong=True,
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
        declared="[('{t}', '*', 'added')]", declares_wrong=True,
    ),
    case(
        "changed", NAME, INSERT, NAME,
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name LIKE '%o%'\")",
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name = 'one'\")",
        "upgrade:values-changed downgrade:cannot-restore",
        right_undo="op.execute(\"UPDATE {t} SET name = 'one' WHERE name = 'uno'\")",
        declared="[('{t}', 'name', 'changed', \"name = 'one'\")]", declares_wrong=True,
    ),
    case(
        "unrestored", NAME, INSERT, NAME,
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name = 'one'\")",
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name = 'one'\")",
        "downgrade:not-restored", right_undo="op.execute(\"UPDATE {t} SET name = 'one' WHERE name = 'uno'\")",
        declared="[('{t}', 'name', 'changed')]", declares_wrong=True,
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
        "bytes_cut", "data = Column(LargeBinary(), nullable=True)",
        "INSERT INTO {t} (id) VALUES (3)", "data = Column(LargeBinary(), nullable=True)",
        "op.execute('UPDATE {t} SET data = substr(data, 1, 2)')", "pass",
        "upgrade:values-truncated downgrade:not-restored",
        base="op.bulk_insert(sa.table('{t}', sa.column('id'), sa.column('data', sa.LargeBinary())), "
        "[{'id': 1, 'data': b'abcd'}, {'id': 2, 'data': b'efgh'}])",
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
        DISTINCT + "op.create_index('ix_{t}_name', '{t}', ['name'], unique=True)",
        "op.create_index('ix_{t}_name', '{t}', ['name'])", "upgrade:index-differs", declared=RENAMES, declares_wrong=True,
        undo="op.drop_index('ix_{t}_name', '{t}')",
    ),
    case(
        "type", NAME, INSERT, NAME.replace("60", "80"), "pass",
        BATCH + "alter_column('name', existing_type=sa.String(60), type_=sa.String(80))", "None:column-type",
        right_undo=BATCH + "alter_column('name', existing_type=sa.String(80), type_=sa.String(60))",
    ),
    case(
        "nullability", NAME, "INSERT INTO {t} (id, name) VALUES (1, 'a')", NAME.replace("True", "False"), "pass",
        FILL + BATCH + "alter_column('name', existing_type=sa.String(60), nullable=False)", "None:column-nullability",
        declared=FILLS, right_undo=BATCH + "alter_column('name', existing_type=sa.String(60), nullable=True)",
    ),
    case(
        "default", NAME, INSERT, NAME.replace("nullable", "server_default='it', nullable"),
        BATCH + "alter_column('name', existing_type=sa.String(60), server_default='at')",
        BATCH + "alter_column('name', existing_type=sa.String(60), server_default='it')", "upgrade:column-default",
        undo=BATCH + "alter_column('name', existing_type=sa.String(60), server_default=None)",
    ),
    case(
        "unique_missing", NAME, INSERT, NAME.replace("nullable", "unique=True, nullable"), "pass",
        DISTINCT + BATCH + "create_unique_constraint('uq_{t}_name', ['name'])", "None:unique-missing", declared=RENAMES,
        right_undo=BATCH + "drop_constraint('uq_{t}_name', type_='unique')", engines="sqlite postgresql",
    ),
    case(
        "unique_extra", NAME, INSERT, NAME, DISTINCT + BATCH + "create_unique_constraint('uq_{t}_name', ['name'])", "pass",
        "upgrade:unique-extra", declared=RENAMES, declares_wrong=True, undo=BATCH + "drop_constraint('uq_{t}_name', type_='unique')", right_undo="pass",
        engines="sqlite postgresql",
    ),
    case(
        "named_wrongly", NAME, INSERT, NAME.replace("nullable", "unique=True, nullable"),
        DISTINCT + BATCH + "create_unique_constraint('unique_name_{t}', ['name'])",
        DISTINCT + BATCH + "create_unique_constraint('uq_{t}_name', ['name'])", "upgrade:name",
        declared=RENAMES, declares_wrong=True,
        undo=BATCH + "drop_constraint('unique_name_{t}', type_='unique')",
        right_undo=BATCH + "drop_constraint('uq_{t}_name', type_='unique')",
    ),
    case(
        "foreign_key", "other = Column(Integer(), nullable=True)", "INSERT INTO {t} (id, other) VALUES (1, 1)",
        "other = Column(Integer(), ForeignKey('users.user_id'), nullable=True)",
        FOUND + BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'], ondelete='CASCADE')",
        FOUND + BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'])",
        "upgrade:foreign-key-differs", declared=FINDS, declares_wrong=True, undo=BATCH + "drop_constraint('fk_{t}_other', type_='foreignkey')",
        engines="sqlite postgresql",
    ),
    case(
        "foreign_key_missing", "other = Column(Integer(), nullable=True)",
        "INSERT INTO {t} (id, other) VALUES (1, 1)",
        "other = Column(Integer(), ForeignKey('users.user_id'), nullable=True)", "pass",
        FOUND + BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'])",
        "None:foreign-key-missing", declared=FINDS, right_undo=BATCH + "drop_constraint('fk_{t}_other', type_='foreignkey')",
        engines="sqlite postgresql",
    ),
    case(
        "check_extra", NAME, INSERT, NAME, EMPTY + BATCH + "create_check_constraint('ck_{t}', sa.text('length(name) > 0'))", "pass",
        "upgrade:check-extra", undo=BATCH + "drop_constraint('ck_{t}', type_='check')", right_undo="pass",
        declared="[('{t}', 'name', 'changed', \"name = ''\")]", declares_wrong=True,
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
        declared="[('{t}', 'name')]", declares_wrong=True, declares_right=False,
    ),
    case(
        "broken_condition", NAME, INSERT, NAME,
        "op.execute(\"UPDATE {t} SET name = 'uno' WHERE name = 'one'\")", "pass",
        "upgrade:declaration-broken upgrade:values-changed",
        undo="op.execute(\"UPDATE {t} SET name = 'one' WHERE name = 'uno'\")",
        declared="[('{t}', 'name', 'changed', 'nothing = 1')]", declares_wrong=True, declares_right=False,
    ),
    # -- what most migrations do -----------------------------------------------------------------
    case(
        "table_missing", NAME, INSERT, NAME, "pass",
        "op.create_table('x_{t}', sa.Column('id', sa.Integer(), primary_key=True), sqlite_autoincrement=True, "
        "mysql_engine='InnoDB', mysql_charset='utf8mb4', mysql_collate='utf8mb4_unicode_ci')",
        "None:table-missing", right_undo="op.drop_table('x_{t}')",
        more="class X{n}(meta.Base):\n    __tablename__ = 'x_{t}'\n"
        "    __table_args__ = (_table_args_default_dict,)\n    id = Column(Integer(), primary_key=True)",
    ),
    case(
        "column_missing", NAME, INSERT, NAME + "\n    more = Column(Integer(), nullable=True)", "pass",
        "op.add_column('{t}', sa.Column('more', sa.Integer()))", "None:column-missing",
        right_undo=BATCH + "drop_column('more')",
    ),
    case(
        "column_kept", NAME, INSERT, NAME + "\n    more = Column(Integer(), nullable=True)",
        "if 'more' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('{t}')]:\n"
        "    op.add_column('{t}', sa.Column('more', sa.Integer()))",
        "op.add_column('{t}', sa.Column('more', sa.Integer()))", "downgrade:downgrade-keeps-column",
        right_undo=BATCH + "drop_column('more')",
    ),
    case(
        "leftover", NAME, INSERT, NAME, "op.create_table('_alembic_tmp_{t}', sa.Column('a', sa.Integer()))", "pass",
        "upgrade:leftover-table", undo="op.drop_table('_alembic_tmp_{t}')", right_undo="pass",
    ),
    case(
        "table_dropped", NAME, INSERT, "", "op.drop_table('{t}')", "op.drop_table('{t}')",
        "upgrade:table-dropped-with-rows downgrade:cannot-restore", declared="[('{t}', '*', 'removed')]",
        undo=CREATE, notes="downgrade:cannot-restore",
    ),
    case(
        "table_renamed", NAME, INSERT, "",
        CREATE.replace("'{t}'", "'y_{t}'") + "\nop.drop_table('{t}')",
        CREATE.replace("'{t}'", "'y_{t}'") + "\nop.execute('INSERT INTO y_{t} SELECT * FROM {t}')\nop.drop_table('{t}')"
        + COUNTED.replace("{t}", "y_{t}"),
        "upgrade:rename-lost downgrade:cannot-restore", more=TABLE_Y,
        undo=CREATE + "\nop.drop_table('y_{t}')",
        right_undo=CREATE + "\nop.execute('INSERT INTO {t} SELECT * FROM y_{t}')\nop.drop_table('y_{t}')" + COUNTED,
    ),
    case(
        "cut_while_renamed", NAME, INSERT, "title = Column(String(60), nullable=True)",
        ADD_TITLE + "op.execute('UPDATE {t} SET title = substr(name, 1, 2)')\n" + DROP_NAME,
        ADD_TITLE + "op.execute('UPDATE {t} SET title = name')\n" + DROP_NAME,
        "upgrade:values-truncated downgrade:not-restored", undo=BACK,
    ),
    case(
        "forgotten_while_renamed", NAME, INSERT, "title = Column(String(60), nullable=True)",
        ADD_TITLE + "op.execute('UPDATE {t} SET title = name WHERE id < 3')\n" + DROP_NAME,
        ADD_TITLE + "op.execute('UPDATE {t} SET title = name WHERE id < 3')\n" + DROP_NAME,
        "upgrade:values-changed downgrade:cannot-restore", undo=BACK,
        declared="[('{t}', 'title', 'changed', 'id >= 3')]", notes="downgrade:cannot-restore",
    ),
    # -- constraints -----------------------------------------------------------------------------
    case(
        "check_missing", NUMBER, NUMBERS, NUMBER, "pass",
        POSITIVE + BATCH + "create_check_constraint('ck_{t}_n', sa.text('n > 0'))", "None:check-missing",
        declared=POSITIVES,
        right_undo=BATCH + "drop_constraint('ck_{t}_n', type_='check')", more=CHECKED, engines="postgresql mysql",
    ),
    case(
        "check_missing_sqlite", NUMBER, NUMBERS, NUMBER, "pass",
        POSITIVE + rebuilt("n INTEGER, CONSTRAINT ck_{t}_n CHECK (n > 0)"), "None:check-missing", declared=POSITIVES,
        right_undo=rebuilt("n INTEGER"), more=CHECKED, engines="sqlite",
    ),
    case(
        "check_extra_sqlite", NUMBER, NUMBERS, NUMBER, POSITIVE + rebuilt("n INTEGER, CONSTRAINT ck_{t}_n CHECK (n > 0)"), "pass",
        "upgrade:check-extra", undo=rebuilt("n INTEGER"), right_undo="pass", engines="sqlite",
        declared=POSITIVES, declares_wrong=True,
    ),
    case(
        "check_differs", NUMBER, NUMBERS, NUMBER,
        BATCH + "drop_constraint('ck_{t}_n', type_='check')\n" + BATCH + "create_check_constraint('ck_{t}_n', sa.text('n > -2'))",
        BATCH + "drop_constraint('ck_{t}_n', type_='check')\n" + BATCH + "create_check_constraint('ck_{t}_n', sa.text('n > -1'))",
        "upgrade:check-differs",
        undo=BATCH + "drop_constraint('ck_{t}_n', type_='check')\n" + BATCH + "create_check_constraint('ck_{t}_n', sa.text('n > 0'))",
        base=CHECK, more=CHECKED.replace("n > 0", "n > -1"), engines="postgresql mysql",
    ),
    case(
        "check_differs_sqlite", NUMBER, NUMBERS, NUMBER,
        rebuilt("n INTEGER, CONSTRAINT ck_{t}_n CHECK (n > -2)"), rebuilt("n INTEGER, CONSTRAINT ck_{t}_n CHECK (n > -1)"),
        "upgrade:check-differs", undo=rebuilt("n INTEGER, CONSTRAINT ck_{t}_n CHECK (n > 0)"),
        base=rebuilt("n INTEGER, CONSTRAINT ck_{t}_n CHECK (n > 0)"), more=CHECKED.replace("n > 0", "n > -1"), engines="sqlite",
    ),
    case(
        "primary_key", NAME.replace("True", "False"), "INSERT INTO {t} (id, name) VALUES (1, 'a')", NAME.replace("True", "False"),
        "op.execute('ALTER TABLE {t} DROP CONSTRAINT pk_{t}, ADD CONSTRAINT pk_{t} PRIMARY KEY (id, name)')", "pass",
        "upgrade:primary-key",
        undo="op.execute('ALTER TABLE {t} DROP CONSTRAINT pk_{t}, ADD CONSTRAINT pk_{t} PRIMARY KEY (id)')",
        right_undo="pass", engines="postgresql",
    ),
    case(
        "primary_key_mysql", NAME.replace("True", "False"), "INSERT INTO {t} (id, name) VALUES (1, 'a')",
        NAME.replace("True", "False"), "op.execute('ALTER TABLE {t} DROP PRIMARY KEY, ADD PRIMARY KEY (id, name)')", "pass",
        "upgrade:primary-key", undo="op.execute('ALTER TABLE {t} DROP PRIMARY KEY, ADD PRIMARY KEY (id)')",
        right_undo="pass", engines="mysql",
    ),
    case(
        # Only an INTEGER PRIMARY KEY can have AUTOINCREMENT.
        "primary_key_sqlite", NAME.replace("True", "False"), "INSERT INTO {t} (id, name) VALUES (1, 'a')",
        NAME.replace("True", "False"),
        rebuilt("id INTEGER NOT NULL, name VARCHAR(60) NOT NULL, PRIMARY KEY (id, name)", number=False), "pass",
        "upgrade:primary-key upgrade:autoincrement downgrade:rows-refused", undo=rebuilt("name VARCHAR(60) NOT NULL"), right_undo="pass",
        engines="sqlite",
    ),
    case(
        "foreign_key_mysql", OTHER, OTHERS, REFERRING,
        FOUND + BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'], ondelete='CASCADE')",
        FOUND + BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'])",
        "upgrade:foreign-key-differs", declared=FINDS, declares_wrong=True, undo=UNREFER, engines="mysql",
    ),
    case(
        # The server makes the index that the key needs, under its name.
        "foreign_key_missing_mysql", OTHER, OTHERS, REFERRING, "pass",
        FOUND + BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'])",
        "None:foreign-key-missing None:index-missing", declared=FINDS, right_undo=UNREFER, engines="mysql",
    ),
    case(
        "foreign_key_extra", OTHER, OTHERS, OTHER,
        FOUND + BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'])", "pass",
        "upgrade:foreign-key-extra", declared=FINDS, declares_wrong=True, undo=BATCH + "drop_constraint('fk_{t}_other', type_='foreignkey')",
        right_undo="pass", engines="sqlite postgresql",
    ),
    case(
        "foreign_key_extra_mysql", OTHER, OTHERS, OTHER,
        FOUND + BATCH + "create_foreign_key('fk_{t}_other', 'users', ['other'], ['user_id'])", "pass",
        "upgrade:foreign-key-extra upgrade:index-extra", declared=FINDS, declares_wrong=True,
        undo=UNREFER, right_undo="pass", engines="mysql",
    ),
    # -- indexes ---------------------------------------------------------------------------------
    case(
        "index_order", NAME, INSERT, NAME, "op.create_index('ix_{t}_x', '{t}', ['name'])",
        "op.create_index('ix_{t}_x', '{t}', [sa.text('name DESC')])", "upgrade:index-differs",
        undo="op.drop_index('ix_{t}_x', '{t}')", more="Index('ix_{t}_x', Case{n}.name.desc())",
    ),
    case(
        "index_predicate", NAME, INSERT, NAME, "op.create_index('ix_{t}_x', '{t}', ['name'])",
        "op.execute('CREATE INDEX ix_{t}_x ON {t} (name) WHERE id > 1')", "upgrade:index-differs",
        undo="op.drop_index('ix_{t}_x', '{t}')",
        more="Index('ix_{t}_x', Case{n}.name, sqlite_where=Case{n}.id > 1, postgresql_where=Case{n}.id > 1)",
        engines="sqlite postgresql",
    ),
    case(
        "index_expression", NAME, INSERT, NAME, "op.create_index('ix_{t}_x', '{t}', [sa.text('upper(name)')])",
        "op.create_index('ix_{t}_x', '{t}', [sa.text('lower(name)')])", "upgrade:index-differs",
        undo="op.drop_index('ix_{t}_x', '{t}')", more="Index('ix_{t}_x', func.lower(Case{n}.name))",
        engines="sqlite postgresql",
    ),
    case(
        "index_prefix", NAME, INSERT, NAME, "op.create_index('ix_{t}_x', '{t}', ['name'])",
        "op.create_index('ix_{t}_x', '{t}', ['name'], mysql_length=10)", "upgrade:index-differs",
        undo="op.drop_index('ix_{t}_x', '{t}')", more="Index('ix_{t}_x', Case{n}.name, mysql_length=10)",
        engines="mysql",
    ),
    # -- columns ---------------------------------------------------------------------------------
    case(
        "generated", NAME, INSERT, NAME + "\n    g = Column(Integer(), Computed('id + 1', persisted=True))",
        "op.add_column('{t}', sa.Column('g', sa.Integer()))",
        "op.add_column('{t}', sa.Column('g', sa.Integer(), sa.Computed('id + 1', persisted=True)))",
        "upgrade:column-generated", undo=BATCH + "drop_column('g')", engines="postgresql",
    ),
    case(
        # MySQL does not take the counted column into a generated one.
        "generated_mysql", NUMBER, NUMBERS, NUMBER + "\n    g = Column(Integer(), Computed('n + 1', persisted=True))",
        "op.add_column('{t}', sa.Column('g', sa.Integer()))",
        "op.add_column('{t}', sa.Column('g', sa.Integer(), sa.Computed('n + 1', persisted=True)))",
        # The greatest number has no next one, which shows beside a case for which rows are tried.
        "upgrade:column-generated", undo=BATCH + "drop_column('g')", engines="mysql", alone=True,
    ),
    case(
        "generated_sqlite", NUMBER, NUMBERS, NUMBER + "\n    g = Column(Integer(), Computed('n + 1', persisted=False))",
        "op.add_column('{t}', sa.Column('g', sa.Integer()))",
        "op.execute('ALTER TABLE {t} ADD COLUMN g INTEGER GENERATED ALWAYS AS (n + 1) VIRTUAL')",
        "upgrade:column-generated", undo=rebuilt("n INTEGER", columns="id, n"), engines="sqlite",
    ),
    case(
        "on_update", NAME, INSERT, NAME + "\n    seen = Column(TIMESTAMP(), nullable=True, server_default="
        "text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP'))",
        "op.execute('ALTER TABLE {t} ADD seen TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP')",
        "op.execute('ALTER TABLE {t} ADD seen TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP')",
        "upgrade:column-on-update", undo=BATCH + "drop_column('seen')", engines="mysql",
    ),
    case(
        "identity_mysql", NAME, INSERT, NAME, "op.execute('ALTER TABLE {t} MODIFY id INTEGER NOT NULL')", "pass",
        "upgrade:column-identity", undo="op.execute('ALTER TABLE {t} MODIFY id INTEGER NOT NULL AUTO_INCREMENT')",
        right_undo="pass", engines="mysql",
    ),
    case(
        # An identity column cannot have the default that counts, too.
        "identity", NUMBER, "INSERT INTO {t} (id, n) VALUES (1, 5)", NUMBER,
        "op.execute('UPDATE {t} SET n = 7 WHERE n IS NULL')\n"
        "op.execute('ALTER TABLE {t} ALTER n SET NOT NULL, ALTER n ADD GENERATED BY DEFAULT AS IDENTITY (START 10)')", "pass",
        "upgrade:column-identity upgrade:column-nullability upgrade:sequence-extra",
        declared="[('{t}', 'n', 'changed', 'n IS NULL')]", declares_wrong=True,
        undo="op.execute('ALTER TABLE {t} ALTER n DROP IDENTITY, ALTER n DROP NOT NULL')", right_undo="pass",
        engines="postgresql",
    ),
    case(
        "charset", NAME, INSERT, NAME.replace("String(60)", "mysql.VARCHAR(60, charset='latin1')"), "pass",
        # Sites have texts that latin1 does not hold.
        "op.execute(\"UPDATE {t} SET name = 'none' WHERE locate('F09F', hex(name)) > 0\")\n"
        "op.execute('ALTER TABLE {t} MODIFY name VARCHAR(60) CHARACTER SET latin1')", "None:column-charset",
        declared="[('{t}', 'name', 'changed', \"locate('F09F', hex(name)) > 0\")]",
        right_undo="op.execute('ALTER TABLE {t} MODIFY name VARCHAR(60)')", engines="mysql",
    ),
    *(
        case(
            f"collation_{engine}", NAME, INSERT, NAME.replace("(60)", f"(60, collation='{collation}')"), "pass",
            BATCH + f"alter_column('name', existing_type=sa.String(60), type_=sa.String(60, collation='{collation}'))",
            "None:column-collation",
            right_undo=BATCH + f"alter_column('name', existing_type=sa.String(60, collation='{collation}'), "
            f"type_=sa.String(60, collation='{usual}'))".replace(", collation=''", ""),
            engines=engine,
        )
        for engine, collation, usual in (
            ("sqlite", "NOCASE", ""), ("postgresql", "C", "default"), ("mysql", "utf8mb4_bin", "utf8mb4_unicode_ci"),
        )
    ),
    case(
        "option", NAME, INSERT, NAME, "op.execute('ALTER TABLE {t} SET UNLOGGED')", "pass", "upgrade:table-option",
        undo="op.execute('ALTER TABLE {t} SET LOGGED')", right_undo="pass", engines="postgresql",
    ),
    case(
        "option_mysql", NAME, INSERT, NAME, "op.execute('ALTER TABLE {t} ENGINE=MyISAM')", "pass", "upgrade:table-option",
        undo="op.execute('ALTER TABLE {t} ENGINE=InnoDB')", right_undo="pass", engines="mysql",
    ),
    case(
        "option_sqlite", NAME.replace("True", "False"), "INSERT INTO {t} (id, name) VALUES (1, 'a')",
        NAME.replace("True", "False"), rebuilt("name VARCHAR(60) NOT NULL ON CONFLICT REPLACE"), "pass",
        "upgrade:table-option", undo=rebuilt("name VARCHAR(60) NOT NULL"), right_undo="pass", engines="sqlite",
    ),
    # -- rows ------------------------------------------------------------------------------------
    case(
        "misfit", NAME, "INSERT INTO {t} (id, name) VALUES (1, '12'), (2, 'abc')", "name = Column(Integer(), nullable=True)",
        # Alembic's rebuild converts, this one does not.
        rebuilt("name INTEGER"),
        "op.execute(\"UPDATE {t} SET name = '0' WHERE name = '' OR name GLOB '*[^0-9]*'\")\n"
        + BATCH + "alter_column('name', existing_type=sa.String(60), type_=sa.Integer())",
        "upgrade:values-misfit", undo=BATCH + "alter_column('name', existing_type=sa.Integer(), type_=sa.String(60))",
        right_undo=BATCH + "alter_column('name', existing_type=sa.Integer(), type_=sa.String(60))\n"
        "op.execute(\"UPDATE {t} SET name = 'abc' WHERE id = 2\")",
        declared="[('{t}', 'name', 'changed', \"name = '' OR name GLOB '*[^0-9]*'\")]", engines="sqlite",
    ),
    case(
        "cascade", NAME, INSERT, NAME, "op.execute('DELETE FROM {t} WHERE id = 1')",
        "op.execute('DELETE FROM {t} WHERE id = 1')", "upgrade:rows-lost downgrade:cannot-restore",
        declared="[('{t}', '*', 'removed', 'id = 1'), ('z_{t}', '*', 'removed', 'p = 1')]",
        notes="downgrade:cannot-restore", base=TABLE_Z, more=MODEL_Z, engines="postgresql mysql",
    ),
    case(
        "refused", NUMBER, "INSERT INTO {t} (id, n) VALUES (1, 5), (2, 6)", NUMBER.replace("True", "False"),
        BATCH + "alter_column('n', existing_type=sa.Integer(), nullable=False)",
        "op.execute('UPDATE {t} SET n = 0 WHERE n IS NULL')\n"
        + BATCH + "alter_column('n', existing_type=sa.Integer(), nullable=False)",
        "upgrade:rows-refused", undo=BATCH + "alter_column('n', existing_type=sa.Integer(), nullable=True)",
        declared="[('{t}', 'n', 'changed', 'n IS NULL')]",
    ),
    case(
        "misfit_before", NAME, "INSERT INTO {t} (id, name) VALUES (1, '" + 70 * "x" + "'), (2, 'two')",
        NAME.replace("60", "65"), BATCH + "alter_column('name', existing_type=sa.String(60), type_=sa.String(65))",
        "op.execute('UPDATE {t} SET name = substr(name, 1, 60)')\n"
        + BATCH + "alter_column('name', existing_type=sa.String(60), type_=sa.String(65))",
        "None:values-misfit-before",
        undo=BATCH + "alter_column('name', existing_type=sa.String(65), type_=sa.String(60))",
        declared="[('{t}', 'name', 'changed', 'length(name) > 60')]", notes="downgrade:cannot-restore", engines="sqlite",
    ),
    case(
        "orphaned", NAME, INSERT, NAME,
        UNCHECKED + "op.execute('DELETE FROM {t} WHERE id = 1')\n" + CHECKED_AGAIN,
        "op.execute('DELETE FROM z_{t} WHERE p = 1')\nop.execute('DELETE FROM {t} WHERE id = 1')",
        "upgrade:rows-orphaned downgrade:cannot-restore",
        declared="[('{t}', '*', 'removed', 'id = 1'), ('z_{t}', '*', 'removed', 'p = 1')]", declares_wrong=True,
        notes="downgrade:cannot-restore", base=TABLE_Z, more=MODEL_Z,
    ),
    case(
        "orphaned_before", NAME, INSERT, NAME,
        "op.execute('UPDATE z_{t} SET p = 2 WHERE id = 1')",
        "op.execute('DELETE FROM z_{t} WHERE p = 99')\nop.execute('UPDATE z_{t} SET p = 2 WHERE id = 1')",
        "None:rows-orphaned-before", undo="op.execute('UPDATE z_{t} SET p = 1 WHERE id = 1')",
        declared="[('z_{t}', '*', 'removed', 'p = 99'), ('z_{t}', 'p', 'changed', 'id = 1')]", declares_wrong=True,
        # Gone with the upgrade, and not put back.
        notes="downgrade:cannot-restore", more=MODEL_Z,
        base=TABLE_Z + "\n" + UNCHECKED + "op.execute('INSERT INTO z_{t} (id, p) VALUES (3, 99)')\n" + CHECKED_AGAIN,
    ),
    case(
        "rebuilt_by_hand", NAME, INSERT, NAME, rebuilt("name VARCHAR(60)", where=" WHERE id <> 2"),
        rebuilt("name VARCHAR(60)"), "upgrade:rows-lost downgrade:cannot-restore", engines="sqlite",
    ),
    case(
        "duplicates", NAME, INSERT + ", (5, 'two'), (6, 'six')", NAME.replace("nullable", "unique=True, nullable"),
        DEDUPLICATE + BATCH + "create_unique_constraint('uq_{t}_name', ['name'])",
        DEDUPLICATE + BATCH + "create_unique_constraint('uq_{t}_name', ['name'])",
        "upgrade:rows-lost downgrade:cannot-restore", undo=BATCH + "drop_constraint('uq_{t}_name', type_='unique')",
        declared="[('{t}', '*', 'removed', 'EXISTS (SELECT 1 FROM {t} o WHERE o.name = {t}.name AND o.id < {t}.id)')]",
        notes="downgrade:cannot-restore",
    ),
    case(
        "default_missing", NAME, INSERT, NAME, "pass",
        "op.execute(\"INSERT INTO permissions (permission_name) VALUES ('hg.cool.enabled')\")", "None:default-missing",
        right_undo="op.execute(\"DELETE FROM permissions WHERE permission_name = 'hg.cool.enabled'\")",
        change=("        ('hg.create.none', ", "        ('hg.cool.enabled', _('Cool')),\n        ('hg.create.none', "),
        owns="permissions default-missing",
    ),
    case(
        "default_obsolete", NAME, INSERT, NAME, "pass",
        "op.execute(\"DELETE FROM permissions WHERE permission_name = 'hg.extern_activate.manual'\")",
        "None:default-obsolete", notes="downgrade:cannot-restore",
        change=("        ('hg.extern_activate.manual', _('Manual activation of external account')),\n", ""),
        owns="permissions default-obsolete",
    ),
    case(
        "default_differs", NAME, INSERT, NAME, SHOW_VERSION.replace("TYPE", "str"), SHOW_VERSION.replace("TYPE", "bool"),
        "upgrade:default-differs", undo=SHOW_VERSION.replace("TYPE", "bool"),
        declared="[('settings', 'app_settings_type', 'changed')]", declares_wrong=True,
    ),
    # -- the script and the application ----------------------------------------------------------
    case(
        "commits", NAME, INSERT, NAME,
        "with op.get_bind().engine.connect() as other:\n    with other.begin():\n        other.execute('SELECT 1')",
        "pass", "upgrade:script-commits",
    ),
    case(
        "imports_models", NAME, INSERT, NAME, "pass", "pass", "None:script-imports-models",
        head="from kallithea.model import db",
    ),
    case(
        "breaks_with_later_models", NAME, INSERT, NAME,
        "op.get_bind().execute(sa.select([db.UserIpMap.__table__]))",
        "op.get_bind().execute('SELECT ip_addr FROM user_ip_map')",
        "None:script-imports-models upgrade:live-models-break", head="from kallithea.model import db",
    ),
    case(
        "reads_the_clock", NAME, INSERT, NAME, "pass", "pass", "None:script-not-repeatable",
        head="import datetime\nNOW = datetime.datetime.now()",
    ),
    case(
        "application", "kind = Column(String(1), nullable=True)", "INSERT INTO {t} (id, kind) VALUES (1, 'c')",
        "kind = Column(Enum('a', 'b', native_enum=False, create_constraint=False), nullable=True)", "pass",
        "op.execute(\"UPDATE {t} SET kind = 'a' WHERE kind = 'c'\")", "None:application-fails",
        right_undo="op.execute(\"UPDATE {t} SET kind = 'c' WHERE kind = 'a'\")",
        declared="[('{t}', 'kind', 'changed', \"kind = 'c'\")]",
    ),
    # -- objects beside the tables ---------------------------------------------------------------
    *objects("view", "CREATE VIEW v_{t} AS SELECT id FROM {t}", "CREATE VIEW v_{t} AS SELECT id + 1 AS id FROM {t}",
             "DROP VIEW v_{t}"),
    *objects(
        "trigger", "CREATE TRIGGER tr_{t} AFTER DELETE ON {t} BEGIN DELETE FROM {t} WHERE id = -1; END",
        "CREATE TRIGGER tr_{t} AFTER DELETE ON {t} BEGIN DELETE FROM {t} WHERE id = -2; END", "DROP TRIGGER tr_{t}", "sqlite",
    ),
    *objects("trigger", UNCHANGED, UNCHANGED.replace("DELETE", "INSERT"), "DROP TRIGGER tr_{t} ON {t}", "postgresql"),
    *objects(
        "trigger", "CREATE TRIGGER tr_{t} BEFORE INSERT ON {t} FOR EACH ROW SET NEW.name = NEW.name",
        "CREATE TRIGGER tr_{t} BEFORE INSERT ON {t} FOR EACH ROW SET NEW.name = NULL", "DROP TRIGGER tr_{t}", "mysql",
    ),
    *objects("routine", "CREATE FUNCTION f_{t}() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
             "CREATE FUNCTION f_{t}() RETURNS integer LANGUAGE sql AS 'SELECT 2'", "DROP FUNCTION f_{t}", "postgresql"),
    *objects("routine", "CREATE FUNCTION f_{t}() RETURNS INT DETERMINISTIC RETURN 1",
             "CREATE FUNCTION f_{t}() RETURNS INT DETERMINISTIC RETURN 2", "DROP FUNCTION f_{t}", "mysql"),
    *objects("sequence", "CREATE SEQUENCE s_{t}", "CREATE SEQUENCE s_{t} INCREMENT BY 2", "DROP SEQUENCE s_{t}",
             "postgresql mysql"),
    *objects("enum", "CREATE TYPE e_{t} AS ENUM ('a', 'b')", "CREATE TYPE e_{t} AS ENUM ('b', 'a')", "DROP TYPE e_{t}",
             "postgresql"),
    # -- owners and privileges -------------------------------------------------------------------
    case(
        "privilege", NAME, INSERT, NAME, REMADE, "op.execute('ALTER TABLE {t} ALTER name SET STATISTICS 50')",
        "upgrade:privilege-lost",
        base="op.execute('GRANT SELECT ON {t} TO PUBLIC')\nop.execute('GRANT UPDATE (name) ON {t} TO pg_monitor')",
        engines="postgresql",
    ),
    case(
        "owner", NAME, INSERT, NAME, REMADE, "op.execute('ALTER TABLE {t} ALTER name SET STATISTICS 50')",
        "upgrade:owner-changed", base="op.execute('ALTER TABLE {t} OWNER TO pg_monitor')", engines="postgresql",
    ),
    # -- time ------------------------------------------------------------------------------------
    case(
        # Without an expression the server takes the session's time zone.
        "zone", MOMENT, MOMENTS, MOMENT.replace("()", "(timezone=True)"),
        BATCH + "alter_column('t', type_=sa.DateTime(timezone=True))",
        BATCH + "alter_column('t', type_=sa.DateTime(timezone=True), postgresql_using=\"t AT TIME ZONE 'UTC'\")",
        "upgrade:values-altered",
        undo=BATCH + "alter_column('t', type_=sa.DateTime())",
        right_undo=BATCH + "alter_column('t', type_=sa.DateTime(), postgresql_using=\"t AT TIME ZONE 'UTC'\")",
        engines="postgresql",
    ),
    case(
        "zone_mysql", MOMENT, MOMENTS, MOMENT.replace("DateTime", "TIMESTAMP"),
        "op.execute('ALTER TABLE {t} MODIFY t TIMESTAMP NULL')",
        IN_UTC + "op.execute('ALTER TABLE {t} MODIFY t TIMESTAMP NULL')", "upgrade:values-altered",
        undo="op.execute('ALTER TABLE {t} MODIFY t DATETIME NULL')",
        right_undo=IN_UTC + "op.execute('ALTER TABLE {t} MODIFY t DATETIME NULL')", engines="mysql",
    ),
]  # fmt: skip
