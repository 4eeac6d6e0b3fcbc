"""What a draft leaves to do, as comments in the script."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Callable, Dict, List, Optional, Tuple

from ..findings import ERROR, Finding
from ..migrations import DOWNGRADE, UPGRADE
from ..secrets import mask
from .script import shortened, with_todos

#: How long a TODO may be.
_LONGEST = 120


def as_written(
    script: str, text: str, rows: Tuple[Finding, ...], findings: Tuple[Finding, ...], engines: Tuple[str, ...]
) -> Tuple[str, Tuple[Finding, ...]]:
    """What ``with_remains`` gives, and all findings: they were found without the comments, and the lines that
    they name of the file ``script`` are now those of what is given."""
    moved = _moved(script, text, with_remains(text, rows, findings, engines))
    rows, findings = tuple(map(moved, rows)), tuple(map(moved, findings))
    return with_remains(text, rows, findings, engines), (*rows, *findings)


def _moved(script: str, text: str, longer: str) -> Callable[[Finding], Finding]:
    """Makes of lines of a script those of the longer one that has them all."""
    lines = enumerate(longer.split("\n"), 1)
    numbers = [next(number for number, line in lines if line == row) for row in text.split("\n")]
    # As messages name them, and as tracebacks do.
    place = re.compile(rf"""(?<=\b{re.escape(script)}:)\d+|(?<=/{re.escape(script)}", line )\d+""")

    def in_longer(said: Optional[str]) -> Optional[str]:
        return said and place.sub(lambda found: str(numbers[int(found.group()) - 1]), said)

    def moved(finding: Finding) -> Finding:
        message, traceback = in_longer(finding.message), in_longer(finding.traceback)
        return replace(finding, message=message or "", traceback=traceback)

    return moved


def with_remains(
    text: str, rows: Tuple[Finding, ...], findings: Tuple[Finding, ...], engines: Tuple[str, ...]
) -> str:
    """The script with a TODO for each finding that is an error. Of ``rows`` that do not fit the whole is
    said: the query helps."""
    todos: Dict[str, Dict[str, List[str]]] = {UPGRADE: {}, DOWNGRADE: {}}
    about: Dict[str, Tuple[str, ...]] = {}
    for finding in rows:
        remark = mask(f"{finding.where}: {finding.message}")
        todos[finding.direction or UPGRADE][remark] = list(engines)
        about[remark] = _names(finding)
    for finding in findings:
        if finding.severity == ERROR:
            remark = mask(f"{shortened(_said(finding), _LONGEST)}; gearbox db-verify tells more")
            showing = todos[finding.direction or UPGRADE].setdefault(remark, [])
            showing += [finding.engine] * (finding.engine not in showing)
            about[remark] = _names(finding)
    said = {
        function: {
            remark if len(showing) == len(engines) else f"{', '.join(showing)}: {remark}": about[remark]
            for remark, showing in remarks.items()
        }
        for function, remarks in todos.items()
    }
    places = {remark: names for remarks in said.values() for remark, names in remarks.items()}
    return with_todos(text, {function: list(remarks) for function, remarks in said.items()}, places)


def _said(finding: Finding) -> str:
    """What is wrong, in one line; which revision it is a script says itself."""
    said = f"{finding.where}: {finding.message}"
    if finding.where == f"revision {finding.revision}":
        said = re.sub(rf"\b(\w+\(\)) of {re.escape(finding.revision or '')}\b", r"\1", finding.message)
    return " ".join(said.split())


def _names(finding: Finding) -> Tuple[str, ...]:
    return tuple(filter(None, (finding.table, finding.object))) if finding.table else ()
