"""Down and up again equals up once: what a site that went back once ends up with."""

from __future__ import annotations

from typing import Iterator, Set, Tuple

from ...findings import Finding
from ...schema.change import Change
from ...schema.compare import compare
from ..blame import blamed
from ..climb import Climb
from .differences import BEFORE_DOWNGRADE, finding

#: What makes two differences the same one, seen from different sides.
Key = Tuple[str, object, object, str]


def check(climb: Climb) -> Iterator[Finding]:
    """What differs after the second way up from what was at that revision at first.

    What the way down has told already is not told again.
    """
    recorded = climb.recorded
    seen: Set[Key] = set()
    for record in climb.down:
        before = recorded.get(record.step.lower)
        if record.error is None and before is not None:
            seen.update(map(_key, compare(record.after.schema, before.schema)))
    done = climb.down
    for position, record in enumerate(climb.again):
        expected = recorded.get(record.step.revision)
        if record.error or expected is None:
            continue
        if {_key(d) for d in compare(record.after.schema, expected.schema)} <= seen:
            continue  # nothing to blame anybody for: the usual case, and blame costs
        walked = done + climb.again[: position + 1]
        for difference, culprit in blamed(climb.top, walked, expected.schema):
            if _key(difference) not in seen and difference.kind != "column-order":
                seen.add(_key(difference))
                yield finding(
                    difference,
                    climb.engine,
                    BEFORE_DOWNGRADE,
                    culprit,
                    remark=" (after downgrade and upgrade)",
                    goal=expected.schema,
                    fix="undo in downgrade() all that upgrade() does: the second upgrade then makes the same",
                )


def _key(difference: Change) -> Key:
    return difference.kind, difference.table, difference.object, difference.aspect
