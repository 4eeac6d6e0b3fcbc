"""What of a script's text matters where nobody runs it."""

from __future__ import annotations

import ast
from typing import Iterable, List


def outline(source: str, functions: Iterable[str], constants: Iterable[str]) -> str:
    """What a script does when it is loaded: all of it but the bodies of these functions, and but
    these constants. The whole text where something in it may call them or read them."""
    functions, constants = set(functions), set(constants)
    tree = ast.parse(source)
    kept: List[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in functions:
            node.body = []
        elif isinstance(node, ast.Assign) and _names(node) <= constants and _is_literal(node.value):
            continue
        kept.append(node)
    tree.body = kept
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return source if used & {*functions, *constants, *_REACHING} else ast.dump(tree)


#: What gets at a function without naming it.
_REACHING = {"globals", "locals", "vars", "eval", "exec", "getattr", "__dict__", "modules", "import_module"}


def _names(node: ast.Assign) -> "set[str]":
    return {target.id if isinstance(target, ast.Name) else "" for target in node.targets}


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
