"""A draft from the ground of each engine: changes, operations, and their lines as one script."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, Iterator, Mapping, Protocol, Sequence, Set, Tuple

from ..engines.comparing import ROWS
from ..migrations import DOWNGRADE, UPGRADE
from ..operations import (
    Context,
    downgrade_lines,
    misfits,
    new_columns,
    new_tables,
    operations_for,
    upgrade_lines,
)
from ..rows.declared import CHANGED, REMOVED, VARIABLE, Declaration
from ..schema.change import Change
from ..schema.model import Column, Table
from ..schema.names import speaks_of
from ..schema.renames import Renames, candidates, changes_with, in_old_words, is_plain
from ..state import State
from .answers import Answers, Sides
from .assemble import function_body
from .fills import Fills, model_fills
from .json_columns import with_json
from .model_checks import in_models_words, model_checks
from .row_code import row_declarations, row_lines
from .script import filled
from .set_up_rows import row_changes, with_new_names
from .tables import boolean_checks, checks_of_before, for_all_engines, usual_options, with_native_types
from .uniques import as_constraints, known_uniques, whole_tables


class Known(Protocol):
    """What is known of an engine, or taken for known."""

    @property
    def engine(self) -> str:
        """Its name."""

    @property
    def before(self) -> State:
        """What every site has."""

    @property
    def after(self) -> State:
        """What the models make."""


def sides_of(grounds: Sequence[Known], metadata: Any, beside: Sequence[Known] = ()) -> Tuple[Sides, ...]:
    """The schemas of each ground, with what the models say of rows there. ``metadata`` is the models'.

    What is a unique constraint those ``beside`` tell, too.
    """
    found = []
    told = [state.schema for ground in (*grounds, *beside) for state in (ground.before, ground.after)]
    uniques = known_uniques(metadata, told)
    for ground in grounds:
        texts = model_checks(metadata, ground.engine)
        before, after = in_models_words(ground.before.schema, ground.after.schema, texts)
        if ground.engine == "mysql":
            before, after = with_json(before), with_json(after)
            before, after = as_constraints(before, after, uniques)
        found.append(Sides(before, after, model_fills(metadata, ground.engine)))
    return tuple(found)


def compose(
    template: str, grounds: Sequence[Known], sides: Sequence[Sides], answers: Answers, metadata: Any
) -> str:
    """The text of the template, filled in with what makes *after* of *before* on each engine, and back."""
    lines: Mapping[str, Dict[str, Tuple[str, ...]]] = {UPGRADE: {}, DOWNGRADE: {}}
    declared: Dict[Declaration, None] = {}
    options = usual_options(metadata)
    uniques = known_uniques(metadata, [schema for side in sides for schema in (side.before, side.after)])
    booleans = {**checks_of_before(side.before for side in sides), **boolean_checks(metadata)}
    for ground, side in zip(grounds, sides):
        changes = whole_tables(changes_with(side.before, side.after, answers.renames), uniques)
        fills = {**side.fills, **answers.fills}
        kept = new_columns(changes) if answers.keep_columns else frozenset()
        operations = operations_for(
            changes,
            ground.engine,
            side.before,
            side.after,
            fills,
            kept,
            answers.fills,
            len(grounds) == 1,
            answers.renames,
            answers.undone,
        )
        context = Context(ground.engine, side.before, side.after, fills, kept=kept)
        means = (
            *declarations(changes, fills),
            *mending(context, changes, answers.fills),
            *removals(changes, answers),
        )
        means = tuple(before_renames(one, answers.renames) for one in means)
        # Another engine says the same in other words.
        said = tuple(declared)
        new = [d for d in means if not any(known.covers(d.table, d.column, d.kind) for known in said)]
        declared.update(dict.fromkeys(new))
        former = with_new_names(ground.before, answers.renames)
        rows = row_changes(former, ground.after, not answers.no_rename)
        declared.update(dict.fromkeys(row_declarations(rows)))
        back = tuple(row.reversed for row in reversed(rows))
        names = booleans if ground.engine == "postgresql" else {}
        up, down = upgrade_lines(operations, context), downgrade_lines(operations, context)
        lines[UPGRADE][ground.engine] = (*for_all_engines(up, options, names), *row_lines(rows))
        lines[DOWNGRADE][ground.engine] = (*row_lines(back), *for_all_engines(down, options, names))
    bodies: Dict[str, str] = {}
    imports: Set[str] = set()
    for name, by_engine in lines.items():
        bodies[name], needed = function_body(by_engine)
        if len(by_engine) == 1 and "postgresql" not in by_engine:
            bodies[name] = with_native_types(bodies[name])
        imports.update(needed)
    return filled(template, bodies, imports, data_changes(declared))


def declarations(changes: Iterable[Change], fills: Fills) -> Iterator[Declaration]:
    """What a draft means to do to rows: NULLs in what becomes NOT NULL get the value that was said."""
    for change in changes:
        key = (str(change.table), str(change.object))
        if change.kind == "column-nullability" and change.expected == "NOT NULL" and key in fills:
            yield Declaration(*key, CHANGED, f"{key[1]} IS NULL")


def before_renames(declared: Declaration, renames: Renames) -> Declaration:
    """The declaration with its condition in the words of the rows as they are before the upgrade: it is looked at
    there. Without one where a name of those needs quotes, which are others on each engine."""
    if declared.condition is None or not renames:
        return declared
    condition = in_old_words(declared.condition, renames, declared.table)
    former = [old for old, _ in renames.tables] + [old for _, old, _ in renames.columns]
    sayable = all(is_plain(name) for name in former if speaks_of(condition, name))
    return replace(declared, condition=condition if sayable else None)


def removals(changes: Sequence[Change], answers: Answers) -> Iterator[Declaration]:
    """What somebody said to be gone, where something that is new could be it under another name."""
    for change in changes:
        gone = change.before
        if change.kind == "table-extra" and isinstance(gone, Table) and answers.is_gone(gone.name):
            if any(name == gone.name for name, _ in candidates(changes).tables):
                yield Declaration(gone.name, ROWS, REMOVED)
        elif change.kind == "column-extra" and isinstance(gone, Column):
            table = str(change.table)
            new = (c.after for c in changes if c.kind == "column-missing" and c.table == table)
            kinds = {column.kind for column in new if isinstance(column, Column)}
            if gone.kind in kinds and answers.is_gone(table, gone.name):
                yield Declaration(table, gone.name, REMOVED)


def mending(context: Context, changes: Sequence[Change], mends: Fills) -> Iterator[Declaration]:
    """What a draft makes of rows that do not fit what becomes stricter, or of values that it takes for others."""
    for change in changes:
        for misfit in misfits(context, change, new_tables(changes)):
            key = (misfit.table, misfit.column or "")
            if misfit.guessed:
                yield Declaration(*key, CHANGED)
            elif key in mends and misfit.where is not None and change.kind != "column-nullability":
                # On MySQL length() counts bytes: so it says enough on all engines.
                yield Declaration(*key, CHANGED, misfit.where.replace("char_length(", "length("))


def data_changes(declared: Iterable[Declaration]) -> str:
    """The variable of the script that declares them; empty where there is nothing to declare."""
    entries = [tuple(filter(None, (d.table, d.column, d.kind, d.condition))) for d in declared]
    inside = "".join(f"    {entry!r},\n" for entry in entries)
    return f"{VARIABLE} = [\n{inside}]\n" if entries else ""
