"""What ``db-verify --rows`` estimates, against a run with as many rows.

    python benchmarks/sizes.py --engines sqlite,postgresql --rows users=50000,user_logs=1000000

A database of the newest recorded release gets a script of each kind of work: a column with a default, an
UPDATE of every row, a rebuild, an index, a join that no index serves and one that an index serves, loops
in Python. The estimate begins with a tenth of the rows, as it does by itself with more of them, and goes on as
far as it can be afforded (``--far``: not at all, all is computed); then the tables are filled to the full
size and the same steps are run. Each must be within a
factor of two, or within a tenth of a second: in a copy of some rows a statement takes a few milliseconds.
The machine must be quiet.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Mapping

from chains import ENVIRONMENT

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.database import Database, Scratch
from kallithea_dbdev.migrations import UPGRADE, Chain, Scripts, Step
from kallithea_dbdev.releases import RELEASES
from kallithea_dbdev.verification import estimate
from kallithea_dbdev.verification.engines import on_private
from kallithea_dbdev.verification.estimate import Estimate, Estimating
from kallithea_dbdev.verification.limits import parse_rows
from kallithea_dbdev.workspace import Workspace

#: Revision -> what its script does.
STEPS = {
    "column": "op.add_column('user_logs', sa.Column('more', sa.Integer(), server_default='5'))",
    "update": "op.execute(\"UPDATE user_logs SET action = 'x' || action\" if op.get_bind().dialect.name != 'mysql' "
    "else \"UPDATE user_logs SET action = concat('x', action)\")",
    "rebuild": "with op.batch_alter_table('user_logs') as batch:\n"
    "    batch.alter_column('user_ip', type_=sa.Text(), existing_type=sa.String(255))",
    "index": "op.create_index('ix_more', 'user_logs', ['user_ip', 'repository_name'], mysql_length={'user_ip': 40})",
    "delete": "op.execute('DELETE FROM user_logs WHERE user_log_id % 3 = 0')",
    "loop": "bind = op.get_bind()\n"
    "for row in bind.execute('SELECT user_id FROM users').fetchall():\n"
    "    bind.execute(sa.text('UPDATE users SET lastname = :n WHERE user_id = :i'), n='x', i=row[0])",
    "many": "bind = op.get_bind()\n"
    "rows = bind.execute('SELECT user_log_id, username FROM user_logs').fetchall()\n"
    "bind.execute(sa.text('UPDATE user_logs SET username = :n WHERE user_log_id = :i'), "
    "[{'i': i, 'n': (n or '').upper()[:9]} for i, n in rows[::20]])",
    "not_null": "op.execute(\"UPDATE user_logs SET username = '' WHERE username IS NULL\")\n"
    "with op.batch_alter_table('user_logs') as batch:\n"
    "    batch.alter_column('username', nullable=False, existing_type=sa.String(255))",
    "served": 'op.execute("UPDATE users SET lastname = coalesce((SELECT substr(max(action), 1, 9) FROM user_logs l "\n'
    "\"WHERE l.user_log_id = users.user_id), '')\")",
    "join": "op.execute('UPDATE users SET lastname = (SELECT count(*) FROM ' "
    "'(SELECT username, firstname FROM users) o WHERE o.firstname > users.lastname)')",
}
SCRIPT = """
revision, down_revision = {name!r}, {below!r}
branch_labels = depends_on = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    {body}

def downgrade():
    pass
"""


def chain(folder: Path) -> Chain:
    """The scripts, one after the other."""
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENVIRONMENT)
    below = None
    for name, body in STEPS.items():
        text = SCRIPT.format(name=name, below=below, body=body.replace("\n", "\n    "))
        (folder / "versions" / f"{name}.py").write_text(text)
        below = name
    return Chain(Scripts(folder))


def measure(scripts: Chain, database: Database, rows: Mapping[str, int], name: str, most: int) -> Estimate:
    """One step on a new database of the newest release; ``most`` rows are made at the most."""
    release = RELEASES[0]
    with Workspace() as workspace:
        lab = make_lab(database, workspace)

        def begin(label: str) -> Scratch:
            scratch = lab.scratch(label)
            scratch.execute(release.statements(database.engine))
            scratch.execute(["DROP TABLE alembic_version"])
            return scratch

        estimate.MOST = most
        return Estimating(scripts, lab, begin, [Step(name, UPGRADE, None)], 0).estimate(rows)


def compare(scripts: Chain, database: Database, rows: Mapping[str, int]) -> bool:
    """Print what was estimated and what a run took; whether all of it is near enough."""
    good = True
    for name in STEPS:
        size: Dict[str, int] = dict(rows)
        if name == "join":
            size = {"users": 10_000}  # each with each other
        guess = measure(scripts, database, size, name, sum(size.values()) // 10)
        run = measure(scripts, database, size, name, sum(size.values()) + 1)
        if guess.stopped or run.stopped:
            print(guess.stopped or run.stopped)
            return False
        (guessed,), (took,) = guess.records, run.records
        factor = guessed.seconds / took.seconds
        near = 0.5 <= factor <= 2 or abs(guessed.seconds - took.seconds) < 0.1
        good = good and near
        print(
            f"{database.engine:<11} {name:<8} estimated {guessed.seconds:7.2f} s from {guess.parts[-1]:.2f} of the rows, "
            f"took {took.seconds:7.2f} s: {factor:.2f}{'' if near else '  TOO FAR'}",
            flush=True,
        )
    return good


def main() -> int:
    """Measure on each engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--engines", default="sqlite,postgresql,mysql")
    parser.add_argument("--rows", default="users=10000,user_logs=500000")
    parser.add_argument("--far", action="store_true")
    options = parser.parse_args()
    if options.far:
        estimate._AFFORDABLE = 0.0
    rows = parse_rows("--rows", options.rows)
    results: List[bool] = []
    with tempfile.TemporaryDirectory() as name:
        scripts = chain(Path(name) / "scripts")
        for engine in options.engines.split(","):
            if engine == "sqlite":
                results.append(compare(scripts, open_database(f"sqlite:///{name}/like.db"), rows))
                continue
            with on_private(engine, lambda _: None) as database:
                results.append(compare(scripts, database, rows))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
