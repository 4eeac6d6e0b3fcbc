<%!
from kallithea_dbdev.reports.answers import KNOWN, NO, YES
from kallithea_dbdev.reports.measures import lock, rows, size
MARKS = {YES: "good", NO: "bad", KNOWN: "doubtful"}
%>\
<%def name="badge(answer)">\
<span class="badge ${MARKS.get(answer.value, 'unknown')}">${answer.text}</span>\
</%def>\
<%def name="cause_block(cause)">
<article class="cause ${cause.first.severity}">
<h3><span class="badge ${cause.first.severity}">${cause.first.severity}</span> ${cause.subject}</h3>
<p>${cause.first.message}</p>
% for message, engines in cause.elsewhere.items():
<p>On ${", ".join(engines)}: ${message}</p>
% endfor
% if cause.first.migrated or cause.first.expected:
<div class="sides">
<div><h4>Migrated</h4><pre tabindex="0">${cause.first.migrated or "(none)"}</pre></div>
<div><h4>Expected</h4><pre tabindex="0">${cause.first.expected or "(none)"}</pre></div>
</div>
% endif
<dl>
<dt>Code</dt><dd><code>${cause.first.code}</code>\
% if cause.first.revision:
, ${cause.first.direction or "script"} <code>${cause.first.revision}</code>\
% endif
</dd>
<dt>Found</dt><dd>${"; ".join(f"{release or 'configured database'} on {engine}" for release, engine in cause.places)}</dd>
% if cause.first.file:
<dt>At</dt><dd><code>${cause.first.file}:${cause.first.line}</code></dd>
% endif
% if cause.why:
<dt>Why</dt><dd>${cause.why}</dd>
% endif
% if cause.fix:
<dt>Fix</dt><dd><code class="fix">${cause.fix}</code></dd>
% endif
% if cause.first.statement:
<dt>Statement</dt><dd><code>${cause.first.statement}</code></dd>
% endif
</dl>
% if len(cause.objects) > 1:
<details><summary>all ${len(cause.objects)}</summary><p>${", ".join(cause.objects)}</p></details>
% endif
</article>
</%def>\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${"FAILED" if page.exit_status else "OK"}: Kallithea ${page.kallithea} database migrations</title>
<link rel="icon" href="data:,">
<style>
:root { --bg: #fff; --fg: #1d2125; --soft: #f2f4f6; --line: #c9d0d6; --dim: #555f69; --good: #17633a; --bad: #a3121f;
  --doubtful: #7a4b00; --unknown: #555f69; --note: #0b4f85; }
@media (prefers-color-scheme: dark) { :root { --bg: #15181b; --fg: #e6e9ec; --soft: #20252a; --line: #444c54; --dim: #a8b2bb;
  --good: #6fd39b; --bad: #ff8f8f; --doubtful: #f0c060; --unknown: #a8b2bb; --note: #8cc4f5; } }
@media print { :root { --bg: #fff; --fg: #000; --soft: #f4f4f4; --line: #999; --dim: #444; --good: #17633a; --bad: #a3121f;
  --doubtful: #7a4b00; --unknown: #555f69; --note: #0b4f85; } .cause, tr, svg { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--bg); color: var(--fg);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .3rem; } .cause h3, summary h3 { margin: 0; display: inline; } h4 { font-size: .85rem; margin: 0; color: var(--dim); }
code, pre { font: .88rem/1.4 ui-monospace, monospace; }
.fix { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--soft); padding: .5rem; margin: 0; }
.verdict { border: 2px solid currentColor; border-radius: .4rem; padding: .75rem 1rem; font-weight: 600; }
.good { color: var(--good); } .bad, .error { color: var(--bad); } .doubtful, .warning { color: var(--doubtful); }
.unknown { color: var(--unknown); } .note { color: var(--note); } .dim { color: var(--dim); }
details { margin: .5rem 0; } summary { cursor: pointer; }
.badge { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border: 1px solid var(--line); overflow-wrap: normal; }
thead th { background: var(--soft); } td.number { text-align: right; font-variant-numeric: tabular-nums; }
.cause { color: var(--fg); border: 1px solid var(--line); border-left-width: .35rem; border-radius: .3rem; padding: .75rem; margin: .75rem 0; }
.cause.error { border-left-color: var(--bad); } .cause.warning { border-left-color: var(--doubtful); }
.cause.note { border-left-color: var(--note); }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .5rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem .75rem; margin: .5rem 0 0; }
dt { color: var(--dim); } dd { margin: 0; }
svg.chain { max-width: 100%; height: auto; } svg text { fill: var(--fg); font: 14px ui-monospace, monospace; }
svg text.small { fill: var(--dim); font-size: 12px; } svg line { stroke: currentColor; stroke-width: 3; }
svg line.back { stroke-dasharray: 5 4; } svg circle { fill: currentColor; }
</style>
</head>
<body>
<header>
<h1>Database migrations of Kallithea ${page.kallithea}</h1>
<p class="verdict ${"bad" if page.exit_status else "good"}">${page.verdict}</p>
</header>
<main>
<section aria-labelledby="answers">
<h2 id="answers">Can ${"every site" if any(page.releases) else "this database"} upgrade, and go back?</h2>
<p class="dim">\
% for question, asked in questions.items():
<b>${question}</b>: ${asked} \
% endfor
</p>
<div class="scroll" tabindex="0" role="region" aria-label="Answers">
<table>
<thead><tr><th scope="col">From</th><th scope="col">Engine</th>
% for question in questions:
<th scope="col">${question}</th>
% endfor
<th scope="col">Time</th></tr></thead>
<tbody>
% for cell in page.cells:
<tr><th scope="row">${cell.release or "configured database"}</th><td>${cell.server or cell.engine}</td>
% for answer in cell.answers:
<td>${badge(answer)}</td>
% endfor
<td class="number">${f"{cell.seconds:.1f} s"}</td></tr>
% endfor
</tbody>
</table>
</div>
</section>
% if page.problems:
<section aria-labelledby="problems">
<h2 id="problems">What is wrong</h2>
% for cause in page.problems:
${cause_block(cause)}
% endfor
</section>
% endif
% if page.accepted:
<section aria-labelledby="accepted">
<h2 id="accepted">Known and accepted</h2>
<ul>
% for cause, reason in page.accepted:
<li><code>${cause.first.code}</code> ${cause.subject}\
% if cause.first.revision:
 (<code>${cause.first.revision}</code>)\
% endif
: ${reason}</li>
% endfor
</ul>
</section>
% endif
<section aria-labelledby="steps">
<h2 id="steps">Step by step</h2>
% if picture:
<figure>
${picture | n}
<figcaption class="dim">Solid: up. Dashed: down. Left: where databases begin.</figcaption>
</figure>
% endif
% for cell in page.cells:
<details${"" if len(page.cells) > 3 else " open"}><summary><h3>${cell.name}</h3></summary>
<p>${cell.server or cell.engine}, ${cell.database}: from ${cell.start or "unknown"} to ${cell.head or "unknown"}${f"; it began as {cell.began}" if cell.began else ""}</p>
% for remark in cell.remarks:
<p>${remark}</p>
% endfor
% if cell.rows:
<p>Estimated for ${rows(cell.rows)}.</p>
% endif
% if cell.command:
<p>Run this alone: <code>${cell.command}</code></p>
% endif
% if cell.steps:
<div class="scroll" tabindex="0" role="region" aria-label="Steps of ${cell.name}">
<table>
<thead><tr><th scope="col">Step</th><th scope="col">Outcome</th><th scope="col">Seconds</th>\
% if cell.rows:
<th scope="col">Estimated</th>\
% endif
<th scope="col">Statements</th>\
<th scope="col">Rows touched</th><th scope="col">Growth</th><th scope="col">Tables rebuilt</th><th scope="col">Locks</th>\
<th scope="col">Numbers of rows</th></tr></thead>
<tbody>
% for step in cell.steps:
<tr><th scope="row">${step.direction} <code>${step.revision}</code></th>
<td><span class="badge ${"good" if step.ok else "bad"}">${"ok" if step.ok else "failed"}</span>${f", {step.verdict}" if step.verdict else ""}</td>
<td class="number">${f"{step.seconds:.2f}"}</td>\
% if cell.rows:
<td class="number">${"" if step.estimate is None else f"{step.estimate:.2f}"}</td>\
% endif
<td class="number">${step.statements}</td><td class="number">${step.touched}</td>
<td class="number">${size(step.growth) if step.growth else ""}</td><td>${", ".join(step.rebuilt)}</td>
<td>${"; ".join(map(lock, step.locks))}</td>
<td>${"; ".join(f"{table}: {'none' if a is None else a} to {'none' if b is None else b}" for table, (a, b) in step.rows_changed.items())}</td></tr>
% endfor
</tbody>
</table>
</div>
<details><summary>the longest statements of each step</summary>
<dl>
% for step in cell.steps:
% for one in step.longest:
<dt>${f"{one.seconds:.3f} s"}</dt><dd>${step.direction} <code>${step.revision}</code>\
% if one.line:
, line ${one.line}\
% endif
% if one.rows:
, ${one.rows} rows\
% endif
: <code>${one.statement}</code></dd>
% endfor
% endfor
</dl>
</details>
% endif
</details>
% endfor
</section>
% if page.notes:
<section aria-labelledby="notes">
<h2 id="notes">Notes</h2>
<details><summary>${len(page.notes)} ${"note" if len(page.notes) == 1 else "notes"}</summary>
% for cause in page.notes:
${cause_block(cause)}
% endfor
</details>
</section>
% endif
</main>
<footer>
<p class="dim">kallithea-dbdev ${page.tool}; ${", ".join(f"{name} {version}" for name, version in page.versions)}\
% for server in dict.fromkeys(cell.server for cell in page.cells if cell.server):
; ${server}\
% endfor
</p>
</footer>
</body>
</html>
