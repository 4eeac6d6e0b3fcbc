"""The engines that were not asked: a draft is for them, too, from what SQLite tells."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

from ..engines import ENGINES
from ..findings import Finding, make
from ..messages import one_line
from ..migrations import UPGRADE
from ..operations import words
from ..schema.model import Check, Column, Index, Table
from ..schema.renames import changes_with
from ..state import State
from .answers import Answers, Sides
from .compose import Known, compose, sides_of
from .translation import translated


@dataclass(frozen=True)
class Imagined:
    """What an engine would tell that nobody asked: ``open`` is what cannot be known of columns and indexes there."""

    engine: str
    before: State
    after: State
    open: Dict[Tuple[str, str], str] = field(default_factory=dict)


def composed(
    template: str,
    grounds: Sequence[Known],
    sides: Sequence[Sides],
    answers: Answers,
    metadata: Any,
    remark: Callable[[str], None],
) -> Tuple[str, Tuple[Imagined, ...]]:
    """The script for the engines that were asked, and for the others as far as these tell of them."""
    try:
        others, theirs = imagined(grounds, sides, answers, metadata)
        return compose(template, (*grounds, *others), (*sides, *theirs), answers, metadata), others
    except Exception as error:
        # What is wrong with the engines that were asked is raised once more.
        text = compose(template, grounds, sides, answers, metadata)
        remark(
            f"written for {', '.join(ground.engine for ground in grounds)} alone: what it is elsewhere cannot be "
            f"told ({one_line(error)}): --engine {','.join(ENGINES)} asks the others"
        )
        return text, ()


def imagined(
    grounds: Sequence[Known], sides: Sequence[Sides], answers: Answers, metadata: Any
) -> Tuple[Tuple[Imagined, ...], Tuple[Sides, ...]]:
    """Of each engine that is not among ``grounds``, where SQLite is: its words are common to all."""
    asked = [ground.engine for ground in grounds]
    if "sqlite" not in asked:
        return (), ()
    ground, side = next(pair for pair in zip(grounds, sides) if pair[0].engine == "sqlite")
    # One server tells what another one has, where they have the same.
    server = next((known.before for known, of in zip(sides, asked) if of != "sqlite"), None)
    found: List[Imagined] = []
    for engine in (engine for engine in ENGINES if engine not in asked):
        words = translated(side.before, side.after, metadata, engine, answers.renames, server)
        before, after = (
            replace(state, schema=schema)
            for state, schema in ((ground.before, words.before), (ground.after, words.after))
        )
        found.append(Imagined(engine, before, after, words.open))
    return tuple(found), sides_of(found, metadata, grounds)


def undrafted(
    others: Sequence[Imagined], sides: Sequence[Sides], answers: Answers, revision: str
) -> Iterator[Finding]:
    """What a draft says of columns and indexes that it changes, and cannot know on engines that were not asked."""
    touched = {name for side in sides for name in _touched(side, answers)}
    for other in others:
        for (table, column), what in other.open.items():
            if (table, column) in touched:
                yield make(
                    "not-known",
                    other.engine,
                    what,
                    table=table,
                    object=column,
                    revision=revision,
                    direction=UPGRADE,
                    fix=f"draft it with --engine {','.join(ENGINES)}",
                )


def _touched(side: Sides, answers: Answers) -> Iterator[Tuple[str, str]]:
    for change in changes_with(side.before, side.after, answers.renames):
        for item, table in zip((change.before, change.after), change.tables):
            if isinstance(item, Table):
                yield from ((item.name, column.name) for column in item.columns)
                yield from ((item.name, index.name) for index in item.indexes)
            elif isinstance(item, (Column, Index)) and table is not None:
                yield table.name, item.name
            elif isinstance(item, Check) and table is not None:
                yield table.name, words.listed_column(item.expression) or ""
