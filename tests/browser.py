"""Pages in a real Chromium: what they say on its console, how wide they are, what axe-core finds.

Each page lies in a frame of the wanted width in another one, whose script writes what it sees into
its own DOM; ``--dump-dom`` prints that. No driver is needed.
"""

from __future__ import annotations

import gzip
import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .projects import DATA

#: A test without a browser fails where this is set: CI has one.
REQUIRE = "KALLITHEA_DBDEV_REQUIRE_BROWSER"

_HARNESS = """<!DOCTYPE html>
<html lang="en"><head><title>harness</title></head><body>
{frames}
<script type="text/plain" id="axe">{axe}</script>
<pre id="found"></pre>
<script>
addEventListener('load', async () => {{
  const found = [];
  for (const frame of document.querySelectorAll('iframe')) {{
    const page = frame.contentWindow, root = page.document.documentElement;
    page.eval(document.getElementById('axe').textContent);
    const result = await page.axe.run(page.document);
    found.push({{
      dark: page.matchMedia('(prefers-color-scheme: dark)').matches,
      width: root.clientWidth, content: root.scrollWidth, passes: result.passes.length,
      violations: result.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | ')),
    }});
  }}
  document.getElementById('found').textContent = JSON.stringify(found);
}});
</script></body></html>
"""

#: As high as the longest page: axe-core looks at the colours of what can be scrolled to only.
_FRAME = (
    '<iframe title="page {number}" style="width:{width}px;height:30000px;border:0" srcdoc="{page}"></iframe>'
)


def chromium() -> Optional[str]:
    """The program, where there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def looked_at(
    pages: Sequence[Tuple[str, int]], folder: Path, dark: bool
) -> Tuple[List[Dict[str, Any]], List[str]]:
    """What Chromium makes of pages, each at a width of so many pixels; what they write on its console."""
    axe = (
        gzip.decompress((DATA / "axe-4.10.3.min.js.gz").read_bytes())
        .decode()
        .replace("</script", "<\\/script")
    )
    frames = "\n".join(
        _FRAME.format(number=number, width=width, page=html.escape(page))
        for number, (page, width) in enumerate(pages)
    )
    harness = folder / "harness.html"
    harness.write_text(_HARNESS.format(frames=frames, axe=axe), encoding="utf-8")
    program = chromium()
    assert program, f"{REQUIRE} is set, and there is no Chromium"
    done = subprocess.run(
        [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr", "--hide-scrollbars",
            "--window-size=1300,2200", f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--virtual-time-budget=30000", "--dump-dom", harness.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    found = re.search(r'<pre id="found">(.+?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return json.loads(html.unescape(found.group(1))), console
