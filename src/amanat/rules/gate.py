"""What waits at the privacy-by-design gate: planned entries, and what would be wrong if they went live today
(GDPR Art. 25). The rules themselves judge it, on a copy of the catalog in which what is planned is live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, Protocol

from amanat.diagnostic import Finding, Severity
from amanat.lint.engine import severities
from amanat.lint.looking import narrowed
from amanat.lint.rule import Context
from amanat.model.catalog import Catalog
from amanat.model.values import Status, Text
from amanat.text import Place

JUDGING = ("OW", "DF", "SR", "PU", "RT", "SE", "ER")
"""Families of rules about single entries: who answers, meaning, sources, purposes, retention, protection."""
_LOADING = ("SC", "ID")
"""Families of what the loader finds: keys that are missing, values that are none, ids that lead nowhere."""


class Told(Protocol):
    """A finding of the loader, or one as it is shown."""

    @property
    def code(self) -> str:
        """Code of its rule."""

    @property
    def message(self) -> str:
        """What it says."""

    @property
    def place(self) -> Place:
        """Where it stands."""

    @property
    def subject(self) -> str:
        """The entry that it is about."""


class Missing(NamedTuple):
    """What has to be settled: a rule that would find an error, by code and name, and what it says."""

    code: str
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry that waits at the gate."""

    kind: str
    id: str
    label: Text
    place: Place
    missing: tuple[Missing, ...]


def waiting(catalog: Catalog, as_of: date | None, told: Iterable[Told]) -> tuple[Planned, ...]:
    """The planned fields, purposes and systems. `told` is what was found when the catalog was loaded, or
    judged."""
    entries: list[tuple[str, Any]] = [
        (kind, one)
        for kind in ("fields", "purposes", "systems")
        for one in getattr(catalog, kind).values()
        if one.status is Status.PLANNED
    ]
    if not entries:
        return ()
    found: dict[tuple[str, str], list[Missing]] = {(kind, one.id): [] for kind, one in entries}
    for (kind, name), what in _errors(catalog, as_of, told):
        if (kind, name) in found and what not in found[kind, name]:
            found[kind, name].append(what)
    return tuple(
        Planned(kind, str(one.id), one.label, one.place, tuple(sorted(found[kind, one.id])))
        for kind, one in entries
    )


def _errors(
    catalog: Catalog, as_of: date | None, told: Iterable[Told]
) -> Iterator[tuple[tuple[str, str], Missing]]:
    from amanat.rules import RULES  # they are judged by all of them, and one of them asks here

    names = {rule.code: rule.name for rule in RULES}
    for one in told:
        if one.code.startswith(_LOADING) and one.place.path:
            yield (str(one.place.path[0]), one.subject), Missing(one.code, names[one.code], one.message)
    context = Context(
        narrowed(
            catalog,
            fields=_live(catalog.fields),
            purposes=_live(catalog.purposes),
            systems=_live(catalog.systems),
        ),
        as_of,
    )
    severity_of = severities(RULES, catalog.settings.profiles, catalog.settings.severity or {})
    for rule in RULES:
        if rule.check is None or not rule.code.startswith(JUDGING):
            continue
        if severity_of[rule.code] is not Severity.ERROR:
            continue  # it finds no errors: a finding may be milder than its rule, never graver
        for finding in rule.check(context):
            if (finding.severity or severity_of[rule.code]) is Severity.ERROR:
                for kind in _kinds(finding):
                    yield (kind, finding.subject), Missing(rule.code, rule.name, finding.message)


def _kinds(finding: Finding) -> tuple[str, ...]:
    """The maps in which the subject of a finding may stand: what the place says, or any, where it is written
    elsewhere (in the category, in defaults)."""
    written = str(finding.place.path[0]) if finding.place.path else ""
    kinds = ("fields", "purposes", "systems")
    return (written,) if written in kinds else kinds


def _live(entries: Mapping[Any, Any]) -> dict[Any, Any]:
    return {
        name: replace(one, status=Status.LIVE) if one.status is Status.PLANNED else one
        for name, one in entries.items()
    }
