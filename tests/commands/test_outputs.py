"""Which reports are wanted, and where they go."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, List, Optional, Tuple

import pytest

from kallithea_dbdev.commands.outputs import FORMATS, command_line, output_options, pairs
from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.reports import RENDERERS


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    output_options(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), [("text", None)]),
        (("--format", "json"), [("json", None)]),
        (("--output", "a"), [("text", "a")]),
        (("--output", "a", "--format", "json"), [("json", "a")]),
        (
            ("--format", "json", "--output", "a", "--format", "text", "--output", "b"),
            [("json", "a"), ("text", "b")],
        ),
        (
            ("--format", "json", "--format", "text", "--output", "a", "--output", "b"),
            [("json", "a"), ("text", "b")],
        ),
        (("--format", "json", "--output", "a", "--format", "text"), [("json", "a"), ("text", None)]),
    ],
)
def test_the_first_file_gets_the_first_format(
    tmp_path: Path, monkeypatch: Any, words: Tuple[str, ...], expected: List[Tuple[str, Optional[str]]]
) -> None:
    monkeypatch.chdir(tmp_path)
    options = parsed(*words)
    assert pairs(options.format, options.output) == tuple(
        (name, path and Path(path)) for name, path in expected
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--output", "a", "--output", "b"), "--output b: there is no --format for it"),
        (
            ("--format", "json", "--format", "text"),
            "--format text: two reports cannot both go to standard output",
        ),
        (
            ("--format", "json", "--output", "a", "--format", "text", "--output", "./a"),
            "two reports cannot go to one file",
        ),
        (("--output", "none/a"), "no such folder"),
        (("--output", "."), "this is a folder"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, monkeypatch: Any, words: Tuple[str, ...], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    options = parsed(*words)
    with pytest.raises(UsageError, match=message):
        pairs(options.format, options.output)


def test_two_reports_may_go_to_nowhere() -> None:
    assert len(pairs(["json", "text"], [Path("/dev/null"), Path("/dev/null")])) == 2


def test_every_format_has_a_renderer() -> None:
    assert tuple(RENDERERS) == FORMATS


def test_the_command_line() -> None:
    options = argparse.Namespace(
        config_file=Path("my rc.ini"), down_to="abc", seed=7, no_sample=False, strict=True, crash_test=False,
        accept=Path("a.ini"), up_only=True, no_accept=False, max_lock="0.5", rows="users=5",
    )  # fmt: skip
    assert command_line(options) == (
        "gearbox db-verify -c 'my rc.ini' --from abc --seed 7 --max-lock 0.5 --rows users=5 --strict --up-only --accept a.ini"
    )
    options.config_file = options.accept = Path("-x.ini")
    assert command_line(options).startswith("gearbox db-verify -c ./-x.ini ")
    assert command_line(options).endswith(" --accept ./-x.ini")


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(UsageError, match="a link that leads back to itself"):
        pairs(["json"], [loop])
