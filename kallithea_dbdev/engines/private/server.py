"""Private, temporary servers from the binaries on this machine, for who has none configured.

Each lives in a folder of its own (mode 0700), listens on a socket in it and nowhere else, runs as
an unprivileged user also when the caller is root, has durability off, and is gone with the run. Its
time zone is not UTC: what depends on the zone of a session shows there.
"""

from __future__ import annotations

import glob
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional, Tuple

from ...causes import hint_for_program
from ...errors import DatabaseError
from ...folders import (
    SERVER_PREFIX,
    UNPRIVILEGED,
    LockedFolder,
    clear_dead,
    end_server,
    locked_folder,
    places_for_servers,
    write_owner,
)
from ...signals import uninterrupted
from ...surroundings import OTHER_ZONE
from .. import open_database
from ..database import Database
from ..mysql.server import OTHER_ZONE as MYSQL_ZONE
from . import watchdog, wheel

#: From nothing; and until the watchdog has stopped it.
_START_SECONDS = 120.0
_STOP_SECONDS = 20.0
#: A Unix socket's path must fit into sockaddr_un.sun_path with its ending.
_SOCKET_PATH_LIMIT = 90


@dataclass(frozen=True)
class _Recipe:
    """How to make, start and reach one kind of server."""

    initialize: Callable[[Path, Path], List[str]]
    run: Callable[[Path, Path], List[str]]
    url: Callable[[Path], str]
    find: Callable[[], Optional[Path]]
    #: Where the programs come from, as a command.
    install: str


def _find(program: str, patterns: "tuple[str, ...]") -> Optional[Path]:
    found = [shutil.which(program) or ""]
    for pattern in patterns:
        found += sorted(glob.glob(f"{pattern}/{program}"), reverse=True)
    return next((Path(path).resolve().parent for path in found if path), None)


def _find_postgresql() -> Optional[Path]:
    for folder in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True):
        if Path(folder, "initdb").exists():
            return Path(folder)
    installed = _find("initdb", ("/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin"))
    return installed or wheel.postgresql_programs()


def _find_mysql() -> Optional[Path]:
    return _find("mariadbd", ("/usr/sbin", "/usr/libexec")) or _find("mysqld", ("/usr/sbin", "/usr/libexec"))


def _initialize_postgresql(programs: Path, folder: Path) -> List[str]:
    return [
        str(programs / "initdb"), "-D", str(folder / "data"), "-U", "kallithea", "--auth=trust",
        "--no-sync", "--encoding=UTF8", "--locale=C",
    ]  # fmt: skip


def _run_postgresql(programs: Path, folder: Path) -> List[str]:
    return [
        str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder),
        "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", f"timezone={OTHER_ZONE}",
        # Segments of its own in /dev/shm would stay after a kill.
        "-c", "dynamic_shared_memory_type=mmap",
        "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "jit=off",
    ]  # fmt: skip


def _initialize_mysql(programs: Path, folder: Path) -> List[str]:
    data = f"--datadir={folder / 'data'}"
    if (programs / "mariadbd").exists():
        # A shell script, which needs the programs of the system: PATH has to name them in any case.
        installer = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
        if installer is None:
            raise DatabaseError(
                f"mysql: {programs / 'mariadbd'} is on this machine, mariadb-install-db is not in PATH",
                "put its folder and those of the system into PATH, or use a configuration with a server",
            )
        return [
            installer, "--no-defaults", data, "--auth-root-authentication-method=normal",
            "--skip-test-db", "--skip-name-resolve",
        ]  # fmt: skip
    return [str(programs / "mysqld"), "--no-defaults", "--initialize-insecure", data]


def _run_mysql(programs: Path, folder: Path) -> List[str]:
    program = programs / "mariadbd"
    options = ["--mysqlx=OFF", "--disable-log-bin"]
    if program.exists():
        options = []
    else:
        program = programs / "mysqld"
    return [
        str(program), "--no-defaults", f"--datadir={folder / 'data'}", f"--socket={folder / 's'}",
        f"--pid-file={folder / 'pid'}", "--skip-networking", "--innodb-flush-log-at-trx-commit=0",
        "--innodb-doublewrite=0", "--innodb-buffer-pool-size=64M", f"--default-time-zone={MYSQL_ZONE}",
        # To write down how each table is filled takes longer than to make it.
        "--innodb-stats-persistent=0", *options,
    ]  # fmt: skip


def _mysql_url(folder: Path) -> str:
    # Plain where it can be: Kallithea's own db-create makes no database through any other name.
    driver = "mysql" if find_spec("MySQLdb") else "mysql+pymysql"
    return f"{driver}://root@localhost/kallithea?unix_socket={folder / 's'}&charset=utf8mb4"


