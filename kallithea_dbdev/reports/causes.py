"""Findings -> causes: what is one thing is said once, whatever it shows at.

Two steps. The same object with the same kind of finding on several engines and releases is one cause.
So are several objects of which the same is said at the same places: 26 tables with another character
set. Nothing is lost: a cause holds all its findings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, Iterable, List, Optional, Tuple

from ..findings import CATALOGUE, Finding


@dataclass(frozen=True)
class Cause:
    """Findings that are one: ``findings`` in the order in which they were found, never empty."""

    findings: Tuple[Finding, ...]
    #: What it needs to be undone, where the causes before it of this code have not said so already.
    why: Optional[str] = None
    fix: Optional[str] = None

    @property
    def first(self) -> Finding:
        """The finding whose words stand for all."""
        return self.findings[0]

    @property
    def objects(self) -> Tuple[str, ...]:
        """What it shows at, each once."""
        return tuple(dict.fromkeys(finding.where for finding in self.findings))

    @property
    def places(self) -> Tuple[Tuple[Optional[str], str], ...]:
        """(release, engine), each once."""
        return tuple(dict.fromkeys((finding.release, finding.engine) for finding in self.findings))

    @property
    def elsewhere(self) -> Dict[str, Tuple[str, ...]]:
        """What another engine makes of the first object, where it says so in other words: the engines."""
        first = self.first
        words: Dict[str, Dict[str, None]] = {}
        for finding in self.findings:
            same = (finding.table, finding.object, finding.aspect) == (
                first.table,
                first.object,
                first.aspect,
            )
            if same and finding.engine != first.engine and finding.message != first.message:
                words.setdefault(finding.message, {})[finding.engine] = None
        return {message: tuple(engines) for message, engines in words.items()}

    @property
    def subject(self) -> str:
        """The object, or how many there are."""
        if len(self.objects) == 1:
            return self.objects[0]
        whole_tables = all(finding.table and not finding.object for finding in self.findings)
        return f"{len(self.objects)} {'tables' if whole_tables else 'objects'}"


def causes(findings: Iterable[Finding]) -> Tuple[Cause, ...]:
    """The causes of findings, in the order of their first ones; "why" and "fix" once per code."""
    said: Dict[object, List[Finding]] = {}
    for same in _same_objects(findings):
        first = same[0]
        places = frozenset((finding.release, finding.engine) for finding in same)
        key = (first.code, first.severity, first.aspect, first.revision, first.direction, places)
        said.setdefault((*key, _without_names(first.message, first)), []).extend(same)
    return _explained(Cause(tuple(group)) for group in said.values())


def _same_objects(findings: Iterable[Finding]) -> Tuple[List[Finding], ...]:
    """Findings of one kind at one object, on whatever engine and release, together."""
    groups: Dict[object, List[Finding]] = {}
    for finding in findings:
        key = (
            finding.code, finding.severity, finding.table, finding.object, finding.aspect, finding.revision,
            finding.direction,
        )  # fmt: skip
        # Two such findings at one place are two: their messages differ.
        nth = 0
        while any(
            (other.release, other.engine) == (finding.release, finding.engine)
            for other in groups.get((key, nth), ())
        ):
            nth += 1
        groups.setdefault((key, nth), []).append(finding)
    return tuple(groups.values())


def _explained(found: Iterable[Cause]) -> Tuple[Cause, ...]:
    """The causes with "why" at the first of each code, and "fix" where it has not been said."""
    codes = set()
    fixes = set()
    result = []
    for cause in found:
        first = cause.first
        pattern = (first.code, _without_names(first.fix, first))
        why = None if first.code in codes else CATALOGUE[first.code].why
        fix = None if pattern in fixes else _fix(cause)
        codes.add(first.code)
        fixes.add(pattern)
        result.append(Cause(cause.findings, why, fix))
    return tuple(result)


def _fix(cause: Cause) -> str:
    """What to do about the first object: code can be another one on each engine."""
    first = cause.first
    engines: Dict[str, Dict[str, None]] = {}
    for finding in cause.findings:
        if (finding.table, finding.object, finding.aspect) == (first.table, first.object, first.aspect):
            engines.setdefault(finding.fix, {})[finding.engine] = None
    if len(engines) == 1:
        return first.fix
    return "\n".join(f"on {', '.join(names)}: {fix}" for fix, names in engines.items())


def _without_names(text: str, finding: Finding) -> str:
    """A text in which the finding's own names stand for any."""
    names = {name for name in (finding.where, finding.object, finding.table) if name}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "\N{HORIZONTAL ELLIPSIS}", text)
    return text
