"""What a process gets from outside counts, and what makes no difference does not."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Callable, Dict, List

import pytest

from kallithea_dbdev.memory import process


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
    before = process.surroundings(tmp_path / "kallithea")
    change(monkeypatch, tmp_path)
    assert process.surroundings(tmp_path / "kallithea") != before


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
            found.append(process.surroundings(tmp_path / name / "kallithea"))
    assert found[0] == found[1]


def test_what_is_loaded_from_a_folder_that_is_not_read_is_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Models that import something from the tests: no name of the package's contents tells of it."""
    package = tmp_path / "package_with_tests"
    (package / "tests").mkdir(parents=True)
    for path in (package / "__init__.py", package / "tests" / "__init__.py"):
        path.write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("package_with_tests.tests")
    loaded = process.loaded_libraries((package,))
    assert str(package / "tests" / "__init__.py") in loaded
    assert str(package / "__init__.py") not in loaded


def test_a_library_that_was_changed_by_hand_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "by_hand_library.py"
    path.write_text("a = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("by_hand_library")
    loaded: Dict[str, object] = {}
    loaded = dict(process.loaded_libraries(()))
    assert str(path) in loaded and str(Path(pytest.__file__)) in loaded
    assert os.__file__ not in loaded
    assert str(path) not in process.loaded_libraries((tmp_path,))
    assert process.are_as_loaded(loaded)  # type: ignore[arg-type]
    path.write_text("a = 22\n")
    assert not process.are_as_loaded(loaded)  # type: ignore[arg-type]
    path.unlink()
    assert not process.are_as_loaded(loaded)  # type: ignore[arg-type]
