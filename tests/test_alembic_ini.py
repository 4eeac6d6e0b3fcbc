"""``env.py`` gets a configuration file, as it does at every site, and takes nothing from this process."""

from __future__ import annotations

import configparser
import logging
import logging.config
import os
import stat
from pathlib import Path
from typing import Iterator

import pytest

from kallithea_dbdev.alembic_ini import configuration_file, ini_text, own_logging

from .projects import VERSION, Project, codes

OPTIONS = {"script_location": "/a 50% b/alembic", "file_template": "%(rev)s\nx"}


def read(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser({"here": "/h"})
    parser.read_string(text)
    return parser


def test_options_are_read_back_as_they_are() -> None:
    parser = read(ini_text({"sqlalchemy.url": "sqlite:///x%y"}, OPTIONS))
    assert parser["app:main"]["sqlalchemy.url"] == "sqlite:///x%y"
    assert {key: parser["alembic"][key] for key in OPTIONS} == OPTIONS
    assert "sqlalchemy.url" not in parser["alembic"], "sites have it in [app:main] only"


@pytest.fixture(params=["memory", "folder"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    if request.param == "folder":
        monkeypatch.delattr(os, "memfd_create", raising=False)
    before = os.umask(0)
    try:
        with configuration_file("a secret") as name:
            yield Path(name)
    finally:
        os.umask(before)


def test_nobody_else_can_read_the_file(path: Path) -> None:
    assert path.read_text() == "a secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("here", [True, False])
def test_logging_is_as_before(here: bool, tmp_path: Path) -> None:
    log = tmp_path / "ours.log"
    handler = logging.FileHandler(log)
    logger, other = logging.getLogger("kallithea_dbdev.test"), logging.getLogger("kallithea_dbdev.other")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    usual, known = logging.config.fileConfig, len(logging._handlerList)  # type: ignore[attr-defined]
    before = list(logging.root.handlers), logging.root.level
    try:
        with configuration_file(ini_text({}, OPTIONS)) as name, own_logging():
            if here:
                logging.config.fileConfig(name, {"here": "/h"})
            else:
                # A site that logs into a file beside its configuration.
                with pytest.raises(configparser.InterpolationMissingOptionError):
                    logging.config.fileConfig(name)
        logger.info("still here")
        assert "still here" in log.read_text()
        assert not logger.disabled
        assert not other.disabled
        assert (list(logging.root.handlers), logging.root.level) == before
        assert logging.config.fileConfig is usual
        assert len(logging._handlerList) == known  # type: ignore[attr-defined]
    finally:
        logger.removeHandler(handler)
        handler.close()


CHECKS = """
import os, stat
if config.config_file_name:  # Kallithea's own set-up has none
    assert stat.S_IMODE(os.stat(config.config_file_name).st_mode) & 0o077 == 0
    assert config.get_section_option('app:main', 'sqlalchemy.url')
    assert config.get_main_option('script_location')
    logging.getLogger('sqlalchemy.engine').info('env.py was here')
"""


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_env_py_is_run_as_sites_run_it(project: Project) -> None:
    path = project.versions.parent / "env.py"
    text = path.read_text()
    # 1. the name of a file is there, and what is logged afterwards still comes out
    begin, call, rest = text.partition("def include_in_autogeneration")
    path.write_text(f"{begin}{CHECKS}\n{call}{rest}")
    done = project.gearbox("-v", "db-verify", "-c", "development.ini")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "env.py was here" in done.stderr
    # 2. one that fails with it is named
    old = "{'__file__': config.config_file_name, 'here': os.path.dirname(config.config_file_name)},"
    assert text.count(old) == 1
    path.write_text(text.replace(old, ""))
    report = project.verify(status=1)
    assert "downgrade-fails" in codes(report)
    (message,) = {f["message"] for f in report["findings"] if f["code"] == "downgrade-fails"}
    assert "'here'" in message
    assert "at env.py:" in message
