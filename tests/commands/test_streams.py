"""The real commands with standard streams and folders as a caller may leave them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ..projects import VERSION, Project, environment, one_line
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


VERIFY = "gearbox db-verify -c development.ini"
CLOSED = "standard output is closed; redirect it to /dev/null"
FULL = "standard output cannot be written to: No space left on device"


def shell(project: Project, line: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a line in a shell, with the project's gearbox."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=project.instance,
        env=environment(project.checkout, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("command", ["db-verify", "db-revision -m x", "db-throwaway"])
def test_a_closed_standard_output_is_refused_before_anything_is_done(template: Project, command: str) -> None:
    before = template.snapshot()
    done = shell(template, f"gearbox {command} -c temp.ini >&-")
    assert done.returncode == 2
    one_line(done.stderr, CLOSED)
    assert template.snapshot() == before


def test_a_full_standard_output_is_one_line(template: Project) -> None:
    done = shell(template, "gearbox db-verify --explain all >/dev/full")
    assert done.returncode == 2
    one_line(done.stderr, f"{FULL}; send it elsewhere, or make room there$")


def test_what_was_done_before_the_output_failed_is_said(project: Project) -> None:
    done = shell(project, "gearbox db-throwaway -c temp.ini >/dev/full")
    assert done.returncode == 2
    root = project.instance
    one_line(
        done.stderr, f"{FULL}.*; done so far: put the new {root}/temp.db in place, wrote {root}/temp.ini$"
    )
    assert (root / "temp.db").exists()


def test_a_reader_that_has_gone_is_the_end_without_a_word(template: Project) -> None:
    done = shell(template, "gearbox db-verify --explain all | true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (141, "")
    done = shell(template, f"{VERIFY} --format json | head -1; exit ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == ("{\n", "")
    assert done.returncode in (0, 141)  # a report may fit into the pipe


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("gearbox db-verify -c nope.ini 2>&-", 2),
        ("gearbox db-verify -c nope.ini 2>/dev/full", 2),
        ("gearbox db-verify --nope 2>&-", 2),
        ("gearbox db-verify -c nope.ini <&- >&- 2>&-", 2),
        (f"{VERIFY} -q <&-", 0),
    ],
)
def test_closed_streams_change_nothing_else(template: Project, line: str, status: int) -> None:
    before = template.snapshot()
    done = shell(template, line)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")
    assert template.snapshot() == before


def test_talk_does_not_go_into_the_result_where_standard_error_is_closed(project: Project) -> None:
    """What is said aside would be the first line of the JSON; a database would get its number."""
    line = f"{VERIFY} --format json --accept a.ini --update-accept 2>&- | python3 -m json.tool >/dev/null"
    done = shell(project, f"set -o pipefail; {line}")
    assert (done.returncode, done.stdout) == (0, "")
    assert "script-imports-models" in (project.instance / "a.ini").read_text()


def test_letters_that_the_terminal_has_not(template: Project) -> None:
    done = shell(template, "gearbox db-verify -c é.ini", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    one_line(done.stderr, r"\\xe9\.ini: no such file")
    done = shell(template, f"{VERIFY} --from é", LC_ALL="C")
    one_line(done.stderr, "--from é: there is no such revision")
    done = shell(template, f"{VERIFY} --from $'\\xe9'")
    one_line(done.stderr, r"--from \\udce9: there is no such revision")


@pytest.mark.parametrize("name", ["TMPDIR", "TEMP", "TMP"])
def test_a_temporary_folder_that_cannot_be_used_is_named(template: Project, name: str) -> None:
    for folder in ("/no/such", str(template.instance / "development.ini")):
        done = shell(template, f"unset TMPDIR; {name}={folder} {VERIFY}")
        assert done.returncode == 2
        one_line(done.stderr, f"{name}={folder}: not a folder that can be written to; name another one")


def test_without_a_home(project: Project) -> None:
    done = shell(
        project, "unset HOME; gearbox db-throwaway -c temp.ini -q && gearbox db-verify -c temp.ini -q"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_too_many_open_files(template: Project) -> None:
    done = shell(template, f"ulimit -n 6; {VERIFY}")
    assert done.returncode == 2
    one_line(done.stderr, "too many open files; raise the limit|unable to open database file; see whether")


# -- folders and disks ------------------------------------------------------------------------------

needs_mount = pytest.mark.skipif(
    os.getuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0,
    reason="a file system of one's own takes root",
)


def mounted(project: Project, options: str, folder: Path, line: str) -> "subprocess.CompletedProcess[str]":
    """Run a line where ``folder`` is a file system of its own: nobody else sees it, and it goes with the line."""
    return shell(project, f"unshare -m bash -c 'mount -t tmpfs -o {options} none {folder} && {line}'")


@needs_mount
def test_a_full_disk_for_copies(template: Project, tmp_path: Path) -> None:
    for size in ("64k", "200k", "500k", "900k"):
        line = f"TMPDIR={tmp_path} {VERIFY}; s=$?; ls -A {tmp_path}; exit $s"
        done = mounted(template, f"size={size}", tmp_path, line)
        assert (done.returncode, done.stdout) == (2, ""), (size, done.stderr)
        one_line(done.stderr, "full|no space left")
        one_line(done.stderr, "make room there, or set TMPDIR")
        assert "defect" not in done.stderr and "mend the models" not in done.stderr


@needs_mount
def test_a_full_disk_for_the_throwaway(template: Project, tmp_path: Path) -> None:
    """The set-up has room, what it makes has not: nothing of it stays."""
    for size in ("4k", "16k", "100k", "300k"):
        line = f"cd {tmp_path}; gearbox db-throwaway -c temp.ini; s=$?; ls -A; exit $s"
        done = mounted(template, f"size={size}", tmp_path, line)
        assert (done.returncode, done.stdout) == (2, ""), (size, done.stderr)
        one_line(done.stderr, r"(temp\.\w+|database).*: (no space left|database or disk is full).*make room")
        assert "defect" not in done.stderr and "done so far" not in done.stderr


@needs_mount
def test_a_file_system_that_is_read_only(template: Project, tmp_path: Path) -> None:
    for line in (
        f"mount -o remount,ro {tmp_path}; gearbox db-throwaway -c {tmp_path}/temp.ini",
        f"mount -o remount,ro {tmp_path}; {VERIFY} --output {tmp_path}/report.json",
        f"mount -o remount,ro {tmp_path}; {VERIFY} --accept {tmp_path}/a.ini --update-accept",
        f"mount -o remount,ro {tmp_path}; TMPDIR={tmp_path} {VERIFY}",
    ):
        done = mounted(template, "size=1m", tmp_path, line)
        assert (done.returncode, done.stdout) == (2, ""), line
        one_line(done.stderr, f"{tmp_path}[^:]*: (read-only file system|not a folder that can be written to)")


#: Permission bits bind root, too, where it has given up its capabilities.
BOUND = "setpriv --inh-caps=-all --bounding-set=-all" if os.getuid() == 0 else ""


@needs_mount
@pytest.mark.parametrize(
    "words", [f"{VERIFY} --output full/x.json", "gearbox db-revision -m x --empty --version-path full"]
)
def test_a_full_disk_for_what_is_written(project: Project, words: str) -> None:
    """Where copies lie has nothing to do with it."""
    (project.instance / "full").mkdir()
    line = f"dd if=/dev/zero of=full/zero bs=4k status=none 2>/dev/null; {words}"
    done = mounted(project, "size=16k", project.instance / "full", line)
    assert done.returncode == 2
    one_line(done.stderr, r"full/.*: no space left on device; make room there(; done so far: .*)?$")


@needs_mount
def test_a_full_disk_for_a_private_server(project: Project, server: Server) -> None:
    folder = Path("/tmp") / f"kdf{os.getpid()}"  # where the user that it runs as may go
    folder.mkdir()
    line = f"TMPDIR={folder} gearbox db-throwaway -c temp.ini --engine {server.engine}"
    done = mounted(project, "size=8m", folder, line)
    folder.rmdir()
    assert (done.returncode, done.stdout) == (2, "")
    one_line(
        done.stderr,
        f"the private {server.engine} server .*; make room there, or set TMPDIR to a folder with room",
    )


@pytest.mark.skipif(os.getuid() != 0, reason="files of somebody else take root")
def test_a_folder_of_somebody_else(template: Project, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o755)
    closed = private / "closed.ini"
    closed.write_text("[app:main]\n")
    closed.chmod(0o600)
    shutil.copyfile(template.database, private / "closed.db")
    (private / "closed.db").chmod(0o600)
    ini = tmp_path / "other.ini"
    text = (template.instance / "development.ini").read_text()
    ini.write_text(text.replace("%(here)s/kallithea.db", f"{private}/closed.db"))
    for path in (private, closed, private / "closed.db"):
        os.chown(path, 65534, 65534)
    for line, said in (
        (
            f"gearbox db-throwaway -c {private}/temp.ini",
            f"{private}/temp.ini: permission denied; give yourself",
        ),
        (f"gearbox db-verify -c {closed}", "closed.ini: cannot be read: .*Permission denied"),
        (f"gearbox db-verify -c {ini}", f"{private}/closed.db: permission denied; give yourself"),
        (f"{VERIFY} --output {private}/x.json", f"{private}/x.json: permission denied; give yourself"),
        (f"{VERIFY} --accept {closed}", "closed.ini: cannot be read: Permission denied"),
        (f"TMPDIR={private} {VERIFY}", f"TMPDIR={private}: not a folder that can be written to"),
    ):
        done = shell(template, re.sub("(gearbox)", rf"{BOUND} \1", line))
        assert (done.returncode, done.stdout) == (2, ""), line
        one_line(done.stderr, said)
