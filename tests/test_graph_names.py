"""What scripts say of themselves that Alembic stumbles over, or takes for something else: the file is named."""

from __future__ import annotations

from typing import Dict, List, Tuple, Union

import pytest

from kallithea_dbdev.graph import Node, fatal

from .projects import HEAD, VERSION, Project

ROOT = Node("r", (), "r.py")

FATAL: List[Tuple[List[Node], List[str]]] = [
    ([Node("", (), "x.py")], ["script-broken: x.py: its revision is empty: Alembic takes that for the base"]),
    ([ROOT, Node("head", ("r",), "x.py")],
     ["script-broken: x.py: its revision is head: Alembic takes that for the newest script"]),
    ([ROOT, Node(["a"], ("r",), "x.py"), Node(b"b", ("gone",), "y.py")],  # type: ignore[arg-type]
     ["script-broken: x.py: its revision is no text: ['a']", "script-broken: y.py: its revision is no text: b'b'"]),
    ([ROOT, Node("a", ("r",), "a.py", ("gone",))],
     ["missing-revision: revision gone is missing: a.py (a) names it as its depends_on"]),
    ([ROOT, Node("a", ("r",), "a.py", (), ("x",)), Node("b", ("a",), "b.py", ("x", "r"))], []),
    ([ROOT, Node("a", ("r",), "a.py", (), ("x",)), Node("b", ("a",), "b.py", (), ("x",))],
     ["script-broken: the branch label x is what another script is called, too: a.py and b.py"]),
    ([ROOT, Node("a", ("r",), "a.py", (), ("r",))],
     ["script-broken: the branch label r is what another script is called, too: a.py and r.py"]),
]  # fmt: skip


@pytest.mark.parametrize(("graph", "expected"), FATAL, ids=lambda value: str(len(value)))
def test_the_file_is_named(graph: List[Node], expected: List[str]) -> None:
    assert [f"{error.code}: {error.message}" for error in fatal(graph)] == expected


BODY = f"down_revision = {HEAD!r}\ndef upgrade(): pass\ndef downgrade(): pass\n"

#: Script -> what is said of it; empty: it is as good as any.
SCRIPTS: Dict[Union[str, bytes], str] = {
    f"revision = 20261126\n{BODY}": "zz_by_hand.py: the script cannot be loaded: TypeError",
    f"revision = b'ab'\n{BODY}": "zz_by_hand.py: its revision is no text: b'ab'",
    f"revision = ['ab']\n{BODY}": "zz_by_hand.py: its revision is no text: ['ab']",
    f"revision = 'base'\n{BODY}": "zz_by_hand.py: its revision is base: Alembic takes that for the base",
    f"revision = 'a@b'\n{BODY}": "zz_by_hand.py: the script cannot be loaded: RevisionError",
    f"revision = None\n{BODY}": "zz_by_hand.py",
    f"revision = 'feed'\ndepends_on = 'nope'\n{BODY}": "zz_by_hand.py (feed) names it as its depends_on",
    # Python takes a comment that is no UTF-8.
    f"# caf\xe9\nrevision = 'feed'\n{BODY}".encode("latin-1"): "",
}


@pytest.mark.skipif(VERSION != "0.7.0", reason="none of this depends on the release")
def test_of_real_scripts(project: Project) -> None:
    path = project.versions / "zz_by_hand.py"
    for number, (text, said) in enumerate(SCRIPTS.items()):
        # Another size each time: Python takes one that is as old and as long for the same.
        text = text if isinstance(text, bytes) else text.encode()
        path.write_bytes(text + b"#" * number)
        done = project.gearbox("db-verify", "-c", "development.ini")
        output = " ".join(done.stdout.split())
        assert done.returncode == (1 if said else 0), (text, done.stdout, done.stderr)
        assert said in output, (text, output)
        assert "defect" not in done.stdout + done.stderr
