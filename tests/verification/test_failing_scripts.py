"""What a step that fails is said to need, and where, through the command."""

from __future__ import annotations

import pytest

from ..commands.test_verify import found
from ..projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

SESSION = (
    "from sqlalchemy.orm import Session\nSession(bind=op.get_bind()).execute('UPDATE users SET lastname = 1')"
)


def test_a_session_that_nobody_commits(project: Project) -> None:
    project.write_script(SESSION)
    failure = found(project.verify(status=1), "upgrade-fails")
    assert "; at env.py:" in failure["message"]
    assert failure["fix"].startswith("end the transaction that it begins")
    # The line is one of the script's, not that of what runs it.
    assert (failure["file"].rpartition("/")[2], failure["line"]) == ("feedc0ffee00_by_hand.py", 9)
