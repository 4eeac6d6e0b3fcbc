"""Names and marks of scratch databases: pure functions."""

from __future__ import annotations

from kallithea_dbdev.engines.marks import (
    Lease,
    lease_of,
    mark_text,
    parse_mark,
    scratch_mark,
    scratch_name,
    throwaway_mark,
)


def test_a_name_tells_its_lease_and_is_short_enough_for_every_server() -> None:
    lease = Lease.new()
    name = scratch_name(lease, "Before 12: " + "x" * 200)
    assert len(name) <= 63
    assert lease_of(name) == lease
    assert scratch_name(lease, "a") != scratch_name(lease, "a")


def test_any_other_name_has_no_lease() -> None:
    for name in ("kallithea", "kdbdev_", "kdbdev_strange", "kdbdev_6b000000_00000000_1_abcdef_copy", "",
                 "x" + scratch_name(Lease.new(), "a"), scratch_name(Lease.new(), "a") + "-x"):  # fmt: skip
        assert lease_of(name) is None


def test_leases_fit_into_a_signed_number() -> None:
    numbers = {Lease.new().number for _ in range(1000)}
    assert len(numbers) == 1000
    assert all(0 <= number < 2**31 for number in numbers)


def test_a_mark_survives_as_text_and_anything_else_is_none() -> None:
    for mark in (scratch_mark("kdbdev_x"), throwaway_mark("täst 'x'")):
        assert parse_mark(mark_text(mark)) == mark
    for text in (
        None,
        "",
        "a comment",
        "kallithea-dbdev: {",
        "kallithea-dbdev: [1]",
        ' kallithea-dbdev: {"a": 1}',
    ):
        assert parse_mark(text) == {}
