"""Ini files as text and as values, without importing Kallithea.

Reading goes through PasteDeploy's own loader, so that ``%(here)s`` and ``[DEFAULT]`` mean what
they mean to Kallithea.
"""

from __future__ import annotations

import configparser
import contextlib
import io
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, FrozenSet, Iterator, Optional, Set, Tuple

from paste.deploy.loadwsgi import ConfigLoader, NicerConfigParser

from .errors import ConfigError
from .inifile import edit
from .messages import words_of
from .secrets import names_secret, remember, remember_text

__all__ = ["edit"]

#: The key under which Kallithea, Alembic and every other user of an ini name a database.
URL_KEY = "sqlalchemy.url"
#: The section of the application.
APPLICATION = "app:main"

#: Marks an ini file that db-throwaway wrote and may therefore remove.
MARK_SECTION = "kallithea_dbdev"
MARK_KEY = "throwaway"
REPOSITORIES_KEY = "repositories"
ACCEPT_KEY = "accept"
ENGINE_KEY = "engine"

#: How ``use`` names another ini file that a section is made from.
_OTHER_FILE = "config:"

#: No ini file is longer; a database under its name is.
MOST_BYTES = 4 * 1024 * 1024

_DOUBLE = "double each % that is meant as such (%%)"


@dataclass(frozen=True)
class NamedDatabase:
    """A database URL and where it stands. The URL may hold a password: it is not in the repr."""

    ini: Path
    section: str
    key: str
    url: str = field(repr=False)


def read_text(ini: Path) -> str:
    """The text of an ini file. Raises ConfigError, with the way out, unless it can be one.

    Never waits: a pipe is not opened.
    """
    try:
        status = ini.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ConfigError(f"{ini}: not a file", "name an ini file")
        if status.st_size > MOST_BYTES:
            raise ConfigError(f"{ini}: too large for an ini file", "name an ini file")
        raw = ini.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            f"{ini}: no such file", f"make one with: kallithea-cli config-create {ini}"
        ) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{ini}: cannot be read: {said}", "mend its path or permissions") from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        # Not "from" it: that one holds the bytes.
        raise ConfigError(
            f"{ini}: not a valid ini file: line {line} is not UTF-8 text", "save it as UTF-8"
        ) from None
    if text.startswith("\ufeff"):
        raise ConfigError(
            f"{ini}: not a valid ini file: it begins with a byte order mark, on which Kallithea fails",
            "save it as UTF-8 without one",
        )
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ConfigError(f"{ini}: not a valid ini file: line {line} is not text", "name an ini file")
    return text


#: (file, text) of which the passwords are remembered: a command reads its configuration several times.
_remembered: Set[Tuple[str, str]] = set()


class Loader(ConfigLoader):  # type: ignore[misc]
    """PasteDeploy's loader, for a file in any folder: ``%`` in a name begins no interpolation there."""

    #: The file, and those that it is made from, as ``load`` has found them.
    sources: Tuple[Path, ...] = ()

    def __init__(self, ini: Path) -> None:
        """Raises ConfigError as ``read_text`` does, and configparser's errors."""
        ini = ini.absolute()
        text = read_text(ini)
        self.filename = str(ini)
        known = (self.filename, text) in _remembered
        if not known:
            _remember_lines(text)
        places = {"here": ini.parent, "__file__": ini}
        self.parser = NicerConfigParser(
            self.filename, defaults={key: str(path).replace("%", "%%") for key, path in places.items()}
        )
        self.parser.optionxform = str
        self.parser.read_file(io.StringIO(text, newline=None))
        if not known:
            _remember_values(self.parser)
            _remembered.add((self.filename, text))