_RECIPES: Dict[str, _Recipe] = {
    "postgresql": _Recipe(
        _initialize_postgresql,
        _run_postgresql,
        lambda folder: f"postgresql://kallithea@/kallithea?host={folder}",
        _find_postgresql,
        "Debian: apt-get install postgresql; anywhere: pip install 'kallithea-dbdev[postgresql]'",
    ),
    "mysql": _Recipe(
        _initialize_mysql, _run_mysql, _mysql_url, _find_mysql, "Debian: apt-get install mariadb-server"
    ),
}


@contextmanager
def private_server(engine: str, progress: Callable[[str], None]) -> Iterator[Database]:
    """Start a server; yields a database on it that does not exist yet.

    Raises DatabaseError where the programs or the driver are missing, or it does not start.
    """
    recipe = _RECIPES[engine]
    programs = recipe.find()
    if programs is None:
        raise DatabaseError(
            f"{engine}: no server program on this machine",
            f"install one ({recipe.install}), or use a configuration with a server",
        )
    user = _server_user(engine)
    clear_dead()
    with ExitStack() as stack:
        folder = stack.enter_context(locked_folder(places_for_servers()[0], SERVER_PREFIX))
        if len(str(folder.path)) > _SOCKET_PATH_LIMIT:
            raise DatabaseError(f"{folder.path}: too long a path for a socket", "set TMPDIR to a shorter one")
        # The driver is asked for before anything is started.
        database = open_database(recipe.url(folder.path))
        write_owner(folder.path)
        (folder.path / "data").mkdir(mode=0o700)
        if user:
            for path in (folder.path, folder.path / "data"):
                shutil.chown(path, user)
        progress(f"starting a private {engine} server")
        commands = (recipe.initialize(programs, folder.path), recipe.run(programs, folder.path))
        with uninterrupted():
            process = _start(folder, user, commands)
            stack.callback(_stop, process, folder.path)
        _wait_until_ready(database, process, folder.path)
        database.call_private()
        yield database


def _server_user(engine: str) -> str:
    """The user to run as: "" for the caller; servers refuse to run as root."""
    if os.getuid() != 0:
        return ""
    for name in UNPRIVILEGED[engine]:
        try:
            pwd.getpwnam(name)
            return name
        except KeyError:
            continue
    raise DatabaseError(f"{engine}: a server cannot run as root, and there is no user nobody")


def _start(
    folder: LockedFolder, user: str, commands: Tuple[List[str], List[str]]
) -> "subprocess.Popen[bytes]":
    """Start the watchdog, which does the rest; it holds the lock on the folder as well."""
    return subprocess.Popen(
        [sys.executable, "-I", watchdog.__file__, str(folder.path), user, *map(json.dumps, commands)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=_clean_environment(folder.path),
        pass_fds=(folder.descriptor,),
    )


def _stop(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """The end of its standard input tells the watchdog to stop the server and to remove the folder."""
    with uninterrupted():
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # Where somebody killed the watchdog the server may still be there.
        end_server(folder)


def _clean_environment(folder: Path) -> Dict[str, str]:
    """Without what would point a server or its tools at another one."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "MYSQL"))}
    # Otherwise it could be a folder of root's that the server's user cannot enter.
    return {**kept, "LC_ALL": "C", "HOME": str(folder), "TMPDIR": str(folder)}


def _wait_until_ready(database: Database, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    log = folder / watchdog.SERVER_LOG
    error: Optional[DatabaseError] = None
    while process.poll() is None and time.monotonic() < deadline:
        if log.exists():
            try:
                database.exists()
                return
            except DatabaseError as refused:
                error = refused
        time.sleep(0.05)
    for name, what in ((watchdog.SERVER_LOG, "did not start"), (watchdog.MAKING_LOG, "could not be made")):
        if (folder / name).exists():
            said = (folder / name).read_text(errors="replace") or str(error or "")
            raise DatabaseError(
                f"the private {database.engine} server {what}: {_telling_line(said)}", hint_for_program(said)
            ) from error
    raise DatabaseError(f"the private {database.engine} server did not start: its watchdog ended")


_NO_TROUBLE = re.compile(r"\[(warning|note|system)\]|^(\S+ )*(warning|log|hint|notice):", re.IGNORECASE)
_TROUBLE = re.compile(r"error|fatal|cannot|could not|denied|failed|no such", re.IGNORECASE)


def _telling_line(text: str) -> str:
    """The first line of a program's output that tells of trouble, else the last one.

    What it calls a warning or a note is no trouble, whatever words are in it: it went on.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if not _NO_TROUBLE.search(line)] or lines
    return next(filter(_TROUBLE.search, lines), lines[-1] if lines else "no message")
