"""Record a release: a database that its own set-up made -> the statements in this folder.

What each installation has of its own is left out or replaced: repositories that were scanned,
passwords and keys, times, the folder of the repositories. So what is recorded is the same whenever
and wherever that is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Sequence, Tuple

from ..application.set_up import Admin, cheap_passwords, set_up
from ..engines import make_lab
from ..engines.database import Database
from ..errors import DatabaseError
from ..schema.model import BOOLEAN, NUMBER, TIME, VERSION_TABLE, Column, Table
from ..workspace import Workspace

#: What a scan of the repositories fills; none of it comes from the set-up.
_SCANNED = {
    "cache_invalidation", "groups", "repo_to_perm", "repositories", "statistics", "user_followings", "user_logs",
    "user_repo_group_to_perm",
}  # fmt: skip

#: Where the repositories of a recorded release are said to be.
REPOSITORIES = "/srv/kallithea/repos"
_MOMENT = "2000-01-01 00:00:00.000000"
_ADMIN = Admin("admin", "recorded", "admin@example.com")


@dataclass(frozen=True)
class Recording:
    """The statements for one release on one engine."""

    engine: str
    schema: Tuple[str, ...]
    rows: Tuple[str, ...]


def record(database: Database) -> Recording:
    """What makes a database like this one, with the rows of its set-up. Read-only.

    Raises DatabaseError where a row holds what no statement for all engines can say.
    """
    with database.connected():
        schema = database.read_schema()
        counters = sorted(database.counters().items())
        written = [name for name, n in database.count_rows().items() if n and name not in _SCANNED]
        stamps = [f"({_quoted(revision)})" for revision in database.revisions()]
        inserts = [_insert(VERSION_TABLE, ["version_num"], stamps)] if stamps else []
        folder = _repositories(database)
        for table in _referred_first(schema.tables):
            if table.name in written:
                rows = [_row(table, _without_own(table, row, folder)) for row in _rows(database, table)]
                inserts.append(_insert(table.name, [column.name for column in table.columns], rows))
        statements = database.definition([counter for _, counter in counters if counter.table in written])
        return Recording(database.engine, statements, tuple(inserts))


def record_set_up(like: Database) -> Recording:
    """What the set-up of the Kallithea that is installed makes, beside ``like``; gone afterwards.

    Raises KallitheaError.
    """
    with Workspace() as workspace:
        database = make_lab(like, workspace).scratch("recorded")
        repositories = workspace.path / "recorded-repositories"
        repositories.mkdir()
        with database.handed_over() as url, cheap_passwords():
            set_up(url, workspace.path, repositories, _ADMIN, True)
        return record(database)


def _referred_first(tables: Sequence[Table]) -> List[Table]:
    """The tables in an order in which their rows can be inserted."""
    found: Dict[str, Table] = {}
    waiting = list(tables)
    while waiting:
        ready = [
            table
            for table in waiting
            if all(key.referred_table in (table.name, *found) for key in table.foreign_keys)
        ]
        # In a circle the order of the names is as good as any.
        found.update((table.name, table) for table in ready or waiting)
        waiting = [table for table in waiting if table.name not in found]
    return list(found.values())


def _repositories(database: Database) -> str:
    sql = "SELECT ui_value FROM ui WHERE ui_section = 'paths'"
    return next((str(value) for (value,) in database.stream(sql)), "")


def _rows(database: Database, table: Table) -> List[Mapping[str, object]]:
    names = [column.name for column in table.columns]
    key = table.primary_key.columns if table.primary_key else names
    listed = ", ".join(database.quoted(name) for name in names)
    order = ", ".join(database.quoted(name) for name in key)
    sql = f"SELECT {listed} FROM {database.table(table.name)} ORDER BY {order}"
    return [dict(zip(names, row)) for row in database.stream(sql)]


def _without_own(table: Table, row: Mapping[str, object], folder: str) -> Dict[str, object]:
    """The row with what is said instead of what is this installation's own."""
    found: Dict[str, object] = {}
    for column in table.columns:
        value = row[column.name]
        if value is None:
            found[column.name] = None
        elif column.kind == TIME:
            found[column.name] = _MOMENT
        elif table.name == "users" and column.name == "password":
            found[column.name] = ""
        elif table.name == "users" and column.name == "api_key":
            found[column.name] = str(row["user_id"]).zfill(40)
        elif table.name == "users" and column.name == "email" and row["username"] != "default":
            found[column.name] = _ADMIN.email
        elif folder and isinstance(value, str):
            found[column.name] = value.replace(folder, REPOSITORIES)
        else:
            found[column.name] = value
    return found


def _insert(table: str, columns: Sequence[str], rows: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES\n" + ",\n".join(rows)


def _row(table: Table, row: Mapping[str, object]) -> str:
    values = (_literal(table, column, row[column.name]) for column in table.columns)
    return f"({', '.join(values)})"


def _literal(table: Table, column: Column, value: object) -> str:
    """A value in SQL that every engine reads as one of that column's type."""
    if value is None:
        return "NULL"
    if column.kind == BOOLEAN or isinstance(value, bool):
        # A number is no boolean for PostgreSQL, and TRUE none for an old SQLite.
        return f"'{int(bool(value))}'"
    if column.kind == NUMBER and isinstance(value, int):
        return str(value)
    if isinstance(value, str) and "\\" not in value and "\n" not in value:
        return _quoted(value)
    raise DatabaseError(f"{table.name}.{column.name}: {value!r} cannot be written for all engines")


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def write(version: str, recordings: Sequence[Recording], folder: Path) -> List[Path]:
    """Write the files of a release; the paths. Rows that only one engine has get a file of their own."""
    texts = {f"{version}.{r.engine}.sql": r.schema for r in recordings}
    usual = recordings[0].rows
    texts[f"{version}.rows.sql"] = usual
    texts.update({f"{version}.rows.{r.engine}.sql": r.rows for r in recordings if r.rows != usual})
    for recording in recordings:
        (folder / f"{version}.rows.{recording.engine}.sql").unlink(missing_ok=True)
    for name, statements in texts.items():
        text = "".join(f"{statement};\n" for statement in statements)
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
