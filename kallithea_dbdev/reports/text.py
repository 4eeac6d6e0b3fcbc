"""The report for people: what was run, each cause a paragraph, the object first, the verdict last."""

from __future__ import annotations

from typing import Iterable, List

from ..findings import CATALOGUE, NOTE, WARNING, Finding
from ..secrets import mask
from .answers import NO, YES
from .causes import Cause
from .look import Look
from .measures import of_step, rows
from .model import Cell, Page

#: How many objects of a cause are named where the list is folded.
_SHOWN = 4

_STYLE_OF_ANSWER = {YES: "good", NO: "bad"}


def render_text(page: Page, look: Look) -> str:
    """The whole report; each line ends with a newline."""
    lines: List[str] = []
    for cell in page.cells:
        lines.extend(_header(page, cell, look))
    for cause, reason in page.accepted:
        lines.extend(_accepted(cause, reason, look))
    if page.accepted:
        lines.append("")
    lines.extend(_paragraphs(page.problems, look))
    if look.unfolded:
        lines.extend(_paragraphs(page.notes, look))
    elif page.notes:
        lines.extend(_folded(page.notes, look))
    lines.extend(_summary(page, look))
    return "\n".join(lines) + "\n"


def render_errors(page: Page, look: Look) -> str:
    """The errors and the verdict only."""
    return "\n".join([*_paragraphs(page.errors, look), *_verdict(page, look)]) + "\n"


def _header(page: Page, cell: Cell, look: Look) -> List[str]:
    lines = [
        *look.lines(f"Kallithea {page.kallithea}, {_database(cell)}", style="bold"),
        f"at revision {cell.start or 'unknown'}, head {cell.head or 'unknown'}"
        f"{f', began as {cell.began}' if cell.began else ''}",
        *(line for remark in cell.remarks for line in look.lines(remark)),
        *(look.lines(f"estimated for {rows(cell.rows)}") if cell.rows else ()),
        "",
    ]
    for step in cell.steps:
        outcome = look.painted(f"{'ok' if step.ok else 'failed':<6}", "good" if step.ok else "bad")
        lines.append(
            f"  {step.direction:<9} {step.revision}  "
            f"{outcome} {step.seconds:6.2f} s  {step.statements} statements"
            f"{f', {step.verdict}' if step.verdict else ''}"
            f"{'' if step.estimate is None else f', estimated {step.estimate:.2f} s'}"
        )
        if look.unfolded:
            lines.extend(line for said in of_step(step) for line in look.lines(said, " " * 12, "dim"))
    return [*lines, ""] if cell.steps else lines


def _database(cell: Cell) -> str:
    """The database with its engine; what names a server says so already."""
    if cell.release:
        return f"a database of {cell.release} on {cell.server or cell.engine}"
    engine = f"{cell.engine} database "
    says_so = cell.private or cell.database.startswith(engine)
    return cell.database if says_so else engine + cell.database


def _accepted(cause: Cause, reason: str, look: Look) -> List[str]:
    return look.lines(f"accepted: {cause.subject} ({cause.first.code}, {_engines(cause)}): {reason}")


def _paragraphs(causes: Iterable[Cause], look: Look) -> List[str]:
    lines: List[str] = []
    for cause in causes:
        lines.extend([*_paragraph(cause, look), ""])
    return lines


def _paragraph(cause: Cause, look: Look) -> List[str]:
    """One cause in a few lines."""
    first = cause.first
    where = f", {first.direction} {first.revision}" if first.revision and first.direction else ""
    lines = [
        *look.lines(f"{cause.subject}: {first.message}", style="bold"),
        *look.lines(f"{first.severity} {first.code}, {_engines(cause)}{where}", "    ", first.severity),
    ]
    if first.file:
        lines.extend(look.lines(f"at {first.file}:{first.line}", "    "))
    releases = [release for release, _ in cause.places if release]
    if releases:
        lines.extend(look.lines(f"from {', '.join(dict.fromkeys(releases))}", "    "))
    if len(cause.objects) > 1:
        lines.extend(look.lines(_list(cause.objects, look), "    "))
    for message, engines in cause.elsewhere.items():
        lines.extend(look.lines(f"on {', '.join(engines)}: {message}", "    "))
    if look.unfolded:
        others = dict.fromkeys(f.message for f in cause.findings if f.message != first.message)
        others = {message: None for message in others if message not in cause.elsewhere}
        lines.extend(line for message in others for line in look.lines(f"also: {message}", "    "))
    if cause.why:
        lines.extend(look.lines(f"why: {cause.why}", "    "))
    if cause.fix:
        lines.extend(_fix(cause.fix, look))
    if look.tracebacks and first.traceback:
        lines.extend(f"    | {line}" for line in first.traceback.rstrip().splitlines())
    return lines


def _fix(fix: str, look: Look) -> List[str]:
    """What to do: sentences, and code as it is."""
    lines: List[str] = []
    for line in f"fix: {fix}".split("\n"):
        lines.extend([f"    {line}"] if line.startswith(" ") else look.lines(line, "    "))
    return lines


def paragraph(finding: Finding, tracebacks: bool = False) -> List[str]:
    """One finding in a few lines, without any secret."""
    cause = Cause((finding,), CATALOGUE[finding.code].why, finding.fix)
    return [mask(line) for line in _paragraph(cause, Look(tracebacks=tracebacks))]


def _engines(cause: Cause) -> str:
    return ", ".join(dict.fromkeys(engine for _, engine in cause.places))


def _list(objects: "tuple[str, ...]", look: Look) -> str:
    if look.unfolded or len(objects) <= _SHOWN + 1:
        return ", ".join(objects)
    return f"{', '.join(objects[:_SHOWN])} and {len(objects) - _SHOWN} more (-v names them)"


def _folded(notes: "tuple[Cause, ...]", look: Look) -> List[str]:
    counts: "dict[str, int]" = {}
    for cause in notes:
        counts[cause.first.code] = counts.get(cause.first.code, 0) + 1
    said = ", ".join(f"{code} {count}" if count > 1 else code for code, count in counts.items())
    return [*look.lines(f"notes: {said} (-v shows them)", style=NOTE), ""]


def _summary(page: Page, look: Look) -> List[str]:
    """The versions, the four answers of each cell, and the verdict."""
    servers = [cell.server for cell in page.cells if cell.server]
    versions = [f"{name} {version}" for name, version in page.versions]
    with_what = ", ".join(dict.fromkeys([f"kallithea-dbdev {page.tool}", *versions, *servers]))
    lines = [*look.lines(f"with {with_what}", style="dim"), ""]
    several = len(page.cells) > 1
    for cell in page.cells:
        if several:
            lines.append(f"{cell.name}:")
        for answer in cell.answers:
            style = _STYLE_OF_ANSWER.get(answer.value, WARNING)
            lines.append(f"  {answer.question:<10} {look.painted(answer.text, style)}")
        if several and cell.command:
            lines.extend(look.lines(cell.command, "  ", "dim"))
        lines.append("")
    return [*lines, *_verdict(page, look)]


def _verdict(page: Page, look: Look) -> List[str]:
    return look.lines(page.verdict, style="bad" if page.exit_status else "good")
