"""Every error that a user can meet: one root, a handful of children.

An error says what is wrong (``message``), what to do next (``hint``) and with which exit
status the command ends. It is printed as one line; ``commands.base`` is the only place that
does so.
"""

from __future__ import annotations


class DbdevError(Exception):
    """What the user must mend before the command can do its work: nothing was changed."""

    exit_status = 2

    def __init__(self, message: str, hint: str = "") -> None:
        # All arguments, so that it can be pickled.
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(DbdevError):
    """The command line asks for something that does not exist or does not fit together."""


class ConfigError(DbdevError):
    """The ini file is missing, unreadable, or lacks what is needed."""


class KallitheaError(DbdevError):
    """Kallithea is missing, of a version that is not supported, or failed in its own code."""


class DatabaseError(DbdevError):
    """A database is missing, unreadable, locked, or of an engine that is not supported."""


class UnreadableSchemaError(DatabaseError):
    """The live schema holds something that this version cannot read exactly."""


class TargetRefusedError(DbdevError):
    """A database or folder that would be replaced, removed or written to is not a throwaway."""


class MigrationGraphError(DbdevError):
    """The migration scripts do not form one chain that Alembic can walk.

    ``code`` is the finding code of ``findings.py`` that tells the same; ``others`` is what else is
    wrong with them.
    """

    others: tuple[MigrationGraphError, ...] = ()
    #: The script that is to blame, as the name of its file, with the line or the variable that is set there.
    file: str | None = None
    line: int | None = None
    variable: str = ""

    def __init__(self, code: str, message: str, hint: str = "", revision: str | None = None) -> None:
        super().__init__(message, hint)
        self.args = (code, message, hint, revision)
        self.code = code
        self.revision = revision

    def at(self, file: str, line: int | None = None, variable: str = "") -> MigrationGraphError:
        """This error, with the script that is to blame."""
        self.file, self.line, self.variable = file, line, variable
        return self


class DeclarationError(DbdevError):
    """``data_changes`` of a migration script cannot be understood, or its SQL fails."""


class PreconditionError(DbdevError):
    """``db-revision`` cannot draft from this database as it is."""
