"""Real Kallithea checkouts, instances and servers for the tests."""

from __future__ import annotations

import fcntl
import gc
import os
import re
import shutil
import signal
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Union

import pytest

from kallithea_dbdev.errors import DatabaseError

from . import servers
from .forkserver import SHARED
from .projects import Project, link_package, run_checked
from .servers import Server

# A shell's background job ignores Ctrl-C, what nohup starts a hang-up, and so would every command that is
# started from here.
for _number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler if _number == signal.SIGINT else signal.SIG_DFL)


def _memory() -> Optional[str]:
    """A folder in memory: nothing that the tests write needs a disk. None where there is none."""
    usable = "TMPDIR" not in os.environ and os.access("/dev/shm", os.W_OK | os.X_OK)
    return "/dev/shm" if usable else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: half of the time a test waits for a server, a lock or a process."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """Some thousand tests stay until the end: nobody looks through them for garbage each time."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    memory = _memory()
    if memory:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)
    if not hasattr(config, "workerinput"):
        shared = tempfile.mkdtemp(prefix="kdbdev-shared-", dir=memory)
        os.environ[SHARED] = shared  # the workers of xdist inherit it
        config.add_cleanup(lambda: shutil.rmtree(shared, ignore_errors=True))


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """The other processes that share the file wait meanwhile."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def temporary_folder() -> Iterator[None]:
    """A folder for temporary files of this process and the commands that it runs.

    Runs clear what dead runs left, so two processes should not share one. It is in memory where there
    is some. What db-verify remembers is found by what it comes from: that is shared.
    """
    with tempfile.TemporaryDirectory(prefix="kdbdev-tests-", dir=_memory()) as folder:
        Path(folder).chmod(0o711)  # servers run as another user
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", folder)
            patch.setenv("XDG_CACHE_HOME", f"{os.environ[SHARED]}/cache")
            patch.setattr(tempfile, "tempdir", None)
            yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, temporary_folder: None) -> Project:
    """An instance that Kallithea's own tools made, once for all processes; not to be changed."""
    shared = Path(os.environ[SHARED])
    first, finished = Project(shared / "template"), shared / "template-is-finished"
    with _one_at_a_time(shared / "template-lock"):
        if not finished.exists():
            shutil.rmtree(first.root, ignore_errors=True)  # what a process has begun that failed
            link_package(first.checkout / "kallithea")
            (first.instance / "repos").mkdir(parents=True)
            first.tool("kallithea-cli", "config-create", "development.ini")
            create_database(first)
            finished.touch()
    root = tmp_path_factory.mktemp("template")
    shutil.copytree(first.root, root, symlinks=True, dirs_exist_ok=True)
    return Project(root)


def create_database(project: Project) -> None:
    """Kallithea's own db-create, on whatever development.ini names."""
    project.tool(
        "kallithea-cli", "db-create", "-c", "development.ini", "--user", "admin", "--password",
        "secret1", "--email", "admin@example.com", "--repos", project.instance / "repos", "--force-yes",
    )  # fmt: skip


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    """A copy of the template for one test."""
    shutil.copytree(template.checkout, tmp_path / "checkout", symlinks=True)
    shutil.copytree(template.instance, tmp_path / "instance")
    return Project(tmp_path)


@pytest.fixture
def mercurial_repository(tmp_path: Path) -> Path:
    """A folder with one real Mercurial repository."""
    root = tmp_path / "some-repos"
    root.mkdir()
    run_checked("hg", "init", "hello", cwd=root)
    return root


@pytest.fixture(scope="session")
def running(temporary_folder: None) -> Iterator[Dict[str, Union[Server, DatabaseError]]]:
    """The servers that were asked for so far, each started once."""
    found: Dict[str, Union[Server, DatabaseError]] = {}
    with ExitStack() as stack:
        found["stack"] = stack  # type: ignore[assignment]
        yield found


@pytest.fixture(params=servers.ENGINES)
def server(request: Any, running: Dict[str, Any]) -> Server:
    """A real server of each engine; the test is left out, loudly, where there is none."""
    return need(request.param, running)


def need(engine: str, running: Dict[str, Any]) -> Server:
    """The server of an engine, started once; skips the test where there is none."""
    if engine not in running:
        try:
            running[engine] = servers.start(engine, running["stack"])
        except DatabaseError as error:
            running[engine] = error
    found = running[engine]
    if isinstance(found, DatabaseError):
        if os.environ.get(servers.REQUIRE):
            pytest.fail(f"{servers.REQUIRE} is set: {found}")
        pytest.skip(f"{servers.LEFT_OUT} {found}")
    return found


@pytest.fixture
def server_project(project: Project, server: Server, running: Dict[str, Any]) -> Project:
    """A project whose development database is on the server, made by Kallithea's own db-create."""
    key = f"template on {server.engine}"
    if key not in running:
        running[key] = server.new_name()
        # Kallithea makes the database itself through the drivers "mysql" and "postgresql" only.
        server.create(running[key])
        use_database(project, server.url(running[key]))
        create_database(project)
    use_database(project, server.url(server.copy(running[key])))
    return project


def use_database(project: Project, url: str, ini: str = "development.ini") -> None:
    """Name another database in a configuration."""
    path = project.instance / ini
    escaped = url.replace("%", "%%")
    text = re.sub(
        r"^sqlalchemy\.url = .*$", lambda _: f"sqlalchemy.url = {escaped}", path.read_text(), flags=re.M
    )
    path.write_text(text)
    project.database.unlink(missing_ok=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reasons = {
        report.longrepr[2].partition(servers.LEFT_OUT)[2].strip()
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and servers.LEFT_OUT in report.longrepr[2]
    }
    if reasons:
        terminalreporter.write_line(f"{servers.LEFT_OUT} {'; '.join(sorted(reasons))}; {servers.HOW}")
