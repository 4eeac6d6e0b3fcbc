"""Ctrl-C reaches parent and child alike: what becomes of the child is for the parent to say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from .test_processes import wait_for

_CODE = """
import signal, sys, time
from pathlib import Path
from kallithea_dbdev.processes import beside_this

folder = Path(sys.argv[1])
signal.signal(signal.SIGINT, signal.default_int_handler)

def work():
    (folder / "begun").touch()
    deadline = time.monotonic() + 30
    while not (folder / "interrupted").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    return "done"

with beside_this(work) as result:
    try:
        time.sleep(30)
    except KeyboardInterrupt:
        (folder / "interrupted").touch()
    print(result())
"""


def test_a_child_goes_on_when_its_parent_does(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _CODE, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    wait_for(tmp_path / "begun")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("done\n", "", 0)
