"""What nobody else may see, and how it is kept out of every text that leaves the process.

``mask`` finds secrets in two ways. By *form*: whatever stands where a password stands (userinfo of a
URL, ``password=...``, a bcrypt hash, a value beside a name that says "secret"), known or not. By
*value*: what was ``remember``-ed when it was read, in every spelling that a library may give it. A value
that could be a plain word ("kallithea", "secret") is masked before an ``@`` and where clients quote
what they did not understand only: masking it everywhere would take the text away and tell the password.
"""

from __future__ import annotations

import json
import logging
import re
from functools import lru_cache, partial
from typing import Any, FrozenSet, Iterable, Iterator, Match, Set, TextIO
from urllib.parse import quote, quote_plus, unquote, unquote_plus

MASK = "***"

#: Shorter values are masked by form only: they are part of many words.
_SHORTEST = 4
#: From this length on a value of several kinds of characters, or of one kind, is no plain word.
_STRONG_MIXED, _STRONG_PLAIN = 6, 16
#: A user of a URL that is so long is an access token.
_TOKEN_LENGTH = 20

_NAME = (
    r"pas+w|passphrase|(?:^|[._-])pass$|(?:^|[._-])pwd$|secret|token|credential|"
    r"api_?key|(?:private|encrypt|validate|signing)_?key"
)
_NAMES_SECRET = re.compile(_NAME, re.IGNORECASE)

#: All that was remembered in this process; a child that is forked has it, too.
_known: Set[str] = set()
#: Values of columns: only the whole of one is a secret. Those that are one word each may be very many: the keys of
#: a site's users.
_known_values: Set[str] = set()
_known_words: Set[str] = set()
_WORD_OF_KEY = re.compile(rf"\b[A-Za-z0-9_]{{{_STRONG_PLAIN},}}\b")


#: A column whose values are settings: the name beside one tells whether it is a secret, and is not told.
_NAMES_VALUE = re.compile(r"(?:^|[._-])values?(?:$|[._-])", re.IGNORECASE)


def names_secret(name: str) -> bool:
    """Whether a column, a row of settings, a key or a parameter of that name holds a secret."""
    return bool(_NAMES_SECRET.search(name))


def remember(*values: str) -> None:
    """From now on mask these values wherever they stand."""
    _known.update(value for value in values if value)


def remember_values(values: Iterable[str]) -> None:
    """The same for the values of a column, however many there are; hashes have a form of their own."""
    for value in values:
        if _WORD_OF_KEY.fullmatch(value):
            _known_words.add(value)
        elif not _BCRYPT.fullmatch(value):
            _known_values.add(value)


def remember_text(text: str) -> None:
    """Remember the secrets in a text of whatever form: a URL, the value of an option."""
    remember(*secrets_in(text))


def mask(text: str) -> str:
    """The text without secrets: those that were remembered, and what has the form of one."""
    if _known_words or _known_values:
        text = _WORD_OF_KEY.sub(lambda m: MASK if m.group() in _known_words else m.group(), text)
        text = _CUT.sub(lambda m: MASK if _is_beginning(m["value"]) else m.group(), text)
    return masked(text, frozenset(_known), frozenset(_known_values))


#: PostgreSQL shows the first 64 bytes of a value.
_CUT = re.compile(r"(?P<value>[^\s,(][^\n,]{39,63})\.\.\.")


def _is_beginning(text: str) -> bool:
    return any(value.startswith(text) for values in (_known_words, _known_values) for value in values)


def holds_secret(text: str) -> bool:
    """Whether a hash of a password stands in a text, or a value that was remembered and is no plain word."""
    if any(word in _known_words for word in _WORD_OF_KEY.findall(text)):
        return True
    strong = (value for value in (*_known, *_known_values) if is_strong(value))
    return bool(_BCRYPT.search(text)) or any(form in text for value in strong for form in _spellings(value))


def secrets_in(text: str) -> Iterator[str]:
    """The passwords in the URLs and parameters of a text."""
    for pattern in (_URL, _ENCODED_URL, _BARE_LOGIN):
        yield from (match["password"] for match in pattern.finditer(text))
    yield from (match["user"] for match in _TOKEN_USER.finditer(text))
    for match in _PARAMETER.finditer(text):
        if names_secret(match["key"]):
            yield _unquoted(match["value"])


