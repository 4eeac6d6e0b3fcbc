"""What a run compares with, made once and remembered: the reference and the released states.

What each of them comes from is said here, and nowhere else. A script that only stands in the chain is
there with what it does when it is loaded: who stamps a database calls none of its functions. One that
is run is there with its whole text.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Dict, FrozenSet, Optional, Tuple

from alembic.util import CommandError

from ..application.code import import_models
from ..application.instance import Instance
from ..engines import open_database
from ..engines.database import Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError
from ..links import Links, stands_alone
from ..memory.encoding import encode
from ..memory.memory import NO_MEMORY, Kept, Memory
from ..memory.sources import digest, outline
from ..migrations import DOWNGRADE, UPGRADE, Chain, Scripts
from ..releases import Release
from ..rows.declared import VARIABLE
from ..schema.model import Schema
from ..state import State
from .climb import Problems, use_models
from .ground import Way, climbed
from .older import Stuck

#: A database with more rows is not told by them: that would take longer than using it.
_MOST_ROWS = 5000

States = Tuple[State, ...]
AllLinks = Tuple[Links, ...]


def is_whole(state: State) -> bool:
    """Whether nothing is missing of a state that could not be read."""
    return not state.failed


def is_whole_way(way: Optional[Way]) -> bool:
    """Whether a release came to the end of its way, and nothing that was seen of it is missing."""
    return way is not None and all(map(is_whole, way.states))


class ChainLoader:
    """Loads the scripts of a Kallithea; those that an earlier run has loaded need not be loaded again.

    The models are imported first, unless all is known: a mistake in them is the first thing to say.
    """

    def __init__(self, instance: Instance, memory: Memory) -> None:
        """Raises KallitheaError for the models."""
        self._scripts = Scripts(instance.scripts, instance.alembic)
        try:
            texts = {path: _outline(text) for path, text in self._scripts.sources().items()}
        except (OSError, SyntaxError, ValueError, CommandError):
            memory, texts = NO_MEMORY, {}  # said by who loads them
        self._kept: Kept[AllLinks] = memory.kept("links", AllLinks, texts, ())
        if self._kept.found is None:
            import_models()

    def load(self) -> Chain:
        """The chain. Raises MigrationGraphError."""
        if self._kept.found is not None:
            return Chain(self._scripts, self._kept.found.value)
        chain = Chain(self._scripts)
        self._kept.or_make(chain.links)
        return chain


class Remembered:
    """What earlier runs have left of what this one compares with, for one chain and one lab.

    ``scripts_were_run``: in this process, so that what is made in it from now on may come of that, too.
    """

    def __init__(self, memory: Memory, chain: Chain, lab: Lab, scripts_were_run: bool = False) -> None:
        self._memory = memory
        self._chain = chain
        self._lab = lab
        self._scripts_were_run = scripts_were_run
        #: Revision -> file and text of its script.
        self._texts: Dict[str, Tuple[Path, str]] = {}
        self._circumstances: Tuple[str, ...] = ()
        if memory.is_on:
            self._texts = {
                revision: (path, chain.source(revision)) for revision, path in chain.files().items()
            }
            try:
                self._circumstances = lab.circumstances()
            except DatabaseError:
                self._memory = NO_MEMORY  # a server that does not tell its settings

    def reference(self) -> Kept[State]:
        """The state of a database that the set-up makes from the current code."""
        run = frozenset(self._texts) if self._scripts_were_run else frozenset()
        return self._kept("reference", State, run, self._circumstances)

    def released(self, start: str) -> Kept[States]:
        """The states of a recorded release on its way to the head, for a database at ``start``."""
        return self._kept("released", States, frozenset(self._texts), (*self._circumstances, start))

    def way(self, version: str, upper: Optional[str]) -> Kept[Optional[Way]]:
        """The way of a recorded release to ``upper``."""
        circumstances = (*self._circumstances, version, str(upper))
        return self._kept("way", Optional[Way], frozenset(self._texts), circumstances)

    def recorded(self, release: Release) -> Optional[State]:
        """A release as its set-up made it; made in the lab unless an earlier run has left it."""
        chain, lab = self._chain, self._lab
        circumstances = (*self._circumstances, release.version)
        kept = self._kept("recorded", Optional[Way], frozenset(), circumstances)
        way = kept.or_make(lambda: climbed(chain, release, release.revision, lab), is_whole_way)
        return way.at(release.revision) if way else None

    def oldest(self, upper: str) -> Kept[Optional[Stuck]]:
        """Where the upgrade of the oldest recorded release to ``upper`` ends."""
        run = frozenset(step.revision for step in self._chain.between(None, upper) or ())
        circumstances = (*open_database("sqlite:///older.db").circumstances(), upper)
        return self._kept("oldest", Optional[Stuck], run, circumstances)

    def use_models(self, database: Scratch, state: State) -> Problems:
        """What keeps the models from loading and saving rows of a database, which is in that state.

        That nothing does is remembered for databases with few rows: all of them are in the name, and which
        are the first, too. Of the scripts only those count that may do something to the models.
        """
        if not self._memory.is_on or sum(state.rows.values()) > _MOST_ROWS:
            return use_models(database)
        tables = state.schema.tables
        prints = database.fingerprints(tables)
        firsts = database.fetch_each(
            f"SELECT * FROM {database.table(table.name)} LIMIT 1" for table in tables
        )
        contents = [json.dumps(encode(state.schema, Schema)), repr(prints), *map(repr, firsts)]
        if any(table.name not in prints for table in tables):
            return use_models(database)
        run = frozenset(name for name, (_, text) in self._texts.items() if not stands_alone(text))
        kept = self._kept(
            "models", Problems, run, (*self._circumstances, digest("\0".join(contents).encode()))
        )
        return kept.or_make(lambda: use_models(database), lambda problems: not problems)

    def _kept(self, what: str, kind: Any, run: FrozenSet[str], circumstances: Tuple[str, ...]) -> Kept[Any]:
        return self._memory.kept(what, kind, self._scripts(run), circumstances)

    def _scripts(self, run: FrozenSet[str]) -> Dict[Path, str]:
        """Every script, with as much of its text as matters where those of ``run`` are run."""
        return {
            path: text if revision in run else _outline(text)
            for revision, (path, text) in self._texts.items()
        }


@cache
def _outline(text: str) -> str:
    """What a script does when it is loaded."""
    return outline(text, (UPGRADE, DOWNGRADE), (VARIABLE,))
