"""The walk over the steps, and what is found on it: what a run needs when all that takes longer has begun."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Callable, List, Optional, Tuple, Union

from ..engines.database import Scratch
from ..engines.lab import Copied, Lab
from ..errors import UsageError
from ..failure import Failure, failure_of, going_on
from ..findings import Finding, sort
from ..migrations import Chain
from .background import Background
from .checks import CHECKS, undone
from .climb import Climb, climb
from .course import Options, Progress, Reference
from .descent import with_descent
from .estimate import Estimate, Estimating
from .limits import written
from .remembered import Remembered
from .walker import trial_for
from .written import written_by_releases

if TYPE_CHECKING:
    from .outset import Outset
    from .verify import Request


def proven(
    request: Request,
    chain: Chain,
    copied: Union[Copied[Outset], Copied[None]],
    lab: Lab,
    remembered: Remembered,
    behind: Background,
    options: Options,
    begin: Callable[[str], Scratch],
    progress: Progress,
) -> Climb:
    """What is seen of the steps from the revision of the copy on; ``begin`` makes more such copies."""
    reference = Reference(
        behind.fresh,
        behind.states,
        written_by_releases(),
        remembered.use_models,
        remembered.recorded,
    )
    seen = climb(chain, copied.database, lab, reference, options, progress, begin, copied.seen, copied.spare)
    released = behind.released()
    failures: List[Failure] = []
    if request.rows and seen.copy:
        estimate, failed = _estimated(request, chain, seen, lab, seen.copy, begin, progress)
        seen = replace(seen, estimate=estimate)
        failures.extend(failed)
    with going_on("the search for the release that it began as", failures):
        seen = with_descent(seen, chain, released.states, released.refused, lab, remembered)
    return replace(
        seen,
        stuck=released.stuck,
        refused=released.refused,
        failures=(*seen.failures, *released.failures, *failures),
    )


def _estimated(
    request: Request,
    chain: Chain,
    seen: Climb,
    lab: Lab,
    copy: Scratch,
    begin: Callable[[str], Scratch],
    progress: Progress,
) -> Tuple[Optional[Estimate], Tuple[Failure, ...]]:
    """The steps of a walk at the sizes that were asked for. Raises UsageError where a table cannot have so
    many rows."""
    progress(f"running the steps with more rows, for {written(request.rows)}")
    for table in request.rows:
        if seen.start.schema.table(table) is None:
            lab.remark(f"--rows {table}=...: there is no such table before the upgrade: estimated without it")
    # A database that is at the head goes up what it went down.
    records = seen.up + seen.down if seen.up else seen.down + seen.again
    steps = [record.step for record in records if record.error is None]
    trial = trial_for(copy, lab, "sized trial")
    try:
        estimate = Estimating(chain, lab, begin, steps, request.seed, trial).estimate(request.rows)
        if estimate.stopped:
            lab.remark(
                f"with the rows made for --rows a step fails, nothing is estimated from it on: {estimate.stopped}"
            )
        return estimate, ()
    except UsageError:
        raise
    except Exception as error:
        return None, (failure_of("the estimate for --rows", error),)


def judge(seen: Climb) -> Tuple[Finding, ...]:
    """All findings of all checks, worst first; a check that raises is a finding itself."""
    found: List[Finding] = []
    failures: List[Failure] = []
    for check in CHECKS:
        with going_on(f"the check {check.__module__.rpartition('.')[2]}", failures):
            found.extend(check(seen))
    found.extend(undone.finding(seen.engine, failure) for failure in failures)
    return sort(_with_beginning(finding, seen) for finding in found)


def _with_beginning(finding: Finding, seen: Climb) -> Finding:
    """The finding with the release that the database began as, where it is a step's doing on what that
    release had, or was found in that release itself. What was so at the start the check knows."""
    if finding.began is None and (finding.revision or finding.code.startswith("default-")):
        return replace(finding, began=seen.began)
    return finding
