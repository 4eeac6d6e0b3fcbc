"""Ratios against the manual procedure, measured side by side on this machine.

Each pair is run in turn, A B A B ..., and the median of the ratios is printed: the machine's
speed may drift, the ratio does not. Needs ``gearbox``, ``kallithea-cli`` and ``alembic`` on PATH.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, List

import kallithea

RUNS = 5
ADMIN = ["--user", "admin", "--password", "secret1", "--email", "a@example.com", "--force-yes"]


def run(*words: str, cwd: Path, checkout: Path, **more: str) -> None:
    """Run a command of either side; its output is thrown away, its failure is not."""
    # Where no bytecode is written each start compiles everything again: that is not what is measured.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(checkout), **more},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit status {done.returncode}\n{done.stdout}{done.stderr}")


def seconds(work: Callable[[], None]) -> float:
    """Wall-clock seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def pair(
    title: str, ours: Callable[[], None], manual: Callable[[], None], other: str = "by hand takes"
) -> None:
    """Print the medians of both, and of the ratio run by run."""
    ours()
    manual()
    left: List[float] = []
    right: List[float] = []
    for _ in range(RUNS):
        left.append(seconds(ours))
        right.append(seconds(manual))
    ratio = statistics.median(b / a for a, b in zip(left, right))
    print(
        f"{title}: {statistics.median(left):.2f} s; "
        f"{other} {statistics.median(right):.2f} s, {ratio:.1f} times as long"
    )


def main() -> None:
    """Measure the throwaway, and a verification, against what the manual procedure needs for it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(Path(kallithea.__file__).parent, folder / "checkout" / "kallithea")
        instance = folder / "instance"
        (instance / "repos").mkdir(parents=True)

        def do(*words: str) -> None:
            run(*words, cwd=instance, checkout=folder / "checkout")

        def throwaway_by_hand() -> None:
            (instance / "hand.db").unlink(missing_ok=True)
            do("kallithea-cli", "db-create", "-c", "hand.ini", *ADMIN, "--repos", str(instance / "repos"))
            do("kallithea-cli", "repo-scan", "-c", "hand.ini")

        def verify_by_hand() -> None:
            shutil.copy(instance / "hand.db", instance / "copy.db")
            do("alembic", "-c", "copy.ini", "downgrade", "-1")
            do("alembic", "-c", "copy.ini", "upgrade", "head")

        for ini in ("hand", "copy"):
            url = f"sqlalchemy.url=sqlite:///%(here)s/{ini}.db?timeout=60"
            do("kallithea-cli", "config-create", f"{ini}.ini", url)
        do("gearbox", "db-throwaway", "-c", "temp.ini")
        pair("db-throwaway", lambda: do("gearbox", "db-throwaway", "-c", "temp.ini"), throwaway_by_hand)
        # By hand nothing is compared: this is what the downgrade and the upgrade alone cost.
        pair("db-verify", lambda: do("gearbox", "db-verify", "-c", "hand.ini"), verify_by_hand)


if __name__ == "__main__":
    main()
