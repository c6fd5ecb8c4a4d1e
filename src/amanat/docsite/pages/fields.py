"""The page of each field, and the list of all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from markupsafe import Markup, escape

from amanat.conflicts import Conflict
from amanat.diagnostic import Diagnostic
from amanat.docsite.atlas import Atlas, is_open, purposes_allowed
from amanat.docsite.local import Local
from amanat.docsite.measured import Row as Measured
from amanat.docsite.measured import Series, rows_of
from amanat.docsite.page import Page, list_page, thing_page
from amanat.docsite.paging import ROWS, Part, numbered, paged
from amanat.docsite.past import Past, past_of
from amanat.docsite.paths import Kind, Ref, page_of, slug
from amanat.docsite.sides import Observed, Row, Sides, observed_in, sides_of
from amanat.model.catalog import ancestors
from amanat.model.field import Field, Source
from amanat.model.measures import by_field
from amanat.model.resources import Hold, Purpose, Retention
from amanat.model.values import FieldId, Mask, PurposeId, SourceId, SystemId
from amanat.observe.coverage import changed_at
from amanat.policy.cover import holds, is_special
from amanat.policy.readings import Reading
from amanat.retention.effective import Effective, Reckoning
from amanat.retention.told import together

FIELDS_ON_A_PAGE = 100
SOURCES_ON_A_PAGE = 20


class Readers(NamedTuple):
    """What a role gets for all purposes for which it gets the same; `reading` is for the first of them."""

    reading: Reading
    purposes: tuple[PurposeId, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field with everything that its page shows. `refused` groups the pairs of role and purpose that may
    read other fields and not this one by the gate that refuses them."""

    field: Field
    special: bool
    class_mask: Mask | None
    holds: tuple[Hold, ...]
    purposes: tuple[Purpose, ...]
    unknown_purposes: tuple[PurposeId, ...]
    retention: Retention | None
    readable: tuple[Readers, ...]
    refused: tuple[tuple[str, tuple[Reading, ...]], ...]
    sides: Sides
    rows: tuple[Row, ...]
    open: tuple[Conflict, ...]
    settled: tuple[Conflict, ...]
    feeds: tuple[FieldId, ...]
    findings: tuple[Diagnostic, ...]
    past: Past
    backups: tuple[tuple[SystemId, str | None], ...]
    """How long each system's backups keep what was erased; None where nobody said."""
    measured: tuple[Measured, ...] = ()
    kept: tuple[tuple[Effective, tuple[str, ...]], ...] = ()
    """The effective rule of each system, and the jurisdictions that it holds in."""
    most: int = 40
    """How many fields the picture of the lineage names on a side, and how many checks are shown."""

    @property
    def refused_count(self) -> int:
        """Pairs that may not read the field."""
        return sum(len(readings) for _, readings in self.refused)

    @property
    def dated(self) -> tuple[SourceId, ...]:
        """The columns that say when sources changed their values, each once."""
        found = (changed_at(one) for one in self.field.sources.values() if "changed_at" in one.facets)
        return tuple(dict.fromkeys(found))

    @property
    def aside(self) -> tuple[Source, ...]:
        """The sources that may not win."""
        return tuple(one for one in self.field.sources.values() if one.facets.get("may_win") is False)

    def valid(self, local: Local) -> Iterator[str | Markup]:
        """What a value must meet to win, in words."""
        asked = self.field.survivorship.valid if self.field.survivorship else None
        if asked is None:
            return
        say = local.speech.say
        if asked.matches is not None:
            yield Markup(escape(say("golden.valid.matches"))).replace("{format}", local.code(asked.matches))
        if asked.min_length is not None:
            yield say("golden.valid.min_length", asked.min_length)
        if asked.max_length is not None:
            yield say("golden.valid.max_length", asked.max_length)
        if asked.codes:
            yield say("golden.valid.codes")
        if asked.one_of is not None:
            listed = (local.code(value) for value in asked.one_of)
            yield Markup("{} {}").format(say("golden.valid.one_of"), Markup(" ").join(listed))
        if asked.not_older_than is not None:
            period = local.speech.duration(asked.not_older_than) or asked.not_older_than
            yield say("golden.valid.not_older_than", period=period)


class Letter(NamedTuple):
    """A letter of the alphabet, and the page and the field with which it begins."""

    letter: str
    number: int
    anchor: str


