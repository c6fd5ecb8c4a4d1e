"""The ledger entry that accepts a conflict: its values as reported, and what a person has to add."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from amanat.conflicts.ledger import equal, faults
from amanat.conflicts.report import Conflict
from amanat.conflicts.ways import flow
from amanat.model.catalog import Catalog
from amanat.model.resources import Discrepancy
from amanat.model.values import DiscrepancyId, TeamId
from amanat.text import Place

_DAYS = frozenset(("approved_on", "expires"))


class Given(NamedTuple):
    """What the person who accepts has said already; None is left to fill in."""

    reason: str | None = None
    approved_by: str | None = None
    approved_on: str | None = None
    expires: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What is left to fill in."""
        return tuple(name for name, value in self._asdict().items() if value is None)


def entry_data(conflict: Conflict, given: Given) -> dict[str, Any]:
    """The entry as YAML data. What nobody said is null, which `check` refuses, so that an entry that is
    not filled in decides nothing."""
    return {
        "field": str(conflict.field),
        "facet": conflict.facet.value,
        "values": reported(conflict),
        "decision": "accepted",
        **given._asdict(),
    }


def entry_lines(name: str, data: Mapping[str, Any], owner: str | None, step: str) -> Iterator[str]:
    """The entry as lines of YAML, with a comment where a person has to write; `step` indents."""
    todo = {
        "reason": "why it does no harm",
        "approved_by": f"another team than {owner}" if owner else "a team",
        "approved_on": "the day of approval",
        "expires": "at most a year after approved_on",
    }
    yield f"{name}:"
    for key, value in data.items():
        if key == "values":
            yield f"{step}values:"
            for source, item in value.items():
                yield f"{step}{step}{flow(source)}: {flow(item)}"
        elif value is None:
            yield f"{step}{key}:  # {todo[key]}"
        else:
            # A day is written bare, as people write it: in YAML 1.2 it is text all the same.
            yield f"{step}{key}: {value if key in _DAYS else flow(value)}"


def reported(conflict: Conflict) -> dict[str, Any]:
    """The values of a conflict as YAML knows them."""
    values: dict[str, Any] = json.loads(json.dumps(dict(conflict.values)))
    return values


def renewed(entry: Discrepancy, conflict: Conflict) -> dict[str, Any]:
    """The values to write into an entry that stands: those reported, each as it is spelled there if it
    means the same."""
    return {
        key: json.loads(json.dumps(entry.values[key]))
        if key in entry.values and equal(entry.values[key], value)
        else value
        for key, value in reported(conflict).items()
    }


def free_id(catalog: Catalog, conflict: Conflict) -> str:
    """An id that no entry of the ledger has: field and facet, with a number where that is taken."""
    name = candidate = f"{conflict.field}.{conflict.facet.value}".replace(".", "_")
    number = 1
    while candidate in catalog.discrepancies:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def refusals(conflict: Conflict, given: Given, catalog: Catalog, as_of: date | None) -> Iterator[str]:
    """What is wrong with what was given, by the rules that `check` applies to the ledger."""
    entry = Discrepancy(
        id=DiscrepancyId("new"),
        place=Place(""),
        field=conflict.field,
        facet=conflict.facet.value,
        values=conflict.values,
        decision="accepted",
        reason={} if given.reason is None else {catalog.language: given.reason},
        handling={},
        approved_by=None if given.approved_by is None else TeamId(given.approved_by),
        approved_on=given.approved_on,
        expires=given.expires,
        extras={},
        broken=frozenset(),
    )
    for attribute, what, mend in faults(entry, catalog):
        if attribute not in given.missing:
            yield f"the acceptance {what}: {mend}"
    last, first = given.expires, given.approved_on
    if last is not None and first is not None and date.fromisoformat(last) < date.fromisoformat(first):
        yield f"the acceptance expires on {last}, before it is approved on {first}"
    elif last is not None and as_of is not None and date.fromisoformat(last) < as_of:
        yield f"the acceptance expires on {last}, before the day it is judged by, {as_of.isoformat()}"
