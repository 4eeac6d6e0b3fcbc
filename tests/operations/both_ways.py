"""The drafted code for two databases of PostgreSQL's, run by Alembic up and down."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, Sequence, Tuple

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.operations import Context, downgrade_lines, operations_for, upgrade_lines
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from .test_operations import run


@contextmanager
def two_sides(
    running: Dict[str, Any], before: Sequence[str], after: Sequence[str]
) -> Iterator[Tuple[Scratch, Schema, Schema]]:
    """What the statements ``before`` make, its schema, and the schema of what those of ``after`` make."""
    server = need("postgresql", running)
    with Workspace() as workspace:
        lab = make_lab(server.database(server.create()), workspace)
        migrated, expected = (lab.scratch(name) for name in ("before", "after"))
        migrated.execute(before)
        expected.execute(after)
        yield migrated, migrated.read_schema(), expected.read_schema()


def there_and_back(
    migrated: Scratch, old: Schema, new: Schema, look: Callable[[Scratch], None] = lambda _: None
) -> None:
    """The drafted code makes the one of the other, and that again; ``look`` is called after each of the two."""
    operations = operations_for(compare(old, new), "postgresql", old, new)
    context = Context("postgresql", old, new)
    for lines, goal in (
        (upgrade_lines(operations, context), new),
        (downgrade_lines(operations, context), old),
    ):
        run(migrated, lines)
        assert compare(migrated.read_schema(), goal) == ()
        look(migrated)
