"""Copy a PostgreSQL database that is in use, or into one that is there already: dump and restore."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from typing import IO, Any, Dict, Iterator, List, Mapping, Tuple

from ...errors import DatabaseError
from ...processes import program

#: What the connection to one database takes, as the driver has it; the password among it.
Parameters = Mapping[str, Any]

_CHUNK = 2**20


def dump_into(source: Parameters, target: Parameters, display: str) -> None:
    """Fill the empty database ``target`` with the schema and rows of ``source``; only reads that one.

    ``display`` names the source in messages. Raises DatabaseError.
    """
    dump = _command("pg_dump", source, "--format=custom", "--no-owner", "--no-acl")
    restore = _command("pg_restore", target, "--no-owner", "--no-acl", "--exit-on-error")
    with ExitStack() as stack:
        password = str(source.get("password") or "")
        environment, descriptor = stack.enter_context(_password_file(password))
        errors = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        options = {"env": environment, "pass_fds": (descriptor,)}
        giving = stack.enter_context(program(dump, stdout=subprocess.PIPE, stderr=errors[0], **options))
        taking = stack.enter_context(
            program(restore, stdin=giving.stdout, stdout=subprocess.DEVNULL, stderr=errors[1], **options)
        )
        statuses = [taking.wait()]
        assert giving.stdout
        # Where that one failed, this one still has something to give: it must not fail because of it.
        while giving.stdout.read(_CHUNK):
            pass
        statuses.append(giving.wait())
        said = [_text(file) for file in errors]
    if any(statuses):
        text = said[0] or said[1] or "no message"
        hint = "install the client programs of the server's version" if "version mismatch" in text else ""
        raise DatabaseError(f"{display}: it cannot be copied by a dump: {text}", hint)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return " ".join(file.read().decode(errors="replace").split())


def _command(name: str, parameters: Parameters, *options: str) -> List[str]:
    path = shutil.which(name) or next(
        iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None
    )
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
