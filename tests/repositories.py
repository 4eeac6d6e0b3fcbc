"""Real Mercurial and Git repositories."""

from __future__ import annotations

from pathlib import Path

from .projects import run

#: For each program: what makes a repository, adds all and commits.
_NEW = {"hg": ("init",), "git": ("init", "--quiet")}
_COMMIT = {
    "hg": ("commit", "--addremove", "--user", "joe", "--message", "x"),
    "git": ("-c", "user.name=joe", "-c", "user.email=joe@example.com", "commit", "--quiet", "-m", "x"),
}


def tool(program: str, *words: object, folder: Path) -> str:
    """Run hg or git in a folder; it must end well."""
    done = run(program, *words, cwd=folder, HGPLAIN="1")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def new(program: str, folder: Path) -> None:
    """Make a folder a repository with one changeset that holds everything in it."""
    tool(program, *_NEW[program], folder=folder)
    (folder / f".{program}ignore").write_text("__pycache__\n")
    commit(program, folder)


def commit(program: str, folder: Path) -> str:
    """Commit everything; the changeset."""
    if program == "git":
        tool("git", "add", "--all", folder=folder)
    tool(program, *_COMMIT[program], folder=folder)
    if program == "git":
        return tool("git", "rev-parse", "HEAD", folder=folder)
    return tool("hg", "log", "--rev", ".", "--template", "{node}", folder=folder)
