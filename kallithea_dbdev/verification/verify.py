"""``db-verify`` from end to end: copy, reference, climb, checks, result."""

from __future__ import annotations

import time
from typing import Optional, Tuple

from .. import throwaway
from ..app import Instance
from ..databases import open_database
from ..databases.base import Database
from ..errors import DatabaseError, MigrationGraphError, UsageError
from ..findings import Finding, make, sort
from ..migrations import Chain, Scripts, Step, StepRecord, read_state
from ..workspace import Workspace
from .baseline import baseline
from .checks import CHECKS
from .climb import Climb, Progress, climb
from .result import Result


def verify(instance: Instance, down_to: Optional[str], progress: Progress) -> Result:
    """Prove the migrations on copies of the configured database; it is only read.

    ``down_to`` is a revision (or "base") below the database's, where the way down ends.
    A broken graph or stamp is a finding. Raises DatabaseError where there is no database,
    UsageError where ``down_to`` is not below it.
    """
    started = time.monotonic()
    database = open_database(instance.url)
    require_existing(database, instance)
    try:
        chain = Chain(Scripts(instance.scripts, instance.alembic))
        start = chain.stamp_of(database)
    except MigrationGraphError as error:
        found = make(error.code, database.engine, error.message, revision=error.revision, fix=error.hint)
        return _result(instance, database, "", "", (), (found,), started)
    below = steps_below(chain, start, down_to)
    with Workspace() as workspace:
        progress("copying the database")
        copy = database.copy(workspace, "copy")
        progress("making a fresh database from the current code")
        fresh = read_state(throwaway.fresh(instance, database, workspace))
        progress("upgrading the recorded release")
        states = baseline(chain, database, workspace)
        seen = climb(chain, copy, fresh, below, progress, states)
    return _result(instance, database, start, chain.head, seen.records, judge(seen), started)


def judge(seen: Climb) -> Tuple[Finding, ...]:
    """All findings of all checks, worst first."""
    return sort(finding for check in CHECKS for finding in check(seen))


def require_existing(database: Database, instance: Instance) -> None:
    """Raise DatabaseError, with the way out, where there is no database or an empty one."""
    if not database.exists() or database.is_empty():
        raise DatabaseError(
            f"{database.display}: there is no such database"
            if not database.exists()
            else f"{database.display}: the database is empty",
            f"make it with the code before your change: kallithea-cli db-create -c {instance.ini.name}",
        )


def steps_below(chain: Chain, start: str, down_to: Optional[str]) -> Optional[Tuple[Step, ...]]:
    """The upgrade steps from ``down_to`` to ``start``; None where nothing was asked for.

    Raises UsageError where ``down_to`` is unknown or not below.
    """
    if down_to is None:
        return None
    lower = None if down_to == "base" else chain.resolve(down_to)
    if lower is None and down_to != "base":
        raise UsageError(f"--from {down_to}: there is no such revision", "alembic -c INI history lists them")
    steps = chain.between(lower, start)
    if steps is None:
        raise UsageError(
            f"--from {down_to}: not an ancestor of {start}, the revision of the database",
            "name an older revision",
        )
    return steps


def _result(
    instance: Instance,
    database: Database,
    start: str,
    head: str,
    steps: Tuple[StepRecord, ...],
    findings: Tuple[Finding, ...],
    started: float,
) -> Result:
    return Result(
        database.engine,
        database.display,
        instance.version,
        start,
        head,
        steps,
        findings,
        time.monotonic() - started,
    )
