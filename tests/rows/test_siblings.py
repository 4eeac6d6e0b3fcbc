"""Another permission of the same family, that no set-up grants. Pure."""

from __future__ import annotations

from typing import Optional, Tuple

import pytest

from kallithea_dbdev.rows.choices import Choice, sibling

NAMES = ("hg.fork.none", "hg.fork.repository", "hg.forks", "group.read", "plain", "other")


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("hg.fork.repository", ("hg.fork.repository",), "hg.fork.none"),
        ("hg.fork.none", (), "hg.fork.repository"),
        # what a release granted may become what is granted now
        ("hg.fork.repository", ("hg.fork.none",), None),
        ("group.read", (), None),
        ("plain", (), None),
    ],
)
def test_a_sibling(name: str, written: Tuple[str, ...], expected: Optional[str]) -> None:
    assert sibling(name, NAMES, written) == expected


def test_a_choice_says_what_people_call_it() -> None:
    assert str(Choice("t", "c", 1, "")) == "t: a value that a site has chosen"
    assert str(Choice("t", "c", 1, "", "hg.fork.none")) == "t: a value that a site has chosen (hg.fork.none)"
