"""The matrix through the real gearbox: every cell, what is known after Ctrl-C, and one page of parts."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from typing import Any, Dict

import pytest

from ..conftest import need
from ..projects import VERSION, Project, environment, one_line
from ..test_docs import ROOT

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="the way from 0.6.3 to 0.7.0")


def read(project: Project, name: str) -> Dict[str, Any]:
    return json.loads((project.instance / name).read_text())


def test_releases_on_engines_and_the_parts_put_together(project: Project, running: Dict[str, Any]) -> None:
    need("postgresql", running)
    before = project.snapshot()
    words = ("db-verify", "-c", "development.ini", "--no-accept")
    done = project.gearbox(
        *words, "--release", "0.7.0,0.6.3", "--engine", "sqlite,postgresql", "--format", "json", "--output", "all.json",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("FAILED: ") and "on sqlite, postgresql from 0.6.3, 0.7.0" in done.stdout
    report = read(project, "all.json")
    (project.instance / "all.json").unlink()
    assert project.snapshot() == before, "the configured database is not even opened"
    cells = {(cell["release"], cell["engine"]): cell for cell in report["engines"]}
    assert list(cells) == [(r, e) for r in ("0.6.3", "0.7.0") for e in ("sqlite", "postgresql")]
    answers = {place: {k: a["value"] for k, a in cell["answers"].items()} for place, cell in cells.items()}
    assert answers["0.6.3", "sqlite"]["equals"] == "no"
    assert answers["0.6.3", "postgresql"]["equals"] == "yes"
    assert set(answers["0.7.0", "postgresql"].values()) == {"yes"}
    ways = {(s["release"], s["engine"], s["revision"], s["direction"]) for s in report["steps"]}
    assert ("0.6.3", "postgresql", "f62826179f39", "downgrade") in ways
    # each cell can be run alone by the line that it prints, and the parts make the same page
    for number, cell in enumerate(cells.values()):
        line = cell["command"].split()
        assert line[:2] == ["gearbox", "db-verify"]
        alone = project.gearbox(*line[1:], "--format", "json", "--output", f"{number}.json")
        assert alone.returncode in (0, 1), alone.stderr
    parts = [f"{number}.json" for number in range(len(cells))]
    merged = project.gearbox("db-verify", "--merge", *parts, "--format", "json", "--output", "merged.json")
    assert merged.returncode == 1
    assert merged.stdout == done.stdout
    again = read(project, "merged.json")
    assert again["findings"] == report["findings"]
    assert [cell["answers"] for cell in again["engines"]] == [cell["answers"] for cell in report["engines"]]


def test_up_only_and_what_is_known_of_released_scripts(project: Project) -> None:
    """What is known counts for nothing; what is new does."""
    words = ("db-verify", "--release", "0.6.3", "--up-only", "--format", "json", "--output", "report.json")
    done = project.gearbox(*words)
    report = read(project, "report.json")
    assert done.returncode == 0, done.stdout
    assert {step["direction"] for step in report["steps"]} == {"upgrade"}
    assert len(report["steps"]) == 2
    answers = report["engines"][0]["answers"]
    assert answers["goes back"]["value"] == "unknown"
    assert answers["equals"] == {"value": "as known", "errors": 0, "warnings": 0, "accepted": 1}
    assert "--up-only" in report["engines"][0]["command"]
    assert "autoincrement" in {finding["code"] for finding in report["accepted"]}
    path = next(project.versions.glob("f62826179f39_*.py"))
    path.write_text(
        path.read_text().replace("['pull_request_id', 'user_id']", "['user_id', 'pull_request_id']")
    )
    assert project.gearbox(*words).returncode == 1
    assert {f["code"] for f in read(project, "report.json")["findings"] if f["severity"] == "error"} == {
        "index-differs" if False else "unique-missing", "unique-extra",
    }  # fmt: skip


def test_what_is_known_is_printed_after_ctrl_c(project: Project) -> None:
    """The first cells are there, the others say that they were not run to their end."""
    terminal, their_end = os.openpty()
    process = subprocess.Popen(
        ["gearbox", "db-verify", "--release", "all"], cwd=project.instance, env=environment(project.checkout),
        stdout=subprocess.PIPE, stderr=their_end, text=True,
    )  # fmt: skip
    os.close(their_end)
    try:
        shown = ""
        while not re.search(r"1 of \d done; running .*; about \d+ s left", shown):
            shown += os.read(terminal, 4096).decode()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=90)
        shown += os.read(terminal, 4096).decode()
    finally:
        process.kill()
        os.close(terminal)
    assert process.returncode == 128 + signal.SIGINT
    assert "interrupted by SIGINT" in shown
    assert "not run to its end: the run was interrupted" in out
    assert re.search(r"^  upgrades   (yes|no|as known)", out, re.MULTILINE)
    assert re.search(r"^  upgrades   unknown", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--release", "0.8"), "--release 0.8: 0.8 is no recorded release; choose from "),
        (
            ("--release", "all", "--scratch-url", "mysql://h/d"),
            "--release and --scratch-url do not go together",
        ),
        (("--release", "all", "--from", "feed"), "--from feed: there is no such revision"),
        (("--merge", "none.json"), "none.json: cannot be read"),
    ],
)
def test_what_cannot_be_meant(project: Project, words: "tuple[str, ...]", message: str) -> None:
    done = project.gearbox("db-verify", *words)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done.stderr, message)


def test_further_down_than_the_releases_began(project: Project) -> None:
    words = ("--release", "0.6.3,0.5.2,0.4.1", "--engine", "sqlite", "--no-sample", "--from", "d7ec25b66e47")
    done = project.gearbox("db-verify", *words, "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    down: Dict[str, Any] = {}
    for step in report["steps"]:
        if step["direction"] == "downgrade":
            down.setdefault(step["release"], []).append(step["revision"])
    # One that began further down ends there; it cannot get that far.
    assert down == {
        "0.6.3": ["7ba0d2cad930", "f62826179f39", "a0a1bf09c143"],
        "0.5.2": ["7ba0d2cad930", "f62826179f39", "a0a1bf09c143"],
        "0.4.1": ["7ba0d2cad930", "f62826179f39", "a0a1bf09c143", "d7ec25b66e47", "4851d15bc437"],
    }
    commands = [cell["command"] for cell in report["engines"]]
    assert all("--from d7ec25b66e47" in command for command in commands)


def test_no_option_is_taken_by_gearbox() -> None:
    """gearbox takes its own options, and what they begin with, wherever they stand on the line."""
    text = (ROOT / "kallithea_dbdev" / "commands" / "verify.py").read_text()
    text += (ROOT / "kallithea_dbdev" / "commands" / "outputs.py").read_text()
    theirs = ("--verbose", "--quiet", "--version", "--log-file", "--debug", "--relative", "--help")
    for option in re.findall(r'"(--[a-z-]+)"', text):
        assert not any(name.startswith(option) for name in theirs), option


def test_the_corrected_scripts_are_right(project: Project, running: Dict[str, Any]) -> None:
    """Those that the documentation shows, in place of the released ones: what was found is gone."""
    for engine in ("postgresql", "mysql"):
        need(engine, running)
    scripts = sorted((ROOT / "docs" / "corrected").glob("*.py"))
    for script in scripts:
        (project.versions / script.name).write_text(script.read_text())
    done = project.gearbox(
        "db-verify", "--release", "0.5.2,0.6.3", "--engine", "sqlite,postgresql,mysql", "--no-accept",
        "--format", "json",
    )  # fmt: skip
    report = json.loads(done.stdout)
    revisions = {script.name[:12] for script in scripts}
    wrong = [f for f in report["findings"] if f["severity"] != "note" and f["revision"] in revisions]
    # Deleting what is there twice cannot be undone; nor can a conversion to a larger character set; nor does
    # a unique constraint come back over rows that were allowed without it.
    assert {(f["code"], f["revision"], f["engine"]) for f in wrong} <= {
        *(("cannot-restore", "f62826179f39", engine) for engine in ("sqlite", "postgresql", "mysql")),
        *(("rows-refused", "a0a1bf09c143", engine) for engine in ("sqlite", "postgresql", "mysql")),
        ("downgrade-irreversible", "c0ffee070800", "mysql"),
    }  # fmt: skip
    others = {(f["code"], f["table"]) for f in report["findings"] if f["severity"] == "error"}
    assert others <= {("table-extra", "cache_invalidation"), ("unique-extra", "user_ssh_keys")}