@dataclass(frozen=True, slots=True)
class FieldsView:
    """All fields, to be sorted by the reader's alphabet; the page shows those from `start` on."""

    atlas: Atlas
    start: int

    def shown(self, local: Local) -> list[Field]:
        """The fields of this page."""
        return self._sorted(local)[self.start : self.start + FIELDS_ON_A_PAGE]

    def letters(self, local: Local) -> Sequence[Letter]:
        """Where each letter begins."""
        made: list[Letter] = local.kept(("letters",), lambda: self._letters(local))
        return made

    def systems(self, field: Field) -> int:
        """How many systems hold a field."""
        return len({source.system for source in field.sources.values()})

    def open(self, field: Field) -> int:
        """How many conflicts of a field are open."""
        return sum(is_open(conflict) for conflict in self.atlas.conflicts.get(field.id, ()))

    def page(self, field: Field) -> str:
        """The field's page."""
        return page_of(Ref(Kind.FIELD, field.id))

    def _sorted(self, local: Local) -> list[Field]:
        """The fields by label in the language's alphabet; fields of one label by id."""
        key = local.speech.sort_key
        fields = self.atlas.catalog.fields.values()

        def by_label() -> list[Field]:
            return sorted(fields, key=lambda field: (key(local.plain(field.label, field.id)), field.id))

        made: list[Field] = local.kept(("fields by label",), by_label)
        return made

    def _letters(self, local: Local) -> list[Letter]:
        found: dict[str, Letter] = {}
        for position, field in enumerate(self._sorted(local)):
            letter = local.plain(field.label, field.id).strip()[:1].upper()
            if letter and letter not in found:
                found[letter] = Letter(letter, position // FIELDS_ON_A_PAGE + 1, f"at-{slug(field.id)}")
        return list(found.values())


def field_pages(atlas: Atlas, without: Collection[str] = ()) -> Iterator[Page]:
    """The list, then every field that is not left out."""
    last = max(1, -(-len(atlas.catalog.fields) // FIELDS_ON_A_PAGE))
    for number in range(1, last + 1):
        page = list_page("fields", "fields.html", FieldsView(atlas, (number - 1) * FIELDS_ON_A_PAGE))
        part = Part(number, last, page.path, {"fields": len(atlas.catalog.fields)})
        yield replace(page, path=numbered(page.path, number), part=part)
    observed = observed_in(atlas.catalog, atlas.site.conflicts)
    series = by_field(atlas.catalog.measures.values())
    reckoning = Reckoning(atlas.catalog, atlas.site.as_of)
    for field in atlas.catalog.fields.values():
        if field.id in without:
            continue
        view = _view(atlas, field, observed, series)
        view = replace(view, kept=tuple(together(reckoning.of_field(field))))
        page = thing_page(Ref(Kind.FIELD, field.id), "field.html", view, field.label)
        yield from paged(page, rows=SOURCES_ON_A_PAGE, findings=ROWS)


def _view(atlas: Atlas, field: Field, observed: Observed, series: Series) -> FieldView:
    catalog = atlas.catalog
    conflicts = atlas.conflicts.get(field.id, ())
    sides = sides_of(field, conflicts, observed)
    readings = atlas.access.readings[field.id]
    classification = catalog.classifications.get(field.classification) if field.classification else None
    return FieldView(
        field=field,
        special=is_special(catalog, field) is True,
        class_mask=classification.mask if classification else None,
        holds=tuple(hold for hold in catalog.holds.values() if holds(hold, field, atlas.site.as_of)),
        purposes=purposes_allowed(catalog, field),
        unknown_purposes=tuple(p for p in field.purposes if p not in catalog.purposes),
        retention=catalog.retention.get(field.retention) if field.retention else None,
        readable=_readers(readings, field),
        refused=_refused(readings),
        sides=sides,
        rows=sides.rows,
        open=tuple(conflict for conflict in conflicts if is_open(conflict)),
        settled=tuple(conflict for conflict in conflicts if not is_open(conflict)),
        feeds=tuple(child.id for child in atlas.feeds.get(field.id, ())),
        findings=tuple(d for d in atlas.findings.get(field.id, ()) if not _is_conflict(d)),
        past=past_of(atlas, "fields", field.id, field.renamed_from),
        backups=_backups(atlas, field),
        measured=rows_of(catalog, field, series),
    )


def _backups(atlas: Atlas, field: Field) -> tuple[tuple[SystemId, str | None], ...]:
    found: dict[SystemId, str | None] = {}
    for source in field.sources.values():
        system = atlas.catalog.systems.get(source.system)
        if system is not None:
            found[system.id] = system.erase.backups if system.erase else None
    return tuple(sorted(found.items()))


def _is_conflict(diagnostic: Diagnostic) -> bool:
    """Conflicts have a section of their own; their findings would say the same again."""
    return "facet" in diagnostic.data


def _readers(readings: Iterable[Reading], field: Field) -> tuple[Readers, ...]:
    """Readings that differ only in their purpose, put together under the first of them. A purpose for which
    the field is always masked stands apart, because it has a reason of its own."""
    groups: dict[tuple[Reading, bool], list[Reading]] = {}
    for reading in readings:
        if reading.effect != "deny":
            always = any(purpose in field.mask_for for purpose in ancestors(reading.purpose))
            groups.setdefault((reading._replace(purpose=PurposeId("")), always), []).append(reading)
    return tuple(Readers(alike[0], tuple(reading.purpose for reading in alike)) for alike in groups.values())


def _refused(readings: Iterable[Reading]) -> tuple[tuple[str, tuple[Reading, ...]], ...]:
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.effect == "deny":
            groups.setdefault(reading.reason, []).append(reading)
    return tuple((reason, tuple(groups[reason])) for reason in sorted(groups))
