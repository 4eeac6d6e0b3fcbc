"""What the tests' commands get of Kallithea is what they would import themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

from . import projects
from .forkserver import ForkServer
from .preloaded import is_as_installed
from .projects import PACKAGE, VERSION, Project, environment

#: Prints what is known of Kallithea's modules after an import from a checkout.
_IMPORTED = """
import gc, sys, types, warnings
warnings.simplefilter("ignore")
if sys.argv[2:]:
    sys.path.insert(0, sys.argv[2])
    import preloaded
    models = preloaded.Preloaded()
    models.record()
    assert not [name for name in sys.modules if name.split(".")[0] == "kallithea"]
    sys.path.remove(sys.argv[2])
    sys.meta_path.insert(0, models)
sys.path.insert(1, sys.argv[1])
import kallithea.model.db
for name, module in sorted(sys.modules.items()):
    if name.split(".")[0] == "kallithea":
        print(name, module.__file__, module.__cached__, getattr(module, "__path__", ""), sorted(vars(module)))
        print(type(module.__loader__), module.__spec__.loader is module.__loader__, module.__spec__.origin)
codes = {function.__code__ for function in gc.get_objects() if isinstance(function, types.FunctionType)}
print(sorted({code.co_filename for code in codes if "/kallithea/" in code.co_filename}))
# With the dictionary that an object has up to Python 3.10.
found = [finder for finder in sys.path_importer_cache.values() if finder]
finders = {id(part) for finder in found for part in (finder, vars(finder))}
for thing in gc.get_objects():
    if not isinstance(thing, (types.FrameType, list)) and id(thing) not in finders:
        for text in gc.get_referents(thing):
            if isinstance(text, str) and "site-packages/kallithea/" in text:
                print("elsewhere", type(thing), text)
print(len(kallithea.model.db.User.__mapper__.columns), issubclass(kallithea.model.db.User, kallithea.model.meta.Base))
"""


def test_they_are_as_if_they_were_imported(project: Project) -> None:
    """Names, places, order of attributes and of imports, and no text that names the first place."""
    texts = [
        subprocess.run(
            [sys.executable, "-c", _IMPORTED, str(project.checkout), *words], env=environment(),
            stdout=subprocess.PIPE, text=True, check=True, timeout=120,
        ).stdout
        for words in ((), (str(Path(__file__).parent),))
    ]  # fmt: skip
    assert f"{project.models} " in texts[0]
    assert "elsewhere" not in texts[0]
    assert texts[0].count("\n") > {"0.6.3": 30, "0.7.0": 50}[VERSION]
    assert texts[0] == texts[1]


def append(path: Path) -> None:
    path.write_text(path.read_text() + "\n# changed\n")


CHANGES = {
    "the models": lambda package: append(package / "model" / "db.py"),
    "the models, written anew": lambda package: os.utime(package / "model" / "db.py"),
    "a package beside a module": lambda package: (package / "model" / "db").mkdir(),
    "a file less": lambda package: (package / "model" / "meta.py").unlink(),
    "a file in the place of a link": lambda package: replace(package / "__init__.py"),
    "a link to another folder": lambda package: relink(package / "lib", package / "model"),
}


def replace(path: Path) -> None:
    text = path.read_text()
    path.unlink()
    path.write_text(text + "\n")


def relink(path: Path, target: Path) -> None:
    path.unlink()
    path.symlink_to(target)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_checkout_is_imported_by_itself(project: Project, change: Callable[[Path], object]) -> None:
    package = project.checkout / "kallithea"
    assert is_as_installed(package, PACKAGE)
    change(package)
    assert not is_as_installed(package, PACKAGE)


def test_scripts_are_no_change_of_it(project: Project) -> None:
    project.write_script("pass")
    assert is_as_installed(project.checkout / "kallithea", PACKAGE)


def test_changed_models_are_run_once_for_all_that_have_the_same(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gets them at its own place."""
    server = ForkServer(PACKAGE)
    monkeypatch.setattr(projects, "_fork_server", server)
    table = "__tablename__ = 'users_groups'\n"
    mine = "import string\n\nclass Mine:\n    pass\n\n"
    project.change_models(
        (table, f"{table}    mine = no_such_name\n"), ("class UserGroup(", f"{mine}class UserGroup(")
    )
    other = Project(tmp_path / "other")
    shutil.copytree(project.root / "checkout", other.checkout, symlinks=True)
    shutil.copytree(project.instance, other.instance)
    for _ in range(3):  # models that cannot be run are run by nobody beforehand
        done = project.gearbox("db-verify")
        assert (
            done.returncode == 2
            and f"{project.models}, line" in done.stderr
            and "no_such_name" in done.stderr
        )
    for each in (project, other):
        each.change_models(("mine = no_such_name", "mine = None"))
    done = [each.gearbox("db-verify") for each in (project, other)]
    assert [one.returncode for one in done] == [0] * 2
    assert len(server._with_changed) == 1
    # Once they are asked for something they tell of their own place.
    for each in (project, other):
        each.change_models(("mine = None\n", "mine = property(lambda self: 1 / 0)\n"))
        each.write_script(
            "import kallithea.model.db as db\nraise ValueError(db.UserGroup.mine.fget.__code__.co_filename)"
        )
    for each in (project, other, project):
        assert f"ValueError: {each.models}" in " ".join(each.gearbox("db-verify").stdout.split())
    assert len(server._with_changed) == 2
    # What stands in no class is run each time.
    trace = tmp_path / "trace"
    project.change_models(("import base64\n", f"import base64\nopen({str(trace)!r}, 'a').write('x')\n"))
    for times in range(1, 3):
        project.gearbox("db-verify", "--no-cache")
        assert len(trace.read_text()) >= times
