"""The revision chain as a picture: where each cell's way began, and how each step went, up and down."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import takewhile
from typing import Dict, List, Tuple

from ..findings import ERROR, WARNING, Finding
from ..migrations import DOWNGRADE
from ..verification.verdicts import EXACT, KEEPS_COLUMNS
from .model import Cell, Page

GOOD, DOUBTFUL, BAD, UNKNOWN = "good", "doubtful", "bad", "unknown"
_WORST = (BAD, DOUBTFUL, GOOD, UNKNOWN)
_WORDS = {GOOD: "ok", DOUBTFUL: "warning", BAD: "error", UNKNOWN: "not run"}

_WIDTH, _ROW, _TOP, _LEFT = 320, 56, 28, 96


@dataclass(frozen=True)
class Node:
    """One revision, with the colours of the step up to it and of the step down from it."""

    revision: str
    up: str
    down: str
    #: Releases whose databases begin here.
    releases: Tuple[str, ...]


def chain_of(page: Page) -> Tuple[Node, ...]:
    """The revisions of all cells, newest first; the worst of what was seen at each."""
    order: List[str] = []
    for way in sorted(map(_way, page.cells), key=len, reverse=True):
        for index in reversed(range(len(way))):
            if way[index] not in order:
                above = way[index + 1 : index + 2]
                order.insert(order.index(above[0]) if above else len(order), way[index])
    starts: Dict[str, List[str]] = {}
    for cell in page.cells:
        starts.setdefault(cell.start, []).append(cell.release or "configured")
    return tuple(
        Node(
            revision,
            _colour(page, revision, up=True),
            _colour(page, revision, up=False),
            tuple(dict.fromkeys(starts.get(revision, ()))),
        )
        for revision in reversed(order)
    )


def _way(cell: Cell) -> List[str]:
    """The revisions of one cell, oldest first: up to the first step down each is above the one before."""
    down = [step.revision for step in cell.steps if step.direction == DOWNGRADE]
    up = [step.revision for step in takewhile(lambda step: step.direction != DOWNGRADE, cell.steps)]
    way = list(dict.fromkeys([*(revision for revision in up if revision not in down), *reversed(down)]))
    return way if not cell.start or cell.start in way else [cell.start, *way]


def _colour(page: Page, revision: str, up: bool) -> str:
    found = [
        step
        for cell in page.cells
        for step in cell.steps
        if step.revision == revision and (step.direction != DOWNGRADE) == up
    ]
    if not found:
        return UNKNOWN
    blamed = [finding for finding in page.findings if _is_at(finding, revision, up)]
    if any(not step.ok for step in found) or any(finding.severity == ERROR for finding in blamed):
        return BAD
    lossy = any(step.verdict not in ("", EXACT, KEEPS_COLUMNS) for step in found)
    return DOUBTFUL if lossy or any(finding.severity == WARNING for finding in blamed) else GOOD


def _is_at(finding: Finding, revision: str, up: bool) -> bool:
    return finding.revision == revision and (finding.direction != DOWNGRADE) == up


def svg(page: Page) -> str:
    """The picture, for a page that has the colours as classes; every colour has a word beside it."""
    nodes = chain_of(page)
    if not nodes:
        return ""
    height = _TOP + _ROW * len(nodes)
    parts = [
        f'<svg class="chain" role="img" aria-label="The revision chain, newest first" '
        f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">'
    ]
    for index, node in enumerate(nodes):
        y = _TOP + index * _ROW
        parts.append(f'<text x="{_LEFT + 18}" y="{y + 5}">{escape(node.revision)}</text>')
        if index + 1 < len(nodes):
            parts.append(
                f'<line class="{node.up}" x1="{_LEFT - 5}" y1="{y}" x2="{_LEFT - 5}" y2="{y + _ROW}"/>'
            )
            parts.append(
                f'<line class="{node.down} back" x1="{_LEFT + 5}" y1="{y}" x2="{_LEFT + 5}" y2="{y + _ROW}"/>'
            )
            said = f"up: {_WORDS[node.up]}, down: {_WORDS[node.down]}"
            parts.append(f'<text class="small" x="{_LEFT + 18}" y="{y + _ROW // 2 + 4}">{said}</text>')
        worst = min((node.up, node.down), key=_WORST.index)
        parts.append(f'<circle class="{worst}" cx="{_LEFT}" cy="{y}" r="9"/>')
        if node.releases:
            said = escape(", ".join(node.releases))
            parts.append(f'<text class="small" text-anchor="end" x="{_LEFT - 16}" y="{y + 4}">{said}</text>')
    return "\n".join([*parts, "</svg>"])
