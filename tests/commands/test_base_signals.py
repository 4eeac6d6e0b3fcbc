"""The exit status after a signal, wherever in a command it arrives."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

CODE = """
import argparse, os, sys, types
from kallithea_dbdev.commands.base import DbdevCommand
from kallithea_dbdev.errors import DbdevError

def kill():
    os.kill(os.getpid(), {number})

class Speaking(DbdevError):
    def __str__(self):
        kill()
        return "said"

class Command(DbdevCommand):
    def add_options(self, parser):
        pass
    def work(self, options):
        {work}

options = types.SimpleNamespace(verbose_level=1, debug=False)
Command(types.SimpleNamespace(options=options), options).run(None)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    "work",
    [
        "kill()",
        "raise Speaking('while it speaks')",
        "raise Speaking('x') if kill() else KeyError",
        "import atexit; atexit.register(kill); kill()",
    ],
)
def test_the_status_is_that_of_the_signal(work: str, number: int) -> None:
    code = CODE.replace("{number}", str(int(number))).replace("{work}", work)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 128 + number, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith(f"interrupted by {signal.Signals(number).name}; nothing was changed\n")


def test_a_signal_while_the_command_begins_to_listen() -> None:
    at_once = "sys.setprofile(lambda frame, *_: (sys.setprofile(None), kill())"
    head = f'{at_once} if frame.f_code.co_name == "start_thread" else None)'
    code = (
        CODE.replace("{number}", "15")
        .replace("{work}", "return 0")
        .replace("\noptions =", f"\n{head}\noptions =")
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (
        143,
        "gearbox db-__main__: interrupted by SIGTERM; nothing was changed\n",
    )


def test_a_signal_after_the_end_changes_nothing() -> None:
    code = CODE.replace("{number}", "15").replace("{work}", "import atexit; atexit.register(kill); return 1")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
