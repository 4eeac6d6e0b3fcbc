"""The lines of several engines as one function."""

from __future__ import annotations

import ast
from typing import Dict, List

import pytest

from kallithea_dbdev.drafting.assemble import function_body

A, B = "op.add_column('t', sa.Column('a', sa.Integer()))", "op.add_column('t', sa.Column('b', sa.Integer()))"
ON = "op.get_bind().dialect.name"
CASES: Dict[str, "tuple[Dict[str, List[str]], str]"] = {
    "nothing": ({"sqlite": [], "mysql": []}, ""),
    "one engine": ({"sqlite": [A, B]}, f"{A}\n{B}"),
    "the same": ({"sqlite": [A, B], "mysql": [A, B], "postgresql": [A, B]}, f"{A}\n{B}"),
    "one has more": (
        {"sqlite": [B], "postgresql": [A, B], "mysql": [B]},
        f"if {ON} == 'postgresql':\n    {A}\n\n{B}",
    ),
    "one has less": (
        {"sqlite": [B], "postgresql": [A, B], "mysql": [A, B]},
        f"if {ON} != 'sqlite':\n    {A}\n\n{B}",
    ),
    "two of two": (
        {"sqlite": [A], "postgresql": [B]},
        f"if {ON} == 'sqlite':\n    {A}\n\nif {ON} == 'postgresql':\n    {B}",
    ),
    "neighbours under one condition": (
        {"sqlite": [], "postgresql": [A, B]},
        f"if {ON} == 'postgresql':\n    {A}\n    {B}",
    ),
    "for one engine alone": ({"mysql": [f"if {ON} == 'mysql':", f"    {A}"]}, f"if {ON} == 'mysql':\n    {A}"),
    "said once": (
        {"mysql": [f"if {ON} == 'mysql':", f"    {A}"], "sqlite": [B]},
        f"if {ON} == 'mysql':\n    {A}\n\nif {ON} == 'sqlite':\n    {B}",
    ),
    "a rebuild that one alone needs": (
        {
            "sqlite": ["with op.batch_alter_table('t', recreate='always') as b:", "    pass"],
            "mysql": ["with op.batch_alter_table('t') as b:", "    b.drop()"],
        },
        f"with op.batch_alter_table('t', recreate='always' if {ON} == 'sqlite' else 'auto') as b:\n"
        f"    if {ON} == 'mysql':\n        b.drop()",
    ),
    "a rebuild of one table": (
        {
            "sqlite": [
                "with op.batch_alter_table('t', table_kwargs={'sqlite_autoincrement': True}) as batch_op:",
                "    batch_op.alter_column('a', existing_type=sa.Integer(), nullable=False)",
                "    batch_op.create_check_constraint('ck', sa.text('a in (0, 1)'))",
                A,
            ],
            "postgresql": [
                "with op.batch_alter_table('t') as batch_op:",
                "    batch_op.alter_column('a', existing_type=sa.Integer(), nullable=False)",
                A,
            ],
        },
        "with op.batch_alter_table('t', table_kwargs={'sqlite_autoincrement': True}) as batch_op:\n"
        "    batch_op.alter_column('a', existing_type=sa.Integer(), nullable=False)\n"
        f"\n    if {ON} == 'sqlite':\n"
        "        batch_op.create_check_constraint('ck', sa.text('a in (0, 1)'))\n"
        f"\n{A}",
    ),
    "what is a matter of one engine's": (
        {"sqlite": [f"{A[:-1]})"], "postgresql": [f"{A[:-1]}, postgresql_using='a::\\'b\\'')"], "mysql": [A]},
        f"{A[:-1]}, postgresql_using='a::\\'b\\'')",
    ),
    "a rebuild on one only": (
        {"sqlite": ["with op.batch_alter_table('t') as batch_op:", "    pass"], "mysql": []},
        f"if {ON} == 'sqlite':\n    with op.batch_alter_table('t') as batch_op:\n        pass",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_function_body(name: str) -> None:
    lines, text = CASES[name]
    assert function_body(lines) == (text, ())
    ast.parse(text)


def test_imports_stand_elsewhere() -> None:
    lines = {
        "mysql": ["from sqlalchemy.dialects import mysql", "op.x(mysql.TEXT())"],
        "postgresql": ["from sqlalchemy.dialects import postgresql", "op.x(postgresql.TEXT())"],
    }
    text, imports = function_body(lines)
    assert imports == (
        "from sqlalchemy.dialects import mysql",
        "from sqlalchemy.dialects import postgresql",
    )
    assert "import" not in text
