"""A step as a file of SQL, and what came of running it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Tuple

from ..migrations import Chain, Step, StepError
from ..rows import changes
from ..schema.change import Change

#: What is in a file beside the statements that Alembic writes.
_HEAD = """\
-- {direction}() of {script}, for {engine}
-- run it on a database at revision {before}, with nobody else connected: {command}
"""

_UNUSUAL = re.compile(r"[^\w.-]")


@dataclass(frozen=True)
class SqlStep:
    """One step on one engine. What differs is told from the online step's side: ``rows`` are what
    became of its rows in the file's."""

    step: Step
    number: int
    engine: str
    #: Of the whole file; empty where the step cannot be written.
    text: str = field(default="", repr=False)
    #: Why the step itself does not run; its file was not tried then.
    failed: Optional[StepError] = None
    #: Why it cannot be written without a database.
    not_written: Optional[StepError] = None
    #: Why its file does not run to its end, and the statement.
    refused: str = ""
    statement: Optional[str] = None
    schema: Tuple[Change, ...] = ()
    rows: Tuple[changes.Change, ...] = ()
    #: What else is not as after the online step, in words.
    others: Tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether the file has been run, and gave what the online step gives."""
        return bool(self.text) and not (self.refused or self.schema or self.rows or self.others)

    @property
    def file_name(self) -> str:
        """``007-a0a1bf09c143-upgrade.sql``: in the order of the chain."""
        return f"{self.stem}.sql"

    @property
    def stem(self) -> str:
        """The same without the ending."""
        return f"{self.number:03}-{_UNUSUAL.sub('_', self.step.revision)}-{self.step.direction}"


def number_of(chain: Chain, step: Step) -> int:
    """The place of a step's script in the chain, beginning with 1."""
    revisions = [each.revision for each in chain.between(None, chain.head) or ()]
    return revisions.index(step.revision) + 1


def head_of(chain: Chain, named: SqlStep, before: Optional[str], command: str) -> str:
    """What stands above the statements: for whom they are, and how they are run."""
    return _HEAD.format(
        direction=named.step.direction,
        script=" ".join(Path(chain.script(named.step.revision).path).name.split()),
        engine=named.engine,
        before=before or "base",
        command=command.format(file=named.file_name),
    )
