"""A type with less room: values of other sites than the rows at hand are tried before a draft is called proven."""

from __future__ import annotations

import pytest

from ..projects import VERSION, Project
from .test_revision import DRAFT, change

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="the column is written in another way")


def test_rows_that_show_nothing_hide_nothing(project: Project) -> None:
    text = project.models.read_text()
    begin = text.index("gist_expires", text.index("class Gist("))
    line = text[begin : text.index("\n", begin)]
    change(project, (line, line.replace("Float(53)", "Integer()")))
    project.sql(
        *(
            "INSERT INTO gists (gist_access_id, gist_description, user_id, gist_expires, gist_type, created_on, modified_at) "
            f"SELECT 'g{number}', '', user_id, {number}, 'public', '2020-01-01', '2020-01-01' FROM users WHERE username = 'admin'"
            for number in (-1, 1500000000)
        )
    )
    done = project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 1, done.stderr
    assert "gists.gist_expires: values are altered by the change of type" in done.stderr
    assert "probing rows show it" in done.stderr
    assert "    # TODO: gists.gist_expires: values are altered" in done.stdout
