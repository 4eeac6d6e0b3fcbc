"""The graph of the migration scripts: what in it Alembic cannot walk, or passes over without a word.

Pure functions on what the scripts say of themselves. Each problem names the files that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, FrozenSet, Iterator, List, Mapping, Sequence, Set, Tuple

from .errors import MigrationGraphError

#: What Alembic has other meanings for where it wants a revision.
_SYMBOLS = {"": "the base", "base": "the base", "head": "the newest script", "heads": "all newest scripts"}


@dataclass(frozen=True)
class Node:
    """A script: its revision, the revisions that it follows, the name of its file, what else must be run
    before it, and how its branch is called."""

    revision: str
    below: Tuple[str, ...]
    file: str
    needs: Tuple[str, ...] = ()
    labels: Tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file} ({self.revision})"


def fatal(nodes: Sequence[Node]) -> Tuple[MigrationGraphError, ...]:
    """Why there is no one chain that can be walked; empty where there is."""
    nameless = tuple(_nameless(nodes))
    if not all(isinstance(node.revision, str) for node in nodes):
        return nameless  # anything may be in its place, and not all can be looked up
    ambiguous = (*nameless, *_duplicates(nodes), *_missing(nodes), *_labelled_twice(nodes))
    if ambiguous:
        return ambiguous
    graph = {node.revision: node for node in nodes}
    heads = [node for node in nodes if not any(node.revision in other.below for other in nodes)]
    walked = _reached({node.revision for node in heads}, {n.revision: n.below for n in nodes})
    found = [*_named_twice(nodes), *_needed_anyway(nodes)]
    found += [_circular(c) for c in _circles(graph) if not heads or set(c) & walked]
    if len(heads) > 1:
        heads.sort(key=lambda node: node.revision)
        names = ", ".join(node.revision for node in heads)
        files = ", ".join(node.file for node in heads)
        found.append(
            MigrationGraphError(
                "several-heads",
                f"the migration scripts have {len(heads)} heads: {names} ({files})",
                "set down_revision of the newer script to the other head (or alembic merge heads)",
            ).at(heads[-1].file, variable="down_revision")
        )
    return tuple(found)


def beside(nodes: Sequence[Node]) -> Tuple[MigrationGraphError, ...]:
    """What is wrong although the chain can be walked: scripts that nothing reaches, superfluous merges.

    Only for nodes without duplicates, all of whose revisions are there.
    """
    graph = {node.revision: node for node in nodes}
    heads = set(graph) - {revision for node in nodes for revision in node.below}
    walked = _reached(heads, {node.revision: node.below for node in nodes})
    circles = _circles(graph)
    circular = {revision for circle in circles for revision in circle}
    return (
        *(_circular(circle) for circle in circles if not set(circle) & walked),
        *_unreachable(graph, heads, circular),
        *_merged_twice(graph, circular),
    )


def _nameless(nodes: Sequence[Node]) -> Iterator[MigrationGraphError]:
    for node in nodes:
        if not isinstance(node.revision, str):
            wrong = f"is no text: {node.revision!r}"
        elif node.revision in _SYMBOLS:
            wrong = f"is {node.revision or 'empty'}: Alembic takes that for {_SYMBOLS[node.revision]}"
        else:
            continue
        yield MigrationGraphError(
            "script-broken", f"{node.file}: its revision {wrong}", "give it a revision identifier"
        ).at(node.file, variable="revision")


def _labelled_twice(nodes: Sequence[Node]) -> Iterator[MigrationGraphError]:
    files = {node.revision: [node.file] for node in nodes}
    for node in nodes:
        for label in node.labels:
            files.setdefault(label, []).append(node.file)
    for label, names in files.items():
        if len(names) > 1 and any(label in node.labels for node in nodes):
            yield MigrationGraphError(
                "script-broken",
                f"the branch label {label} is what another script is called, too: {_listed(sorted(names))}",
                "give one of them another label",
            ).at(names[-1], variable="branch_labels")


def _duplicates(nodes: Sequence[Node]) -> Iterator[MigrationGraphError]:
    files: Dict[str, List[str]] = {}
    for node in nodes:
        files.setdefault(node.revision, []).append(node.file)
    for revision, names in files.items():
        if len(names) > 1:
            yield MigrationGraphError(
                "duplicate-revision",
                f"revision {revision} is in more than one script: {_listed(sorted(names))}",
                "give one of them another revision identifier",
                revision=revision,
            ).at(max(names), variable="revision")


def _missing(nodes: Sequence[Node]) -> Iterator[MigrationGraphError]:
    known = {node.revision for node in nodes}
    labels = {label for node in nodes for label in node.labels}
    named = (
        (node, variable, revision)
        for node in nodes
        for variable, revisions, others in (
            ("down_revision", node.below, set()),
            ("depends_on", node.needs, labels),
        )
        for revision in revisions
        if revision not in known | others
    )
    for node, variable, revision in named:
        yield MigrationGraphError(
            "missing-revision",
            f"revision {revision} is missing: {node} names it as its {variable}",
            f"add its script, or mend {variable} of the script that names it",
            revision=revision,
        ).at(node.file, variable=variable)


def _named_twice(nodes: Sequence[Node]) -> Iterator[MigrationGraphError]:
    for node in nodes:
        for revision in sorted({r for r in node.below if node.below.count(r) > 1}):
            yield MigrationGraphError(
                "merged-twice",
                f"{node} names {revision} twice as its down_revision",
                "name each branch once",
                revision=node.revision,
            ).at(node.file, variable="down_revision")


def _needed_anyway(nodes: Sequence[Node]) -> Iterator[MigrationGraphError]:
    """Alembic as Kallithea asks for it (before 1.5) meets such a revision twice, and ends with a KeyError."""
    for node in nodes:
        for revision in sorted(set(node.below) & set(node.needs)):
            yield MigrationGraphError(
                "script-broken",
                f"{node} names {revision} as its down_revision and in depends_on, too: Alembic cannot walk that",
                "leave it out of depends_on",
                revision=node.revision,
            ).at(node.file, variable="depends_on")


def _circular(circle: Mapping[str, Node]) -> MigrationGraphError:
    nodes = sorted(circle.values(), key=lambda node: node.file)
    says = [f"{node} follows {_listed([r for r in node.below if r in circle])}" for node in nodes]
    return MigrationGraphError(
        "circular-revision",
        f"scripts that follow each other, so that none can be the first: {', '.join(says)}",
        "set down_revision of the oldest of them to what it was written on",
        revision=nodes[0].revision,
    ).at(nodes[0].file, variable="down_revision")


def _unreachable(
    graph: Mapping[str, Node], heads: Set[str], circular: Set[str]
) -> Iterator[MigrationGraphError]:
    above: Dict[str, List[str]] = {}
    for node in graph.values():
        for revision in node.below:
            above.setdefault(revision, []).append(node.revision)
    from_bases = _reached({revision for revision, node in graph.items() if not node.below}, above)
    from_heads = _reached(heads, {revision: node.below for revision, node in graph.items()})
    for revision, node in graph.items():
        if revision in circular or revision in from_bases & from_heads:
            continue
        what = "follows no script that a base leads to" if revision in from_heads else "leads to no head"
        yield MigrationGraphError(
            "unreachable-revision",
            f"{node} {what}: Alembic never runs it",
            "mend its down_revision, or remove the script",
            revision=revision,
        )


def _merged_twice(graph: Mapping[str, Node], circular: Set[str]) -> Iterator[MigrationGraphError]:
    below = {revision: node.below for revision, node in graph.items()}
    merges = [node for node in graph.values() if len(set(node.below)) > 1 and node.revision not in circular]
    for number, node in enumerate(merges):
        for revision in node.below:
            others = [other for other in node.below if other != revision]
            holder = next((o for o in others if revision in _reached(set(below[o]), below)), None)
            if holder:
                yield _superfluous(node, [graph[revision]], graph[holder], "which comes after it already")
        for earlier in merges[:number]:
            shared = sorted(set(node.below) & set(earlier.below))
            if len(shared) > 1:
                yield _superfluous(node, [graph[r] for r in shared], earlier, "which merges the same")


def _superfluous(node: Node, merged: Sequence[Node], other: Node, how: str) -> MigrationGraphError:
    return MigrationGraphError(
        "merged-twice",
        f"{node} merges {_listed(sorted(map(str, merged)))} once more, beside {other}, {how}",
        "leave one merge",
        revision=node.revision,
    )


def _circles(graph: Mapping[str, Node]) -> List[Dict[str, Node]]:
    """The scripts that come before themselves, those of one circle together."""
    # 1. what begins at a base or ends at a head is in none: take it away, and again
    rest = dict(graph)
    while True:
        followed = {revision for node in rest.values() for revision in node.below}
        outer = [r for r, node in rest.items() if r not in followed or not set(node.below) & rest.keys()]
        if not outer:
            break
        for revision in outer:
            del rest[revision]
    # 2. of what is left, those that reach each other are one circle
    below = {revision: node.below for revision, node in rest.items()}
    reach = {revision: _reached(set(node.below), below) for revision, node in rest.items()}
    groups: Set[FrozenSet[str]] = {
        frozenset(other for other in reach[revision] if revision in reach.get(other, ()))
        for revision in rest
        if revision in reach[revision]
    }
    return [{revision: graph[revision] for revision in group} for group in sorted(groups, key=sorted)]


def _reached(start: Set[str], ways: Mapping[str, Sequence[str]]) -> Set[str]:
    """What can be reached from some revisions, these included."""
    found: Set[str] = set()
    waiting = list(start)
    while waiting:
        revision = waiting.pop()
        if revision not in found:
            found.add(revision)
            waiting.extend(ways.get(revision, ()))
    return found


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
