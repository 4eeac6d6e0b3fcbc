"""The report as a page to be sent around: one file, nothing loaded, readable without JavaScript."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from mako.template import Template

from .answers import QUESTIONS
from .chart import svg
from .model import Page


def render_html(page: Page) -> str:
    """The whole page; every value is escaped by the template."""
    found: str = _template().render(page=page, picture=svg(page), questions=QUESTIONS)
    return found


@lru_cache(maxsize=1)
def _template() -> Template:
    text = Path(__file__).with_name("page.mako").read_text(encoding="utf-8")
    return Template(text, default_filters=["h"], strict_undefined=True)
