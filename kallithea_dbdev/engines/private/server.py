"""Private, temporary servers from the binaries on this machine, for who has none configured.

Each lives in a folder of its own (mode 0700), listens on a socket in it and nowhere else, runs as
an unprivileged user also when the caller is root, has durability off, and is gone with the run.
"""

from __future__ import annotations

import glob
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

from ...errors import DatabaseError
from .. import open_database
from ..database import Database
from . import watchdog, wheel

PREFIX = "kallithea-dbdev-server-"

#: Where memory can stand in for a disk: a database of hundreds of files is made ten times as fast.
_IN_MEMORY = Path("/dev/shm")
_ROOM = 2 * 2**30

#: Users that a server may run as when the caller is root, best first.
_UNPRIVILEGED = {"postgresql": ("postgres", "nobody"), "mysql": ("mysql", "nobody")}
_START_SECONDS = 60.0
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
        "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
        "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
    ]  # fmt: skip


def _initialize_mysql(programs: Path, folder: Path) -> List[str]:
    installer = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
    data = f"--datadir={folder / 'data'}"
    if (programs / "mariadbd").exists() and installer:
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
        "--innodb-doublewrite=0", "--innodb-buffer-pool-size=64M", *options,
    ]  # fmt: skip


def _mysql_url(folder: Path) -> str:
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
    _remove_dead_servers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_folders()[0]))
    if len(str(folder)) > _SOCKET_PATH_LIMIT:
        folder.rmdir()
        raise DatabaseError(f"{folder}: too long a path for a socket", "set TMPDIR to a shorter one")
    try:
        # The driver is asked for before anything is started.
        database = open_database(recipe.url(folder))
        (folder / "owner").write_text(str(os.getpid()))
        (folder / "data").mkdir(mode=0o700)
        if user:
            for path in (folder, folder / "data"):
                shutil.chown(path, user)
        progress(f"starting a private {engine} server")
        _initialize(recipe.initialize(programs, folder), folder, user)
        process = _start(recipe.run(programs, folder), folder, user)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        _wait_until_ready(database, process, folder)
        yield database
    finally:
        # The end of its standard input tells the watchdog to stop the server and clean up.
        assert process.stdin
        process.stdin.close()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _folders() -> List[Path]:
    """Where the folder of a server may be, the place for the next one first.

    That is in memory where there is enough of it, unless TMPDIR says where temporary files belong.
    """
    usual = Path(tempfile.gettempdir())
    if "TMPDIR" in os.environ or not os.access(_IN_MEMORY, os.W_OK | os.X_OK):
        return [usual]
    free = os.statvfs(_IN_MEMORY)
    return [_IN_MEMORY, usual] if free.f_bavail * free.f_frsize > _ROOM else [usual, _IN_MEMORY]


def _server_user(engine: str) -> str:
    """The user to run as: "" for the caller; servers refuse to run as root."""
    if os.getuid() != 0:
        return ""
    for name in _UNPRIVILEGED[engine]:
        try:
            pwd.getpwnam(name)
            return name
        except KeyError:
            continue
    raise DatabaseError(f"{engine}: a server cannot run as root, and there is no user nobody")


def _initialize(command: List[str], folder: Path, user: str) -> None:
    arguments: Dict[str, Any] = watchdog.as_user(user)
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        env=_clean_environment(folder),
        **arguments,
    )
    if done.returncode:
        raise DatabaseError(f"{Path(command[0]).name} failed: {_telling_line(done.stdout)}")


def _start(command: List[str], folder: Path, user: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-I", watchdog.__file__, str(folder), user, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=_clean_environment(folder),
    )


def _clean_environment(folder: Path) -> Dict[str, str]:
    """Without what would point a server or its tools at another one."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "MYSQL"))}
    # Otherwise it could be a folder of root's that the server's user cannot enter.
    return {**kept, "LC_ALL": "C", "HOME": str(folder), "TMPDIR": str(folder)}


def _wait_until_ready(database: Database, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            database.exists()
            return
        except DatabaseError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                log = folder / "server.log"
                said = log.read_text(errors="replace") if log.exists() else str(error)
                raise DatabaseError(
                    f"the private {database.engine} server did not start: {_telling_line(said)}"
                ) from error
            time.sleep(0.05)


_TROUBLE = re.compile(r"error|fatal|cannot|could not|denied|failed|no such", re.IGNORECASE)


def _telling_line(text: str) -> str:
    """The first line of a program's output that tells of trouble, else the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next(filter(_TROUBLE.search, lines), lines[-1] if lines else "no message")


def _remove_dead_servers() -> None:
    """Folders of servers whose run and watchdog were both killed: stop the server, remove."""
    for folder in (found for place in _folders() for found in place.glob(f"{PREFIX}*")):
        try:
            owner = folder / "owner"
            if owner.stat().st_uid != os.getuid() or _alive(int(owner.read_text() or "0")):
                continue
        except (OSError, ValueError):
            continue
        if _watched(folder):
            continue
        for name in ("data/postmaster.pid", "pid"):
            _kill_server(folder / name, folder)
        shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return pid > 0


def _watched(folder: Path) -> bool:
    """Whether its watchdog still works on it (it is just stopping the server)."""
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = command.read_bytes()
        except OSError:
            continue
        if os.fsencode(watchdog.__file__) in text and os.fsencode(str(folder)) in text:
            return True
    return False


def _kill_server(pid_file: Path, folder: Path) -> None:
    try:
        pid = int(pid_file.read_text().split()[0])
        # Only if that number is still this server.
        if os.fsencode(str(folder)) in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, 9)
    except (OSError, ValueError, IndexError):
        pass
