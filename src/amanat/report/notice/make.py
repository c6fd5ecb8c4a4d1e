"""What the notice says: sections of statements, each about one thing of the catalog, and what it cannot
say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from amanat.inventory.ropa.activity import Activity, activity
from amanat.inventory.ropa.slots import rights
from amanat.model.catalog import Catalog
from amanat.model.countries import ADEQUATE, EEA
from amanat.model.field import Field
from amanat.model.resources import Purpose, Recipient, RetentionRule, System
from amanat.model.values import RetentionId, Status, Text, in_language
from amanat.report.notice.saying import Saying
from amanat.retention.governed import policies_of


class Statement(NamedTuple):
    """What is said of one thing: `about` is its kind and id (`purpose:orders`)."""

    about: str
    title: str
    lines: tuple[str, ...]

    @property
    def mark(self) -> str:
        """Twelve hex digits of what is said, so that a published text shows when it is no longer that."""
        return hashlib.sha256("\n".join((self.title, *self.lines)).encode()).hexdigest()[:12]


class Section(NamedTuple):
    """A part of the notice."""

    key: str
    title: str
    statements: tuple[Statement, ...]


class Gap(NamedTuple):
    """An element that the law asks for and the catalog does not say: what, by which article, where it would
    stand."""

    what: str
    article: str
    key: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice for a kind of person in a language. `words` is the language of its own words: English where
    there is no translation."""

    lang: str
    words: str
    title: str
    audience: str
    sections: tuple[Section, ...]
    gaps: tuple[Gap, ...]


def notice(catalog: Catalog, lang: str, subject: str, on: date | None = None) -> Notice:
    """The notice for a subject of the catalog, on a day: data is used no more for purposes that are over."""
    made = _Maker(catalog, lang, subject, on)
    sections = tuple(section for section in made.sections() if section.statements)
    label = in_language(catalog.subjects[subject].label, lang, subject)  # type: ignore[index]
    say = made.say
    return Notice(
        lang, say.lang, say("title"), say("for", subject=label), sections, tuple(dict.fromkeys(made.gaps))
    )


