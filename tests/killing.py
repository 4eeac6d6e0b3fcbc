"""kill -9 at a chosen moment: before the Nth thing that a run does to the files in some folders.

Timing would hit another moment on each machine. Python tells of each such operation by an audit
event (PEP 578); a ``sitecustomize`` in the run's own process counts them and kills it.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Dict, Tuple

from .projects import Project, environment

_SITECUSTOMIZE = """
import os, signal, sys
roots = tuple(os.environ["KILL_ROOTS"].split(os.pathsep))
moment = int(os.environ["KILL_AT"])
log = os.open(os.environ["KILL_LOG"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
done = 0

def count(event, args):
    global done
    if event == "import" or not any(str(argument).startswith(roots) for argument in args[:2]):
        return
    done += 1
    os.write(log, b".")
    if done == moment:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
"""


class Killer:
    """Runs a command of a project and kills it; ``roots`` are the folders that are watched."""

    def __init__(self, project: Project, folder: Path, *roots: Path) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_SITECUSTOMIZE)
        self._project = project
        self._log = folder / "log"
        self._environment: Dict[str, str] = {
            "PYTHONPATH": os.pathsep.join((str(folder), str(project.checkout))),
            "KILL_ROOTS": os.pathsep.join(map(str, roots)),
            "KILL_LOG": str(self._log),
        }

    def moments(self, *words: str, **more: str) -> int:
        """Run the command to its end; how many moments there are to kill it."""
        assert self._run(0, words, more) == 0
        return self._log.stat().st_size

    def kill(self, moment: int, *words: str, **more: str) -> None:
        """Run the command and kill it there. Fails unless it died of that."""
        assert self._run(moment, words, more) == -signal.SIGKILL

    def _run(self, moment: int, words: Tuple[str, ...], more: Dict[str, str]) -> int:
        return subprocess.run(
            words,
            cwd=self._project.instance,
            env={**environment(**more), **self._environment, "KILL_AT": str(moment)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=600,
        ).returncode
