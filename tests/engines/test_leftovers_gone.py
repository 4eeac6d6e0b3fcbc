"""A run that looks for what dead runs left, while another one ends and takes its own databases along."""

from __future__ import annotations

from typing import Any

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.engines.marks import Lease
from kallithea_dbdev.engines.server import Server as Address
from kallithea_dbdev.workspace import Workspace

from ..servers import Server


def test_it_ends_between_the_look_at_the_names_and_that_at_the_mark(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = server.create()
    workspace = Workspace()
    with workspace:
        made = make_lab(server.database(name), workspace).scratch("its own")
        assert server.scratch()
        usual, asked = Address.is_alive, []

        def ends_meanwhile(self: Address, lease: Lease) -> Any:
            if not asked:
                asked.append(lease)
                workspace.__exit__(None, None, None)  # what the other run does at its end
            return usual(self, lease)

        monkeypatch.setattr(Address, "is_alive", ends_meanwhile)
        server.database(name).clear_leftovers()
        assert asked and not made.exists() and server.database(name).exists()
    assert server.scratch() == []
