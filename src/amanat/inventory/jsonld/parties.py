"""What processes refer to: controller, subjects, recipients, transfers, systems, measures, periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amanat.inventory.jsonld.graph import Names, Node, declared, place, refs, said, terms, texts
from amanat.inventory.ropa.activity import Activity
from amanat.model.catalog import Catalog
from amanat.model.resources import Recipient, Retention, RetentionRule, Subject, System, Transfer


class Parties:
    """Makes the nodes, each once."""

    def __init__(self, catalog: Catalog, names: Names) -> None:
        self._catalog = catalog
        self._names = names

    def controller_ref(self) -> list[Node] | None:
        """The reference to the controller, None where none is declared."""
        return refs([self._names("organisation", "controller")]) if self._catalog.controller else None

    def controller(self) -> Iterator[Node]:
        """The controller, its representative and the data protection officer."""
        one, office = self._catalog.controller, self._catalog.dpo
        if one is None:
            return
        yield said(
            {
                "@id": self._names("organisation", "controller"),
                "@type": "dpv:DataController",
                "dpv:hasName": one.name,
                "dpv:hasContact": one.contact,
                "dpv:hasCountry": _where(one.country),
                "dpv:hasRepresentative": [{"@type": "dpv:Representative", "dpv:hasName": one.representative}]
                if one.representative
                else None,
                "dpv:hasDataProtectionOfficer": [
                    {
                        "@type": "dpv:DataProtectionOfficer",
                        "dpv:hasName": office.name,
                        "dpv:hasContact": office.contact,
                    }
                ]
                if office
                else None,
            }
        )

    def referred(self, activities: Sequence[Activity]) -> Iterator[Node]:
        """Everything else that the processes name, by kind and id."""
        cat, names = self._catalog, self._names
        fields = [field for one in activities for field in one.fields]
        for subject in declared((field.subject for field in fields), cat.subjects):
            yield self._subject(cat.subjects[subject])
        recipients = {each.id: each for one in activities for each in one.recipients}
        yield from (self._recipient(names("recipient", one), recipients[one]) for one in sorted(recipients))
        transfers = {each.id: each for one in activities for each in one.transfers}
        yield from (self._transfer(names("transfer", one), transfers[one]) for one in sorted(transfers))
        systems = {each.id: each for one in activities for each in one.systems}
        yield from (self._system(names("system", one), systems[one]) for one in sorted(systems))
        for control in sorted({control for system in systems.values() for control in system.security}):
            kind = terms()["measures"].get(control)
            kinds = ["dpv:TechnicalOrganisationalMeasure", *([kind] if kind else [])]
            yield {"@id": names("measure", control), "@type": kinds, "dcterms:identifier": control}
        for policy in declared((field.retention for field in fields), cat.retention):
            yield self._retention(cat.retention[policy])

    def _subject(self, one: Subject) -> Node:
        kind = terms()["subjects"].get(one.id, "dpv:DataSubject")
        return said(
            {
                "@id": self._names("subject", one.id),
                "@type": sorted({"dpv:DataSubject", kind}),
                "skos:prefLabel": texts(one.label),
                "dcterms:description": texts(one.definition),
            }
        )

    def _recipient(self, name: str, one: Recipient) -> Node:
        kind = terms()["recipients"].get(one.role or "", "dpv:ThirdParty")
        return said(
            {
                "@id": name,
                "@type": sorted({"dpv:Recipient", kind} if one.role else {"dpv:Recipient"}),
                "skos:prefLabel": texts(one.label),
                "dpv:hasContact": one.contact,
                "dpv:hasCountry": _where(one.country),
            }
        )

    def _transfer(self, name: str, one: Transfer) -> Node:
        legal = {"@type": terms()["mechanisms"][one.mechanism]} if one.mechanism else None
        if legal is not None and one.evidence:
            legal["dcterms:source"] = one.evidence
        to = (
            self._names("recipient", one.recipient)
            if one.recipient
            else self._names("system", one.system)
            if one.system
            else None
        )
        return said(
            {
                "@id": name,
                "@type": "dpv:CrossBorderTransfer",
                "skos:prefLabel": texts(one.label),
                "dpv:hasDataImporter": refs([to]) if to else None,
                "dpv:hasCountry": _where(one.country),
                "dpv:hasLegalBasis": [legal] if legal else None,
            }
        )

    def _system(self, name: str, one: System) -> Node:
        return said(
            {
                "@id": name,
                "@type": "dpv:StorageLocation",
                "skos:prefLabel": texts(one.label),
                "dpv:hasCountry": _where(one.country),
            }
        )

    def _retention(self, one: Retention) -> Node:
        rules = [("", one.rule), *sorted(one.where.items())]
        return said(
            {
                "@id": self._names("retention", one.id),
                "@type": "dpv:StorageCondition",
                "skos:prefLabel": texts(one.label),
                "dpv:hasDuration": [_duration(code, rule) for code, rule in rules],
            }
        )


def _duration(code: str, rule: RetentionRule) -> Node:
    """A period with its event and what then, in the jurisdiction that it differs in ("": elsewhere)."""
    law = f" ({rule.basis.law})" if rule.basis and rule.basis.law else ""
    keep, start, then = (part or "unknown" for part in (rule.keep, rule.trigger, rule.then))
    length = (
        {"@value": rule.keep, "@type": "xsd:duration"} if rule.keep and "W" not in rule.keep else rule.keep
    )
    return said(
        {
            "@type": ["dpv:StorageDuration", "dpv:TemporalDuration"]
            if rule.keep
            else ["dpv:StorageDuration"],
            "dcterms:extent": length,
            "dcterms:description": f"{keep} from {start}, then {then}{law}",
            "dpv:hasJurisdiction": _where(code or None),
        }
    )


def _where(code: str | None) -> list[Node] | None:
    name = place(code) if code else None
    return refs([name]) if name else None
