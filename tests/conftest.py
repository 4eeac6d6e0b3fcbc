"""Real Kallithea checkouts and instances for the tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .projects import Project, link_package, run_checked


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """An instance that Kallithea's own tools made; not to be changed."""
    project = Project(tmp_path_factory.mktemp("template"))
    link_package(project.checkout / "kallithea")
    repositories = project.instance / "repos"
    repositories.mkdir(parents=True)
    project.tool("kallithea-cli", "config-create", "development.ini")
    project.tool(
        "kallithea-cli", "db-create", "-c", "development.ini", "--user", "admin", "--password",
        "secret1", "--email", "admin@example.com", "--repos", repositories, "--force-yes",
    )  # fmt: skip
    return project


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    """A copy of the template for one test."""
    shutil.copytree(template.checkout, tmp_path / "checkout", symlinks=True)
    shutil.copytree(template.instance, tmp_path / "instance")
    return Project(tmp_path)


@pytest.fixture
def mercurial_repository(tmp_path: Path) -> Path:
    """A folder with one real Mercurial repository."""
    root = tmp_path / "some-repos"
    root.mkdir()
    run_checked("hg", "init", "hello", cwd=root)
    return root
