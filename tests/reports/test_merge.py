"""JSON reports are read back whole, and put together to one page."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Callable, Dict

import pytest

from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.findings import make
from kallithea_dbdev.reports import Look, Page, merged, page_of, read_page, render

from .examples import LOST, REPORT

PAGE = page_of(REPORT)


def written(path: Path, page: Page) -> Path:
    path.write_text(render(page, "json", Look(tracebacks=True)), encoding="utf-8")
    return path


def of_release(page: Page, release: str) -> Page:
    cells = []
    for cell in page.cells:
        findings = tuple(dataclasses.replace(f, release=release) for f in cell.findings)
        accepted = tuple((dataclasses.replace(f, release=release), reason) for f, reason in cell.accepted)
        cells.append(dataclasses.replace(cell, release=release, findings=findings, accepted=accepted))
    return dataclasses.replace(page, cells=tuple(cells))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    page = read_page(written(tmp_path / "a.json", PAGE))
    assert render(page, "json") == render(PAGE, "json")
    look = Look(unfolded=True)
    assert render(page, "text", look).replace("1.24 s", "1.23 s") == render(PAGE, "text", look)


def test_one_page_and_one_exit_status_of_several() -> None:
    older, newer = of_release(PAGE, "0.6.3"), of_release(PAGE, "0.7.0")
    good = dataclasses.replace(newer, cells=tuple(dataclasses.replace(c, findings=()) for c in newer.cells))
    page = merged([older, good])
    assert [cell.name for cell in page.cells] == [
        "0.6.3 on sqlite", "0.6.3 on mysql", "0.7.0 on sqlite", "0.7.0 on mysql",
    ]  # fmt: skip
    assert (page.exit_status, merged([good]).exit_status) == (1, 0)
    assert page.verdict == (
        "FAILED: 2 errors, 1 note, 1 accepted; 6 steps on sqlite, mysql from 0.6.3, 0.7.0, head abc"
    )
    assert merged([older, newer]).problems[0].places == (("0.6.3", "sqlite"), ("0.7.0", "sqlite"))


def test_a_cell_that_was_run_again_counts_as_it_is_in_the_last_file() -> None:
    good = dataclasses.replace(PAGE, cells=tuple(dataclasses.replace(c, findings=()) for c in PAGE.cells))
    assert merged([PAGE, good]).exit_status == 0
    assert merged([good, PAGE]).exit_status == 1


def test_an_accepted_entry_is_unused_only_where_it_is_so_everywhere() -> None:
    def with_unused(release: str, *messages: str) -> Page:
        unused = tuple(
            make("accept-unused", "sqlite", message, object="accepted.ini") for message in messages
        )
        cell = dataclasses.replace(PAGE.cells[0], release=release, findings=unused, accepted=())
        return dataclasses.replace(PAGE, cells=(cell,))

    page = merged([with_unused("1", "[a] x", "[b] x"), with_unused("2", "[b] x", "[c] x")])
    assert [finding.message for finding in page.findings] == ["[b] x"]


def test_a_remark_whose_engine_has_no_cell_is_not_lost(tmp_path: Path) -> None:
    remark = dataclasses.replace(LOST, engine="postgresql")
    first = dataclasses.replace(PAGE.cells[0], findings=(remark,))
    page = dataclasses.replace(PAGE, cells=(first, *PAGE.cells[1:]))
    assert read_page(written(tmp_path / "a.json", page)).exit_status == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: "{", "not JSON"),
        (lambda d: "[]", "not a JSON report"),
        (lambda d: json.dumps({**d, "version": 2}), "not a JSON report"),
        (lambda d: json.dumps({k: v for k, v in d.items() if k != "steps"}), "not a whole JSON report"),
        (lambda d: json.dumps({**d, "engines": []}), "not a whole JSON report"),
        (
            lambda d: json.dumps({**d, "findings": [{**d["findings"][0], "code": "x"}]}),
            "not a whole JSON report",
        ),
    ],
)
def test_what_is_no_report(tmp_path: Path, change: Callable[[Dict[str, Any]], str], message: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(change(json.loads(render(PAGE, "json"))))
    with pytest.raises(UsageError, match=message):
        read_page(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_page(tmp_path / "a.json")
