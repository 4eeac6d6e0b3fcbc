"""The text of a migration script: pure functions that fill in and finish what the template gives."""

from __future__ import annotations

import ast
import re
import textwrap
from types import MappingProxyType
from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ..schema.names import speaks_of

#: Where the template's imports begin and end.
_IMPORTS = re.compile(r"^from alembic import op\n.*?(?=^def )", re.MULTILINE | re.DOTALL)

_ASKS = re.compile(r"op\.get_bind\(\)(?!\.dialect\.)")


def in_docstring(message: str) -> str:
    """A message as it must stand between the quotes of the template so that Python reads it as it is."""
    return message.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def dated(text: str, created: Optional[str]) -> str:
    """The script with that date of creation; by default that of the day alone: whoever drafts the same
    twice gets the same."""
    line = r"\1 00:00:00" if created is None else lambda _: f"Create Date: {created}"
    return re.sub(r"^(Create Date: \S+).*$", line, text, count=1, flags=re.MULTILINE)


def tidy(text: str) -> str:
    """The template's text with no more blank lines than Kallithea has."""
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}def ", "\n\n\ndef ", text).rstrip("\n") + "\n"


def filled(text: str, bodies: Mapping[str, str], imports: Iterable[str], head: str = "") -> str:
    """The template's text with these bodies for its functions (empty: nothing is to be done), with the
    imports that they need, sorted as Kallithea sorts them, and ``head`` before the functions."""
    functions = "\n\n".join(
        f"def {name}():\n{textwrap.indent(body or 'pass', '    ')}\n" for name, body in bodies.items()
    )
    code = head + functions
    wanted = {"from alembic import op": "op.", "import sqlalchemy as sa": "sa."}
    lines = [line for line, name in wanted.items() if re.search(rf"\b{re.escape(name)}", code)]
    lines = sorted({*lines, *imports}, key=lambda line: (line.startswith("from"), line))
    first = text.index("def upgrade():")
    before = _IMPORTS.sub("", text[: first + len("def ")])[: -len("def ")].rstrip("\n")
    above = f"{head}\n\n" if head else ""
    return f"{before}\n\n{chr(10).join(lines)}\n\n\n{above}{functions}".replace("\n\n\n\n", "\n\n\n")


def shortened(text: str, length: int) -> str:
    """A text that is at most so long."""
    return text if len(text) <= length else f"{text[: length - 4].rstrip()} ..."


def with_todos(
    text: str,
    todos: Mapping[str, Sequence[str]],
    about: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """Put a ``# TODO:`` comment for each remark into the named function: above the first statement that has all
    names which the remark is ``about``, or at the top."""
    rows = text.split("\n")
    comments: Dict[int, List[str]] = {}
    for function in ast.parse(text).body:
        if isinstance(function, ast.FunctionDef):
            for remark in todos.get(function.name, ()):
                place = _place(function, rows, about.get(remark, ()))
                comments.setdefault(place, []).append(f"    # TODO: {' '.join(remark.split())}")
    return "\n".join(line for number, row in enumerate(rows, 1) for line in (*comments.get(number, ()), row))


def _place(function: ast.FunctionDef, rows: Sequence[str], about: Sequence[str]) -> int:
    """The number of the line above which it stands."""
    for statement in function.body if about else ():
        said = "\n".join(rows[statement.lineno - 1 : statement.end_lineno])
        if all(speaks_of(said, name) for name in about):
            return statement.lineno
    return function.body[0].lineno


def asking(text: str) -> Mapping[str, Sequence[str]]:
    """For each function the lines that ask the database, which nothing answers where Alembic only prints
    statements; which engine it is, is known there, too."""
    return {
        name: [line.strip() for line in body.splitlines() if _ASKS.search(line)]
        for name, body in _functions(text)
        if name
    }


def _functions(text: str) -> List[Tuple[str, str]]:
    """The text cut before each ``def``: (name of the function or "", its text)."""
    starts = [match.start() for match in re.finditer(r"^def \w+\(", text, re.MULTILINE)]
    cuts = [0, *starts, len(text)]
    parts = []
    for begin, end in zip(cuts, cuts[1:]):
        part = text[begin:end]
        match = re.match(r"def (\w+)\(", part)
        parts.append((match.group(1) if match else "", part))
    return parts
