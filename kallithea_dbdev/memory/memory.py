"""What was made from the same sources before: asked for by what it is made from, or made anew.

A value is found under the hash of all that it comes from, so there is no way to get one that was made
from something else: whatever changes leads to another name. What cannot be put into the name before it
is loaded, the files of libraries, stands beside the value and is looked at each time.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import (
    Any,
    Callable,
    Dict,
    FrozenSet,
    Generic,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
)

from .. import config
from ..errors import DbdevError
from ..processes import beside_this
from ..secrets import holds_secret, mask, names_secret
from . import bytecode, process
from .encoding import decode, encode
from .sources import Contents, Doing, Folder, WrittenError, at_once, digest
from .store import RefusedError, Store, usual_folder

Value = TypeVar("Value")

#: A file that was written later may not be what was loaded.
_STARTED = time.time_ns()


class Memory:
    """What earlier runs kept. One without a store keeps nothing and finds nothing.

    ``problem`` says why there is none where there should be one. To be opened before Kallithea is
    imported: what is imported must not be older than what was read.
    """

    def __init__(self, store: Optional[Store] = None, problem: str = "") -> None:
        self.problem = problem
        self._store = store
        self._folders: Dict[Path, Folder] = {}
        self._reading: List[Callable[[], Contents]] = []
        self._contents: List[Contents] = []
        self._names: Dict[FrozenSet[Path], str] = {}
        #: The process that writes at its end, and what by key; its children write at once.
        self._postpones = 0
        self._waiting: Dict[str, _ToKeep] = {}
        #: What children have loaded.
        self._loaded: Set[str] = set()
        #: Libraries that were looked at: size and time by path.
        self._as_loaded: Dict[str, Tuple[int, int]] = {}

    @classmethod
    def opened(cls, ini: Path, doing: Doing = at_once) -> "Memory":
        """The memory of this user, for runs with that configuration. Never raises for what is wrong with it.

        The sources are read by ``doing``: beside what the caller goes on with, if it does that.
        """
        package = process.package_folder("kallithea")
        if package is None:
            return cls()
        try:
            return cls.of(Store(usual_folder()), package, ini, doing)
        except RefusedError as error:
            return cls(problem=f"nothing is remembered for the next run: {error}")
        except (OSError, DbdevError):
            return cls()  # what cannot be read is said by who needs it

    @classmethod
    def of(cls, store: Store, package: Path, ini: Path, doing: Doing = at_once) -> "Memory":
        """That in a store, for what the package and the configuration make."""
        memory = cls(store)
        folders = (package, Path(__file__).parents[1])
        memory._add(folders, doing, lambda: [*_options(ini), *process.surroundings(package)])
        return memory

    def _add(
        self, paths: Sequence[Path], doing: Doing, rest: Callable[[], List[str]] = list, **options: str
    ) -> None:
        """Folders with sources, as they are now; ``doing`` reads them, and the rest."""
        folders = {path: Folder(path, **options) for path in paths}

        def read() -> Contents:
            contents = Contents([folder.read() for folder in folders.values()], rest(), {}, set())
            for folder, files in zip(folders.values(), contents.files):
                bytecode.add_compiled(folder, contents, files)
            return contents

        self._reading.append(doing(read))
        self._folders.update(folders)

    def settle(self) -> None:
        """Wait until all is read: what was begun before another process was, only this one can wait for."""
        try:
            while self._reading:
                self._contents.append(self._reading[0]())
                bytecode.note_checked(self._contents[-1].checked)
                del self._reading[0]
        except (WrittenError, OSError, DbdevError):
            self._store = None

    @property
    def is_on(self) -> bool:
        """Whether anything is remembered."""
        return self._store is not None

    def kept(
        self, what: str, kind: Any, scripts: Mapping[Path, Optional[str]], circumstances: Iterable[str]
    ) -> "Kept[Any]":
        """The value of type ``kind`` that is made from all that was read, from these scripts (path -> as
        much of the text as matters; None: not even that it is there) and under these circumstances."""
        for path in scripts:
            if self.is_on and not any(folder in path.parents for folder in self._folders):
                self._add((path.parent,), at_once, scripts="")
        self.settle()
        if self._store is None:
            return Kept(self, "", kind, ())
        common = self._all_but(frozenset(scripts))
        texts = [f"{path.name}={digest(text)}" for path, text in scripts.items() if text is not None]
        # As JSON no two lists of texts are one.
        parts = [what, common, sorted(texts), list(circumstances)]
        return Kept(self, digest(json.dumps(parts)), kind, tuple(scripts))

    def _all_but(self, scripts: FrozenSet[Path]) -> str:
        """One name for all that was read but these files: every value comes from it."""
        if scripts not in self._names:
            files = [
                sorted(f"{name}={content}" for name, content in read.items() if folder / name not in scripts)
                for folder, read in zip(
                    self._folders, (read for found in self._contents for read in found.files)
                )
            ]
            common = [found.rest for found in self._contents]
            self._names[scripts] = digest(json.dumps([common, files]))
        return self._names[scripts]

    def recall(self, key: str, kind: Any) -> Optional["Found[Any]"]:
        """What was kept under a key, a value of type ``kind``; None where there is nothing."""
        if key in self._waiting:
            return Found(decode(json.loads(self._waiting[key].text), kind))
        content = self._store.read(key) if self._store else None
        if content is None:
            return None
        try:
            libraries, data = json.loads(content)
            known = {path: (size, moment) for path, size, moment in libraries}
            # Most values come from the same libraries, and this process has loaded them once.
            if not process.are_as_loaded(dict(known.items() - self._as_loaded.items())):
                return None
            self._as_loaded.update(known)
            return Found(decode(data, kind))
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            return None  # somebody wrote it who is not us

    def keep(self, key: str, kind: Any, value: object, scripts: Iterable[Path]) -> None:
        """Keep a value of type ``kind`` under a key, to be called in the process that made it.

        Nothing is kept where what it comes from has changed meanwhile, or where it holds a secret.
        """
        if self._store is not None:
            text = _packed(encode(value, kind))
            if not holds_secret(text):
                self._keep({key: _ToKeep(text, tuple(scripts))})

    def _keep(self, values: Mapping[str, _ToKeep]) -> None:
        if self._postpones == os.getpid():
            self._waiting.update(values)
        else:
            self._write(values)

    @contextmanager
    def beside(self, work: Callable[[], Value], fork: bool = True) -> Iterator[Callable[[], Value]]:
        """``processes.beside_this``, where this process writes what the other one keeps: to look at all that
        it comes from takes longer in a child, and once is enough."""
        if not fork:
            with beside_this(work, fork) as made:
                yield made
            return
        with beside_this(self.carrying(work)) as carried:
            yield lambda: self.taken(carried())

    def carrying(self, work: Callable[[], Value]) -> Callable[[], "Carried[Value]"]:
        """The work for a child, which leaves it to this process to write what it keeps."""
        last, known = process.last_loaded(), set(self._folders)

        def carried() -> Carried[Value]:
            self._waiting, self._postpones = {}, os.getpid()
            value = work()
            # This process has not read them as they were then, if it reads them at all.
            added = (folder for path, folder in self._folders.items() if path not in known)
            kept = self._waiting if all(folder.is_unchanged() for folder in added) else {}
            return Carried(value, kept, process.loaded_since(last))

        return carried

    def taken(self, carried: "Carried[Value]") -> Value:
        """What a child has made; what it keeps is this process's now."""
        values, carried.kept = carried.kept, {}
        if values:
            self._loaded.update(carried.loaded)
            self._keep(values)
        return carried.value

    @contextmanager
    def writing_at_the_end(self) -> Iterator[None]:
        """What this process keeps is written at the end, all together; nothing where there is an error.

        To look at all that it comes from takes longer than to write it down.
        """
        self._postpones = os.getpid()
        yield
        self._postpones = 0
        self.write()

    def write(self) -> None:
        """Write what waits for the end now: before this process itself changes a source."""
        waiting, self._waiting = self._waiting, {}
        self._write(waiting)

    def _write(self, waiting: Mapping[str, _ToKeep]) -> None:
        if self._store is None or not waiting:
            return
        libraries = process.loaded_libraries(self._folders, self._loaded)
        listed = _packed([[path, size, moment] for path, (size, moment) in libraries.items()])
        scripts = {script for kept in waiting.values() for script in kept.scripts}
        if (
            not all(folder.is_unchanged() for folder in self._folders.values())
            or not all(moment < _STARTED for _, moment in libraries.values())
            or self._stale(scripts)
            or holds_secret(listed)
        ):
            return
        for key, kept in waiting.items():
            self._store.write(key, f"[{listed},{kept.text}]".encode())

    def _stale(self, scripts: Iterable[Path]) -> Optional[str]:
        known = {path: code for found in self._contents for path, code in found.compiled.items()}
        return bytecode.stale_bytecode(self._folders, scripts, known, self._loaded)

    def may_know(self) -> bool:
        """Whether anything was of use since the sources were written, migration scripts aside. Only their
        contents tell what is known: this is for who decides what to begin with while they are being read."""
        written = max((folder.written() for folder in self._folders.values()), default=0.0)
        return self._store is not None and self._store.used() > written


