"""What is imported when it is used, each in a Python of its own: this one has imported it all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .projects import VERSION, environment

BEGIN = """
import sys
from kallithea_dbdev.later import celery_when_used, import_when_used
import_when_used()
def is_loaded(name):
    return type(sys.modules[name]).__name__ == "module"
"""


def said(code: str, *words: str) -> str:
    """What a Python prints that runs this."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BEGIN + code, *words],
        capture_output=True, text=True, timeout=60, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_module_is_loaded_by_its_first_attribute() -> None:
    code = """
import mercurial.error, mercurial.node
import mercurial.error as again
print(is_loaded("mercurial.error"), again.__name__, bool(again.__file__), is_loaded("mercurial.error"))
print(again.Abort.__module__, is_loaded("mercurial.error"), mercurial.error is again)
"""
    assert said(code).split() == [
        "False",
        "mercurial.error",
        "True",
        "False",
        "mercurial.error",
        "True",
        "True",
    ]


def test_what_one_imports_from_a_module_is_there() -> None:
    code = """
from mercurial.node import hex
print(hex(b"\\1"), is_loaded("mercurial.node"))
"""
    assert said(code).split() == ["b'01'", "True"]


def test_files_beside_a_module_are_found() -> None:
    code = """
import importlib.resources, inspect, mercurial.hgweb
found = importlib.resources.read_text("mercurial.hgweb", "__init__.py")
print(found == inspect.getsource(mercurial.hgweb), importlib.resources.is_resource("mercurial.hgweb", "__init__.py"))
"""
    assert said(code) == "True True\n"


def test_a_module_that_fails_says_so_each_time(tmp_path: Path) -> None:
    (tmp_path / "chardet.py").write_text("before = 1\nraise OSError('it is broken')\n")
    code = """
sys.path.insert(0, sys.argv[1])
import chardet
for _ in range(2):
    try:
        chardet.detect
    except OSError as error:
        print(error, is_loaded("chardet"))
"""
    assert said(code, str(tmp_path)).splitlines() == ["it is broken False"] * 2


def test_a_module_that_is_not_there_is_missed_at_once() -> None:
    code = """
try:
    import mercurial.nowhere
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert said(code) == "mercurial.nowhere\n"


@pytest.mark.parametrize("name", ["alembic", "alembic/env.py", "nowhere", ""])
def test_the_folder_of_a_package_is_told_without_pkg_resources(name: str) -> None:
    code = """
from pkg_resources import resource_filename, resource_stream, get_default_cache
import kallithea
found = resource_filename("kallithea", sys.argv[1])
early = is_loaded("pkg_resources")
import pkg_resources
pkg_resources.WorkingSet  # loads it
print(found)
print(early)
print(is_loaded("pkg_resources"), pkg_resources.resource_filename("kallithea", sys.argv[1]))
print(resource_stream("kallithea", "__init__.py").read(1) == b"#", get_default_cache() == pkg_resources.get_default_cache())
"""
    found, early, late, rest = said(code, name).splitlines()
    assert late == f"True {found}"
    assert early == str(name == "nowhere")  # what is not there pkg_resources must tell itself
    assert rest == "True True"


def test_what_of_a_package_cannot_be_told_pkg_resources_tells() -> None:
    code = """
from pkg_resources import resource_filename
try:
    resource_filename("nowhere", "x")
except ModuleNotFoundError as error:
    print(error.name, is_loaded("pkg_resources"))
"""
    assert said(code) == "nowhere True\n"


def test_versions_are_compared_by_what_python_has() -> None:
    code = """
from distutils.version import StrictVersion
print(StrictVersion("1.10") > StrictVersion("1.9"), "setuptools" in sys.modules)
"""
    assert said(code) == "True False\n"


@pytest.mark.skipif(VERSION == "0.6.3", reason="makes no application before it has read a configuration")
def test_an_application_of_celery_is_made_when_it_is_used() -> None:
    code = """
with celery_when_used():
    import kallithea
from kallithea.lib import celerylib
@celerylib.task
def work(number):
    print("worked", number)
print("celery.app" in sys.modules)
work(3)
print("celery.app" in sys.modules)
import celery
runner = [cell.cell_contents for cell in work.__closure__ if "task" in repr(cell.cell_contents)][0]
print(runner.name, runner.app is kallithea.CELERY_APP._get_current_object(), "work" in kallithea.CELERY_APP.tasks)
print(isinstance(kallithea.CELERY_APP, celery.Celery), isinstance(celery.Celery, type))
kallithea.CELERY_APP.conf.task_always_eager = True
runner.apply_async(args=(4,))
"""
    assert said(code).splitlines() == [
        "False",
        "worked 3",
        "False",
        "work True True",
        "True True",
        "worked 4",
    ]


def test_celery_that_is_loaded_already_stays_as_it_is() -> None:
    code = """
import celery
before = celery.Celery
with celery_when_used():
    print(celery.Celery is before)
print(celery.Celery is before)
"""
    assert said(code) == "True\nTrue\n"


def test_without_celery_its_user_says_so() -> None:
    code = """
sys.modules["celery"] = None
with celery_when_used():
    print("goes on")
"""
    assert said(code) == "goes on\n"


def test_it_is_asked_for_once_only() -> None:
    code = """
before = list(sys.meta_path)
import_when_used()
print(sys.meta_path == before)
"""
    assert said(code) == "True\n"


def test_mercurial_works_with_it(tmp_path: Path) -> None:
    code = """
import mercurial.ui, mercurial.hg, mercurial.localrepo
repository = mercurial.localrepo.instance(mercurial.ui.ui.load(), sys.argv[1].encode(), create=True)
print(len(repository))
"""
    assert said(code, str(tmp_path / "repository")) == "0\n"


def test_validators_of_forms_are_loaded_by_who_has_forms() -> None:
    code = """
import tg
print(is_loaded("formencode.validators"))
import formencode
print(is_loaded("formencode.validators"), formencode.validators.Int(min=1).to_python("3"), is_loaded("formencode.validators"))
"""
    assert said(code).split() == ["False", "False", "3", "True"]
