"""The whole of a model change: ``db-throwaway``, ``db-revision``, ``db-verify``, against the same by hand.

    python benchmarks/cycle.py --runs 5

By hand: a configuration, a database and a scan of the repositories (``kallithea-cli``), then ``alembic``
revision, upgrade and downgrade; nothing is compared. SQLite, whole processes in turn, nothing remembered
from the round before. Printed are medians, of the time on the clock and of the processor's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Callable, Dict, List

import kallithea
from revision import Cost, Machine
from run import ADMIN, run

COLUMN = "    ui_active = Column(Boolean(), nullable=False, default=True)\n"
OURS = ("db-throwaway", "db-revision", "db-verify")


class Cycle:
    """A checkout and an instance; each round begins with neither a configuration nor a change."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.instance, self.cache = (folder / n for n in ("checkout", "instance", "cache"))
        shutil.copytree(Path(kallithea.__file__).parent, self.checkout / "kallithea")
        self.models = self.checkout / "kallithea" / "model" / "db.py"
        self.versions = self.checkout / "kallithea" / "alembic" / "versions"
        self.text = self.models.read_text(encoding="utf-8")
        assert COLUMN in self.text
        self.scripts = set(self.versions.iterdir())

    def begin(self) -> None:
        """Nothing of the round before is left."""
        shutil.rmtree(self.instance, ignore_errors=True)
        shutil.rmtree(self.cache, ignore_errors=True)
        (self.instance / "repos").mkdir(parents=True)
        self.models.write_text(self.text, encoding="utf-8")
        for script in set(self.versions.glob("*.py")) - self.scripts:
            script.unlink()

    def change(self) -> None:
        """A column more."""
        text = self.text.replace(COLUMN, f"{COLUMN}    kind = Column(String(9))\n")
        self.models.write_text(text, encoding="utf-8")

    def do(self, *words: str) -> Callable[[], None]:
        """A command in the instance's folder."""
        return lambda: run(*words, cwd=self.instance, checkout=self.checkout, XDG_CACHE_HOME=str(self.cache))

    def ours(self, machine: Machine) -> Dict[str, Cost]:
        """Each of our three commands, once."""
        self.begin()
        costs = {"db-throwaway": machine.cost(self.do("gearbox", "db-throwaway", "-c", "development.ini"))}
        self.change()
        costs["db-revision"] = machine.cost(self.do("gearbox", "db-revision", "-m", "ui: add kind"))
        costs["db-verify"] = machine.cost(self.do("gearbox", "db-verify"))
        return costs

    def by_hand(self, machine: Machine) -> Dict[str, Cost]:
        """The same, as far as it can be done by hand."""
        self.begin()
        ini = "development.ini"
        url = "sqlalchemy.url=sqlite:///%(here)s/development.db?timeout=60"
        repositories = str(self.instance / "repos")
        costs = {
            "config-create": machine.cost(self.do("kallithea-cli", "config-create", ini, url)),
            "db-create": machine.cost(
                self.do("kallithea-cli", "db-create", "-c", ini, *ADMIN, "--repos", repositories)
            ),
            "repo-scan": machine.cost(self.do("kallithea-cli", "repo-scan", "-c", ini)),
        }
        self.change()
        for name, words in (
            ("revision", ("revision", "--autogenerate", "-m", "kind")),
            ("upgrade", ("upgrade", "head")),
            ("downgrade", ("downgrade", "-1")),
        ):
            costs[name] = machine.cost(self.do("alembic", "-c", ini, *words))
        return costs


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        cycle, machine = Cycle(Path(name)), Machine()
        cycle.ours(machine)
        rounds = [(cycle.ours(machine), cycle.by_hand(machine)) for _ in range(options.runs)]
        _print(rounds)


def _print(rounds: "List[tuple[Dict[str, Cost], Dict[str, Cost]]]") -> None:
    for side in (0, 1):
        for name in rounds[0][side]:
            clock, processor = (
                statistics.median(getattr(r[side][name], kind) for r in rounds)
                for kind in ("clock", "processor")
            )
            print(f"{name}: {clock:.2f} s, {processor:.2f} of the processor")
    clock, processor = (
        statistics.median(
            sum(getattr(c, kind) for c in ours.values()) / sum(getattr(c, kind) for c in hand.values())
            for ours, hand in rounds
        )
        for kind in ("clock", "processor")
    )
    print(
        f"{', '.join(OURS)} together: {clock:.2f} of the time by hand, {processor:.2f} of the processor's",
        flush=True,
    )


if __name__ == "__main__":
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    main()
