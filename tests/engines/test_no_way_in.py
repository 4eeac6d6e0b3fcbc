"""Where no connection comes about, the message says in one line what to do; no server is needed."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.errors import DatabaseError


@pytest.mark.parametrize("scheme", ["postgresql", "mysql+pymysql"])
def test_no_server_at_the_address(scheme: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        open_database(f"{scheme}://joe:hush-hush@127.0.0.1:1/kallithea").revisions()
    text = str(raised.value)
    assert text.endswith("; start the server, or mend the URL (address, user, password)")
    assert "refused" in text and "\n" not in text and "?" not in text
