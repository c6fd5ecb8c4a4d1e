"""The parts of a pack, written out: file name to what makes it and what it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


def _report(
    m: Material,
    name: str,
    schema: str,
    about: str,
    content: str,
    told: Callable[[str], Sheet],
    rows: int | None = None,
) -> Iterator[Part]:
    """A report for programs as JSON, and to be read in each language of the catalog."""
    yield Part(f"{name}.json", content.encode(), rows, f"{about} ({schema}.schema.json)")
    yield from _to_read(m, name, about, lambda lang: (told(lang),), rows)


def _reports(
    m: Material,
    name: str,
    schema: str,
    about: str,
    documents: Sequence[Mapping[str, Any]],
    told: Callable[[str], Iterable[Sheet]],
) -> Iterator[Part]:
    """Reports of one kind together: a line of JSON for each, and one after the other to be read."""
    lines = (json.dumps(one, ensure_ascii=False) for one in documents)
    content = "".join(f"{line}\n" for line in lines).encode()
    number = len(documents)
    yield Part(f"{name}.jsonl", content, number, f"{about} (each line: {schema}.schema.json)")
    yield from _to_read(m, name, about, told, number)


def _to_read(
    m: Material, name: str, about: str, told: Callable[[str], Iterable[Sheet]], rows: int | None
) -> Iterator[Part]:
    from amanat.report.sheets import to_markdown

    for lang in m.catalog.languages:
        text = "\n".join(to_markdown(one, m.spans) for one in told(lang))
        yield Part(f"{name}.{lang}.md", text.encode(), rows, f"{about} ({lang})")


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


def _retention(m: Material) -> Iterator[Part]:
    """The ladder of every held field; the calendar, where the pack has a day of its own."""
    from amanat.model.lineage import feeds_of
    from amanat.retention.document import calendar_document, explain_document, render
    from amanat.retention.due import calendar
    from amanat.retention.effective import Reckoning
    from amanat.retention.told import Told

    held = [one for one in m.catalog.fields.values() if one.status.held]
    reckoning, feeds = Reckoning(m.catalog, m.named_day), feeds_of(m.catalog)
    documents = [explain_document(reckoning, one, feeds, m.spans) for one in held]
    about = "how long each field is kept in each system, step by step"

    def ladders(lang: str) -> Iterator[Sheet]:
        told = Told(m.catalog, lang)
        return (told.explain(one, m.named_day) for one in held)

    yield from _reports(m, "retention/ladders", "retention-explain", about, documents, ladders)
    day = m.named_day
    if day is not None:
        found = calendar(m.catalog, day)
        content = render(calendar_document(m.catalog, found, m.spans, day))
        about = "what falls due as of the day of the pack"

        def dates(lang: str) -> Sheet:
            return Told(m.catalog, lang).calendar(found, day)

        yield from _report(m, "retention/calendar", "retention-calendar", about, content, dates, len(found))


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
            made = notice(m.catalog, lang, subject, m.named_day)
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

    known = Known.of(m.catalog, access_of(m.catalog, m.day).readings)
    found = ranking(known)
    about = "the systems in the order of what a breach of each would expose"
    content = render(ranking_document(m.catalog, found, m.spans))
    told = partial(ranking_sheet, m.catalog, found)
    yield from _report(m, "breach/exposure", "exposure", about, content, told, len(found))
    for name in m.catalog.systems:
        impact = impact_of(known, find_target(m.catalog, f"system:{name}"))
        about = f"what a breach of `{name}` exposes, whom to call, which clocks run"
        content = render(impact_document(impact, m.spans, m.catalog.language))
        rows = len(impact.exposed)
        yield from _report(m, f"breach/{name}", "impact", about, content, partial(impact_sheet, impact), rows)


def _benefit(m: Material) -> Iterator[Part]:
    from amanat.exchange.benefit import benefit_of
    from amanat.exchange.document import benefit_document
    from amanat.exchange.told import benefit_sheet
    from amanat.policy.readings import access_of

    found = benefit_of(m.catalog, access_of(m.catalog, m.day), m.day, m.diagnostics)
    about = "what customers have of what is done with their data"
    content = benefit_document(m.catalog, found, m.spans, m.named_day)
    told = partial(benefit_sheet, m.catalog, found)
    yield from _report(m, "benefit/benefit", "benefit", about, content, told, len(found.uses))


def _journey(m: Material) -> Iterator[Part]:
    from amanat.exchange.document import journey_document
    from amanat.exchange.journey import journey_of
    from amanat.exchange.told_journey import journey_sheet

    found = journey_of(m.catalog, m.day)
    about = "the customer's journey: stages, touchpoints, fields, purposes"
    content = journey_document(m.catalog, found, m.spans, m.named_day)
    told = partial(journey_sheet, found)
    yield from _report(m, "journey/journey", "journey", about, content, told, len(found.steps))


def _reach(m: Material) -> Iterator[Part]:
    from amanat.identity.person import person_ways
    from amanat.rights.document import render
    from amanat.rights.reaching import reach_document, reach_sheet

    for person in person_ways(m.catalog):
        about = f"how all data of `{person.subject}` is reached from the global id, and what is not"
        content = render(reach_document(m.catalog, person))
        told = partial(reach_sheet, m.catalog, person)
        yield from _report(m, f"reach/{person.subject}", "reach", about, content, told)


def _meaning(m: Material) -> Iterator[Part]:
    from amanat.exchange.document import meaning_document
    from amanat.exchange.meaning import meaning_of
    from amanat.exchange.told_meaning import meaning_sheet

    found = meaning_of(m.catalog, m.day)
    about = "what figures and inferences about people rest on"
    content = meaning_document(m.catalog, found, m.spans, m.named_day)
    told = partial(meaning_sheet, m.catalog, found)
    yield from _report(m, "meaning/meaning", "meaning", about, content, told)


def _rights(m: Material) -> Iterator[Part]:
    from amanat.rights.access import access_plan
    from amanat.rights.access_told import access_sheet
    from amanat.rights.correcting import correction_document, correction_plans, correction_sheet
    from amanat.rights.document import access_document, render
    from amanat.rights.erasing import erasure_plan
    from amanat.rights.erasing_told import erasure_document, erasure_sheet
    from amanat.rights.objecting import objection_document, objection_plan, objection_sheet

    for subject in m.catalog.subjects:
        read = access_plan(m.catalog, subject)
        content = render(access_document(read, m.spans))
        about = f"how the data of one person is collected (`{subject}`)"
        name = f"rights/access/{subject}"
        yield from _report(m, name, "access", about, content, partial(access_sheet, read))
        erased = erasure_plan(m.catalog, subject, m.named_day)
        content = render(erasure_document(erased, m.spans))
        about = f"how one person is erased, and what is kept (`{subject}`)"
        name = f"rights/erasure/{subject}"
        yield from _report(m, name, "erasure", about, content, partial(erasure_sheet, erased))
    for purpose in m.catalog.purposes:
        stopped = objection_plan(m.catalog, purpose, m.named_day)
        content = render(objection_document(stopped, m.spans))
        about = f"what stops when a person objects to `{purpose}`"
        name = f"rights/objection/{purpose}"
        yield from _report(m, name, "objection", about, content, partial(objection_sheet, stopped))
    held = [one.id for one in m.catalog.fields.values() if one.status.held]
    plans = tuple(correction_plans(m.catalog, held))
    documents = [correction_document(one, m.spans) for one in plans]
    about = "where each field is corrected, and which copies that must reach"

    def corrections(lang: str) -> Iterator[Sheet]:
        return (correction_sheet(one, lang) for one in plans)

    yield from _reports(m, "rights/corrections", "correction", about, documents, corrections)


def _maturity(m: Material) -> Iterator[Part]:
    from amanat.people.document import render
    from amanat.people.maturity import maturity
    from amanat.people.told import maturity_sheet

    found = maturity(m.catalog, m.diagnostics, m.day)
    about = "how far the house is kept, by counting what the catalog has"
    content = render(m.catalog, found, m.spans, m.named_day)
    yield from _report(m, "maturity/maturity", "maturity", about, content, partial(maturity_sheet, found))


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
    _retention,
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
