"""What only a person knows: what was renamed, and what rows that are there get in a new column.

Options answer; on a terminal there is a question for what they leave open; elsewhere nothing is written,
and the message has the options.
"""

from __future__ import annotations

import difflib
import shlex
from dataclasses import dataclass, field, replace
from typing import Callable, Dict, FrozenSet, Iterable, List, Optional, Sequence, Set, Tuple

from ..errors import UsageError
from ..operations import Context, misfits, new_tables
from ..operations.neutral import neutral
from ..schema.change import Change
from ..schema.compare import compare
from ..schema.model import BOOLEAN, TEXT, Column, Schema, Table
from ..schema.renames import Renames, candidates, changes_with
from .fills import Fills, without_value

#: Asks for a line; None where nobody can be asked.
Prompt = Callable[[str], Optional[str]]

#: Where the names are.
_CHECK = "--check lists what is gone and what is new"

#: What is an answer, and how often it is asked for.
_WORDS = {"y": True, "yes": True, "n": False, "no": False}
_ASKED = 3

#: How much two names have in common that may be one.
_SIMILAR = 0.6


@dataclass(frozen=True)
class Answers:
    """``fills``: SQL by table and column; ``no_rename``: what is gone is gone; ``keep_columns``: a
    downgrade leaves the columns that are new. ``gone``: (table, column or "") that was said to be gone.
    ``undone``: (table, column) of fills that a downgrade takes away again."""

    fills: Fills = field(default_factory=dict)
    renames: Renames = field(default_factory=Renames)
    no_rename: bool = False
    keep_columns: bool = False
    gone: FrozenSet[Tuple[str, str]] = frozenset()
    undone: FrozenSet[Tuple[str, str]] = frozenset()

    def is_gone(self, table: str, column: str = "") -> bool:
        """Whether somebody said that it has no new name."""
        return self.no_rename or (table, column) in self.gone


def parse(
    fills: Iterable[str],
    columns: Iterable[str],
    tables: Iterable[str],
    no_rename: bool = False,
    keep_columns: bool = False,
) -> Answers:
    """The answers that options give. Raises UsageError."""
    found: Dict[Tuple[str, str], str] = {}
    for text in fills:
        table, column, sql = _parsed("--fill", text, "TABLE.COLUMN=SQL")
        if found.get((table, column), sql) != sql:
            raise UsageError(f"--fill {table}.{column}: two values are given", "leave one of them out")
        found[table, column] = sql
    renamed = tuple(_parsed("--rename", text, "TABLE.OLD=NEW") for text in columns)
    pairs = []
    for text in tables:
        old, equals, new = text.partition("=")
        if not (old and equals and new):
            raise UsageError(f"--rename-table {text}: not OLD=NEW", "write it so")
        pairs.append((old, new))
    return Answers(found, Renames(tuple(pairs), renamed), no_rename, keep_columns)


def _parsed(option: str, text: str, form: str) -> Tuple[str, str, str]:
    left, equals, value = text.partition("=")
    table, dot, column = left.partition(".")
    if not (table and dot and column and equals and value.strip()):
        raise UsageError(f"{option} {text}: not {form}", "write it so")
    return table, column, value.strip()


@dataclass(frozen=True)
class Sides:
    """The two schemas of an engine, with what the models say of rows there."""

    before: Schema
    after: Schema
    fills: Fills


def completed(answers: Answers, sides: Sequence[Sides], prompt: Prompt) -> Answers:
    """The answers with what is asked for on a terminal. Raises UsageError where one is missing, or where
    one is about nothing that changes."""
    _check(answers, sides)
    answers = _renamed(answers, sides[0], prompt)
    missing: List[Tuple[str, str]] = []
    fills = dict(answers.fills)
    for side in sides:
        changes = changes_with(side.before, side.after, answers.renames)
        for key in without_value(changes, {**side.fills, **fills}):
            said = prompt(f"{'.'.join(key)} is NOT NULL: what do rows that are there get? SQL:")
            if said and said.strip():
                fills[key] = said.strip()
            elif key not in missing:
                missing.append(key)
    _check_fills(answers, sides)
    if missing:
        names = ", ".join(map(".".join, missing))
        options = " ".join(f"--fill {table}.{column}=SQL" for table, column in missing)
        raise UsageError(
            f"{names}: NOT NULL, and nobody says what the rows that are there get; nothing was written",
            f'add {options} (such as {".".join(missing[0])}="{_example(missing[0], sides)}"), or a default in the models',
        )
    return replace(answers, fills=fills)


