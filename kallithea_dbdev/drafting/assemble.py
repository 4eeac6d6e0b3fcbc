"""The lines that each engine needs -> one function that is right on all of them.

What all engines need stands there as it is; what only some need stands under
``if op.get_bind().dialect.name ...``, as Kallithea's own scripts write it. Rebuilds of one table are one
``batch_alter_table``: the arguments that SQLite needs mean nothing to the others.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Dict, List, Mapping, Sequence, Tuple

_INDENT = "    "
_BATCH = re.compile(r"with op\.batch_alter_table\(\s*(?P<table>'[^']*')")
#: A rebuild that nobody but SQLite needs.
_ALWAYS = re.compile(r"recreate='always'(?! if )")
#: What means something to one engine only, and nothing to the others.
_USING = re.compile(r", postgresql_using=(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\)$")
_GUARD = re.compile(r"if op\.get_bind\(\)\.dialect\.name == '(\w+)':\n")


@dataclass
class _Piece:
    """A statement, with its text on each engine that needs it. ``key`` tells whether two are one."""

    key: str
    texts: Dict[str, str]
    #: The statements inside a ``batch_alter_table``, by engine.
    inside: Dict[str, List["_Piece"]] = field(default_factory=dict)
    #: It may be right on the engines of ``texts`` only.
    only: bool = False


def function_body(lines: Mapping[str, Sequence[str]]) -> Tuple[str, Tuple[str, ...]]:
    """The body of a function, without indentation, and the import lines that it needs.

    ``lines`` are those of each engine. An empty body is an empty text.
    """
    imports: Dict[str, None] = {}
    sequences = {}
    for engine, its_lines in lines.items():
        pieces, needed = _pieces("\n".join(its_lines), engine)
        imports.update(dict.fromkeys(needed))
        sequences[engine] = pieces
    return _text(_merged(sequences), tuple(lines)), tuple(sorted(imports))


def _pieces(text: str, engine: str) -> Tuple[List[_Piece], List[str]]:
    """The statements of a text, and the imports among them, one name each."""
    rows = text.splitlines()
    found: List[_Piece] = []
    imports: List[str] = []
    counts: Dict[str, int] = {}
    for node in ast.parse(text).body:
        statement = "\n".join(rows[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.ImportFrom):
            imports += [f"from {node.module} import {alias.name}" for alias in node.names]
            continue
        batch = _BATCH.match(statement)
        guard = _GUARD.match(statement)
        inside: Dict[str, List[_Piece]] = {}
        key = _USING.sub(")", statement)
        if guard and guard.group(1) == engine:
            # It is said once, around all that this engine needs.
            inner, more = _pieces(_unindented(statement.split("\n", 1)[1]), engine)
            imports += more
            for piece in inner:
                key = piece.key.rpartition(" ")[0]
                counts[key] = counts.get(key, 0) + 1
                piece.key, piece.only = f"{key} {counts[key]}", True
            found += inner
            continue
        if batch and isinstance(node, ast.With):
            head = rows[node.lineno - 1 : node.body[0].lineno - 1]
            # A table that is written down whole is SQLite's own affair.
            copied = " copied" if any("copy_from=" in row for row in head) else ""
            key = f"batch {batch.group('table')}{copied}"
            body = rows[node.body[0].lineno - 1 : node.end_lineno]
            inside[engine], _ = _pieces(_unindented("\n".join(body)), engine)
            statement = "\n".join(head)
        counts[key] = counts.get(key, 0) + 1
        found.append(_Piece(f"{key} {counts[key]}", {engine: statement}, inside))
    return found, imports


def _unindented(text: str) -> str:
    return re.sub(rf"^{_INDENT}", "", text, flags=re.MULTILINE)


def _merged(sequences: Mapping[str, Sequence[_Piece]]) -> List[_Piece]:
    """One sequence of pieces that keeps the order of each."""
    merged: List[_Piece] = []
    for pieces in sequences.values():
        matcher = SequenceMatcher(None, [p.key for p in merged], [p.key for p in pieces], autojunk=False)
        result: List[_Piece] = []
        for tag, i, j, k, n in matcher.get_opcodes():
            if tag == "equal":
                for old, new in zip(merged[i:j], pieces[k:n]):
                    texts, inside = {**old.texts, **new.texts}, {**old.inside, **new.inside}
                    result.append(_Piece(old.key, texts, inside, old.only or new.only))
            else:
                result += merged[i:j]
                result += pieces[k:n]
        merged = result
    return merged


def _text(pieces: Sequence[_Piece], engines: Tuple[str, ...]) -> str:
    """The pieces as text; neighbours for the same engines under one condition."""
    groups: List[Tuple[Tuple[str, ...], List[str]]] = []
    for piece in pieces:
        needed = tuple(engine for engine in engines if engine in piece.texts)
        # A line that could be for any engine, but is for one that was drafted alone, was marked so.
        for_one = len(engines) == 1 and piece.only
        condition = needed if for_one or needed != engines else ()
        text = _one(piece, needed)
        if groups and groups[-1][0] == condition and condition:
            groups[-1][1].append(text)
        else:
            groups.append((condition, [text]))
    blocks = [_guarded(condition, engines, _spaced(texts)) for condition, texts in groups]
    return _spaced(blocks)


def _one(piece: _Piece, needed: Tuple[str, ...]) -> str:
    if not piece.inside:
        return max((piece.texts[engine] for engine in needed), key=len)
    # The arguments of a rebuild are SQLite's.
    head = max((piece.texts[engine] for engine in needed), key=len)
    if needed != ("sqlite",):
        head = _ALWAYS.sub("recreate='always' if op.get_bind().dialect.name == 'sqlite' else 'auto'", head)
    pieces = _merged(piece.inside)
    inner = _text([one for one in pieces if not one.key.startswith("pass ")] or pieces, needed)
    return f"{head}\n{_indented(inner)}"


def _guarded(condition: Tuple[str, ...], engines: Tuple[str, ...], text: str) -> str:
    if not condition:
        return text
    others = [engine for engine in engines if engine not in condition]
    if len(condition) == 1:
        test = f"== {condition[0]!r}"
    elif len(others) == 1 and len(engines) == 3:
        test = f"!= {others[0]!r}"
    else:
        test = f"in {condition!r}"
    return f"if op.get_bind().dialect.name {test}:\n{_indented(text)}"


def _indented(text: str) -> str:
    return re.sub(r"^(?=.)", _INDENT, text, flags=re.MULTILINE)


def _spaced(blocks: Sequence[str]) -> str:
    """Blocks one below the other; a blank line after each that has lines of its own indented."""
    text = ""
    for number, block in enumerate(blocks):
        is_compound = bool(re.match(r"(with|if) ", block))
        before = bool(re.match(r"(with|if) ", blocks[number - 1])) if number else False
        # A name is bound for what follows.
        is_bound = number and re.match(r"\w+ = .*$", blocks[number - 1])
        apart = before or (number and is_compound and not is_bound)
        text += ("\n\n" if apart else "\n" if number else "") + block
    return text
