"""Entries for accepted findings, without any database."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Tuple

import pytest

from kallithea_dbdev.findings import Finding, make
from kallithea_dbdev.migrations import Step, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification import accepted
from kallithea_dbdev.verification.result import Report, Result

TODAY = datetime.date(2026, 11, 26)
STEP = "feedc0ffee00"


def finding(code: str = "column-type", direction: str = "upgrade", **facts: str) -> Finding:
    return make(
        code, "sqlite", "m", table="users", object="email", revision=STEP, direction=direction, **facts
    )


def report(*findings: Finding) -> Report:
    state = State((STEP,), Schema(()), {})
    record = StepRecord(Step(STEP, "upgrade", None), state, state, (), 0.0)
    return Report("0.7.0", (Result("sqlite", "d", STEP, STEP, (record,), findings, 0.0, ()),))


def read(path: Path, text: str) -> Tuple[accepted.Entry, ...]:
    path.write_text(text)
    return accepted.read(path)


def apply(path: Path, text: str, *findings: Finding) -> Tuple[int, "list[str]"]:
    """How many were accepted, and the codes of what is left."""
    result = accepted.apply(report(*findings), read(path, text), path, TODAY).results[0]
    return len(result.accepted), [f.code for f in result.findings]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accepted.ini"


UP, DOWN = finding(), finding(direction="downgrade")
HEAD = f"[column-type users.email {STEP}"


def test_one_direction_does_not_accept_the_other(path: Path) -> None:
    for title, taken in ((f"{HEAD}]", UP), (f"{HEAD} upgrade]", UP), (f"{HEAD} downgrade]", DOWN)):
        left = DOWN if taken is UP else UP
        result = accepted.apply(report(UP, DOWN), read(path, f"{title}\nreason = x\n"), path, TODAY).results[
            0
        ]
        assert (result.accepted, result.findings) == (((taken, "x"),), (left,)), title


@pytest.mark.parametrize(
    "code", ["not-restored", "downgrade-fails", "cannot-restore", "downgrade-keeps-column"]
)
def test_what_only_a_downgrade_has_needs_no_word_for_it(path: Path, code: str) -> None:
    found = finding(code, "downgrade", severity="error")
    assert apply(path, f"[{code} users.email {STEP}]\nreason = x\n", found) == (1, [])
    assert accepted.update(report(found), (), path) == 1
    assert f"[{code} users.email {STEP}]\n" in path.read_text()


def test_what_is_said_of_the_whole_script_has_no_direction(path: Path) -> None:
    found = make("script-imports-models", "sqlite", "m", revision=STEP)
    text = f"[script-imports-models revision {STEP} {STEP}]\nreason = x\n"
    assert apply(path, text, found) == (1, [])


def test_update_writes_both_directions_and_reads_them_again(path: Path) -> None:
    assert accepted.update(report(UP, DOWN), (), path) == 2
    text = path.read_text()
    assert f"{HEAD}]\n" in text and f"{HEAD} downgrade]\n" in text
    assert apply(path, text.replace(accepted.NO_REASON, "x"), UP, DOWN) == (2, [])


def test_update_gives_the_reason_of_an_entry_without_direction_to_both(path: Path) -> None:
    known = read(path, f"{HEAD}]\nreason = released\nuntil = 2030-01-01\n")
    assert accepted.update(report(UP, DOWN), known, path) == 0
    assert [(e.direction, e.reason, str(e.until)) for e in accepted.read(path)] == [
        ("upgrade", "released", "2030-01-01"),
        ("downgrade", "released", "2030-01-01"),
    ]
    # Where the upgrade does not have it, the entry was the downgrade's all along.
    assert accepted.update(report(DOWN), known, path) == 0
    assert [(e.direction, e.reason) for e in accepted.read(path)] == [("downgrade", "released")]


@pytest.mark.parametrize(
    "reason",
    [
        "TODO",
        "TODO: say why",
        "todo",
        "  Todo - later",
        "FIXME",
        "fixme: x",
        "...",
        "-",
        "?",
        "XXX",
        "tbd",
        "_",
    ],
)
def test_no_reason_is_a_warning(path: Path, reason: str) -> None:
    assert apply(path, f"{HEAD}]\nreason = {reason}\n", UP) == (1, ["accept-todo"])


@pytest.mark.parametrize("reason", ["released in 0.7.0", "todos of users do not matter", "x", "é", "see #7"])
def test_a_reason_is_one(path: Path, reason: str) -> None:
    assert apply(path, f"{HEAD}]\nreason = {reason}\n", UP) == (1, [])


def test_notes_cannot_be_accepted(path: Path) -> None:
    note = finding(severity="note")
    assert apply(path, f"{HEAD}]\nreason = x\n", note) == (0, ["column-type"])
    assert accepted.update(report(note), (), path) == 0
    assert "[" not in path.read_text()


def test_an_expired_entry_does_not_hide_one_that_is_valid(path: Path) -> None:
    text = f"{HEAD}]\nreason = x\nuntil = 2026-11-25\n{HEAD} upgrade]\nreason = y\n"
    assert apply(path, text, UP) == (1, ["accept-expired"])
    assert apply(path, f"{HEAD}]\nreason = x\nuntil = 2026-11-26\n", UP) == (1, [])


def test_other_objects_revisions_and_engines_are_not_accepted(path: Path) -> None:
    for title in ("column-type users.name " + STEP, "column-type users.email -", "name users.email " + STEP):
        accepted_now, left = apply(path, f"[{title}]\nreason = x\n", UP)
        assert (accepted_now, left[0]) == (0, "column-type"), title
    assert apply(path, f"{HEAD}]\nreason = x\nengine = mysql\n", UP) == (0, ["column-type"])
