"""What an entry speaks of, what a file of them must not say, and what is written back."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import List, Optional, Tuple

import pytest

from kallithea_dbdev.errors import ConfigError
from kallithea_dbdev.findings import CATALOGUE, Finding, make
from kallithea_dbdev.verification import accepted
from kallithea_dbdev.verification.accepted import KNOWN, Entry, usual_direction
from kallithea_dbdev.verification.result import Report, Result

from .test_accepted import STEP, TODAY, UP, apply, path, read, report

__all__ = ["path"]
ENTRY = Entry("column-type", "users.email", STEP, "x")
HEAD = f"[column-type users.email {STEP}]\nreason = x\n"


@pytest.mark.parametrize(
    ("entry", "found", "matches"),
    [
        ({}, {}, True),
        ({"where": "*"}, {}, True), ({"where": "users.name"}, {}, False),
        ({"engine": "sqlite"}, {}, True), ({"engine": "mysql"}, {}, False),
        ({"release": "0.7.0"}, {}, False), ({"release": "0.7.0"}, {"release": "0.7.0"}, True),
        ({"release": "0.7.0"}, {"began": "0.7.0"}, True), ({"release": "0.7.0"}, {"release": "0.6.3", "began": "0.7.0"}, False),
        ({}, {"release": "0.7.0"}, True),
        ({"migrated": "VARCHAR*"}, {"migrated": "VARCHAR(9)"}, True), ({"migrated": "VARCHAR*"}, {"migrated": "TEXT"}, False),
        ({"migrated": "VARCHAR*"}, {}, False), ({"migrated": ""}, {}, True), ({}, {"migrated": "TEXT"}, True),
        ({"expected": "TEXT"}, {"expected": "TEXT"}, True), ({"expected": "text"}, {"expected": "TEXT"}, False),
        # A step of long ago made it just as one that was run now; what no step made is another thing.
        ({}, {"revision": None, "since": STEP}, True), ({}, {"revision": "other", "since": STEP}, False),
        ({"revision": None}, {"revision": None}, True), ({"revision": None}, {}, False), ({}, {"revision": None}, False),
        ({"revision": None}, {"revision": None, "since": STEP}, True),
        ({}, {"direction": "downgrade"}, False), ({"direction": "downgrade"}, {}, False),
        ({"direction": "downgrade"}, {"direction": None}, True), ({"code": "column-order"}, {}, False),
    ],
)  # fmt: skip
def test_matches(entry: "dict[str, Optional[str]]", found: "dict[str, Optional[str]]", matches: bool) -> None:
    assert replace(ENTRY, **entry).matches(replace(UP, **found)) is matches  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[column-type users.email]\nreason = x", "not 'code object revision'"),
        ("[column-typo users.email -]\nreason = x", "column-typo is no finding code"),
        ("[column-type users.email -]\nreason = x\nwhy = y", "unknown option why"),
        ("[column-type users.email -]\nuntil = 2030-01-01", "there is no reason"),
        ("[column-type users.email -]\nreason =", "there is no reason"),
        ("[column-type users.email -]\nreason = x\nuntil = soon", "until = soon: not a date"),
        (
            "[column-type users.email -]\nreason = x\nengine = oracle",
            "engine = oracle: no engine; known: sqlite",
        ),
        ("reason = x", "not a valid ini file"),
        ("[column-type a -]\nreason = x\n[column-type a -]\nreason = y", "not a valid ini file"),
    ],
)
def test_what_a_file_must_not_say(path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read(path, text + "\n")
    path.write_bytes(b"[column-type a -]\nreason = \xff\n")
    with pytest.raises(ConfigError, match="not a valid ini file"):
        accepted.read(path)
    path.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        accepted.read(path)


def test_all_that_a_section_says_is_read_and_written_again(path: Path) -> None:
    text = (
        f"[column-type users.my email {STEP} downgrade]\nreason = a = b\nengine = mysql\nuntil = 2030-01-01\n"
        "migrated = VARCHAR(?)\nexpected = TEXT\nrelease = 0.7.0\n\n[column-type users.email -]\nreason = x\n"
    )
    entries = read(path, text)
    assert [e.revision for e in entries] == [STEP, None]
    assert (entries[0].where, entries[0].direction, entries[0].engine) == (
        "users.my email",
        "downgrade",
        "mysql",
    )
    # Those of an engine that was not asked stay; what is wrong now and accepted by nobody comes along.
    assert accepted.update(report(UP), entries[:1], path) == 1
    assert accepted.read(path) == (replace(ENTRY, reason=accepted.NO_REASON), entries[0])


def test_an_update_drops_what_is_mended_and_counts_what_is_new_once(path: Path) -> None:
    mended = replace(ENTRY, where="users.name")
    unrun = replace(ENTRY, where="users.name", revision="other")
    elsewhere = replace(mended, engine="mysql", where="users.x")
    assert accepted.update(report(UP, UP), (mended, unrun, elsewhere), path) == 1
    assert sorted(e.where for e in accepted.read(path)) == ["users.email", "users.name", "users.x"]
    # What is known of released scripts is no news.
    assert accepted.update(report(UP), (), path, (ENTRY,)) == 0
    assert accepted.read(path) == ()


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        # Expired, and nobody knows whether it matches; without a reason, and nothing that it accepts.
        (f"{HEAD}until = 2020-01-01\n", (), ["accept-unused"]),
        (f"{HEAD}until = 2020-01-01\n".replace(STEP, "other"), (), []),
        (HEAD.replace("= x", "= TODO"), (), ["accept-unused"]),
        (HEAD.replace(STEP, "-"), (), ["accept-unused"]),
        (f"{HEAD}engine = mysql\n", (), []),
        (f"{HEAD}until = 2020-01-01\n", (UP,), ["column-type", "accept-expired"]),
    ],
)
def test_what_is_said_of_entries(
    path: Path, text: str, found: "Tuple[Finding, ...]", expected: List[str]
) -> None:
    assert apply(path, text, *found) == (0, expected)


def test_a_remark_is_of_the_engine_that_the_entry_names(path: Path) -> None:
    both = replace(report(), results=(report().results[0], replace(report().results[0], engine="mysql")))
    for text, engine in ((f"{HEAD}engine = mysql\n", "mysql"), (HEAD, "sqlite")):
        first, second = accepted.apply(both, read(path, text), path, TODAY).results
        (remark,) = first.findings
        assert (remark.engine, remark.object, second.engine, second.findings) == (
            engine,
            path.name,
            "mysql",
            (),
        )
        assert f"[column-type users.email {STEP}] matches nothing any more" in remark.message


def test_what_is_known_of_released_scripts(path: Path) -> None:
    """Every entry of the file that comes with this package is read, and accepts what it speaks of."""
    for entry in accepted.read(KNOWN):
        finding = make(
            entry.code, entry.engine or "sqlite", "m", table=entry.where, revision=entry.revision,
            direction=entry.direction, migrated=(entry.migrated or "").replace("*", ""),
            expected=(entry.expected or "").replace("*", ""),
        )  # fmt: skip
        finding = replace(finding, release=entry.release or "", severity="error")
        if not entry.matches(finding):
            continue  # a pattern of more than stars, or an object with a part
        found = accepted.apply_known(Report("0.7.0", (Result("sqlite", "d", "", "", (), (finding,), 0.0),)))
        assert [reason for _, reason in found.results[0].accepted] == [entry.reason]


@pytest.mark.parametrize(
    "code", sorted(code for code in CATALOGUE if code.startswith(("downgrade-", "older-")))
)
def test_what_begins_with_downgrade_is_of_one(code: str) -> None:
    assert usual_direction(code) == "downgrade"


def test_a_reason_of_several_lines_and_a_name_that_breaks_a_line(path: Path) -> None:
    long = f"[column-type users.email {STEP}]\nreason = one\n  two\n\n  [x y z]\n"
    (entry,) = read(path, long)
    assert entry.reason == "one\ntwo\n\n[x y z]"
    odd = replace(UP, code="column-type", table="a\nb = c\u2028", object=None, revision=STEP)
    assert accepted.update(report(UP, odd), (entry,), path) == 1
    again = accepted.read(path)
    assert {e.where for e in again} == {"users.email", "a\\nb = c\\u2028"}
    assert entry in again and all(any(e.matches(f) for e in again) for f in (UP, odd))
    # What is written is what was read.
    before = path.read_text()
    accepted.update(report(UP, odd), again, path)
    assert path.read_text() == before


def test_what_could_not_be_read_again_is_not_written(path: Path) -> None:
    path.write_text("mine\n")
    unreadable = replace(ENTRY, where="a]\n[b", reason="x")
    with pytest.raises(ConfigError):
        accepted.update(report(UP), (replace(unreadable, revision="elsewhere"),), path)
    assert path.read_text() == "mine\n"


def test_a_pipe_of_the_shell_and_nothing_at_all() -> None:
    reader, writer = os.pipe()
    os.write(writer, HEAD.encode())
    os.close(writer)
    assert accepted.read(Path(f"/dev/fd/{reader}")) == (ENTRY,)
    os.close(reader)
    assert accepted.read(Path("/dev/null")) == ()
