"""What a draft leaves to do, where it stands in the script and how it is said."""

from __future__ import annotations

from kallithea_dbdev.drafting.script import with_todos
from kallithea_dbdev.drafting.todos import as_written, with_remains
from kallithea_dbdev.findings import Finding, make
from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE

TEXT = '''\
"""m"""


def upgrade():
    op.drop_column('ui', 'name')

    with op.batch_alter_table('users') as batch_op:
        batch_op.drop_column('name')
        batch_op.drop_column('user_name')


def downgrade():
    op.add_column('users', sa.Column('name', sa.Integer()))
    op.execute('UPDATE users SET name = 0')
'''


def test_a_todo_stands_above_what_it_is_about() -> None:
    todos = {"upgrade": ["a", "b", "c"], "downgrade": ["d", "e"]}
    about = {"a": ("users", "name"), "b": (), "c": ("users", "other"), "d": ("users", "name")}
    up, _, down = with_todos(TEXT, todos, about).partition("def downgrade")
    assert "upgrade():\n    # TODO: b\n    # TODO: c\n    op.drop_column('ui'" in up
    assert "\n\n    # TODO: a\n    with op.batch_alter_table('users')" in up
    assert "():\n    # TODO: d\n    # TODO: e\n    op.add_column" in down
    assert with_todos(TEXT, {"upgrade": []}) == TEXT


def finding(engine: str, message: str, table: "str | None", **more: str) -> Finding:
    return make("upgrade-fails", engine, message, table=table, revision="abc", **more)


def test_what_is_said() -> None:
    """Rows with their query, all else shortened; which revision it is the script says itself."""
    long = "upgrade() of abc raises: " + "x" * 200
    rows = (finding("sqlite", f"unique: SELECT {'y' * 200}", "users", object="name", direction=DOWNGRADE),)
    rest = (
        finding("sqlite", long, None, direction=UPGRADE),
        finding("mysql", long, None, direction=UPGRADE),
        finding("sqlite", "odd", "ui", object="name"),
    )
    text = with_remains(TEXT, rows, rest, ("sqlite", "mysql"))
    up, _, down = text.partition("def downgrade")
    assert f"    # TODO: users.name: unique: SELECT {'y' * 200}\n    op.add_column" in down
    assert f"    # TODO: upgrade() raises: {'x' * 98} ...; gearbox db-verify tells more\n" in up
    assert "    # TODO: sqlite: ui.name: odd; gearbox db-verify tells more\n    op.drop_column('ui'" in up
    assert text.count("TODO") == 3


def test_the_lines_that_are_named_are_those_of_what_is_written() -> None:
    """They were found without the comments, which stand above some of them."""
    script = "abc_m.py"
    rows = (finding("sqlite", "unique", "users", object="name"),)
    rest = (
        finding("sqlite", f"raises; at {script}:5", None),
        finding(
            "sqlite",
            f"raises; at {script}:9; at other_{script}:9",
            None,
            traceback=f'x/{script}", line 14, in',
        ),
        finding("sqlite", f"raises; at {script}:13", "ui", object="name", direction=DOWNGRADE),
    )
    text, findings = as_written(script, TEXT, rows, rest, ("sqlite",))
    lines = text.splitlines()
    named = [found.message.rpartition("at abc_m.py:")[2].split(";")[0] for found in findings[1:]]
    assert [lines[int(number) - 1].strip() for number in named] == [
        "op.drop_column('ui', 'name')",
        "batch_op.drop_column('user_name')",
        "op.add_column('users', sa.Column('name', sa.Integer()))",
    ]
    assert all(f"at {script}:{number}" in text for number in named)
    assert findings[2].message.endswith(f"at other_{script}:9")
    last = len(lines)  # the draft's line 14
    assert findings[2].traceback == f'x/{script}", line {last}, in'
    assert findings[0] == rows[0]
