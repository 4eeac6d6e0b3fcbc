"""Scripts that will do something else another day: live models, clock, chance, commits.

Only scripts that no recorded release has: those that were released cannot be mended.
"""

from __future__ import annotations

from typing import Iterator, Set

from ...findings import Finding, make
from ...migrations import StepRecord
from ..climb import Climb
from ..source import attribute_names, imported_names, imports_models

#: Modules and names of which each run may give another answer.
_CHANGING = {
    "random": "chance",
    "secrets": "chance",
    "uuid": "chance",
    "os.environ": "the environment",
    "os.getenv": "the environment",
    "time.time": "the clock",
    "datetime.now": "the clock",
    "datetime.utcnow": "the clock",
    "datetime.today": "the clock",
    "date.today": "the clock",
}


def check(climb: Climb) -> Iterator[Finding]:
    """Warnings for each script once, and what breaks at later models."""
    seen: Set[str] = set()
    for record in climb.records:
        revision = record.step.revision
        if record.commits and revision not in climb.released and f"{revision} commits" not in seen:
            seen.add(f"{revision} commits")
            yield _warning(
                climb, record, "script-commits", f"{record.step.direction}() commits inside the script"
            )
        if record.later_error and f"{revision} later" not in seen:
            seen.add(f"{revision} later")
            yield _warning(
                climb,
                record,
                "live-models-break",
                f"raises as soon as the models have one more column: {record.later_error}",
            )
        if revision in seen or revision in climb.released:
            continue
        seen.add(revision)
        if imports_models(record.source):
            yield _warning(climb, record, "script-imports-models", "the script imports kallithea.model")
        names = imported_names(record.source) | attribute_names(record.source)
        for what in sorted({_CHANGING[name] for name in names & _CHANGING.keys()}):
            yield _warning(climb, record, "script-not-repeatable", f"the script reads {what}")


def _warning(climb: Climb, record: StepRecord, code: str, message: str) -> Finding:
    return make(
        code,
        climb.engine,
        message,
        revision=record.step.revision,
        direction=record.step.direction,
        aspect="script",
    )
