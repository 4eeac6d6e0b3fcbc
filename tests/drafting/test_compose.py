"""One script for all engines, from the models' changes to real databases, up, down and up again."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from kallithea_dbdev.drafting.answers import Answers, completed
from kallithea_dbdev.drafting.compose import compose, sides_of
from kallithea_dbdev.drafting.ground import Ground
from kallithea_dbdev.engines import Lab, make_lab, open_database
from kallithea_dbdev.schema.renames import Renames
from kallithea_dbdev.state import State
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from ..operations import test_operations
from ..operations.cases import ENGINES, models
from .compose_cases import CASES

TEMPLATE = '"""m"""\n\nfrom alembic import op\n\n\ndef upgrade():\n    pass\n'


class Pair(test_operations.Pair):
    """The databases of all cases on one engine."""

    all_cases = CASES

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.before = self.migrated.read_schema()

    @property
    def ground(self) -> Ground:
        states = (State((), schema, {}) for schema in (self.before, self.after))
        before, after = states
        lab: Any = None
        return Ground(
            self.migrated.engine, lab, self.migrated, lab, (before,), after, lambda label: self.migrated, lab
        )


@pytest.fixture(scope="module")
def pairs(running: Any) -> Iterator[List[Pair]]:
    with ExitStack() as stack:
        found = []
        for engine in ENGINES:
            workspace = stack.enter_context(Workspace())
            if engine == "sqlite":
                database: Any = open_database(f"sqlite:///{workspace.path}/x.db")
            else:
                server = need(engine, running)
                database = server.database(server.create())
            found.append(Pair(make_lab(database, workspace)))
        yield found


def drafted(pairs: List[Pair]) -> str:
    grounds = [pair.ground for pair in pairs]
    metadata = models(CASES, True)
    sides = sides_of(grounds, metadata)
    fills: Dict[Tuple[str, str], str] = {}
    tables = [names for case in CASES for names in case.renames.tables]
    columns = [names for case in CASES for names in case.renames.columns]
    for pair in pairs:
        fills.update(pair.mends)
    answers = Answers(fills, Renames(tuple(tables), tuple(columns)), no_rename=True)
    return compose(TEMPLATE, grounds, sides, completed(answers, sides, lambda question: None), metadata)


def test_one_script(pairs: List[Pair]) -> None:
    """It makes of what the models were what they are, and of that the former again, and of rows what they
    are to be; and says the same when it is asked twice."""
    text = drafted(pairs)
    assert drafted(pairs) == text
    names: Dict[str, Any] = {}
    exec(compile(text, "script", "exec"), names)
    for pair in pairs:
        for function, schema in (
            ("upgrade", pair.after),
            ("downgrade", pair.before),
            ("upgrade", pair.after),
        ):
            test_operations.run(pair.migrated, [f"{function}()"], names)
            left = [
                c
                for c in test_operations.compare(pair.migrated.read_schema(), schema)
                if c.kind != "column-order"
            ]
            shown = [f"{c.kind} {c.table} {c.object}: {c.migrated} -> {c.expected}" for c in left]
            assert not shown, "\n".join([pair.migrated.engine, function, *shown])
            for case in pair.cases:
                if function == "upgrade" and case.values:
                    assert test_operations.values(pair.migrated, case, schema) == case.values, case.name


def test_other_names_are_one_rebuild(pairs: List[Pair]) -> None:
    up, down = drafted(pairs).split("def downgrade")
    for text in (up, down):
        rebuilds = re.findall("batch_alter_table\\(\\n? *'(all_names_t|unique_name_t)'", text)
        assert sorted(rebuilds) == ["all_names_t", "all_names_t", "unique_name_t"], text
