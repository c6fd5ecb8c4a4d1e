"""The draft of a notification (GDPR Art. 33(3), 34(2)): what the catalog can say of each element, and what it
cannot, as questions for the people who look into the breach. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amanat.breach.facts import Impact
from amanat.breach.target import Kind
from amanat.model.resources import Recipient
from amanat.model.values import in_language
from amanat.sheet import Cell, Code, Thing
from amanat.speech import Speech

ENCRYPTED = "encryption_at_rest"
"""The control that the law names as an example of what makes data unreadable (GDPR Art. 34(3)(a))."""


class Question(NamedTuple):
    """What the catalog cannot say. `key` is the key of the catalog that would answer it; "" where only the
    breach itself can."""

    asks: str
    key: str


@dataclass(frozen=True, slots=True)
class Element:
    """An element that the law asks for: what can be said, and what stays open."""

    key: str
    article: str
    said: tuple[Cell, ...]
    open: tuple[Question, ...]


def draft(impact: Impact, say: Speech) -> tuple[Element, ...]:
    """The elements in the order of the law."""
    maker = _Draft(impact, say)
    return (
        maker.when(),
        maker.nature(),
        maker.people(),
        maker.records(),
        maker.contact(),
        maker.consequences(),
        maker.measures(),
        maker.told(),
        maker.authority(),
    )


class _Draft:
    def __init__(self, impact: Impact, say: Speech) -> None:
        self._impact, self._say = impact, say

    def _ask(self, key: str, answer: str = "", n: int | None = None, **values: object) -> Question:
        return Question(self._say.say(f"ask.{key}", n, **values), answer)

    def when(self) -> Element:
        """When it began, was ended and became known."""
        aware = self._impact.aware
        said: tuple[Cell, ...] = ()
        asked = [self._ask("when")]
        if aware is None:
            asked.append(self._ask("aware"))
        else:
            said = (self._say.say("said.aware", moment=aware.isoformat(timespec="minutes")),)
            asked.append(self._ask("delay"))
        return Element("when", "GDPR Art. 33(1)", said, tuple(asked))

    def nature(self) -> Element:
        """What happened, and where."""
        impact = self._impact
        target = impact.target
        kind = {Kind.SYSTEM: "systems", Kind.FIELD: "fields", Kind.RECIPIENT: "recipients"}[target.kind]
        said: list[Cell] = [
            (self._say.say(f"kind.{target.kind.value}"), Thing(kind, target.id, target.label))
        ]
        for one in impact.struck:
            system = one.system
            where = system.country or self._say.say("unknown")
            of = self._say.say("said.system", country=where, engine=system.engine or self._say.say("unknown"))
            said.append((Thing("systems", system.id, system.label), of))
        return Element(
            "nature",
            "GDPR Art. 33(3)(a)",
            tuple(said),
            (self._ask("what"), self._ask("cia"), self._ask("others")),
        )

    def people(self) -> Element:
        """Categories and number of people."""
        impact, say = self._impact, self._say
        said: list[Cell] = [
            (
                Thing("subjects", one.id, one.label),
                say.say("said.minors") if one.minors else say.say("said.minors_unknown"),
            )
            if one.minors is not False
            else Thing("subjects", one.id, one.label)
            for one in impact.subjects
        ]
        asked = [self._ask("people_number", systems=self._named())]
        if impact.unsaid_subjects:
            asked.append(self._ask("subjects", "subject", n=impact.unsaid_subjects))
        if any(one.minors is None for one in impact.subjects):
            asked.append(self._ask("minors", "subjects.….minors"))
        return Element("people", "GDPR Art. 33(3)(a)", tuple(said), tuple(asked))

    def _named(self) -> str:
        comma = self._say.say("comma")
        return comma.join(one.system.id for one in self._impact.struck) or self._say.say("none")

    def records(self) -> Element:
        """Categories and number of records."""
        impact, say = self._impact, self._say
        said: list[Cell] = [
            (Thing("categories", one.id, one.label), say.say("count.fields", n=number))
            for one, number in impact.categories
            if one is not None
        ]
        asked = []
        unmeasured = 0
        for one in impact.struck:
            for table in one.tables:
                if table.measured is None:
                    unmeasured += 1
                else:
                    name = Code(f"{one.system.id}.{table.name}")
                    said.append(
                        (name, say.say("count.rows_on", n=table.measured.rows, day=table.measured.on))
                    )
        if unmeasured:
            asked.append(self._ask("rows", n=unmeasured))
        if any(one is None for one, _ in impact.categories):
            asked.append(self._ask("category", "category"))
        for one in impact.struck:
            if one.undeclared is None:
                asked.append(
                    self._ask("unobserved", f"observed/{one.system.id}.columns.csv", system=one.system.id)
                )
            elif one.undeclared:
                asked.append(self._ask("undeclared", "sources", n=len(one.undeclared), system=one.system.id))
        return Element("records", "GDPR Art. 33(3)(a)", tuple(said), tuple(asked))

    def contact(self) -> Element:
        """Who answers questions."""
        catalog, say = self._impact.catalog, self._say
        said: list[Cell] = []
        asked = []
        if catalog.dpo is not None:
            said.append(say.say("said.dpo", name=catalog.dpo.name, contact=catalog.dpo.contact))
        else:
            asked.append(self._ask("dpo", "catalog.dpo"))
        if catalog.controller is not None:
            said.append(
                say.say("said.controller", name=catalog.controller.name, contact=catalog.controller.contact)
            )
            if catalog.controller.representative:
                said.append(say.say("said.representative", name=catalog.controller.representative))
        else:
            asked.append(self._ask("controller", "catalog.controller"))
        return Element("contact", "GDPR Art. 33(3)(b)", tuple(said), tuple(asked))

    def consequences(self) -> Element:
        """What may follow: facts to judge it by; the judgement is for people."""
        impact, say = self._impact, self._say
        said: list[Cell] = []
        for known, number in impact.classes:
            if known is not None and number:
                what = in_language(known.definition, say.tag) if known.definition else ""
                thing = Thing("classifications", known.id, known.label)
                count = say.say("count.fields", n=number)
                said.append((thing, count, what) if what else (thing, count))
        if impact.special:
            said.append(
                (say.say("said.special"), *(Thing("fields", one.id, one.label) for one in impact.special))
            )
        else:
            sure = impact.exposed and not impact.unsure
            said.append(say.say("said.no_special" if sure else "said.special_unknown"))
        unclassed = sum(number for known, number in impact.classes if known is None)
        asked = [self._ask("consequences")]
        if unclassed:
            asked.append(self._ask("class", "classification", n=unclassed))
        return Element("consequences", "GDPR Art. 33(3)(c)", tuple(said), tuple(asked))

    def measures(self) -> Element:
        """What is in place, and what is lacking by the catalog's own standard."""
        impact, say = self._impact, self._say
        said: list[Cell] = []
        for one in impact.struck:
            thing = Thing("systems", one.system.id, one.system.label)
            if one.system.security:
                said.append((thing, say.say("said.controls"), *map(Code, one.system.security)))
            else:
                said.append((thing, say.say("said.no_controls")))
            if one.lacks:
                said.append((thing, say.say("said.lacks"), *(Code(lack.control) for lack in one.lacks)))
        return Element(
            "measures", "GDPR Art. 33(3)(d)", tuple(said), (self._ask("measures"), self._ask("proof"))
        )

    def told(self) -> Element:
        """Whether people have to be told, and in which words."""
        impact, say = self._impact, self._say
        said: list[Cell] = []
        for one in impact.struck:
            key = "said.encrypted" if ENCRYPTED in one.system.security else "said.not_encrypted"
            said.append((Thing("systems", one.system.id, one.system.label), say.say(key)))
        said.append(say.say("said.plain"))
        return Element("told", "GDPR Art. 34(1)-(3)", tuple(said), (self._ask("risk"), self._ask("keys")))

    def authority(self) -> Element:
        """Which authority, and what of other countries."""
        impact, say = self._impact, self._say
        controller = impact.catalog.controller
        said: list[Cell] = []
        if controller is not None:
            said.append(say.say("said.home", country=controller.country))
        asked = [self._ask("authority")]
        role = impact.target.entry.role if isinstance(impact.target.entry, Recipient) else None
        if role in ("controller", "joint"):
            asked.append(self._ask("own_duty"))
        return Element("authority", "GDPR Art. 55, 56", tuple(said), tuple(asked))


def questions(elements: tuple[Element, ...]) -> Iterator[tuple[Element, Question]]:
    """What is open, in order."""
    for element in elements:
        for question in element.open:
            yield element, question
