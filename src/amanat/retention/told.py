"""An effective rule and a calendar as sheets in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any

from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.lineage import Feeds, feeds_of
from amanat.model.values import Text
from amanat.retention.derived import Outliving, kept_longer
from amanat.retention.due import Entry, Matter
from amanat.retention.effective import Effective, Reckoning
from amanat.retention.ladder import Rung, ladder
from amanat.retention.terms import Statement
from amanat.retention.words import words_for
from amanat.sheet import At, Cell, Code, Piece, Section, Sheet, Table, Thing


class Told:
    """Says things of retention in the language of a tag."""

    def __init__(self, catalog: Catalog, lang: str) -> None:
        self._catalog, self._lang = catalog, lang
        self._say = words_for(lang)

    @cached_property
    def _feeds(self) -> Feeds:
        return feeds_of(self._catalog)

    def t(self, key: str, n: int | None = None, **values: object) -> str:
        """The words for a key."""
        return self._say.say(key, n, **values)

    def day(self, day: date) -> str:
        """A day, with the Jalali one beside it where the language counts by it."""
        jalali = self._say.jalali(day.isoformat())
        return f"{day.isoformat()} ({jalali})" if jalali else day.isoformat()

    def word(self, group: str, value: str | None) -> str:
        """The word for a value, the value itself where it is the team's own."""
        return self.t("unsaid") if value is None else self._say.word(group, value) or value

    def named(self, label: Text, name: str) -> str:
        """An entry in words."""
        return label.get(self._lang) or next(iter(label.values()), "") or name

    def where(self, jurisdictions: Iterable[str]) -> str:
        """Jurisdictions in a row."""
        return self.t("comma").join(self.t("everywhere") if one == "*" else one for one in jurisdictions)

    def period(self, keep: str | None) -> str:
        """A period in words."""
        return self.t("unsaid") if keep is None else self._say.duration(keep) or keep

    def statement(self, one: Statement) -> tuple[Piece, ...]:
        """A statement with its policy, its basis and its place."""
        words = self.t(
            "statement",
            keep=self.period(one.rule.keep),
            trigger=self.word("trigger", one.rule.trigger),
            then=self.word("then", one.rule.then),
        )
        basis = one.rule.basis
        why = self.word("retention_basis", basis.kind) if basis else self.t("unsaid")
        law = (f"{why}: {basis.law}" if basis.law else why) if basis else why
        return (words, law, Thing("retention", one.policy.id, one.policy.label), At(one.place))

    def brief(self, one: Statement) -> tuple[Piece, ...]:
        """A statement that was told before: its period, its start and its place."""
        trigger = self.word("trigger", one.rule.trigger)
        words = self.t("statement.brief", keep=self.period(one.rule.keep), trigger=trigger)
        return (words, Code(one.policy.id), At(one.place))

    # The ladder.

    def explain(self, field: Field, as_of: date | None) -> Sheet:
        """How long a field is kept, in each system; jurisdictions that come to the same are told as one."""
        lead: list[Cell] = [(Thing("fields", field.id, field.label), At(field.place))]
        if not field.status.held:
            lead.append(self.t("explain.not_held"))
        if as_of is None:
            lead.append(self.t("day.unknown"))
        rules = Reckoning(self._catalog, as_of).of_field(field)
        if not rules:
            lead.append(self.t("explain.nowhere"))
        sections = [
            Section(rule.system, self.holds_in(rule, names), tuple(self.rungs(rule, as_of)))
            for rule, names in together(rules)
        ]
        derived = self.derived(field)
        if derived:
            sections.append(Section("derived", self.title_of("derived"), derived))
        title = self.t("title.explain", name=self.named(field.label, field.id))
        return self.sheet(title, lead, sections)

    def title_of(self, section: str) -> str:
        """The heading of a section."""
        return self.t(f"section.{section}")

    def holds_in(self, rule: Effective, jurisdictions: Iterable[str]) -> str:
        """The system and the jurisdictions that a rule holds in."""
        return self.t("explain.section", system=self.system(rule.system), where=self.where(jurisdictions))

    def system(self, name: str) -> str:
        """A system in words."""
        entry = self._catalog.systems.get(name)  # type: ignore[call-overload]
        return self.named(entry.label, name) if entry else name

    def rungs(self, rule: Effective, as_of: date | None, backups: bool = True) -> Iterator[Cell]:
        """The rungs of the ladder, one line each; those of the system's backups only if asked for."""
        for rung in ladder(rule, self._catalog, as_of):
            if backups or rung.key not in ("backups", "nobackups"):
                yield self._rung(rung)

    def _rung(self, rung: Rung) -> Cell:
        between: list[Piece] = []
        for number, one in enumerate(rung.statements):
            if number and rung.key in ("result", "result_one", "also"):
                between.append(self.t("step.either"))
            full = rung.key in ("stated", "own", "replaced", "jurisdiction")
            between += self.statement(one) if full else self.brief(one)
        if rung.hold is not None:
            between.append(Thing("holds", rung.hold.id, rung.hold.reason))
        if rung.place is not None:
            between.append(At(rung.place))
        if rung.key == "also":
            return tuple(between)
        return (self.t(f"step.{rung.key}", **self._values(rung)), *between)

    def _values(self, rung: Rung) -> dict[str, Any]:
        values: dict[str, Any] = {
            name: self.day(one) if isinstance(one, date) else self.period(str(one)) if name == "lag" else one
            for name, one in rung.values.items()
            if isinstance(one, date | int | str)
        }
        if rung.needs:
            names = (self.named(n.purpose.label, n.id) if n.purpose else n.id for n in rung.needs)
            values["purpose"] = self.t("comma").join(names)
        if rung.source is not None:
            values["source"] = rung.source
        return values

    def derived(self, field: Field) -> tuple[Cell, ...]:
        """Where the field is kept longer than what it is made from, or is outlived by what is made from
        it, a line each."""
        return tuple(self._outliving(one) for one in kept_longer(self._catalog, field, self._feeds))

    def _outliving(self, one: Outliving) -> Cell:
        key = "derived.longer" if one.longer else "derived.unsure"
        words = self.t(key, derived=one.derived.id, origin=one.origin.id)
        pieces: list[Piece] = [words]
        for each in (one.derived, one.origin):
            policy = self._catalog.retention[each.retention]  # type: ignore[index]
            pieces += self.statement(Statement(policy, one.jurisdiction, ()))
        return (*pieces, *((self.t("derived.why"),) if one.reasoned else ()))

    # The calendar.

    def calendar(self, entries: tuple[Entry, ...], as_of: date) -> Sheet:
        """What is over, what comes, what is past, and what has no day."""
        groups: dict[str, list[Entry]] = {"due": [], "past": [], "coming": [], "undated": []}
        for one in entries:
            groups[_group(one, as_of)].append(one)
        sections = [
            self._entries(name, found) for name, found in groups.items() if found or name != "undated"
        ]
        lead = [self.t("jurisdictions.many")] if len(self._catalog.jurisdictions) > 1 else []
        return self.sheet(self.t("title.calendar", day=self.day(as_of)), lead, sections)

    def no_calendar(self) -> Sheet:
        """That nothing can be worked out, because no day is known."""
        return self.sheet(self.t("title.calendar_undated"), [self.t("calendar.no_day")], ())

    def _entries(self, name: str, found: list[Entry]) -> Section:
        title = self.t(f"section.{name}")
        if not found:
            return Section(name, title, (self.t(f"empty.{name}"),))
        headings = tuple(
            self.t(f"head.{one}") for one in ("what", "day", "system", "where", "fields", "gone", "at")
        )
        return Section(name, title, (), Table(headings, tuple(self._entry(one) for one in found)))

    def _entry(self, one: Entry) -> tuple[Cell, ...]:
        fields = self._say.number(one.fields) if one.system else "–"
        held: tuple[Piece, ...] = (fields, self.t("cal.held", n=one.held)) if one.held else (fields,)
        return (
            self._what(one),
            self.day(one.day) if one.day else "–",
            Code(one.system) if one.system else "–",
            self.where(one.jurisdictions) if one.jurisdictions else "–",
            held,
            self.day(one.gone) if one.gone else self.t("unsaid") if one.system else "–",
            At(one.place),
        )

    def _what(self, one: Entry) -> str:
        if one.matter in (Matter.PURPOSE, Matter.HOLD):
            return self.t(f"cal.{one.matter.value}", id=one.id)
        if one.matter is Matter.CLASH:
            return self.t("cal.clash", id=one.id)
        if one.upto is None:
            return self.t("cal.norows", id=one.id, keep=one.keep or "?")
        values: dict[str, Any] = {
            "id": one.id,
            "trigger": self.word("trigger", one.trigger),
            "upto": self.day(one.upto),
            "then": self.word("then", one.then),
        }
        words = self.t(f"cal.{one.matter.value}", **values)
        return f"{words}{self.t('cal.also', ids=self.t('comma').join(one.also))}" if one.also else words

    def sheet(self, title: str, lead: Iterable[Cell], sections: Iterable[Section]) -> Sheet:
        """A sheet in this language."""
        return Sheet(self._lang, title, tuple(lead), tuple(sections), self.t("comma"))


def together(rules: Iterable[Effective]) -> list[tuple[Effective, tuple[str, ...]]]:
    """Rules of one system that come to the same, with the jurisdictions that they hold in."""
    found: dict[tuple[object, ...], tuple[Effective, list[str]]] = {}
    for rule in rules:
        key = (rule.system, *rule.outcome, any(one.overridden for one in rule.statements))
        found.setdefault(key, (rule, []))[1].append(rule.jurisdiction)
    return [(rule, tuple(names)) for rule, names in found.values()]


def _group(one: Entry, as_of: date) -> str:
    if one.day is None:
        return "undated"
    if one.matter is Matter.ROWS:
        return "due"
    return "past" if one.day < as_of else "coming"
