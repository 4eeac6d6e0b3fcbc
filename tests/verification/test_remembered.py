"""What ``db-verify`` remembers between runs: used where it fits, never where it does not."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any, Dict, List

from kallithea_dbdev.memory.store import Store

from ..projects import VERSION, Project


def _files(cache: Path) -> List[Path]:
    folder = cache / "kallithea-dbdev"
    return sorted(folder.iterdir()) if folder.exists() else []


def _change(cache: Path, old: str, new: str) -> None:
    """Put other values in place of what is remembered: what uses them shows it."""
    store = Store(cache / "kallithea-dbdev")
    for path in _files(cache):
        content = store.read(path.name)
        assert content
        store.write(path.name, content.replace(old.encode(), new.encode()))


def _without_times(report: Dict[str, Any]) -> Dict[str, Any]:
    text = json.dumps(report)
    loaded: Dict[str, Any] = json.loads(text, parse_float=lambda _: 0)
    return loaded


def test_the_reference_is_made_once(project: Project, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    imported = tmp_path / "imported"
    project.change_models(("import base64\n", f"import base64\nopen({str(imported)!r}, 'w').close()\n"))
    project.write_script("op.execute('SELECT 1')")

    def models_are_imported() -> bool:
        return imported.exists() and not imported.unlink()

    def verify(*words: str, said: str = "") -> Dict[str, Any]:
        done = project.gearbox(
            "db-verify", "-c", "development.ini", "--format", "json", *words, XDG_CACHE_HOME=str(cache)
        )
        assert done.returncode in (0, 1)
        assert said in done.stderr and bool(said) == bool(done.stderr), done.stderr
        report: Dict[str, Any] = json.loads(done.stdout)
        return report

    # 1. nothing is remembered, and nothing of a secret is kept
    first = verify()
    assert models_are_imported()
    kept = _files(cache)
    # The reference, the released states, the oldest release, links of the scripts, the use of the models.
    assert len(kept) == 5
    texts = [zlib.decompress(path.read_bytes()[64:]) for path in kept]
    assert sum(b"drawn by lot" in text for text in texts) == 2
    assert not any(b"$2b$" in text or b"secret1" in text for text in texts)
    # 2. a script has changed: the reference is the same, the released states are not; what the models do
    # with the same database is known, so that they are not imported, but by the env.py of 0.6.3
    by_env = VERSION == "0.6.3"
    _change(cache, '"gist_description"', '"gist_remembered"')
    project.write_script("op.execute('SELECT 2')")
    second = verify()
    assert models_are_imported() == by_env
    missing = [f["object"] for f in second["findings"] if f["code"] == "column-missing"]
    assert missing == ["gist_remembered"]
    assert len(_files(cache)) == len(kept) + 1
    # ... nor is a set-up made again, or a model imported to see its place, for one script more
    script = project.write_script("pass", revision="feedc0ffee01", below="feedc0ffee00")
    more = verify()
    assert [f["object"] for f in more["findings"] if f["code"] == "column-missing"] == missing
    assert [engine["head"] for engine in more["engines"]] == ["feedc0ffee01"]
    assert models_are_imported() == by_env
    script.unlink()
    count = len(_files(cache))
    # 3. without the cache, neither is anything used, nor kept
    third = verify("--no-cache")
    assert models_are_imported()
    assert _without_times(third)["findings"] == _without_times(first)["findings"]
    assert len(_files(cache)) == count
    # ... nor what the models do with another database, or with one that a script made which may use them
    for statement in ("op.execute(\"UPDATE ui SET ui_value = 'x'\")", "import kallithea.model.db"):
        project.write_script(statement)
        verify()
        assert models_are_imported()
    fails = "def fails(*_):\n    raise ValueError('of the script')\nsa.event.listen(kallithea.model.db.Ui, 'load', fails)"
    project.write_script(f"import kallithea.model.db\n{fails}")
    assert any("of the script" in finding["message"] for finding in verify()["findings"])
    project.write_script("op.execute('SELECT 2')")
    # 4. the models have changed
    project.change_models(
        (
            "    gist_description = Column(",
            "    gist_note = Column(String(9))\n    gist_description = Column(",
        )
    )
    fourth = verify()
    missing = [f["object"] for f in fourth["findings"] if f["code"] == "column-missing"]
    assert missing == ["gist_note"]
    # 5. a folder that others may use is not looked at, and a run goes on without
    (cache / "kallithea-dbdev").chmod(0o755)
    fifth = verify(said="others may use this folder")
    assert _without_times(fifth)["findings"] == _without_times(fourth)["findings"]
