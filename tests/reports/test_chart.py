"""The picture of the chain: order, colours, and where databases begin."""

from __future__ import annotations

import dataclasses
from typing import Sequence, Tuple
from xml.etree import ElementTree

from kallithea_dbdev.findings import make
from kallithea_dbdev.reports import Page, page_of
from kallithea_dbdev.reports.chart import chain_of, svg
from kallithea_dbdev.reports.model import Cell, StepLine

from .examples import REPORT

PAGE = page_of(REPORT)


def cell(
    start: str, up: Sequence[str], down: Sequence[str], release: str = "", verdict: str = "exact"
) -> Cell:
    steps = [StepLine(revision, "upgrade", True, 1.0, 1) for revision in up]
    steps += [StepLine(revision, "downgrade", True, 1.0, 1, verdict) for revision in down]
    steps += [StepLine(revision, "upgrade", True, 1.0, 1) for revision in reversed(down)]
    return Cell("sqlite", "db", start, "head", 1.0, release, steps=tuple(steps))


def page(*cells: Cell) -> Page:
    return dataclasses.replace(PAGE, cells=cells)


def order(*cells: Cell) -> Tuple[str, ...]:
    return tuple(node.revision for node in chain_of(page(*cells)))


def test_newest_first_whatever_the_way() -> None:
    assert order(cell("a", "bc", "cb")) == ("c", "b", "a")
    assert order(cell("c", "", "c")) == ("c",)
    assert order(cell("c", "", "cba")) == ("c", "b", "a")
    assert order(cell("b", "c", "cba")) == ("c", "b", "a")
    assert order(cell("a", "bcd", "d")) == ("d", "c", "b", "a")
    assert order(cell("", "", "")) == ()


def test_the_ways_of_several_cells_are_one_chain() -> None:
    cells = (cell("d", "", "d", "0.7"), cell("a", "bcd", "dcb", "0.3"), cell("b", "cd", "dc", "0.4"))
    assert order(*cells) == order(*reversed(cells)) == ("d", "c", "b", "a")
    assert [node.releases for node in chain_of(page(*cells))] == [("0.7",), (), ("0.4",), ("0.3",)]
    assert order(cell("b", "c", "c"), cell("a", "b", "b")) == ("c", "b", "a")


def test_colours_are_verdicts() -> None:
    base = cell("a", "bc", "cb")
    assert [(n.up, n.down) for n in chain_of(page(base))] == [
        ("good", "good"),
        ("good", "good"),
        ("unknown", "unknown"),
    ]
    wrong = make("autoincrement", "sqlite", "x", table="t", revision="c", direction="upgrade")
    warned = make("script-commits", "sqlite", "x", revision="b")
    lost = make("not-restored", "sqlite", "x", table="t", revision="b", direction="downgrade")
    colours = [
        (n.up, n.down) for n in chain_of(page(dataclasses.replace(base, findings=(wrong, warned, lost))))
    ]
    assert colours == [("bad", "good"), ("doubtful", "bad"), ("unknown", "unknown")]
    lossy = cell("a", "b", "b", verdict="loses data")
    assert chain_of(page(lossy))[0].down == "doubtful"
    assert chain_of(page(cell("a", "b", "b", verdict="keeps columns")))[0].down == "good"
    failed = dataclasses.replace(base, steps=(dataclasses.replace(base.steps[0], ok=False),))
    assert chain_of(page(failed))[0].up == "bad"


def test_it_is_xml_and_says_in_words_what_the_colours_say() -> None:
    text = svg(page(cell("a<b", "bc", "cb", "0.6")))
    root = ElementTree.fromstring(text)
    said = [element.text for element in root.iter("text")]
    assert said == ["c", "up: ok, down: ok", "b", "up: ok, down: ok", "a<b", "0.6"]
    assert svg(page(cell("", "", ""))) == ""