def masked(text: str, known: FrozenSet[str], whole: FrozenSet[str] = frozenset()) -> str:
    """The text without secrets, where ``known`` are the values to look for, and ``whole`` those no part of which is
    a secret. Pure."""
    # 1. what is known
    for pattern in (*_patterns(known), *_patterns(whole, parts=False)):
        text = pattern.sub(MASK, text)
    # 2. logins
    text = _TOKEN_USER.sub(rf"\g<head>{MASK}@", text)
    for pattern in (_URL, _ENCODED_URL, _BARE_LOGIN):
        text = pattern.sub(_masked_login, text)
    # 3. what libraries and servers quote
    text = _PARAMETERS.sub(rf"\g<1>{MASK}", text)
    text = _QUOTED_LINE.sub(rf"\g<1>'{MASK}'", text)
    text = _FAILING_ROW.sub(_masked_row, text)
    text = _KEY_VALUES.sub(_masked_key_values, text)
    text = _DUPLICATE.sub(_masked_duplicate, text)
    text = _QUOTED_VALUE.sub(lambda m: f"{m['head']}{_KEY_LIKE.sub(MASK, m['value'])}", text)
    # 4. lines of source, statements, hashes, and values beside a name that says so
    text = _SOURCE.sub(_masked_source, text)
    text = _STATEMENT.sub(_masked_statement, text)
    text = _IDENTIFIED.sub(rf"\g<1>'{MASK}'", text)
    text = _FORMATTED.sub(lambda m: m["head"] + re.sub(_STRING, f"'{MASK}'", m["given"]), text)
    text = _BCRYPT.sub(MASK, text)
    for pattern in (_QUOTED_PARAMETER, _PARAMETER, _SPACED_PARAMETER, _OPTION):
        text = pattern.sub(_masked_parameter, text)
    return text


# -- by value ---------------------------------------------------------------------------------------


#: What clients and parsers say before they quote a piece of a URL that they did not understand.
_QUOTING = "|".join(
    rf"(?<={words}[\"'])"
    for words in (
        "base 10: ",
        "host name ",
        "server at ",
        "server host ",
        "port number: ",
        "integer value ",
        "option ",
        "after ",
        "string ",
        "URL ",
    )
)


@lru_cache(maxsize=8)
def _patterns(known: FrozenSet[str], parts: bool = True) -> "tuple[re.Pattern[str], ...]":
    """Expressions for values that are masked anywhere, and for those that may be plain words."""
    forms = {form for value in known for form in _spellings(value, parts)}
    strong = _any_of(filter(is_strong, forms))
    weak = _any_of(form for form in forms if not is_strong(form) and not names_secret(form))
    # The whole of a value stands by itself: "oauth2" is none in "oauth2_clients".
    found = [re.compile(strong if parts else rf"(?<!\w)(?:{strong})(?!\w)")] if strong else []
    if weak:
        found.append(re.compile(rf"\b(?:{weak})(?=@)|(?:{_QUOTING})(?:{weak})(?=[\"'])"))
    return tuple(found)


def _any_of(values: Iterable[str]) -> str:
    # The longest first: else the rest of it would stay.
    return "|".join(re.escape(value) for value in sorted(values, key=lambda value: (-len(value), value)))


def is_strong(value: str) -> bool:
    """Whether a value is too unlike words and numbers to stand in a text by chance."""
    if re.fullmatch(r"(?:[A-Z]?[a-z]+|[A-Z]+)(?:[\s_.\-/](?:[A-Z]?[a-z]+|[A-Z]+))*|[\d.]+|\*+", value):
        return len(value) >= _STRONG_PLAIN and "*" not in value
    return len(value) >= _STRONG_MIXED


#: What a terminal hands over need not be UTF-8: its bytes are surrogates then.
_quote, _quote_plus = (partial(function, errors="surrogateescape") for function in (quote, quote_plus))


