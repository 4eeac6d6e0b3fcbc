"""Ini files are edited to the byte."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kallithea_dbdev.config import Loader
from kallithea_dbdev.errors import ConfigError
from kallithea_dbdev.inifile import edit

KEYS = ["sqlalchemy.url", "use_celery", "a b", "set x", "Upper", "x"]
SECTIONS = ["DEFAULT", "app:main", "alembic", "handler_x"]

VALUES = [
    "",
    "1",
    "a = b",
    "a: b",
    "x ; no comment",
    "x # none either",
    "%(here)s/x",
    "50%%",
    "[x]",
    "é",
    "a\tb",
]

OPTION = st.builds(
    lambda indent, key, delimiter, value, more: (
        f"{indent}{key}{delimiter}{value}" + "".join(f"\n{line}" for line in more)
    ),
    st.sampled_from(["", "", "  ", "\t", "    "]),
    st.sampled_from(KEYS),
    st.sampled_from(["=", " = ", ":", ": ", "\t=\t"]),
    st.sampled_from(VALUES),
    # What a value goes on with: blanks, comments, empty lines.
    st.lists(
        st.sampled_from(["  more", "\tmore = x", "  # comment", "# comment", "", "   [x]", ";x: y"]),
        max_size=3,
    ),
)
NOISE = st.sampled_from(["", "# comment", "#x = 1", "; y: 2", "  # odd = 1", "    ; odder", "#", "   "])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """An ini file as people write them; not each of them is one."""
    lines: List[str] = draw(st.lists(NOISE, max_size=2))
    for section in draw(st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=4)):
        lines.append(f"[{section}]{draw(st.sampled_from(['', ' ', ' # x']))}")
        lines += draw(st.lists(st.one_of(OPTION, NOISE), max_size=5))
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


CHANGES = st.dictionaries(
    st.sampled_from([*SECTIONS, "new"]),
    st.dictionaries(
        st.sampled_from(KEYS), st.one_of(st.none(), st.sampled_from(["1", "a = b: c", "%%", "x;y #z"]))
    ),
)


def values(text: str, folder: Path) -> Dict[str, Dict[str, str]]:
    """What PasteDeploy's parser reads."""
    path = folder / "x.ini"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    parser = Loader(path).parser
    sections = {"DEFAULT": parser._defaults, **parser._sections}
    return {
        name: {key: value for key, value in options.items() if key not in ("here", "__file__")}
        for name, options in sections.items()
        if options
    }


@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(texts(), CHANGES)
def test_exactly_the_changed_values_change(
    tmp_path_factory: pytest.TempPathFactory, text: str, changes: Dict[str, Dict[str, str]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        before = values(text, folder)
    except Exception:
        return  # no ini file
    edited = edit(text, changes)
    after = values(edited, folder)
    for name, options in changes.items():
        section = before.setdefault(name, {})
        for key, value in options.items():
            section.pop(key, None)
            section.update({} if value is None else {key: value})
    assert {k: v for k, v in after.items() if v} == {k: v for k, v in before.items() if v}
    # Every other line is there as it was, in the same order.
    left = iter(text.splitlines(keepends=True))
    new = {f"{key} = {value}" for options in changes.values() for key, value in options.items()}
    new |= {f"[{name}]" for name in changes}
    for line in edited.splitlines(keepends=True):
        if line.strip() not in new and line.strip():
            assert any(line.rstrip("\r\n") == other.rstrip("\r\n") for other in left), line


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(texts())
def test_without_a_change_not_one_byte_changes(text: str) -> None:
    try:
        edited = edit(text, {})
    except Exception:
        return  # no ini file
    assert edited == text


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(texts(), st.sampled_from(SECTIONS))
def test_a_new_option_is_one_line_and_not_one_byte_else_changes(text: str, section: str) -> None:
    if f"[{section}]" not in text:
        return
    try:
        edited = edit(text, {section: {"fresh": "1"}})
    except Exception:
        return  # no ini file
    end = "\r\n" if "\r\n" in text else "\n"
    assert re.subn(f"[ \t]*fresh = 1{end}", "", edited) in ((text, 1), (text + end, 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]\r\nx = 1\r\ny=2", "[a]\r\nx = new\r\ny=2"),
        ("[a]\r\ny=2\r\nx = 1", "[a]\r\nx = new\r\ny=2\r\n"),
        ("[a]", "[a]\nx = new\n"),
        ("[a]\nx = 1\n  # old\n  2\n\n  3\n# end\n", "[a]\nx = new\n# end\n"),
        ("[a]\nx = 1\n\n# old\n\n  3\n\ny = 1\n", "[a]\nx = new\n\n# old\n\n\ny = 1\n"),
        ("[a]\n  x : 1\n  y : 2\n", "[a]\n  x = new\n  y : 2\n"),
        ("[a]\n   #x = 1\n ;x: 2\n## x = 3\n# X = 4\n", "[a]\nx = new\n# X = 4\n"),
        ("[a]\n#x = 1\n#    2\n# text\n", "[a]\nx = new\n# text\n"),
        ("[a]\n# y\n  # z = 1\n    x = 2\n", "[a]\nx = new\n# y\n  # z = 1\n"),
        ("[a]\n\t# y = 1\n    x = 2\n  y = 3\n", "[a]\n  x = new\n\t# y = 1\n  y = 3\n"),
    ],
)
def test_old_values_leave_no_trace(text: str, expected: str) -> None:
    assert edit(text, {"a": {"x": "new"}}) == expected


def test_comments_go_that_are_to_be_dropped() -> None:
    text = "# top\n[a]\n ; a secret\n#y: secret\ny = 1\n"
    assert edit(text, {}, lambda said: "secret" in said) == "# top\n[a]\ny = 1\n"


def test_a_value_that_cannot_be_written_is_refused() -> None:
    for value in ("a\nb = c", " a", "a\n[b]"):
        with pytest.raises(ConfigError):
            edit("[a]\nx = 1\n", {"a": {"x": value}})
