"""The tables of a system as a drawing: a tree with one row for each table, in pixels, for an inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amanat.identity import Identity, Reach

_ROW = 30
_BOX = 22
_INDENT = 26
_MARGIN = 6
_LETTER = 7.3
_PAD = 9
_ROWS = 34
"""Room for how many rows meet how many, to the right of a box."""


class Node(NamedTuple):
    """A table: its box, the middle of its row, and the classes of its look."""

    name: str
    x: int
    y: int
    width: int
    middle: int
    reach: str
    mapped: bool
    rows: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole tree. `edges` are SVG paths."""

    nodes: tuple[Node, ...]
    edges: tuple[str, ...]
    width: int
    height: int
    box: int = _BOX


class Branch(NamedTuple):
    """A box of a tree and what hangs below it; `reach` and `mapped` decide on its look."""

    name: str
    reach: str
    mapped: bool
    rows: str
    below: Sequence[Branch]


def drawing_of(roots: Sequence[Branch]) -> Drawing:
    """The drawing of trees, one row for each box."""
    nodes: list[Node] = []
    edges: list[str] = []
    stack = [(root, 0, -1) for root in reversed(roots)]
    while stack:
        branch, depth, parent = stack.pop()
        node = _node(branch, depth, len(nodes))
        if parent >= 0:
            above = nodes[parent]
            down = above.x + _INDENT // 2
            edges.append(f"M{down} {above.y + _BOX}V{node.middle}H{node.x}")
        stack += [(child, depth + 1, len(nodes)) for child in reversed(branch.below)]
        nodes.append(node)
    width = max((node.x + node.width for node in nodes), default=0) + _ROWS + _MARGIN
    return Drawing(tuple(nodes), tuple(edges), width, len(nodes) * _ROW + _MARGIN)


def tree_of(system: Identity) -> Drawing:
    """The tree: what holds the customer id, below it what leads there, and last what does not."""
    below: dict[str, list[Branch]] = {}
    made: dict[str, Branch] = {}
    for table in system.tables:
        hung = below.setdefault(table.name, [])
        rows = table.hops[0].rows if table.hops else ""
        made[table.name] = Branch(table.name, table.reach.value, table.mapped, rows, hung)
        if table.hops:
            below.setdefault(table.hops[0].target, []).append(made[table.name])
    roots = sorted((t for t in system.tables if not t.hops), key=lambda t: (_RANK.get(t.reach, 1), t.name))
    return drawing_of([made[root.name] for root in roots])


_RANK = {Reach.HERE: 0, Reach.UNREACHABLE: 2, Reach.UNKNOWN: 3}


def _node(branch: Branch, depth: int, row: int) -> Node:
    y = row * _ROW + _MARGIN
    return Node(
        name=branch.name,
        x=_MARGIN + depth * _INDENT,
        y=y,
        width=round(len(branch.name) * _LETTER) + 2 * _PAD,
        middle=y + _BOX // 2,
        reach=branch.reach,
        mapped=branch.mapped,
        rows=branch.rows,
    )
