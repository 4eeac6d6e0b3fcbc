"""Which cells there are, and in which order they are run."""

from __future__ import annotations

import pytest

from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.matrix.plan import Place, in_order, parse_releases, places
from kallithea_dbdev.releases import RELEASES, Release

OLD, NEW = Release("0.6.3", "a0a1bf09c143"), Release("0.7.0", "7ba0d2cad930")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.6.3", ["0.6.3"]),
        ("0.7.0, 0.6.3", ["0.6.3", "0.7.0"]),
        ("0.7.0,0.7.0,", ["0.7.0"]),
        ("all", ["0.6.3", "0.7.0"]),
    ],
)
def test_releases_are_named_by_version(text: str, expected: "list[str]") -> None:
    assert [release.version for release in parse_releases(text, (NEW, OLD))] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.8", "--release 0.8: 0.8 is no recorded release; choose from 0.6.3, 0.7.0, or all"),
        ("0.7.0,all", "--release 0.7.0,all: all is no recorded release"),
        (" ,", "--release  ,: nothing is no recorded release"),
    ],
)
def test_any_other_word_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_releases(text, (NEW, OLD))


def test_a_cell_for_all_that_is_recorded() -> None:
    assert [place.name for place in places((OLD, NEW), ("sqlite", "mysql"))] == [
        "0.6.3 on sqlite", "0.6.3 on mysql", "0.7.0 on sqlite", "0.7.0 on mysql",
    ]  # fmt: skip
    assert places((Release("0.1", "abc"),), ("sqlite",)) == ()
    assert {release.version for release in RELEASES} >= {"0.6.3", "0.7.0"}


def test_what_needs_no_server_runs_while_the_servers_start() -> None:
    cells = places((OLD, NEW), ("sqlite", "postgresql", "mysql"))
    assert [cell.name for cell in in_order(cells, 1)] == [
        "0.6.3 on sqlite", "0.6.3 on postgresql", "0.6.3 on mysql", "0.7.0 on postgresql", "0.7.0 on mysql",
        "0.7.0 on sqlite",
    ]  # fmt: skip
    assert set(in_order(cells, 8)) == set(cells)
    assert in_order((Place(OLD, "mysql"),), 2) == (Place(OLD, "mysql"),)
