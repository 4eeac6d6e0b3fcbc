"""Ini files as text and values."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev import config
from kallithea_dbdev.application.instance import load
from kallithea_dbdev.errors import ConfigError
from kallithea_dbdev.secrets import mask

TEXT = """\
[DEFAULT]
debug = true
sqlalchemy.url = postgresql://a:geheim@b/c

[app:main]
# sqlalchemy.url = postgresql://old:geheim@b/c
sqlalchemy.url = mysql://a:geheim@b/c
  ?charset=utf8mb4
## a comment: with a colon
other = 1

[alembic]
sqlalchemy.url = sqlite:///%(here)s/x.db
"""


def test_edit_replaces_and_removes_without_a_trace() -> None:
    text = config.edit(
        TEXT,
        {
            "DEFAULT": {"sqlalchemy.url": None},
            "app:main": {"sqlalchemy.url": "sqlite:///new.db", "more": "2"},
            "alembic": {"sqlalchemy.url": None},
            "kallithea_dbdev": {"throwaway": "true"},
            "nothing": {"at all": None},
        },
    )
    assert text == (
        "[DEFAULT]\ndebug = true\n\n[app:main]\nsqlalchemy.url = sqlite:///new.db\nmore = 2\n"
        "## a comment: with a colon\nother = 1\n\n[alembic]\n\n[kallithea_dbdev]\nthrowaway = true\n"
    )


def test_edit_of_nothing_changes_nothing() -> None:
    assert config.edit(TEXT, {}) == TEXT


def test_every_named_database_is_found_and_no_password_is_in_a_repr(tmp_path: Path) -> None:
    ini = tmp_path / "a.ini"
    ini.write_text(TEXT.replace("  ?charset=utf8mb4\n", "session.sa.url = sqlite:///s.db\n"))
    found = config.databases(ini)
    assert [(d.section, d.url.split(":")[0]) for d in found] == [
        ("DEFAULT", "postgresql"),
        ("app:main", "mysql"),
        ("app:main", "sqlite"),
        ("alembic", "sqlite"),
    ]
    assert found[3].url == f"sqlite:///{tmp_path}/x.db"
    assert "geheim" not in repr(found)


def test_passwords_of_a_file_that_is_written_again_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "a.ini"
    for password in ("first-s3kRet", "second-s3kRet"):
        path.write_text(f"[app:main]\nsqlalchemy.url = mysql://u:{password}@h/d\n")
        for _ in range(2):
            config.load(path)
            assert password not in mask(f"it is {password}")


URL = "postgresql://u:geheim@h/kallithea"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"[DEFAULT]\nsqlalchemy.url = {URL}\n[app:main]\nsqlalchemy.url = {URL}\n", ["DEFAULT", "app:main"]),
        (f"[DEFAULT]\nsqlalchemy.url = {URL}\n[app:main]\na = b\n[other]\na = b\n", ["DEFAULT", "app:main"]),
        (f"[alembic]\nsqlalchemy.url = {URL}\n[app:main]\nsqlalchemy.url = {URL}\n", ["alembic", "app:main"]),
        (f"[app:main]\nset sqlalchemy.url = {URL}\n", ["app:main"]),
        (f"[DEFAULT]\ndev_url = {URL}\n[app:main]\nget sqlalchemy.url = dev_url\n", ["app:main"]),
        (f"[app:main]\nset dev_url = {URL}\nget sqlalchemy.url = dev_url\n", ["app:main"]),
        ("[app:main]\nget sqlalchemy.url = nothing\n", []),
    ],
)
def test_where_a_database_is_named(text: str, expected: "list[str]", tmp_path: Path) -> None:
    ini = tmp_path / "a.ini"
    ini.write_text(text)
    found = config.databases(ini)
    assert [named.section for named in found] == expected
    assert {named.url for named in found} == ({URL} if expected else set())


def test_the_files_that_one_is_made_from(tmp_path: Path) -> None:
    for name, used in (
        ("a", "config:b.ini"),
        ("b", "config:c.ini#x"),
        ("c", "config:a.ini"),
        ("d", "config:no.ini"),
    ):
        (tmp_path / f"{name}.ini").write_text(f"[app:main]\nuse = {used}\n")
    assert [path.name for path in config.load(tmp_path / "a.ini").sources] == ["a.ini", "b.ini", "c.ini"]
    assert [path.name for path in config.load(tmp_path / "d.ini").sources] == ["d.ini"]


def test_the_file_that_holds_a_single_percent_sign_is_named(tmp_path: Path) -> None:
    (tmp_path / "base.ini").write_text("[app:main]\nuse = egg:kallithea\nbad = 50% off\n")
    (tmp_path / "child.ini").write_text("[app:main]\nuse = config:base.ini\n")
    with pytest.raises(ConfigError, match=r"base\.ini: \[app:main\] bad holds a single %"):
        load(tmp_path / "child.ini")
