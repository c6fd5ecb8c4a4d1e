"""How customer data flows, as a drawing: systems hold fields of categories, which serve purposes, for which
roles read them and recipients get them. Widths count fields. Pixels for an inline SVG, left to right; a page
that is read from the right draws the same with the columns turned round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amanat.docsite.atlas import Atlas, purposes_allowed
from amanat.docsite.paths import Kind, Ref
from amanat.model.catalog import ancestors
from amanat.model.values import FieldId

WIDTH = 1100
_NODE = 12
_GAP = 10
_LEAST = 16
"""Room that every name needs."""
_TOP = 34
_TALL = 460
"""Height that the fields of a column share, beside what names need."""
NONE = "-"
"""The id of a node for what is not known."""


class Node(NamedTuple):
    """A thing in a column: its number among all, `x` and `y` of its bar's corner, the bar's height, and the
    number of fields."""

    ref: Ref
    number: int
    column: int
    x: int
    y: int
    height: int
    fields: int


class Link(NamedTuple):
    """Fields that two things share: a band as an SVG path between two nodes."""

    start: Node
    end: Node
    fields: int
    path: str
    width: float


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole drawing. `columns` are the x of their headings."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    columns: tuple[int, ...]
    height: int
    width: int = WIDTH
    bar: int = _NODE


Shared = Mapping[tuple[Ref, Ref], frozenset[FieldId]]


def flow_of(atlas: Atlas, fields: Iterable[FieldId] | None = None) -> Flow:
    """The drawing of all fields, or of some. Only what shares a field with a neighbour stands in it."""
    chosen = frozenset(atlas.catalog.fields if fields is None else fields)
    steps = _steps(atlas, chosen)
    members: list[dict[Ref, set[FieldId]]] = [{} for _ in range(len(steps) + 1)]
    for column, step in enumerate(steps):
        for (start, end), shared in step.items():
            members[column].setdefault(start, set()).update(shared)
            members[column + 1].setdefault(end, set()).update(shared)
    most = max((sum(len(ids) for ids in column.values()) for column in members), default=1) or 1
    scale = _TALL / most
    nodes: list[dict[Ref, Node]] = []
    for at, held in enumerate(members):
        nodes.append(_column(at, held, scale, len(members), sum(map(len, nodes))))
    links = [link for at, step in enumerate(steps) for link in _links(step, nodes[at], nodes[at + 1], scale)]
    height = max(
        (node.y + max(node.height, _LEAST) for column in nodes for node in column.values()), default=_TOP
    )
    return Flow(
        tuple(node for column in nodes for node in column.values()),
        tuple(links),
        tuple(_x(at, len(members)) for at in range(len(members))),
        height + _GAP,
    )


def _steps(atlas: Atlas, chosen: frozenset[FieldId]) -> tuple[Shared, Shared, Shared]:
    held: dict[tuple[Ref, Ref], set[FieldId]] = {}
    used: dict[tuple[Ref, Ref], set[FieldId]] = {}
    read: dict[tuple[Ref, Ref], set[FieldId]] = {}
    for field in atlas.catalog.fields.values():
        if field.id not in chosen:
            continue
        category = Ref(Kind.CATEGORY, _broad(field.category))
        for source in field.sources.values():
            held.setdefault((Ref(Kind.SYSTEM, source.system), category), set()).add(field.id)
        for purpose in purposes_allowed(atlas.catalog, field):
            served = Ref(Kind.PURPOSE, _broad(purpose.id))
            used.setdefault((category, served), set()).add(field.id)
            for recipient in purpose.recipients:
                read.setdefault((served, Ref(Kind.RECIPIENT, recipient)), set()).add(field.id)
        for reading in atlas.access.readings.get(field.id, ()):
            if reading.effect != "deny":
                served = Ref(Kind.PURPOSE, _broad(reading.purpose))
                read.setdefault((served, Ref(Kind.ROLE, reading.role)), set()).add(field.id)
    return _frozen(held), _frozen(used), _frozen(read)


def _frozen(found: Mapping[tuple[Ref, Ref], set[FieldId]]) -> Shared:
    return {pair: frozenset(found[pair]) for pair in sorted(found)}


def _broad(identifier: str | None) -> str:
    return ancestors(identifier)[-1] if identifier else NONE


def _x(column: int, columns: int) -> int:
    return round(column * (WIDTH - _NODE - 190) / (columns - 1))


def _column(
    at: int, members: Mapping[Ref, set[FieldId]], scale: float, columns: int, first: int
) -> dict[Ref, Node]:
    """The things of a column, those with most fields first; roles before recipients."""
    order = sorted(members, key=lambda ref: (ref.kind is Kind.RECIPIENT, -len(members[ref]), ref.id))
    nodes: dict[Ref, Node] = {}
    y = _TOP
    for ref in order:
        number = len(members[ref])
        height = max(round(number * scale), 2)
        nodes[ref] = Node(ref, first + len(nodes), at, _x(at, columns), y, height, number)
        y += max(height, _LEAST) + _GAP
    return nodes


def _links(
    step: Shared, starts: Mapping[Ref, Node], ends: Mapping[Ref, Node], scale: float
) -> Sequence[Link]:
    """Bands, stacked at both ends in the order of the nodes there. A field that goes two ways counts in
    both, so bands are drawn in proportion to the node where they are more than it is high."""
    going, coming = Counter[Ref](), Counter[Ref]()
    for (start, end), shared in step.items():
        going[start] += len(shared)
        coming[end] += len(shared)
    place = {ref: n for n, ref in enumerate((*starts, *ends))}
    left, right = Counter[Ref](), Counter[Ref]()
    found = []
    for (start, end), shared in sorted(step.items(), key=lambda pair: (place[pair[0][0]], place[pair[0][1]])):
        one, other = starts[start], ends[end]
        width = max(0.8, len(shared) * min(scale, one.height / going[start], other.height / coming[end]))
        y0 = one.y + one.height * (left[start] + len(shared) / 2) / going[start]
        y1 = other.y + other.height * (right[end] + len(shared) / 2) / coming[end]
        left[start] += len(shared)
        right[end] += len(shared)
        x0, x1 = one.x + _NODE, other.x
        middle = (x0 + x1) // 2
        path = f"M{x0} {y0:.0f}C{middle} {y0:.0f} {middle} {y1:.0f} {x1} {y1:.0f}"
        found.append(Link(one, other, len(shared), path, round(width, 1)))
    return found
