"""A script that asks somebody is not waited for; what its programs say is in no report."""

from __future__ import annotations

import io
import subprocess
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
        # As Mercurial takes it when it is imported.
        assert sys.stdin.buffer.read() == b""
    assert sys.stdin is given and input() == "yes"


def test_what_a_program_writes_is_not_in_the_report(capfd: pytest.CaptureFixture[str]) -> None:
    print("first", flush=True)
    with undisturbed():
        subprocess.run([sys.executable, "-c", "print('noise')"], check=True)
    print("last", flush=True)
    assert capfd.readouterr() == ("first\nlast\n", "noise\n")
