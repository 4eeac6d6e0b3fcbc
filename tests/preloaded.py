"""Kallithea's models, run once for all checkouts that have the very same files.

A fifth of a short command is the import of ``kallithea.model.db``, and most tests leave that as it
is, at another place. A module that is given out from here has that place in everything that tells
of one: ``__file__``, ``__path__``, its spec, the code objects that tracebacks name. It is not in
``sys.modules`` before somebody imports it, and what it imports comes with it, in its own order.
"""

from __future__ import annotations

import _imp  # type: ignore[import-not-found]
import dis
import importlib
import re
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

NAMES = ("kallithea", "kallithea.model.db")

#: Name, names after "import", dots before it: as ``__import__`` gets them.
_Import = Tuple[str, Optional[Tuple[str, ...]], int]


class Preloaded(MetaPathFinder, Loader):
    """Finder and loader of these modules: ``record`` runs them where this process finds them; from
    then on it gives them out, at the place where they are found."""

    def __init__(self) -> None:
        self.modules: Dict[str, ModuleType] = {}
        self._codes: Dict[str, CodeType] = {}
        self._imports: Dict[str, List[_Import]] = {}
        self._loaders: Dict[str, Any] = {}
        self._recording = True

    def record(self) -> None:
        """Run the modules, and forget that they were imported."""
        sys.meta_path.insert(0, self)
        try:
            for name in NAMES:
                importlib.import_module(name)
        finally:
            sys.meta_path.remove(self)
        for name, module in self.modules.items():
            del sys.modules[name]
            parent, _, last = name.rpartition(".")
            if parent and getattr(self.modules[parent], last, None) is module:
                delattr(self.modules[parent], last)
        self._recording = False

    def find_spec(
        self, name: str, path: Optional[Sequence[str]] = None, target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        """Where Python finds it, with this loader."""
        if name.partition(".")[0] != "kallithea" or not (self._recording or name in self.modules):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec:
            self._loaders[name], spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        """The module that was run, at the place where it is found now."""
        if self._recording:
            return None
        module = self.modules[spec.name]
        module.__file__, module.__cached__ = spec.origin, spec.cached
        module.__loader__ = self._loaders[spec.name]
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations  # type: ignore[assignment]
        _imp._fix_co_filename(self._codes[spec.name], spec.origin)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run it; or import again what it has imported."""
        name, spec = module.__name__, module.__spec__
        assert spec
        spec.loader = self._loaders[name]
        if self._recording:
            self.modules[name] = module
            self._codes[name] = self._loaders[name].get_code(name)
            self._imports[name] = list(_imports(self._codes[name]))
            exec(self._codes[name], vars(module))
        else:
            for imported, names, level in self._imports[name]:
                __import__(imported, vars(module), None, names, level)


def _imports(code: CodeType) -> Iterator[_Import]:
    """The imports of Kallithea's modules that a module runs when it is imported, its classes included."""
    constants: List[Any] = [None, None]
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_CONST":
            constants = [constants[1], instruction.argval]
            if isinstance(instruction.argval, CodeType) and "__qualname__" in instruction.argval.co_names:
                yield from _imports(instruction.argval)
        elif instruction.opname == "IMPORT_NAME":
            level, names = constants
            if level or instruction.argval.partition(".")[0] == "kallithea":
                yield instruction.argval, names, level


#: A line that does not do anything each time that it is run, but in a class.
_HARMLESS = re.compile(rb"( |class |import |from |#|$)")

#: The one file of which there may be another text.
_MODELS = Path("model", "db.py")


def changed_since_installed(package: Path, installed: Path) -> Optional[bytes]:
    """The text of a checkout's models where only classes and imports in them are others than in the installed
    Kallithea's; empty where all files are the same but for the migration scripts; None where anything else is
    another one."""
    same = _names(package) == _names(installed) and all(
        _is_same(package / name, installed / name)
        for name in _names(package) - {"alembic", _MODELS.parent.name}
    )
    folder, known = package / _MODELS.parent, installed / _MODELS.parent
    if not (same and folder.is_dir() and _names(folder) == _names(known)):
        return None
    if not all(_is_same(folder / name, known / name) for name in _names(folder) - {_MODELS.name}):
        return None
    if _is_same(package / _MODELS, installed / _MODELS):
        return b""
    text, usual = (path.read_bytes() for path in (package / _MODELS, installed / _MODELS))
    # What stands in no class may do something each time that it is run.
    others = set(text.splitlines()) ^ set(usual.splitlines())
    return text if all(map(_HARMLESS.match, others)) else None


def is_as_installed(package: Path, installed: Path) -> bool:
    """Whether a checkout has the installed Kallithea's files, but for its migration scripts."""
    return changed_since_installed(package, installed) == b""


def _is_same(one: Path, other: Path) -> bool:
    if one.samefile(other):
        return True
    if one.is_dir() and other.is_dir():
        return _names(one) == _names(other) and all(
            _is_same(one / name, other / name) for name in _names(one)
        )
    # The time, too: what is compiled of another text may still be taken for what is compiled of this one.
    times = {path.stat().st_mtime_ns for path in (one, other)}
    return one.is_file() and other.is_file() and len(times) == 1 and one.read_bytes() == other.read_bytes()


def _names(folder: Path) -> "set[str]":
    return {path.name for path in folder.iterdir()} - {"__pycache__"}
