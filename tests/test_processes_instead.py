"""A command of ours in another Python in this one's place: whoever is told to end, it cleans up first."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from .test_processes import wait_for

PARENT = """
import os, sys
from kallithea_dbdev import signals
from kallithea_dbdev.processes import run_instead, subprocess
signals.listen()
send = subprocess.Popen.send_signal
def told(process, number):
    open(os.path.join(sys.argv[1], "sent"), "w").close()
    send(process, number)
subprocess.Popen.send_signal = told
status = run_instead(sys.argv[2], sys.argv[1:2], dict(os.environ))
print("status", status, flush=True)
sys.exit(status)
"""
CHILD = """
import signal, sys, time
from pathlib import Path
from kallithea_dbdev import signals
folder = Path(sys.argv[1])
signals.listen()
arrived, count = signals._arrived, []
def counted(number, frame):
    count.append(number)
    arrived(number, frame)
for number in signals.ENDING:
    signal.signal(number, counted)
try:
    (folder / "begun").touch()
    time.sleep(60)
except signals.Interrupted as interrupted:
    time.sleep(0.5)
    (folder / "count").write_text(str(len(count)))
    (folder / "count").rename(folder / "cleaned")
    sys.exit(interrupted.exit_status)
"""


def parent(folder: Path, child: str = CHILD) -> List[str]:
    return [sys.executable, "-c", PARENT, str(folder), child]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("group", [False, True])
def test_what_the_parent_or_its_group_is_sent(tmp_path: Path, number: int, group: bool) -> None:
    process = subprocess.Popen(
        parent(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for(tmp_path / "begun")
    if group:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    said = process.communicate(timeout=60)
    # It waited for the clean-up, and says what the child says.
    assert (tmp_path / "cleaned").exists()
    assert (tmp_path / "sent").exists()
    assert (*said, process.returncode) == (f"status {128 + number}\n", "", 128 + number)


def test_a_parent_that_is_killed(tmp_path: Path) -> None:
    process = subprocess.Popen(parent(tmp_path), start_new_session=True)
    wait_for(tmp_path / "begun")
    process.kill()
    process.wait()
    wait_for(tmp_path / "cleaned")


def test_ctrl_c_at_a_terminal_arrives_once(tmp_path: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, parent(tmp_path))
    wait_for(tmp_path / "begun")
    os.write(terminal, b"\x03")
    wait_for(tmp_path / "cleaned")
    # It has it from the terminal already.
    assert (tmp_path / "cleaned").read_text() == "1" and not (tmp_path / "sent").exists()
    assert os.waitpid(pid, 0)[1] == 130 << 8
    assert os.read(terminal, 1000).endswith(b"status 130\r\n")
    os.close(terminal)


@pytest.mark.parametrize(
    ("child", "status"), [("", 0), ("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 15)", 143)]
)
def test_the_status_is_that_of_the_child(tmp_path: Path, child: str, status: int) -> None:
    assert subprocess.run(parent(tmp_path, child), stdout=subprocess.DEVNULL, timeout=60).returncode == status


def test_where_nobody_is_told_of_the_ends_of_children(tmp_path: Path) -> None:
    ignoring = f"import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n{PARENT}"
    command = [sys.executable, "-c", ignoring, str(tmp_path), "pass"]
    assert subprocess.run(command, stdout=subprocess.DEVNULL, timeout=60).returncode == 0
