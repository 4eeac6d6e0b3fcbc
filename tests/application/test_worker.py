"""Code of other changesets: what is pure in it."""

from __future__ import annotations

import pytest

from kallithea_dbdev.application.worker import without_option


@pytest.mark.parametrize(
    "words, rest",
    [
        (["db-throwaway", "--at", "tip", "-c", "a.ini"], ["db-throwaway", "-c", "a.ini"]),
        (["-v", "db-throwaway", "-c", "a.ini", "--at=x y"], ["-v", "db-throwaway", "-c", "a.ini"]),
        (["db-throwaway", "-c", "a.ini"], ["db-throwaway", "-c", "a.ini"]),
    ],
)
def test_a_command_line_without_an_option(words: "list[str]", rest: "list[str]") -> None:
    assert without_option(words, "--at") == rest
