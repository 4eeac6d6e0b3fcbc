"""A finished result -> text or JSON. Reports compute nothing."""

from __future__ import annotations

from ..verification.result import Report
from .json import render_json
from .text import render_errors, render_text

__all__ = ["render", "render_errors"]


def render(report: Report, format_name: str, tracebacks: bool = False) -> str:
    """The report in the named format; ``tracebacks`` adds those of steps that raised."""
    return {"text": render_text, "json": render_json}[format_name](report, tracebacks)
