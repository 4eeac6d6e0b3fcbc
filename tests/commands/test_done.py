"""What was done before a command failed is said; that nothing was changed only where it is so."""

from __future__ import annotations

from ..projects import Project, one_line
from .test_streams import needs_mount, shell


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


def test_a_file_of_accepted_findings_that_was_written(project: Project) -> None:
    words = ("--accept", "a.ini", "--update-accept", "--output", "/dev/full")
    done = project.gearbox("db-verify", "-c", "development.ini", "-q", *words)
    assert (done.returncode, done.stdout) == (2, "")
    one_line(
        done.stderr, "^gearbox db-verify: /dev/full: no space left on device; .*; done so far: wrote a.ini$"
    )
    assert (project.instance / "a.ini").exists()
