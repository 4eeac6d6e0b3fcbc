"""A driver that cannot be imported: it is not there, or something that it needs is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from kallithea_dbdev.engines import open_database
from kallithea_dbdev.errors import DatabaseError
try:
    open_database("mysql+pymysql://joe@127.0.0.1/db")
except DatabaseError as error:
    print(error)
"""
HEAD = "mysql server on 127.0.0.1: the driver pymysql "


@pytest.mark.parametrize(
    "module, said",
    [
        ("raise ModuleNotFoundError('No', name='pymysql')", "is not installed; pip install PyMySQL"),
        (
            "raise ImportError('libmariadb.so.3: cannot open shared object file')",
            "cannot be loaded: libmariadb.so.3: cannot open shared object file; "
            "install what it needs, or pip install --force-reinstall PyMySQL",
        ),
        (
            "import nowhere_at_all",
            "cannot be loaded: No module named 'nowhere_at_all'; "
            "install what it needs, or pip install --force-reinstall PyMySQL",
        ),
    ],
)
def test_what_is_missing(module: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "pymysql.py").write_text(module)
    command = [sys.executable, "-c", SCRIPT.format(folder=str(tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{HEAD}{said}\n", done.stderr
