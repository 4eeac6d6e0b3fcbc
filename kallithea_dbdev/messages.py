"""What exceptions say, in one line, and where in somebody's code they come from."""

from __future__ import annotations

import re
import shlex
import traceback
from pathlib import Path
from typing import Iterable, Iterator, List, Optional

#: More than this of one message nobody reads; the traceback has the rest.
_LONGEST = 1200

#: What servers add below their message.
_LABEL = re.compile(r"(DETAIL|HINT|CONTEXT|QUERY):\s*")

#: SQLAlchemy's advertisement, and PostgreSQL's piece of the statement with a mark below it.
_NOISE = re.compile(r"\(Background on this error at: .*\)|LINE \d+: .*|\^+")


def words_of(error: BaseException) -> str:
    """What an exception says; nothing where its class, which may be anybody's, fails at that."""
    try:
        return str(error)
    except (Exception, SystemExit):
        return ""


def origins(error: BaseException) -> Iterator[BaseException]:
    """An exception, and those that it was raised because of; each once, for one may be its own cause."""
    seen: List[BaseException] = []
    found: Optional[BaseException] = error
    while isinstance(found, BaseException) and not any(found is one for one in seen):
        seen.append(found)
        yield found
        # SQLAlchemy wraps what a driver raises.
        found = getattr(found, "orig", None) or found.__cause__


def one_line(error: BaseException) -> str:
    """All that an exception says as one line; its class where it says nothing.

    Of a database's error that is the server's text with its DETAIL, HINT and CONTEXT, without
    the statement and its parameters, which SQLAlchemy puts below.
    """
    orig = getattr(error, "orig", None)
    text = words_of(error if orig is None else orig)
    if isinstance(error, SyntaxError) and error.msg:
        text = error.msg  # the rest is the place
    pieces: List[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if _NOISE.fullmatch(line):
            continue
        label = _LABEL.match(line)
        if label and pieces:
            pieces[-1] = f"{pieces[-1].rstrip('.')};"
            line = f"{label.group(1).lower()}: {line[label.end() :]}"
        pieces.append(line)
    said = " ".join(" ".join(pieces).split())
    if len(said) > _LONGEST:
        said = f"{said[:_LONGEST]} ..."
    return said or type(error).__name__


def kind_and_line(error: BaseException) -> str:
    """The exception's class and what it says: ``KeyError: 'users'``."""
    name, said = type(error).__name__, one_line(error)
    return name if said == name else f"{name}: {said}"


def place_of(error: BaseException, folders: Iterable[Path]) -> Optional[str]:
    """Where in these folders an exception comes from, as ``file, line 7``: the innermost frame there.

    None where no frame of it lies there. What raised it may be deep in a library; what caused it
    is that line.
    """
    places = list(folders)
    found = _frame_of(error, [place for folder in places for place in {folder, folder.resolve()}])
    return f"{found[0]}, line {found[1]}" if found else _file_with_nul(error, places)


def as_argument(path: object) -> str:
    """A file as an argument of a command: one whose name begins with a dash would be an option."""
    return f"./{path}" if str(path).startswith("-") else str(path)


def as_typed(path: object) -> str:
    """The same as one types it in a shell."""
    return shlex.quote(as_argument(path))


def _frame_of(error: BaseException, folders: List[Path]) -> Optional["tuple[str, int]"]:
    def within(name: str) -> bool:
        return any(folder in Path(name).parents for folder in folders)

    # One exception may be raised because of another, in a place that only that one knows.
    for one in origins(error):
        # What cannot be compiled has no frame, but says where it stands.
        if isinstance(one, SyntaxError) and isinstance(one.filename, str) and within(one.filename):
            return one.filename, one.lineno or 1
        for frame in reversed(traceback.extract_tb(one.__traceback__)):
            if within(frame.filename):
                return frame.filename, frame.lineno or 1
    return None


def _file_with_nul(error: BaseException, folders: List[Path]) -> Optional[str]:
    """The file that Python refuses without naming it."""
    if "null bytes" not in words_of(error):
        return None
    found = (path for folder in folders for path in folder.rglob("*.py") if b"\0" in path.read_bytes())
    return next((f"{path}, line 1" for path in found), None)
