"""Upgraded equals fresh: the head of the way up against a database that the models just made."""

from __future__ import annotations

from typing import Iterator, Optional, Set, Tuple

from ...findings import NOTE, WARNING, Finding
from ...schema.change import Change
from ...schema.compare import compare
from ..blame import blamed
from ..climb import Climb
from .differences import MODELS, finding
from .own import names

#: Kinds of objects that a site may have of its own.
_SITE_OWN = {f"{kind}-extra" for kind in ("table", "index", "view", "trigger", "sequence", "enum", "routine")}

#: On an engine where nobody has a database that could have anything of its own.
STANDS_IN = "; it was so before the first step, in the recorded release that stands in for a database"

#: What makes no difference to the application, only to later migrations.
_NAMES = {"name", "comment"}


def check(climb: Climb) -> Iterator[Finding]:
    """Each difference at the head, with the revision that made it.

    One that was there before the first step is a model change without a migration if what the
    migrations make of a recorded release differs in the same way; else it is this database's own.
    """
    if not climb.reached_head:
        return
    known = _known(climb)
    for difference, record in blamed(climb.start, climb.up, climb.fresh.schema):
        severity, remark = None, ""
        if record is None and known is None and difference.kind in _NAMES:
            # Nobody can tell who gave it; a step under test did not.
            severity = WARNING
            remark = "; it was so before the first step"
        elif record is None and known is not None and difference not in known[0]:
            severity = WARNING
            remark = "; this database had it before the first step, its migrations do not make it"
            if not climb.configured:
                remark = STANDS_IN
            elif difference.kind in _SITE_OWN and _name(difference) not in known[1]:
                severity = NOTE
                remark = "; neither the models nor any recorded release know it: the site's own"
        elif record is None:
            remark = "; no migration that was run touched it (a model change without a migration?)"
        yield finding(difference, climb.engine, MODELS, record, severity, remark)


def _known(climb: Climb) -> Optional[Tuple[Set[Change], Set[Optional[str]]]]:
    """The differences and the object names of the recorded release at the head."""
    if not climb.chain_states:
        return None
    schema = climb.chain_states[-1].schema
    return set(compare(schema, climb.fresh.schema)), names(schema)


def _name(difference: Change) -> Optional[str]:
    return difference.object or difference.table
