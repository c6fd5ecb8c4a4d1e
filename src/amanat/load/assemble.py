"""From the entries that were read to a catalog: which entry counts, what it inherits, what is made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from amanat.diagnostic import Finding, Fix, Related
from amanat.digest import value_digest
from amanat.load import build, builtin
from amanat.load.build import Entry
from amanat.load.build_field import field as build_field
from amanat.load.discover import ROOT_FILE
from amanat.load.entries import NOTHING, Data, text, words
from amanat.load.inherit import FieldDefaults, category_attributes, inherit_field, inherit_purposes
from amanat.load.record import FileRecord
from amanat.model.catalog import Catalog, Controller, Office, Settings, Suppression
from amanat.model.field import Field
from amanat.model.measures import Measures
from amanat.model.resources import Category
from amanat.model.snapshot import Snapshot
from amanat.model.values import CategoryId, FieldId, PurposeId
from amanat.schema import FILE, load_schema
from amanat.text import Place

_NOTHING_BROKEN: frozenset[str] = frozenset()
"""One for all entries: a call makes another each time, and a large catalog has very many entries."""


class Section(NamedTuple):
    """The entries of one map from all files, sorted by id, or in their written order."""

    entries: dict[str, Entry]
    findings: list[Finding]


def language_of(root_record: FileRecord) -> str:
    """The catalog's first language, in which a plain string is."""
    return str(next(iter(root_record.data.get("catalog", NOTHING).get("languages", ())), "en"))


def collect(records: list[FileRecord], language: str) -> dict[str, Section]:
    """The entries of every map but that of fields, by its name."""
    names = (name for name in load_schema(FILE)["properties"] if name not in ("defaults", "fields"))
    return {name: _collect(name, records, language) for name in names}


def _collect(section: str, records: list[FileRecord], language: str) -> Section:
    """All entries of one map, taken out of the records, so that each can go as soon as its model is built.
    An id that is declared twice counts where its file sorts first."""
    entries: dict[str, Entry] = {}
    findings: list[Finding] = []
    ordered = section in ("classifications", "journey")
    for record in records:
        found = record.data.pop(section, None)
        if not found:
            continue
        if ordered and entries:
            first = next(iter(entries.values()))
            findings.append(_split_order(section, Place(record.file, (section,)), first.place))
            continue
        for name, data in found.items():
            place = Place(record.file, (section, name))
            if name in entries:
                findings.append(_twice(name, place, entries[name].place))
                continue
            broken = record.broken.get((section, name), _NOTHING_BROKEN)
            entries[name] = Entry(name, place, data or NOTHING, NOTHING, broken, language, len(entries))
    if not ordered:
        entries = dict(sorted(entries.items()))
    return Section(entries, findings)


def fields_twice(records: Iterable[FileRecord]) -> Iterator[Finding]:
    """Findings about ids of fields that are declared again."""
    first: dict[str, str] = {}
    for record in records:
        for name in record.data.get("fields") or ():
            file = first.setdefault(name, record.file)
            if file != record.file:
                yield _twice(name, Place(record.file, ("fields", name)), Place(file, ("fields", name)))


def _twice(name: str, place: Place, first: Place) -> Finding:
    return Finding(
        "ID102",
        f"`{name}` is declared twice; the first one counts",
        place,
        name,
        related=(Related("first declared here", first),),
        fix=Fix("remove one of them, or give it an id of its own"),
        detail=str(place.path[0]),
        at_key=True,
    )


def _split_order(section: str, place: Place, first: Place) -> Finding:
    return Finding(
        "ID102",
        f"`{section}` stands in two files, so their order is not known; the first file counts",
        place,
        section,
        related=(Related("first declared here", first.at()),),
        fix=Fix("move all of them into one file"),
        detail=section,
        at_key=True,
    )


def assemble(
    root_record: FileRecord,
    sections: Mapping[str, Section],
    fields: Callable[[FieldDefaults], Mapping[FieldId, Field]],
    snapshots: Mapping[Any, Snapshot],
    measures: Mapping[Any, Measures],
    language: str,
    digests: list[tuple[str, str]],
    out: str,
    unreadable: tuple[str, ...],
) -> Catalog:
    """The catalog made of checked entries; `fields` builds the fields by the defaults that hold for them."""
    meta: Data = root_record.data.get("catalog", NOTHING)
    entries = {name: section.entries for name, section in sections.items()}

    def made(section: str, make: Callable[[Entry], Any]) -> dict[Any, Any]:
        return {name: make(entry) for name, entry in entries[section].items()}

    categories, attributes = _categories(entries["categories"])
    classifications = made("classifications", build.classification) or dict(builtin.classifications())
    defaults_place = Place(ROOT_FILE, ("catalog", "defaults"))
    catalog_defaults: Data = meta.get("defaults", NOTHING)
    defaults = FieldDefaults(
        catalog_defaults, defaults_place, attributes, frozenset(map(str, classifications))
    )
    digest = hashlib.sha256("".join(f"{d}  {f}\n" for f, d in sorted(digests)).encode()).hexdigest()
    return Catalog(
        name=text(meta.get("name"), language),
        languages=tuple(meta.get("languages", (language,))),
        controller=_controller(meta.get("controller")),
        dpo=_office(meta.get("dpo")),
        jurisdictions=tuple(meta.get("jurisdictions", ())),
        settings=_settings(root_record.data, out, language),
        place=Place(ROOT_FILE, ("catalog",)),
        extras={k: v for k, v in [*root_record.data.items(), *meta.items()] if k.startswith("x_")},
        teams=made("teams", build.team),
        subjects=made("subjects", build.subject),
        classifications=classifications,
        categories=categories,
        systems=_systems(entries["systems"], catalog_defaults, defaults_place),
        recipients=made("recipients", build.recipient),
        transfers=made("transfers", build.transfer),
        roles=made("roles", build.role),
        purposes={
            PurposeId(name): build.purpose(entry)
            for name, entry in inherit_purposes(entries["purposes"]).items()
        },
        retention=made("retention", build.retention),
        holds=made("holds", build.hold),
        stages=made("journey", build.stage) or dict(builtin.stages()),
        fields=fields(defaults),
        discrepancies=made("discrepancies", build.discrepancy),
        denials=made("denials", build.denial),
        expectations=made("expectations", build.expectation),
        approvals=made("approvals", build.approval),
        snapshots=dict(sorted(snapshots.items())),
        measures=dict(sorted(measures.items())),
        files=tuple(sorted(file for file, _ in digests)),
        digest=digest,
        unreadable=unreadable,
    )


