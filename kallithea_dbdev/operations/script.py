"""Pieces of code, in the order in which they can run, as the lines of ``upgrade()`` or ``downgrade()``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Iterable, Iterator, List, Sequence, Set, Tuple

from ..schema.change import Change
from ..schema.model import Check, Table, Trigger, View
from ..schema.renames import table_renamed
from . import words
from .context import Context
from .keys import create_check_line
from .objects import creation
from .operation import Code
from .phase import Phase
from .rebuilds import READS_NAMED_CHECKS, around, batch_arguments, check_lines, computed_again
from .types import needs_import

_INDENT = "    "
_WIDTH = 110


def ordered(context: Context, codes: Iterable[Code]) -> Tuple[Code, ...]:
    """By phases; tables after those that they refer to, dropped before them."""
    found = sorted(_once(codes), key=lambda code: (_moment(context, code), code.phase))
    made = [code for code in found if code.phase == Phase.CREATE_TABLES]
    gone = [code for code in found if code.phase == Phase.DROP_TABLES]
    order = {id(code): n for n, code in enumerate(_by_needs(made))}
    order.update({id(code): -n for n, code in enumerate(_by_needs(gone))})
    return tuple(sorted(found, key=lambda code: (_moment(context, code), order.get(id(code), 0))))


def _once(codes: Iterable[Code]) -> Iterator[Code]:
    """Without a second time what two columns want of one foreign key, or of what is computed from both."""
    keys: Set[Code] = set()
    for code in codes:
        of_both = code.alone or code.phase in (Phase.DROP_FOREIGN_KEYS, Phase.CREATE_FOREIGN_KEYS)
        if not of_both or code not in keys:
            yield code
        keys.add(code)


def _moment(context: Context, code: Code) -> float:
    """SQLite needs no index for a foreign key: one rebuild does all that a rebuild must do."""
    late = Phase.DROP_COLUMNS < code.phase < Phase.DROP_TABLES and code.in_batch
    return Phase.DROP_COLUMNS + 0.5 if context.sqlite and late else float(code.phase)


def _by_needs(codes: Sequence[Code]) -> List[Code]:
    """What others need first; of a circle one after the other."""
    waiting, done, result = list(codes), set(), []  # type: ignore[var-annotated]
    while waiting:
        names = {code.table for code in waiting}
        # All lines about one table stay together, in their order: it must wait for what one of them needs.
        held = {code.table for code in waiting if code.needs & (names - done - {code.table})}
        tables = (names - held) or {waiting[0].table}
        first = next(code.table for code in waiting if code.table in tables)
        result += [code for code in waiting if code.table == first]
        waiting = [code for code in waiting if code.table != first]
        done.add(first)
    return result


@dataclass
class _Batch:
    """Codes that go into one ``batch_alter_table``."""

    table: str
    codes: List[Code] = field(default_factory=list)
    #: The tables that something is done to after it has begun.
    since: Set[str] = field(default_factory=set)


def lines_of(context: Context, codes: Sequence[Code], changes: Iterable[Change] = ()) -> Tuple[str, ...]:
    """The lines of a function, without its indentation. ``changes``: all that are made in it."""
    current: Dict[str, Table] = {table.name: table for table in context.migrated.tables}
    gone = {c.before for c in changes if isinstance(c.before, Trigger)}
    lines: List[str] = []
    for piece in _batched(codes):
        if isinstance(piece, Code):
            lines += _guarded(context, piece.lines) if piece.only else piece.lines
            _follow(current, piece)
        else:
            lines += _batch_lines(context, piece, current, gone)
    return tuple(_imports(lines)) + tuple(lines)


def _batched(codes: Sequence[Code]) -> "List[Code | _Batch]":
    """Neighbours that change one table in one batch; what is about other tables does not part them,
    unless it is needed."""
    pieces: "List[Code | _Batch]" = []
    open_: Dict[str, _Batch] = {}
    for code in codes:
        for name, other in open_.items():
            if name != code.table:
                other.since.add(code.table)
        if not code.in_batch:
            open_ = {} if not code.table else {name: b for name, b in open_.items() if name != code.table}
            pieces.append(code)
            continue
        batch = open_.get(code.table)
        parted = batch is None or code.alone or batch.codes[0].alone
        if batch is None or parted or batch.codes[0].early != code.early or code.needs & batch.since:
            batch = open_[code.table] = _Batch(code.table)
            pieces.append(batch)
        batch.codes.append(code)
    return pieces


def _batch_lines(
    context: Context, batch: _Batch, current: Dict[str, Table], gone: "Set[Trigger]"
) -> List[str]:
    before = current.get(batch.table, Table(batch.table))
    for code in batch.codes:
        _follow(current, code)
    after = current.get(batch.table, before)
    only = all(code.only for code in batch.codes)
    inside: List[str] = []
    for code in batch.codes:
        inside += _guarded(context, code.lines) if code.only and code.lines and not only else code.lines
    inside += computed_again(context, before, after)
    # Of two CHECKs with one name a rebuild makes one, but for those that it is given with the table.
    twice = [create_check_line(check) for check in after.checks if _has_twin(check, after) and context.sqlite]
    given = [line for line in inside if line.strip() in twice]
    inside = [line for line in inside if line not in given]
    new = [check for check in after.checks if check not in before.checks and _is_made(check, inside)]
    early = any(code.early for code in batch.codes)
    arguments = list(batch_arguments(context, before, after, new, early))
    checks = check_lines(context, before, after, new, early)
    if checks:
        inside += checks if only else _guarded(context, checks)
    rebuild = bool(given) or any(code.rebuild for code in batch.codes)
    if rebuild and context.sqlite and not checks:
        arguments.insert(0, "recreate='always'" if only else _RECREATE)
    lines = [_head(batch.table, arguments), *(f"{_INDENT}{line}" for line in inside or ["pass"])]
    remembered, restored = around(context, after, gone)
    lines = [*remembered, *lines, *restored]
    views = _views_on(context, batch.table)
    if views:
        # A rebuild of a table dies where a view reads it.
        lines = [
            *(words.execute(f"DROP VIEW {words.quoted(context.engine, view.name)}") for view in views),
            *lines,
            *(words.execute(creation(context, view) or "") for view in views),
        ]
    return _guarded(context, lines) if only or len(lines) > 1 + len(inside or [""]) else lines


def rebuild_head(context: Context, before: Table, after: Table) -> str:
    """The ``with op.batch_alter_table(...)`` that makes ``after`` of ``before`` and loses nothing, with the
    Alembic that is installed."""
    return _head(before.name, batch_arguments(context, before, after, named=not READS_NAMED_CHECKS))


_RECREATE = "recreate='always' if op.get_bind().dialect.name == 'sqlite' else 'auto'"


def _has_twin(check: Check, table: Table) -> bool:
    return sum(other.name == check.name for other in table.checks) > 1


def _is_made(check: Check, inside: Sequence[str]) -> bool:
    return any(line.lstrip() == create_check_line(check) for line in inside)


def _views_on(context: Context, table: str) -> List[View]:
    both = set(context.migrated.views) & set(context.expected.views) if context.sqlite else set()
    return [view for view in context.migrated.views if view in both and table in view.definition]


def _head(table: str, arguments: Sequence[str]) -> str:
    one = f"with op.batch_alter_table({', '.join([repr(table), *arguments])}) as batch_op:"
    if len(one) <= _WIDTH and "\n" not in one:
        return one
    inside = "".join(f"{_INDENT}{_indented(argument)},\n" for argument in [repr(table), *arguments])
    return f"with op.batch_alter_table(\n{inside}) as batch_op:"


def _indented(text: str) -> str:
    return text.replace("\n", f"\n{_INDENT}")


def _guarded(context: Context, lines: Iterable[str]) -> List[str]:
    """Lines for one engine, as Kallithea's own scripts write them."""
    guard = f"if op.get_bind().dialect.name == {context.engine!r}:"
    return [guard, *(_INDENT + _indented(line) for line in lines)]


def _follow(current: Dict[str, Table], code: Code) -> None:
    if not code.table:
        return
    table = code.then(current.get(code.table, Table(code.table)))
    if code.phase == Phase.DROP_TABLES or table.name != code.table:
        current.pop(code.table, None)
        current.update(
            (name, table_renamed(other, code.table, table.name)) for name, other in current.items()
        )
    if code.phase != Phase.DROP_TABLES:
        current[table.name] = table


def _imports(lines: Sequence[str]) -> List[str]:
    dialects = sorted({name for line in lines for name in needs_import(line)})
    return [f"from sqlalchemy.dialects import {', '.join(dialects)}"] if dialects else []
