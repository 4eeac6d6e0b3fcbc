"""db-verify, db-revision: whatever a script or a template does while it is loaded is told of that file, and ends."""

from __future__ import annotations

import re

import pytest

from ..projects import VERSION, Project, one_line

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

#: At the top of a script -> what is said of it.
HEADS = {
    # An exception may be its own cause.
    "try: raise ValueError('x')\nexcept ValueError as error: raise error from error": "ValueError: x",
    "try: open('/proc/sys/kernel/ostype', 'w')\nexcept OSError: raise PermissionError(13, 'no', 'x')": "PermissionError: .*no",
    "eval('1 +')": "SyntaxError: invalid syntax",
    "import ast; ast.parse('(')": "SyntaxError: '\\(' was never closed|unexpected EOF",
    "class Quiet(Exception):\n    def __str__(self): raise SystemExit(3)\nraise Quiet": "Quiet",
    "branch_labels = ['a', 5]": "branch_labels is \\('a', 5\\): not a name, or names",
}


@pytest.mark.parametrize("head", HEADS)
def test_a_script_that_fails_while_it_is_loaded(project: Project, head: str) -> None:
    path = project.write_script("pass", head=head)
    (found,) = [f for f in project.verify(status=1)["findings"] if f["code"] == "script-broken"]
    assert found["message"].startswith(path.name) and found["file"].endswith(path.name) and found["line"]
    assert re.search(HEADS[head], found["message"]), found["message"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("truncate_slug_length = abc", "truncate_slug_length: invalid literal .*'abc'; mend that option"),
        (
            "version_locations = %(here)s/repos /dev/null",
            "version_locations: /dev/null: no such folder; mend that",
        ),
        ("version_locations = %(here)s/nowhere", "version_locations: .*/nowhere: no such folder"),
    ],
)
@pytest.mark.parametrize(
    "command", ["db-verify", "db-revision -m x --stdout", "db-revision -m x --empty --stdout"]
)
def test_an_option_of_alembic_that_it_cannot_use(
    project: Project, command: str, option: str, said: str
) -> None:
    ini = project.instance / "development.ini"
    ini.write_text(ini.read_text().replace("[alembic]\n", f"[alembic]\n{option}\n"))
    done = project.gearbox(*command.split(), "-c", "development.ini")
    assert done.returncode == 2
    one_line(done.stderr, rf"\[alembic\] {said}")


@pytest.mark.parametrize(
    ("ini", "code", "said"),
    [
        ("", "<%! raise SystemExit(3) %>", "this template makes no script: .*wants to end the process"),
        ("output_encoding = nope", "", "this template makes no script: .*nope"),
    ],
)
def test_a_template_that_makes_no_script_leaves_nothing(
    project: Project, ini: str, code: str, said: str
) -> None:
    path = project.instance / "development.ini"
    path.write_text(path.read_text().replace("[alembic]\n", f"[alembic]\n{ini}\n"))
    mako = project.versions.parent / "script.py.mako"
    mako.write_text(code + mako.read_text())
    temporary = project.root / "t"
    temporary.mkdir()
    done = project.gearbox(
        "db-revision", "-c", "development.ini", "-m", "x", "--empty", "--stdout", TMPDIR=str(temporary)
    )
    assert done.returncode == 2, done.stdout
    one_line(done.stderr, said)
    assert list(temporary.iterdir()) == []