@dataclass(frozen=True)
class _ToKeep:
    """A value as it is written down, and the scripts that it comes from."""

    text: str
    scripts: Tuple[Path, ...]


@dataclass
class Carried(Generic[Value]):
    """What a child has made, what is to be kept of that, and the files that it has loaded."""

    value: Value
    kept: Dict[str, _ToKeep]
    loaded: Tuple[str, ...]


@dataclass(frozen=True)
class Found(Generic[Value]):
    """A value that was kept; None is one, too."""

    value: Value


class Kept(Generic[Value]):
    """One value that may have been kept: ``found`` is it, None where it is to be made."""

    def __init__(self, memory: Memory, key: str, kind: Any, scripts: Tuple[Path, ...]) -> None:
        self._memory, self._key, self._kind, self._scripts = memory, key, kind, scripts
        self.found: Optional[Found[Value]] = memory.recall(key, kind) if key else None

    def or_make(
        self, make: Callable[[], Value], is_whole: Callable[[Value], bool] = lambda value: True
    ) -> Value:
        """The value, made and kept where there is none; one that is not whole is not kept."""
        if self.found is None:
            value = make()
            if self._key and is_whole(value):
                self._memory.keep(self._key, self._kind, value, self._scripts)
            self.found = Found(value)
        return self.found.value

    def replace(self, value: Value) -> None:
        """Keep another value in the place of the one that was found."""
        self.found = Found(value)
        if self._key:
            self._memory.keep(self._key, self._kind, value, self._scripts)


#: For who wants none.
NO_MEMORY = Memory()


def _packed(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _options(ini: Path) -> List[str]:
    """The options of a configuration, but which database it names, and its secrets."""
    parser = config.load(ini).parser
    return [
        f"[{name}] {key} = {mask(value)}"
        for name in [parser.default_section, *parser.sections()]
        for key, value in sorted(config.raw_options(parser, name).items())
        if not (names_secret(key) or config.names_database(key) or key in ("here", "__file__"))
    ]
