"""Mercurial and Git checkouts: what is committed, and the files of another changeset.

They are only read, through the real ``hg`` and ``git``.
"""

from __future__ import annotations

import abc
import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Dict, List, Optional

from ..errors import UsageError

#: How long a program may take.
_SECONDS = 120.0


class Checkout(abc.ABC):
    """A working folder of a version control system; ``root`` is its topmost folder."""

    program: str
    #: The folder in the root that tells whose it is.
    mark: str

    def __init__(self, root: Path) -> None:
        self.root = root

    @abc.abstractmethod
    def has_committed(self, path: Path) -> bool:
        """Whether the parent changeset has a file of that name."""

    @abc.abstractmethod
    def parent(self, folder: Path) -> str:
        """The changeset before what is in a folder: the working folder's parent where something in it is
        not committed yet, else the parent of that."""

    @abc.abstractmethod
    def resolve(self, revision: str) -> str:
        """The full name of a changeset. Raises UsageError where there is none."""

    @abc.abstractmethod
    def export(self, changeset: str, folder: Path, destination: Path) -> None:
        """Write the files that a folder has in a changeset below ``destination``, at the same place."""

    def _relative(self, path: Path) -> str:
        return os.path.relpath(path.resolve(), self.root.resolve())

    def _run(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        """Run the program in the root. Raises UsageError where it is not installed."""
        beside = Path(sys.executable).with_name(self.program)
        found = shutil.which(self.program) or (str(beside) if beside.exists() else None)
        if found is None:
            raise UsageError(f"{self.root}: {self.program} is not installed", f"install {self.program}")
        return subprocess.run(
            [found, *words],
            cwd=self.root,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )

    def _output(self, revision: str, *words: str, what: str = "does not know this changeset") -> bytes:
        """What the program writes. Raises UsageError about the revision, with ``what``, where it fails."""
        done = self._run(*words)
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
            raise UsageError(
                f"{revision}: {self.program} {what} in {self.root}: {lines[-1]}",
                f"{self.program} log lists them",
            )
        return done.stdout


#: What is said where a changeset has no such folder.
_LACKS = "cannot export {} of this changeset"


class MercurialCheckout(Checkout):
    """A working folder of Mercurial's."""

    program, mark = "hg", ".hg"

    def has_committed(self, path: Path) -> bool:
        return self._run("files", "--rev", ".", "--", f"path:{self._relative(path)}").returncode == 0

    def parent(self, folder: Path) -> str:
        place = f"path:{self._relative(folder)}"
        changed = self._output(".", "status", "--modified", "--added", "--removed", "--deleted", "--", place)
        return self.resolve("." if changed.strip() else "p1(.)")

    def resolve(self, revision: str) -> str:
        words = ("log", "--limit=1", f"--rev={revision}", "--template={node}")
        found = self._output(revision, *words).decode().strip()
        # An empty answer, and no error, where nothing fits; the null changeset has no files.
        if not found.strip("0"):
            raise UsageError(
                f"{revision}: hg knows no such changeset in {self.root}",
                "hg log lists them, --base REV names one",
            )
        return found

    def export(self, changeset: str, folder: Path, destination: Path) -> None:
        name = self._relative(folder)
        words = ("archive", f"--rev={changeset}", "--no-decode", f"--include=path:{name}", str(destination))
        self._output(changeset, *words, what=_LACKS.format(name))


class GitCheckout(Checkout):
    """A working folder of Git's."""

    program, mark = "git", ".git"

    def has_committed(self, path: Path) -> bool:
        return self._run("cat-file", "-e", f"HEAD:{self._relative(path)}").returncode == 0

    def parent(self, folder: Path) -> str:
        changed = self._output(
            "HEAD", "status", "--porcelain", "--untracked-files=no", "--", self._relative(folder)
        )
        if changed.strip():
            return self.resolve("HEAD")
        found = self._run("rev-parse", "--verify", "--quiet", "HEAD^")
        if found.returncode:
            shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
            way = "git fetch --deepen=1 gets it" if shallow else "git log lists others, --base REV names one"
            raise UsageError(f"HEAD: its parent is not in {self.root}", way)
        return found.stdout.decode().strip()

    def resolve(self, revision: str) -> str:
        words = ("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
        return self._output(revision, *words).decode().strip().splitlines()[-1]

    def export(self, changeset: str, folder: Path, destination: Path) -> None:
        name = self._relative(folder)
        words = ("archive", "--format=tar", changeset, "--", name)
        packed = self._output(changeset, *words, what=_LACKS.format(name))
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            # The checkout's own files, links that lead out of it included.
            trusting: Dict[str, str] = {"filter": "fully_trusted"} if hasattr(tarfile, "data_filter") else {}
            archive.extractall(destination, **trusting)  # type: ignore[arg-type]


def checkout_of(path: Path) -> Optional[Checkout]:
    """The checkout that a file or folder lies in; None where it lies in none."""
    for folder in [path, *path.resolve().parents]:
        for kind in (MercurialCheckout, GitCheckout):
            if (folder / kind.mark).exists():
                return kind(folder)
    return None


def _environment() -> Dict[str, str]:
    """Nothing of a hook that called us, and no words of the user's own for anything."""
    kept: List[str] = [name for name in os.environ if not name.startswith(("GIT_", "HG"))]
    return {**{name: os.environ[name] for name in kept}, "HGPLAIN": "1", "LC_ALL": "C.UTF-8"}
