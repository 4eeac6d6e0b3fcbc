"""A script that depends on what it follows anyway."""

from __future__ import annotations

from kallithea_dbdev.graph import Node, fatal

from .projects import HEAD, Project

ROOT = Node("r", (), "r.py")


def test_what_it_follows_and_what_is_further_below() -> None:
    (error,) = fatal([ROOT, Node("a", ("r",), "a.py", ("r",))])
    assert error.message.startswith("a.py (a) names r as its down_revision and in depends_on, too")
    assert (error.file, error.revision) == ("a.py", "a")
    assert fatal([ROOT, Node("a", ("r",), "a.py"), Node("b", ("a",), "b.py", ("r",))]) == ()


def test_of_a_real_script(project: Project) -> None:
    path = project.write_script("pass")
    path.write_text(path.read_text().replace("depends_on = None", f"depends_on = {HEAD!r}"))
    report = project.verify(status=1)
    (found,) = [f for f in report["findings"] if f["code"] == "script-broken"]
    assert f"names {HEAD} as its down_revision and in depends_on" in found["message"]
    assert found["line"] == path.read_text().splitlines().index(f"depends_on = {HEAD!r}") + 1
