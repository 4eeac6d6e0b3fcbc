"""Ini files as text and as values, without importing Kallithea.

Reading goes through PasteDeploy's own loader, so that ``%(here)s`` and ``[DEFAULT]`` mean what
they mean to Kallithea.
"""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Tuple

from paste.deploy.loadwsgi import ConfigLoader

from .errors import ConfigError

#: The key under which Kallithea, Alembic and every other user of an ini name a database.
URL_KEY = "sqlalchemy.url"

#: Marks an ini file that db-throwaway wrote and may therefore remove.
MARK_SECTION = "kallithea_dbdev"
MARK_KEY = "throwaway"
REPOSITORIES_KEY = "repositories"
ACCEPT_KEY = "accept"


@dataclass(frozen=True)
class NamedDatabase:
    """A database URL and where it stands. The URL may hold a password: it is not in the repr."""

    ini: Path
    section: str
    key: str
    url: str = field(repr=False)


def check_readable(ini: Path) -> None:
    """Raise ConfigError, with the way out, unless the file is there and readable."""
    if not ini.exists():
        raise ConfigError(f"{ini}: no such file", f"make one with: kallithea-cli config-create {ini}")
    if not ini.is_file():
        raise ConfigError(f"{ini}: not a file")
    try:
        ini.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{ini}: cannot be read: {error}") from error


def load(ini: Path) -> ConfigLoader:
    """PasteDeploy's loader for the file. Raises ConfigError where it cannot be parsed."""
    check_readable(ini)
    try:
        return ConfigLoader(str(ini))
    except configparser.Error as error:
        raise ConfigError(f"{ini}: not a valid ini file: {first_line(error)}") from error


def databases(ini: Path) -> Tuple[NamedDatabase, ...]:
    """Every database that the file names, in whichever section.

    Raises ConfigError where the file or such a value cannot be read.
    """
    parser = load(ini).parser
    found: List[NamedDatabase] = []
    for section in ["DEFAULT", *parser.sections()]:
        inherited = parser.defaults() if section != "DEFAULT" else {}
        for key in parser[section]:
            if key in inherited and inherited[key] == option(ini, parser, section, key):
                continue
            # session.sa.url and the like name databases, too.
            if key == URL_KEY or key.endswith(".sa.url"):
                found.append(NamedDatabase(ini, section, key, option(ini, parser, section, key)))
    return tuple(found)


def section(ini: Path, name: str) -> Dict[str, str]:
    """The options of one section, interpolated; empty where there is no such section."""
    parser = load(ini).parser
    if not parser.has_section(name):
        return {}
    defaults = parser.defaults()
    return {
        key: option(ini, parser, name, key) for key in parser[name] if key not in defaults or key == URL_KEY
    }


def option(ini: Path, parser: configparser.ConfigParser, section: str, key: str) -> str:
    """One interpolated value. Raises ConfigError that names the file, section and key."""
    try:
        return parser.get(section, key)
    except configparser.Error as error:
        raise ConfigError(f"{ini}: [{section}] {key}: {first_line(error)}") from error


def is_marked(ini: Path) -> bool:
    """Whether db-throwaway wrote this file."""
    return section(ini, MARK_SECTION).get(MARK_KEY) == "true"


def accept_file(ini: Path) -> Optional[Path]:
    """The file of accepted findings that the configuration names, beside it unless it is absolute."""
    name = section(ini, MARK_SECTION).get(ACCEPT_KEY)
    return ini.parent / name if name else None


def edit(text: str, changes: Mapping[str, Mapping[str, Optional[str]]]) -> str:
    """Set (or, with None, remove) options: ``{section: {key: value}}``; all else stays.

    The old lines go, they are not commented out: an old database URL may hold a password.
    Commented lines that carry one of the keys go for the same reason.
    """
    lines: List[str] = []
    pending = {name: dict(options) for name, options in changes.items()}
    current = ""
    dropping = False
    for line in text.splitlines():
        header = re.match(r"\[([^\]]*)\]", line)
        if header:
            current = header.group(1)
        key = re.match(r"#*\s*([^\s#=:\[][^=:]*?)\s*[=:]", line)
        if key and not line[0].isspace():
            dropping = key.group(1) in changes.get(current, {})
        elif not (line[:1].isspace() and line.strip()):
            dropping = False  # not a continuation line
        if not dropping:
            lines.append(line)
        if header:
            lines.extend(_new_options(pending.pop(current, {})))
    for name, options in pending.items():
        new = _new_options(options)
        if new:
            lines.extend(["", f"[{name}]", *new])
    return "\n".join(lines) + "\n"


def _new_options(options: Mapping[str, Optional[str]]) -> List[str]:
    return [f"{key} = {value}" for key, value in options.items() if value is not None]


def first_line(error: BaseException) -> str:
    """The first line of what an exception says; its class where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
