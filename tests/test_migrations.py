"""Scripts that are odd, but right: each is run as real Alembic runs it, and leaves nothing behind."""

from __future__ import annotations

import pytest

from .conftest import need
from .projects import VERSION, Project, codes
from .servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

UPDATE = "op.execute(\"UPDATE gists SET gist_description = 'x'\")"
INDEX = "op.create_index('ix', 'gists', ['gist_access_id'])"
UNDO = "op.drop_index('ix', 'gists')"

HEADS = {
    "dataclass": "import dataclasses\n\n@dataclasses.dataclass\nclass Row:\n    name: str\n    size: int = 0\n\nRow('x')",
    "frozen dataclass with a list": "from dataclasses import dataclass, field\nfrom typing import List\n\n"
    "@dataclass(frozen=True)\nclass Row:\n    names: List[str] = field(default_factory=list)\n\nRow()",
    "named tuple": "from typing import NamedTuple\n\nclass Row(NamedTuple):\n    name: str\n\nRow('x')",
    "enum": "import enum\n\nclass Kind(enum.Enum):\n    ONE = 1\n\nassert Kind(1) is Kind.ONE",
    "type hints": "import typing\n\nclass Row:\n    name: str\n\nassert typing.get_type_hints(Row) == {'name': str}\n"
    "assert Row.__annotations__ == {'name': str}",
    "no future of ours": "def f(x: undefined_name if False else int): pass\nassert f.__annotations__ == {'x': int}",
    "builtins": "def print(*a): pass\ndef open(*a): raise ValueError\nlist = dict = str = None",
}
BODIES = {
    "chdir": "import os; os.chdir('/')",
    "stdout": "import sys, io; sys.stdout = io.StringIO(); sys.stderr = io.StringIO()",
    "print": "print('x' * 3_000_000)",
    "path": "import sys; sys.path[:] = []",
    "warnings": "import warnings; warnings.simplefilter('error')",
    "locale": "import locale; locale.setlocale(locale.LC_ALL, 'C')",
    "time zone": "import os, time; os.environ['TZ'] = 'Asia/Tokyo'; time.tzset()",
    "environment": "import os; os.environ.clear()",
    "signals": "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN)",
    "thread": "import threading, time; threading.Thread(target=time.sleep, args=(1,)).start()",
    "closed stdout": "import sys, io; sys.stdout = io.StringIO(); sys.stdout.close()",
}


def right(project: Project) -> None:
    report = project.verify()
    # The models do not have the index: that is all there is to say.
    assert codes(report) == ["index-extra"], [f["message"] for f in report["findings"]]
    assert len(report["steps"]) == 3
    assert all(step["ok"] for step in report["steps"])


def test_odd_modules(project: Project) -> None:
    head = "\n\n".join(HEADS.values())
    project.write_script(INDEX, UNDO, head=head)
    right(project)


def test_scripts_that_change_the_process(project: Project) -> None:
    body = "\n".join(BODIES.values())
    # What a script does to itself is its own affair: the index comes first.
    head = "\n".join(BODIES[name] for name in ("chdir", "locale", "time zone", "signals", "thread"))
    project.write_script(f"{INDEX}\n{body}", f"{UNDO}\n{body}", head=head)
    right(project)


TEXTS = {
    "latin-1": (b"# -*- coding: latin-1 -*-\n# caf\xe9\n", "latin-1"),
    "latin-1 in the second line": (
        b"#!/usr/bin/env python\n# vim: set fileencoding=latin-1 :\n# \xe9\n",
        "latin-1",
    ),
    "BOM": (b"\xef\xbb\xbf# caf\xc3\xa9\n", "utf-8"),
    "form feeds": (b"\x0c\n# a page\n\x0c\n", "utf-8"),
}


@pytest.mark.parametrize("name", [*TEXTS, "CRLF", "CR"])
def test_encodings(project: Project, name: str) -> None:
    path = project.write_script(INDEX, UNDO)
    begin, encoding = TEXTS.get(name, (b"", "utf-8"))
    text = begin + path.read_text().encode(encoding)
    ends = {"CRLF": b"\r\n", "CR": b"\r"}.get(name, b"\n")
    path.write_bytes(text.replace(b"\n", ends))
    right(project)


LONG = "2026_11_25_users_add_index_on_lastname"


def test_a_revision_that_is_too_long_on_every_engine(project: Project, running: "dict[str, object]") -> None:
    for engine in ("postgresql", "mysql"):
        need(engine, running)
    project.write_script(INDEX, UNDO, revision=LONG)
    report = project.verify("--engine", "sqlite,postgresql,mysql", status=1)
    found = [f for f in report["findings"] if f["code"] == "revision-too-long"]
    assert [f["engine"] for f in found] == ["sqlite", "postgresql", "mysql"]
    assert all(f"{LONG}_by_hand.py" in f["message"] and "38 characters" in f["message"] for f in found)
    # SQLite keeps it, so the rest is proven there.
    assert codes(report) == ["index-extra", "revision-too-long"]
    assert {step["engine"] for step in report["steps"]} == {"sqlite"}
    done = project.gearbox("db-revision", "-c", "development.ini", "-m", "x")
    assert done.returncode == 2
    assert f"{LONG}_by_hand.py" in done.stderr


def test_a_revision_of_32_characters(project: Project) -> None:
    project.write_script(INDEX, UNDO, revision="x" * 32)
    right(project)


def test_a_configured_database_on_a_server_and_a_long_revision(
    server_project: Project, server: Server
) -> None:
    server_project.write_script(INDEX, UNDO, revision=LONG)
    report = server_project.verify(status=1)
    assert codes(report) == ["revision-too-long"]
    assert LONG in report["findings"][0]["message"]
