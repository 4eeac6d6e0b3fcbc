"""What a draft leaves to do, as comments in the script."""

from __future__ import annotations

import re
from typing import Dict, List, Tuple

from ..findings import ERROR, Finding
from ..migrations import DOWNGRADE, UPGRADE
from ..secrets import mask
from .script import shortened, with_todos

#: How long a TODO may be.
_LONGEST = 120


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
