"""What a run compares with, made once and remembered: the reference and the released states.

What each of them comes from is said here, and nowhere else. A script that only stands in the chain is
there with what it does when it is loaded: who stamps a database calls none of its functions. One that
is run is there with its whole text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, FrozenSet, Optional, Tuple, TypeVar

from alembic.util import CommandError

from ..application.code import import_models, import_session
from ..application.instance import Instance
from ..engines import open_database
from ..engines.database import Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError
from ..links import Links, stands_alone
from ..memory.encoding import encode
from ..memory.memory import NO_MEMORY, Kept, Memory
from ..memory.outline import outline
from ..memory.sources import digest
from ..migrations import DOWNGRADE, UPGRADE, Chain, Scripts
from ..releases import Release
from ..rows.declared import VARIABLE
from ..schema.model import Schema
from ..state import State
from .course import Problems, use_models
from .ground import Stuck, Way, climbed

#: A database with more rows is not told by them: that would take longer than using it.
_MOST_ROWS = 5000

States = Tuple[State, ...]
Made = TypeVar("Made")


def is_whole(state: State) -> bool:
    """Whether nothing is missing of a state that could not be read."""
    return not state.failed


def is_whole_way(way: Optional[Way]) -> bool:
    """Whether a release came to the end of its way, and nothing that was seen of it is missing."""
    return way is not None and all(map(is_whole, way.states))


@dataclass(frozen=True)
class Known:
    """The links of a script, and a name for what it does when it is loaded: of the text with that name
    they are the links, whatever else changes."""

    name: str
    links: Links


AllKnown = Tuple[Known, ...]


class ChainLoader:
    """Loads the scripts of a Kallithea; those that an earlier run has loaded need not be loaded again.

    The models are imported before a script that may do so: a mistake in them is the first thing to say.
    """

    def __init__(self, instance: Instance, memory: Memory) -> None:
        """Raises KallitheaError for the models."""
        self._scripts = Scripts(instance.scripts, instance.alembic)
        try:
            texts = self._scripts.sources()
            names = {path: _name(path, text) for path, text in texts.items()}
            new = [text for path, text in texts.items() if not stands_alone(text)]
        except (OSError, SyntaxError, ValueError, CommandError):
            memory, names, new = NO_MEMORY, {}, [""]  # said by who loads them
        self._kept: Kept[AllKnown] = memory.kept("links", AllKnown, dict.fromkeys(names), ())
        found = self._kept.found.value if self._kept.found else ()
        self._known = tuple(known for known in found if known.name in names.values())
        here = {known.name for known in self._known}
        if not memory.is_on or any(names[path] not in here and texts[path] in new for path in names):
            import_models()
        else:
            import_session()  # env.py does: once, for all processes

    def load(self) -> Chain:
        """The chain. Raises MigrationGraphError."""
        chain = Chain(self._scripts, [known.links for known in self._known])
        paths = chain.files()
        known = tuple(
            Known(_name(paths[links.revision], chain.source(links.revision)), links)
            for links in chain.links()
        )
        if set(known) != set(self._known):
            self._kept.replace(known)
        return chain


class Remembered:
    """What earlier runs have left of what this one compares with, for one chain and one lab.

    A script with known links counts where it is run, or where it may do something to Kallithea.
    """

    def __init__(self, memory: Memory, chain: Chain, lab: Lab) -> None:
        self._memory = memory
        self._chain = chain
        self._lab = lab
        #: Revision -> file and text of its script.
        self._texts: Dict[str, Tuple[Path, str]] = {}
        self._circumstances: Tuple[str, ...] = ()
        #: Those that leave nothing behind when they are loaded, and those that may when they are run.
        self._quiet: FrozenSet[str] = frozenset()
        self._reaching: FrozenSet[str] = frozenset()
        if memory.is_on:
            self._texts = {
                revision: (path, chain.source(revision)) for revision, path in chain.files().items()
            }
            self._quiet = frozenset(links.revision for links in chain.links())
            self._reaching = frozenset(r for r, (_, text) in self._texts.items() if not stands_alone(text))
            try:
                self._circumstances = lab.circumstances()
            except DatabaseError:
                self._memory = NO_MEMORY  # a server that does not tell its settings

    def beside(self, work: Callable[[], Made], fork: bool) -> ContextManager[Callable[[], Made]]:
        """``processes.beside_this``; what is kept there this process writes."""
        return self._memory.beside(work, fork)

    def reference(self) -> Kept[State]:
        """The state of a database that the set-up makes from the current code, but for its stamp."""
        return self._kept("reference", State, self._reaching, self._circumstances)

    def fresh(self, reference: Kept[State], make: Callable[[], State]) -> State:
        """The same with its stamp: a set-up puts it at the head, whatever that is."""
        head = (self._chain.head,)
        if reference.found:
            return replace(reference.found.value, revisions=head)
        return reference.or_make(make, lambda state: is_whole(state) and state.revisions == head)

    def released(self, start: Optional[str]) -> Kept[States]:
        """The states of a recorded release on its way to the head, for a database at ``start``."""
        return self._kept("released", States, frozenset(self._texts), (*self._circumstances, str(start)))

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
        with database.connected():
            prints = database.fingerprints(tables)
            firsts = list(
                database.fetch_each(f"SELECT * FROM {database.table(t.name)} LIMIT 1" for t in tables)
            )
        contents = [json.dumps(encode(state.schema, Schema)), repr(prints), *map(repr, firsts)]
        if any(table.name not in prints for table in tables):
            return use_models(database)
        kept = self._kept(
            "models", Problems, self._reaching, (*self._circumstances, digest("\0".join(contents)))
        )
        return kept.or_make(lambda: use_models(database), lambda problems: not problems)

    def _kept(self, what: str, kind: Any, run: FrozenSet[str], circumstances: Tuple[str, ...]) -> Kept[Any]:
        return self._memory.kept(what, kind, self._scripts(run), circumstances)

    def _scripts(self, run: FrozenSet[str]) -> Dict[Path, Optional[str]]:
        """Every script, with as much of its text as matters where those of ``run`` are run."""
        return {
            path: text if revision in run else None if revision in self._quiet else _outline(text)
            for revision, (path, text) in self._texts.items()
        }


def _name(path: Path, text: str) -> str:
    return digest(f"{path.name} {_outline(text)}")


@cache
def _outline(text: str) -> str:
    """What a script does when it is loaded."""
    return outline(text, (UPGRADE, DOWNGRADE), (VARIABLE,))
