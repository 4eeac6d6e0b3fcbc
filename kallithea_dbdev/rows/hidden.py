"""The secrets that a database holds, remembered when a run begins: whatever a server, a driver or a script says of
them afterwards is masked by value.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Collection, Iterable, Iterator, Sequence, Tuple

from ..engines.database import Database
from ..errors import DatabaseError
from ..schema.model import TEXT, Column, Table
from ..secrets import names_secret, remember_text, remember_values

#: More than a site has users with keys, and than it has rows of settings.
_MOST = 100_000


@dataclass(frozen=True)
class _Question:
    """Values of ``columns`` of a table, the last of which may be secrets. ``whole``: they are."""

    table: str
    columns: Tuple[str, ...]
    whole: bool


def remember_secrets(database: Database, tables: Iterable[Table], but: Collection[str] = ()) -> None:
    """Remember what is in columns that are called secrets, values of rows that are called so, and passwords in
    addresses; of all ``tables`` of a database ``but`` those. Read-only.

    What cannot be read is left out: nobody is shown it.
    """
    tables = list(tables)
    # A value that is called like a table or a column is no secret, and messages speak of those.
    names = {name for table in tables for name in (table.name, *(column.name for column in table.columns))}
    questions = [question for table in tables if table.name not in but for question in _questions(table)]
    queries = (
        f"SELECT {', '.join(map(database.quoted, question.columns))} "
        f"FROM {database.table(question.table)} WHERE {database.quoted(question.columns[-1])} <> '' LIMIT {_MOST}"
        for question in questions
    )
    with suppress(DatabaseError):
        for question, rows in zip(questions, database.fetch_each(queries)):
            hidden = (
                row[-1] for row in rows if question.whole or any(names_secret(str(n)) for n in row[:-1])
            )
            remember_values(str(value) for value in hidden if value not in names)
            if not question.whole:
                for row in rows:
                    remember_text(str(row[-1]))


def _questions(table: Table) -> Iterator[_Question]:
    texts = [column for column in table.columns if column.kind == TEXT]
    names = _ending(texts, "name", "key")
    for column in texts:
        if names_secret(column.name):
            yield _Question(table.name, (column.name,), whole=True)
        elif column.name.endswith(("url", "uri")):
            yield _Question(table.name, (column.name,), whole=False)
        elif column.name.endswith("value") and names:
            yield _Question(table.name, (*names, column.name), whole=False)


def _ending(columns: Sequence[Column], *ends: str) -> Tuple[str, ...]:
    return tuple(column.name for column in columns if column.name.endswith(ends))
