"""What a step costs, through the real command: time, size and locks."""

from __future__ import annotations

import re
from typing import Any, Dict

from ..projects import Project, one_line
from ..servers import Server

#: A table that is locked while somebody sleeps, or in a way that only a copy of it allows.
SCRIPTS = {
    "sqlite": "bind = op.get_bind()\nwith bind.begin():\n    bind.execute('UPDATE user_ip_map SET active = active')\n"
    "    time.sleep(0.31)",
    "postgresql": "op.execute('ALTER TABLE user_ip_map ALTER ip_addr TYPE VARCHAR(256)')\n"
    "op.execute('ALTER TABLE user_ip_map ALTER active TYPE BOOLEAN USING NOT active')\nop.execute('SELECT pg_sleep(0.3)')",
    "mysql": "op.execute('ALTER TABLE user_ip_map ADD COLUMN more INTEGER')\n"
    "op.execute('ALTER TABLE user_ip_map MODIFY COLUMN more VARCHAR(10)')",
}
LIMITS = {"sqlite": "0.2", "postgresql": "0.2", "mysql": "0.0001"}
SAID = {
    "sqlite": r"the whole database is locked against writes for 0\.3\d s \(RESERVED\) by UPDATE user_ip_map .*",
    "postgresql": r"locked against reads and writes for 0\.3\d s \(AccessExclusiveLock\) by ALTER TABLE .*256\); "
    r"most of it in line \d+: SELECT pg_sleep\(0\.3\)",
    "mysql": r"locked against writes for 0\.\d\d s \(ALGORITHM=COPY, LOCK=SHARED\) by ALTER TABLE user_ip_map MODIFY .*",
}


def check(project: Project, engine: str, *words: str, estimated: str = "") -> Dict[str, Any]:
    path = project.write_script(SCRIPTS[engine], head="import time\n")
    report = project.verify("--up-only", "--max-lock", LIMITS[engine], *words)
    (found,) = (f for f in report["findings"] if f["code"] == "long-lock")
    assert re.fullmatch(SAID[engine] + estimated, found["message"]), found["message"]
    assert (found["severity"], found["table"]) == ("warning", None if engine == "sqlite" else "user_ip_map")
    assert found["file"].endswith(path.name)
    assert found["statement"] in path.read_text().splitlines()[found["line"] - 1]
    (step,) = (s for s in report["steps"] if s["revision"] == "feedc0ffee00")
    return step


def test_a_lock_that_is_held_for_long(project: Project) -> None:
    step = check(project, "sqlite")
    (lock,) = step["locks"]
    assert lock["seconds"] > 0.3
    assert (lock["table"], lock["level"], lock["blocks"]) == (None, "RESERVED", "writes")
    assert (step["touched"], step["rebuilt"]) == (10, [])
    report = project.verify("--up-only", "--max-lock", "60")
    assert "long-lock" not in {f["code"] for f in report["findings"]}
    done = project.gearbox("db-verify", "--max-lock", "soon")
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done.stderr, "--max-lock soon: not a number of seconds; write it like --max-lock 2.5")


def test_a_lock_that_is_held_for_long_on_servers(server_project: Project, server: Server) -> None:
    rows = "user_ip_map=200"
    step = check(server_project, server.engine, "--rows", rows, estimated=f"; estimated for {rows}")
    assert step["estimate"] > 0
    assert server.scratch() == []
    locks = {lock["table"]: (lock["level"], lock["blocks"]) for lock in step["locks"]}
    expected = {
        "postgresql": ("AccessExclusiveLock", "reads and writes"),
        "mysql": ("ALGORITHM=COPY, LOCK=SHARED", "writes"),
    }
    assert locks["user_ip_map"] == expected[server.engine]
    assert step["rebuilt"] == ["user_ip_map"]
    assert step["growth"] != 0


#: A statement that takes as long as there are rows, and one for each row.
GROWING = (
    "op.execute('UPDATE user_logs SET action = action')\nbind = op.get_bind()\n"
    "for row in bind.execute('SELECT ip_id FROM user_ip_map').fetchall():\n"
    "    bind.execute('UPDATE user_ip_map SET active = active WHERE ip_id = %d' % row[0])"
)
SIZES = "user_logs=3000,user_ip_map=200"


def test_times_with_as_many_rows_as_somebody_asks_for(project: Project) -> None:
    project.write_script(GROWING, "pass")
    before = project.snapshot()
    report = project.verify("--max-lock", "0.00001", "--rows", SIZES)
    assert report["engines"][0]["rows"] == {"user_logs": 3000, "user_ip_map": 200}
    assert f"--rows {SIZES}" in report["engines"][0]["command"]
    steps = [step for step in report["steps"] if step["revision"] == "feedc0ffee00"]
    assert [step["direction"] for step in steps] == ["upgrade", "downgrade", "upgrade"]
    assert all(step["estimate"] > 0 for step in steps)
    assert steps[0]["estimate"] == steps[2]["estimate"] > steps[1]["estimate"]
    (long,) = (f for f in report["findings"] if f["code"] == "long-lock")
    assert long["message"].endswith(f"; estimated for {SIZES}")
    assert project.snapshot() == before
    for words, message in {
        ("user_log=5",): "--rows user_log=...: there is no table user_log; did you mean user_logs?",
        ("users=5", "--scratch-url", "sqlite:///x.db"): "--rows and --scratch-url do not go together",
        ("users=many",): "--rows users=many: many: not a number of rows; write it like --rows users=1",
        # Each of its rows is a grant of another permission to a user.
        (
            "user_to_perm=100000",
        ): r"--rows user_to_perm=\.\.\.: no more than \d+ rows can be made; its rows need",
    }.items():
        done = project.gearbox("db-verify", "--up-only", "--rows", *words)
        assert (done.returncode, done.stdout) == (2, ""), done.stdout
        one_line(done.stderr, message)
