"""The customer's journey as drawings: at each stage a bar of how data arises, and a map of where it does.

On the map each line is a system, each station data that arises there at a stage; below, each line is a
purpose. Pixels for an inline SVG, stages from left to right; a page that is read from the right has the same
turned round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from amanat.docsite.atlas import Atlas
from amanat.exchange.journey import ORIGINS, Journey, Step, Touchpoint, journey_of
from amanat.model.resources import Purpose, Stage, System

LINES = 20
"""How many systems the map shows, those with most fields; the tables have all."""
AIMS = 40
"""How many purposes the map shows."""
_NAMES = 190
_COLUMN = 112
_WIDE = 1000
"""The width that few stages share."""
_TOP = 96
_ROW = 46
_LOW = 24
_RADII = (4.0, 20.0)
_GAP = 44
_BAR = 80


@dataclass(frozen=True, slots=True)
class Moment:
    """A stage to be drawn. `origins` is how many fields arise how (None: nobody said), most first."""

    step: Step
    origins: tuple[tuple[str | None, int], ...]

    def start(self, position: int) -> int:
        """How many fields come before those of an origin."""
        return sum(number for _, number in self.origins[:position])


def moments_of(atlas: Atlas) -> tuple[Moment, ...]:
    """The stages in their order."""
    return tuple(
        Moment(step, tuple(sorted(step.origins.items(), key=lambda item: (-item[1], item[0] or "~"))))
        for step in journey_of(atlas.catalog, atlas.site.as_of).steps
    )


class Slice(NamedTuple):
    """Fields that arise in one way (None: nobody said of this system), `start` fields into the station."""

    origin: str | None
    start: int
    fields: int


class Station(NamedTuple):
    """Where a system is met at a stage: `x` of its middle, its radius, how many fields arise there, and how
    many of them customers have to give."""

    stage: Stage
    x: int
    radius: float
    fields: int
    compulsory: int
    slices: tuple[Slice, ...]


class Line(NamedTuple):
    """A system (None: what no system holds yet) and its stations, at the height `y`."""

    system: System | None
    y: int
    fields: int
    stations: tuple[Station, ...]


class Aim(NamedTuple):
    """A purpose at the height `y`, and the `x` of the stages that it names."""

    purpose: Purpose
    y: int
    at: tuple[int, ...]


class Column(NamedTuple):
    """A stage: the `x` of its middle, the share of all compulsory fields that it asks for, and the share of
    its purposes that say what the customer gains, both from 0 to 1."""

    step: Step
    x: int
    burden: float
    benefit: float


@dataclass(frozen=True, slots=True)
class Map:
    """The whole drawing. `aims_y` is the height of the heading of the purposes; `more` and `more_aims` count
    systems and purposes that are left out."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    aims: tuple[Aim, ...]
    aims_y: int
    more: int
    more_aims: int
    width: int
    height: int

    def across(self, x: float, turned: bool) -> float:
        """A place on the drawing, or on the drawing turned round."""
        return self.width - x if turned else x

    def bar(self, column: Column, share: float, turned: bool) -> tuple[float, float]:
        """The bar of a share below a stage: where it begins, and how wide it is."""
        wide = round(_BAR * share, 1)
        start = column.x - _BAR / 2
        return self.width - start - wide if turned else start, wide


def map_of(found: Journey) -> Map:
    """The map of a journey. Stages where nothing arises and no purpose acts stand on it, with no station."""
    width = _NAMES + max(_WIDE - _NAMES, _COLUMN * len(found.steps))
    step = (width - _NAMES) / max(1, len(found.steps))
    columns = tuple(
        Column(
            one,
            round(_NAMES + step * (place + 0.5)),
            one.compulsory / found.compulsory if found.compulsory else 0.0,
            one.beneficial / len(one.purposes) if one.purposes else 0.0,
        )
        for place, one in enumerate(found.steps)
    )
    lines = _lines(columns)
    aims_y = _TOP + _ROW * min(len(lines), LINES) + _GAP
    aims = tuple(_aims(columns, aims_y))
    shown = aims[:AIMS]
    return Map(
        columns=columns,
        lines=tuple(lines[:LINES]),
        aims=shown,
        aims_y=aims_y,
        more=max(0, len(lines) - LINES),
        more_aims=len(aims) - len(shown),
        width=width,
        height=aims_y + _LOW * (len(shown) + 1) if shown else aims_y - _GAP,
    )


def _lines(columns: Sequence[Column]) -> list[Line]:
    """Systems, those with most fields first; what no system holds is last."""
    met: dict[str, list[tuple[Column, Touchpoint]]] = {}
    for column in columns:
        for point in column.step.touchpoints:
            met.setdefault(point.system.id if point.system else "", []).append((column, point))
    most = max((len(point.moments) for points in met.values() for _, point in points), default=1)
    held = {name: sum(len(point.moments) for _, point in points) for name, points in met.items()}
    order = sorted(met, key=lambda name: (not name, -held[name], name))
    return [
        Line(
            met[name][0][1].system,
            _TOP + _ROW * place + _ROW // 2,
            held[name],
            tuple(_station(column, point, most) for column, point in met[name]),
        )
        for place, name in enumerate(order)
    ]


def _station(column: Column, point: Touchpoint, most: int) -> Station:
    """The area of a station is in proportion to its fields."""
    least, widest = _RADII
    fields = len(point.moments)
    return Station(
        column.step.stage,
        column.x,
        round(max(least, widest * sqrt(fields / most)), 1),
        fields,
        sum(moment.compulsory is True for moment in point.moments),
        tuple(_slices(point.origins)),
    )


def _slices(origins: Mapping[str | None, int]) -> Iterator[Slice]:
    start = 0
    for origin in (*ORIGINS, None):
        number = origins.get(origin, 0)
        if number:
            yield Slice(origin, start, number)
            start += number


def _aims(columns: Iterable[Column], top: int) -> Iterator[Aim]:
    """Purposes in the order in which the customer meets them."""
    at: dict[str, tuple[Purpose, list[int]]] = {}
    for column in columns:
        for purpose in column.step.purposes:
            at.setdefault(purpose.id, (purpose, []))[1].append(column.x)
    for place, (purpose, found) in enumerate(at.values()):
        yield Aim(purpose, top + _LOW * place + _LOW // 2 + 8, tuple(found))
