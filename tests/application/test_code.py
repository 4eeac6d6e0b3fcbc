"""Modules of Kallithea's that cannot be imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.application import code
from kallithea_dbdev.errors import KallitheaError


def test_one_that_failed_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The models leave half of their tables behind: a second run fails of that, and says so."""
    (tmp_path / "fails_once.py").write_text(
        "import sys\nfirst = not hasattr(sys, 'fails_once')\nsys.fails_once = True\n"
        "raise NameError('the mistake' if first else 'is there already')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    messages = set()
    for _ in range(2):
        with pytest.raises(KallitheaError) as caught:
            code.import_module("fails_once")
        messages.add(str(caught.value))
    (message,) = messages
    assert "the mistake" in message
