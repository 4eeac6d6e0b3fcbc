"""Checkouts: real Mercurial and Git repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.application.checkouts import Checkout, checkout_of
from kallithea_dbdev.errors import UsageError

from ..projects import VERSION
from ..repositories import commit, new

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


@pytest.fixture(params=["hg", "git"])
def program(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path, program: str) -> Path:
    """A repository with one changeset and a folder in it."""
    folder = tmp_path / "a b" / "package"
    folder.mkdir(parents=True)
    (folder / "old.py").write_text("old")
    (folder.parent / "beside.py").write_text("beside")
    new(program, folder.parent)
    return folder


def found(folder: Path) -> Checkout:
    checkout = checkout_of(folder)
    assert checkout is not None
    return checkout


def test_what_is_committed(folder: Path, program: str) -> None:
    new_file = folder / "new.py"
    new_file.write_text("new")
    checkout = found(new_file)
    assert (checkout.program, checkout.root) == (program, folder.parent)
    assert checkout.has_committed(folder / "old.py")
    assert not checkout.has_committed(new_file)
    commit(program, folder)
    assert checkout.has_committed(new_file)


def test_no_checkout(tmp_path: Path) -> None:
    assert checkout_of(tmp_path) is None


def test_the_parent_and_its_files(folder: Path, program: str, tmp_path: Path) -> None:
    checkout = found(folder)
    first = checkout.resolve("." if program == "hg" else "HEAD")
    (folder / "old.py").write_text("newer")
    assert checkout.parent(folder) == first, "the change is not committed yet"
    second = commit(program, folder)
    assert checkout.parent(folder) == first, "the change is committed"
    (folder.parent / "beside.py").write_text("changed")
    assert checkout.parent(folder) == first, "that is not in the folder"
    assert checkout.resolve(second[:12]) == second
    (folder / "link").symlink_to("/somewhere/else")
    third = commit(program, folder)
    for name, (changeset, content) in {"one": (first, "old"), "three": (third, "newer")}.items():
        checkout.export(changeset, folder, tmp_path / name)
        assert (tmp_path / name / "package" / "old.py").read_text() == content
        assert not (tmp_path / name / "beside.py").exists()
        assert (tmp_path / name / "package" / "link").is_symlink() == (changeset == third)


@pytest.mark.parametrize("revision", ["nothing", "--help", "-x", "a b", ""])
def test_no_such_changeset(folder: Path, program: str, revision: str) -> None:
    with pytest.raises(UsageError, match=f"{program} does not know this changeset in .*a b: ") as caught:
        found(folder).resolve(revision)
    assert caught.value.hint == f"{program} log lists them"


def test_a_changeset_without_the_folder(folder: Path, program: str, tmp_path: Path) -> None:
    checkout = found(folder)
    later = folder.parent / "later"
    later.mkdir()
    first = checkout.resolve("." if program == "hg" else "HEAD")
    with pytest.raises(UsageError, match=f"{first}: {program} cannot export later of this changeset in "):
        checkout.export(first, later, tmp_path / "there")


def test_the_program_is_not_installed(folder: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("sys.executable", str(folder / "python"))
    with pytest.raises(UsageError, match=f"{program} is not installed; install {program}"):
        found(folder).resolve("x")
