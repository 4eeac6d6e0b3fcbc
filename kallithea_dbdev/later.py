"""What is imported at Kallithea's start and never used by most runs: it is imported when it is used.

Mercurial's commands, Celery, and what reads the resources of packages take a quarter of the time that
``db-throwaway`` takes. What comes of them is the same: a module's code is run at its first use.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager, suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Dict, Iterator, Optional, Sequence

#: How the names of modules begin that may be loaded at any time: Mercurial's own executable has them so
#: (hgdemandimport). The package itself is loaded: up to 5.9 it sees to it that they are read as it needs.
_MODULES = ("mercurial.", "chardet", "formencode.validators", "formencode.national")

#: Alembic imports Mako, and that the lexers of Pygments, for pages of errors that nobody asks it for.
_NEVER = "mako.ext.pygmentplugin"

#: Setuptools puts its own in the place of Python's. Kallithea compares versions by it, as it always did.
_OF_PYTHON = "distutils"

#: What of a module is known before it is loaded; Python asks for some of it at each import.
_KNOWN = (
    "__spec__",
    "__loader__",
    "__path__",
    "__file__",
    "__cached__",
    "__name__",
    "__package__",
    "__class__",
)


def import_when_used() -> None:
    """From now on, for what is not imported already."""
    sys.modules.setdefault(_NEVER, None)  # type: ignore[arg-type]
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


@contextmanager
def celery_when_used() -> Iterator[None]:
    """An application of Celery's that somebody makes meanwhile, and its tasks, come into being when they are used."""
    celery: Any = None
    with suppress(ImportError):  # said by who needs it
        promise: Any = importlib.import_module("celery.local").PromiseProxy
        celery = importlib.import_module("celery")
    if celery is None or "Celery" in vars(celery):
        yield  # nothing to make, or all of it loaded already
        return

    class Application(promise):  # type: ignore[misc]
        __slots__ = ()

        def task(self, **options: Any) -> Callable[[Callable[..., Any]], Any]:
            return lambda function: promise(lambda: self._get_current_object().task(**options)(function))

    def application() -> Any:
        return Application(lambda: celery.Celery())

    celery.Celery = application
    try:
        yield
    finally:
        if vars(celery).get("Celery") is application:
            del celery.Celery


class _Finder(MetaPathFinder):
    """Finds what others would find, and has it loaded later."""

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if fullname == _OF_PYTHON:
            return PathFinder.find_spec(fullname, path, target)
        if fullname not in _FUNCTIONS and not fullname.startswith(_MODULES):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Loads a module when one of its attributes is asked for. ``loader`` does it; an old Mercurial puts its own
    there."""

    def __init__(self, loader: SourceFileLoader) -> None:
        self.loader = loader

    def __getattr__(self, name: str) -> Any:
        """What else a loader knows: the source of the module, and files beside it."""
        return getattr(self.loader, name)

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _Module

    def load(self, module: ModuleType) -> None:
        """Run its code. Raises what that raises, each time."""
        spec = module.__spec__
        assert spec
        module.__class__, spec.loader, module.__loader__ = ModuleType, self.loader, self.loader
        try:
            self.loader.exec_module(module)
        except BaseException:
            module.__class__, spec.loader, module.__loader__ = _Module, self, self
            raise


class _Module(ModuleType):
    """A module whose code was not run yet."""

    def __getattribute__(self, name: str) -> Any:
        if name in _KNOWN:
            return super().__getattribute__(name)
        own = super().__getattribute__("__name__")
        if name in _FUNCTIONS.get(own, ()):
            return _FUNCTIONS[own][name](self)
        loader: _Loader = super().__getattribute__("__loader__")
        loader.load(self)
        return getattr(self, name)


def _calling(name: str) -> Callable[[ModuleType], Callable[..., Any]]:
    """What gives a function of a module's that loads it when it is called."""

    def function_of(module: ModuleType) -> Callable[..., Any]:
        return lambda *arguments, **named: vars(module)[name](*arguments, **named)

    return function_of


def _resource_filename(module: ModuleType) -> Callable[[str, str], str]:
    """``pkg_resources.resource_filename``: Alembic asks for the folder of Kallithea's scripts by it."""

    def resource_filename(package: str, name: str) -> str:
        spec = getattr(sys.modules.get(package), "__spec__", None)
        if spec and spec.origin and isinstance(spec.loader, SourceFileLoader):
            path = Path(spec.origin).parent / name
            if path.exists():
                return str(path)
        found: str = vars(module)["resource_filename"](package, name)
        return found

    return resource_filename


#: Module -> functions that others want of it when they are imported, to call them rarely.
_FUNCTIONS: Dict[str, Dict[str, Callable[[ModuleType], Callable[..., Any]]]] = {
    "pkg_resources": {
        "resource_filename": _resource_filename,
        "resource_stream": _calling("resource_stream"),
        "get_default_cache": _calling("get_default_cache"),
    }
}
