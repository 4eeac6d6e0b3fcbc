"""The development database: its rows try a draft; what only it has or lacks is told, and left alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Callable, Optional, Tuple

from ..engines.database import Database, Scratch
from ..findings import ERROR, WARNING, Finding
from ..migrations import Chain
from ..rows.hidden import remember_secrets
from ..schema.change import Change
from ..schema.compare import compare, leftovers
from ..schema.model import Schema
from ..schema.names import speaks_of
from ..state import State, read_state
from ..verification.checks.differences import MODELS, Side, sentence
from .anew import taken_back
from .ground import Ground

#: How to speak of what a database is compared with.
_SITES = Side("every site has", "no other site has it")


@dataclass(frozen=True)
class Witness:
    """A development database. ``odd`` is what it has or lacks beside what every site has.

    ``start`` makes a copy of it at the head, on which a draft can be run; ``left_out`` says why that
    makes no sense, and is empty where it does.
    """

    database: Database
    state: State
    odd: Tuple[Change, ...]
    start: Callable[[str], Scratch]
    left_out: str = ""
    #: What is told of every site, and so not of this one.
    drift: Tuple[Change, ...] = ()

    @property
    def leftovers(self) -> Tuple[str, ...]:
        """Tables of rebuilds that died in it."""
        return leftovers(self.state.schema)

    @property
    def is_like_every_site(self) -> bool:
        """Whether it has nothing that others have not, and lacks nothing."""
        return not self.odd and not self.leftovers

    @property
    def remarks(self) -> Tuple[str, ...]:
        """What is to be told of it, once."""
        found = []
        if self.left_out:
            found.append(f"{self.database.display}: the draft is not run on it: {self.left_out}")
        things = [f"{subject(d)}: {sentence(d, _SITES)}" for d in self.odd if d not in self.drift]
        things += [f"{name}: left behind by a rebuild that died" for name in self.leftovers]
        if things:
            found.append(
                f"{self.database.display} is not what every site has, which is no part of the draft: "
                + "; ".join(things)
            )
        return tuple(found)

    def judged(self, findings: Tuple[Finding, ...], ground: Ground) -> Tuple[Finding, ...]:
        """Findings of a run on it, without what ``remarks`` tell; an error that comes of what only this
        database has or lacks is none of the draft's."""
        apart = set(compare(self.state.schema, ground.after.schema)) - set(ground.differences)
        known = {(d.kind, d.table, d.object) for d in apart}
        known.update(("leftover-table", name, None) for name in self.leftovers)
        rest = [
            finding
            for finding in findings
            if finding.revision is not None or (finding.code, finding.table, finding.object) not in known
        ]
        return tuple(self._softened(finding) for finding in rest)

    def _softened(self, finding: Finding) -> Finding:
        if finding.severity != ERROR or not self._is_its_own(finding):
            return finding
        remark = f"{finding.message}; only in {self.database.display}, which is not what every site has"
        return replace(finding, severity=WARNING, message=remark)

    def _is_its_own(self, finding: Finding) -> bool:
        """Whether a finding speaks of what only this database has or lacks. What it says of rows, or of
        a step that fails for them, is true for other sites, too."""
        # A statement that builds a table anew names all its columns, whichever is to blame.
        text = re.split("; (?:at|statement:) ", finding.message)[0].replace('"', "").replace("'", "")
        if any(f"{name} already exists" in text for name in self.leftovers):
            return True
        for difference in self.odd:
            same = (difference.table, difference.object) == (finding.table, finding.object)
            if same and (difference.object or difference.kind in (finding.code, "table-extra")):
                return True
            whole = difference.table if difference.kind == "table-extra" else None
            name = whole or difference.object
            if name and speaks_of(text, name):
                return True
        return False


def subject(difference: Change) -> str:
    """What a difference is about: ``users.theme``."""
    return ".".join(filter(None, (difference.table, difference.object)))


def find_witness(
    database: Database, ground: Ground, anew: Optional[Chain] = None, drift: Tuple[Change, ...] = ()
) -> Witness:
    """The development database beside the ground on its engine; it is only read.

    ``anew`` is the chain with the script that is drafted anew: a database that has it already is taken
    back, on the copy. ``drift`` is what every site has in another way, too.
    """

    def copied(label: str) -> Scratch:
        return ground.lab.copy(database, f"development {label}")

    start: Callable[[str], Scratch] = copied
    state = read_state(database)
    remember_secrets(database, state.schema.tables)
    left_out = ""
    if anew is not None and state.revisions == (anew.head,):
        start = taken_back(start, anew)
        copy = start("before")
        state = read_state(copy)
        ground.lab.discard(copy)
        if state.revisions == (anew.head,):
            left_out = f"downgrade() of {anew.head}, which is drafted anew, fails on it"
    odd = compare(state.schema, ground.before.schema)
    contained = _contained(state.schema, ground)
    if contained:
        left_out = left_out or (
            "it contains the model change already, without it "
            f"{subject(contained[0])} {sentence(contained[0], MODELS)}"
            + (f" and {len(contained) - 1} more" if len(contained) > 1 else "")
        )
        change = set(compare(ground.after.schema, ground.before.schema))
        odd = tuple(difference for difference in odd if difference not in change)
    return Witness(database, state, odd, start, left_out, drift)


def _contained(live: Schema, ground: Ground) -> Tuple[Change, ...]:
    """The part of the model change that a database has already."""
    missed = set(ground.differences) - set(compare(live, ground.after.schema))
    return tuple(sorted(missed, key=lambda d: (d.table or "", d.object or "", d.aspect)))
