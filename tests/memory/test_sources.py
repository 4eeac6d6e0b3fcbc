"""What a value comes from: every change of it is seen, and what is no source is not looked at."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Callable, Dict, List

import pytest

from kallithea_dbdev.memory import sources
from kallithea_dbdev.memory.sources import Folder, WrittenError, outline, stale_bytecode

# -- folders ----------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path) -> Path:
    package = tmp_path / "package"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").write_text("a = 1\n")
    (package / "templates" / "page.html").write_text("<p>")
    return package


def _rewrite(package: Path) -> None:
    (package / "__init__.py").write_text("a = 2\n")


def _template(package: Path) -> None:
    (package / "templates" / "page.html").write_text("<b>")


def _add(package: Path) -> None:
    (package / "templates" / "new.html").write_text("")


def _remove(package: Path) -> None:
    (package / "templates" / "page.html").unlink()


def _rename(package: Path) -> None:
    (package / "templates").rename(package / "pages")


def _behind_a_link(package: Path) -> None:
    other = package.parent / "other"
    other.mkdir()
    (other / "file.txt").write_text("")
    (package / "linked").symlink_to(other)


CHANGES = [_rewrite, _template, _add, _remove, _rename, _behind_a_link]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_folder_is_seen(package: Path, change: Callable[[Path], None]) -> None:
    before = Folder(package)
    contents = before.read()
    assert before.is_unchanged()
    change(package)
    with pytest.raises(WrittenError):
        before.read()
    assert not before.is_unchanged()
    assert Folder(package).read() != contents


def test_a_change_that_leaves_size_and_time_is_seen(package: Path) -> None:
    """As an editor, ``cp -p`` or ``rsync`` may do it."""
    before = Folder(package)
    contents = before.read()
    path = package / "__init__.py"
    status = path.stat()
    path.write_text("a = 2\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not before.is_unchanged()
    assert Folder(package).read() != contents


def _bytecode(package: Path) -> None:
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "__init__.cpython-311.pyc").write_text("x")


def _npm(package: Path) -> None:
    (package / "node_modules" / "x").mkdir(parents=True)
    (package / "node_modules" / "x" / "y.js").write_text("x")


def _editors(package: Path) -> None:
    for name in (".__init__.py.swp", "__init__.py~", "#page.html#"):
        (package / name).write_text("x")
    (package / ".#page.html").symlink_to("me@machine.1")


def _pipe(package: Path) -> None:
    os.mkfifo(package / "pipe")


def _loop(package: Path) -> None:
    (package / "templates" / "up").symlink_to(package)


@pytest.mark.parametrize("change", [_bytecode, _npm, _editors, _pipe, _loop])
def test_what_is_no_source_is_not_looked_at(package: Path, change: Callable[[Path], None]) -> None:
    before = Folder(package)
    contents = before.read()
    change(package)
    assert before.is_unchanged()
    assert Folder(package).read() == contents


# -- the text of scripts ----------------------------------------------------------------------------

SCRIPT = '''"""A script."""
revision = "a"
from alembic import op
{head}
data_changes = [("ui", "*", "added")]

def helper():
    return {helper}

def upgrade():
    op.execute("{body}")

def downgrade(): pass
'''


def text(head: str = "", helper: str = "1", body: str = "SELECT 1") -> str:
    return SCRIPT.format(head=head, helper=helper, body=body)


def outlined(script: str) -> str:
    return outline(script, ("upgrade", "downgrade"), ("data_changes",))


def test_what_only_a_run_does_is_not_in_the_outline() -> None:
    other = text(body="SELECT 2; x").replace("pass", "op.drop_table('x')").replace('"added"', '"removed"')
    assert outlined(text()) == outlined(other + "\n# a remark\n")
    assert "SELECT" not in outlined(text()) and "added" not in outlined(text())


@pytest.mark.parametrize(
    "other",
    [
        text(head="import kallithea.model.db"),
        text(helper="2"),
        text().replace('revision = "a"', 'revision = "b"'),
        text().replace("upgrade()", "upgrade(engine=None)"),
        text() + "\nop.execute = None\n",
    ],
)
def test_what_loading_does_is_in_the_outline(other: str) -> None:
    assert outlined(text()) != outlined(other)


@pytest.mark.parametrize(
    "head",
    [
        "import atexit; atexit.register(lambda: upgrade())",
        "globals()['upgrade']()",
        "eval('upgrade()')",
        "import sys; sys.modules[__name__].upgrade()",
        "print(data_changes)",
    ],
)
def test_where_loading_may_reach_a_function_its_whole_text_counts(head: str) -> None:
    assert outlined(text(head=head)) != outlined(text(head=head, body="SELECT 2"))


def test_a_constant_that_is_computed_counts() -> None:
    script = text().replace('data_changes = [("ui", "*", "added")]', "data_changes = [f()]")
    assert "f" in outlined(script) and outlined(script) != outlined(script.replace("f()", "g()"))


# -- the process ------------------------------------------------------------------------------------


def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LC_NUMERIC", "de_DE")


def _unknown_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KALLITHEA_EXTENSION", "x")


def _library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "library-2.0.dist-info").mkdir()


def _shadowing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sqlalchemy.py").write_text("")


def _path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(tmp_path / "more"))


@pytest.mark.parametrize("change", [_environment, _unknown_variable, _library, _shadowing, _path])
def test_what_libraries_see_is_told(
    change: Callable[[pytest.MonkeyPatch, Path], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = sources.surroundings(tmp_path / "kallithea")
    change(monkeypatch, tmp_path)
    assert sources.surroundings(tmp_path / "kallithea") != before


def test_terminals_and_the_place_of_the_checkout_do_not_matter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found: List[List[str]] = []
    for name in ("one", "two"):
        (tmp_path / name / "kallithea").mkdir(parents=True)
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(tmp_path / name))
            patch.setenv("PYTHONPATH", name)
            patch.setenv("WINDOWID", name)
            found.append(sources.surroundings(tmp_path / name / "kallithea"))
    assert found[0] == found[1]


def test_a_library_that_was_changed_by_hand_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "by_hand_library.py"
    path.write_text("a = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("by_hand_library")
    loaded: Dict[str, object] = {}
    loaded = dict(sources.loaded_libraries(()))
    assert str(path) in loaded and str(Path(pytest.__file__)) in loaded
    assert os.__file__ not in loaded
    assert str(path) not in sources.loaded_libraries((tmp_path,))
    assert sources.are_as_loaded(loaded)  # type: ignore[arg-type]
    path.write_text("a = 22\n")
    assert not sources.are_as_loaded(loaded)  # type: ignore[arg-type]
    path.unlink()
    assert not sources.are_as_loaded(loaded)  # type: ignore[arg-type]


def test_python_that_runs_an_older_text_is_seen(tmp_path: Path) -> None:
    """Two texts of one length within a second: Python takes the compiled first for the second."""
    path = tmp_path / "twice_written.py"
    second = 1_700_000_000
    for text in ("a = 1\n", "a = 2\n"):
        path.write_text(text)
        os.utime(path, (second, second))
        spec = importlib.util.spec_from_file_location("twice_written", path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        dont_write, sys.dont_write_bytecode = sys.dont_write_bytecode, False
        spec.loader.exec_module(module)
        sys.dont_write_bytecode = dont_write
        assert module.a == 1
        compiled = Path(importlib.util.cache_from_source(str(path)))
        os.utime(compiled, (second, second))
        assert (stale_bytecode((), (path,)) is None) == (text == "a = 1\n")
    # Compiled in a later second it must be of this text: another would have another time.
    os.utime(compiled, (second + 1, second + 1))
    assert stale_bytecode((), (path,)) is None
    os.utime(compiled, (second, second))
    compiled.write_bytes(compiled.read_bytes()[:-5])
    os.utime(compiled, (second, second))
    assert stale_bytecode((), (path,)) == str(path)
