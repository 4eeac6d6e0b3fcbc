"""The Kallithea that is imported: its version, its folder, its modules.

Every difference between Kallithea's versions lives in this room. Kallithea is imported inside
functions, since that costs a second and ``gearbox help`` must not pay it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, Tuple

from ..aside import said_aside
from ..errors import DbdevError, KallitheaError
from ..foreign import foreign_code
from ..later import celery_when_used
from .mistakes import import_error

#: First supported version and the first one that is not: the development tip counts as 0.7.99.
SUPPORTED_FROM, SUPPORTED_BEFORE = (0, 6, 3), (0, 8)


#: Module -> what was said of it.
_failed: Dict[str, DbdevError] = {}


def imported(name: str) -> ModuleType:
    """A module of Kallithea's, whose code neither ends this process nor writes into its result."""
    with foreign_code(), said_aside():
        return importlib.import_module(name)


def require() -> ModuleType:
    """Import Kallithea, or raise KallitheaError with one clear line."""
    try:
        # It is asked for many times, and makes its application of Celery's the first time.
        with nullcontext() if "kallithea" in sys.modules else celery_when_used():
            kallithea = imported("kallithea")
    except ModuleNotFoundError as error:
        if error.name != "kallithea":
            raise import_error(error) from error
        raise KallitheaError(
            f"Kallithea is not installed for {sys.executable}",
            "install Kallithea there, or set PYTHONPATH to its checkout",
        ) from error
    except Exception as error:
        raise import_error(error) from error
    version = tuple(kallithea.VERSION)
    if not SUPPORTED_FROM <= version < SUPPORTED_BEFORE:
        raise KallitheaError(
            f"Kallithea {kallithea.__version__} is not supported: "
            f"this version works with {_dotted(SUPPORTED_FROM)} up to, not including, "
            f"{_dotted(SUPPORTED_BEFORE)}"
        )
    return kallithea


def _dotted(version: Tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def import_module(name: str) -> ModuleType:
    """A module of Kallithea's; a mistake in it gets one line and its place.

    One that failed is not run again: it has left half of itself behind, and would fail of that.
    """
    if name in _failed:
        raise _failed[name]
    try:
        return imported(name)
    except Exception as error:
        _failed[name] = import_error(error)
        raise _failed[name] from error


def import_models() -> None:
    """Import the models here, so that a mistake in them is the first thing that is said."""
    import_module("kallithea.model.db")


def import_session() -> None:
    """Import what ``env.py`` imports of the models."""
    import_module("kallithea.model.meta")


def package() -> Path:
    """The folder of the Kallithea that is imported. Raises KallitheaError."""
    return Path(str(require().__file__)).parent


def metadata() -> Any:
    """The tables of the models, as SQLAlchemy has them. Raises KallitheaError."""
    import_models()
    return importlib.import_module("kallithea.model.meta").Base.metadata


def check_importable() -> None:
    """Import what a set-up needs. Raises KallitheaError."""
    require()
    import_models()
    import_application()


def import_application() -> ModuleType:
    """The module with ``make_app``; Kallithea's set-up cannot be imported before it (a circle)."""
    # 0.6.3 has make_app in kallithea.config.middleware, later versions in .application.
    name = "kallithea.config.application"
    try:
        with foreign_code(), said_aside():
            known = importlib.util.find_spec(name) is not None
    except Exception as error:
        raise import_error(error) from error
    return import_module(name if known else "kallithea.config.middleware")
