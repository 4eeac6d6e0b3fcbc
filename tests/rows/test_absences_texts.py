"""Texts that name a row of a set-up, in the SQL of each engine."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.absences import absences_for
from kallithea_dbdev.schema.model import Schema

from .test_absences import UI

URLS = ("sqlite:///none.db", "postgresql://u@h/n", "mysql+pymysql://u@h/n")


@pytest.mark.parametrize(("url", "word"), zip(URLS, (r"it''s\n", r"it''s\n", r"it''s\\n")))
def test_a_backslash_stands_for_itself(url: str, word: str) -> None:
    """Only MySQL takes it for the beginning of something else."""
    rows = [{"section": "it's\\n", "key": "a.b"}]
    (absence,) = absences_for(open_database(url), Schema((UI,)), UI, rows, "a.b", ())
    assert f"section = '{word}' AND" in absence.statement.replace('"', "").replace("`", "").replace("ui.", "")
