"""What SQLite's PRAGMAs do not tell, parsed from the statements in ``sqlite_master``.

SQLite keeps the text of each CREATE statement and hands out only a part of it through PRAGMAs:
CHECK constraints, constraint names, column collations, DEFERRABLE, AUTOINCREMENT, generated
expressions, index predicates and index expressions are in the text alone. This is a parser for
the grammar of https://www.sqlite.org/lang_createtable.html and lang_createindex.html, written
here because reading a live schema exactly is what this project is for: general SQL parsers
rewrite type names and reject valid SQLite (``UNIQUE (a COLLATE NOCASE)``, ``ON CONFLICT``).

Pure: text in, values out. What it cannot read raises UnreadableSchemaError, never a guess.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from typing import Dict, List, Optional, Tuple

from sqlalchemy.dialects import sqlite

from ...errors import UnreadableSchemaError

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*(?:\n|\Z)|/\*.*?(?:\*/|\Z))
    | (?P<blob>[xX]'[0-9a-fA-F]*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    | (?P<number>0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<operator><<|>>|<=|>=|==|!=|<>|\|\||->>|->|[-+*/%&|~<>=(),.;?:@])
    """,
    re.VERBOSE | re.DOTALL,
)

#: Words that are no names without quotes.
_RESERVED = frozenset(sqlite.dialect().identifier_preparer.reserved_words)

#: Two spellings of one operator: SQLite's parser makes the same token of both.
_SAME_OPERATOR = {"==": "=", "<>": "!="}

#: Words that begin a column constraint, and so end a type name.
_COLUMN_CONSTRAINTS = {
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
    "deferrable",
}
_TABLE_CONSTRAINTS = {"constraint", "primary", "unique", "check", "foreign"}


