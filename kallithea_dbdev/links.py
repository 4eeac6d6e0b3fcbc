"""What migration scripts say of themselves when they are loaded, without loading them.

A site's ``alembic`` loads every script before it runs one. Who has their links from before needs to load
none but those that are run; unless one of these uses what others may have left in the process.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Iterator, Optional, Sequence, Set, Tuple

from alembic import util
from alembic.script import Script, ScriptDirectory

#: What a script may import and still be the same whichever others were loaded before it.
_HARMLESS = {
    *("__future__", "alembic", "collections", "datetime", "decimal", "enum", "functools", "hashlib"),
    *("itertools", "json", "logging", "math", "re", "sqlalchemy", "string", "textwrap", "time"),
    *("typing", "uuid"),
}

#: How links between scripts are called in them.
_LINKS = ("down_revision", "branch_labels", "depends_on")


@dataclass(frozen=True)
class Links:
    """What a script says; ``file`` is its name without a folder."""

    file: str
    revision: str
    down_revision: Tuple[str, ...]
    branch_labels: Tuple[str, ...]
    depends_on: Tuple[str, ...]
    doc: Optional[str]


def links_of(script: Script, source: str) -> Optional[Links]:
    """The links of a loaded script; None for one that must be loaded each time: it does more when it is
    loaded than others can do without, or says something else than texts."""
    below, labels, needed = (_texts(getattr(script.module, name, None)) for name in _LINKS)
    doc = script.module.__doc__
    says_texts = isinstance(script.revision, str) and isinstance(doc, (str, type(None)))
    if below is None or labels is None or needed is None or not says_texts:
        return None
    if not _nature(source).only_defines:
        return None
    return Links(Path(script.path).name, script.revision, below, labels, needed, doc)


def _texts(value: object) -> Optional[Tuple[str, ...]]:
    texts = util.to_tuple(value, ())
    return tuple(texts) if all(isinstance(text, str) for text in texts) else None


def files_of(directory: ScriptDirectory) -> Tuple[Path, ...]:
    """Every file below the folders of the scripts that may be one."""
    folders = map(Path, directory._version_locations)
    return tuple(sorted({file for folder in folders for file in folder.rglob("*.py")}))


@contextmanager
def not_loading(known: Sequence[Links]) -> Iterator[None]:
    """While this lasts, Alembic does not load the scripts with these links, but takes their word."""
    load = util.load_python_file
    by_file = {links.file: links for links in known}

    def take_its_word(folder: str, name: str) -> Any:
        links = by_file.get(name)
        return load(folder, name) if links is None else _Stub(links)

    util.load_python_file = take_its_word
    try:
        yield
    finally:
        util.load_python_file = load


class _Stub(ModuleType):
    """Stands for the module of a script that was not loaded."""

    def __init__(self, links: Links) -> None:
        super().__init__(links.file, links.doc)
        self.revision = links.revision
        for name in _LINKS:
            texts = getattr(links, name)
            setattr(self, name, texts[0] if len(texts) == 1 else texts or None)


def is_loaded(script: Script) -> bool:
    """Whether its module is the real one."""
    return not isinstance(script.module, _Stub)


def stands_alone(source: str) -> bool:
    """Whether a script does the same whichever others were loaded before: it imports nothing but what
    those with known links leave as it is."""
    return _nature(source).stands_alone


@dataclass(frozen=True)
class _Nature:
    stands_alone: bool
    only_defines: bool


@cache
def _nature(source: str) -> _Nature:
    """What a text tells of its script: asked for many times, and taking it apart is what costs."""
    tree = ast.parse(source)
    reaching = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    alone = _imported(tree) <= _HARMLESS and not {"__import__", "eval", "exec"} & set(reaching)
    return _Nature(alone, _only_defines(tree))


def _only_defines(tree: ast.Module) -> bool:
    """Whether loading a script imports and names things, and leaves nothing behind; and whether its links
    stand in its text as they are.

    What Kallithea does when it is imported is no script's doing.
    """
    computed = (
        node
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        and {"revision", *_LINKS} & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        and not _is_literal(node.value)
    )
    if any(computed):
        return False
    defines = all(isinstance(node, _DEFINITIONS) or _is_named(node) or _is_text(node) for node in tree.body)
    return defines and _imported(tree) <= _HARMLESS | {"kallithea"}


_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def _is_named(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    named = isinstance(node, (ast.Assign, ast.AnnAssign))
    return named and all(isinstance(target, ast.Name) for target in targets)


def _is_literal(node: Optional[ast.expr]) -> bool:
    return all(
        isinstance(part, (ast.Constant, ast.Tuple, ast.List, ast.Load))
        for part in ast.walk(node or ast.Load())
    )


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _imported(tree: ast.Module) -> Set[str]:
    """The first parts of the names of all modules that are imported anywhere; "" for a relative one."""
    found: Set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add("" if node.level else str(node.module).partition(".")[0])
    return found