class _Maker:
    """Makes a notice; collects what is missing on the way."""

    def __init__(self, catalog: Catalog, lang: str, subject: str, on: date | None) -> None:
        self.catalog = catalog
        self.lang = lang
        self.say = Saying(lang)
        self.gaps: list[Gap] = []
        live = [one for one in catalog.purposes.values() if one.status is Status.LIVE and not one.over(on)]
        found = [activity(catalog, one) for one in live]
        self.activities = [mine for one in found if (mine := _of(one, subject)).fields]
        self.fields = list({f.id: f for one in self.activities for f in one.fields}.values())

    def sections(self) -> Iterator[Section]:
        yield self._section("short", self._short())
        yield self._section("who", self._who())
        yield self._section("why", map(self._why, self.activities))
        yield self._section("source", self._source())
        yield self._section("recipients", self._recipients())
        yield self._section("abroad", self._abroad())
        yield self._section("kept", self._kept())
        yield self._section("rights", self._rights())
        yield self._section("complaint", self._complaint())

    def _section(self, key: str, statements: Iterable[Statement]) -> Section:
        return Section(key, self.say(key), tuple(statements))

    def _gap(self, what: str, article: str, key: str) -> None:
        self.gaps.append(Gap(what, article, key))

    def _text(self, text: Text, what: str, article: str, key: str) -> str | None:
        """A text in the notice's language; another language's is told as a gap, and shown."""
        if not text:
            self._gap(what, article, key)
            return None
        if self.lang not in text:
            self._gap(f"{what} in `{self.lang}`", article, key)
        return in_language(text, self.lang)

    def _label(self, entry: object, kind: str) -> str:
        label: Text = getattr(entry, "label", {})
        name = str(getattr(entry, "id", kind))
        return in_language(label, self.lang, name)

    def _contact(self) -> str:
        one = self.catalog.controller
        return one.contact if one else "?"

    def _short(self) -> Iterator[Statement]:
        one = self.catalog.controller
        lines = []
        if one is not None:
            lines.append(self.say("short.who", name=one.name, contact=one.contact))
        number = str(len(self.activities))
        if self.say.lang == "fa":
            number = number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        lines += [self.say("short.what", n=number), self.say("short.rights")]
        yield Statement("short:all", "", tuple(lines))

    def _who(self) -> Iterator[Statement]:
        one = self.catalog.controller
        if one is None:
            self._gap("who the controller is", "Art. 13(1)(a)", "catalog.controller")
            return
        lines = [self.say("who.controller", name=one.name, country=one.country, contact=one.contact)]
        if one.representative:
            lines.append(self.say("who.representative", name=one.representative))
        elif one.country not in EEA:
            self._gap("who represents the controller", "Art. 13(1)(a)", "catalog.controller.representative")
        if self.catalog.dpo is not None:
            lines.append(self.say("who.dpo", name=self.catalog.dpo.name, contact=self.catalog.dpo.contact))
        yield Statement("controller:controller", "", tuple(lines))

    def _why(self, one: Activity) -> Statement:
        purpose, say = one.purpose, self.say
        key = f"purposes.{purpose.id}"
        title = self._label(purpose, "purpose")
        if self.lang not in purpose.label:
            self._gap(f"the name of `{purpose.id}` in `{self.lang}`", "Art. 13(1)(c)", f"{key}.label")
        lines = []
        reason = self._text(
            purpose.reason, f"why `{purpose.id}` is pursued", "Art. 13(1)(c)", f"{key}.reason"
        )
        if reason:
            lines.append(say("why.reason", text=reason))
        if purpose.benefit:
            lines.append(say("why.benefit", text=in_language(purpose.benefit, self.lang)))
        lines += self._basis(purpose)
        lines.append(say("why.data", items=say.listed(self._categories(one.fields))))
        compulsory = [field for field in one.fields if field.compulsory]
        if compulsory:
            lines.append(say("why.compulsory", items=say.listed(self._names(compulsory))))
        lines += self._profiling(purpose)
        return Statement(f"purpose:{purpose.id}", title, tuple(lines))

    def _basis(self, purpose: Purpose) -> Iterator[str]:
        say = self.say
        if not purpose.basis:
            self._gap(f"the lawful basis of `{purpose.id}`", "Art. 13(1)(c)", f"purposes.{purpose.id}.basis")
            return
        told = [
            say.known("basis", basis)
            if where == "*"
            else say("basis.in", basis=say.known("basis", basis), where=where)
            for where, basis in sorted(purpose.basis.items())
        ]
        yield say("why.basis", basis=say.joined(told))

    def _profiling(self, purpose: Purpose) -> Iterator[str]:
        one = purpose.profiling
        key = f"purposes.{purpose.id}.profiling"
        if one is None:
            self._gap(f"whether `{purpose.id}` profiles or decides by machine", "Art. 13(2)(f)", key)
            return
        if not one.used:
            return
        if one.logic:
            yield self.say("why.profiling", logic=in_language(one.logic, self.lang))
        else:
            self._gap(f"how `{purpose.id}` profiles", "Art. 13(2)(f)", f"{key}.logic")
            yield self.say("why.profiling_plain")
        if one.human_review:
            yield self.say("why.human", text=in_language(one.human_review, self.lang))

    def _categories(self, fields: Iterable[Field]) -> list[str]:
        known = self.catalog.categories
        found: dict[str, None] = {}
        for field in fields:
            category = known.get(field.category) if field.category else None
            found[self._label(category, "category") if category else field.id] = None
        return sorted(found)

    def _names(self, fields: Iterable[Field]) -> list[str]:
        return sorted(dict.fromkeys(in_language(field.label, self.lang, field.id) for field in fields))

    def _source(self) -> Iterator[Statement]:
        for origin in ("given", "observed", "inferred", "staff", "third_party"):
            fields = [field for field in self.fields if field.origin == origin]
            if fields:
                line = self.say(f"origin.{origin}", items=self.say.listed(self._categories(fields)))
                yield Statement(f"origin:{origin}", "", (line,))
        unknown = [field.id for field in self.fields if field.origin is None]
        if unknown:
            self._gap(
                f"where {len(unknown)} fields come from ({', '.join(unknown[:3])} …)",
                "Art. 14(2)(f)",
                "fields.….origin",
            )

    def _recipients(self) -> Iterator[Statement]:
        say = self.say
        people = list({one.id: one for a in self.activities for one in a.recipients}.values())
        for one in people:
            where = one.country or ""
            if not where:
                self._gap(f"where `{one.id}` is", "Art. 13(1)(f)", f"recipients.{one.id}.country")
            role = say.known("role", one.role or "other")
            purposes = [self._label(a.purpose, "purpose") for a in self.activities if one in a.recipients]
            lines = (
                say("recipients.one", name=self._label(one, "recipient"), country=where, role=role),
                say("recipients.for", items=say.listed(purposes)),
            )
            yield Statement(f"recipient:{one.id}", "", lines)
        if not people:
            yield Statement("recipient:none", "", (say("recipients.none"),))

    def _abroad(self) -> Iterator[Statement]:
        say = self.say
        seen: set[str] = set()
        for a in self.activities:
            parties: tuple[Recipient | System, ...] = (*a.recipients, *a.systems)
            for one in parties:
                if one.country is None or one.country in EEA or one.id in seen:
                    continue
                seen.add(one.id)
                transfer = next((t for t in a.transfers if one.id in (t.recipient, t.system)), None)
                mechanism = (
                    transfer.mechanism if transfer else "adequacy" if one.country in ADEQUATE else None
                )
                if mechanism is None:
                    self._gap(f"what protects data sent to `{one.id}`", "Art. 13(1)(f)", "transfers")
                    continue
                evidence = (transfer.evidence if transfer else None) or ADEQUATE.get(one.country, "")
                line = say(
                    "abroad.one",
                    name=self._label(one, "recipient"),
                    country=one.country,
                    mechanism=say.known("mechanism", mechanism),
                    evidence=evidence,
                )
                yield Statement(f"transfer:{one.id}", "", (line,))

    def _kept(self) -> Iterator[Statement]:
        by_policy: dict[RetentionId, list[Field]] = {}
        for field in self.fields:
            policies = policies_of(self.catalog, field)
            for name in policies:
                by_policy.setdefault(name, []).append(field)
            if not policies:
                self._gap(f"how long `{field.id}` is kept", "Art. 13(2)(a)", f"fields.{field.id}.retention")
        for name, fields in sorted(by_policy.items()):
            policy = self.catalog.retention[name]
            lines = list(
                self._rule("kept.one", policy.rule, name, items=self.say.listed(self._categories(fields)))
            )
            for where, rule in sorted(policy.where.items()):
                lines += self._rule("kept.where", rule, name, where=where)
            yield Statement(f"retention:{name}", "", tuple(lines))

    def _rule(self, key: str, rule: RetentionRule, name: str, **about: str) -> Iterator[str]:
        say = self.say
        if not rule.keep or not rule.trigger or not rule.then:
            self._gap(
                f"how long `{name}` keeps data, from when, and what then",
                "Art. 13(2)(a)",
                f"retention.{name}",
            )
            return
        trigger, then = say.known("trigger", rule.trigger), say.known("then", rule.then)
        yield say(key, period=say.period(rule.keep), trigger=trigger, then=then, **about)
        if rule.basis and rule.basis.law:
            yield say("kept.law", law=rule.basis.law)

    def _rights(self) -> Iterator[Statement]:
        say = self.say
        of: dict[str, list[str]] = {}
        for a in self.activities:
            articles = {one for basis in a.purpose.basis.values() for one in rights().get(basis, ())}
            for article in articles:
                of.setdefault(article, []).append(self._label(a.purpose, "purpose"))
        for article in sorted(of, key=lambda one: (int(one.split("(")[0]), one)):
            everywhere = len(of[article]) == len(self.activities)
            scope = (
                say("right.all", article=article)
                if everywhere
                else say("right.for", article=article, items=say.listed(of[article]))
            )
            yield Statement(f"right:{article}", "", (say(f"right.{article}"), scope))
        yield Statement("right:how", "", (say("right.how", contact=self._contact()),))

    def _complaint(self) -> Iterator[Statement]:
        lines = [self.say("complaint.text")]
        authority = self.catalog.extras.get("x_supervisory_authority")
        if isinstance(authority, str):
            lines.append(self.say("complaint.authority", name=authority))
        yield Statement("complaint:authority", "", tuple(lines))


def _of(one: Activity, subject: str) -> Activity:
    """The activity as far as it concerns one kind of person."""
    fields = tuple(field for field in one.fields if field.subject == subject)
    held = {source.system for field in fields for source in field.sources.values()}
    systems = tuple(system for system in one.systems if system.id in held)
    named = {*one.purpose.recipients, *(system.recipient for system in systems if system.recipient)}
    recipients = tuple(recipient for recipient in one.recipients if recipient.id in named)
    return Activity(one.catalog, one.purpose, fields, systems, recipients, one.transfers)