@dataclass(frozen=True)
class Token:
    """One token: ``kind`` is blob, string, quoted, number, word or operator.

    ``value`` is what it means: a word in lower case, an identifier without its quotes.
    """

    kind: str
    text: str
    value: str

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these (lower case) keywords, not quoted."""
        return self.kind == "word" and self.value in words


@dataclass(frozen=True)
class ParsedConstraint:
    """PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY, of a column or of the table."""

    kind: str
    name: Optional[str]
    columns: Tuple[str, ...] = ()
    expression: str = ""
    deferrable: str = "NOT DEFERRABLE"
    conflict: Optional[str] = None


@dataclass(frozen=True)
class ParsedColumn:
    """What the PRAGMAs do not say of a column; ``conflict`` is that of its NOT NULL."""

    name: str
    collation: Optional[str] = None
    generated: Optional[str] = None
    conflict: Optional[str] = None


@dataclass(frozen=True)
class ParsedTable:
    """A CREATE TABLE statement taken apart; constraints in the order of the text."""

    columns: Tuple[ParsedColumn, ...]
    constraints: Tuple[ParsedConstraint, ...]
    autoincrement: bool
    options: Tuple[str, ...]


@dataclass(frozen=True)
class ParsedIndex:
    """A CREATE INDEX statement: the expression of each key, and the WHERE clause."""

    keys: Tuple[str, ...]
    predicate: Optional[str]


def tokenize(sql: str) -> List[Token]:
    """The tokens of a statement, comments and white space left out.

    Raises UnreadableSchemaError where the text holds something that is no SQLite token.
    """
    tokens = []
    position = 0
    while position < len(sql):
        match = _TOKEN.match(sql, position)
        if match is None:
            raise UnreadableSchemaError(f"cannot read the SQL text at: {sql[position : position + 40]!r}")
        position = match.end()
        kind, text = match.lastgroup or "", match.group()
        if kind != "space":
            tokens.append(Token(kind, text, _token_value(kind, text)))
    return tokens


def _token_value(kind: str, text: str) -> str:
    if kind == "word":
        return text.lower()
    if kind == "quoted":
        # What is in brackets ends with the first that closes them.
        return text[1:-1] if text[0] == "[" else text[1:-1].replace(text[0] * 2, text[0])
    if kind == "operator":
        return _SAME_OPERATOR.get(text, text)
    return text.lower() if kind == "number" else text


@functools.cache
def normalize(sql: str) -> str:
    """One spelling for all texts that SQLite reads as the same tokens.

    Letter case of words, quotes around identifiers, white space, comments and parentheses
    around the whole are folded; strings, numbers and the order of things stay as they are.
    """
    return _render(tokenize(sql))


def normalize_type(declared: str) -> str:
    """A declared type with one spelling: ``varchar( 255 )`` -> ``VARCHAR(255)``."""
    text = re.sub(r"\s+", " ", declared.strip().upper())
    return re.sub(r" ?([(),]) ?", r"\1", text).replace(",", ", ")


def _render(tokens: List[Token]) -> str:
    tokens = _without_outer_parentheses(tokens)
    pieces: List[str] = []
    previous = ""
    for token in tokens:
        text = _render_token(token)
        is_call = text == "(" and re.fullmatch(r"\w+", previous) and previous not in _RESERVED
        if pieces and not is_call and text not in (")", ",", ".") and previous not in ("(", "."):
            pieces.append(" ")
        pieces.append(text)
        previous = text
    return "".join(pieces)


def _render_token(token: Token) -> str:
    # A quoted identifier that is a plain word means the same without quotes, in any letter case.
    if token.kind == "quoted":
        plain = token.value.lower()
        if re.fullmatch(r"[^\W\d][\w$]*", plain):
            return f'"{plain}"' if plain in _RESERVED else plain
        return '"' + plain.replace('"', '""') + '"'
    return token.value


def _without_outer_parentheses(tokens: List[Token]) -> List[Token]:
    while len(tokens) > 1 and tokens[0].kind == "operator" and tokens[0].value == "(":
        if _closing(tokens) != len(tokens) - 1:
            break
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: List[Token]) -> int:
    """Index of the parenthesis that closes the first token; -1 where none does."""
    depth = 0
    for position, token in enumerate(tokens):
        if token.kind == "operator" and token.value in "()":
            depth += 1 if token.value == "(" else -1
            if depth == 0:
                return position
    return -1


class _Cursor:
    """A place in a list of tokens, with the few moves that the grammar needs."""

    def __init__(self, tokens: List[Token], what: str) -> None:
        self.tokens = tokens
        self.position = 0
        self.what = what

    @property
    def current(self) -> Optional[Token]:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def at(self, *words: str) -> bool:
        """Whether the next token is one of these keywords or operators."""
        token = self.current
        return token is not None and (
            token.is_word(*words) or (token.kind == "operator" and token.value in words)
        )

    def accept(self, *words: str) -> bool:
        """Step over these tokens if they come next, all of them in this order."""
        start = self.position
        for word in words:
            if not self.at(word):
                self.position = start
                return False
            self.position += 1
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.error(f"expected {word!r}")

    def take(self) -> Token:
        token = self.current
        if token is None:
            raise self.error("the statement ends too early")
        self.position += 1
        return token

    def name(self) -> str:
        """An identifier (SQLite takes a string literal for one, too)."""
        token = self.take()
        if token.kind == "string":
            return token.text[1:-1].replace("''", "'")
        if token.kind not in ("word", "quoted"):
            raise self.error(f"expected a name, found {token.text!r}")
        return token.text if token.kind == "word" else token.value

    def group(self) -> List[Token]:
        """The tokens between a parenthesis and the one that closes it; steps over both."""
        self.expect("(")
        start, depth = self.position, 1
        while depth:
            token = self.take()
            if token.kind == "operator" and token.value in "()":
                depth += 1 if token.value == "(" else -1
        return self.tokens[start : self.position - 1]

    def error(self, message: str) -> UnreadableSchemaError:
        token = self.current
        near = f" near {token.text!r}" if token else " at the end"
        return UnreadableSchemaError(
            f"{self.what}: cannot read its CREATE statement{near}: {message}",
            "please report this statement",
        )


@dataclass
class _TableParts:
    """What a CREATE TABLE has given so far."""

    columns: List[ParsedColumn] = field(default_factory=list)
    constraints: List[ParsedConstraint] = field(default_factory=list)
    autoincrement: bool = False


@functools.cache
def parse_table(sql: str, name: str) -> ParsedTable:
    """Take a CREATE TABLE statement apart; ``name`` is only for messages."""
    cursor = _Cursor(tokenize(sql), f"table {name}")
    cursor.expect("create")
    _ = cursor.accept("temp") or cursor.accept("temporary")
    cursor.expect("table")
    cursor.accept("if", "not", "exists")
    cursor.name()
    if cursor.accept("."):
        cursor.name()
    body = _Cursor(cursor.group(), cursor.what)
    parts = _TableParts()
    while body.current is not None:
        if body.at(*_TABLE_CONSTRAINTS):
            _table_constraint(body, parts)
        else:
            _column(body, parts)
        # SQLite lets table constraints follow each other without a comma.
        if not body.accept(",") and body.current is not None and not body.at(*_TABLE_CONSTRAINTS):
            raise body.error("expected a comma")
    options = []
    while cursor.current is not None and not cursor.at(";"):
        if cursor.accept("without"):
            options.append(f"without {cursor.name().lower()}")
        elif cursor.accept("strict"):
            options.append("strict")
        elif not cursor.accept(","):
            raise cursor.error("unknown table option")
    return ParsedTable(
        tuple(parts.columns), tuple(parts.constraints), parts.autoincrement, tuple(sorted(options))
    )


def _column(body: _Cursor, parts: _TableParts) -> None:
    name = body.name()
    _skip_type(body)
    facts: Dict[str, Optional[str]] = {"collation": None, "generated": None, "conflict": None}
    while body.at(*_COLUMN_CONSTRAINTS):
        constraint_name = _constraint_name(body)
        # A name may stand by itself: it names nothing.
        if body.at(*_COLUMN_CONSTRAINTS):
            _column_constraint(body, parts, name, constraint_name, facts)
    parts.columns.append(ParsedColumn(name, **facts))


def _constraint_name(body: _Cursor) -> Optional[str]:
    """The name of the constraint that comes next; the last one, where it has several."""
    name = None
    while body.accept("constraint"):
        name = body.name()
    return name


def _skip_type(body: _Cursor) -> None:
    """PRAGMA table_xinfo tells the type; here only its end matters."""
    while body.current is not None and not body.at(",", *_COLUMN_CONSTRAINTS):
        if body.at("("):
            body.group()
        elif body.current.kind in ("word", "quoted", "string"):
            body.take()
        else:
            raise body.error("unexpected token in a column type")


def _column_constraint(
    body: _Cursor,
    parts: _TableParts,
    column: str,
    name: Optional[str],
    facts: Dict[str, Optional[str]],
) -> None:
    if body.accept("primary", "key"):
        _ = body.accept("asc") or body.accept("desc")
        conflict = _conflict(body)
        if body.accept("autoincrement"):
            parts.autoincrement = True
        parts.constraints.append(ParsedConstraint("primary key", name, (column,), conflict=conflict))
    elif body.accept("not", "null"):
        facts["conflict"] = _conflict(body)
    elif body.at("deferrable") or (body.accept("not") and body.at("deferrable")):
        _defer_last(body, parts)
    elif body.accept("null"):
        _conflict(body)
    elif body.accept("unique"):
        conflict = _conflict(body)
        parts.constraints.append(ParsedConstraint("unique", name, (column,), conflict=conflict))
    elif body.accept("check"):
        expression = _render(body.group())
        _conflict(body)
        parts.constraints.append(ParsedConstraint("check", name, expression=expression))
    elif body.accept("default"):
        _skip_default(body)
    elif body.accept("collate"):
        facts["collation"] = body.name().upper()
    elif body.at("references"):
        deferrable = _references(body)
        parts.constraints.append(ParsedConstraint("foreign key", name, (column,), deferrable=deferrable))
    elif body.accept("generated", "always", "as") or body.accept("as"):
        expression = _render(body.group())
        kind = "stored" if body.accept("stored") else "virtual"
        body.accept("virtual")
        facts["generated"] = f"({expression}) {kind}"
    else:
        raise body.error("unknown column constraint")


def _table_constraint(body: _Cursor, parts: _TableParts) -> None:
    name = _constraint_name(body)
    if not body.at(*_TABLE_CONSTRAINTS):
        return  # a name that names nothing
    if body.accept("primary", "key"):
        columns = body.group()
        if columns and columns[-1].is_word("autoincrement"):
            parts.autoincrement = True
        conflict = _conflict(body)
        parts.constraints.append(
            ParsedConstraint("primary key", name, _names(body, columns), conflict=conflict)
        )
    elif body.accept("unique"):
        columns = body.group()
        conflict = _conflict(body)
        parts.constraints.append(ParsedConstraint("unique", name, _names(body, columns), conflict=conflict))
    elif body.accept("check"):
        expression = _render(body.group())
        _conflict(body)
        parts.constraints.append(ParsedConstraint("check", name, expression=expression))
    elif body.accept("foreign", "key"):
        columns = body.group()
        deferrable = _references(body)
        parts.constraints.append(
            ParsedConstraint("foreign key", name, _names(body, columns), deferrable=deferrable)
        )
    else:
        raise body.error("unknown table constraint")


def _names(body: _Cursor, tokens: List[Token]) -> Tuple[str, ...]:
    """The column names of ``(a COLLATE x DESC, b)`` in a table's body."""
    return tuple(_Cursor(part, body.what).name() for part in _split(tokens))


