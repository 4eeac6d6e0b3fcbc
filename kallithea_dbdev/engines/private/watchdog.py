"""The parent of a private server: makes it, starts it, and removes it when the run that wanted it ends.

Run as ``python watchdog.py FOLDER USER MAKE RUN`` in a session of its own; the last two are commands
in JSON. Its standard input is a pipe from the run: when that closes, for whatever reason, kill -9
included, the server goes, finished or not. Standard library only, so that it starts quickly.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Optional

#: What the programs say, in the folder.
MAKING_LOG, SERVER_LOG = "making.log", "server.log"

#: At first in a way that lets it tidy up what is not in the folder (shared memory).
_WAYS_TO_STOP = (signal.SIGQUIT, signal.SIGKILL)
_SECONDS_EACH = 3.0
_POLL_SECONDS = 0.02


def main() -> None:
    """Make the server, start it, wait for the end of the pipe, stop it, remove the folder."""
    folder, user = Path(sys.argv[1]), sys.argv[2]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        # Not SIG_IGN, which the programs would inherit: some could not be stopped then.
        signal.signal(number, lambda *_: None)
    for command, log in zip(sys.argv[3:], (MAKING_LOG, SERVER_LOG)):
        status = _run(json.loads(command), folder, user, log)
        if status is None:
            break
        if status or log == SERVER_LOG:
            sys.exit(1)  # it gave up by itself: the run reads why in the log, and removes the folder
    _remove(folder)


def _run(command: "list[str]", folder: Path, user: str, log: str) -> Optional[int]:
    """Run a program to its end, or to that of the pipe: then it is stopped, and has no status."""
    with open(folder / log, "ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, **as_user(user)
        )
    ends = _ends_of(process)
    while process.poll() is None:
        # Who waits for an end needs no clock: a server lives long, and there may be many.
        if sys.stdin in select.select([sys.stdin, *ends], [], [], None if ends else _POLL_SECONDS)[0]:
            _stop(process)
            return None
    for descriptor in ends:
        os.close(descriptor)
    return process.returncode


def _ends_of(process: "subprocess.Popen[bytes]") -> "list[int]":
    """What can be read as soon as the program has ended; nothing where the system has no such thing."""
    try:
        return [os.pidfd_open(process.pid)]
    except (AttributeError, OSError):
        return []


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for number in _WAYS_TO_STOP:
        os.killpg(process.pid, number)
        try:
            process.wait(_SECONDS_EACH)
            break
        except subprocess.TimeoutExpired:
            continue
    # What a script has started may outlive it.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _remove(folder: Path) -> None:
    """Remove the folder, again where a process that is just ending wrote into it meanwhile."""
    deadline = time.monotonic() + _SECONDS_EACH
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(_POLL_SECONDS)


def as_user(user: str) -> "dict[str, Any]":
    """Arguments of Popen: a session of its own, and for root another user."""
    if not user:
        return {"start_new_session": True}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "start_new_session": True}


if __name__ == "__main__":
    main()
