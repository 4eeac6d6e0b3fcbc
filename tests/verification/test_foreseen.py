"""Where no engine could be worked on: one line for what was foreseen, a report for what was not."""

from __future__ import annotations

import pytest

from kallithea_dbdev.errors import DatabaseError, KallitheaError
from kallithea_dbdev.verification.verify import refuse_where_foreseen


def test_what_was_foreseen_is_raised() -> None:
    foreseen = KallitheaError("the models")
    with pytest.raises(KallitheaError) as raised:
        refuse_where_foreseen([ValueError("odd"), foreseen, DatabaseError("later")])
    assert raised.value is foreseen


def test_what_was_not_is_left_to_the_report() -> None:
    refuse_where_foreseen([ValueError("odd"), RuntimeError("odder")])
