"""The four answers, each from what concerns it."""

from __future__ import annotations

from typing import Dict, Sequence, Tuple

import pytest

from kallithea_dbdev.findings import CATALOGUE, Finding, make
from kallithea_dbdev.reports import answers as module
from kallithea_dbdev.reports.answers import QUESTIONS, Answer, answers, question_of

UP, DOWN, AGAIN = ("upgrade", True), ("downgrade", True), ("upgrade", True)
ROUND = (UP, DOWN, AGAIN)


def values(
    steps: Sequence[Tuple[str, bool]], *findings: Finding, accepted: Sequence[Finding] = ()
) -> Dict[str, str]:
    return {answer.question: answer.text for answer in answers(steps, findings, accepted)}


def finding(code: str, direction: "str | None" = "upgrade", table: str = "users") -> Finding:
    return make(code, "sqlite", "x", table=table, direction=direction)


@pytest.mark.parametrize(
    ("code", "direction", "question"),
    [
        ("upgrade-fails", "upgrade", "upgrades"),
        ("live-models-break", "upgrade", "upgrades"),
        ("several-heads", None, "upgrades"),
        ("circular-revision", None, "upgrades"),
        ("merged-twice", None, "upgrades"),
        ("script-commits", None, "upgrades"),
        ("stamp-lost", None, "upgrades"),
        ("autoincrement", "upgrade", "equals"),
        ("column-missing", None, "equals"),
        ("default-missing", None, "equals"),
        ("application-fails", None, "equals"),
        ("rows-lost", "upgrade", "keeps"),
        ("values-truncated", "upgrade", "keeps"),
        ("counter-back", "upgrade", "keeps"),
        ("rename-lost", "upgrade", "keeps"),
        ("downgrade-fails", "downgrade", "goes back"),
        ("not-restored", "downgrade", "goes back"),
        ("upgrade-again-fails", "upgrade", "goes back"),
        ("chain-fails", "upgrade", "upgrades"),
        ("empty-table-fails", "upgrade", "upgrades"),
        ("chain-differs", "downgrade", "goes back"),
        ("autoincrement", "downgrade", "goes back"),
        ("rows-lost", "downgrade", "goes back"),
        ("accept-unused", None, ""),
    ],
)
def test_which_question(code: str, direction: "str | None", question: str) -> None:
    assert question_of(finding(code, direction)) == question


def test_every_name_in_the_lists_is_of_a_code_that_there_is() -> None:
    for prefix in (*module._UPGRADES, *module._KEEPS, *module._GOES_BACK, *module._NOTHING):
        assert any(code.startswith(prefix) for code in CATALOGUE), prefix


def test_all_is_well() -> None:
    assert values(ROUND) == dict.fromkeys(QUESTIONS, "yes")


def test_nothing_was_run() -> None:
    assert values(()) == dict.fromkeys(QUESTIONS, "unknown")
    # A database at the head is compared as it is.
    at_head = {answer.question: answer.text for answer in answers((), (), (), compared=True)}
    assert at_head == {**dict.fromkeys(QUESTIONS, "yes"), "goes back": "unknown"}
    assert values((), finding("several-heads", None)) == {
        **dict.fromkeys(QUESTIONS, "unknown"), "upgrades": "no, 1 cause",
    }  # fmt: skip


def test_after_an_upgrade_that_fails_nobody_knows_the_rest() -> None:
    found = values((UP, ("upgrade", False)), finding("upgrade-fails"))
    assert found == {
        "upgrades": "no, 1 cause",
        "equals": "unknown",
        "keeps": "unknown",
        "goes back": "unknown",
    }
    # what is known is said
    assert (
        values((("upgrade", False),), finding("upgrade-fails"), finding("rows-lost"))["keeps"]
        == "no, 1 cause"
    )


def test_only_up() -> None:
    assert values((UP,)) == {"upgrades": "yes", "equals": "yes", "keeps": "yes", "goes back": "unknown"}


def test_causes_are_counted_not_lines() -> None:
    found = [finding("autoincrement", table=name) for name in ("a", "b", "c")]
    assert values(ROUND, *found)["equals"] == "no, 1 cause"
    warned = values(ROUND, finding("counter-back"), accepted=[finding("rows-lost"), finding("rows-added")])
    assert warned["keeps"] == "as known, 1 warning, 2 accepted"


def test_an_accepted_warning_leaves_a_yes() -> None:
    assert values(ROUND, accepted=[finding("counter-back")])["keeps"] == "yes, 1 accepted"


def test_notes_answer_nothing() -> None:
    assert values(ROUND, finding("column-dropped-with-values"))["keeps"] == "yes"


def test_text() -> None:
    assert Answer("keeps", "no", 2, 2, 1).text == "no, 2 causes, 2 warnings, 1 accepted"
