"""The parent of a changeset where there is none, where it was not fetched, and in another working folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.application.checkouts import checkout_of
from kallithea_dbdev.errors import UsageError

from ..projects import VERSION
from ..repositories import commit, new, tool

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


def parent(folder: Path) -> str:
    checkout = checkout_of(folder)
    assert checkout is not None
    return checkout.parent(folder / "package")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / "package").mkdir(parents=True)
    (folder / "package" / "old.py").write_text("old")
    return folder


def test_the_first_changeset_has_none(folder: Path) -> None:
    """Mercurial says nothing, which would be the working folder's changeset for whoever asks on."""
    new("hg", folder)
    checkout = checkout_of(folder)
    assert checkout is not None
    for revision in ("p1(.)", "none()", "null"):
        with pytest.raises(UsageError, match="hg knows no such changeset"):
            checkout.resolve(revision)
    with pytest.raises(UsageError, match=r"p1\(\.\): hg knows no such changeset"):
        parent(folder)


def test_that_of_git_with_and_without_it(folder: Path, tmp_path: Path) -> None:
    new("git", folder)
    with pytest.raises(UsageError, match=r"HEAD: its parent is not in .*; git log lists others"):
        parent(folder)
    first = tool("git", "rev-parse", "HEAD", folder=folder)
    (folder / "package" / "old.py").write_text("newer")
    commit("git", folder)
    tool("git", "worktree", "add", "--quiet", tmp_path / "beside", folder=folder)
    assert parent(tmp_path / "beside") == parent(folder) == first
    tool("git", "clone", "--quiet", "--depth=1", folder.as_uri(), tmp_path / "shallow", folder=folder)
    with pytest.raises(UsageError, match=r"HEAD: its parent is not in .*; git fetch --deepen=1 gets it"):
        parent(tmp_path / "shallow")
    # what is not committed yet begins with what is
    (tmp_path / "shallow" / "package" / "old.py").write_text("newest")
    assert parent(tmp_path / "shallow") == tool("git", "rev-parse", "HEAD", folder=tmp_path / "shallow")
