"""Upgraded equals fresh: the head of the way up against a database that the models just made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Iterator, List, Optional, Tuple

from ...findings import ERROR, NOTE, WARNING, Finding
from ...migrations import StepRecord
from ...schema.change import Change
from ...schema.compare import compare
from ...schema.model import Column, Schema
from ...schema.names import speaks_of
from ...state import State
from ..blame import blamed, persistent_since
from ..climb import Climb
from ..fixes import drafted
from ..ground import Way
from .differences import MODELS, finding
from .own import names

#: Kinds of objects that a site may have of its own.
_SITE_OWN = {
    f"{kind}-extra" for kind in ("table", "column", "index", "view", "trigger", "sequence", "enum", "routine")
}

#: On an engine where nobody has a database that could have anything of its own.
STANDS_IN = "; it was so before the first step, in the recorded release that stands in for a database"

#: What helps against what one database only has or lacks: the scripts run at every site.
KEEP = "nothing to do: it is the site's to keep or to remove, and no script should name it"
MEND_ON_SITE = "mend it on that site: no script makes it, and other sites do not have it"
KEEP_OR_MEND = f"keep it if that site means it; else {MEND_ON_SITE}"
CREATE_ON_SITE = "create it on that site: a script that does so fails at all others, which have it"

#: What makes no difference to the application, only to later migrations.
_NAMES = {"name", "comment"}


@dataclass(frozen=True)
class Verdict:
    """How bad a difference is (None: as its kind is), and what is said of where it comes from."""

    severity: Optional[str]
    remark: str
    #: The release that the database began as, where that one ends in the same way.
    began: Optional[str] = None
    #: The revision since which that release has it on its way.
    since: Optional[str] = None
    #: What to do; None: what the kind of the difference says.
    fix: Optional[str] = None


def check(climb: Climb) -> Iterator[Finding]:
    """Each difference at the head, with the revision that made it, or with what it comes from.

    One that was there before the first step is the chain's doing (or what it left undone) if the release
    that the database began as ends in the same way; else it is this database's own.
    """
    if not climb.reached_head:
        return
    judge = _judge(climb)
    left = blamed(climb.start, climb.up, climb.fresh.schema)
    at_first = {(change.kind, change.object) for change in compare(climb.start.schema, climb.fresh.schema)}
    for difference, maker in left:
        verdict, fix, record = Verdict(None, "", climb.began), None, maker
        if maker and (difference.kind, difference.object) in at_first and _goes_along(difference, maker):
            record = None  # what it was before is as much in the way
        if record is None:
            verdict = judge(difference)
            fix = verdict.fix
            if verdict.severity is None:
                fix = drafted(difference, [change for change, maker in left if maker is None])
        found = finding(
            difference,
            climb.engine,
            MODELS,
            record,
            verdict.severity,
            verdict.remark,
            climb.fresh.schema,
            fix,
        )
        yield replace(found, began=verdict.began, since=verdict.since)


def _goes_along(difference: Change, record: StepRecord) -> bool:
    """Whether the database itself has changed what a step did not speak of: an index, a view, a CHECK or a
    trigger on a column or table that was renamed."""
    name = difference.object
    if not difference.kind.endswith("-extra") or name is None or difference.before is None:
        return False
    return not any(speaks_of(statement, name) for statement in record.statements)


def _judge(climb: Climb) -> Callable[[Change], Verdict]:
    """What to say of differences that were there before the first step."""
    ways = climb.ways or ((Way("", climb.chain_states),) if climb.chain_states else ())
    if not ways:
        return _without_release
    left = [(way, persistent_since(way.states, climb.fresh.schema)) for way in ways]
    newest = max(ways, key=lambda way: _numbers(way.version))

    def judge(difference: Change) -> Verdict:
        having = [way for way, since in left if difference in since]
        if ways[0] not in having:
            return _own(climb, ways, difference)
        position = left[0][1][difference]
        if newest in having and not position:
            # A database of the newest release has it, too: the models have changed since.
            return Verdict(
                None, "; no migration that was run touched it (a model change without a migration?)"
            )
        versions = sorted((way.version for way in having if way.version), key=_numbers)
        began = f"that began as {_either(versions)}" if versions else "that took the same steps"
        revision = ways[0].states[position].revision if position else None
        since = f" since {revision}" if revision else ""
        return Verdict(
            None,
            f"; every database {began} has it{since}, and no migration mends it",
            ways[0].version or None,
            revision,
        )

    return judge


def _without_release(difference: Change) -> Verdict:
    """Nobody can tell who made it; a step under test did not."""
    if difference.kind in _NAMES:
        return Verdict(WARNING, "; it was so before the first step")
    return Verdict(None, "; no migration that was run touched it (a model change without a migration?)")


def _own(climb: Climb, ways: Tuple[Way, ...], difference: Change) -> Verdict:
    """What to say of a difference that only this database has, not the release that it began as."""
    if not climb.configured:
        return Verdict(WARNING, STANDS_IN)
    began = f"one that began as {ways[0].version}" if ways[0].version else "the recorded release"
    if difference.kind.endswith("-missing"):
        return Verdict(ERROR, f"; only this database lacks it: {began} has it", fix=CREATE_ON_SITE)
    harm = _harm(climb.top.schema, climb.fresh.schema, difference)
    if harm:
        return Verdict(ERROR, f"; only this database has it, and {harm}", fix=MEND_ON_SITE)
    if difference.kind in _SITE_OWN and not _is_known(ways, difference):
        return Verdict(
            NOTE, "; neither the models nor any recorded release know it: the site's own", fix=KEEP
        )
    return Verdict(
        WARNING,
        "; this database had it before the first step, its migrations do not make it",
        fix=KEEP_OR_MEND,
    )


def _harm(migrated: Schema, expected: Schema, difference: Change) -> str:
    """Why the application cannot work with a column as it is; empty where it can."""
    column, wanted = _column(migrated, difference), _column(expected, difference)
    if column is None or difference.kind not in _HARMFUL:
        return ""
    return _HARMFUL[difference.kind](column, wanted)


def _column(schema: Schema, difference: Change) -> Optional[Column]:
    table = schema.table(difference.table or "")
    return table.column(difference.object or "") if table else None


def _must_be_given(column: Column, wanted: Optional[Column]) -> str:
    given = column.nullable or column.default is not None or column.generated or column.identity
    return "" if given else "no row can be inserted without a value for it"


def _must_not_be_null(column: Column, wanted: Optional[Column]) -> str:
    return "" if column.nullable else "the models insert NULL"


def _holds_less(column: Column, wanted: Optional[Column]) -> str:
    if wanted is None:
        return ""
    if column.kind != wanted.kind:
        return "the application writes values of another type"
    shorter = column.length is not None and (wanted.length is None or column.length < wanted.length)
    return "the application writes longer values" if shorter else ""


#: Kinds of differences in a column -> why the application fails on it, as far as it does.
_HARMFUL = {
    "column-extra": _must_be_given,
    "column-nullability": _must_not_be_null,
    "column-type": _holds_less,
}


def _is_known(ways: Tuple[Way, ...], difference: Change) -> bool:
    """Whether a release has something of that name at any revision on its way."""
    return any(_is_in(state, difference) for way in ways for state in way.states)


def _is_in(state: State, difference: Change) -> bool:
    if difference.kind == "column-extra":
        return _column(state.schema, difference) is not None
    return (difference.object or difference.table) in names(state.schema)


def _either(words: List[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _numbers(version: str) -> Tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number.isdigit())