def load(ini: Path) -> Loader:
    """PasteDeploy's loader for the file. Raises ConfigError where it cannot be parsed.

    From now on no password in it is shown, nor in a file that it is made from, whoever speaks of it.
    """
    try:
        loader = Loader(ini)
        found: Dict[Path, None] = {ini.absolute(): None}
        _load_others(ini, loader.parser, found)
        loader.sources = tuple(found)
        return loader
    except configparser.Error as error:
        # Not "from" it: that one quotes the line, which may hold a password.
        raise ConfigError(f"{ini}: not a valid ini file: {mistake(error)}", "mend that line") from None


def _load_others(ini: Path, parser: configparser.ConfigParser, known: Dict[Path, None]) -> None:
    """Remember what is secret in the files that a file is made from; what is wrong with one PasteDeploy says."""
    for name in parser.sections():
        with contextlib.suppress(ConfigError, configparser.Error):
            other = made_from(ini, parser, name)
            if other is not None and other not in known:
                known[other] = None
                _load_others(other, Loader(other).parser, known)


def made_from(ini: Path, parser: configparser.ConfigParser, name: str) -> Optional[Path]:
    """The other file that a section begins with (``use = config:...``), as far as there is one. Raises ConfigError
    where that cannot be read."""
    used = option(ini, parser, name, "use") if parser.has_option(name, "use") else ""
    if not used.startswith(_OTHER_FILE):
        return None
    other = (ini.parent / used[len(_OTHER_FILE) :].partition("#")[0]).absolute()
    return other if other.is_file() else None


def _remember_lines(text: str) -> None:
    """Remember the passwords in the lines of an ini file, whether it can be parsed or not."""
    for line in text.splitlines():
        if not line.lstrip().startswith(("#", ";")):
            remember_text(line)


def _remember_values(parser: configparser.ConfigParser) -> None:
    for name in [parser.default_section, *parser.sections()]:
        for key, raw in raw_options(parser, name).items():
            values = {raw, raw.replace("%%", "%")}
            with contextlib.suppress(configparser.Error):  # whoever needs that value says so
                values.add(parser.get(name, key))
            for value in values:
                remember_text(value)
            # "get smtp_password = smtp_password" names another key.
            if names_secret(key) and not key.startswith("get "):
                remember(*values)


def raw_options(parser: configparser.ConfigParser, section: str) -> Dict[str, str]:
    """The options that stand in a section itself, as they are written."""
    # PasteDeploy's own defaults() fails on the first value that it cannot interpolate.
    defaults = configparser.ConfigParser.defaults(parser)
    if section == parser.default_section:
        return dict(defaults)
    # One that says the same as [DEFAULT] stands there all the same: items() does not tell.
    return dict(parser._sections[section])  # type: ignore[attr-defined]


