"""``db-revision`` and ``db-verify`` remember one reference."""

from __future__ import annotations

from pathlib import Path

from kallithea_dbdev.memory.store import Store

from ..projects import Project

COLUMN = "    ui_active = Column(Boolean(), nullable=False, default=True)\n"


def test_what_a_draft_was_proven_by_is_not_done_again(project: Project, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    project.change_models((COLUMN, f"{COLUMN}    kind = Column(String(9))\n"))
    assert project.gearbox("db-revision", "-m", "ui: add kind", XDG_CACHE_HOME=str(cache)).returncode == 0
    store = Store(cache / "kallithea-dbdev")
    contents = {path.name: store.read(path.name) or b"" for path in (cache / "kallithea-dbdev").iterdir()}
    # The reference, the links of the scripts, and that the models found nothing wrong with the database.
    assert len(contents) == 3
    (name,) = (name for name, content in contents.items() if content.endswith(b",[]]"))
    store.write(name, contents[name][:-3] + b'[["ui","was remembered"]]]')
    done = project.gearbox("db-verify", XDG_CACHE_HOME=str(cache))
    assert done.returncode == 1 and "was remembered" in done.stdout, done.stdout


def test_a_reference_is_made_once_for_both_commands(project: Project, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")

    def check(*words: str) -> "tuple[int, str]":
        done = project.gearbox("db-revision", "--check", *words, XDG_CACHE_HOME=cache)
        return done.returncode, done.stdout

    # 1. nothing is kept where nobody wants it
    status, _ = check("--no-cache")
    assert status == 0 and not Path(cache).exists()
    # 2. what is kept is used; other values in its place show it
    status, _ = check()
    assert status == 0
    store = Store(Path(cache) / "kallithea-dbdev")
    contents = {
        path.name: store.read(path.name) or b"" for path in (Path(cache) / "kallithea-dbdev").iterdir()
    }
    # The reference, and the links of the scripts.
    assert len(contents) == 2
    (name,) = (name for name, content in contents.items() if b'"gist_description"' in content)
    store.write(name, contents[name].replace(b'"gist_description"', b'"gist_remembered"'))
    status, said = check()
    assert status == 1 and "gist_remembered" in said
    assert check("--no-cache")[0] == 0
    # 3. by db-verify, too, with one script more
    project.write_script("pass")
    done = project.gearbox("db-verify", XDG_CACHE_HOME=cache)
    assert "gist_remembered" in done.stdout
