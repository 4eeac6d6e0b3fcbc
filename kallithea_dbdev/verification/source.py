"""What the text of a script tells that no run can show: what it imports, and which names it uses."""

from __future__ import annotations

import ast
from typing import Iterator, List, Set, Tuple, Union


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


_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
#: Where what stands in a function is another function's.
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def never_run(source: str) -> Iterator[Tuple[str, int, str]]:
    """(function, line, why) of each upgrade() and downgrade() that Alembic passes over without a word."""
    functions: List[_Function] = [
        node
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name in ("upgrade", "downgrade")
    ]
    for position, node in enumerate(functions):
        again = next((later for later in functions[position + 1 :] if later.name == node.name), None)
        if again is not None:
            yield node.name, node.lineno, f"line {again.lineno} defines it again, and only that is run"
        elif isinstance(node, ast.AsyncFunctionDef):
            yield node.name, node.lineno, "async def only makes a coroutine, which nobody awaits"
        elif any(isinstance(found, (ast.Yield, ast.YieldFrom)) for found in _within(node)):
            yield (
                node.name,
                node.lineno,
                "with a yield in it it is a generator, which nobody asks for anything",
            )


def _within(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _INNER):
            yield from _within(child)
