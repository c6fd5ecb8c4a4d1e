"""An impact, and a ranking, as sheets in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from amanat.breach.calling import Call
from amanat.breach.clocks import Clock, Regime
from amanat.breach.draft import draft
from amanat.breach.facts import Exposed, Impact
from amanat.breach.ranking import Exposure, steps
from amanat.breach.target import Kind
from amanat.breach.words import words_for
from amanat.model.catalog import Catalog
from amanat.model.resources import Recipient, Team
from amanat.model.values import Text
from amanat.sheet import At, Cell, Code, Piece, Section, Sheet, Table, Thing
from amanat.speech import Speech


def impact_sheet(impact: Impact, lang: str) -> Sheet:
    """What a breach means, to read."""
    return _Told(impact.catalog, lang).impact(impact)


def ranking_sheet(catalog: Catalog, found: tuple[Exposure, ...], lang: str) -> Sheet:
    """The order of systems, with the steps that decided it."""
    return _Told(catalog, lang).ranking(found)


_OF_FIELDS = frozenset(("readers", "receivers", "downstream"))
"""Sections about the exposed fields: where none is known, nothing is known of these either."""


class _Told:
    def __init__(self, catalog: Catalog, lang: str) -> None:
        self._catalog, self._lang = catalog, lang
        self._say: Speech = words_for(lang)
        self._nothing_known = False

    def t(self, key: str, n: int | None = None, **values: object) -> str:
        return self._say.say(key, n, **values)

    def thing(self, kind: str, name: str | None, label: Text | None = None) -> Piece:
        """An entry by its id; what nobody said."""
        if name is None:
            return self.t("unsaid")
        if label is None:
            entry = getattr(self._catalog, kind).get(name)
            label = entry.label if entry is not None else {}
        return Thing(kind, name, label)

    def things(self, kind: str, names: Iterable[str]) -> tuple[Piece, ...]:
        return tuple(self.thing(kind, name) for name in names) or (self.t("none"),)

    def codes(self, names: Iterable[str]) -> tuple[Piece, ...]:
        return tuple(Code(name) for name in names) or (self.t("none"),)

    def sheet(self, title: str, lead: Iterable[Cell], sections: Iterable[Section]) -> Sheet:
        return Sheet(self._lang, title, tuple(lead), tuple(sections), self.t("comma"))

    def section(
        self,
        key: str,
        lines: Iterable[Cell] = (),
        headings: tuple[str, ...] = (),
        rows: Iterable[tuple[Cell, ...]] = (),
    ) -> Section:
        """A section; a table without rows is said to be empty."""
        told = tuple(lines)
        filled = tuple(rows)
        table = Table(tuple(self.t(f"head.{one}") for one in headings), filled) if filled else None
        if headings and not filled:
            unknown = key in _OF_FIELDS and self._nothing_known
            told = (*told, self.t("empty.unknown" if unknown else f"empty.{key}"))
        return Section(key, self.t(f"section.{key}"), told, table)

    # After a breach.

    def impact(self, impact: Impact) -> Sheet:
        target = impact.target
        self._nothing_known = not impact.exposed
        kind = {Kind.SYSTEM: "systems", Kind.FIELD: "fields", Kind.RECIPIENT: "recipients"}[target.kind]
        name: Cell = (Thing(kind, target.id, target.label), At(target.place))
        lead: list[Cell] = [name]
        if not impact.exposed:
            lead.append(self.t(f"nothing.{target.kind.value}"))
        else:
            where = len(impact.struck)
            lead.append(
                self.t("lead.exposed", n=len(impact.exposed), systems=where, kinds=len(impact.subjects))
            )
        if target.kind is Kind.FIELD and len(impact.struck) > 1:
            lead.append(self.t("lead.any"))
        return self.sheet(
            self.t("title.impact", name=in_lang(target.label, self._lang, target.id)),
            lead,
            (
                self._clocks(impact),
                self._calls(impact),
                self._people(impact),
                self._data(impact),
                self._special(impact),
                self._counts(impact),
                self._controls(impact),
                self._readers(impact),
                self._receivers(impact),
                self._transfers(impact),
                self._downstream(impact),
                *self._draft(impact),
                self._fields(impact.exposed),
            ),
        )

    def _clocks(self, impact: Impact) -> Section:
        rows: list[tuple[Cell, ...]] = []
        lines: list[Cell] = []
        for regime in impact.regimes:
            name = self.jurisdiction(regime)
            lines += self._of_regime(regime)
            rows += [
                (name, self.t(f"clock.{clock.key}"), self._within(clock), clock.source)
                for clock in regime.clocks
                if clock.key != "processor" or self._has_processor(impact)
            ]
        if not impact.regimes:
            lines.append(self.t("regime.nobody"))
        if len(impact.regimes) > 1:
            lines.append(self.t("regime.several"))
        if impact.aware is None:
            lines.append(self.t("clock.unknown_start"))
        return self.section("clocks", lines, ("jurisdiction", "duty", "within", "source"), rows)

    def _has_processor(self, impact: Impact) -> bool:
        its = [one.recipient for one in impact.receivers if one.runs]
        if isinstance(impact.target.entry, Recipient):
            its.append(impact.target.entry)
        return any(one.role == "processor" for one in its)

    def jurisdiction(self, regime: Regime) -> str:
        word = self._say.word("jurisdiction", regime.jurisdiction)
        return word or regime.jurisdiction

    def _of_regime(self, regime: Regime) -> Iterator[Cell]:
        name, place = self.jurisdiction(regime), At(regime.place)
        if regime.because == "part":
            yield (self.t("regime.part", names=self.t("comma").join(regime.declared)), place)
        elif regime.because == "controller":
            yield (self.t("regime.controller", name=name), place)
        if not regime.known:
            yield (self.t("regime.unknown", name=name), place)
        elif not regime.clocks:
            yield (self.t("regime.no_clock", name=name), place)

    def _within(self, clock: Clock) -> str:
        if clock.hours is None:
            return self.t(f"within.{clock.key}")
        words = self.t("unit.hour", n=clock.hours)
        if clock.due is None:
            return words
        return self.t("within.due", hours=words, moment=clock.due.isoformat(timespec="minutes"))

    def _unnamed(self, impact: Impact) -> Iterator[Cell]:
        """Whom nobody named: a hole in the list of calls, found before the night on which it matters."""
        catalog = impact.catalog
        systems = [one.system for one in impact.struck]
        for key, lacking in (
            ("owner", [one for one in systems if one.owner not in catalog.teams]),
            ("admin", [one for one in systems if not one.admin]),
        ):
            if lacking:
                yield (
                    self.t(f"unnamed.{key}"),
                    *(Thing("systems", one.id, one.label) for one in lacking),
                )
        if catalog.dpo is None:
            yield self.t("unnamed.dpo")

    def _calls(self, impact: Impact) -> Section:
        rows = [
            (
                self.t(f"why.{call.why.value}"),
                self._who(call),
                call.contact if call.contact else self.t("unsaid"),
                self._functions(call),
                self._about(call),
                At(call.place),
            )
            for call in impact.calls
        ]
        return self.section(
            "calls", self._unnamed(impact), ("why", "who", "contact", "functions", "about", "at"), rows
        )

    def _who(self, call: Call) -> Piece:
        if isinstance(call.who, str):
            return call.who
        kind = "teams" if isinstance(call.who, Team) else "recipients"
        return Thing(kind, call.who.id, call.who.label)

    def _functions(self, call: Call) -> Cell:
        if not isinstance(call.who, Team):
            return self.t("not_applicable")
        lead, deputy = (one or self.t("unsaid") for one in (call.who.lead, call.who.deputy))
        return self.t("call.functions", lead=lead, deputy=deputy)

    def _about(self, call: Call) -> Cell:
        if call.about:
            return self.things("systems", call.about)
        return self.t("count.fields", n=call.number) if call.number else self.t("not_applicable")

    def _people(self, impact: Impact) -> Section:
        rows = [
            (
                Thing("subjects", one.id, one.label),
                self.flag(one.minors),
                self.text(one.definition),
                At(one.place),
            )
            for one in impact.subjects
        ]
        lines = [self.t("people.unsaid", n=impact.unsaid_subjects)] if impact.unsaid_subjects else []
        return self.section("people", lines, ("people", "minors", "definition", "at"), rows)

    def flag(self, value: bool | None) -> str:
        return self.t("unknown") if value is None else self.t("yes" if value else "no")

    def text(self, text: Text) -> str:
        return in_lang(text, self._lang, self.t("unsaid"))

    def _data(self, impact: Impact) -> Section:
        rows: list[tuple[Cell, ...]] = [
            (
                self.t("unsaid") if one is None else Thing("categories", one.id, one.label),
                self._say.number(number),
            )
            for one, number in impact.categories
        ]
        lines: list[Cell] = [
            (
                self.t("unsaid_class") if known is None else Thing("classifications", known.id, known.label),
                self.t("count.fields", n=number),
            )
            for known, number in impact.classes
            if number
        ]
        return self.section("data", lines, ("category", "fields"), rows)

    def _special(self, impact: Impact) -> Section:
        lines: list[Cell] = [] if impact.exposed else [self.t("empty.fields")]
        if not impact.special and not impact.unsure and impact.exposed:
            lines.append(self.t("special.none"))
        if impact.unsure:
            lines.append(
                (self.t("special.unsure"), *(self.thing("fields", f.id, f.label) for f in impact.unsure))
            )
        rows = [
            (
                Thing("fields", f.id, f.label),
                self.thing("categories", f.category),
                At(f.place_of("category")),
            )
            for f in impact.special
        ]
        if not rows:
            return self.section("special", lines)
        return self.section("special", lines, ("field", "category", "at"), rows)

    def _counts(self, impact: Impact) -> Section:
        rows = [
            (
                Thing("systems", one.system.id, one.system.label),
                Code(table.name),
                self._say.number(len(table.columns)),
                self.t("count.unmeasured")
                if table.measured is None
                else (
                    self.t("count.rows_on", n=table.measured.rows, day=table.measured.on),
                    At(table.measured.place),
                ),
                Code(table.query) if table.query else self.t("query.none"),
            )
            for one in impact.struck
            for table in one.tables
        ]
        lines: list[Cell] = []
        for one in impact.struck:
            thing = Thing("systems", one.system.id, one.system.label)
            if one.people:
                lines.append((thing, self.t("count.people"), Code(one.people)))
            if one.undeclared is None:
                lines.append((thing, self.t("count.unobserved")))
            elif one.undeclared:
                lines.append((thing, self.t("count.undeclared", n=len(one.undeclared))))
        return self.section("counts", lines, ("system", "table", "columns", "rows", "query"), rows)

    def _controls(self, impact: Impact) -> Section:
        rows = [
            (
                Thing("systems", one.system.id, one.system.label),
                self.codes(one.system.security),
                tuple(Code(lack.control) for lack in one.lacks) or self.t("none"),
                self._users(one.system.users, one.system.users_max),
                one.system.assessed or self.t("unsaid"),
                At(one.system.place.at("security")),
            )
            for one in impact.struck
        ]
        return self.section(
            "controls", (), ("system", "declared", "lacking", "users", "assessed", "at"), rows
        )

    def _users(self, users: int | None, most: int | None) -> str:
        if users is None:
            return self.t("unknown")
        shown = self._say.number(users)
        return shown if most is None else self.t("users.of", users=shown, most=self._say.number(most))

    def _readers(self, impact: Impact) -> Section:
        rows = [
            (
                Thing("roles", one.role.id, one.role.label),
                self.t("unknown") if one.role.people is None else self._say.number(one.role.people),
                self._say.number(one.clear),
                self._say.number(one.masked),
                self.things("purposes", one.purposes),
                At(one.role.place),
            )
            for one in impact.readers
        ]
        return self.section(
            "readers", (), ("role", "people_number", "clear", "masked", "purposes", "at"), rows
        )

    def _receivers(self, impact: Impact) -> Section:
        rows = [
            (
                Thing("recipients", one.recipient.id, one.recipient.label),
                self._say.word("recipient_role", one.recipient.role or "")
                or one.recipient.role
                or self.t("unsaid"),
                one.recipient.country or self.t("unsaid"),
                self.things("systems", one.runs),
                self.things("purposes", one.purposes),
                self._say.number(one.fields),
                At(one.recipient.place),
            )
            for one in impact.receivers
        ]
        headings = ("recipient", "recipient_role", "country", "runs", "purposes", "fields", "at")
        return self.section("receivers", (), headings, rows)

    def _transfers(self, impact: Impact) -> Section:
        rows = [
            (
                Thing("transfers", one.id, one.label),
                self.thing("recipients", one.recipient)
                if one.recipient
                else self.thing("systems", one.system),
                one.country or self.t("unsaid"),
                Code(one.mechanism) if one.mechanism else self.t("unsaid"),
                one.evidence or self.t("unsaid"),
                At(one.place),
            )
            for one in impact.transfers
        ]
        return self.section(
            "transfers", (), ("transfer", "to", "country", "mechanism", "evidence", "at"), rows
        )

    def _downstream(self, impact: Impact) -> Section:
        rows = [
            (
                Thing("systems", one.system.id, one.system.label),
                self._some(one.fed),
                self._some(one.feeding),
                self._some(one.beside),
                self._some(one.derived),
            )
            for one in impact.downstream
        ]
        lines = [self.t("downstream.what")] if rows else []
        return self.section("downstream", lines, ("system", "fed", "feeding", "beside", "derived"), rows)

    def _some(self, names: tuple[str, ...]) -> Cell:
        """Fields by id; of many the number."""
        if not names:
            return self.t("none")
        if len(names) > _MOST:
            return (*(Code(name) for name in names[:_MOST]), self.t("more", n=len(names) - _MOST))
        return tuple(Code(name) for name in names)

    def _draft(self, impact: Impact) -> Iterator[Section]:
        elements = draft(impact, self._say)
        rows = [(self.t(f"element.{one.key}"), one.article, said) for one in elements for said in one.said]
        yield self.section("draft", (self.t("draft.what"),), ("element", "article", "said"), rows)
        asked = [
            (
                self.t(f"element.{one.key}"),
                one.article,
                question.asks,
                Code(question.key) if question.key else self.t("ask.breach"),
            )
            for one in elements
            for question in one.open
        ]
        yield self.section("open", (), ("element", "article", "question", "answer"), asked)

    def _fields(self, exposed: Iterable[Exposed]) -> Section:
        rows = [
            (
                Thing("fields", one.field.id, one.field.label),
                self.thing("subjects", one.field.subject),
                self.thing("categories", one.field.category),
                self.thing("classifications", one.field.classification),
                tuple(Code(source.id) for source in one.sources) or self.t("sent"),
                At(one.field.place),
            )
            for one in exposed
        ]
        return self.section("fields", (), ("field", "people", "category", "class", "sources", "at"), rows)

    # Before a breach.

    def ranking(self, found: tuple[Exposure, ...]) -> Sheet:
        classes = [known for known, _ in found[0].classes if known is not None] if found else []
        names = [self._step(step) for step in steps(self._catalog)]
        how: list[Cell] = [self.t("rank.how")]
        how += [f"{self._say.number(n)}. {name}" for n, name in enumerate(names, 1)]
        how.append(self.t("rank.not_weighed"))
        headings = ("system", "place", "special", *(f"class:{one.id}" for one in classes), "minors")
        headings = (*headings, "kinds", "readers", "decided")
        rows = [
            (
                Thing("systems", one.system.id, one.system.label),
                self._say.number(one.place),
                self._unsure(one),
                *(self._say.number(number) for known, number in one.classes if known is not None),
                self._say.number(len(one.minors)),
                self._say.number(len(one.subjects)),
                self._people_of(one),
                self._decided(one),
            )
            for one in found
        ]
        table = Table(tuple(self._heading(one) for one in headings), tuple(rows)) if rows else None
        order = Section(
            "order", self.t("section.order"), (*how, *(() if rows else (self.t("empty.order"),))), table
        )
        return self.sheet(
            self.t("title.ranking"), (self.t("lead.ranking", n=len(found)),), (order, self._beside(found))
        )

    def _step(self, step: str) -> str:
        what, _, name = step.partition(":")
        if what == "class":
            known = self._catalog.classifications[name]  # type: ignore[index]
            return self.t("step.class", name=in_lang(known.label, self._lang, known.id))
        return self.t(f"step.{what}")

    def _heading(self, name: str) -> str:
        what, _, of = name.partition(":")
        if what == "class":
            return in_lang(self._catalog.classifications[of].label, self._lang, of)  # type: ignore[index]
        return self.t(f"head.{what}")

    def _unsure(self, one: Exposure) -> Cell:
        shown = self._say.number(one.special)
        return (shown, self.t("rank.unsure", n=one.unsure)) if one.unsure else shown

    def _people_of(self, one: Exposure) -> Cell:
        shown = self._say.number(one.people)
        return (shown, self.t("rank.uncounted", n=one.uncounted)) if one.uncounted else shown

    def _decided(self, one: Exposure) -> str:
        if one.decided_by:
            return self._step(one.decided_by)
        if not one.fields:
            return self.t("rank.no_fields")
        return self.t("rank.first" if one.place == 1 else "rank.same")

    def _beside(self, found: tuple[Exposure, ...]) -> Section:
        rows = [
            (
                Thing("systems", one.system.id, one.system.label),
                self._say.number(one.fields),
                self._say.number(one.columns),
                self.t("unknown") if one.undeclared is None else self._say.number(one.undeclared),
                self.t("count.unmeasured")
                if not one.rows
                else tuple(f"{table}: {self._say.number(count.rows)}" for table, count in one.rows),
                tuple(Code(control) for control in one.lacking) or self.t("none"),
                At(one.system.place),
            )
            for one in found
        ]
        headings = ("system", "fields", "columns", "undeclared", "rows", "lacking", "at")
        return self.section("beside", (self.t("beside.what"),), headings, rows)


_MOST = 8
"""How many fields a cell names."""


def in_lang(text: Text, tag: str, fallback: str) -> str:
    """A text in a language, else in the first that there is, else the fallback."""
    return text.get(tag) or next(iter(text.values()), fallback)
