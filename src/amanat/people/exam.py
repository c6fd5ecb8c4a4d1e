"""A quiz as an exam: questions in order, answers checked, and where in the catalog each right answer
stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amanat.errors import UsageError
from amanat.model.catalog import Catalog
from amanat.model.resources import Role
from amanat.model.values import FieldId, Text
from amanat.people.quiz import EFFECTS, May, Meaning, Why, answers, meanings, reasons
from amanat.people.words import words_for
from amanat.policy.readings import Access
from amanat.speech import Speech
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class Question:
    """A question in one language. `kind` is meaning, reason or access; `about` is the id that it is about,
    `right` the number of the right choice, counted from 1; `place` is where the answer is written."""

    kind: str
    about: str
    asks: str
    choices: tuple[str, ...]
    right: int
    place: Place


@dataclass(frozen=True, slots=True)
class Result:
    """A question with the answer given: the number of a choice, None where there was none."""

    question: Question
    given: int | None

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.given == self.question.right


def exam(catalog: Catalog, access: Access, role: Role, lang: str, seed: str = "") -> tuple[Question, ...]:
    """The questions for a role. Raises `UsageError` where none can be made."""
    say = words_for(lang)
    columns = access.columns(role=role.id)
    read = [(field, access.readings[name][at]) for name, field in catalog.fields.items() for at in columns]
    seen = {field.id: field for field, reading in read if reading.effect != "deny"}
    made: list[Question] = []
    made += [_meaning(one, say) for one in meanings(catalog, role.id, seen.values(), seed)]
    made += [_reason(one, say) for one in reasons(catalog, role.id, seed)]
    made += [_access(one, catalog, say) for one in answers(catalog, role.id, read, seed)]
    if not made:
        why = "no purpose lets it read anything" if not columns else "too few definitions are written"
        raise UsageError(
            f"no question can be made for `{role.id}`: {why}", hint="`amanat list roles` shows the roles"
        )
    return tuple(made)


def _meaning(one: Meaning, say: Speech) -> Question:
    asks = say.say("quiz.means", name=_in(one.field.label, say, one.field.id))
    choices = tuple(_in(choice, say, "") for choice in one.choices)
    place = one.field.place.at("definition")
    return Question("meaning", one.field.id, asks, choices, one.right + 1, place)


def _reason(one: Why, say: Speech) -> Question:
    asks = say.say("quiz.why", name=_in(one.purpose.label, say, one.purpose.id))
    choices = tuple(_in(choice, say, "") for choice in one.choices)
    return Question("reason", one.purpose.id, asks, choices, one.right + 1, one.purpose.place_of("reason"))


def _access(one: May, catalog: Catalog, say: Speech) -> Question:
    purpose = catalog.purposes[one.purpose]
    asks = say.say(
        "quiz.may",
        name=_in(one.field.label, say, one.field.id),
        purpose=_in(purpose.label, say, purpose.id),
    )
    choices = tuple(say.say(f"quiz.{effect}") for effect in EFFECTS)
    about = f"{one.field.id} {purpose.id}"
    return Question(
        "access", about, asks, choices, one.right + 1, catalog.fields[FieldId(one.field.id)].place
    )


def _in(text: Text, say: Speech, fallback: str) -> str:
    return text.get(say.tag) or next(iter(text.values()), fallback)


def read_answers(text: str, questions: Sequence[Question]) -> tuple[int, ...]:
    """The answers in a text: numbers of choices, with commas, spaces or lines between them.

    Raises `UsageError` for what is no number of a choice, and for more answers than there are questions.
    """
    words = text.replace(",", " ").split()
    if len(words) > len(questions):
        raise UsageError(
            f"{len(words)} answers for {len(questions)} questions", hint="give one number for each question"
        )
    found = []
    for number, (word, question) in enumerate(zip(words, questions, strict=False), 1):
        most = len(question.choices)
        given = choice(word, most)
        if given is None:
            raise UsageError(
                f"answer {number} is `{word}`", hint=f"write the number of a choice, 1 to {most}"
            )
        found.append(given)
    return tuple(found)


def choice(word: str, most: int) -> int | None:
    """The number of a choice, from 1; Persian digits count too. None where it is none."""
    if not word.isdecimal() or len(word) > 2:
        return None
    number = int(word)
    return number if 1 <= number <= most else None


def marked(questions: Sequence[Question], given: Sequence[int | None]) -> tuple[Result, ...]:
    """The questions with the answers given; those that are missing count as wrong."""
    filled = (*given, *([None] * (len(questions) - len(given))))
    return tuple(Result(question, answer) for question, answer in zip(questions, filled, strict=True))
