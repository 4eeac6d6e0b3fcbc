"""Running a draft: up, down and up again, from what every site has and from the development database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

from ..engines.database import Scratch
from ..findings import Finding, sort
from ..migrations import Chain, Scripts
from ..state import State, read_state
from ..verification.checks import defaults
from ..verification.climb import Climb, climb
from ..verification.course import Options, Progress, Reference
from ..verification.verify import judge
from .ground import Ground
from .witness import Witness


@dataclass(frozen=True)
class Proof:
    """What is wrong with a draft, and on what it was run."""

    findings: Tuple[Finding, ...]
    run_on: Tuple[str, ...]
    #: (engine, direction, statement), in the order in which they were sent.
    statements: Tuple[Tuple[str, str, str], ...]


def prove(
    grounds: Tuple[Ground, ...],
    witness: Optional[Witness],
    scripts: Scripts,
    path: Path,
    text: str,
    progress: Progress,
    probe: bool = False,
) -> Proof:
    """Run the draft at ``path`` on each ground, and on the development database.

    ``witness`` belongs to the first ground; ``probe``: rows that other sites may have are tried, too.
    """
    path.write_text(text, encoding="utf-8")
    statements: List[Tuple[str, str, str]] = []
    tops: Dict[str, Optional[State]] = {}

    def run(ground: Ground, start: Callable[[str], Scratch], is_configured: bool) -> Climb:
        progress(f"{ground.engine}: running the draft")
        copy = start("draft")
        # A database with the draft is one that db-verify will see: how the models are used on it is kept.
        reference = Reference(
            lambda: ground.after, lambda: ground.states, use_models=ground.remembered.use_models
        )
        options = Options(seed=0, probe=probe)
        seen = climb(
            Chain(scripts, ground.chain.links()), copy, ground.lab, reference, options, progress, start
        )
        walked = seen.copy
        at_head = walked is not None and walked.revisions() == (seen.head,)
        tops[ground.engine] = read_state(walked, with_defaults=True) if walked and at_head else None
        if walked:
            ground.lab.discard(walked)
        if not any(engine == ground.engine for engine, _, _ in statements):
            statements.extend(
                (ground.engine, record.step.direction, statement)
                for record in (*seen.up[-1:], *seen.down[:1])
                for statement in record.changes
            )
        # What rows that do not fit are asked for is the way up.
        upward = tuple(replace(probing, back=None, newer=None) for probing in seen.probings)
        return replace(seen, configured=is_configured, probings=upward)

    findings: Dict[Tuple[object, ...], Finding] = {}
    run_on: List[str] = []

    def keep(found: Tuple[Finding, ...]) -> None:
        for finding in found:
            same = (finding.engine, finding.code, finding.where, finding.aspect, finding.direction)
            findings.setdefault(same, finding)

    for ground in grounds:
        tried = witness if ground is grounds[0] and witness and not witness.left_out else None
        if tried is None or ground.rows or not tried.is_like_every_site:
            seen = run(ground, ground.start, False)
            keep(_judged(seen, ground, tops[ground.engine]))
            run_on.append(ground.engine)
        if tried is not None:
            seen = run(ground, tried.start, True)
            keep(tried.judged(_judged(seen, ground, None), ground))
            run_on.append(tried.database.display)
    return Proof(sort(findings.values()), tuple(run_on), tuple(statements))


def _judged(seen: Climb, ground: Ground, top: Optional[State]) -> Tuple[Finding, ...]:
    """What is wrong after the draft; rows of the set-up are those of the release with the draft."""
    found = judge(seen)
    if not ground.rows:
        return found
    rest = [finding for finding in found if not finding.code.startswith("default-")]
    if top is not None:
        rest += defaults.check(replace(seen, chain_states=(*ground.states, top)))
    return tuple(rest)
