"""The deliberate breaks (``make mutants``) are of the code as it is."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
BREAKS = runpy.run_path(str(ROOT / "tools" / "breaks.py"))["BREAKS"]


@pytest.mark.parametrize("wrong", BREAKS, ids=lambda wrong: wrong.name)
def test_each_fits_the_code_in_one_place(wrong: Any) -> None:
    assert (ROOT / wrong.file).read_text(encoding="utf-8").count(wrong.old) == 1
    tests = [word for word in wrong.tests if word.startswith("tests/")]
    assert tests and all((ROOT / test.partition("::")[0]).exists() for test in tests)
