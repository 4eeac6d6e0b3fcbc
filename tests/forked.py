"""The real gearbox in forked children of one process that has imported its libraries already.

A start of Python with all that Kallithea imports takes 1.5 s, a fork 0.02 s: many small inputs
can be tried. Everything else is as in the real executable: gearbox's own entry point, its
command line, the exit status, standard output and error.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, NoReturn, Optional

#: What a command may take before it is killed.
_SECONDS = 120


class Gearbox:
    """A context manager: a process that runs gearbox, each time in a child of its own.

    With ``kallithea`` that checkout's models are imported before; without, each run imports
    those of the checkout that it is given.
    """

    def __init__(self, environment: Dict[str, str], kallithea: Optional[Path] = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, *([str(kallithea)] if kallithea else [])],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Gearbox":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=_SECONDS)

    def run(
        self, *words: object, cwd: Path, checkout: Optional[Path] = None, stdin: str = os.devnull, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run ``gearbox WORDS``; its output is captured. ``more`` is for the environment."""
        with tempfile.TemporaryDirectory() as folder:
            request = {
                "words": [os.fsdecode(os.fspath(w)) if isinstance(w, Path) else str(w) for w in words],
                "cwd": str(cwd),
                "checkout": str(checkout or ""),
                "stdin": stdin,
                "folder": folder,
                "environment": more,
            }
            assert self._process.stdin and self._process.stdout
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            status = int(self._process.stdout.readline())
            out, err = (
                Path(folder, name).read_text(encoding="utf-8", errors="surrogateescape")
                for name in ("out", "err")
            )
        return subprocess.CompletedProcess(["gearbox", *words], status, out, err)


def _serve() -> None:
    for module in (
        "gearbox.main",
        "kallithea_dbdev.application.instance",
        "kallithea_dbdev.application.set_up",
        "kallithea_dbdev.throwaway",
    ):
        importlib.import_module(module)
    for module in ("drafting.revise", "verification.verify", "verification.accepted", "reports"):
        importlib.import_module(f"kallithea_dbdev.{module}")
    if sys.argv[1:]:
        sys.path.insert(0, sys.argv[1])
        importlib.import_module("kallithea.model.db")
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(request)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _child(request: Dict[str, Any]) -> NoReturn:
    status: Any = 99
    try:
        signal.alarm(_SECONDS)
        flags = os.O_WRONLY | os.O_CREAT
        files = [os.open(request["stdin"], os.O_RDONLY)]
        files += [os.open(Path(request["folder"], name), flags) for name in ("out", "err")]
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.environ.update(request["environment"])
        os.chdir(request["cwd"])
        if request["checkout"]:
            sys.path.insert(0, request["checkout"])
        tempfile.tempdir = None
        sys.argv[:] = ["gearbox", *request["words"]]
        status = importlib.import_module("gearbox.main").GearBox().run(sys.argv[1:]) or 0
    except SystemExit as error:
        status = error.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    _serve()
