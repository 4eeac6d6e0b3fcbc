"""``--replace``: the newest script, where it is not committed yet, is drafted anew under its own name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Tuple

from alembic.util import to_tuple

from ..application.checkouts import checkout_of
from ..engines.database import Scratch
from ..errors import UsageError
from ..migrations import DOWNGRADE, Chain, Step, run_step
from ..releases import RELEASES
from ..state import read_state
from .template import Header


@dataclass(frozen=True)
class Replaced:
    """A script that is drafted anew, and what stays of it. ``chain`` is the one that it ends."""

    chain: Chain
    path: Path
    header: Header


def replaced(chain: Chain, folder: Optional[Path]) -> Replaced:
    """The newest script of the chain, which lies in ``folder`` where there is such a file.

    Raises UsageError where it is committed, or released, already, or joins branches.
    """
    script = chain.script(chain.head)
    path = Path(script.path)
    if isinstance(script.down_revision, tuple):
        raise UsageError(
            f"{path.name}: the newest script joins {', '.join(script.down_revision)}; --replace is for one that "
            "changes the schema",
            "leave --replace out: that drafts a script of its own",
        )
    if folder is not None and (folder / path.name).exists():
        path = folder / path.name
    checkout = checkout_of(path)
    ends = [release.revision for release in RELEASES if release.revision]
    released = any(chain.between(chain.head, end) is not None for end in ends)
    if released or (checkout is not None and checkout.has_committed(path)):
        raise UsageError(
            f"{path.name}: the newest script is {'released' if released else 'committed'} already; "
            "--replace is for one that is not",
            "leave --replace out: that drafts a script of its own",
        )
    text = script.module.__doc__ or ""
    # A message may have such a line itself.
    message = re.split(r"\n\s*\nRevision ID:(?!.*\n\s*\nRevision ID:)", text, maxsplit=1, flags=re.DOTALL)[0]
    date = re.search(r"^Create Date: (.*)$", text, re.MULTILINE)
    header = Header(
        message.strip(),
        chain.head,
        date.group(1) if date else None,
        tuple(to_tuple(getattr(script.module, "branch_labels", None), ())),
        tuple(to_tuple(getattr(script.module, "depends_on", None), ())),
    )
    return Replaced(chain, path, header)


def lost_lines(before: str, after: str) -> Tuple[str, ...]:
    """The lines of a script that are not in what takes its place: among them what somebody wrote by hand."""
    left = Counter(line.strip() for line in after.splitlines())
    lost = []
    for line in before.splitlines():
        said = line.strip()
        if left[said]:
            left[said] -= 1
        elif re.search(r"\w", said) and not said.startswith("# TODO: "):
            lost.append(line.rstrip())
    return tuple(lost)


def taken_back(start: Callable[[str], Scratch], whole: Chain) -> Callable[[str], Scratch]:
    """Databases from which the newest script of ``whole`` is taken back; one on which its downgrade fails
    stays at it."""
    (step,) = (whole.between(None, whole.head) or ())[-1:]

    def before_it(label: str) -> Scratch:
        copy = start(label)
        run_step(whole, copy, Step(step.revision, DOWNGRADE, step.lower), read_state(copy))
        return copy

    return before_it
