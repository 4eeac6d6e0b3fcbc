"""What Kallithea's code did wrong, and where in it: one line each."""

from __future__ import annotations

import importlib.util
import inspect
import re
import traceback
from pathlib import Path
from typing import Optional

from sqlalchemy.exc import CompileError

from ..causes import cause_of, is_of_no_file
from ..errors import DbdevError, KallitheaError
from ..foreign import ExitCalledError
from ..messages import kind_and_line, one_line, place_of, words_of
from .models import mapped_classes

#: The file of Kallithea's models.
_MODELS = "db.py"


def import_error(error: Exception) -> DbdevError:
    """Of what Kallithea's code raises when it is imported."""
    cause = cause_of(error) if is_of_no_file(error) else None
    return cause or failed("Kallithea cannot be imported", error)


def failed(what: str, error: BaseException, other: str = "what stands there") -> KallitheaError:
    """An error of Kallithea's code with its place, and what is to be mended: the models, a script, or ``other``."""
    error = _first(error)
    place = place_in_kallithea(error)
    where = f" ({place})" if place else ""
    file = Path((place or "").rpartition(", line ")[0])
    hint = "--debug shows the traceback"
    if getattr(error, "orig", None) is not None:
        # The statement is the models' doing, wherever it was sent from.
        hint = f"mend the models; {hint}"
    elif _is_of_a_statement(error) and file.name != _MODELS:
        # It was asked for by code that has nothing to do with it.
        where, hint = "", f"mend the models; {hint}"
    elif place:
        guilty = {_MODELS: "the models", "env.py": "the script"}.get(file.name, other)
        hint = f"mend {'the script' if file.parent.name == 'versions' else guilty}; {hint}"
    return KallitheaError(f"{what}: {kind_and_line(error)}{where}", hint)


def _is_of_a_statement(error: BaseException) -> bool:
    """Whether it is a statement that SQLAlchemy cannot write for the engine."""
    if isinstance(error, CompileError):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    in_compiler = bool(frames) and "sqlalchemy" in Path(frames[-1].filename).parts
    return isinstance(error, NotImplementedError) and in_compiler


def said_by(error: BaseException) -> str:
    """The database's words; of other exceptions the class, the words, and the place."""
    error = _first(error)
    if getattr(error, "orig", None) is not None:
        return one_line(error)
    place = place_in_kallithea(error)
    return kind_and_line(error) + (f" ({place})" if place else "")


def _first(error: BaseException) -> BaseException:
    """The error itself, where SQLAlchemy says that it had one with the mappers before."""
    first = getattr(error, "_configure_failed", None)
    return first if isinstance(first, BaseException) else error


def cause_in_kallithea(error: BaseException) -> Optional[DbdevError]:
    """What the machine is to blame for; what Kallithea's code cannot import, and that it wants to end
    the process, is its own mistake."""
    return None if isinstance(error, (ImportError, ExitCalledError)) else cause_of(error)


def place_in_kallithea(error: BaseException) -> Optional[str]:
    """``file, line 7`` in Kallithea's code that an exception comes from; None where nothing tells."""
    spec = importlib.util.find_spec("kallithea")
    folders = [Path(folder) for folder in (spec.submodule_search_locations if spec else None) or ()]
    return _place_in_models(error) or place_of(error, folders)


#: How SQLAlchemy names what it cannot map or create: a class and its attribute, or a table and its column
#: (or what that one points at).
_MAPPED = (
    re.compile(r"(?:[Mm]apped class|relationship|[Mm]apper) (?P<cls>\w+)(?:->\w+|\.(?P<attribute>\w+))"),
    re.compile(r"column '(?P<table>\w+)\.(?P<column>\w+)'"),
    re.compile(r"in table '(?P<table>\w+)', column '(?P<column>\w+)'"),
    re.compile(r"ForeignKey '(?P<column>[\w.]+)' on table '(?P<table>\w+)'"),
)


def _place_in_models(error: BaseException) -> Optional[str]:
    """The line of the models that SQLAlchemy cannot make sense of.

    It looks at relationships and types when somebody asks for the first row, or creates the
    tables: no frame leads to the models then, but the message names them.
    """
    if not type(error).__module__.startswith("sqlalchemy."):
        return None
    found = next(filter(None, (pattern.search(words_of(error)) for pattern in _MAPPED)), None)
    names = found.groupdict() if found else {}
    for cls in mapped_classes() if names else ():
        if cls.__name__ == names.get("cls") or cls.__table__.name == names.get("table"):
            try:
                lines, first = inspect.getsourcelines(cls)
            except (OSError, TypeError):
                return None  # its module was not imported to its end: a frame tells
            name = names.get("attribute") or names.get("column")
            words = [
                f" {name} =",
                f" {name}=",
                f'"{name}"',
                f"'{name}'",
                *re.findall(r"'\w+'", words_of(error)),
            ]
            numbers = (number for word in words for number, line in enumerate(lines) if word in line)
            return f"{inspect.getsourcefile(cls)}, line {first + next(numbers, 0)}"
    return None
