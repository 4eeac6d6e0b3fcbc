"""A finished result -> a page -> text, JSON, JUnit, SARIF or HTML. Reports compute nothing."""

from __future__ import annotations

from typing import Callable, Dict

from .html import render_html
from .json import read_page, render_json
from .junit import render_junit
from .look import Look, look_of
from .model import Page, merged
from .page import page_of
from .sarif import render_sarif
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

#: Format -> its renderer.
RENDERERS: Dict[str, Callable[[Page, Look], str]] = {
    "text": render_text,
    "json": lambda page, look: render_json(page, look.tracebacks),
    "junit": lambda page, _: render_junit(page),
    "sarif": lambda page, _: render_sarif(page),
    "html": lambda page, _: render_html(page),
}

_PLAIN = Look()


def render(page: Page, format_name: str, look: Look = _PLAIN) -> str:
    """The page in the named format. ``look`` is for the text; its tracebacks go into JSON, too."""
    return RENDERERS[format_name](page, look)
