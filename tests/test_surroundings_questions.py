"""A script that asks somebody is not waited for."""

from __future__ import annotations

import io
import sys

import pytest

from kallithea_dbdev.surroundings import undisturbed


def test_a_question_gets_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.StringIO("yes\nno\n")
    monkeypatch.setattr(sys, "stdin", given)
    with undisturbed():
        with pytest.raises(EOFError):
            input()
        assert sys.stdin.read() == ""
    assert sys.stdin is given and input() == "yes"
