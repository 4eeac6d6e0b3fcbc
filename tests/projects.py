"""A Kallithea checkout with a development instance, as a developer has them: all real."""

from __future__ import annotations

import configparser
import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

import kallithea

from .forkserver import COMMANDS, READ_LATE, ForkServer

DATA = Path(__file__).parent / "data"
BIN = Path(sys.executable).parent
PACKAGE = Path(kallithea.__file__).parent
VERSION: str = kallithea.__version__
#: The last script of 0.6.3 loses AUTOINCREMENT on the way down: its own head is not clean.
CLEAN_HEAD = VERSION != "0.6.3"
HEAD = {"0.6.3": "a0a1bf09c143", "0.7.0": "7ba0d2cad930"}[VERSION]
BELOW_HEAD = {"0.6.3": "d7ec25b66e47", "0.7.0": "f62826179f39"}[VERSION]

#: The last script of 0.7.0 imports the live models.
HEAD_WARNINGS = {"0.6.3": [], "0.7.0": ["script-imports-models"]}[VERSION]


def head_status(engine: str) -> int:
    """The exit status of db-verify on a database at head: what 0.6.3's last script does wrong is known."""
    return 0


#: A folder with another kallithea_dbdev than the installed one, to be tested (tools/mutants.py).
PACKAGE_FOLDER = "KALLITHEA_DBDEV_TEST_PACKAGE"


def environment(checkout: Optional[Path] = None, **more: str) -> Dict[str, str]:
    """The environment of a command: the checkout is the Kallithea that is imported."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}
    env["PATH"] = f"{BIN}{os.pathsep}{env['PATH']}"
    env.setdefault("LC_ALL", "C.UTF-8")
    # gearbox up to 0.4.1 imports pkg_resources, and a new setuptools complains of that.
    env["PYTHONWARNINGS"] = "ignore:pkg_resources"
    paths = [str(path) for path in (checkout, os.environ.get(PACKAGE_FOLDER)) if path]
    if paths:
        env["PYTHONPATH"] = os.pathsep.join(paths)
    env.update(more)
    return env


def run(
    *command: object, cwd: Path, checkout: Optional[Path] = None, stdin: Optional[str] = None, **more: str
) -> "subprocess.CompletedProcess[str]":
    """Run a real command; its output is captured."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment(checkout, **more),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        timeout=600,
    )


#: Everything through the real executables: where Python itself is watched (coverage), or on request.
EXECUTABLES_ONLY = "KALLITHEA_DBDEV_TEST_EXECUTABLES"
_fork_server = ForkServer(PACKAGE, os.environ.get(PACKAGE_FOLDER, ""))


