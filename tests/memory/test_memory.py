"""What is remembered is what was made from the very same, or it is made anew."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Callable, List, Optional, Tuple

import pytest

from kallithea_dbdev.memory.memory import NO_MEMORY, Memory
from kallithea_dbdev.memory.store import Store

Value = Tuple[str, ...]


class Run:
    """A run of its own, in a folder with a package, a script and a configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / "package"
        (self.package / "templates").mkdir(parents=True)
        (self.package / "__init__.py").write_text("a = 1\n")
        (self.package / "templates" / "page.html").write_text("<p>")
        self.script = folder / "scripts" / "one.py"
        self.script.parent.mkdir()
        self.script.write_text("revision = 'a'\n")
        self.ini = folder / "my.ini"
        self.ini.write_text(
            "[app:main]\nuse = egg:kallithea\nsqlalchemy.url = sqlite:///a.db\n[alembic]\nx = 1\n"
        )
        self.what, self.circumstances = "reference", ["PostgreSQL 15"]
        self.text = ""

    def memory(self) -> Memory:
        return Memory.of(Store(self.folder / "cache"), self.package, self.ini)

    def __call__(
        self, value: str = "made", memory: Optional[Memory] = None, make: Callable[[], None] = lambda: None
    ) -> str:
        """The value that a run gets, which it makes where nothing is remembered."""
        memory = memory or self.memory()
        scripts = {self.script: self.text or self.script.read_text()}
        kept = memory.kept(self.what, Value, scripts, self.circumstances)

        def made() -> Value:
            make()
            return ("kept", value)

        found: Value = kept.or_make(made)
        return found[1]

    @property
    def files(self) -> List[Path]:
        return sorted((self.folder / "cache").iterdir())


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_what_is_made_once_is_remembered(run: Run) -> None:
    assert run("first") == "first"
    assert run("second") == "first"
    assert run("third", NO_MEMORY) == "third"
    assert len(run.files) == 1


def test_what_is_written_before_all_is_read_is_made_anew(run: Run) -> None:
    """The sources are read beside what is imported meanwhile: who knows which of both is the newer one."""
    assert run("first") == "first"
    old = (run.package / "__init__.py").read_text()
    (run.package / "__init__.py").write_text("a = 2\n")

    def later(work: Callable[[], Any]) -> Callable[[], Any]:
        def result() -> Any:
            (run.package / "__init__.py").write_text(old)
            return work()

        return result

    memory = Memory.of(Store(run.folder / "cache"), run.package, run.ini, later)
    assert run("second", memory) == "second"
    assert not memory.is_on
    assert run("third") == "first"


def _rewrite(run: Run) -> None:
    (run.package / "__init__.py").write_text("a = 2\n")


def _template(run: Run) -> None:
    (run.package / "templates" / "page.html").write_text("<b>")


def _script(run: Run) -> None:
    run.script.write_text("revision = 'a'\nx = 1\n")


def _beside_a_script(run: Run) -> None:
    (run.script.parent / "helper.py").write_text("")


def _option(run: Run) -> None:
    run.ini.write_text(run.ini.read_text().replace("x = 1", "x = 2"))


def _circumstances(run: Run) -> None:
    run.circumstances = ["PostgreSQL 16"]


def _another_thing(run: Run) -> None:
    run.what = "released"


@pytest.mark.parametrize(
    "change", [_rewrite, _template, _script, _beside_a_script, _option, _circumstances, _another_thing]
)
def test_what_comes_from_something_else_is_made_anew(run: Run, change: Callable[[Run], None]) -> None:
    assert run("first") == "first"
    change(run)
    assert run("second") == "second"
    assert run("third") == "second"


def test_going_back_finds_what_was_made_before(run: Run) -> None:
    """As ``git switch`` does; what a checkout is called and when its files were written does not matter."""
    assert run("first") == "first"
    _rewrite(run)
    assert run("second") == "second"
    (run.package / "__init__.py").write_text("a = 1\n")
    assert run("third") == "first"


def test_the_database_and_secrets_of_the_configuration_do_not_matter(run: Run) -> None:
    assert run("first") == "first"
    run.ini.write_text(run.ini.read_text().replace("a.db", "b.db") + "session.secret = abc123def456\n")
    assert run("second") == "first"


def _while_it_is_made(run: Run) -> None:
    (run.package / "__init__.py").write_text("a = 2\n")


def _back_again(run: Run) -> None:
    (run.package / "__init__.py").write_text("a = 2\n")
    (run.package / "__init__.py").write_text("a = 1\n")


def _script_while_it_is_made(run: Run) -> None:
    run.script.write_text("revision = 'b'\n")


@pytest.mark.parametrize("change", [_while_it_is_made, _back_again, _script_while_it_is_made])
def test_what_changes_while_it_is_made_is_not_kept(run: Run, change: Callable[[Run], None]) -> None:
    """The code may have been loaded before the change, or after it."""
    assert run("first", make=lambda: change(run)) == "first"
    assert run.files == []


def test_a_library_that_was_changed_by_hand_makes_it_anew(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library" / "changed_by_hand.py"
    library.parent.mkdir()
    library.write_text("a = 1\n")
    os.utime(library, (1_700_000_000, 1_700_000_000))
    monkeypatch.syspath_prepend(str(library.parent))
    __import__("changed_by_hand")
    assert [run("first"), run("second")] == ["first"] * 2
    library.write_text("a = 22\n")
    assert run("third") == "third"
    # Nobody knows whether what is loaded is what is written now.
    assert run("fourth") == "fourth"
    os.utime(library, (1_700_000_001, 1_700_000_001))
    assert [run("fifth"), run("sixth")] == ["fifth"] * 2
    del sys.modules["changed_by_hand"]


def test_secrets_are_not_kept(run: Run) -> None:
    run.ini.write_text("[app:main]\nsmtp_password = s3kRet-9x\n")
    assert run("before s3kRet-9x after") == "before s3kRet-9x after"
    assert run("$2b$10$" + "a" * 53).startswith("$2b")
    assert run.files == []
    assert run("harmless") == "harmless"
    assert len(run.files) == 1


def test_a_damaged_file_is_made_anew(run: Run) -> None:
    assert run("first") == "first"
    (path,) = run.files
    path.write_bytes(path.read_bytes()[:-1])
    assert [run("second"), run("third")] == ["second"] * 2


@pytest.mark.parametrize("text", [b"", b"[]", b"[[], 7]", b'[[["/", 1]], []]', b"\xff", b"[" * 100000])
def test_a_whole_file_that_is_none_of_ours_is_made_anew(run: Run, text: bytes) -> None:
    assert run("first") == "first"
    (path,) = run.files
    Store(run.folder / "cache").write(path.name, text)
    assert [run("second"), run("third")] == ["second"] * 2


def test_what_is_not_whole_is_not_kept(run: Run) -> None:
    kept = run.memory().kept("x", Value, {}, ())
    assert kept.or_make(lambda: ("a",), lambda value: False) == ("a",)
    assert run.files == []


def test_opened_it_needs_a_kallithea_that_nobody_has_imported(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is loaded already may be older than what is read now."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(run.folder / "home"))
    assert "kallithea" in sys.modules
    assert not Memory.opened(run.ini).is_on
    monkeypatch.delitem(sys.modules, "kallithea")
    assert Memory.opened(run.ini).is_on
    assert not Memory.opened(run.folder / "nothing.ini").is_on
    (run.folder / "home" / "kallithea-dbdev").chmod(0o755)
    refused = Memory.opened(run.ini)
    assert not refused.is_on
    assert re.search(r"kallithea-dbdev: others may use this folder", refused.problem)