def _spellings(value: str, parts: bool = True) -> Set[str]:
    """How libraries write a value: percent-encoded, decoded, doubled, quoted, escaped, in ``parts``."""
    plain = {value, unquote(value), unquote_plus(value), value.replace("%%", "%")}
    plain |= {unquote(form) for form in plain}
    found = set(plain)
    for form in plain:
        found |= {
            _quote(form, safe=""),
            _quote(form),
            _quote_plus(form),
            re.sub("%[0-9A-F]{2}", lambda m: m.group().lower(), _quote(form, safe="")),
            # SQLAlchemy encodes these three only.
            re.sub("[:@/]", lambda m: f"%{ord(m.group()):X}", form),
            form.replace("%", "%%"),
            form.replace("'", "''"),
            form.replace("\\", "\\\\").replace("'", "\\'"),
            form.replace("\\", "\\\\").replace(":", "\\:"),
            repr(form)[1:-1],
            ascii(form)[1:-1],
            repr(form.encode("utf-8", "surrogateescape"))[2:-1],
            json.dumps(form)[1:-1],
            json.dumps(form, ensure_ascii=False)[1:-1],
            " ".join(form.split()),
        }
        # What could not be parsed is told in parts: a host "ss/w0rd@server", a port "w0rd".
        found |= {part for part in re.split(r"[@:/?#&%\s]", form) if parts and is_strong(part)}
    return {form for form in found if len(form) >= _SHORTEST}


# -- by form ----------------------------------------------------------------------------------------

#: A quote ends a URL only where a text goes on behind it as after a quote.
_IN_WORD = r"(?:[^\s'\"<>]|['\"](?![\s,;:)\]}>]|$))"
#: ``scheme://user:password@``: the password may hold anything, "@" and ":" and blanks too; but
#: ``//host:80/ and a@b`` is none.
_URL = re.compile(
    r"(?P<head>(?:\b[A-Za-z][\w+.\-]*:)?//|\b[a-z][a-z0-9+]*:/(?!/))(?P<user>[^\s:/@'\"<>?#]*):"
    rf"(?P<password>(?!//)(?:{_IN_WORD}*|(?!\d+(?:[/\s?]|$))[^\n'\"@<>]*?)(?=@))@",
)
_ENCODED_URL = re.compile(
    r"(?P<head>(?:%3A)?%2F%2F)(?P<user>[\w.+\-]*)%3A(?P<password>[\w.+\-%~]*)(?P<at>%40)", re.IGNORECASE
)
#: ``user:password@host`` without anything that says URL.
_BARE_LOGIN = re.compile(
    r"(?P<head>(?<![\w.+\-/@%]))(?P<user>(?!mailto)[\w.+\-]{0,64}):(?P<password>[^\s@/'\"<>]{1,128})@(?=[\w\[.])"
)
#: Users that are secrets: ``https://ghp_...@github.com``.
_TOKEN_USER = re.compile(rf"(?P<head>//)(?P<user>[\w.\-]{{{_TOKEN_LENGTH},}})@")

_STRING = r"'(?:[^'\\\n]|\\.|'')*'|\"(?:[^\"\\\n]|\\.)*\""
_KEY = r"(?P<key>[\w.\-]{1,80})"
#: ``"password": "x"``, ``api_key = 'x'``, ``'token' => 'x'``.
_QUOTED_PARAMETER = re.compile(rf"(?P<head>{_KEY}['\"`\]]?\s*(?:=>|:=|[:=])\s*[a-zA-Z]?)(?P<value>{_STRING})")
#: ``password=x``, also ``?password=x&``, without blanks: no SQL, no Python but keyword arguments.
_PARAMETER = re.compile(rf"(?P<head>{_KEY}=)(?P<value>{_STRING}|[^\s&'\"]+)")
#: ``password = x`` of an ini file or DSN; SQL has names and functions there.
_SPACED_PARAMETER = re.compile(
    rf"(?P<head>{_KEY}(?:\s+=\s*|=\s+))(?P<value>(?!['\"])(?![A-Za-z_][\w.]*\s*\()[^\s,;)]+)"
)
#: ``--password x``.
_OPTION = re.compile(rf"(?P<head>--{_KEY}\s)(?P<value>[^\s;:]+)")
#: What SQL and Python write where no value stands.
_NO_VALUE = re.compile(
    r"(?:null|none|true|false|default|\?|%s|%\(\w+\)s|:\w+|\$\d+|\w+\.\w+|\.\.\.)(?=[,;)]|$)", re.IGNORECASE
)
#: What counts rows, ``user_api_key_id=7``, is no secret.
_ROW_NUMBER = re.compile(r"-?\d{1,12}(?![\w.\-])")
#: Behind these, on the same line, what is not quoted is the name of a column.
_IN_STATEMENT = re.compile(r"\b(?:SET|WHERE|AND|OR|ON|CHECK)\b[^\n]*\Z")

