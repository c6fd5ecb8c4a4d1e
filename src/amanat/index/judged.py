"""Tables of what was found: conflicts, the ledger, findings, and what refers to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from amanat import __version__
from amanat.index.table import Facts, Row, Table, packed

VERSION = "1"


def _conflicts(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    for one in facts.report.conflicts:
        name = one.id
        entry = one.entry.id if one.entry else None
        yield (
            *(name, facts.link(one.field, cat.fields, "conflicts", name, "field"), one.facet.value),
            *(one.severity.value, one.judged.value, one.status.value, one.code, one.message, one.why),
            packed(one.ways_out),
            facts.link(entry, cat.discrepancies, "conflicts", name, "discrepancy"),
        )


def _conflict_values(facts: Facts) -> Iterator[Row]:
    for one in facts.report.conflicts:
        for source, value in sorted(one.values.items()):
            place = one.where.get(source)
            basis = one.basis.get(source)
            yield (one.id, source, packed([value]), basis.value if basis else None, *facts.at(place))


def _conflict_unknown(facts: Facts) -> Iterator[Row]:
    for one in facts.report.conflicts:
        yield from ((one.id, source) for source in sorted(set(one.unknown)))


def _drift(facts: Facts) -> Iterator[Row]:
    seen: dict[tuple[str, str, str], Row] = {}
    for one in facts.report.drift:
        key = (one.field, one.source, one.facet.value)
        values = (packed([one.declared]), packed([one.observed]))
        seen.setdefault(key, (*key, *values, *facts.at(one.declared_at), *facts.at(one.observed_at)))
    yield from (seen[key] for key in sorted(seen))


def _coverage(facts: Facts) -> Iterator[Row]:
    for facet, count in sorted(facts.report.coverage.items()):
        yield (facet.value, count.known, count.unknown)


def _discrepancies(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    standings = {standing.entry.id: standing for standing in facts.report.standings}
    for one in cat.discrepancies.values():
        standing = standings[one.id]
        yield (
            *(
                one.id,
                facts.link(one.field, cat.fields, "discrepancies", one.id, "field"),
                one.facet,
                *(one.decision, standing.stands.value, packed(standing.why)),
            ),
            *(facts.text(one.reason), facts.text(one.handling)),
            facts.link(one.approved_by, cat.teams, "discrepancies", one.id, "approved_by"),
            *(one.approved_on, one.expires, *facts.at(one.place), packed(one.extras)),
        )


def _discrepancy_values(facts: Facts) -> Iterator[Row]:
    for one in facts.catalog.discrepancies.values():
        yield from ((one.id, source, packed([value])) for source, value in sorted(one.values.items()))


def _findings(facts: Facts) -> Iterator[Row]:
    for number, one in enumerate(facts.diagnostics, 1):
        line, column = (one.span.line, one.span.column) if one.span else (facts.line(one.place), None)
        fix = one.fix.message if one.fix else None
        about = (one.code, one.name, one.severity.value, one.message, one.subject, one.detail or None)
        yield (number, one.fingerprint, *about, one.place.file, line, column, fix, packed(one.data))


def _suppressions(facts: Facts) -> Iterator[Row]:
    for number, one in enumerate(facts.catalog.settings.ignore, 1):
        yield (
            number,
            one.rule,
            one.subject,
            facts.text(one.reason),
            one.by,
            one.expires,
            *facts.at(one.place),
        )


def _files(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    observed = {one.file for kind in (cat.snapshots, cat.measures) for one in kind.values()}
    for file in sorted({*cat.files, *observed}):
        yield (file, "observed" if file in observed else "declared")


def _dangling(facts: Facts) -> Iterator[Row]:
    yield from sorted(facts.dangling)


def _meta(facts: Facts) -> Iterator[Row]:
    cat = facts.catalog
    values = {
        "format": VERSION,
        "tool": f"amanat {__version__}",
        "catalog": facts.text(cat.name),
        "catalog_digest": cat.digest,
        "languages": " ".join(cat.languages),
        "jurisdictions": " ".join(cat.jurisdictions),
        "controller": cat.controller.name if cat.controller else None,
        "fields": str(len(cat.fields)),
        "sources": str(sum(len(field.sources) for field in cat.fields.values())),
        "filters": "{}",
        "null": (
            "NULL is what nobody said; references to what is not declared are NULL and stand in `dangling`"
        ),
    }
    yield from sorted(values.items())


CONFLICTS = Table(
    "conflicts",
    "Sources that contradict each other, one row a field and facet.",
    "id",
    ("id field>fields facet severity judged status code message why ways_out discrepancy>discrepancies"),
    _conflicts,
)
CONFLICT_VALUES = Table(
    "conflict_values",
    "What each source says, as JSON; `field` is the canonical value.",
    "conflict source",
    "conflict>conflicts source value basis file line:int",
    _conflict_values,
)
CONFLICT_UNKNOWN = Table(
    "conflict_unknown",
    "Sources that say nothing about the facet.",
    "conflict source",
    "conflict>conflicts source",
    _conflict_unknown,
)
DRIFT = Table(
    "drift",
    "Sources whose declared facet is not what their snapshot shows; values as JSON.",
    "field source facet",
    "field source facet declared observed file line:int observed_file observed_line:int",
    _drift,
)
COVERAGE = Table(
    "facet_coverage",
    "How many claims about a facet are known, and how many are not.",
    "facet",
    "facet known:int unknown:int",
    _coverage,
)
DISCREPANCIES = Table(
    "discrepancies",
    "The ledger: differences that were looked at and decided.",
    "id",
    (
        "id field>fields facet decision status why reason handling approved_by>teams approved_on expires "
        "file line:int extras"
    ),
    _discrepancies,
)
DISCREPANCY_VALUES = Table(
    "discrepancy_values",
    "Exactly what was accepted, as JSON.",
    "discrepancy source",
    "discrepancy>discrepancies source value",
    _discrepancy_values,
)
FINDINGS = Table(
    "findings",
    "What `amanat check` says.",
    "id",
    ("id:int fingerprint code name severity message subject detail file line:int column:int fix data"),
    _findings,
)
SUPPRESSIONS = Table(
    "suppressions",
    "Findings that a team decided to live with.",
    "id",
    "id:int rule subject reason decided_by expires file line:int",
    _suppressions,
)
FILES = Table("files", "Files that the index was made from.", "file", "file kind", _files)
DANGLING = Table(
    "dangling",
    ("References to what is not declared: kind of entry, its id, attribute, the id it names."),
    "kind id attribute value",
    "kind id attribute value",
    _dangling,
)
META = Table("meta", "What made the index, and from what.", "key", "key value", _meta)
