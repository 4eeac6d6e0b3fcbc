"""Findings of released scripts that cannot change any more, accepted with a reason.

An ini file with one section per finding: its code, its object and its revision ("-" where no
step is to blame), so that it can be read and reviewed::

    [autoincrement pull_request_reviewers f62826179f39]
    reason = released in 0.7.0; ids of deleted reviewers do not matter
    engine = sqlite
    until = 2027-12-31

What is found in the downgrade is another finding than that in the upgrade: it is accepted by an
entry of its own, with the word ``downgrade`` behind the revision, unless its code says so already.
"""

from __future__ import annotations

import configparser
import datetime
import os
import re
import stat
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Dict, Iterable, List, Optional, Set, Tuple

from ..config import first_line, mistake
from ..engines import ENGINES
from ..errors import ConfigError
from ..findings import CATALOGUE, NOTE, Finding, make
from ..migrations import DOWNGRADE, UPGRADE
from ..workspace import write_whole
from .result import Report, Result

#: What --update-accept writes for somebody to replace.
NO_REASON = "TODO: say why"

#: A reason that is none yet, however somebody abbreviated it.
_NO_REASON = re.compile(r"(todo|fixme|xxx|tbd|tba)\b.*|[\W_]*", re.IGNORECASE | re.DOTALL)

#: Codes that only a downgrade can bring up: without a direction their entries speak of that.
_OF_DOWNGRADES = {
    "cannot-restore",
    "downgrade-fails",
    "downgrade-irreversible",
    "downgrade-keeps-column",
    "downgrade-loses-data",
    "not-restored",
    "older-default-missing",
    "older-insert-fails",
    "older-schema",
}

#: All that some reader takes for the end of a line.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_HEAD = "# Findings of db-verify that are accepted, each with the reason why.\n"
_KEYS = {"reason", "until", "engine", "migrated", "expected", "release"}

#: Stands for every object.
ANY = "*"

#: What is known of Kallithea's released scripts: a file of this package.
KNOWN = Path(__file__).with_name("known.ini")


@dataclass(frozen=True)
class Entry:
    """One accepted finding. ``revision`` None: no step is to blame; ``engine`` None: on any."""

    code: str
    where: str
    revision: Optional[str]
    reason: str
    until: Optional[datetime.date] = None
    engine: Optional[str] = None
    #: Of the step that is to blame.
    direction: str = UPGRADE
    #: Patterns of the two values, as in a shell; None: whatever they are.
    migrated: Optional[str] = None
    expected: Optional[str] = None
    #: The recorded release that the database began as; None: whichever.
    release: Optional[str] = None

    @property
    def title(self) -> str:
        """The section's name."""
        direction = "" if self.direction == usual_direction(self.code) else f" {self.direction}"
        return f"{self.code} {self.where} {self.revision or '-'}{direction}"

    @property
    def has_reason(self) -> bool:
        """Whether somebody has said why."""
        return _NO_REASON.fullmatch(self.reason.strip()) is None

    def matches(self, finding: Finding) -> bool:
        """Whether it speaks of this finding, expired or not."""
        return (
            finding.code == self.code
            # A step of long ago made it just as one that was run now.
            and self.revision in (finding.revision, finding.revision or finding.since)
            and self.where in (finding.where, _on_one_line(finding.where), ANY)
            and self.engine in (None, finding.engine)
            and self.release in (None, finding.release or finding.began)
            and _fits(finding.migrated, self.migrated)
            and _fits(finding.expected, self.expected)
            # What is said of a script as a whole, or of the database, has no direction.
            and finding.direction in (None, self.direction)
        )


def _on_one_line(name: str) -> str:
    """A name as the title of a section can hold it: what breaks a line is written as Python does."""
    return _BREAKS.sub(lambda found: ascii(found[0])[1:-1], name)


def _fits(value: Optional[str], pattern: Optional[str]) -> bool:
    return pattern is None or fnmatchcase(value or "", pattern)


def usual_direction(code: str) -> str:
    """The direction that an entry means where it says none."""
    return DOWNGRADE if code in _OF_DOWNGRADES else UPGRADE


def read(path: Path) -> Tuple[Entry, ...]:
    """The entries of a file. Raises ConfigError that names file and section."""
    try:
        # A pipe that has a name would be waited for; those of a shell, "<(command)", are open.
        if stat.S_ISFIFO(path.stat().st_mode) and Path(os.path.realpath(path)).exists():
            raise ConfigError(f"{path}: not a file", "--update-accept writes one")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not a valid ini file: {first_line(error)}") from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path}: cannot be read: {said}", "--update-accept writes it") from error
    return _entries(path, text)


def _entries(path: Path, text: str) -> Tuple[Entry, ...]:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ConfigError(f"{path}: not a valid ini file: {mistake(error)}", "mend that line") from error
    return tuple(_entry(path, name, dict(parser[name])) for name in parser.sections())


def _entry(path: Path, title: str, options: Dict[str, str]) -> Entry:
    words = title.split()
    here = f"{path}: [{title}]"
    if len(words) < 3:
        raise ConfigError(f"{here}: not 'code object revision'", "write - for no revision")
    if words[0] not in CATALOGUE:
        raise ConfigError(f"{here}: {words[0]} is no finding code", "db-verify --explain all lists them")
    unknown = options.keys() - _KEYS
    if unknown:
        raise ConfigError(
            f"{here}: unknown option {', '.join(sorted(unknown))}", f"known: {', '.join(sorted(_KEYS))}"
        )
    if options.get("engine", "sqlite") not in ENGINES:
        raise ConfigError(f"{here}: engine = {options['engine']}: no engine", f"known: {', '.join(ENGINES)}")
    if not options.get("reason"):
        raise ConfigError(f"{here}: there is no reason", "say why it is accepted: reason = ...")
    try:
        until = datetime.date.fromisoformat(options["until"]) if "until" in options else None
    except ValueError as error:
        raise ConfigError(f"{here}: until = {options['until']}: not a date", "write it YYYY-MM-DD") from error
    direction = usual_direction(words[0])
    named = title.split(None, 1)[1]
    if len(words) > 3 and words[-1] in (UPGRADE, DOWNGRADE):
        named, direction = named.rsplit(None, 1)
    where, revision = named.rsplit(None, 1)
    return Entry(
        words[0],
        where,
        None if revision == "-" else revision,
        options["reason"],
        until,
        options.get("engine"),
        direction,
        options.get("migrated"),
        options.get("expected"),
        options.get("release"),
    )