_BCRYPT = re.compile(r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{22,53}")
#: A value that nobody calls anything: a hexadecimal number, or letters and digits without a break.
_KEY_LIKE = re.compile(r"\b(?:[0-9a-fA-F]{32,}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{24,})\b")
#: SQLAlchemy's errors and log lines show what a statement was sent with: the rows of a site.
_PARAMETERS = re.compile(r"(\[parameters: )[^\n]*(?=\])")
#: Parsers of ini files quote the line that they do not understand.
_QUOTED_LINE = re.compile(
    r"(\[line +\d+\]: |, line: \d+\n|Raw value: |must be followed by '%' or '\(', found: |"
    r"bad interpolation variable reference )"
    rf"(?:{_STRING}|[^\n]+)"
)
_STATEMENT = re.compile(
    r"\b(?:insert\s+into|replace\s+into|merge\s+into|update\s+\S+\s+set|delete\s+from|select\b[^\n]*?\bfrom)\b[^\n]*",
    re.IGNORECASE,
)
#: The columns of an INSERT.
_COLUMNS = re.compile(r"\binto\s+[^\s(]+\s*\((?P<names>[^()]*)\)", re.IGNORECASE)
_SQL_STRING = re.compile(r"'(?:[^'\n]|'')*'")
#: A literal, or the literals of an IN, and the column before it.
_LISTED_OR_NOT = re.compile(
    rf"(?P<column>\S+)\s+(?:not\s+)?in\s*\(\s*{_SQL_STRING.pattern}(?:\s*,\s*{_SQL_STRING.pattern})*\s*\)|{_SQL_STRING.pattern}",
    re.IGNORECASE,
)
#: Also as a text in a text has it: ``''x''``, in dollars, or filled in by format().
_IDENTIFIED = re.compile(
    r"(\b(?:PASSWORD\s*\(|(?:PASSWORD|IDENTIFIED\s+(?:(?:WITH|VIA)\s+\S+\s+)?(?:BY|AS|USING))\s)\s*)"
    rf"(?:''[^'\n]+''|[eE]?(?:{_STRING})|\$(\w*)\$[^\n]*?\$\2\$)",
    re.IGNORECASE,
)
_FORMATTED = re.compile(
    rf"(?P<head>\bPASSWORD\s+%[\w$]*[^'\n]*')(?P<given>(?:\s*,\s*(?:{_STRING}|[\w.]+))+)", re.IGNORECASE
)
#: A value of a row that a server does not take, or has already: a key of Kallithea's is such a number.
_QUOTED_VALUE = re.compile(
    r"(?P<head>Duplicate entry |invalid input syntax for (?:type )?[\w ]+: |(?:Truncated )?[Ii]ncorrect [\w ]+ value: "
    r"|value )(?P<value>'[^'\n]*'|\"[^\"\n]*\")"
)
#: A line of somebody's source in a traceback: what it says of a secret may stand anywhere in it.
_SOURCE = re.compile(r"(?P<head>\bFile \"[^\"\n]+\", line \d+[^\n]*\n)(?P<line>[^\n]+)")
_WORD = re.compile(r"[\w.\-]+")
#: A call to which one is given a secret by its place: ``smtp.login('joe', 'secret')``.
_LETS_IN = re.compile(
    r"(?i:log_?in|log_?on|sign_?in|connect|auth(?!or)\w*|\w+auth|bind(?:_s)?|credentials?)\s*\("
)
_FAILING_ROW = re.compile(r"Failing row contains \((?P<row>[^\n]*)\)")
_KEY_VALUES = re.compile(r"\((?P<names>[^()\n]+)\)=\((?P<values>[^\n]*?)\)(?= |\.|$)", re.MULTILINE)
_DUPLICATE = re.compile(r"(?P<head>Duplicate entry )(?P<value>'[^\n]*')(?P<tail> for key '(?P<key>[^']*)')")


def _is_token(user: str) -> bool:
    return len(user) >= _TOKEN_LENGTH


def _masked_login(match: Match[str]) -> str:
    if not match["password"]:
        return match.group()
    user = MASK if _is_token(match["user"]) else match["user"]
    encoded = "at" in match.re.groupindex
    return f"{match['head']}{user}{'%3A' if encoded else ':'}{MASK}{match['at'] if encoded else '@'}"


def _masked_parameter(match: Match[str]) -> str:
    key, value = match["key"], match["value"]
    # What our own advice writes where a person is to write something.
    if value.rstrip(",;)") in ("SQL", "\"'x'\""):
        return match.group()
    if not names_secret(key) or _unquoted(value).startswith(MASK) or not _unquoted(value):
        return match.group()
    if value[0] in "'\"":
        return f"{match['head']}{value[0]}{MASK}{value[0]}"
    if _NO_VALUE.match(value) or (key.endswith("_id") and _ROW_NUMBER.match(value)):
        return match.group()
    if match.re is _SPACED_PARAMETER and _IN_STATEMENT.search(match.string, 0, match.start()):
        return match.group()
    return f"{match['head']}{MASK}"


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] in "'\"" and value[-1] == value[0] else value


