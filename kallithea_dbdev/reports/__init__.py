"""A finished result -> a page -> text, JSON, JUnit, SARIF or HTML. Reports compute nothing.

What writes a format is loaded where somebody wants it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict

from .look import Look, look_of
from .model import Page, merged
from .page import page_of
from .text import render_errors, render_text

__all__ = [
    "RENDERERS",
    "Look",
    "Page",
    "look_of",
    "merged",
    "page_of",
    "read_page",
    "render",
    "render_errors",
]


def _json(page: Page, look: Look) -> str:
    from .json import render_json

    return render_json(page, look.tracebacks)


def _junit(page: Page, look: Look) -> str:
    from .junit import render_junit

    return render_junit(page)


def _sarif(page: Page, look: Look) -> str:
    from .sarif import render_sarif

    return render_sarif(page)


def _html(page: Page, look: Look) -> str:
    from .html import render_html

    return render_html(page)


#: Format -> its renderer.
RENDERERS: Dict[str, Callable[[Page, Look], str]] = {
    "text": render_text,
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
    "html": _html,
}

_PLAIN = Look()


def render(page: Page, format_name: str, look: Look = _PLAIN) -> str:
    """The page in the named format. ``look`` is for the text; its tracebacks go into JSON, too."""
    return RENDERERS[format_name](page, look)


def read_page(path: Path) -> Page:
    """A page that was written as JSON. Raises UsageError for a file that is none."""
    from . import json

    return json.read_page(path)