def _split(tokens: List[Token]) -> List[List[Token]]:
    """Split at the commas that are in no parentheses."""
    parts: List[List[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "operator" and token.value in "()":
            depth += 1 if token.value == "(" else -1
        if depth == 0 and token.kind == "operator" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _conflict(body: _Cursor) -> Optional[str]:
    return body.name().lower() if body.accept("on", "conflict") else None


def _skip_default(body: _Cursor) -> None:
    """PRAGMA table_xinfo tells the default; here only its end matters."""
    if body.at("("):
        body.group()
        return
    _ = body.accept("+") or body.accept("-")
    body.take()


def _references(body: _Cursor) -> str:
    """Step over a REFERENCES clause; the PRAGMA tells all of it but DEFERRABLE."""
    body.expect("references")
    body.name()
    if body.at("("):
        body.group()
    deferrable = "NOT DEFERRABLE"
    while True:
        if body.accept("on"):
            body.take()
            if body.accept("set") or body.accept("no"):
                body.take()
            else:
                body.take()
        elif body.accept("match"):
            body.name()
        elif body.accept("not", "deferrable"):
            _initially(body)
        elif body.accept("deferrable"):
            deferrable = f"DEFERRABLE INITIALLY {_initially(body) or 'IMMEDIATE'}"
        else:
            return deferrable


def _defer_last(body: _Cursor, parts: _TableParts) -> None:
    """DEFERRABLE apart from its REFERENCES; it speaks of the last foreign key before it."""
    negated = body.tokens[body.position - 1].is_word("not")
    body.expect("deferrable")
    initially = _initially(body) or "IMMEDIATE"
    for position in range(len(parts.constraints) - 1, -1, -1):
        if parts.constraints[position].kind == "foreign key":
            text = "NOT DEFERRABLE" if negated else f"DEFERRABLE INITIALLY {initially}"
            parts.constraints[position] = replace(parts.constraints[position], deferrable=text)
            return


def _initially(body: _Cursor) -> Optional[str]:
    return body.take().value.upper() if body.accept("initially") else None


@functools.cache
def parse_index(sql: str, name: str) -> ParsedIndex:
    """Take a CREATE INDEX statement apart; ``name`` is only for messages."""
    cursor = _Cursor(tokenize(sql), f"index {name}")
    cursor.expect("create")
    cursor.accept("unique")
    cursor.expect("index")
    cursor.accept("if", "not", "exists")
    cursor.name()
    if cursor.accept("."):
        cursor.name()
    cursor.expect("on")
    cursor.name()
    keys = tuple(_key_expression(part) for part in _split(cursor.group()))
    predicate = None
    if cursor.accept("where"):
        end = len(cursor.tokens) - (1 if cursor.tokens[-1].value == ";" else 0)
        predicate = _render(cursor.tokens[cursor.position : end])
    return ParsedIndex(keys, predicate)


def _key_expression(tokens: List[Token]) -> str:
    """The expression of an index key without ASC, DESC and an outermost COLLATE."""
    if tokens and tokens[-1].is_word("asc", "desc"):
        tokens = tokens[:-1]
    if len(tokens) > 2 and tokens[-2].is_word("collate"):
        tokens = tokens[:-2]
    return _render(tokens)
