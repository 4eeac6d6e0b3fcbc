"""Options of db-revision that do not go together, and what to do where a script before the newest is missing."""

from __future__ import annotations

from argparse import ArgumentParser
from types import SimpleNamespace
from typing import Any

import pytest

from kallithea_dbdev.commands.revision import RevisionCommand
from kallithea_dbdev.drafting.preconditions import check_up_to_date
from kallithea_dbdev.errors import PreconditionError, UsageError

WITH_EMPTY = (
    "--check --replace --sql --fill=a.b=1 --rename=a.b=c --rename-table=a=b --no-rename --keep-columns "
    "--base --base=tip --engine=mysql"
)


@pytest.mark.parametrize("option", WITH_EMPTY.split())
def test_the_template_takes_nothing_that_is_about_a_draft(option: str) -> None:
    """It would have been passed over in silence."""
    command = RevisionCommand(None, None)
    parser: ArgumentParser = command.get_parser("db-revision")
    given = ["--empty", option] + ["-m", "x: y"] * (option != "--replace")
    with pytest.raises(UsageError, match="--empty: not with " + option.split("=")[0]):
        command.work(parser.parse_args(given))


@pytest.mark.parametrize(("anew", "way"), [(False, "upgrade head (or, "), (True, "upgrade 2f")])
def test_what_to_do_where_the_database_is_behind(anew: bool, way: str) -> None:
    """Who drafts the newest script anew already is not told to."""
    chain: Any = SimpleNamespace(stamp_of=lambda _: "1e", head="2f", between=lambda *_: ("2f",))
    with pytest.raises(PreconditionError, match="1e, 1 revision behind the head 2f") as raised:
        check_up_to_date("my.ini", SimpleNamespace(display="db"), chain, anew)  # type: ignore[arg-type]
    assert f"alembic -c my.ini {way}" in raised.value.hint
    assert ("--replace" in raised.value.hint) != anew
