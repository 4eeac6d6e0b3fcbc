"""The page: whole, escaped, nothing loaded; and as a browser shows it."""

from __future__ import annotations

import dataclasses
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import List

import pytest

from kallithea_dbdev.findings import NOTE, make
from kallithea_dbdev.reports import Page, page_of, render

from ..browser import REQUIRE, chromium, looked_at
from ..servers import LEFT_OUT
from .examples import REPORT
from .test_merge import of_release

PAGE = page_of(REPORT)


def large() -> Page:
    """Every release and engine, long names, each kind of finding."""
    evil = make("column-type", "sqlite", "<script>alert('x')</script> & \"quoted\"", table="users", object="a<b",
                migrated="VARCHAR(255) " * 30, expected="TEXT", statement="SELECT '</code>'")  # fmt: skip
    warned = make("script-commits", "sqlite", "upgrade() commits", revision="abc")
    tables = [
        make("table-option", "mysql", "is utf8", table=f"a_table_with_a_very_long_name_number_{n}")
        for n in range(30)
    ]
    cells = []
    for release in ("0.3.7", "0.4.1", "0.5.2", "0.6.3", "0.7.0"):
        first, second = of_release(PAGE, release).cells
        more = (dataclasses.replace(finding, release=release) for finding in (evil, warned, *tables))
        first = dataclasses.replace(first, findings=(*first.findings, *more))
        cells += [first, second, dataclasses.replace(second, engine="postgresql", server="PostgreSQL 15.5")]
    return dataclasses.replace(PAGE, cells=tuple(cells))


class Balanced(HTMLParser):
    """Checks that what is opened is closed."""

    VOID = {"meta", "link"}

    def __init__(self) -> None:
        super().__init__()
        self.open: List[str] = []
        self.ids: List[str] = []
        self.names: List[str] = []

    def handle_starttag(self, tag: str, attrs: "list[tuple[str, str | None]]") -> None:
        self.names.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: "list[tuple[str, str | None]]") -> None:
        self.names.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    "page", [PAGE, large(), page_of(dataclasses.replace(REPORT, results=REPORT.results[1:]))]
)
def test_it_is_one_whole_document(page: Page) -> None:
    text = render(page, "html")
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    assert len(set(parser.ids)) == len(parser.ids)
    assert "script" not in parser.names, "readable without JavaScript"
    # nothing is loaded
    assert not re.search(r"""(src|href)=["'](?!data:,)|url\(|@import|https?://""", text)
    assert text.index(page.verdict) < text.index("upgrade, and go back?")


def test_the_question_is_that_of_its_reader() -> None:
    """One who has a database, or one who releases."""
    began = dataclasses.replace(PAGE.cells[0], release="", began="0.4.1")
    text = render(dataclasses.replace(PAGE, cells=(began,)), "html")
    assert "Can this database upgrade, and go back?" in text
    assert "from aaa to abc; it began as 0.4.1<" in text
    text = render(dataclasses.replace(PAGE, cells=(dataclasses.replace(began, release="0.6.3"),)), "html")
    assert "Can every site upgrade, and go back?" in text


def test_every_value_is_escaped() -> None:
    text = render(large(), "html")
    assert "<script>" not in text and "a<b" not in text
    assert "&lt;script&gt;alert(" in text
    assert "SELECT &#39;&lt;/code&gt;&#39;" in text


def test_it_holds_what_a_release_manager_asks_for() -> None:
    text = render(large(), "html")
    for said in (
        "0.3.7", "PostgreSQL 15.5", "no, 2 causes", "gearbox db-verify -c a.ini --engine sqlite", "versions/abc.py:7",
        "it is ours", "Python 3.11.2", "users: 3 to 1", "1.000 s", "all 30", 'class="chain"', "1.23",
        "users: AccessExclusiveLock for 0.25 s, reads and writes wait", "the whole database: RESERVED", "1.2 MB",
        ", line 12, 3 rows:", "Estimated for 1000 rows in users.", ">12.35<",
    ):  # fmt: skip
        assert said in text, said
    assert text.count("a_table_with_a_very_long_name_number_29") == 1


def test_nothing_wrong_is_no_section() -> None:
    cells = tuple(
        dataclasses.replace(c, findings=tuple(f for f in c.findings if f.severity == NOTE), accepted=())
        for c in PAGE.cells
    )
    text = render(dataclasses.replace(PAGE, cells=cells), "html")
    assert "What is wrong" not in text and "Known and accepted" not in text
    assert "<title>OK: " in text


browser = pytest.mark.skipif(
    not chromium() and not os.environ.get(REQUIRE),
    reason=f"{LEFT_OUT} no Chromium here to look at the report (Debian: apt-get install chromium)",
)


#: What a page that is wrong in each way holds: the look must see it.
WRONG = (
    '<p style="color:#999;background:#fff;width:900px">pale words</p><img src="harness.html">'
    '<script>console.error("control")</script>'
)


@browser
@pytest.mark.parametrize("dark", [False, True])
def test_in_a_browser(tmp_path: Path, dark: bool) -> None:
    text = render(large(), "html")
    control = render(PAGE, "html").replace("</main>", f"{WRONG}</main>")
    (narrow, wide, wrong), console = looked_at([(text, 390), (text, 1200), (control, 390)], tmp_path, dark)
    for found, width in ((narrow, 390), (wide, 1200)):
        assert found["dark"] == dark
        assert (found["width"], found["content"]) == (width, width), "no horizontal scroll"
        assert found["violations"] == []
        assert found["passes"] > 10
    # The control: all of it is seen.
    assert [line for line in console if "control" not in line] == []
    assert console
    assert wrong["content"] > wrong["width"]
    assert {line.partition(":")[0] for line in wrong["violations"]} >= {"color-contrast", "image-alt"}
