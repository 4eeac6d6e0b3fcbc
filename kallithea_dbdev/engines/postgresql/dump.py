"""Copy a PostgreSQL database that is in use, or into one that is there already: dump and restore."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from ...errors import DatabaseError
from ..private.wheel import postgresql_programs

#: What the connection to one database takes, as the driver has it; the password among it.
Parameters = Mapping[str, Any]


def dump_into(source: Parameters, target: Parameters, display: str) -> None:
    """Fill the empty database ``target`` with the schema and rows of ``source``; only reads that one.

    ``display`` names the source in messages. Raises DatabaseError.
    """
    dump = _command("pg_dump", source, "--format=custom", "--no-owner", "--no-acl")
    restore = _command("pg_restore", target, "--no-owner", "--no-acl", "--exit-on-error")
    with _password_file(str(source.get("password") or "")) as (environment, descriptor):
        giving = subprocess.Popen(
            dump,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            pass_fds=(descriptor,),
        )
        taking = subprocess.run(
            restore,
            stdin=giving.stdout,
            capture_output=True,
            env=environment,
            pass_fds=(descriptor,),
            check=False,
        )
        _, said = giving.communicate()
    if giving.returncode or taking.returncode:
        text = " ".join((said or taking.stderr).decode(errors="replace").split()) or "no message"
        hint = "install the client programs of the server's version" if "version mismatch" in text else ""
        raise DatabaseError(f"{display}: it cannot be copied by a dump: {text}", hint)


def _command(name: str, parameters: Parameters, *options: str) -> List[str]:
    # Debian's wrapper in PATH is of no use without the programs of a version.
    installed = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)
    found = shutil.which(name)
    if found and Path(found).resolve().name == "pg_wrapper" and not installed:
        found = None
    brought = postgresql_programs()
    path = found or next(iter(installed), None) or (str(brought / name) if brought else None)
    if path is None:
        raise DatabaseError(f"{name} is not on this machine", "install the PostgreSQL client programs")
    command = [path, *options, "--no-password"]
    for key, option in (("host", "--host"), ("port", "--port"), ("user", "--username")):
        if parameters.get(key):
            command.append(f"{option}={parameters[key]}")
    database = parameters.get("dbname") or parameters["database"]
    return [*command, f"--dbname={database}"]


@contextmanager
def _password_file(password: str) -> Iterator[Tuple[Dict[str, str], int]]:
    """An environment with a password file that has no name and is gone with the process.

    A password in the environment of a child shows in ``ps e``; one in a file could be left
    behind by a kill.
    """
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    descriptor = os.memfd_create("password", 0)
    try:
        os.fchmod(descriptor, 0o600)
        os.write(descriptor, f"*:*:*:*:{escaped}\n".encode())
        yield {**os.environ, "PGPASSFILE": f"/proc/self/fd/{descriptor}"}, descriptor
    finally:
        os.close(descriptor)