def _example(place: Tuple[str, str], sides: Sequence[Sides]) -> str:
    """SQL that such a column would take."""
    tables = (side.after.table(place[0]) for side in sides)
    columns = [found for table in tables if table for found in [table.column(place[1])] if found]
    if not columns or columns[0].kind == TEXT:
        return "'x'"
    return "false" if columns[0].kind == BOOLEAN else neutral(columns[0])


def _check(answers: Answers, sides: Sequence[Sides]) -> None:
    """Raise UsageError for an answer to no question."""
    tables = dict(answers.renames.tables)
    _check_once("--rename-table", "", answers.renames.tables)
    for old, new in answers.renames.tables:
        stays = old not in tables.values()
        if not any(
            s.before.table(old) and s.after.table(new) and not (stays and s.after.table(old)) for s in sides
        ):
            raise UsageError(f"--rename-table {old}={new}: no table {old} is gone and {new} new", _CHECK)
    pairs: Dict[str, List[Tuple[str, str]]] = {}
    for table, old, new in answers.renames.columns:
        pairs.setdefault(tables.get(table, table), []).append((old, new))
    for after, renamed in pairs.items():
        _check_once("--rename", f"{after}.", renamed)
    for table, old, new in answers.renames.columns:
        before = next((o for o, n in tables.items() if n == table), table)
        after = tables.get(table, table)
        # A name may be left by one column and taken by another; one that both sides have moves nothing.
        others = [name for pair in pairs[after] if pair != (old, new) for name in pair]
        if not any(
            _has(s.before, before, old)
            and _has(s.after, after, new)
            and not (_has(s.before, before, new) and _has(s.after, after, old) and not {old, new} & {*others})
            for s in sides
        ):
            raise UsageError(
                f"--rename {table}.{old}={new}: no column {old} is gone there and {new} new", _CHECK
            )
    for table, column in answers.fills:
        if not any(_has(side.after, table, column) for side in sides):
            raise UsageError(f"--fill {table}.{column}: the models have no such column")


def _check_fills(answers: Answers, sides: Sequence[Sides]) -> None:
    """Raise UsageError for a value that no row would get."""
    asked: Set[Tuple[str, Optional[str]]] = set()
    for side in sides:
        changes = changes_with(side.before, side.after, answers.renames)
        # Each engine's words are as good for the names.
        context, new = Context("sqlite", side.before, side.after), new_tables(changes)
        for change in changes:
            table, item = change.tables[1], change.after
            if table and isinstance(item, Column) and (change.before is not None or not item.generated):
                asked.add((table.name, item.name))
            asked |= {(misfit.table, misfit.column) for misfit in misfits(context, change, new)}
    for table_name, column in answers.fills:
        if (table_name, column) not in asked:
            raise UsageError(
                f"--fill {table_name}.{column}: no row needs a value there",
                "leave it out; what does not fit several columns is mended in the script",
            )


def _check_once(option: str, table: str, pairs: Sequence[Tuple[str, str]]) -> None:
    """Raise UsageError where one thing gets two names, or two things one."""
    for side in zip(*pairs):
        twice = next((name for name in side if side.count(name) > 1), None)
        if twice is not None:
            said = " ".join(f"{option} {table}{old}={new}" for old, new in pairs if twice in (old, new))
            raise UsageError(f"{said}: {twice} is there twice", "leave one of them out")


def _has(schema: Schema, table: str, column: str) -> bool:
    found = schema.table(table)
    return found is not None and found.column(column) is not None


