"""Where no connection comes about, the message says in one line what to do; no server is needed."""

from __future__ import annotations

import traceback
from pathlib import Path

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


#: Option files that PyMySQL cannot read, and what is said of them.
OPTION_FILES = {
    "password=hush-hush\n": "line 1 stands before the first [section]",
    "user joe hush-hush\n[client]\n": "line 1 stands before the first [section]",
    "[client]\npassword=hush-hush\npassword=hush-hush\n": "line 3: [client] password is there already",
    "[client]\n=hush-hush\n": "line 2 is neither [section] nor key = value",
}


@pytest.mark.parametrize("text", OPTION_FILES)
def test_an_option_file_that_cannot_be_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "my.cnf").write_text(text)
    with pytest.raises(DatabaseError) as raised:
        open_database(f"mysql+pymysql:///kallithea?read_default_file={tmp_path}/my.cnf").revisions()
    assert str(raised.value).endswith(
        f": the driver pymysql cannot read the option file that the URL names: {OPTION_FILES[text]}; "
        "mend that line, or name another file in sqlalchemy.url"
    )
    assert "hush" not in "".join(traceback.format_exception(None, raised.value, raised.value.__traceback__))


def test_a_connection_that_is_put_off() -> None:
    with pytest.raises(DatabaseError) as raised:
        open_database("mysql+pymysql://joe@127.0.0.1:1/kallithea?defer_connect=1").revisions()
    assert "the driver pymysql refuses an option of the URL: " in str(raised.value)
