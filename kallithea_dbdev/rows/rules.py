"""What a rule that comes with a step may refuse, as far as its own text speaks of it. Pure.

``NOT LIKE 'x%'`` refuses a text that nobody has by chance, and a unique index over some of the rows only rows that
are among them: the values are in the rule.
"""

from __future__ import annotations

import re
from itertools import islice, product
from typing import Dict, Iterator, List, Optional, Tuple

from ..schema.model import BOOLEAN, NUMBER, TEXT, Column, Table
from ..schema.names import speaks_of
from .samples import counts_by_itself
from .sought import literals, looked_for, number_in
from .stricter import new_checks, new_uniques

#: Columns of a row, and what they hold.
Values = Dict[str, object]

#: Functions to whose values a rule may hold the texts.
_SPELLING = re.compile(r"\b(lower|upper|lcase|ucase|initcap|[lrb]?trim)\b", re.I)
_SPELLINGS = (
    ("a text with capital letters", "PROBING"),
    ("a text without capital letters", "probing"),
    ("a text with blanks around it", " probing "),
)
#: So many rows are tried for one rule.
_MOST = 8


def refused_by_checks(table: Table, later: Optional[Table]) -> Iterator[Tuple[str, Values]]:
    """What the CHECKs that come with the step speak of: what is odd about a row, and its values."""
    for rule in sorted(new_checks(table, later)) if later else ():
        yield from islice(_odd(table, rule), _MOST)


def where_unique(table: Table, later: Optional[Table]) -> Iterator[Values]:
    """For each unique index over some of the rows that comes with the step: values with which a row is one of
    them."""
    for index in new_uniques(table, later) if later else ():
        if index.predicate:
            yield from islice(_among(table, index.predicate), _MOST)


def _odd(table: Table, rule: str) -> Iterator[Tuple[str, Values]]:
    columns = _spoken_of(table, rule)
    for column in columns:
        for text in literals(rule):
            number = number_in(text)
            if column.kind == TEXT and number is None and _fits(column, text):
                yield f"what the CHECK speaks of: {text!r}", {column.name: text}
            elif column.kind == NUMBER and number is not None:
                yield f"what the CHECK speaks of: {number}", {column.name: number}
                yield f"one more than what the CHECK speaks of: {number + 1}", {column.name: number + 1}
        if column.kind == TEXT and _SPELLING.search(rule):
            for what, text in _SPELLINGS:
                if _fits(column, text):
                    yield what, {column.name: text}
    for one, other in zip(columns, columns[1:]):
        if one.kind == other.kind and one.kind in (TEXT, NUMBER):
            value: object = "probing" if one.kind == TEXT else 1
            yield f"the same as in {other.name}: {value!r}", {one.name: value, other.name: value}


def _among(table: Table, predicate: str) -> Iterator[Values]:
    columns = {column.name: column for column in _spoken_of(table, predicate)}
    switches = [name for name, column in columns.items() if column.kind == BOOLEAN]
    missing = {
        name: None
        for name, column in columns.items()
        if column.nullable and re.search(rf"\b{re.escape(name)}\W+IS\s+NULL", predicate, re.I)
    }
    for pairs in looked_for(predicate) or ((),):
        held: Values = dict(missing)
        for name, text in pairs:
            column, number = columns.get(name), number_in(text)
            if column and column.kind == TEXT and _fits(column, text):
                held[name] = text
            elif column and column.kind == NUMBER and number is not None:
                held[name] = number
        for values in product((True, False), repeat=len(switches)):
            row = {**held, **dict(zip(switches, values))}
            if row:
                yield row


def _spoken_of(table: Table, rule: str) -> List[Column]:
    pointing = {name for key in table.foreign_keys for name in key.columns}
    return [
        column
        for column in table.columns
        if speaks_of(rule, column.name)
        and not column.generated
        and not counts_by_itself(table, column)
        and column.name not in pointing
    ]


def _fits(column: Column, text: str) -> bool:
    return len(text) <= (column.length or len(text))
