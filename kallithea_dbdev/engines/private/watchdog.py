"""The parent of a private server: stops it and removes its folder when the run that wanted it ends.

Run as ``python watchdog.py FOLDER USER COMMAND...`` in a session of its own. Its standard input
is a pipe from the run: when that closes, for whatever reason, kill -9 included, the server goes.
Standard library only, so that it starts quickly.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from typing import Any

#: Ask politely at first, then less so.
_WAYS_TO_STOP = (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL)
_SECONDS_EACH = 3
_POLL_SECONDS = 0.1


def main() -> None:
    """Start the server, wait for the end of the pipe, stop the server, remove the folder."""
    folder, user, *command = sys.argv[1:]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with open(os.path.join(folder, "server.log"), "ab") as log:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, **as_user(user)
        )
    while not select.select([sys.stdin], [], [], _POLL_SECONDS)[0]:
        if server.poll() is not None:
            sys.exit(1)  # it gave up by itself; the log says why
    for number in _WAYS_TO_STOP:
        server.send_signal(number)
        try:
            server.wait(_SECONDS_EACH)
            break
        except subprocess.TimeoutExpired:
            continue
    shutil.rmtree(folder, ignore_errors=True)


def as_user(user: str) -> "dict[str, Any]":
    """Arguments of Popen that make root another user; nothing for who is not root."""
    if not user:
        return {"start_new_session": True}
    import pwd

    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "start_new_session": True}


if __name__ == "__main__":
    main()
