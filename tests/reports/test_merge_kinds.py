"""A file that is nearly a JSON report: whatever stands in it, it is refused in one line or can be shown."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Iterator, Tuple

import pytest

from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.reports import Look, merged, page_of, read_page, render

from .examples import REPORT

DOCUMENT = json.loads(render(page_of(REPORT), "json", Look(tracebacks=True)))
FORMATS = ("text", "json", "junit", "sarif")
ODD: "tuple[object, ...]" = ([], {"a": 1}, "\udc80", -1, 1e400, None)


def places(value: Any, place: Tuple[Any, ...] = ()) -> Iterator[Tuple[Any, ...]]:
    """The way to each value; of a list the first one stands for all."""
    if place:
        yield place
    items = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    )
    for key, one in items:
        yield from places(one, (*place, key))


def test_a_value_of_another_kind(tmp_path: Path) -> None:
    refused = 0
    path = tmp_path / "report.json"
    for number, place in enumerate(places(DOCUMENT)):
        document = copy.deepcopy(DOCUMENT)
        target = document
        for key in place[:-1]:
            target = target[key]
        target[place[-1]] = ODD[number % len(ODD)]
        path.write_text(json.dumps(document))
        try:
            page = read_page(path)
        except UsageError as error:
            assert "\n" not in str(error)
            refused += 1
        else:
            render(merged([page]), FORMATS[number % len(FORMATS)]).encode()
    assert refused > 30


def test_what_goes_too_deep(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("[" * 100_000)
    with pytest.raises(UsageError, match="not JSON"):
        read_page(path)


def test_two_databases_are_not_one_that_was_run_again() -> None:
    page = page_of(REPORT)
    first, *rest = page.cells
    assert not first.release
    other = replace(page, cells=(replace(first, database="/srv/other.db"), *rest))
    with pytest.raises(UsageError, match=f"two databases on sqlite: {first.database} and /srv/other.db"):
        merged([page, other])
    again = replace(page, cells=(replace(first, seconds=9.0), *rest))
    assert merged([page, again]).cells[0].seconds == 9.0
