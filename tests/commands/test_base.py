"""What all commands share, where only the real executable can show it."""

from __future__ import annotations

import os
import subprocess

import pytest

from ..projects import Project, environment


@pytest.mark.parametrize("words", [("--explain", "all"), ("--format", "json"), ()])
def test_a_reader_that_has_gone_is_no_defect(project: Project, words: "tuple[str, ...]") -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            ["gearbox", "db-verify", *words], cwd=project.instance, env=environment(project.checkout),
            stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=120,
        )  # fmt: skip
    finally:
        os.close(writer)
    assert done.stderr == ""
    assert done.returncode == 141
