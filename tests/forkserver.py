"""The commands that the tests run, each in a fork of a process that has imported everything but
Kallithea: a start of ``gearbox`` is two thirds imports, and a suite starts it some hundred times.

It is the same command: the same entry point with the same arguments, folder, environment and
streams, in a process of its own that ends as Python ends. Kallithea itself is imported there, since
each test has a checkout of its own; where that has the installed Kallithea's files, a second process
has run its models beforehand (``preloaded``). What a fork cannot show is left to the real executables: what
the interpreter reads when it starts, and what is imported when (``test_executables``).
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import importlib.metadata
import io
import os
import pickle
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, Optional

#: The executables that may be run so.
COMMANDS = ("gearbox", "alembic", "kallithea-cli")

#: The folder that all processes of one session of the tests share.
SHARED = "KALLITHEA_DBDEV_TEST_SHARED"

#: Variables that the commands read while they run. One that is not listed may have been read by what
#: is imported already, or by the interpreter: then the real executable is run.
READ_LATE = ("TMPDIR", "NO_COLOR", "XDG_CACHE_HOME")

#: What to import beforehand: what these modules import, Kallithea's own modules left out.
_KALLITHEA = (
    "kallithea.config.application",
    "kallithea.config.middleware",
    "kallithea.lib.db_manage",
    "kallithea.model.scm",
    "kallithea.lib.inifile",
    "kallithea.bin.kallithea_cli",
)
_OURS = (
    "kallithea_dbdev.commands.throwaway",
    "kallithea_dbdev.throwaway",
    "kallithea_dbdev.drafting.revise",
    "kallithea_dbdev.verification.verify",
    "kallithea_dbdev.verification.accepted",
    "kallithea_dbdev.reports",
    "psycopg2.extras",
    "psycopg2.extensions",
    "pymysql.cursors",
    "MySQLdb.cursors",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.mysql",
)

_LENGTH = 8

#: What asks the server for a process with changed models, rather than for a command; and how many it may have.
_ZYGOTE = "with models of"
_MOST = 12

if __name__ == "__main__":
    import preloaded  # beside this file
else:
    from . import preloaded


class ForkServer:
    """The client's side: starts the processes with the first command, and ends them with this one.

    ``kallithea``: the installed one. ``package``: a folder with another kallithea_dbdev than the
    installed one.
    """

    def __init__(self, kallithea: Path, package: str = "") -> None:
        self.kallithea = kallithea
        self.package = package
        self._process: Optional["subprocess.Popen[bytes]"] = None
        self._bare: Optional[socket.socket] = None
        self._with_models: Optional[socket.socket] = None
        #: What has run changed models, by what is written in them; the one that was asked for last is the last.
        self._with_changed: Dict[bytes, socket.socket] = {}

    def run(
        self,
        command: List[str],
        cwd: Path,
        env: Dict[str, str],
        stdin: Optional[str],
        timeout: float,
        checkout: Optional[Path] = None,
        site: Optional[Path] = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, as ``subprocess.run`` does.

        ``checkout``: the one that ``env`` names. ``site``: a module that it runs first, as Python does
        with a sitecustomize; it then has a session of its own.
        """
        if self._process is None or self._process.poll() is not None:
            self._start(env)
        server = self._server(checkout / "kallithea" if checkout else self.kallithea)
        with (
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            tempfile.TemporaryFile() as given,
        ):
            given.write((stdin or "").encode())
            given.seek(0)
            request = pickle.dumps((command, str(cwd), env, str(site or "")))
            server.settimeout(timeout)
            descriptors = [stream.fileno() for stream in (given, out, err)]
            socket.send_fds(server, [len(request).to_bytes(_LENGTH, "big")], descriptors)
            server.sendall(request)
            pid = int.from_bytes(_receive(server, _LENGTH), "big")
            try:
                status = int.from_bytes(_receive(server, _LENGTH), "big", signed=True)
            except socket.timeout:
                os.kill(pid, signal.SIGKILL)
                _receive(server, _LENGTH)
                raise subprocess.TimeoutExpired(command, timeout) from None
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, status, _text(out.read()), _text(err.read()))

    def _server(self, package: Path) -> socket.socket:
        """The process that has what a command with this package imports, as far as there is one."""
        assert self._bare and self._with_models
        if not package.is_dir():
            return self._bare
        changed = preloaded.changed_since_installed(package, self.kallithea)
        if not changed:
            return self._bare if changed is None else self._with_models
        if changed not in self._with_changed:
            self._start_changed(changed, package)
        if len(self._with_changed) > _MOST:
            self._with_changed.pop(next(iter(self._with_changed))).close()  # it ends
        server = self._with_changed.pop(changed, None)
        if server is None:
            return self._bare
        self._with_changed[changed] = server
        return server

    def _start_changed(self, changed: bytes, package: Path) -> None:
        """Have a process run the changed models of a package; where they cannot be run there is none."""
        assert self._bare
        ours, theirs = socket.socketpair()
        request = pickle.dumps(([_ZYGOTE, str(package.parent)], "/", {}, ""))
        self._bare.settimeout(60)
        socket.send_fds(self._bare, [len(request).to_bytes(_LENGTH, "big")], [theirs.fileno()])
        self._bare.sendall(request)
        theirs.close()
        ours.settimeout(60)
        if ours.recv(1):
            self._with_changed[changed] = ours

    def _start(self, env: Dict[str, str]) -> None:
        self._with_changed = {}
        (self._bare, bare), (self._with_models, with_models) = socket.socketpair(), socket.socketpair()
        numbers = [connection.fileno() for connection in (bare, with_models)]
        # Without the checkout of a test: the installed Kallithea tells what it imports.
        clean = {key: value for key, value in env.items() if key not in ("PYTHONPATH", *READ_LATE)}
        if self.package:
            clean["PYTHONPATH"] = self.package
        self._process = subprocess.Popen(
            [sys.executable, __file__, *map(str, numbers)], env=clean, pass_fds=numbers,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        bare.close()
        with_models.close()


def _text(data: bytes) -> str:
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8").read()


def _receive(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError("the other side of the fork server is gone")
        data += more
    return data


# -- the server's side ---------------------------------------------------------------------------


def _modules(shared: Optional[Path]) -> List[str]:
    """Every module that the commands get, Kallithea's own left out, in the order of their import.

    They are found once for all processes that share a folder.
    """
    if shared is None:
        return _imported_by_kallithea()
    with (shared / "modules").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        found = file.read().split()
        if not found:
            found = _imported_by_kallithea()
            file.write("\n".join(found))
        return found


def _imported_by_kallithea() -> List[str]:
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    try: importlib.import_module(name)\n"
        "    except ImportError: pass\n"
        # gearbox.main remembers the name of the executable when it is imported.
        "left_out = {'kallithea', '__main__'}\n"
        "print('\\n'.join(n for n in sys.modules if n != 'gearbox.main' and n.split('.')[0] not in left_out))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *_OURS, *_KALLITHEA],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True, timeout=600,
    )  # fmt: skip
    return done.stdout.split()


def _serve(connection: socket.socket, models: preloaded.Preloaded) -> List[str]:
    """Fork for each request. Returns in the child, which then is the command; leaves at the end."""
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(connection, _LENGTH, 3)
            if not data:
                os._exit(0)
            data += _receive(connection, _LENGTH - len(data)) if len(data) < _LENGTH else b""
            command, cwd, env, site = pickle.loads(_receive(connection, int.from_bytes(data, "big")))
        except (EOFError, ConnectionError):
            os._exit(0)
        if command[0] == _ZYGOTE:
            if os.fork() == 0:
                connection.close()
                connection = socket.socket(fileno=descriptors[0])
                _run_models(models, command[1])
                connection.sendall(b"+")
            else:
                os.close(descriptors[0])
            continue
        pid = os.fork()
        if pid == 0:
            connection.close()
            _become(descriptors, cwd, env)
            if site:
                os.setsid()
                runpy.run_path(site)
            return command  # type: ignore[no-any-return]
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(pid.to_bytes(_LENGTH, "big"))
        _, status = os.waitpid(pid, 0)
        connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(_LENGTH, "big", signed=True))


