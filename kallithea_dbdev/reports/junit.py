"""The report for CI servers: each step and each cause of an error is a test case.

The form is what Jenkins' ``junit`` step reads (Kallithea's Jenkinsfile has one): suites, cases,
``failure`` and ``skipped``; what XML cannot hold is left out of the texts.
"""

from __future__ import annotations

import re
from typing import Iterable
from xml.etree import ElementTree as Xml

from ..findings import ERROR, WARNING
from .causes import Cause, causes
from .model import Cell, Page

#: What no XML document may hold.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(page: Page) -> str:
    """One suite for each database, with a case for each step, each cause and each accepted one."""
    root = Xml.Element("testsuites", name="gearbox db-verify")
    for cell in page.cells:
        _suite(root, page, cell)
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("errors", "0")
    root.set("time", f"{sum(cell.seconds for cell in page.cells):.3f}")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _suite(root: Xml.Element, page: Page, cell: Cell) -> None:
    suite = Xml.SubElement(root, "testsuite", name=_text(f"db-verify.{cell.name}"))
    properties = Xml.SubElement(suite, "properties")
    versions = [("kallithea", page.kallithea), ("kallithea-dbdev", page.tool), *page.versions]
    for name, value in [*versions, ("server", cell.server), ("command", cell.command)]:
        Xml.SubElement(properties, "property", name=_text(name), value=_text(value))
    for answer in cell.answers:
        Xml.SubElement(properties, "property", name=f"answer: {answer.question}", value=answer.text)
    severities = (ERROR, WARNING) if page.strict else (ERROR,)
    wrong = causes(finding for finding in cell.findings if finding.severity in severities)
    for number, step in enumerate(cell.steps, 1):
        case = _case(suite, cell, f"{number}. {step.direction} {step.revision}", step.seconds)
        blamed = [
            c for c in wrong if (c.first.revision, c.first.direction) == (step.revision, step.direction)
        ]
        if blamed:
            said = "; ".join(f"{cause.first.code} {cause.subject}" for cause in blamed)
            _failure(case, "step", f"{step.direction}() of {step.revision}: {said}", "")
    for cause in wrong:
        first = cause.first
        case = _case(
            suite, cell, f"{first.code} {cause.subject} {first.revision or '-'} {first.direction or ''}"
        )
        if first.file:
            case.set("file", _text(first.file))
            case.set("line", str(first.line))
        _failure(case, first.code, f"{cause.subject}: {first.message}", "\n".join(_body(cause)))
    for finding, reason in cell.accepted:
        case = _case(suite, cell, f"{finding.code} {finding.where} {finding.revision or '-'}")
        Xml.SubElement(case, "skipped", message=_text(f"accepted: {reason}"))
    if not len(list(suite.iter("testcase"))):
        _case(suite, cell, "nothing to run")
    suite.set("tests", str(len(list(suite.iter("testcase")))))
    suite.set("failures", str(len(list(suite.iter("failure")))))
    suite.set("errors", "0")
    suite.set("skipped", str(len(list(suite.iter("skipped")))))
    suite.set("time", f"{cell.seconds:.3f}")


def _case(suite: Xml.Element, cell: Cell, name: str, seconds: float = 0.0) -> Xml.Element:
    classname = f"db-verify.{cell.name.replace('.', '_')}"
    return Xml.SubElement(
        suite, "testcase", classname=_text(classname), name=_text(name.strip()), time=f"{seconds:.3f}"
    )


def _failure(case: Xml.Element, kind: str, message: str, body: str) -> None:
    Xml.SubElement(case, "failure", type=kind, message=_text(message)).text = _text(body)


def _body(cause: Cause) -> Iterable[str]:
    first = cause.first
    if first.file:
        yield f"{first.file}:{first.line}"
    if len(cause.objects) > 1:
        yield ", ".join(cause.objects)
    if cause.why:
        yield f"why: {cause.why}"
    yield f"fix: {first.fix}"
    if first.statement:
        yield f"statement: {first.statement}"


def _text(text: str) -> str:
    return _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", text)
