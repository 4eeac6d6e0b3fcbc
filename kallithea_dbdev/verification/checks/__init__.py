"""The checks: each a function from what was seen to findings, one module per idea.

A new check is a new module and one line here.
"""

from __future__ import annotations

from typing import Callable, Iterable, Tuple

from ...findings import Finding
from ..climb import Climb
from . import (
    additions,
    application,
    at_once,
    bare,
    broken,
    counters,
    crashes,
    defaults,
    downgrade,
    failures,
    fresh,
    leftovers,
    locks,
    misfits,
    offline,
    older_version,
    orphans,
    own,
    privileges,
    probes,
    repeat,
    returned,
    rows,
    scripts,
    stamp,
    undone,
)

Check = Callable[[Climb], Iterable[Finding]]

#: In the order in which their findings are listed within one severity.
CHECKS: Tuple[Check, ...] = (
    stamp.check,
    failures.check,
    misfits.check,
    leftovers.check,
    fresh.check,
    own.check,
    privileges.check,
    additions.check,
    broken.check,
    downgrade.check,
    older_version.check,
    repeat.check,
    rows.check,
    returned.check,
    orphans.check,
    probes.check,
    counters.check,
    defaults.check,
    application.check,
    scripts.check,
    bare.check,
    at_once.check,
    crashes.check,
    locks.check,
    offline.check,
    undone.check,
)
