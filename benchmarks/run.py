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
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(checkout), **more},
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
        new_revision(folder)
        pair(
            "db-verify of a new revision",
            lambda: do("gearbox", "db-verify", "-c", "hand.ini"),
            # Of pytest's plugins only this one: the others that are here for our own tests cost time.
            lambda: run(
                *(sys.executable, "-m", "pytest", "-q", "-p", "pytest_alembic.plugin"),
                cwd=folder / "four",
                checkout=folder / "checkout",
                PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
            ),
            "pytest-alembic's four tests take",
        )


def new_revision(folder: Path) -> None:
    """A model change with its script in the checkout, and pytest-alembic's tests in ``four``."""
    package = folder / "checkout" / "kallithea"
    models = package / "model" / "db.py"
    column = "    ui_active = Column(Boolean(), nullable=False, default=True)\n"
    text = models.read_text(encoding="utf-8")
    models.write_text(text.replace(column, f"{column}    kind = Column(String(9))\n"), encoding="utf-8")
    (package / "alembic" / "versions" / "feedc0ffee00_new.py").write_text(SCRIPT)
    (folder / "four").mkdir()
    ini = (folder / "instance" / "copy.ini").read_text().replace("%(here)s", str(folder / "four"))
    (folder / "four" / "copy.ini").write_text(ini)
    (folder / "four" / "conftest.py").write_text(CONFTEST.format(folder=folder))
    (folder / "four" / "test_four.py").write_text(FOUR)


SCRIPT = """
revision = "feedc0ffee00"
down_revision = "7ba0d2cad930"
branch_labels = depends_on = None
from alembic import op
import sqlalchemy as sa


def upgrade():
    if "kind" not in [c["name"] for c in sa.inspect(op.get_bind()).get_columns("ui")]:
        op.add_column("ui", sa.Column("kind", sa.String(9)))


def downgrade():
    pass
"""

CONFTEST = """
import shutil
import pytest
import sqlalchemy


@pytest.fixture
def alembic_config():
    shutil.copy("{folder}/instance/hand.db", "{folder}/four/copy.db")
    return {{"file": "{folder}/four/copy.ini", "minimum_downgrade_revision": "7ba0d2cad930"}}


@pytest.fixture
def alembic_engine():
    return sqlalchemy.create_engine("sqlite:///{folder}/four/copy.db")
"""

FOUR = """
from pytest_alembic.tests import test_model_definitions_match_ddl
from pytest_alembic.tests import test_single_head_revision
from pytest_alembic.tests import test_up_down_consistency
from pytest_alembic.tests import test_upgrade
"""


if __name__ == "__main__":
    main()
