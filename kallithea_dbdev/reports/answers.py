"""The four questions of whoever has to upgrade sites, answered for one cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Sequence, Tuple

from ..findings import ERROR, WARNING, Finding
from ..migrations import DOWNGRADE, UPGRADE
from .causes import causes

UPGRADES, EQUALS, KEEPS, GOES_BACK = "upgrades", "equals", "keeps", "goes back"

#: Question -> what it asks.
QUESTIONS = {
    UPGRADES: "do the scripts run?",
    EQUALS: "are schema and default rows those of a fresh database?",
    KEEPS: "is all data kept?",
    GOES_BACK: "does the downgrade restore what was there?",
}

#: KNOWN: something is wrong, and somebody has accepted it.
YES, NO, KNOWN, UNKNOWN = "yes", "no", "as known", "unknown"

_UPGRADES = (
    "upgrade-fails", "not-restartable", "live-models-break", "script-", "several-", "missing-revision",
    "duplicate-revision", "circular-revision", "unreachable-revision", "merged-twice", "revision-",
    "not-stamped", "unknown-stamp", "stamp-", "original-changed", "sql-", "chain-", "empty-",
)  # fmt: skip
_KEEPS = (
    "rows-", "values-", "rename-lost", "counter-", "column-dropped-with-values", "table-dropped-with-rows",
    "declaration-broken",
)  # fmt: skip
_GOES_BACK = ("downgrade-", "not-restored", "cannot-restore", "upgrade-again-fails")
#: About the file of accepted findings, not about a database.
_NOTHING = ("accept-",)


@dataclass(frozen=True)
class Answer:
    """``yes`` means: no error, not even an accepted one; there may be warnings. The numbers are of causes, not of lines."""

    question: str
    value: str
    errors: int = 0
    warnings: int = 0
    accepted: int = 0

    @property
    def text(self) -> str:
        """``no, 2 causes``."""
        counts = [
            (self.errors, "cause", "causes"),
            (self.warnings, "warning", "warnings"),
            (self.accepted, "accepted", "accepted"),
        ]
        said = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
        return ", ".join([self.value, *said])


def question_of(finding: Finding) -> str:
    """The question that a finding answers; "" for none. What no list names is about being equal."""
    if finding.direction == DOWNGRADE or finding.code.startswith(_GOES_BACK):
        return GOES_BACK
    for question, codes in ((UPGRADES, _UPGRADES), (KEEPS, _KEEPS), ("", _NOTHING)):
        if finding.code.startswith(codes):
            return question
    return EQUALS


def answers(
    steps: Sequence[Tuple[str, bool]],
    findings: Iterable[Finding],
    accepted: Iterable[Finding],
    compared: bool = False,
) -> Tuple[Answer, ...]:
    """One answer to each question. ``steps``: the direction of each that was run, and whether it ran.

    Where nothing was run nobody knows, but for a database at the head, which is ``compared`` as it is; after
    an upgrade that fails, nobody knows the rest.
    """
    all_findings, all_accepted = tuple(findings), tuple(accepted)
    failed = any(direction == UPGRADE and not ran for direction, ran in steps)
    went_back = any(direction == DOWNGRADE for direction, _ in steps)
    looked = bool(steps) or compared
    known = {UPGRADES: looked, EQUALS: looked and not failed, KEEPS: looked and not failed}
    known[GOES_BACK] = went_back
    return tuple(_answer(question, known[question], all_findings, all_accepted) for question in QUESTIONS)


def _answer(
    question: str, known: bool, findings: Tuple[Finding, ...], accepted: Tuple[Finding, ...]
) -> Answer:
    here = [finding for finding in findings if question_of(finding) == question]
    errors, warnings = (
        len(causes(finding for finding in here if finding.severity == severity))
        for severity in (ERROR, WARNING)
    )
    known_of = len(causes(finding for finding in accepted if question_of(finding) == question))
    if errors:
        value = NO
    elif not known:
        value = UNKNOWN
    else:
        is_wrong = any(f.severity == ERROR and question_of(f) == question for f in accepted)
        value = KNOWN if is_wrong else YES
    return Answer(question, value, errors, warnings, known_of)
