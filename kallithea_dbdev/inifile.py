"""The text of an ini file, changed in a few places; every other byte stays. Pure.

ConfigUpdater keeps the text, but knows an indented comment from a value by other rules than
``configparser``, which PasteDeploy reads with: so it never gets to see one. That each value is what it
should be is read back with ``configparser`` at the end.
"""

from __future__ import annotations

import configparser
import io
import re
from typing import Callable, Dict, Iterable, List, Mapping, Optional

from configupdater import ConfigUpdater
from configupdater.option import Option
from configupdater.section import Section

from .errors import ConfigError

#: What stands in an ini file for no value of ours: the option is removed.
Changes = Mapping[str, Mapping[str, Optional[str]]]

_COMMENTS = ("#", ";")


def edit(text: str, changes: Changes, drop_comment: Callable[[str], bool] = lambda text: False) -> str:
    """Set (or, with None, remove) options: ``{section: {key: value}}``; all else stays.

    The old lines go, they are not commented out: an old database URL may hold a password. Comments that
    carry one of the keys of their section go for the same reason, and those that ``drop_comment`` (it
    gets them without their comment characters) says.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    lines = list(io.StringIO(text, newline=""))
    open_end = bool(lines) and not lines[-1].endswith(("\n", "\r"))
    if open_end:
        lines[-1] += end
    last = lines[-1:]
    kept = _kept_comments(lines, changes, drop_comment)
    document = ConfigUpdater(strict=False)
    document.optionxform = str  # type: ignore[method-assign, assignment]
    # ConfigUpdater's own parser looks at comments of the first column only.
    document.read_file(f"#{number}{end}" if number in kept else line for number, line in enumerate(lines))
    pending = {name: dict(options) for name, options in changes.items()}
    for section in document.section_blocks():
        before = _indent(section)
        _remove(section, changes.get(section.name, {}))
        # The header of the next section may be indented: it would become part of a value above it.
        indent = _indent(section) or (before if _INDENTED_HEADER.search(text) else "")
        for position, option in enumerate(_options(pending.pop(section.name, {}), end, indent)):
            option.attach(section)
            section.structure.insert(position, option)
    found = "".join(
        kept[int(line[1:])] if line.startswith("#") else line
        for line in io.StringIO(str(document), newline="")
    )
    for name, options in pending.items():
        found += _new_section(name, options, end)
    if open_end and found.endswith(last[0]):
        found = found[: -len(end)]
    _check(text, changes, found)
    return found


_INDENTED_HEADER = re.compile(r"^[ \t]+\[", re.MULTILINE)


def _kept_comments(lines: List[str], changes: Changes, drop_comment: Callable[[str], bool]) -> Dict[int, str]:
    """Number of the line -> its text, empty for one that goes."""
    kept: Dict[int, str] = {}
    section = ""
    dropped = False
    for number, line in enumerate(lines):
        plain = line.strip()
        if not plain.startswith(_COMMENTS):
            if plain.startswith("[") and "]" in plain:
                section = plain[1:].partition("]")[0]
            continue
        said = plain.lstrip("".join(_COMMENTS))
        # A commented value may go on in the next line.
        continued = dropped and number - 1 in kept and said[:2].isspace() and len(said) > 1
        key = option_key(said)
        dropped = continued or key in changes.get(section, {}) or drop_comment(said.strip())
        kept[number] = "" if dropped else line
    return kept


def option_key(text: str) -> str:
    """The key of a line ``key = value`` or ``key: value``; empty where it is none."""
    positions = [position for position in (text.find("="), text.find(":")) if position >= 0]
    return text[: min(positions)].strip() if positions else ""


def _remove(section: Section, options: Iterable[str]) -> None:
    doomed = set(options)
    going = False
    for block in list(section.structure):
        if isinstance(block, Option):
            going = block.raw_key in doomed
            if going:
                block.detach()
        elif going:
            # Behind a comment or an empty line the value may go on.
            block.lines[:] = [line for line in block.lines if line.startswith("#") or not line.strip()]


def _indent(section: Section) -> str:
    """The blanks before the first option; what has less of them before it would swallow that one."""
    first = next((block.lines[0] for block in section.structure if isinstance(block, Option)), "")
    return first[: len(first) - len(first.lstrip())]


def _options(options: Mapping[str, Optional[str]], end: str, indent: str = "") -> Iterable[Option]:
    for key, value in options.items():
        if value is not None:
            yield Option(key, value=None, delimiter="=", line=f"{indent}{key} = {value}{end}")


def _new_section(name: str, options: Mapping[str, Optional[str]], end: str) -> str:
    lines = "".join(map(str, _options(options, end)))
    return f"{end}[{name}]{end}{lines}" if lines else ""


def _check(text: str, changes: Changes, found: str) -> None:
    """Raise ConfigError unless the values are as before, but for the changes."""
    expected, values = _values(text), _values(found)
    for name, options in changes.items():
        section = expected.setdefault(name, {})
        section.update({key: value for key, value in options.items() if value is not None})
        for key in [key for key, value in options.items() if value is None]:
            section.pop(key, None)
    if {k: v for k, v in expected.items() if v} != {k: v for k, v in values.items() if v}:
        raise ConfigError(
            "the ini file is written in a way that cannot be edited", "write it in a plainer way"
        )


def _values(text: str) -> Dict[str, Dict[str, str]]:
    """Section -> key -> value, as PasteDeploy's parser reads them, before any interpolation."""
    parser = configparser.RawConfigParser(strict=False, default_section="\0")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_file(io.StringIO(text, newline=None))
    return {name: dict(parser.items(name)) for name in parser.sections()}
