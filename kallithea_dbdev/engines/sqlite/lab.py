"""Scratch databases of SQLite: files in the folder of a workspace, with which they go."""

from __future__ import annotations

import shutil
from typing import Tuple

from ...errors import TargetRefusedError
from ...workspace import Workspace
from ..database import Database, Scratch
from ..lab import Lab
from .connect import has_log, hurry, reading, writing
from .database import SqliteDatabase, SqliteScratch, write_mark


class FileLab(Lab):
    """Makes scratch databases in the folder of a workspace, with which they go."""

    engine = "sqlite"

    def __init__(self, like: Database, workspace: Workspace) -> None:
        super().__init__(like)
        self._like = like
        self._folder = workspace.path

    def circumstances(self) -> Tuple[str, ...]:
        return self._like.circumstances()

    def scratch(self, label: str) -> Scratch:
        database = SqliteScratch(self._folder / f"{label}.db")
        with writing(database.path) as connection:
            hurry(connection)
            write_mark(connection, database.path.name)
        return database

    def _new(self, label: str) -> Scratch:
        return SqliteScratch(self._folder / f"{label}.db")

    def _copy_into(self, database: Scratch, source: Database) -> None:
        assert isinstance(source, SqliteDatabase)
        assert isinstance(database, SqliteScratch)
        with reading(source.path) as original:
            if not has_log(source.path):
                # Who has read holds a lock to the end of the transaction: nobody writes to the file.
                original.execute("BEGIN")
                original.execute("SELECT count(*) FROM sqlite_master").fetchone()
                shutil.copyfile(source.path, database.path)
            with writing(database.path) as target:
                hurry(target)
                if has_log(source.path):
                    # It is thrown away if anything goes wrong: so far there is nothing to go back to.
                    target.execute("PRAGMA journal_mode = OFF")
                    original.backup(target)
                    # A copy of a database in WAL mode would be in WAL mode, too.
                    target.execute("PRAGMA journal_mode = MEMORY")
                write_mark(target, database.path.name)

    def _unmade(self, database: Scratch) -> None:
        assert isinstance(database, SqliteScratch)
        database.path.unlink(missing_ok=True)

    def _discard(self, database: Scratch) -> None:
        if not isinstance(database, SqliteScratch) or database.path.parent != self._folder:
            raise TargetRefusedError(f"{database.display}: not a scratch database of this run")
        database.path.unlink()
