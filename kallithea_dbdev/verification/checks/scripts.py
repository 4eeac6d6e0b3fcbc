"""Scripts that will do something else another day: live models, clock, chance, commits."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterator, Set

from ...findings import NOTE, Finding, make
from ...migrations import StepRecord
from ..climb import Climb
from ..ground import has_passed
from ..source import attribute_names, imported_names, imports_models, never_run

#: Modules and names of which each run may give another answer.
_CHANGING = {
    "random": "chance",
    "secrets": "chance",
    "uuid": "chance",
    "os.environ": "the environment",
    "os.getenv": "the environment",
    "os.environb": "the environment",
    "os.urandom": "chance",
    "getpass": "the environment",
    "platform": "the environment",
    "socket": "the environment",
    "time.gmtime": "the clock",
    "time.localtime": "the clock",
    "time.strftime": "the clock",
    "time.time_ns": "the clock",
    "time.time": "the clock",
    "datetime.now": "the clock",
    "datetime.utcnow": "the clock",
    "datetime.today": "the clock",
    "date.today": "the clock",
}

#: What helps where the server takes a statement in no transaction (CREATE INDEX CONCURRENTLY, VACUUM).
ALONE = (
    "leave autocommit_block to what needs it, in a script of its own: it commits what stood before it, and what fails "
    "after it is half-applied"
)

#: What helps where a script needs what a site has made itself.
ONLY_HERE = (
    "leave alone what only this database has, or look for it first: sa.inspect(op.get_bind()).get_table_names() "
    "and the like; a query may give no row"
)

#: What helps where a script rolls back.
NO_ROLLBACK = "leave out the rollback: Alembic rolls back where a script raises"

_COMMIT = re.compile(r"COMMIT\b", re.IGNORECASE)
#: Not one to a savepoint.
_ROLLBACK = re.compile(r"(ROLLBACK|ABORT)\b(?!.*\bTO\b)", re.IGNORECASE)


def check(climb: Climb) -> Iterator[Finding]:
    """Warnings for each script once, and what breaks at later models or at those of today."""
    if climb.stuck:
        error = climb.stuck.record.error
        assert error is not None
        yield _warning(
            climb,
            climb.stuck.record,
            "live-models-break",
            f"a database of {climb.stuck.release} cannot be upgraded any more: with the models as they "
            f"are now, this script raises {error.message}",
        )
    yield from _only_here(climb)
    seen: Set[str] = set()
    for record in climb.records:
        revision = record.step.revision
        if f"{revision} commits" not in seen:
            for finding in _ending(climb, record):
                seen.add(f"{revision} commits")
                yield finding
        if record.later_error and f"{revision} later" not in seen:
            seen.add(f"{revision} later")
            yield _warning(
                climb,
                record,
                "live-models-break",
                f"raises as soon as the models have one more column: {record.later_error}",
            )
        if revision in seen:
            continue
        seen.add(revision)
        if imports_models(record.source):
            yield _warning(
                climb, record, "script-imports-models", "the script imports kallithea.model", whole=True
            )
        for direction, line, why in never_run(record.source):
            yield make(
                "function-never-runs", climb.engine, f"{direction}() is never run: {why}", line,
                revision=revision, direction=direction, aspect="script",
            )  # fmt: skip
        names = imported_names(record.source) | attribute_names(record.source)
        for what in sorted({_CHANGING[name] for name in names & _CHANGING.keys()}):
            yield _warning(climb, record, "script-not-repeatable", f"the script reads {what}", whole=True)


def _ending(climb: Climb, record: StepRecord) -> Iterator[Finding]:
    """A step that ends the transaction itself."""
    direction, statements = record.step.direction, record.statements
    if record.commits or any(map(_COMMIT.match, statements)):
        found = _warning(climb, record, "script-commits", f"{direction}() commits inside the script")
        yield replace(found, fix=ALONE) if "autocommit_block" in record.source else found
    elif any(map(_ROLLBACK.match, statements)):
        message = f"{direction}() rolls back inside the script: what ran before that in the same transaction is undone"
        yield replace(_warning(climb, record, "script-commits", message), fix=NO_ROLLBACK)


def _only_here(climb: Climb) -> Iterator[Finding]:
    """A script that works here, and on no database that is as its release made it."""
    refused = climb.refused
    if refused is None or not climb.configured:
        return
    step, error = refused.record.step, refused.record.error
    if not has_passed(climb.up, refused) or (climb.bare and climb.bare.step.revision == step.revision):
        return  # without rows it fails here, too
    assert error is not None
    message = (
        f"upgrade() of {step.revision} works here alone: on a database that began as "
        f"{refused.release}, with nothing of a site's own, it raises: {error.message}"
    )
    yield make(
        "upgrade-fails", climb.engine, "; ".join((message, *error.place)), error.line, severity=NOTE,
        revision=step.revision, direction=step.direction, aspect="release", fix=ONLY_HERE,
    )  # fmt: skip


def _warning(climb: Climb, record: StepRecord, code: str, message: str, whole: bool = False) -> Finding:
    """A finding for a script: for the function that was run, or for the ``whole`` of it."""
    return make(
        code,
        climb.engine,
        message,
        revision=record.step.revision,
        direction=None if whole else record.step.direction,
        aspect="script",
    )
