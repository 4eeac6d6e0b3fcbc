"""A script is loaded afresh for each step: what it keeps at its top is from no earlier run."""

from __future__ import annotations

import pytest

from .projects import CLEAN_HEAD, Project

ONCE = "RUNS.append(op.get_bind())\nassert len(RUNS) == 1, 'this module has run a step already'"
#: As Kallithea's scripts do it: a MetaData at the top reflects a table once.
REFLECT = (
    "meta.reflect(op.get_bind(), only=['gists'])\n"
    "assert ('extra' in meta.tables['gists'].c) is {there}, 'reflected at another time'"
)


@pytest.mark.skipif(not CLEAN_HEAD, reason="this release's last script has errors")
def test_a_script_keeps_nothing_from_step_to_step(project: Project) -> None:
    add = "op.add_column('gists', sa.Column('extra', sa.Integer()))"
    drop = "with op.batch_alter_table('gists', table_kwargs={'sqlite_autoincrement': True}) as b:\n    b.drop_column('extra')"
    project.write_script(
        f"{ONCE}\n{REFLECT.format(there=False)}\n{add}",
        f"{ONCE}\n{REFLECT.format(there=True)}\n{drop}",
        head="RUNS = []\nmeta = sa.MetaData()",
    )
    report = project.verify()
    assert [(s["direction"], s["ok"]) for s in report["steps"]] == [
        ("upgrade", True),
        ("downgrade", True),
        ("upgrade", True),
    ]