def _masked_source(match: Match[str]) -> str:
    """Without the texts of a line that speaks of a secret, but for those that only name one."""
    line = match["line"]
    if not _LETS_IN.search(line) and not any(map(names_secret, _WORD.findall(line))):
        return match.group()

    def without(text: Match[str]) -> str:
        inner = text.group()[1:-1]
        named = _WORD.fullmatch(inner) and names_secret(inner)
        return text.group() if named or not inner else f"{text.group()[0]}{MASK}{text.group()[0]}"

    return match["head"] + re.sub(_STRING, without, line)


def _masked_statement(match: Match[str]) -> str:
    """A statement that names a secret as a column of new rows, or as the name of a setting."""
    text = match.group()
    columns = _COLUMNS.search(text)
    names = [name.strip(" \"'`[]") for name in columns["names"].split(",")] if columns else []
    names += [found[1:-1] for found in _SQL_STRING.findall(text) if re.fullmatch(r"'[\w.%\-]+'", found)]
    if not any(map(names_secret, names)):
        return text
    return _LISTED_OR_NOT.sub(_masked_literals, text)


def _masked_literals(match: Match[str]) -> str:
    """A literal, or what a column may be: where one of a list is a name, so are the others."""
    literals = _SQL_STRING.findall(match.group())
    if any(names_secret(literal[1:-1]) for literal in literals) and not names_secret(match["column"] or ""):
        return match.group()
    return _SQL_STRING.sub(f"'{MASK}'", match.group())


def _masked_row(match: Match[str]) -> str:
    """PostgreSQL shows the row that it refuses, without the names of its columns."""
    row = match["row"]
    if any(names_secret(cell.strip()) for cell in row.split(",")):
        return f"Failing row contains ({MASK})"
    return f"Failing row contains ({_KEY_LIKE.sub(MASK, row)})"


def _may_hide(name: str) -> bool:
    return names_secret(name) or bool(_NAMES_VALUE.search(name))


def _masked_key_values(match: Match[str]) -> str:
    """PostgreSQL's ``Key (api_key)=(0123...) already exists``."""
    if not any(_may_hide(name.strip(' "')) for name in match["names"].split(",")):
        return match.group()
    return f"({match['names']})=({MASK})"


def _masked_duplicate(match: Match[str]) -> str:
    """MySQL's ``Duplicate entry '0123...' for key 'users.uq_users_api_key'``."""
    if not _may_hide(match["key"]):
        return match.group()
    return f"{match['head']}'{MASK}'{match['tail']}"


# -- what is written by others ----------------------------------------------------------------------


class MaskedStream:
    """A text stream that masks each line before it goes on to the real one: for stderr, to which
    Kallithea, migration scripts and Python itself write."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._pending = ""

    def write(self, text: str) -> int:
        """Take a text; it goes on up to its last line end, the rest when it is flushed."""
        whole, newline, self._pending = (self._pending + text).rpartition("\n")
        if newline:
            self._stream.write(mask(whole) + newline)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Take several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Let everything go on, the beginning of a line too."""
        pending, self._pending = self._pending, ""
        if pending:
            self._stream.write(mask(pending))
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class MaskedFormatter(logging.Formatter):
    """What another formatter makes of a log record, masked; values sent with SQL are left out."""

    def __init__(self, formatter: "logging.Formatter | None") -> None:
        super().__init__()
        self._formatter = formatter or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """The record as one text, tracebacks included."""
        values = record.name.startswith("sqlalchemy.engine") and record.msg == "%r"
        if values and record.getMessage() not in ("()", "{}", "[]"):
            record = logging.makeLogRecord(
                {**vars(record), "msg": "(values are not shown: they are a site's data)", "args": ()}
            )
        return mask(self._formatter.format(record))
