"""`amanat quiz`: asking in a terminal or a script, and telling how it went."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.errors import EnvironmentFault

if TYPE_CHECKING:
    from amanat.cli.standing import Stood
    from amanat.model.resources import Role
    from amanat.people.exam import Question, Result
    from amanat.sheet import Spans
    from amanat.speech import Speech

VERSION = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a quiz: for which role, drawn by which seed, in which language, with which answers
    (None: they are asked for), how many per cent pass, and whether as JSON."""

    role: str
    seed: str
    lang: str | None
    answers: str | None
    share: int
    as_json: bool


def run(given: Path | None, as_of: str | None, asked: Asked, output: Path | None) -> int:
    """Ask and tell. The exit code is 0 for whoever passed, else 1."""
    from amanat.cli.reporting import language
    from amanat.cli.session import write_text
    from amanat.cli.standing import opened
    from amanat.inventory.select import unknown
    from amanat.model.values import RoleId
    from amanat.people.exam import exam, marked, read_answers
    from amanat.people.words import words_for
    from amanat.policy.readings import access_of

    stood = opened(given, as_of)
    catalog = stood.loaded.catalog
    lang = language(stood, asked.lang)
    role = catalog.roles.get(RoleId(asked.role))
    if role is None:
        raise unknown("role", asked.role, catalog.roles)
    questions = exam(catalog, access_of(catalog, stood.day), role, lang, asked.seed)
    say = words_for(lang)
    if asked.answers is None and asked.as_json:
        write_text(output, _json(asked, role, questions, None, stood, lang))
        return 0
    if asked.answers is None:
        answers: Sequence[int | None] = list(_ask(questions, role, say))
    else:
        answers = read_answers(_text(asked.answers), questions)
    results = marked(questions, answers)
    made = (
        _json(asked, role, questions, results, stood, lang)
        if asked.as_json
        else "".join(_told(results, asked, say, stood.loaded.spans))
    )
    write_text(output, made)
    return 0 if _passed(results, asked.share) else 1


def _passed(results: Sequence[Result], share: int) -> bool:
    return 100 * sum(one.passed for one in results) >= share * len(results)


def _text(given: str) -> str:
    """The answers as given, or what stands in the file of that name."""
    file = Path(given)
    if not given.strip() or given.replace(",", " ").replace(" ", "").isdecimal() or not file.is_file():
        return given
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFault(
            f"cannot read `{given}`: {getattr(error, 'strerror', None) or error}"
        ) from None


def _ask(questions: Sequence[Question], role: Role, say: Speech) -> Iterator[int | None]:
    """Ask one by one and read a line each; whoever has no more lines leaves the rest open."""
    from amanat.people.exam import choice
    from amanat.report.console import printable

    name = role.label.get(say.tag) or next(iter(role.label.values()), role.id)
    tell = sys.stderr.write
    tell(printable(say.say("quiz.title", name=name)) + "\n")
    for number, question in enumerate(questions, 1):
        tell("\n" + printable(f"{say.number(number)}. {question.asks}") + "\n")
        for at, text in enumerate(question.choices, 1):
            tell(printable(f"   {say.number(at)}) {text}") + "\n")
        most = len(question.choices)
        answer: int | None = None
        while answer is None:
            tell(say.say("quiz.prompt", most=most) + " ")
            sys.stderr.flush()
            line = sys.stdin.readline()
            if not line:
                tell("\n")
                return
            answer = choice(line.strip(), most)
        yield answer


def _told(results: Sequence[Result], asked: Asked, say: Speech, spans: Spans) -> Iterator[str]:
    """What was wrong, with the right answer and where it is written; then the score."""
    from amanat.report.console import printable
    from amanat.sheet import located

    for number, one in enumerate(results, 1):
        question = one.question
        if one.passed:
            continue
        yield printable(f"{say.number(number)}. {question.asks}") + "\n"
        given = say.say("quiz.nothing") if one.given is None else question.choices[one.given - 1]
        right = question.choices[question.right - 1]
        yield printable(f"   {say.say('quiz.given', answer=given)}") + "\n"
        yield (
            printable(f"   {say.say('quiz.right', answer=right)}  ({located(spans, question.place)})") + "\n"
        )
    score = sum(one.passed for one in results)
    key = "quiz.passed" if _passed(results, asked.share) else "quiz.failed"
    yield say.say("quiz.score", right=score, all=len(results)) + " " + say.say(key, share=asked.share) + "\n"


def _json(
    asked: Asked,
    role: Role,
    questions: Sequence[Question],
    results: Sequence[Result] | None,
    stood: Stood,
    lang: str,
) -> str:
    """The quiz as data (schema: `quiz.schema.json`); without answers, the right ones are not told either."""
    from amanat import __version__

    spans = stood.loaded.spans
    catalog = stood.loaded.catalog

    def asked_of(number: int, question: Question) -> dict[str, Any]:
        result = None if results is None else results[number]
        span = spans.span(question.place) if result else None
        return {
            "kind": question.kind,
            "about": question.about,
            "question": question.asks,
            "choices": list(question.choices),
            "given": result.given if result else None,
            "right": question.right if result else None,
            "passed": result.passed if result else None,
            "file": question.place.file if result else None,
            "line": span.line if span else None,
        }

    document = {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest},
        "role": role.id,
        "lang": lang,
        "seed": asked.seed,
        "pass_share": asked.share,
        "questions": [asked_of(number, question) for number, question in enumerate(questions)],
        "score": None if results is None else sum(one.passed for one in results),
        "passed": None if results is None else _passed(results, asked.share),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