def _renamed(answers: Answers, side: Sides, prompt: Prompt) -> Answers:
    tables = dict(answers.renames.tables)
    # A table may be named as it was: its columns are those of the new name.
    columns = tuple((tables.get(table, table), old, new) for table, old, new in answers.renames.columns)
    renames = replace(answers.renames, columns=columns)
    if answers.no_rename:
        return replace(answers, renames=renames)
    open_: List[_Question] = []
    gone: Set[Tuple[str, str]] = set()
    # 1. tables: what is said of columns depends on them
    for old, new in candidates(compare(side.before, side.after)).tables:
        if old in tables or new in tables.values():
            continue
        evidence = _table_evidence(side.before.table(old), side.after.table(new))
        question = _Question(
            f"table {old} -> {new} ({evidence})", f"--rename-table {shlex.quote(f'{old}={new}')}"
        )
        is_renamed = question.asked(prompt)
        if is_renamed:
            renames = replace(renames, tables=(*renames.tables, (old, new)))
        elif is_renamed is False:
            gone.add((old, ""))
        else:
            open_.append(question)
    # 2. columns
    answered = {(table, name) for table, old, new in renames.columns for name in (old, new)}
    changes = changes_with(side.before, side.after, renames)
    for table, old, new, evidence in column_candidates(changes):
        if (table, old) in answered or (table, new) in answered:
            continue
        question = _Question(
            f"column {table}.{old} -> {new} ({evidence})", f"--rename {shlex.quote(f'{table}.{old}={new}')}"
        )
        is_renamed = question.asked(prompt)
        if is_renamed:
            renames = replace(renames, columns=(*renames.columns, (table, old, new)))
        elif is_renamed is False:
            gone.add((table, old))
        else:
            open_.append(question)
    if open_:
        raise UsageError(
            f"renamed or not? {'; '.join(question.what for question in open_)}; nothing was written",
            f"add {' '.join(question.option for question in open_)} to keep the data, or --no-rename",
        )
    return replace(answers, renames=renames, gone=frozenset(gone))


@dataclass(frozen=True)
class _Question:
    """Whether something was renamed; ``option`` answers it."""

    what: str
    option: str

    def asked(self, prompt: Prompt) -> Optional[bool]:
        """The answer; None where there is none, however often it is asked."""
        for _ in range(_ASKED):
            said = prompt(f"renamed? {self.what} [y/n]")
            if said is None:
                return None
            word = said.strip().lower()
            if word in _WORDS:
                return _WORDS[word]
        return None


def column_candidates(changes: Sequence[Change]) -> List[Tuple[str, str, str, str]]:
    """(table, old, new, evidence) of columns that may be one under two names, each in one pair at most."""
    certain = {(table, old, new) for table, old, new in candidates(changes).columns}
    scores: List[Tuple[float, str, str, str, str]] = []
    for gone in changes:
        for new in changes:
            one, other = gone.before, new.after
            if gone.kind != "column-extra" or new.kind != "column-missing" or gone.table != new.table:
                continue
            if not (isinstance(one, Column) and isinstance(other, Column)):
                continue
            evidence = _evidence(one, other, gone.tables[0], new.tables[1])
            table = str(gone.table)
            score = len(evidence) + ((table, one.name, other.name) in certain) * 2
            if score >= 2:
                scores.append((-score, table, one.name, other.name, ", ".join(evidence)))
    found: List[Tuple[str, str, str, str]] = []
    used = set()
    for _, table, old, name, evidence_text in sorted(scores):
        if (table, old) not in used and (table, name) not in used:
            used |= {(table, old), (table, name)}
            found.append((table, old, name, evidence_text))
    return found


def _evidence(one: Column, other: Column, left: Optional[Table], right: Optional[Table]) -> List[str]:
    found = []
    if one.type == other.type:
        found.append(f"both are {one.type}")
    elif one.kind is not None and one.kind == other.kind:
        found.append(f"{one.type} and {other.type}")
    else:
        return []
    if left and right:
        places = [
            [c.name for c in table.columns].index(column.name)
            for table, column in ((left, one), (right, other))
        ]
        if places[0] == places[1]:
            found.append(f"both at place {places[0] + 1}")
        targets = [
            {
                (key.referred_table, key.referred_columns)
                for key in table.foreign_keys
                if key.columns == (c.name,)
            }
            for table, c in ((left, one), (right, other))
        ]
        if targets[0] & targets[1]:
            found.append(f"both refer to {min(targets[0] & targets[1])[0]}")
    likeness = difflib.SequenceMatcher(None, one.name, other.name).ratio()
    if likeness >= _SIMILAR or other.name in one.name or one.name in other.name:
        found.append("the names are alike")
    return found


def _table_evidence(one: Optional[Table], other: Optional[Table]) -> str:
    names = [{column.name for column in table.columns} for table in (one, other) if table]
    return f"{len(names[0] & names[1])} of {len(names[0])} columns are the same"
