"""kill -9, or signals, at a chosen moment: before the Nth thing that a run does to the files in some
folders.

Timing would hit another moment on each machine. Python tells of each such operation by an audit
event (PEP 578); a module in the run's own process counts them and kills it.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Dict, Mapping, Tuple

from .projects import Project, run_with_site

_COUNTING = """
import os, signal, sys
roots = tuple(os.environ["KILL_ROOTS"].split(os.pathsep))
moments = dict(map(int, pair.split(":")) for pair in os.environ["KILL_AT"].split(","))
log = os.open(os.environ["KILL_LOG"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
main = os.getpid()
done = 0

def count(event, args):
    global done
    if event == "import" or not any(str(argument).startswith(roots) for argument in args[:2]):
        return
    if os.getpid() != main:
        return
    done += 1
    os.write(log, b".")
    number = moments.get(done)
    if number == signal.SIGKILL:
        os.kill(main, number)
    elif number:
        os.killpg(0, number)  # as a terminal does

sys.addaudithook(count)
"""


class Killer:
    """Runs a command of a project and kills it; ``roots`` are the folders that are watched."""

    def __init__(self, project: Project, folder: Path, *roots: Path) -> None:
        folder.mkdir()
        self._site = folder / "counting.py"
        self._site.write_text(_COUNTING)
        self._project = project
        self._log = folder / "log"
        #: What the last run printed on standard error.
        self.said = ""
        self._environment: Dict[str, str] = {
            "KILL_ROOTS": os.pathsep.join(map(str, roots)),
            "KILL_LOG": str(self._log),
        }

    def moments(self, *words: str, allowed: Tuple[int, ...] = (0,), **more: str) -> int:
        """Run the command to its end, with an exit status that is allowed; how many moments there are
        to kill it."""
        assert self._run({0: 0}, words, more) in allowed
        return self._log.stat().st_size

    def kill(self, moment: int, *words: str, **more: str) -> None:
        """Run the command and kill it there. Fails unless it died of that."""
        assert self._run({moment: signal.SIGKILL}, words, more) == -signal.SIGKILL

    def signal(self, moments: Dict[int, int], *words: str, **more: str) -> int:
        """Run the command and send signals to its whole group at these moments; its exit status."""
        return self._run(moments, words, more)

    def _run(self, moments: Mapping[int, int], words: Tuple[str, ...], more: Dict[str, str]) -> int:
        pairs = ",".join(f"{moment}:{int(number)}" for moment, number in moments.items())
        done = run_with_site(
            *words,
            cwd=self._project.instance,
            checkout=self._project.checkout,
            site=self._site,
            **more,
            **self._environment,
            KILL_AT=pairs,
        )
        self.said = done.stderr
        return done.returncode
