"""Sphinx configuration; the page of findings is generated from the catalogue."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kallithea_dbdev import __version__  # noqa: E402
from kallithea_dbdev.findings import CATALOGUE, SEVERITIES  # noqa: E402

project = "kallithea-dbdev"
copyright = "GPLv3"
version = release = __version__
master_doc = "index"
exclude_patterns = []
html_theme = "alabaster"
nitpicky = True


def findings_page() -> str:
    """All finding codes, worst first, as reStructuredText."""
    lines = ["Findings", "========", "", ".. generated from kallithea_dbdev/findings.py by docs/conf.py", ""]
    for severity in SEVERITIES:
        title = {"error": "Errors", "warning": "Warnings", "note": "Notes"}[severity]
        lines += [title, "-" * len(title), ""]
        for kind in sorted(CATALOGUE.values(), key=lambda kind: kind.code):
            if kind.severity != severity:
                continue
            fix = kind.fix.replace("{{", "{").replace("}}", "}")
            lines += [
                f"``{kind.code}``",
                f"    {kind.what}",
                "",
                f"    *Why it matters:* {kind.why}",
                "",
                f"    *Fix:* {fix.replace('*', chr(92) + '*')}",
                "",
            ]
    return "\n".join(lines)


(Path(__file__).parent / "findings.rst").write_text(findings_page(), encoding="utf-8")