def inherited_by_fields(root_record: FileRecord, sections: Mapping[str, Section], language: str) -> str:
    """The digest of what fields of any file may inherit (see `FieldDefaults`), and of the language that their
    texts are in."""
    meta: Data = root_record.data.get("catalog", NOTHING)
    categories, classifications = sections["categories"].entries, sections["classifications"].entries
    return value_digest((language, meta.get("defaults"), categories, sorted(classifications)))


def _categories(
    entries: Mapping[str, Entry],
) -> tuple[dict[CategoryId, Category], dict[str, tuple[Data, Mapping[str, Place]]]]:
    known = builtin.categories()
    as_data = {str(name): _category_data(category) for name, category in known.items()}
    attributes = category_attributes(entries, as_data, Place(builtin.BUILTIN_FILE, ("categories",)))
    merged: dict[CategoryId, Category] = {}
    for name, (values, _) in attributes.items():
        category_id = CategoryId(name)
        if name not in entries:
            base = known[category_id]
            merged[category_id] = build.category(
                Entry(
                    name,
                    Place(builtin.BUILTIN_FILE),
                    {**values, "label": base.label},
                    NOTHING,
                    frozenset(),
                    "en",
                )
            )
            continue
        entry = entries[name]
        label = {"label": known[category_id].label} if category_id in known else {}
        merged[category_id] = build.category(entry._replace(data={**label, **values, **entry.data}))
    return merged, attributes


def _category_data(category: Category) -> Data:
    data: dict[str, Any] = {"classification": category.classification, "maps": category.maps}
    if category.special:
        data["special"] = True
    return data


def _systems(entries: Mapping[str, Entry], defaults: Data, place: Place) -> dict[Any, Any]:
    found = {}
    for name, entry in entries.items():
        if "owner" in defaults and "owner" not in entry.data and "owner" not in entry.broken:
            data, inherited = {**entry.data, "owner": defaults["owner"]}, {"owner": place.at("owner")}
            found[name] = build.system(entry._replace(data=data, inherited=inherited))
        else:
            found[name] = build.system(entry)
    return found


def build_fields(
    records: Collection[FileRecord],
    language: str,
    defaults: FieldDefaults,
    odd: Callable[[Entry], object] = lambda _: None,
) -> dict[FieldId, Field]:
    """The fields of these records, sorted by id; of several with one id the first. They are taken out of the
    records file by file: what was read and what is built need not stand side by side. Entries with sources
    that cannot be taken apart, which are left out, go to `odd`."""
    names = (FieldId(name) for record in records for name in record.data.get("fields") or ())
    found: dict[FieldId, Any] = dict.fromkeys(sorted(names))  # one map, in order before it is filled
    for record in records:
        file, of_file = record.file, record.data.get("defaults") or NOTHING
        for written, own in (record.data.pop("fields", None) or NOTHING).items():
            name = FieldId(written)
            if found[name] is not None:
                continue
            broken = record.broken.get(("fields", written), _NOTHING_BROKEN)
            values, places = defaults.of(file, of_file, (own or NOTHING).get("category"))
            data, inherited = inherit_field(own or NOTHING, broken, values, places)
            entry = Entry(name, Place(file, ("fields", name)), data, inherited, broken, language)
            field = found[name] = build_field(entry)
            if len(field.sources) != len(data.get("sources") or ()):
                odd(entry)
    return found


def _controller(data: Data | None) -> Controller | None:
    if not data or not {"name", "contact", "country"} <= set(data):
        return None
    return Controller(data["name"], data["contact"], data["country"], data.get("representative"))


def _office(data: Data | None) -> Office | None:
    if not data or not {"name", "contact"} <= set(data):
        return None
    return Office(data["name"], data["contact"])


def _settings(data: Data, out: str, language: str) -> Settings:
    rules: Data = data.get("rules") or NOTHING
    made: Data = data.get("build") or NOTHING
    ignore = tuple(
        Suppression(
            rule=item.get("rule", ""),
            subject=item.get("subject", ""),
            reason=text(item.get("reason"), language),
            by=item.get("by", ""),
            expires=item.get("expires", ""),
            place=Place(ROOT_FILE, ("rules", "ignore", position)),
        )
        for position, item in enumerate(rules.get("ignore", ()))
    )
    return Settings(
        profiles=tuple(rules.get("profiles", ("core", "gdpr"))),
        severity=rules.get("severity", NOTHING),
        ignore=ignore,
        out=out,
        policy=tuple(made.get("policy", ("postgres",))),
        approvals={name: words(who) for name, who in (data.get("approvals") or NOTHING).items()},
    )
