"""A Kallithea of another changeset, in a process of its own: one process holds one Kallithea.

The parent exports the changeset's package and starts this module with it first on the path; what is to
be done goes in by standard input as JSON (a URL may hold a password), the answer comes out the same way.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

from ..engines import address_of, scratch_at
from ..engines.database import Scratch
from ..errors import DbdevError, KallitheaError, UsageError
from ..processes import program, run_instead
from ..workspace import Workspace
from .checkouts import checkout_of

#: How long a set-up may take.
_SECONDS = 300.0


@dataclass(frozen=True)
class Code:
    """The Kallithea of a changeset; ``folder`` holds its package, and nothing else."""

    changeset: str
    folder: Path

    def check(self) -> None:
        """Raise KallitheaError unless it can be imported by this Python."""
        self._work({"work": "check"})

    def set_up(self, database: Scratch, ini: Path, repositories: Path) -> None:
        """Fill an empty scratch database with its own set-up. Raises KallitheaError."""
        self._work(
            {
                "work": "set-up",
                "database": address_of(database),
                "folder": str(ini.parent),
                "repositories": str(repositories),
            }
        )

    def environment(self) -> Dict[str, str]:
        """The environment of a process that is to import it."""
        paths = [str(self.folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}

    def _work(self, order: Mapping[str, Any]) -> None:
        with program(
            [sys.executable, "-m", __name__],
            # The folder that Python looks in first.
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            text = json.dumps({**order, "code": str(self.folder)})
            answer, said = process.communicate(text.encode(), timeout=_SECONDS)
        lines = answer.decode(errors="replace").strip().splitlines()
        if process.returncode or not lines:
            last = said.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
            raise KallitheaError(f"Kallithea of {self.changeset[:12]}: {last[0]}")
        found = json.loads(lines[-1])
        if found:
            raise KallitheaError(f"Kallithea of {self.changeset[:12]}: {found['message']}", found["hint"])


def exported(package: Path, revision: Optional[str], folder: Path) -> Code:
    """The Kallithea that a changeset of the checkout of ``package`` has, below ``folder``.

    ``revision`` None: the changeset before what the package is now. Raises UsageError where there is no
    checkout, no such changeset, or no Kallithea in it.
    """
    checkout = checkout_of(package)
    if checkout is None:
        raise UsageError(
            f"{package}: not in a checkout of Mercurial or Git", "other changesets are found in one only"
        )
    changeset = checkout.parent(package) if revision is None else checkout.resolve(revision)
    checkout.export(changeset, package, folder)
    place = (folder / os.path.relpath(package.resolve(), checkout.root.resolve())).parent
    if not (place / package.name / "__init__.py").exists():
        raise UsageError(f"{changeset[:12]}: this changeset has no {package.name}", "name another one")
    return Code(changeset, place)


def run_gearbox(package: Path, revision: str, words: List[str]) -> int:
    """Run gearbox with the code of another changeset, with these words but ``--at``; its exit status.

    Raises UsageError as ``exported``, and KallitheaError where this Python cannot import that code.
    """
    with Workspace() as workspace:
        code = exported(package, revision, workspace.path / "code")
        try:
            code.check()
        except KallitheaError as error:
            raise KallitheaError(
                f"--at {revision}: {error.message}",
                "install that version in a Python environment of its own, and make its database there: "
                "kallithea-cli db-create",
            ) from error
        start = "from gearbox.main import main; sys.exit(main())"
        return run_instead(start, without_option(words, "--at"), code.environment())


def without_option(words: List[str], option: str) -> List[str]:
    """A command line without an option that takes a value."""
    kept = []
    rest = iter(words)
    for word in rest:
        if word == option:
            next(rest, None)
        elif not word.startswith(f"{option}="):
            kept.append(word)
    return kept


# -- in the other process ---------------------------------------------------------------------------


def main() -> None:
    """Do what standard input asks for; the answer is empty where that went well."""
    order = json.load(sys.stdin)
    answer: Dict[str, str] = {}
    try:
        _obey(order)
    except DbdevError as error:
        answer = {"message": error.message, "hint": error.hint}
    print(json.dumps(answer))


def _obey(order: Mapping[str, Any]) -> None:
    from .code import check_importable, package
    from .set_up import DEFAULT_ADMIN, cheap_passwords, set_up

    imported = package()
    if not imported.parent.samefile(order["code"]):
        raise KallitheaError(f"another Kallithea is imported: {imported}", "remove it from the path")
    if order["work"] == "check":
        check_importable()
        return
    database = scratch_at(order["database"])
    with database.handed_over() as url, cheap_passwords():
        set_up(url, Path(order["folder"]), Path(order["repositories"]), DEFAULT_ADMIN, True)


if __name__ == "__main__":
    main()
