"""Running a draft: up, down and up again, from what every site has and from the development database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

from ..engines.database import Scratch
from ..findings import Finding, sort
from ..migrations import DOWNGRADE, UPGRADE, Chain, Scripts
from ..verification.climb import Climb, Progress, climb
from ..verification.verify import judge
from .ground import Ground
from .rebuilds import add_kept
from .script import BatchArguments, finished
from .witness import Witness

#: Each run can show one more direction in which a rebuild loses something.
_MOST_RUNS = 4


@dataclass(frozen=True)
class Proof:
    """The text that was run last, what is still wrong with it, and on what it was run."""

    text: str
    findings: Tuple[Finding, ...]
    run_on: Tuple[str, ...]


def prove(
    grounds: Tuple[Ground, ...],
    witness: Optional[Witness],
    scripts: Scripts,
    path: Path,
    generated: str,
    progress: Progress,
) -> Proof:
    """Run the draft and finish it: what a run shows to be lost in a rebuild is kept in the next.

    ``witness`` belongs to the first ground.
    """
    arguments: BatchArguments = {UPGRADE: {}, DOWNGRADE: {}}
    text = ""

    def run(ground: Ground, start: Callable[[], Scratch], is_configured: bool) -> Climb:
        nonlocal text
        for _ in range(_MOST_RUNS):
            text = finished(generated, arguments)
            path.write_text(text, encoding="utf-8")
            progress(f"{ground.engine}: running the draft")
            copy = start()
            seen = climb(
                Chain(scripts), copy, lambda: ground.after, None, progress, ground.lab, ground.states, 0
            )
            ground.lab.discard(copy)
            # What one run loses on the way up hides what the way down loses: so once more.
            if not add_kept(arguments, seen):
                break
        return replace(seen, configured=is_configured)

    findings: Dict[Tuple[object, ...], Finding] = {}
    run_on: List[str] = []

    def keep(found: Tuple[Finding, ...]) -> None:
        for finding in found:
            same = (finding.engine, finding.code, finding.where, finding.aspect, finding.direction)
            findings.setdefault(same, finding)

    # What rebuilds lose comes first: it changes the text that the others run.
    for ground in sorted(grounds, key=lambda ground: not ground.database.rebuilds):
        tried = witness if ground is grounds[0] and witness and not witness.left_out else None
        if tried is None or not tried.is_like_every_site:
            keep(judge(run(ground, ground.start, False)))
            run_on.append(ground.engine)
        if tried is not None:
            keep(tried.judged(judge(run(ground, tried.start, True)), ground))
            run_on.append(tried.database.display)
    return Proof(text, sort(findings.values()), tuple(run_on))