def apply(report: Report, entries: Tuple[Entry, ...], path: Path, today: datetime.date) -> Report:
    """The report with the accepted findings set apart.

    An entry that has expired accepts nothing; it is told, and so is one that no longer matches
    although its step was run, and one without a real reason. Notes count for nothing and stay.
    """
    found, matched, used = _set_apart(report, entries, today)
    stale = [entry for entry in entries if entry not in matched and _was_run(entry, report.results)]
    expired = [entry for entry in entries if entry in matched and _has_expired(entry, today)]
    empty = [entry for entry in entries if entry in used and not entry.has_reason]
    remarks = [_remark("accept-unused", entry, "matches nothing any more", path, report) for entry in stale]
    remarks += [_remark("accept-expired", entry, "expired", path, report) for entry in expired]
    remarks += [
        _remark("accept-todo", entry, f"the reason is still {entry.reason!r}", path, report)
        for entry in empty
    ]
    first, *others = found.results
    first = replace(first, findings=first.findings + tuple(remarks))
    return replace(found, results=(first, *others))


def apply_known(report: Report) -> Report:
    """The report with what is known of Kallithea's own scripts set apart, without a word on the rest."""
    return _set_apart(report, read(KNOWN), datetime.date.today())[0]


def _set_apart(
    report: Report, entries: Tuple[Entry, ...], today: datetime.date
) -> Tuple[Report, Set[Entry], Set[Entry]]:
    """The report, the entries that match something, and those that accept something."""
    results = []
    matched: Set[Entry] = set()
    used: Set[Entry] = set()
    for result in report.results:
        kept: List[Finding] = []
        accepted: List[Tuple[Finding, str]] = []
        for finding in result.findings:
            matching = [entry for entry in entries if entry.matches(finding)]
            matched.update(matching)
            entry = next((e for e in matching if not _has_expired(e, today)), None)
            if entry is None or finding.severity == NOTE:
                kept.append(finding)
            else:
                used.add(entry)
                accepted.append((finding, entry.reason))
        results.append(replace(result, findings=tuple(kept), accepted=(*result.accepted, *accepted)))
    return replace(report, results=tuple(results)), matched, used


def _has_expired(entry: Entry, today: datetime.date) -> bool:
    return entry.until is not None and entry.until < today


def _was_run(entry: Entry, results: Iterable[Result]) -> bool:
    """Whether the entry's step was run, on its engine: else nobody knows whether it matches."""
    return any(
        entry.revision in (None, *(record.step.revision for record in result.steps))
        for result in results
        if entry.engine in (None, result.engine)
    )


def _remark(code: str, entry: Entry, said: str, path: Path, report: Report) -> Finding:
    engine = entry.engine or report.results[0].engine
    return make(code, engine, f"[{entry.title}] {said}", object=path.name, aspect="accept")


def update(report: Report, entries: Tuple[Entry, ...], path: Path, known: Tuple[Entry, ...] = ()) -> int:
    """Write all that is wrong to the file, with the reasons that are there already.

    Entries whose step was not run stay. Files of before there were directions had one entry for
    upgrade and downgrade: where both are found, both get its reason. Returns how many are new.
    ``report`` is the one before ``apply``; what ``known`` accepts is no news.
    """
    kept: Dict[str, Entry] = {}
    wrong = [finding for finding in report.findings if finding.severity != NOTE]
    for entry in entries:
        if any(entry.matches(finding) for finding in wrong) or not _was_run(entry, report.results):
            kept[entry.title] = entry
    new = 0
    for finding in wrong:
        if not any(entry.matches(finding) for entry in (*kept.values(), *known)):
            direction = finding.direction or usual_direction(finding.code)
            where = _on_one_line(finding.where)
            entry = Entry(finding.code, where, finding.revision, NO_REASON, direction=direction)
            older = next((e for e in entries if _only_direction_differs(e, finding)), None)
            if older:
                entry = replace(older, direction=direction)
            new += older is None and entry.title not in kept
            kept[entry.title] = entry
    text = _HEAD + "".join(_section(kept[title]) for title in sorted(kept))
    # What cannot be read again does not take the place of what somebody has written.
    _entries(path, text)
    write_whole(path, text)
    return new


def _only_direction_differs(entry: Entry, finding: Finding) -> bool:
    return not entry.matches(finding) and entry.matches(replace(finding, direction=None))


def _section(entry: Entry) -> str:
    # What goes on in the next line is indented.
    reason = "\n    ".join(entry.reason.splitlines())
    lines = [f"[{entry.title}]", f"reason = {reason}"]
    if entry.engine:
        lines.append(f"engine = {entry.engine}")
    if entry.until:
        lines.append(f"until = {entry.until.isoformat()}")
    lines += [
        f"{key} = {value}" for key in ("migrated", "expected", "release") if (value := getattr(entry, key))
    ]
    return "\n" + "\n".join(lines) + "\n"
