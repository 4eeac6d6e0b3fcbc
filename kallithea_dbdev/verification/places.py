"""Where in the source a finding is: the line of the script that is to blame, else that of the model."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Iterable, List, Mapping, Optional, Tuple

from ..findings import Finding
from ..migrations import UPGRADE, Chain, source_of


@dataclass(frozen=True)
class Source:
    """A file, under the name that reports give, and what is in it."""

    name: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Sources:
    """The scripts by revision, and the file with the models, where there is one."""

    scripts: Mapping[str, Source]
    models: Optional[Source] = None

    def placed(self, findings: Iterable[Finding]) -> Tuple[Finding, ...]:
        """The findings with file and line, where the sources tell them."""
        return tuple(self._placed(finding) for finding in findings)

    def _placed(self, finding: Finding) -> Finding:
        if finding.file:
            return finding
        script = self.scripts.get(finding.revision or "")
        if script:
            line = finding.line or line_in_script(script.text, finding.direction or UPGRADE, _names(finding))
            return replace(finding, file=script.name, line=line)
        if self.models and finding.table:
            found = line_in_models(self.models.text, *_names(finding))
            return replace(finding, file=self.models.name, line=found) if found else finding
        return finding


def read_sources(chain: Chain, package: Path) -> Sources:
    """The sources of a Kallithea; what cannot be read is left out. Names begin at its checkout."""
    scripts = {}
    for script in chain.directory.walk_revisions():
        try:
            scripts[script.revision] = Source(
                _name(Path(script.path), package), chain.source(script.revision)
            )
        except (OSError, SyntaxError, UnicodeDecodeError):
            continue
    models = package / "model" / "db.py"
    try:
        return Sources(scripts, Source(_name(models, package), models.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return Sources(scripts)


def place_of_script(
    name: Optional[str], line: Optional[int], variable: str, scripts: Path, package: Path
) -> Tuple[Optional[str], Optional[int]]:
    """File and line of a script that is no part of a chain: ``line``, or where it sets the variable."""
    if not name:
        return None, None
    path = scripts / "versions" / name
    if not path.is_file():
        return name, line or 1  # in another folder of Alembic's
    if line is None:
        try:
            tree = _tree(source_of(path))
        except OSError:
            tree = None
        line = next((node.lineno for node in tree.body if _sets(node, variable)), 1) if tree else 1
    return _name(path, package), line


def _sets(node: ast.stmt, variable: str) -> bool:
    targets: List[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):  # as Alembic's own template writes it today
        targets = [node.target]
    return any(isinstance(target, ast.Name) and target.id == variable for target in targets)


def line_in_script(text: str, direction: str, names: Tuple[str, ...] = ()) -> int:
    """The line in that function of a script which names the object, else the table, else its first line."""
    tree = _tree(text)
    found = tree and next((node for node in tree.body if _is_function(node, direction)), None)
    return _line_with(found, names) if found else 1


def line_in_models(text: str, table: str, thing: str = "") -> Optional[int]:
    """The line of the models that names a column or constraint, else that of its table's class."""
    tree = _tree(text)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.ClassDef) and _table_of(node) == table:
            return _line_with(node, (thing,))
    return None


def _names(finding: Finding) -> Tuple[str, ...]:
    """The object comes first: it is the nearer."""
    if finding.revision:
        return tuple(name for name in (finding.object, finding.table) if name)
    return (finding.table or "", finding.object or "")


def _name(path: Path, package: Path) -> str:
    try:
        return path.resolve().relative_to(package.resolve().parent).as_posix()
    except ValueError:
        return str(path)


@lru_cache(maxsize=4)  # many findings are in the same few files, and the models are long
def _tree(text: str) -> Optional[ast.Module]:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _is_function(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


def _table_of(node: ast.ClassDef) -> Optional[str]:
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
            targets = [target.id for target in line.targets if isinstance(target, ast.Name)]
            if targets == ["__tablename__"]:
                return str(line.value.value)
    return None


def _line_with(node: ast.stmt, names: Tuple[str, ...]) -> int:
    for name in filter(None, names):
        lines: List[int] = [
            found.lineno
            for found in ast.walk(node)
            if (
                isinstance(found, ast.Constant)
                and isinstance(found.value, str)
                and _speaks_of(found.value, name)
            )
            or (isinstance(found, ast.Name) and found.id == name)
        ]
        if lines:
            return min(lines)
    return node.lineno


def _speaks_of(text: str, name: str) -> bool:
    """Whether a string is the name, or a statement with it as a word."""
    return text == name or name in text.replace("(", " ").replace('"', " ").replace("`", " ").split()
