"""Copy a PostgreSQL database that is in use, or to another server: dump and restore.

Each program gets the whole address of its own side, and a password file of its own.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Dict, Iterator, List, Mapping, Tuple

from ...errors import DatabaseError
from ...processes import program
from ..private.wheel import postgresql_programs
from ..server import LOCK_SECONDS, Server
from .hints import hint_for

#: Parameters of the driver that libpq knows by another name, and those that must not be on a command line.
_RENAMED = {"database": "dbname"}
_SECRET = {"password", "sslpassword"}

_DUMP = ("--format=custom", "--no-subscriptions", f"--lock-wait-timeout={LOCK_SECONDS * 1000}")
_DEFINITION = ("--schema-only", "--no-owner", "--no-acl", "--no-publications", "--no-subscriptions")
_DEFINITION_SECONDS = 120
_RESTORE = ("--exit-on-error",)
#: Roles are those of one server, and only a superuser may act for all of them.
_OF_NOBODY = ("--no-owner", "--no-acl", "--no-publications")

_CHUNK = 2**20


def dump_into(
    source: Server, name: str, target: Server, target_name: str, display: str, owned: bool = False
) -> None:
    """Fill the empty database ``target_name`` with the schema and rows of ``name``; only reads that one.

    ``display`` names the source in messages; ``owned``: with owners, privileges and publications. Raises DatabaseError.
    """
    more = () if owned else _OF_NOBODY
    with ExitStack() as stack:
        errors = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        arguments, environment, files = stack.enter_context(_side(source, name))
        giving = stack.enter_context(
            program(
                [_program("pg_dump"), *_DUMP, *more, *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors[0], env=environment, pass_fds=files,
            )
        )  # fmt: skip
        arguments, environment, files = stack.enter_context(_side(target, target_name, writing=True))
        taking = stack.enter_context(
            program(
                [_program("pg_restore"), *_RESTORE, *more, *arguments],
                stdin=giving.stdout, stdout=subprocess.DEVNULL, stderr=errors[1], env=environment, pass_fds=files,
            )
        )  # fmt: skip
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
        hint = hint or hint_for(text, str(source.parameters(name).get("user") or "ROLE"))
        raise DatabaseError(f"{display}: it cannot be copied by a dump: {text}", hint)


def dumped_definition(source: Server, name: str, display: str) -> Tuple[str, ...]:
    """The statements that make the schema of a database, without owners, privileges and rows.

    Raises DatabaseError.
    """
    with _side(source, name) as (arguments, environment, files):
        done = subprocess.run(
            [_program("pg_dump"), *_DEFINITION, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, env=environment, pass_fds=files, text=True,
            timeout=_DEFINITION_SECONDS,
        )  # fmt: skip
    if done.returncode:
        raise DatabaseError(f"{display}: its schema cannot be dumped: {' '.join(done.stderr.split())}")
    return statements_of_dump(done.stdout)


def statements_of_dump(text: str) -> Tuple[str, ...]:
    """The statements of a plain dump that make something, one line each but for the tables."""
    kept = "\n".join(line for line in text.splitlines() if line and not line.startswith(("--", "\\")))
    found = []
    for statement in f"{kept}\n".split(";\n"):
        if not statement or statement.startswith(("SET ", "SELECT pg_catalog.set_config")):
            continue
        # Whoever runs them decides in which schema.
        plain = statement.replace("public.", "")
        found.append(plain if plain.startswith("CREATE TABLE") else " ".join(plain.split()))
    return tuple(found)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return " ".join(file.read().decode(errors="replace").split())


def _program(name: str) -> str:
    # Debian's wrapper in PATH is of no use without the programs of a version.
    installed = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)
    found = shutil.which(name)
    if found and Path(found).resolve().name == "pg_wrapper" and not installed:
        found = None
    brought = postgresql_programs()
    path = found or next(iter(installed), None) or (str(brought / name) if brought else None)
    if path is None:
        raise DatabaseError(f"{name} is not on this machine", "install the PostgreSQL client programs")
    return path


@contextmanager
def _side(
    server: Server, database: str, writing: bool = False
) -> Iterator[Tuple[List[str], Mapping[str, str], Tuple[int, ...]]]:
    """Arguments, environment and open files for a program that works on a database.

    The password is in a file that has no name and is gone with the process: one in the environment
    of a child shows in ``ps e``, and one in a file could be left behind by a kill.
    """
    parameters = {_RENAMED.get(key, key): value for key, value in server.parameters(database).items()}
    if writing:
        # As our own sessions have it, whatever the role begins with.
        options = f"{parameters.get('options', '')} -c default_transaction_read_only=off"
        parameters["options"] = options.strip()
    secrets = [str(parameters.pop(key)) for key in sorted(_SECRET) if parameters.get(key)]
    password = secrets[0] if secrets else ""
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    descriptor = os.memfd_create("password", 0)
    try:
        os.fchmod(descriptor, 0o600)
        environment: Dict[str, str] = dict(server.environment())
        if password:
            environment.pop("PGPASSWORD", None)  # it would win
            os.write(descriptor, f"*:*:*:*:{escaped}\n".encode())
            environment["PGPASSFILE"] = f"/proc/self/fd/{descriptor}"
        yield ["--no-password", f"--dbname={_conninfo(parameters)}"], environment, (descriptor,)
    finally:
        os.close(descriptor)


def _conninfo(parameters: Mapping[str, Any]) -> str:
    """Keywords and values as libpq reads them."""
    quoted = {key: str(value).replace("\\", "\\\\").replace("'", "\\'") for key, value in parameters.items()}
    return " ".join(f"{key}='{value}'" for key, value in quoted.items())
