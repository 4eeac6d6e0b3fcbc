"""Rows that do not fit what becomes stricter, or comes back, where nobody said what is to be made of them.

One finding, and one line in the script, for each change: how many rows of the development database, and
the query that shows them. What the run of the draft says of the same is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, FrozenSet, Iterator, List, Optional, Sequence, Tuple

from ..engines.database import Database
from ..findings import ERROR, Finding, make
from ..migrations import DOWNGRADE, UPGRADE
from ..operations import Context, Misfit, misfits, new_tables, unpaired
from ..rows.stricter import tightened
from ..schema.change import Change
from ..schema.model import Column
from ..schema.names import speaks_of
from ..schema.renames import changes_with, in_old_words
from .answers import Answers, Sides
from .ground import Ground

#: What the run of a draft says of such rows.
_DIED = {"upgrade-fails", "upgrade-again-fails", "downgrade-fails"}
_SHOWN = _DIED | {"rows-refused", "rows-orphaned", "values-too-long"}


@dataclass(frozen=True)
class Unfit:
    """What is said of rows that do not fit, and the findings that say the same."""

    findings: Tuple[Finding, ...]
    same: Tuple[Finding, ...]


def unfit(
    findings: Sequence[Finding],
    grounds: Sequence[Ground],
    sides: Sequence[Sides],
    answers: Answers,
    development: Optional[Database],
    revision: str,
) -> Unfit:
    """One finding for each change that refuses rows, on whichever engine.

    ``development`` is only read; it belongs to the first ground.
    """
    same: List[Finding] = []
    found: Dict[Tuple[object, ...], Finding] = {}
    for ground, side in zip(grounds, sides):
        database = development if ground is grounds[0] else None
        for misfit in _open(ground, side, answers):
            key = (misfit.table, misfit.column, misfit.what.split()[1])
            told = [
                finding
                for finding in findings
                if finding.engine == ground.engine and _is_about(finding, misfit)
            ]
            count = _count(database, in_old_words(misfit.count, answers.renames)) if database else None
            # One row alone needs none that differs.
            count = None if misfit.back and count == 1 else count
            same += told
            if (count or told or misfit.guessed) and key not in found:
                query = misfit.query if misfit.back else in_old_words(misfit.query, answers.renames)
                found[key] = _finding(ground.engine, replace(misfit, query=query), count, revision)
    # What a step that died left behind goes with its error.
    died = {finding.engine for finding in same if finding.code in _DIED}
    same += [finding for finding in findings if finding.code == "leftover-table" and finding.engine in died]
    return Unfit(tuple(found.values()), tuple(same))


def untaken(development: Optional[Database], side: Sides, answers: Answers) -> FrozenSet[Tuple[str, str]]:
    """The fills for rows without a value that no row of the development database has by itself: who goes back can
    tell which they are. ``side`` is that database's; it is only read."""
    found = set()
    for change in changes_with(side.before, side.after, answers.renames) if development else ():
        place = (str(change.table), str(change.object))
        fill = answers.fills.get(place)
        if development and fill and change.kind == "column-nullability" and change.expected == "NOT NULL":
            table, column = development.table(place[0]), development.quoted(place[1])
            query = in_old_words(f"SELECT COUNT(*) FROM {table} WHERE {column} = ", answers.renames) + fill
            if _count(development, query) == 0:
                found.add(place)
    return frozenset(found)


def is_stricter(grounds: Sequence[Ground], sides: Sequence[Sides], answers: Answers) -> bool:
    """Whether there may be rows that do not fit, or values that another type has no room for."""
    return any(
        any(True for _ in _all(ground, side, answers))
        or any(_tightens(c, answers) for c in changes_with(side.before, side.after, answers.renames))
        for ground, side in zip(grounds, sides)
    )


def _tightens(change: Change, answers: Answers) -> bool:
    """Whether a change may refuse rows of its table, or what somebody said that they get in a new column."""
    before, after = change.tables
    new = change.after.name if isinstance(change.after, Column) and change.before is None else None
    if new is not None and (str(change.table), new) in answers.fills:
        return True
    return before is not None and after is not None and tightened(before, after)


def _all(ground: Ground, side: Sides, answers: Answers) -> Iterator[Tuple[Change, Misfit]]:
    changes = changes_with(side.before, side.after, answers.renames)
    context = Context(ground.engine, side.before, side.after, {**side.fills, **answers.fills})
    for change in changes:
        for misfit in misfits(context, change, new_tables(changes)):
            yield change, misfit
        for misfit in unpaired(context.reversed, change.reversed):
            yield change, misfit


def _open(ground: Ground, side: Sides, answers: Answers) -> Iterator[Misfit]:
    """Those that nobody has answered; each once."""
    found: Dict[Misfit, None] = {}
    for change, misfit in _all(ground, side, answers):
        fills = side.fills if change.kind == "column-nullability" else {}
        is_filled = (misfit.table, misfit.column or "") in {**fills, **answers.fills}
        if not (is_filled and misfit.where is not None):
            found[misfit] = None
    yield from found


def _count(database: Database, query: str) -> Optional[int]:
    """How many rows do not fit; None where that cannot be asked."""
    try:
        ((count,),) = database.stream(query)
        return int(str(count))
    except Exception:
        return None  # a database that differs from what every site has is told of elsewhere


def _is_about(finding: Finding, misfit: Misfit) -> bool:
    direction = DOWNGRADE if misfit.back else UPGRADE
    if finding.severity != ERROR or finding.code not in _SHOWN or finding.direction not in (None, direction):
        return False
    text = f"{finding.object or ''} {finding.message} {finding.statement or ''}"
    named = any(speaks_of(text, name) for name in misfit.names)
    return named and (finding.table in (None, misfit.table))


def _finding(engine: str, misfit: Misfit, count: Optional[int], revision: str) -> Finding:
    aspect = "have none" if misfit.back else "have one" if misfit.guessed else "do not fit"
    rows = f"rows of other sites may {aspect.replace('do not', 'not')}"
    if count:
        verb = aspect if count != 1 else aspect.replace("have", "has").replace("do ", "does ")
        rows = f"{count} row{'s' * (count != 1)} of the development database {verb}"
    return make(
        "values-altered" if misfit.guessed else "rows-refused",
        engine,
        f"{misfit.what}; {rows}: {misfit.query}",
        table=misfit.table,
        object=misfit.column,
        aspect=misfit.what,
        revision=revision,
        direction=DOWNGRADE if misfit.back else UPGRADE,
        fix=_fix(misfit),
    )


def _fix(misfit: Misfit) -> str:
    if misfit.back:
        return "write in downgrade() what each row gets, or raise NotImplementedError with a reason there"
    fill = ""
    if misfit.column and misfit.where is not None:
        fill = f"draft it with --fill {misfit.table}.{misfit.column}=SQL, which they get, or "
    return f"{fill}write above the change what is to be made of them, and declare it with data_changes"