def _run_models(models: preloaded.Preloaded, checkout: str = "") -> None:
    """Run the models of the installed Kallithea, or of a checkout, for all commands to come; leaves where that
    cannot be done."""
    sys.path[1:1] = [checkout] * bool(checkout)
    try:
        models.record()
        importlib.import_module("sqlalchemy.orm").configure_mappers()
    except BaseException:
        if not checkout:
            raise
        os._exit(1)
    if checkout:
        sys.path.remove(checkout)
    gc.collect()
    gc.freeze()


def _become(descriptors: List[int], cwd: str, env: Dict[str, str]) -> None:
    """Give this process the streams, the folder and the environment of the command."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = sys.__stdin__ = _stream(0, "r", "surrogateescape")
    sys.stdout = sys.__stdout__ = _stream(1, "w", "surrogateescape")
    sys.stderr = sys.__stderr__ = _stream(2, "w", "backslashreplace")
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    tempfile.tempdir = None
    sys.path[1:1] = env.get("PYTHONPATH", "").split(os.pathsep) if env.get("PYTHONPATH") else []
    importlib.invalidate_caches()


def _stream(number: int, mode: str, errors: str) -> Any:
    """A standard stream as Python opens it in a UTF-8 locale; none of them is a terminal."""
    raw = os.fdopen(number, f"{mode}b", closefd=False)
    return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=number == 2)


def _entry_point(command: str) -> Any:
    for distribution in importlib.metadata.distributions():
        for entry in distribution.entry_points:
            if entry.group == "console_scripts" and entry.name == command:
                return entry
    raise LookupError(command)


def main() -> None:
    """Import, serve, and in each fork: be the command."""
    connection, with_models = (socket.socket(fileno=int(number)) for number in sys.argv[1:])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(sys.executable).parent
    sys.path[0] = str(folder)  # as for an executable beside Python
    for name in _modules(Path(os.environ[SHARED]) if SHARED in os.environ else None):
        try:
            importlib.import_module(name)
        except Exception:
            continue  # one that its package imports under a condition
    _hash_passwords_quickly()
    entries: Dict[str, Any] = {}
    for name in COMMANDS:
        try:
            entries[name] = _entry_point(name)
        except LookupError:
            continue
    models = preloaded.Preloaded()
    if os.fork():
        with_models.close()
        gc.collect()
        gc.freeze()
    else:
        connection.close()
        connection = with_models
        _run_models(models)
    command = _serve(connection, models)
    if models.modules:
        sys.meta_path.insert(0, models)
    sys.argv = [str(folder / command[0]), *command[1:]]
    try:
        status = _with_room(entries[command[0]].load())
    except SystemExit as error:
        status = error.code
    _exit(status)


def _with_room(function: Any) -> Any:
    """Call it from a frame that brings much memory for the frames above it. Python 3.11 gets that from the system
    in pieces of 16 kB, and gives a piece back as soon as nothing is on it: a loop at its edge does both each time."""
    return function()


_with_room.__code__ = _with_room.__code__.replace(co_stacksize=1 << 17)


def _hash_passwords_quickly() -> None:
    """With the least rounds: nobody attacks the passwords of the tests, and each takes 0.05 s."""
    bcrypt: Any = importlib.import_module("bcrypt")
    usual = bcrypt.gensalt
    bcrypt.gensalt = lambda rounds=12, prefix=b"2b": usual(4, prefix)


def _exit(status: object) -> None:
    """End as Python does, but for the clearing of two thousand modules: it touches every page that
    the fork shares, and takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    if status is None or isinstance(status, int):
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except Exception:
            sys.exit(status)  # Python tells what became of the streams
        os._exit((status or 0) & 0xFF)
    sys.exit(status)


if __name__ == "__main__":
    main()
