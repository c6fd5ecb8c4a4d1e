"""The maturity as a sheet in one language."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.people.maturity import Answer, Dimension, Proof, Stage
from amanat.people.words import words_for
from amanat.sheet import At, Cell, Code, Piece, Section, Sheet, Table, Thing
from amanat.speech import Speech

LISTED = 3
"""How many entries an answer names for each way it can fall short; JSON has all."""


def maturity_sheet(dimensions: tuple[Dimension, ...], lang: str) -> Sheet:
    """What was counted, dimension by dimension, with the entries that it rests on."""
    say = words_for(lang)
    return Sheet(
        lang,
        say.say("title.maturity"),
        (say.say("lead.maturity"), say.say("lead.stages")),
        (_overview(dimensions, say), *(_dimension(one, say) for one in dimensions)),
        say.say("comma"),
    )


def _overview(dimensions: tuple[Dimension, ...], say: Speech) -> Section:
    headings = tuple(say.say(f"head.{one}") for one in ("dimension", "stage", "weakest"))
    rows = tuple(
        (say.say(f"dimension.{one.key}"), say.say(f"stage.{one.stage.value}"), _weakest(one, say))
        for one in dimensions
    )
    return Section("overview", say.say("section.overview"), (), Table(headings, rows))


def _weakest(one: Dimension, say: Speech) -> Cell:
    asked = [answer for answer in one.answers if answer.stage is one.stage]
    if one.stage in (Stage.ALL, Stage.NOT_APPLICABLE) or not asked:
        return say.say("none")
    return tuple(say.say(f"ask.{answer.key}") for answer in asked)


def _dimension(one: Dimension, say: Speech) -> Section:
    headings = tuple(say.say(f"head.{name}") for name in ("question", "counted", "stage", "evidence"))
    rows = tuple(
        (
            say.say(f"ask.{answer.key}"),
            _counted(answer, say),
            say.say(f"stage.{answer.stage.value}"),
            tuple(_evidence(answer, say)) or say.say("none"),
        )
        for answer in one.answers
    )
    title = f"{say.say(f'dimension.{one.key}')}{say.say('colon')}{say.say(f'stage.{one.stage.value}')}"
    return Section(one.key, title, (), Table(headings, rows))


def _counted(answer: Answer, say: Speech) -> str:
    if not answer.total:
        return say.say("count.nothing")
    words = say.say("count.of", met=answer.met, all=answer.total)
    if answer.unknown:
        words += say.say("semicolon") + say.say("count.unknown", n=len(answer.unknown))
    return words


def _evidence(answer: Answer, say: Speech) -> Iterator[Piece]:
    """What falls short, then what nobody said; where all is well, some of what is so."""
    for key, proofs in (("lacking", answer.lacking), ("unsaid", answer.unknown)):
        if proofs:
            yield say.say(f"evidence.{key}")
            yield from _named(proofs, say)
    if not answer.lacking and not answer.unknown and answer.shown:
        yield say.say("evidence.such_as")
        yield from _named(answer.shown, say)


def _named(proofs: tuple[Proof, ...], say: Speech) -> Iterator[Piece]:
    for one in proofs[:LISTED]:
        yield Thing(one.kind, one.id, one.label) if one.label else Code(one.id)
        yield At(one.place)
    if len(proofs) > LISTED:
        yield say.say("more", n=len(proofs) - LISTED)
