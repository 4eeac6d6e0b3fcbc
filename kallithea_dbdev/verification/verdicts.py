"""One word for each step down, from what was found at it."""

from __future__ import annotations

from typing import Iterable

from ..findings import ERROR, Finding
from ..migrations import DOWNGRADE, StepRecord

EXACT, KEEPS_COLUMNS, LOSES_DATA = "exact", "keeps columns", "loses data"
NOT_REVERSIBLE, BROKEN = "not reversible", "broken"

_LOSES = {
    "cannot-restore", "downgrade-loses-data", "older-default-missing", "rows-lost", "not-restored", "rows-orphaned",
}  # fmt: skip


def downgrade_verdict(record: StepRecord, findings: Iterable[Finding]) -> str:
    """The verdict on a step down: one of the words above; "" for a step up.

    The worst counts: broken (it raises, or something else than data is not undone), not
    reversible (it says so), loses data, keeps columns, exact.
    """
    if record.step.direction != DOWNGRADE:
        return ""
    if record.error:
        return NOT_REVERSIBLE if record.error.irreversible else BROKEN
    here = [f for f in findings if (f.revision, f.direction) == (record.step.revision, DOWNGRADE)]
    codes = {finding.code for finding in here}
    if any(f.severity == ERROR and f.code not in _LOSES for f in here):
        return BROKEN
    if codes & _LOSES:
        return LOSES_DATA
    return KEEPS_COLUMNS if "downgrade-keeps-column" in codes else EXACT
