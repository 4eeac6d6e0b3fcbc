"""What helps against what newcomers meet: the messages are those of real servers and of Alembic. Pure."""

from __future__ import annotations

from typing import Optional

import pytest

from kallithea_dbdev.migrations import StepError
from kallithea_dbdev.verification.checks.remedies import remedy

ALTER = "ALTER TABLE users ALTER COLUMN lastname TYPE TEXT"
INSERT = "INSERT INTO settings (app_settings_value) VALUES ('x')"
REBUILD = "INSERT INTO _alembic_tmp_users (a) SELECT a FROM users"


@pytest.mark.parametrize(
    ("engine", "message", "statement", "expected"),
    [
        ("sqlite", 'near "ALTER": syntax error', ALTER, "SQLite cannot alter users in place"),
        ("sqlite", 'near "CONSTRAINT": syntax error', 'ALTER TABLE "users" ADD CONSTRAINT x CHECK (1)', "SQLite cannot alter users"),
        ("sqlite", "Cannot add a UNIQUE column", "ALTER TABLE t ADD COLUMN x INT UNIQUE", "SQLite cannot alter t"),
        ("sqlite", "error in table users after drop column: no such column: active", "ALTER TABLE users DROP COLUMN active",
         "SQLite cannot alter users"),
        ("sqlite", "NotImplementedError: No support for ALTER of constraints in SQLite dialectPlease refer", None,
         "SQLite cannot alter a table in place"),
        ("postgresql", 'syntax error at or near "x"', ALTER, None),
        ("sqlite", 'near "FORM": syntax error', "SELECT 1 FORM users", None),
        ("sqlite", "NOT NULL constraint failed: settings.app_settings_name", INSERT, "needs a value in settings.app_settings_name:"),
        ("postgresql", 'null value in column "app_settings_name" of relation "settings" violates not-null constraint; detail: x',
         INSERT, "needs a value in app_settings_name:"),
        ("mysql", "(1048, \"Column 'username' cannot be null\")", "UPDATE users SET username = NULL", "a value in username:"),
        ("mysql", "(1364, \"Field 'app_settings_name' doesn't have a default value\")", INSERT, "a value in app_settings_name:"),
        ("sqlite", "NOT NULL constraint failed: _alembic_tmp_users.a", REBUILD, None),
        ("sqlite", 'CommandError: Migration "a -> b" has left an uncommitted transaction opened; transactional_ddl', None,
         "end the transaction"),
        ("sqlite", "UnboundExecutionError: Could not locate a bind configured on mapper", None, "Kallithea's Session"),
        ("mysql", "EOFError: EOF when reading a line", None, "a migration cannot ask"),
        ("sqlite", "A value is required for bind parameter 'foo' (Background", "UPDATE ui SET a = ?", r"write \\:foo, or"),
        ("postgresql", "TypeError: dict is not a sequence", None, "write %%"),
        ("mysql", "TypeError: not enough arguments for format string", None, "write %%"),
        ("mysql", "CommandError: Online migration expected to match one row when updating 'a' to 'b'", None,
         "leave the table alembic_version alone"),
        ("postgresql", 'relation "alembic_version" does not exist',
         "UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a'", "set it back"),
        ("sqlite", "error in view v: no such table: main.gists", "ALTER TABLE _alembic_tmp_gists RENAME TO gists", "view v is on"),
        ("sqlite", "error in trigger t after rename: no such column: a", "ALTER TABLE a RENAME TO b", "trigger t is on"),
        ("mysql", "CommandError: All MySQL CHANGE/MODIFY COLUMN operations require the existing type.", None, "existing_nullable"),
        ("mysql", "(1292, \"Truncated incorrect DECIMAL value: 'User'\")", "UPDATE users\nSET a = a || 'x'", "concat()"),
        ("sqlite", "ValueError: x", None, None),
    ],
)  # fmt: skip
def test_what_helps(engine: str, message: str, statement: Optional[str], expected: Optional[str]) -> None:
    found = remedy(engine, message, statement)
    assert (expected or "") in (found or "")
    assert (found is None) == (expected is None)


@pytest.mark.parametrize(
    ("where", "line"), [("abc_x.py:12", 12), ("env.py:102", None), (None, None)]
)  # fmt: skip
def test_a_line_of_what_runs_the_scripts_is_none_of_the_script(
    where: Optional[str], line: Optional[int]
) -> None:
    assert StepError("m", None, where, False, "").line == line
