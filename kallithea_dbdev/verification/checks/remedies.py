"""What helps where a step raises what newcomers to Alembic or to an engine meet. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional, Tuple


@dataclass(frozen=True)
class Remedy:
    """``fix`` helps where the message and the statement look so; ``engine`` None: on any."""

    message: str
    fix: str
    statement: str = ""
    engine: Optional[str] = None


#: The table of ALTER TABLE, as a group.
_ALTERED = r"ALTER TABLE [\"`\[]?(?P<table>\w+)"
_BATCH = "SQLite cannot alter {table} in place: do it in a batch (op.batch_alter_table), which works on every engine"
_NEEDED = "the row that it writes needs a value in {column}: name it in the statement, with a value"

#: The first that fits.
REMEDIES: Tuple[Remedy, ...] = (
    Remedy(r'near "\w+": syntax error|^Cannot add a (UNIQUE|PRIMARY KEY) column', _BATCH, _ALTERED, "sqlite"),
    Remedy(r"error in table \w+ after drop column", _BATCH, _ALTERED, "sqlite"),
    Remedy(
        r"error in (?P<column>view \S+?|trigger \S+?)( after rename)?: no such (table|column)",
        "{column} is on a table that is made anew: drop it before the batch and create it again after it; where it is a "
        "site's own, with the text that sqlite_master has of it",
        "",
        "sqlite",
    ),
    Remedy("No support for ALTER of constraints in SQLite", _BATCH, "", "sqlite"),
    Remedy(
        r"(NOT NULL constraint failed: |null value in column |Column |Field )[\"']?(?P<column>[\w.]+)[\"']?"
        r"($| of relation .* violates not-null| violates not-null|.* cannot be null|.* doesn't have a default)",
        _NEEDED,
        r"(?i)\s*(INSERT|REPLACE|UPDATE) (?!INTO \S*_alembic_tmp_)",
    ),
    Remedy(
        "has left an uncommitted transaction opened",
        "end the transaction that it begins: close what it opened after a commit (session.commit()), or run its "
        "statements by op.execute()",
    ),
    Remedy(
        "^UnboundExecutionError",
        "Kallithea's Session is on no database in a migration: run the statements by op.execute(), or make one "
        "with sa.orm.Session(bind=op.get_bind())",
    ),
    Remedy(
        "^EOFError",
        "a migration cannot ask anybody: nobody is there when a site upgrades; write the answer down",
    ),
    Remedy(
        "a migration may not write to repositories",
        "leave repositories alone: this runs on a copy of the database, of them there is none; what is to be "
        "done with their files belongs into a command that is run after the upgrade",
    ),
    Remedy(
        "a migration may not write to the configured database",
        "leave the files of the database alone: what op.execute() runs reaches it, here its copy",
    ),
    Remedy(
        r"A value is required for bind parameter '(?P<column>\w+)'",
        "a colon before a word stands for a parameter: write \\\\:{column}, or give it a value (sa.text(...)."
        "bindparams({column}=...))",
    ),
    Remedy(
        "dict is not a sequence|unsupported format character|not enough arguments for format string"
        "|tuple index out of range|not all arguments converted|incomplete format",
        "the driver reads a % in a text of SQL: run it by op.execute(), which doubles it, or write %%",
    ),
    Remedy(
        "Online migration expected to match one row",
        "leave the table alembic_version alone: Alembic writes into it when the step is done",
    ),
    Remedy(
        "operations require the existing type",
        "give alter_column existing_type, existing_nullable and existing_server_default: MySQL writes the column anew",
        "",
        "mysql",
    ),
    Remedy(
        "Truncated incorrect",
        "|| is OR on MySQL: put texts together with concat()",
        r".*\|\|",
        "mysql",
    ),
    Remedy(
        "",
        "Alembic's own statement fails at what the script leaves behind in its session (search_path, a time-out, "
        "READ ONLY, a lock): set it back at the end of the step",
        "(UPDATE|INSERT INTO|DELETE FROM) alembic_version",
    ),
)


def remedy(engine: str, message: str, statement: Optional[str]) -> Optional[str]:
    """What to do; None where the message is no old acquaintance."""
    for known in REMEDIES:
        said = re.search(known.message, message)
        made = re.match(known.statement, statement or "", re.DOTALL)
        if said and made and known.engine in (None, engine):
            names = {"table": "a table", "column": "each column"}
            names.update(
                {key: value for key, value in {**said.groupdict(), **made.groupdict()}.items() if value}
            )
            return known.fix.format(**names)
    return None
