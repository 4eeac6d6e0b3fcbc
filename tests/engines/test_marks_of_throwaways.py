"""Which mark makes a database one that may be replaced or dropped: it is read again by later versions. Pure."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.engines.marks import (
    Lease,
    Mark,
    is_throwaway_mark,
    lease_of,
    maker_of,
    mark_text,
    parse_mark,
    scratch_mark,
    scratch_name,
    throwaway_mark,
)


def test_what_stands_in_databases_that_are_there_already() -> None:
    assert mark_text(throwaway_mark("work")) == 'kallithea-dbdev: {"throwaway": "work"}'
    assert mark_text(throwaway_mark("work", "a1")) == 'kallithea-dbdev: {"of": "a1", "throwaway": "work"}'
    assert mark_text(scratch_mark("x")) == 'kallithea-dbdev: {"scratch": "x"}'
    assert lease_of("kdbdev_67a0b1c2_0000002a_abcdef_copy") == Lease(42)
    assert scratch_name(Lease(42), "Before 1: copy of it").endswith("_before_1_copy_of")


@pytest.mark.parametrize(
    "text", ['{"throwaway": "work"}', '{"of": "a1", "throwaway": "work"}', '{"of": "", "throwaway": "work"}']
)
def test_a_throwaway(text: str) -> None:
    assert is_throwaway_mark(parse_mark(f"kallithea-dbdev: {text}"), "work")


@pytest.mark.parametrize(
    "mark",
    [
        {}, {"of": "a1"}, {"throwaway": "other"}, {"throwaway": "WORK"}, {"throwaway": ""}, {"throwaway": None},
        {"scratch": "work"}, {"throwaway": "work", "scratch": "work"}, {"throwaway": "work", "of": "a1", "more": 1},
    ],
)  # fmt: skip
def test_no_throwaway(mark: Mark) -> None:
    """A copy under another name is none, and neither is what says more than this version knows."""
    assert not is_throwaway_mark(mark, "work")


def test_a_configuration_is_known_by_its_place(tmp_path: Path) -> None:
    one, other, link = (tmp_path / name for name in ("one.ini", "other.ini", "link.ini"))
    link.symlink_to(one)
    assert maker_of(one) == maker_of(link) != maker_of(other)
    assert len(maker_of(one)) == 16 and int(maker_of(one), 16)
