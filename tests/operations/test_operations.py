"""The code for every kind of change, run by Alembic on real databases, up and down."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from kallithea_dbdev.engines import Lab, make_lab, open_database
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.operations import Context, downgrade_lines, new_columns, operations_for, upgrade_lines
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.renames import Renames, changes_with
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from .cases import CASES, CONVENTION, ENGINES, Case, models

WORDS = {
    "sqlite": {"true": "1", "bytes": "X'616263'"},
    "postgresql": {"true": "true", "bytes": "'abc'::bytea"},
    "mysql": {"true": "1", "bytes": "'abc'"},
}


def run(database: Scratch, lines: Sequence[str], names: Optional[Dict[str, Any]] = None) -> None:
    """Run the lines of a script as Kallithea's env.py does; ``names`` are what it has defined."""
    with database.handed_over() as url:
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            opts = {"target_metadata": sa.MetaData(naming_convention=CONVENTION)}
            context = MigrationContext.configure(connection, opts=opts)
            with context.begin_transaction(), Operations.context(context) as op:
                exec("\n".join(lines), {"op": op, "sa": sa, **(names or {})})
        engine.dispose()


class Pair:
    """Two databases of one engine: the models of all cases as they were, and as they are."""

    all_cases = CASES

    def __init__(self, lab: Lab) -> None:
        self.cases = [case for case in self.all_cases if lab.engine in case.engines]
        self.migrated, self.expected = (lab.scratch(name) for name in ("before", "after"))
        for database, after in ((self.migrated, False), (self.expected, True)):
            with database.handed_over() as url:
                engine = sa.create_engine(url)
                models(self.cases, after).create_all(engine)
                engine.dispose()
        for case in self.cases:
            self.migrated.execute(case.more)
            self.expected.execute(case.more)
            for number, value in enumerate(case.rows, 1):
                column = models([case], False).tables[f"{case.name}_t"].columns.keys()[1]
                said = value.format(**WORDS[lab.engine])
                self.migrated.execute([f"INSERT INTO {case.name}_t (id, {column}) VALUES ({number}, {said})"])
        self.after = self.expected.read_schema()
        self.renames = Renames(
            tuple(names for case in self.cases for names in case.renames.tables),
            tuple(triple for case in self.cases for triple in case.renames.columns),
        )
        self.mends = {
            (f"{case.name}_t", name): sql for case in self.cases for name, sql in case.mends.items()
        }


@pytest.fixture(scope="module")
def pairs(running: Any) -> Iterator[Dict[str, Pair]]:
    with ExitStack() as stack:
        found: Dict[str, Any] = {"stack": stack, "running": running}
        yield found


def pair_on(engine: str, pairs: Dict[str, Any]) -> Pair:
    if engine not in pairs:
        workspace = pairs["stack"].enter_context(Workspace())
        if engine == "sqlite":
            database = open_database(f"sqlite:///{workspace.path}/x.db")
        else:
            server = need(engine, pairs["running"])
            database = server.database(server.create())
        pairs[engine] = Pair(make_lab(database, workspace))
    return pairs[engine]


@pytest.mark.parametrize("engine", ENGINES)
def test_up_and_down(engine: str, pairs: Dict[str, Any]) -> None:
    """The code of all cases makes of what the models were what they are, and of that the former again."""
    pair = pair_on(engine, pairs)
    before, after = pair.migrated.read_schema(), pair.after
    changes = changes_with(before, after, pair.renames)
    for case in pair.cases:
        assert any(case.belongs(change.table, change.item.name) for change in changes), case.name
    operations = operations_for(changes, engine, before, after, mends=pair.mends)
    context = Context(engine, before, after)
    run(pair.migrated, upgrade_lines(operations, context))
    assert_equal(pair, after, changes)
    for case in pair.cases:
        if case.values:
            assert values(pair.migrated, case, after) == case.values
    run(pair.migrated, downgrade_lines(operations, context))
    assert_equal(pair, before, [change.reversed for change in changes])


@pytest.mark.parametrize("engine", ENGINES)
def test_new_columns_stay(engine: str, pairs: Dict[str, Any]) -> None:
    """With them the older version can insert rows, and the upgrade comes to the same."""
    pair = pair_on(engine, pairs)
    before, after = pair.migrated.read_schema(), pair.after
    changes = changes_with(before, after, pair.renames)
    kept = new_columns(changes)
    operations = operations_for(changes, engine, before, after, kept=kept, mends=pair.mends)
    context = Context(engine, before, after, kept=kept)
    up, down = upgrade_lines(operations, context), downgrade_lines(operations, context)
    run(pair.migrated, up)
    run(pair.migrated, down)
    left = compare(pair.migrated.read_schema(), before)
    rest = [change for change in left if change.kind not in ("column-extra", "column-order", "enum-extra")]
    assert not rest, rest
    assert {(c.table, c.object) for c in left if c.kind == "column-extra"} == kept
    for case in pair.cases:
        if case.rows and any(table == f"{case.name}_t" for table, _ in kept):
            column = models([case], False).tables[f"{case.name}_t"].columns.keys()[1]
            said = case.rows[0].format(**WORDS[engine])
            pair.migrated.execute([f"INSERT INTO {case.name}_t (id, {column}) VALUES (99, {said})"])
    run(pair.migrated, up)
    assert_equal(pair, after, changes)
    # As it was, for whoever comes next.
    operations = operations_for(changes, engine, before, after)
    run(pair.migrated, downgrade_lines(operations, Context(engine, before, after)))


def assert_equal(pair: Pair, expected: Any, changes: Any) -> None:
    """Shows the code of the cases that are not as they should be."""
    left = [c for c in compare(pair.migrated.read_schema(), expected) if c.kind != "column-order"]
    shown = [f"{c.kind} {c.table} {c.object}: {c.migrated} -> {c.expected}" for c in left]
    wrong = [case for case in pair.cases if any(case.belongs(c.table, c.item.name) for c in left)]
    for case in wrong:
        mine = [c for c in changes if case.belongs(c.table, c.item.name)]
        before = pair.migrated.read_schema()
        shown += upgrade_lines(
            operations_for(mine, pair.migrated.engine, before, expected),
            Context(pair.migrated.engine, before, expected),
        )
    assert left == [], "\n".join(shown)


def values(database: Scratch, case: Case, schema: Any) -> Tuple[str, ...]:
    with database.handed_over() as url:
        engine = sa.create_engine(url)
        table = f"{case.name}_t"
        column = schema.table(table).columns[1].name
        found = tuple(str(row[0]) for row in engine.execute(f"SELECT {column} FROM {table} ORDER BY id"))
        engine.dispose()
    return found