def mistake(error: configparser.Error) -> str:
    """What a parser complains of, without the text that it complains of."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"line {error.lineno} stands before the first [section]"
    if isinstance(error, configparser.DuplicateSectionError):
        return f"line {error.lineno}: section [{error.section}] is there already"
    if isinstance(error, configparser.DuplicateOptionError):
        return f"line {error.lineno}: [{error.section}] {error.option} is there already"
    lines = [str(number) for number, _ in getattr(error, "errors", ())]
    return f"line {', '.join(lines[:5])} is neither [section] nor key = value"


def check_values(ini: Path, *sections: str) -> None:
    """Raise ConfigError, naming section and key, where PasteDeploy cannot read a value."""
    parser = load(ini).parser
    for name in [parser.default_section, *(name for name in sections if parser.has_section(name))]:
        for key in raw_options(parser, name):
            option(ini, parser, name, key)


def databases(ini: Path) -> Tuple[NamedDatabase, ...]:
    """Every database that the file names, in whichever section, or a file that it is made from.

    Raises ConfigError where the file or such a value cannot be read.
    """
    return tuple(_databases(ini, frozenset({ini.absolute()})))


def _databases(ini: Path, known: FrozenSet[Path]) -> Iterator[NamedDatabase]:
    parser = load(ini).parser
    inherited: Dict[str, str] = {}
    for name in [parser.default_section, *parser.sections()]:
        values = dict(_values(ini, parser, name))
        # What the application takes from [DEFAULT] is its own; others have it without a use.
        known_already = {} if name == APPLICATION else inherited
        yield from (
            NamedDatabase(ini, name, key, url) for key, url in values.items() if known_already.get(key) != url
        )
        if name == parser.default_section:
            inherited = values
        other = made_from(ini, parser, name)
        if other is not None and other not in known:
            yield from _databases(other, known | {other})


def _values(ini: Path, parser: configparser.ConfigParser, name: str) -> Iterator[Tuple[str, str]]:
    """The options of a section that say where a database is, with the URLs: PasteDeploy knows ``set key``, which
    is for all, and ``get key``, whose value names a key of [DEFAULT] or one that is set so."""
    for key in parser[name]:
        verb, plain = verb_and_key(key)
        if not names_database(plain):
            continue
        value = option(ini, parser, name, key)
        if verb == "get":
            named = (f"set {value.strip()}", value.strip())
            there = next((other for other in named if parser.has_option(name, other)), None)
            if there is None:
                continue
            value = option(ini, parser, name, there)
        yield key, value


def verb_and_key(key: str) -> Tuple[str, str]:
    """The verb of an option and what it sets: PasteDeploy knows ``set key`` and ``get key``; "" where there is none."""
    words = key.split(None, 1)
    return (words[0], words[1]) if len(words) == 2 and words[0] in ("set", "get") else ("", key)


def names_database(key: str) -> bool:
    """Whether an option of that name holds the URL of a database."""
    # session.sa.url and the like name databases, too.
    return key == URL_KEY or key.endswith((".sa.url", f".{URL_KEY}"))


def section(ini: Path, name: str) -> Dict[str, str]:
    """The options of one section, interpolated; empty where there is no such section."""
    parser = load(ini).parser
    if not parser.has_section(name):
        return {}
    defaults = configparser.ConfigParser.defaults(parser)
    return {
        key: option(ini, parser, name, key) for key in parser[name] if key not in defaults or key == URL_KEY
    }


def option(ini: Path, parser: configparser.ConfigParser, section: str, key: str) -> str:
    """One interpolated value. Raises ConfigError that names the file, section and key, not the value."""
    try:
        return parser.get(section, key)
    except configparser.Error as error:
        # Not "from" it: that one quotes the value, which may hold a password.
        raise interpolation_error(ini, error, section, key) from None


def interpolation_error(ini: Path, error: configparser.Error, section: str, key: str) -> ConfigError:
    """The error for a value in which ``%`` stands for nothing that PasteDeploy knows."""
    if isinstance(error, configparser.InterpolationMissingOptionError):
        what, hint = "holds a %(name)s for which there is no option of that name", f"add it, or {_DOUBLE}"
    elif isinstance(error, configparser.InterpolationDepthError):
        what, hint = "holds a %(name)s that leads back to itself", f"write it out, or {_DOUBLE}"
    else:
        what, hint = "holds a single %", _DOUBLE
    return ConfigError(f"{ini}: [{section}] {key} {what}", hint)


def is_marked(ini: Path) -> bool:
    """Whether db-throwaway wrote this file."""
    return section(ini, MARK_SECTION).get(MARK_KEY) == "true"


def accept_file(ini: Path) -> Optional[Path]:
    """The file of accepted findings that the configuration names, beside it unless it is absolute."""
    name = section(ini, MARK_SECTION).get(ACCEPT_KEY)
    return ini.parent / name if name else None


def engines(ini: Path) -> Optional[str]:
    """The engines that the configuration names for its scripts, as ``--engine`` takes them."""
    return section(ini, MARK_SECTION).get(ENGINE_KEY)


def first_line(error: BaseException) -> str:
    """The first line of what an exception says; its class where it says nothing."""
    lines = words_of(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
