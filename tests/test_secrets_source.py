"""Lines of a script in a traceback: a secret may be a text in them. Pure."""

from __future__ import annotations

import pytest

from kallithea_dbdev.secrets import mask

HEAD = '  File "/srv/versions/abc_x.py", line 12, in upgrade\n'


@pytest.mark.parametrize(
    "line",
    [
        "password: str = 's3kRet99'",
        "password, salt = 's3kRet99', 'q'",
        "if password != 's3kRet99':",
        "user.set_password('s3kRet99', 1)",
        "os.environ.get('API_KEY', 's3kRet99')",
        "sa.bindparam('password', \"s3kRet99\")",
        "u.update().where(u.c.api_key == 's3kRet99')",
        "PASSWORDS = ['a1', 's3kRet99', b's3kRet99']",
        "b.execute(sa.text(\"UPDATE users SET password = :p\"), p='s3kRet99')",
        'token = """s3kRet99"""',
        "password = 'abc' + f's3kRet99{n}'",
        # What is a secret by its place alone.
        "smtp.login('joe', 's3kRet99')",
        "conn.simple_bind_s('cn=admin', \"s3kRet99\")",
        "MySQLdb.connect('localhost', 'joe', 's3kRet99')",
        "requests.get(url, auth=HTTPBasicAuth('joe', 's3kRet99'))",
        "ldap.sign_in('joe', 's3kRet99')",
    ],
)
def test_a_line_that_speaks_of_a_secret(line: str) -> None:
    text = mask(f"{HEAD}    {line}\n    ^^^^^\nValueError: no\n")
    assert "s3kRet99" not in text
    assert text.startswith(HEAD)
    assert text.endswith("ValueError: no\n")


@pytest.mark.parametrize(
    "text",
    [
        # Nothing in them is a secret's.
        f"{HEAD}    op.drop_column('users', 'lastname')\n",
        f"{HEAD}    b.execute(author('joe', connected_to('x')))\n",
        # The name of a secret is none.
        f"{HEAD}    op.drop_column(u.c['password'], get(\"api_key\"))\n",
        # Outside of a traceback a text is what it says.
        "users.set_password('x') is not there\n",
        f"{HEAD}ValueError: no\n",
    ],
)
def test_what_stays(text: str) -> None:
    assert mask(text) == text
