"""The graph of the scripts: what in it cannot be walked, or is passed over, named with its files."""

from __future__ import annotations

from typing import Any, List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kallithea_dbdev.graph import Node, beside, fatal

from .projects import HEAD, VERSION, Project, codes


def nodes(**below: str) -> List[Node]:
    """``b="a"``: a script b.py with revision b that follows a."""
    return [Node(revision, tuple(names.split()), f"{revision}.py") for revision, names in below.items()]


CHAIN = {"r": "", "a": "r", "b": "r", "m": "a b", "z": "m"}

FATAL: List[Tuple[List[Node], List[str]]] = [
    (nodes(**CHAIN, a2="a"), ["several-heads: the migration scripts have 2 heads: a2, z (a2.py, z.py)"]),
    (nodes(r="", s=""), ["several-heads: the migration scripts have 2 heads: r, s (r.py, s.py)"]),
    ([*nodes(r=""), Node("r", (), "other.py")],
     ["duplicate-revision: revision r is in more than one script: other.py and r.py"]),
    (nodes(r="", a="gone", b="r gone"),
     ["missing-revision: revision gone is missing: a.py (a) names it as its down_revision",
      "missing-revision: revision gone is missing: b.py (b) names it as its down_revision"]),
    (nodes(r="", a="r", m="a a"), ["merged-twice: m.py (m) names a twice as its down_revision"]),
    (nodes(x="y", y="x"),
     ["circular-revision: scripts that follow each other, so that none can be the first: "
      "x.py (x) follows y, y.py (y) follows x"]),
    # in the chain itself
    (nodes(r="", a="r b", b="a", c="b"),
     ["circular-revision: scripts that follow each other, so that none can be the first: "
      "a.py (a) follows b, b.py (b) follows a"]),
    # above a circle that no base leads to
    (nodes(**CHAIN, x="x", y="x"),
     ["circular-revision: scripts that follow each other, so that none can be the first: x.py (x) follows x",
      "several-heads: the migration scripts have 2 heads: y, z (y.py, z.py)"]),
]  # fmt: skip

BESIDE: List[Tuple[List[Node], List[str]]] = [
    (nodes(**CHAIN), []),
    (nodes(**CHAIN, x="y", y="x"),
     ["circular-revision: scripts that follow each other, so that none can be the first: "
      "x.py (x) follows y, y.py (y) follows x"]),
    (nodes(**CHAIN, x="x"),
     ["circular-revision: scripts that follow each other, so that none can be the first: x.py (x) follows x"]),
    (nodes(**CHAIN, x="q", y="x", q="y", p="w", w="p"),
     ["circular-revision: scripts that follow each other, so that none can be the first: "
      "p.py (p) follows w, w.py (w) follows p",
      "circular-revision: scripts that follow each other, so that none can be the first: "
      "q.py (q) follows y, x.py (x) follows q, y.py (y) follows x"]),
    (nodes(**CHAIN, s="", x="s y", y="x"),
     ["circular-revision: scripts that follow each other, so that none can be the first: "
      "x.py (x) follows y, y.py (y) follows x",
      "unreachable-revision: s.py (s) leads to no head: Alembic never runs it"]),
    (nodes(r="", a="r", b="r", m="a b", n="m a"),
     ["merged-twice: n.py (n) merges a.py (a) once more, beside m.py (m), which comes after it already"]),
    (nodes(r="", a="r", m="r a"),
     ["merged-twice: m.py (m) merges r.py (r) once more, beside a.py (a), which comes after it already"]),
    (nodes(r="", a="r", b="r", m="a b", n="a b", z="m n"),
     ["merged-twice: n.py (n) merges a.py (a) and b.py (b) once more, beside m.py (m), which merges the same"]),
]  # fmt: skip


def said(errors: Any) -> List[str]:
    return [f"{error.code}: {error.message}" for error in errors]


@pytest.mark.parametrize(("graph", "expected"), FATAL)
def test_what_cannot_be_walked(graph: List[Node], expected: List[str]) -> None:
    assert said(fatal(graph)) == expected
    assert sorted(said(fatal(graph[::-1]))) == sorted(expected)


@pytest.mark.parametrize(("graph", "expected"), BESIDE)
def test_what_is_wrong_beside_the_chain(graph: List[Node], expected: List[str]) -> None:
    assert fatal(graph) == ()
    assert said(beside(graph)) == expected


@given(st.lists(st.sets(st.integers(0, 7), max_size=2), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_every_script_is_walked_or_named(below: List[Any]) -> None:
    """Whatever the graph: a script is on a way from a base to the one head, or a message has its file."""
    size = len(below)
    graph = [
        Node(str(n), tuple(str(b) for b in sorted(b) if b < size), f"f{n}.py") for n, b in enumerate(below)
    ]
    wrong = fatal(graph)
    if wrong:
        assert all(".py" in error.message for error in wrong)
        return
    by_name = {node.revision: node for node in graph}
    (head,) = by_name.keys() - {revision for node in graph for revision in node.below}
    walked, waiting = set(), [head]
    while waiting:
        node = by_name[waiting.pop()]
        if node.revision not in walked:
            walked.add(node.revision)
            waiting.extend(node.below)
    text = " ".join(said(beside(graph)))
    assert all(f"{node.file} " in text for node in graph if node.revision not in walked)


def test_a_long_chain_takes_no_depth() -> None:
    chain = [Node(str(n), (str(n - 1),) if n else (), f"{n}.py") for n in range(3000)]
    assert fatal(chain) == beside(chain) == ()


only_once = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


@only_once
def test_scripts_beside_the_chain_are_named_and_the_chain_is_verified(project: Project) -> None:
    project.write_script("pass", revision="aaaaaaaaaaaa", below="bbbbbbbbbbbb")
    project.write_script("pass", revision="bbbbbbbbbbbb", below="aaaaaaaaaaaa")
    project.write_script("pass", revision="cccccccccccc")
    project.write_script("pass", revision="dddddddddddd", below=("cccccccccccc", HEAD))
    report = project.verify(status=1)
    assert codes(report) == ["circular-revision", "merged-twice"]
    messages = " ".join(f["message"] for f in report["findings"])
    for revision in ("aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd"):
        assert f"{revision}_by_hand.py" in messages
    # Alembic up to 1.4 goes its way all the same.
    assert [step["revision"] for step in report["steps"][:2]] in (["cccccccccccc", "dddddddddddd"], [])
    done = project.gearbox("db-revision", "-c", "development.ini", "-m", "x")
    assert done.returncode == 2
    assert "aaaaaaaaaaaa_by_hand.py" in done.stderr


@only_once
def test_all_that_is_wrong_is_told_at_once(project: Project) -> None:
    for revision in ("aaaaaaaaaaaa", "bbbbbbbbbbbb"):
        project.write_script("pass", revision=revision)
    project.write_script("pass", revision="cccccccccccc", below=("aaaaaaaaaaaa", "aaaaaaaaaaaa"))
    report = project.verify(status=1)
    assert codes(report) == ["merged-twice", "several-heads"]
    (heads,) = (f["message"] for f in report["findings"] if f["code"] == "several-heads")
    assert "bbbbbbbbbbbb_by_hand.py" in heads
    assert "cccccccccccc_by_hand.py" in heads