def run_forked(
    *command: object, cwd: Path, checkout: Optional[Path] = None, stdin: Optional[str] = None, **more: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command of ``COMMANDS`` as ``run`` does, without the time that its imports take."""
    name, *words = (str(word) for word in command)
    watched = {"COVERAGE_PROCESS_START", EXECUTABLES_ONLY} & set(os.environ)
    if name not in COMMANDS or watched or not set(more) <= set(READ_LATE):
        return run(*command, cwd=cwd, checkout=checkout, stdin=stdin, **more)
    env = environment(checkout, **more)
    return _fork_server.run([name, *words], cwd, env, stdin, timeout=600, checkout=checkout)


def run_with_site(
    *command: str, cwd: Path, checkout: Path, site: Path, **more: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command of ``COMMANDS`` in a session of its own, a module of the test's in it."""
    env = environment(checkout, **more)
    return _fork_server.run(list(command), cwd, env, None, timeout=600, checkout=checkout, site=site)


def run_checked(*command: object, cwd: Path, checkout: Optional[Path] = None) -> str:
    """Run a real command that must end well; its standard output."""
    done = run_forked(*command, cwd=cwd, checkout=checkout)
    assert done.returncode == 0, f"{command}: exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass
class Project:
    """A folder with ``checkout/`` and ``instance/`` (development.ini and its database)."""

    root: Path

    @property
    def checkout(self) -> Path:
        return self.root / "checkout"

    @property
    def instance(self) -> Path:
        return self.root / "instance"

    @property
    def database(self) -> Path:
        return self.instance / "kallithea.db"

    @property
    def models(self) -> Path:
        return self.checkout / "kallithea" / "model" / "db.py"

    @property
    def versions(self) -> Path:
        return self.checkout / "kallithea" / "alembic" / "versions"

    def gearbox(self, *words: object, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run gearbox in the instance's folder, with the checkout's Kallithea."""
        return run_forked("gearbox", *words, cwd=self.instance, checkout=self.checkout, **more)

    def executable(self, *words: object, **more: str) -> "subprocess.CompletedProcess[str]":
        """The same through the real executable."""
        return run("gearbox", *words, cwd=self.instance, checkout=self.checkout, **more)

    def tool(self, *words: object) -> str:
        """Run another real command (alembic, kallithea-cli) that must end well."""
        return run_checked(*words, cwd=self.instance, checkout=self.checkout)

    def verify(self, *words: object, status: Optional[int] = None) -> Dict[str, Any]:
        """The JSON report of db-verify on development.ini; what is known of Kallithea's own scripts, too."""
        accepting = "--accept" in words or "accept" in self.ini_section("kallithea_dbdev")
        everything = () if accepting else ("--no-accept",)
        done = self.gearbox("db-verify", "-c", "development.ini", "--format", "json", *everything, *words)
        assert done.returncode in ((0, 1) if status is None else (status,)), done.stdout + done.stderr
        return json.loads(done.stdout)

    def ini_section(self, name: str) -> Dict[str, str]:
        """The options of our section of development.ini."""
        parser = configparser.RawConfigParser(strict=False)
        parser.read(self.instance / "development.ini")
        return dict(parser[name]) if name in parser else {}

    def change_models(self, *changes: Tuple[str, str]) -> None:
        """Replace texts in db.py; each must be there exactly once."""
        text = self.models.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, (text.count(old), old)
            text = text.replace(old, new)
        self.models.write_text(text, encoding="utf-8")

    def write_script(
        self,
        upgrade: str,
        downgrade: str = "pass",
        revision: str = "feedc0ffee00",
        below: Union[str, Tuple[str, ...]] = HEAD,
        head: str = "",
    ) -> Path:
        """Write a migration script by hand; bodies are lines of code."""
        path = self.versions / f"{revision}_by_hand.py"
        path.write_text(
            f"revision = {revision!r}\ndown_revision = {below!r}\nbranch_labels = None\ndepends_on = None\n"
            "from alembic import op\nimport sqlalchemy as sa\n"
            f"{head}\n\ndef upgrade():\n{_indented(upgrade)}\n\n\ndef downgrade():\n{_indented(downgrade)}\n"
        )
        return path

    def sql(self, *statements: str, path: Optional[Path] = None) -> List[Tuple[Any, ...]]:
        """Run statements on a database; the rows of the last one."""
        connection = sqlite3.connect(str(path or self.database), isolation_level=None)
        try:
            rows: List[Tuple[Any, ...]] = []
            for statement in statements:
                rows = connection.execute(statement).fetchall()
            return rows
        finally:
            connection.close()

    def snapshot(self) -> Dict[str, Tuple[bytes, int]]:
        """Content and time of every file in the instance's folder."""
        return {
            str(path.relative_to(self.instance)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted(self.instance.rglob("*"))
            if path.is_file()
        }


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in code.splitlines())


def link_package(destination: Path) -> None:
    """A checkout of the installed Kallithea: links, but for what tests change."""
    destination.mkdir(parents=True)
    for path in PACKAGE.iterdir():
        target = destination / path.name
        if path.name in ("model", "alembic"):
            shutil.copytree(path, target)
        elif path.name != "__pycache__":
            target.symlink_to(path)


def release(version: str, path: Path) -> Path:
    """The database of a release as its own set-up made it."""
    path.write_bytes(gzip.decompress((DATA / f"{version}.sqlite.db.gz").read_bytes()))
    return path


def codes(report: Dict[str, Any], severity: str = "error") -> List[str]:
    """The finding codes of one severity, sorted, without repetition."""
    return sorted({f["code"] for f in report["findings"] if f["severity"] == severity})


def one_line(text: str, pattern: str) -> None:
    """Assert that a message is one line and matches."""
    assert text.count("\n") == 1 and text.endswith("\n"), text
    assert re.search(pattern, text), text
    assert "Traceback" not in text
