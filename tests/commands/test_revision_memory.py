"""``db-revision`` and ``db-verify`` remember one reference."""

from __future__ import annotations

from pathlib import Path

from kallithea_dbdev.memory.store import Store

from ..projects import Project


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
    (kept,) = (Path(cache) / "kallithea-dbdev").iterdir()
    content = store.read(kept.name)
    assert content and b'"gist_description"' in content
    store.write(kept.name, content.replace(b'"gist_description"', b'"gist_remembered"'))
    status, said = check()
    assert status == 1 and "gist_remembered" in said
    assert check("--no-cache")[0] == 0
    # 3. by db-verify, too, with one script more
    project.write_script("pass")
    done = project.gearbox("db-verify", XDG_CACHE_HOME=cache)
    assert "gist_remembered" in done.stdout
