"""One script for all engines, from the models' changes to real databases, up, down and up again."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import pytest

from kallithea_dbdev.drafting.answers import Answers, completed
from kallithea_dbdev.drafting.compose import compose, sides_of
from kallithea_dbdev.drafting.ground import Ground
from kallithea_dbdev.drafting.imagined import imagined
from kallithea_dbdev.engines import Lab, make_lab, open_database
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.schema.renames import Renames
from kallithea_dbdev.state import State
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from ..operations import test_operations
from ..operations.cases import ENGINES, Case, models
from .compose_cases import CASES

TEMPLATE = '"""m"""\n\nfrom alembic import op\n\n\ndef upgrade():\n    pass\n'


class Pair(test_operations.Pair):
    """The databases of all cases on one engine."""

    all_cases = CASES

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.before = self.migrated.read_schema()
        #: What ran last.
        self.last = "downgrade"

    def ground(self, cases: Sequence[Case]) -> Ground:
        """What is known of these."""

        def known(schema: Schema) -> State:
            tables = (t for t in schema.tables if any(case.belongs(t.name) for case in cases))
            return State((), replace(schema, tables=tuple(tables)), {})

        before, after = known(self.before), known(self.after)
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


def drafted(pairs: List[Pair], cases: Sequence[Case] = CASES) -> str:
    grounds: List[Any] = [pair.ground(cases) for pair in pairs]
    metadata = models(cases, True)
    sides = sides_of(grounds, metadata)
    fills: Dict[Tuple[str, str], str] = {}
    tables = [names for case in CASES for names in case.renames.tables]
    columns = [names for case in CASES for names in case.renames.columns]
    for pair in pairs:
        fills.update(pair.mends)
    answers = Answers(fills, Renames(tuple(tables), tuple(columns)), no_rename=True)
    answers = completed(answers, sides, lambda question: None)
    others, their_sides = imagined(grounds, sides, answers, metadata)
    return compose(TEMPLATE, [*grounds, *others], [*sides, *their_sides], answers, metadata)


def script(text: str) -> Dict[str, Any]:
    names: Dict[str, Any] = {}
    exec(compile(text, "script", "exec"), names)
    return names


def test_one_script(pairs: List[Pair]) -> None:
    """It makes of what the models were what they are, and of that the former again, and of rows what they
    are to be; and says the same when it is asked twice."""
    text = drafted(pairs)
    assert drafted(pairs) == text
    for pair in pairs:
        for function in ("upgrade", "downgrade", "upgrade")[pair.last == "upgrade" :]:
            step(pair, script(text), function, pair.cases)


def test_drafted_on_sqlite_alone(pairs: List[Pair]) -> None:
    """What SQLite tells is enough for the servers, too: back from what all were asked for, and again."""
    # What SQLite alone has another type for it does not tell.
    cases = [case for case in CASES if case.engines == set(ENGINES) and case.name != "referred_type"]
    names = script(drafted(pairs[:1], cases))
    for pair in pairs:
        if pair.last == "downgrade":
            step(pair, script(drafted(pairs)), "upgrade", pair.cases)
        for function in ("downgrade", "upgrade"):
            step(pair, names, function, cases)


def step(pair: Pair, names: Dict[str, Any], function: str, cases: Sequence[Case]) -> None:
    schema = pair.after if function == "upgrade" else pair.before
    test_operations.run(pair.migrated, [f"{function}()"], names)
    pair.last = function
    left = [
        c
        for c in test_operations.compare(pair.migrated.read_schema(), schema)
        if c.kind != "column-order" and any(case.belongs(c.table, c.object) for case in cases)
    ]
    shown = [f"{c.kind} {c.table} {c.object}: {c.migrated} -> {c.expected}" for c in left]
    assert not shown, "\n".join([pair.migrated.engine, function, *shown])
    for case in cases:
        if function == "upgrade" and case.values:
            assert test_operations.values(pair.migrated, case, schema) == case.values, case.name


def test_other_names_are_one_rebuild(pairs: List[Pair]) -> None:
    up, down = drafted(pairs).split("def downgrade")
    for text in (up, down):
        rebuilds = re.findall("batch_alter_table\\(\\n? *'(all_names_t|unique_name_t)'", text)
        assert sorted(rebuilds) == ["all_names_t", "all_names_t", "unique_name_t"], text
