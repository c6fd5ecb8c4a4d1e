"""The journey as a sheet in one language."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.exchange.journey import ORIGINS, Journey, Moment, Step, Touchpoint
from amanat.exchange.words import words_for
from amanat.model.resources import Purpose
from amanat.sheet import At, Cell, Piece, Section, Sheet, Table, Thing
from amanat.speech import Speech

LISTED = 3
"""How many purposes of a field are named; JSON has all."""


def journey_sheet(found: Journey, lang: str) -> Sheet:
    """The stages side by side, then each with its touchpoints, fields and purposes."""
    say = words_for(lang)
    return Sheet(
        lang,
        say.say("title.journey"),
        (say.say("lead.journey"), say.say("lead.touchpoint"), say.say("lead.heavy")),
        (_overview(found, say), *(_step(step, say) for step in found.steps), _unplaced(found, say)),
        say.say("comma"),
    )


def _overview(found: Journey, say: Speech) -> Section:
    heads = ("stage", "fields", *ORIGINS, "unsaid", "compulsory", "with_benefit")
    rows = tuple(_row(step, say) for step in found.steps)
    return Section(
        "overview",
        say.say("section.overview"),
        (),
        Table(tuple(say.say(f"head.{one}") for one in heads), rows),
    )


def _row(step: Step, say: Speech) -> tuple[Cell, ...]:
    counts = step.origins
    numbers = (
        len(step.fields),
        *(counts.get(origin, 0) for origin in ORIGINS),
        counts.get(None, 0),
        step.compulsory,
    )
    remark = "empty" if not step.fields else "heavy" if step.heavy else ""
    return (
        (
            Thing("stages", step.stage.id, step.stage.label),
            *((say.say(f"remark.{remark}"),) if remark else ()),
        ),
        *(say.number(number) for number in numbers),
        say.say("count.plain", part=step.beneficial, all=len(step.purposes)),
    )


def _step(step: Step, say: Speech) -> Section:
    title = step.stage.label.get(say.tag) or next(iter(step.stage.label.values()), str(step.stage.id))
    purposes: tuple[Piece, ...] = tuple(_purpose(one) for one in step.purposes)
    lines: tuple[Cell, ...] = ((say.say("stage.purposes"), *purposes),) if purposes else ()
    if not step.fields:
        return Section(f"stage-{step.stage.id}", title, (*lines, say.say("stage.empty")))
    heads = ("touchpoint", "field", "origin", "compulsory", "serves")
    rows = tuple(_moment(point, moment, say) for point in step.touchpoints for moment in point.moments)
    table = Table(tuple(say.say(f"head.{one}") for one in heads), rows)
    return Section(f"stage-{step.stage.id}", title, lines, table)


def _moment(point: Touchpoint, moment: Moment, say: Speech) -> tuple[Cell, ...]:
    system, field = point.system, moment.field
    return (
        say.say("nowhere") if system is None else Thing("systems", system.id, system.label),
        (Thing("fields", field.id, field.label), At(field.place)),
        say.say("unsaid") if moment.origin is None else say.say(f"origin.{moment.origin}"),
        say.say("unsaid" if field.compulsory is None else "yes" if field.compulsory else "no"),
        tuple(_named(moment.purposes, say)) or say.say("unsaid"),
    )


def _named(purposes: tuple[Purpose, ...], say: Speech) -> Iterator[Piece]:
    yield from (_purpose(one) for one in purposes[:LISTED])
    if len(purposes) > LISTED:
        yield say.say("more", n=len(purposes) - LISTED)


def _purpose(one: Purpose) -> Thing:
    return Thing("purposes", one.id, one.label)


def _unplaced(found: Journey, say: Speech) -> Section:
    key, title = "unplaced", say.say("section.unplaced")
    if not found.unplaced:
        return Section(key, title, (say.say("none"),))
    rows = tuple(((Thing("fields", one.id, one.label), At(one.place)),) for one in found.unplaced)
    return Section(key, title, (say.say("note.unplaced"),), Table((say.say("head.field"),), rows))
