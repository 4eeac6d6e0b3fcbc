"""What was done before a command failed is said; that nothing was changed only where it is so."""

from __future__ import annotations

import pytest

from kallithea_dbdev.belongings import dead_prefix, folder_of

from ..projects import Project, one_line
from .test_streams import BOUND, needs_mount, shell


@needs_mount
def test_a_drop_that_does_not_come_to_its_end(project: Project) -> None:
    """Something is mounted in the repository root: the database has gone before that shows."""
    assert project.gearbox("db-throwaway", "-c", "temp.ini").returncode == 0
    root = project.instance
    (root / "temp-repos" / "mounted").mkdir()
    drop = "gearbox db-throwaway -c temp.ini --drop --force-yes"
    done = shell(project, f"unshare -m bash -c 'mount -t tmpfs none temp-repos/mounted && {drop}'")
    assert (done.returncode, done.stdout) == (2, "")
    said = f"{root}/temp-repos: device or resource busy; unmount .*; done so far: removed {root}/temp.db$"
    one_line(done.stderr, said)
    assert not (root / "temp.db").exists() and (root / "temp.ini").exists()
    # What is left can be dropped when nothing is in the way any more.
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--drop")
    assert done.returncode == 0, done.stderr
    assert not list(root.glob("temp*"))


@pytest.mark.parametrize("killed", [False, True])
def test_a_drop_that_may_not_remove_what_is_in_a_folder(project: Project, killed: bool) -> None:
    """What stays keeps its name and is named, as often as it is tried; then it goes, and all the rest.

    ``killed``: the folder has the name that a run gives it which was killed while it was removed.
    """
    assert project.gearbox("db-throwaway", "-c", "temp.ini").returncode == 0
    folder = folder_of(project.instance / "temp.ini", "data")
    if killed:
        folder = folder.rename(folder.with_name(f"{dead_prefix(project.instance / 'temp.ini')}1-temp-data"))
    locked = folder / "locked"
    (locked / "below").mkdir(parents=True)
    (locked / "below" / "file").touch()
    (folder / "other").touch()
    (locked / "below").chmod(0o555)
    said = (
        rf"{folder}: permission denied; give yourself the right, .*; {locked}/below/file, .* is still there"
    )
    gone = "; done so far: " + ", ".join(f"removed {project.instance}/temp{it}" for it in (".db", "-repos"))
    for done_so_far in ("" if killed else gone, ""):
        done = shell(project, f"{BOUND} gearbox db-throwaway -c temp.ini --drop --force-yes")
        assert (done.returncode, done.stdout) == (2, "")
        one_line(done.stderr, f"{said}{done_so_far}$")
        assert (locked / "below" / "file").exists() and not (folder / "other").exists()
        assert killed or not list(project.instance.glob(".temp*"))
    (locked / "below").chmod(0o755)
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--drop")
    assert done.returncode == 0, done.stderr
    assert killed or f"removed: {folder}" in done.stdout
    assert not list(project.instance.glob("*temp*"))


def test_a_file_of_accepted_findings_that_was_written(project: Project) -> None:
    words = ("--accept", "a.ini", "--update-accept", "--output", "/dev/full")
    done = project.gearbox("db-verify", "-c", "development.ini", "-q", *words)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(
        done.stderr, "^gearbox db-verify: /dev/full: no space left on device; .*; done so far: wrote a.ini$"
    )
    assert (project.instance / "a.ini").exists()
