"""Colour and width: on a terminal only, and never the only carrier of meaning."""

from __future__ import annotations

import re

import pytest

from kallithea_dbdev.reports import Look, look_of, page_of, render

from .examples import REPORT

PAGE = page_of(REPORT)


@pytest.mark.parametrize(
    ("terminal", "environ", "colour"),
    [
        (True, {}, True),
        (True, {"TERM": "xterm-256color"}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {}, False),
    ],
)
def test_when_there_is_colour(terminal: bool, environ: "dict[str, str]", colour: bool) -> None:
    look = look_of(terminal, environ, 80, False, False)
    assert look.colour == colour
    assert look.width == (80 if terminal else None)


def test_colour_says_nothing_that_the_words_do_not() -> None:
    plain = render(PAGE, "text")
    painted = render(PAGE, "text", Look(colour=True))
    assert painted != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain
    assert "\x1b" not in plain


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_are_no_wider_than_the_terminal(width: int) -> None:
    text = render(PAGE, "text", Look(width, unfolded=True))
    longest_word = max(map(len, text.split()))
    for line in text.splitlines():
        if not line.startswith("  downgrade abc") and not line.startswith("  upgrade   abc"):
            assert len(line) <= max(width, longest_word + 6), line
    assert text.split() == render(PAGE, "text", Look(unfolded=True)).split()


def test_a_long_list_is_folded() -> None:
    from kallithea_dbdev.findings import make
    from kallithea_dbdev.reports.causes import causes
    from kallithea_dbdev.reports.text import _paragraph

    (cause,) = causes(make("table-option", "mysql", "is so", table=f"t{n}") for n in range(7))
    assert "    t0, t1, t2, t3 and 3 more (-v names them)" in _paragraph(cause, Look())
    assert "    t0, t1, t2, t3, t4, t5, t6" in _paragraph(cause, Look(unfolded=True))
