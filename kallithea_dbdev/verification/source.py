"""What the text of a script tells that no run can show: what it imports, and which names it uses."""

from __future__ import annotations

import ast
from typing import Set


def imported_names(source: str) -> Set[str]:
    """Modules that a script imports, anywhere in it, and what it imports from them, dotted."""
    found: Set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def imports_models(source: str) -> bool:
    """Whether a script imports Kallithea's live models."""
    return any(f"{name}.".startswith("kallithea.model.") for name in imported_names(source))


def attribute_names(source: str) -> Set[str]:
    """The last two parts of each dotted name that a script uses: ``datetime.now``."""
    found: Set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            found.add(f"{name}.{node.attr}")
    return found
