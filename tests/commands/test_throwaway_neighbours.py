"""Whatever way a configuration beside it names the database in, db-throwaway knows it again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kallithea_dbdev import config
from kallithea_dbdev.engines import address_in, is_same, open_database
from kallithea_dbdev.errors import DatabaseError

from ..projects import Project, one_line

#: Name of the file -> its text; {} is the folder.
NEIGHBOURS = {
    "uri.ini": "[app:main]\nsqlalchemy.url = sqlite:///file:{}/mine.db?uri=true\n",
    "set.ini": "[app:main]\nset sqlalchemy.url = sqlite:///%(here)s/mine.db\n",
    "include.ini": "[app:main]\nuse = config:base/base.ini#x\n",
    "SHOUTING.INI": "[app:main]\nsqlalchemy.url = sqlite:///%(here)s/mine.db\n",
}


def test_a_configuration_beside_it(project: Project) -> None:
    folder = project.instance
    (folder / "base").mkdir()
    (folder / "base" / "base.ini").write_text(f"[app:x]\nsqlalchemy.url = sqlite:///{folder}/mine.db\n")
    text = (folder / "development.ini").read_text().replace("kallithea.db", "mine.db")
    (folder / "mine.ini").write_text(text)
    for name, text in NEIGHBOURS.items():
        other = folder / name
        other.write_text(text.format(folder))
        done = project.gearbox("db-throwaway", "-c", "mine.ini", "--force-yes")
        assert done.returncode == 2, name
        found = "base/base.ini" if name == "include.ini" else name
        one_line(done.stderr, rf"{found} uses this database, too|{name} uses this database, too")
        other.unlink()
    assert not (folder / "mine.db").exists()


@pytest.mark.parametrize(
    "url",
    ["sqlite:///file:x.db", "sqlite:///file:{}/x.db?mode=ro&uri=true", "sqlite:///file://{}/x.db?uri=true",
     "sqlite:///file:{}/%78.db?uri=true", "sqlite+pysqlcipher://:pass@/{}/x.db?cipher=aes", "sqlite:///x.db"],
)  # fmt: skip
def test_a_file_in_any_spelling(url: str, tmp_path: Path) -> None:
    found = address_in(url.format(tmp_path), tmp_path)
    assert is_same(found, open_database(f"sqlite:///{tmp_path}/x.db"))


@pytest.mark.parametrize(
    "url, like",
    [("postgres://joe:a@db.example.org/x", "postgresql://u@db.example.org:5432/x"),
     ("postgresql+pg8000://joe:a@db.example.org/x", "postgresql://u@db.example.org:5432/x"),
     ("mysql+mysqlconnector://joe@db.example.org/x", "mysql+pymysql://u@db.example.org:3306/x")],
)  # fmt: skip
def test_a_server_through_any_driver(url: str, like: str) -> None:
    assert is_same(address_in(url), open_database(like))


def test_a_server_through_a_driver_that_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "MySQLdb", None)
    found = address_in("mysql+mysqlconnector://joe@db.example.org/x")
    assert is_same(found, open_database("mysql+pymysql://u@db.example.org/x"))


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true", "oracle://u@h/x"]
)
def test_what_is_no_database_of_ours(url: str) -> None:
    with pytest.raises(DatabaseError):
        address_in(url)


def test_files_that_include_each_other(tmp_path: Path) -> None:
    one, other = tmp_path / "one.ini", tmp_path / "other.ini"
    one.write_text("[app:main]\nuse = config:other.ini\n[app:x]\nuse = config:nowhere.ini\n")
    other.write_text("[app:main]\nuse = config:one.ini\nsqlalchemy.url = sqlite:///x.db\n")
    for path in (one, other):
        assert [(named.ini.name, named.url) for named in config.databases(path)] == [
            ("other.ini", "sqlite:///x.db")
        ]
