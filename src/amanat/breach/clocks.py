"""Which clocks run after a breach, jurisdiction by jurisdiction, and the law that sets each.

`clocks.json` is the table: only what was compared with the text of the law stands there. A jurisdiction that
it does not have is said to be unknown, never to have no clock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from amanat.model.catalog import Catalog
from amanat.model.countries import EEA
from amanat.text import Place

UNION = "EU"


class Clock(NamedTuple):
    """A duty that begins with a breach. `hours` None: without delay, no number is set. `due` is the moment
    when the hours are over, None where the beginning is not known."""

    key: str
    hours: int | None
    source: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Regime:
    """A jurisdiction and its clocks. `known`: the table has the jurisdiction, so no clocks mean that its law
    sets none that we know of. `because` is `declared`, `part` (of the Union) or `controller` (whose country
    it is of, without being declared). `declared` are the jurisdictions of the catalog that it stands for."""

    jurisdiction: str
    declared: tuple[str, ...]
    because: str
    known: bool
    clocks: tuple[Clock, ...]
    place: Place


@cache
def _table() -> Mapping[str, list[dict[str, object]]]:
    text = (Path(__file__).parent / "clocks.json").read_text(encoding="utf-8")
    table: Mapping[str, list[dict[str, object]]] = json.loads(text)["jurisdictions"]
    return table


def regimes(catalog: Catalog, aware: datetime | None) -> tuple[Regime, ...]:
    """The regimes of a catalog: that of the Union first, then the others in order. None where neither a
    jurisdiction nor the controller's country is known."""
    return tuple(
        sorted(_regimes(catalog, aware), key=lambda one: (one.jurisdiction != UNION, one.jurisdiction))
    )


def _regimes(catalog: Catalog, aware: datetime | None) -> Iterator[Regime]:
    named = catalog.place.at("jurisdictions")
    inside = tuple(one for one in catalog.jurisdictions if one == UNION or _country(one) in EEA)
    home = catalog.controller.country if catalog.controller else None
    if inside:
        because = "declared" if UNION in inside else "part"
        yield _regime(UNION, inside, because, named, aware)
    elif home in EEA:
        yield _regime(UNION, (), "controller", catalog.place.at("controller", "country"), aware)
    for one in catalog.jurisdictions:
        if one not in inside:
            yield _regime(one, (one,), "declared", named, aware)
    if home and home not in EEA and home not in map(_country, catalog.jurisdictions):
        yield _regime(home, (), "controller", catalog.place.at("controller", "country"), aware)


def _country(jurisdiction: str) -> str:
    return jurisdiction.partition("-")[0]


def _regime(
    name: str, declared: tuple[str, ...], because: str, place: Place, aware: datetime | None
) -> Regime:
    rows = _table().get(name)
    return Regime(
        name, declared, because, rows is not None, tuple(_clock(row, aware) for row in rows or ()), place
    )


def _clock(row: Mapping[str, object], aware: datetime | None) -> Clock:
    hours = row["hours"]
    assert hours is None or isinstance(hours, int)
    due = None if aware is None or hours is None else aware + timedelta(hours=hours)
    return Clock(str(row["key"]), hours, str(row["source"]), due)
