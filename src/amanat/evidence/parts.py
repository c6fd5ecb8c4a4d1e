"""The parts of a pack, written out: file name to what makes it and what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from amanat.evidence.changes import changes
from amanat.evidence.material import Material
from amanat.evidence.population import population
from amanat.inventory.csv import to_csv
from amanat.inventory.register import Rows
from amanat.model.counts import counts_of
from amanat.policy.matrix import Selection
from amanat.sheet import Sheet


class Part(NamedTuple):
    """A file of the pack: its content, how many rows it has (None: it is no table), and what it is."""

    name: str
    content: bytes
    rows: int | None
    about: str


def parts(material: Material) -> Iterator[Part]:
    """Every part that the catalog alone decides, in the order of the registry."""
    for make in PARTS:
        yield from make(material)


def table(name: str, rows: Rows, about: str) -> Part:
    """A register as CSV."""
    number = sum(1 for _ in rows.rows())
    return Part(name, "".join(to_csv(rows)).encode(), number, about)


def _inventory(m: Material) -> Iterator[Part]:
    from amanat.index.build import index_bytes
    from amanat.inventory.json import to_json
    from amanat.inventory.register import register

    by_source = register(m.catalog, m.conflicts, m.spans)
    yield table("inventory/inventory.csv", by_source, "a row for each field and source")
    by_field = register(m.catalog, m.conflicts, m.spans, "field")
    yield table("inventory/inventory-by-field.csv", by_field, "a row for each field")
    content = "".join(to_json(by_source)).encode()
    yield Part(
        "inventory/inventory.json",
        content,
        by_source.total,
        "the same with its heading (inventory.schema.json)",
    )
    database = index_bytes(m.catalog, m.conflicts, m.diagnostics, m.spans)
    yield Part("inventory/catalog.sqlite", database, None, "everything, to be asked in SQL")


def _registers(m: Material) -> Iterator[Part]:
    from amanat.inventory import custody, discrepancies, staff
    from amanat.inventory.access import Access
    from amanat.inventory.falling import falling_due
    from amanat.inventory.impact import assessments
    from amanat.inventory.quality import quality
    from amanat.inventory.schedule import schedule

    access = Access(m.catalog, m.day, Selection())
    yield table("registers/access.csv", access, "who may do what; what is not listed is denied")
    kept = schedule(m.catalog, m.spans)
    yield table("registers/retention.csv", kept, "how long, from which event, what then, why")
    falls = falling_due(m.catalog, m.spans, m.named_day)
    yield table("registers/retention-calendar.csv", falls, "what falls due as of the day of the pack")
    yield from _calendar(m)
    held = custody.holds(m.catalog, m.spans, m.named_day)
    yield table("registers/holds.csv", held, "legal holds and what they suspend")
    sent = custody.transfers(m.catalog, m.spans)
    yield table("registers/transfers.csv", sent, "where data goes and what makes it lawful")
    due = assessments(m.catalog, m.spans)
    yield table("registers/assessments.csv", due, "which purposes call for an impact assessment, and why")
    counted = quality(m.catalog, m.spans)
    yield table("registers/quality.csv", counted, "what is expected of data, and what was counted of it")
    taught = staff.training(m.catalog, m.spans, m.named_day)
    yield table("registers/training.csv", taught, "what the training of each role stands at")
    let_in = staff.users(m.catalog, m.spans)
    yield table("registers/users.csv", let_in, "how many people have access to each system, and may have")
    guarded = staff.controls(m.catalog, m.spans, m.named_day)
    yield table("registers/controls.csv", guarded, "which controls each system needs, declares, lacks")
    ledger = discrepancies.register(m.catalog, m.conflicts, m.spans, m.named_day)
    yield table("registers/discrepancies.csv", ledger, "differences between sources that were decided on")


def _calendar(m: Material) -> Iterator[Part]:
    """The calendar as JSON and to be read. Without a day of its own the pack has none of these."""
    from amanat.report.sheets import to_markdown
    from amanat.retention.document import calendar_document, render
    from amanat.retention.due import calendar
    from amanat.retention.told import Told

    if m.named_day is None:
        return
    found = calendar(m.catalog, m.named_day)
    content = render(calendar_document(m.catalog, found, m.spans, m.named_day)).encode()
    about = "what falls due as of the day of the pack"
    name = "retention/calendar"
    yield Part(f"{name}.json", content, len(found), f"{about} (retention-calendar.schema.json)")
    for lang in m.catalog.languages:
        text = to_markdown(Told(m.catalog, lang).calendar(found, m.named_day), m.spans).encode()
        yield Part(f"{name}.{lang}.md", text, len(found), f"{about} ({lang})")


def _ropa(m: Material) -> Iterator[Part]:
    from amanat.inventory.ropa import record, template
    from amanat.report.ropa import to_html

    for lang in m.catalog.languages:
        made = record(m.catalog, template("art30"), lang)
        yield table(f"ropa/ropa.{lang}.csv", made.table, f"record of processing, GDPR Art. 30(1) ({lang})")
        page = to_html(made, m.spans, m.stands, lang).encode()
        yield Part(f"ropa/ropa.{lang}.html", page, made.table.total, "the same to read")
    made = record(m.catalog, template("art30"), m.catalog.language)
    evidence = made.evidence_table(m.spans, m.stands.of)
    yield table("ropa/ropa.evidence.csv", evidence, "where each cell of the record is written")
    yield table("ropa/ropa.questions.csv", made.questions_table(), "what the catalog cannot answer")


def _notices(m: Material) -> Iterator[Part]:
    from amanat.report.notice import notice, to_html

    for subject in m.catalog.subjects:
        for lang in m.catalog.languages:
            made = notice(m.catalog, lang, subject)
            page = to_html(made).encode()
            about = f"privacy notice for `{subject}` (GDPR Art. 13, 14; {lang})"
            gaps = f", with {len(made.gaps)} gaps" if made.gaps else ""
            yield Part(f"notices/{subject}.{lang}.html", page, None, about + gaps)


def _interchange(m: Material) -> Iterator[Part]:
    from amanat.inventory import jsonld, odcs
    from amanat.load.yamlwrite import to_yaml

    systems = tuple(m.catalog.systems)
    made = odcs.contracts(m.catalog, m.conflicts, m.spans, m.day, systems) if systems else {}
    for system, contract in made.items():
        text = to_yaml(contract).encode()
        about = f"data contract of `{system}` (Open Data Contract Standard {odcs.API_VERSION})"
        yield Part(f"interchange/{system}.odcs.yaml", text, None, about)
    systems_text = jsonld.dcat(m.catalog, jsonld.BASE).encode()
    yield Part("interchange/systems.dcat.jsonld", systems_text, None, "the systems as a catalog (DCAT 3)")
    processing = jsonld.dpv(m.catalog, jsonld.BASE).encode()
    yield Part("interchange/processing.dpv.jsonld", processing, None, "the record of processing (DPV 2.3)")


def _findings(m: Material) -> Iterator[Part]:
    from amanat.conflicts.document import render
    from amanat.report import json as check_json

    found = check_json.render(counts_of(m.catalog), m.diagnostics).encode()
    yield Part("findings/check.json", found, len(m.diagnostics), "what every rule found (check.schema.json)")
    conflicts = render(m.conflicts.conflicts, m.conflicts, m.spans.span).encode()
    number = len(m.conflicts.conflicts)
    yield Part("findings/conflicts.json", conflicts, number, "where sources contradict each other")


def _policy(m: Material) -> Iterator[Part]:
    from amanat.policy.build import build_policy

    built = build_policy(m.catalog, m.day, dated=m.day_given)
    for name, text in built.files.items():
        if name.endswith("loss.json"):
            yield Part(name, text.encode(), None, "what this engine cannot enforce of the policy")


def _breach(m: Material) -> Iterator[Part]:
    from amanat.breach import find_target, impact_of, ranking
    from amanat.breach.document import impact_document, ranking_document, render
    from amanat.breach.facts import Known
    from amanat.breach.told import impact_sheet, ranking_sheet
    from amanat.policy.readings import access_of
    from amanat.report.sheets import to_markdown

    known = Known.of(m.catalog, access_of(m.catalog, m.day).readings)
    found = ranking(known)
    about = "the systems in the order of what a breach of each would expose"
    content = render(ranking_document(m.catalog, found, m.spans)).encode()
    yield Part("breach/exposure.json", content, len(found), f"{about} (exposure.schema.json)")
    for lang in m.catalog.languages:
        text = to_markdown(ranking_sheet(m.catalog, found, lang), m.spans).encode()
        yield Part(f"breach/exposure.{lang}.md", text, len(found), f"{about} ({lang})")
    for name in m.catalog.systems:
        impact = impact_of(known, find_target(m.catalog, f"system:{name}"))
        about = f"what a breach of `{name}` exposes, whom to call, which clocks run"
        content = render(impact_document(impact, m.spans, m.catalog.language)).encode()
        yield Part(f"breach/{name}.json", content, len(impact.exposed), f"{about} (impact.schema.json)")
        for lang in m.catalog.languages:
            text = to_markdown(impact_sheet(impact, lang), m.spans).encode()
            yield Part(f"breach/{name}.{lang}.md", text, None, f"{about} ({lang})")


def _benefit(m: Material) -> Iterator[Part]:
    from amanat.exchange.benefit import benefit_of
    from amanat.exchange.document import render
    from amanat.exchange.told import benefit_sheet
    from amanat.policy.readings import access_of
    from amanat.report.sheets import to_markdown

    found = benefit_of(m.catalog, access_of(m.catalog, m.day).readings, m.day, m.diagnostics)
    about = "what customers have of what is done with their data"
    content = render(m.catalog, found, m.spans, m.named_day).encode()
    yield Part("benefit/benefit.json", content, len(found.uses), f"{about} (benefit.schema.json)")
    for lang in m.catalog.languages:
        text = to_markdown(benefit_sheet(m.catalog, found, lang), m.spans).encode()
        yield Part(f"benefit/benefit.{lang}.md", text, len(found.uses), f"{about} ({lang})")


def _journey(m: Material) -> Iterator[Part]:
    from amanat.exchange.document import journey_document
    from amanat.exchange.journey import journey_of
    from amanat.exchange.told_journey import journey_sheet
    from amanat.report.sheets import to_markdown

    found = journey_of(m.catalog, m.day)
    about = "the customer's journey: stages, touchpoints, fields, purposes"
    content = journey_document(m.catalog, found, m.spans, m.named_day).encode()
    yield Part("journey/journey.json", content, len(found.steps), f"{about} (journey.schema.json)")
    for lang in m.catalog.languages:
        text = to_markdown(journey_sheet(found, lang), m.spans).encode()
        yield Part(f"journey/journey.{lang}.md", text, len(found.steps), f"{about} ({lang})")


def _reach(m: Material) -> Iterator[Part]:
    from amanat.identity.person import person_ways
    from amanat.report.sheets import to_markdown
    from amanat.rights.document import render
    from amanat.rights.reaching import reach_document, reach_sheet

    for person in person_ways(m.catalog):
        about = f"how all data of `{person.subject}` is reached from the global id, and what is not"
        content = render(reach_document(m.catalog, person)).encode()
        yield Part(f"reach/{person.subject}.json", content, None, f"{about} (reach.schema.json)")
        for lang in m.catalog.languages:
            text = to_markdown(reach_sheet(m.catalog, person, lang), m.spans).encode()
            yield Part(f"reach/{person.subject}.{lang}.md", text, None, f"{about} ({lang})")


def _meaning(m: Material) -> Iterator[Part]:
    from amanat.exchange.document import meaning_document
    from amanat.exchange.meaning import meaning_of
    from amanat.exchange.told_meaning import meaning_sheet
    from amanat.report.sheets import to_markdown

    found = meaning_of(m.catalog, m.day)
    about = "what figures and inferences about people rest on"
    content = meaning_document(m.catalog, found, m.spans, m.named_day).encode()
    yield Part("meaning/meaning.json", content, None, f"{about} (meaning.schema.json)")
    for lang in m.catalog.languages:
        text = to_markdown(meaning_sheet(m.catalog, found, lang), m.spans).encode()
        yield Part(f"meaning/meaning.{lang}.md", text, None, f"{about} ({lang})")


def _rights(m: Material) -> Iterator[Part]:
    from amanat.rights.access import access_plan
    from amanat.rights.access_told import access_sheet
    from amanat.rights.document import access_document
    from amanat.rights.erasing import erasure_plan
    from amanat.rights.erasing_told import erasure_document, erasure_sheet
    from amanat.rights.objecting import objection_document, objection_plan, objection_sheet

    for subject in m.catalog.subjects:
        read = access_plan(m.catalog, subject)
        document = access_document(read, m.spans)
        about = f"how the data of one person is collected (`{subject}`)"
        yield from _plan(m, "access", subject, about, document, partial(access_sheet, read))
        erased = erasure_plan(m.catalog, subject, m.named_day)
        document = erasure_document(erased, m.spans)
        about = f"how one person is erased, and what is kept (`{subject}`)"
        yield from _plan(m, "erasure", subject, about, document, partial(erasure_sheet, erased))
    for purpose in m.catalog.purposes:
        stopped = objection_plan(m.catalog, purpose)
        document = objection_document(stopped, m.spans)
        about = f"what stops when a person objects to `{purpose}`"
        yield from _plan(m, "objection", purpose, about, document, partial(objection_sheet, stopped))


def _plan(
    m: Material, what: str, name: str, about: str, document: Mapping[str, Any], told: Callable[[str], Sheet]
) -> Iterator[Part]:
    from amanat.report.sheets import to_markdown
    from amanat.rights.document import render

    path = f"rights/{what}/{name}"
    yield Part(f"{path}.json", render(document).encode(), None, f"{about} ({what}.schema.json)")
    for lang in m.catalog.languages:
        yield Part(f"{path}.{lang}.md", to_markdown(told(lang), m.spans).encode(), None, f"{about} ({lang})")


def _maturity(m: Material) -> Iterator[Part]:
    from amanat.people.document import render
    from amanat.people.maturity import maturity
    from amanat.people.told import maturity_sheet
    from amanat.report.sheets import to_markdown

    found = maturity(m.catalog, m.diagnostics, m.day)
    about = "how far the house is kept, by counting what the catalog has"
    content = render(m.catalog, found, m.spans, m.named_day).encode()
    yield Part("maturity/maturity.json", content, None, f"{about} (maturity.schema.json)")
    for lang in m.catalog.languages:
        text = to_markdown(maturity_sheet(found, lang), m.spans).encode()
        yield Part(f"maturity/maturity.{lang}.md", text, None, f"{about} ({lang})")


def _population(m: Material) -> Iterator[Part]:
    yield table(
        "completeness/population.csv",
        population(m.catalog),
        "columns of each system, and what became of them",
    )


def _changes(m: Material) -> Iterator[Part]:
    yield table("history/changes.csv", changes(m), "commits that changed the catalog, as git tells them")


PARTS: tuple[Callable[[Material], Iterator[Part]], ...] = (
    _inventory,
    _registers,
    _ropa,
    _notices,
    _interchange,
    _findings,
    _policy,
    _breach,
    _benefit,
    _journey,
    _reach,
    _meaning,
    _rights,
    _maturity,
    _population,
    _changes,
)
