"""The journey as a sheet in one language."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.exchange.journey import ORIGINS, Journey, Moment, Step, Touchpoint
from amanat.exchange.sections import field_cell, known, purpose_thing, section, share, some, table
from amanat.exchange.words import words_for
from amanat.sheet import Cell, Piece, Section, Sheet, Thing
from amanat.speech import Speech


def journey_sheet(found: Journey, lang: str) -> Sheet:
    """The stages side by side, then each with its touchpoints, fields and purposes."""
    say = words_for(lang)
    sections = [_overview(found, say)]
    for step in found.steps:
        sections += _step(step, say)
    return Sheet(
        lang,
        say.say("title.journey"),
        (say.say("lead.journey"), say.say("lead.touchpoint"), say.say("lead.heavy")),
        (*sections, _unplaced(found, say)),
        say.say("comma"),
    )


def _overview(found: Journey, say: Speech) -> Section:
    heads = ("stage", "fields", *ORIGINS, "unsaid", "compulsory", "with_benefit")
    rows = [_row(found, step, say) for step in found.steps]
    return section("overview", heads, rows, say, say.say("note.stages"))


def _row(found: Journey, step: Step, say: Speech) -> tuple[Cell, ...]:
    counts = step.origins
    remark = say.say("remark.empty") if step.empty else ""
    if step.heavy:
        remark = say.say("remark.heavy", part=step.compulsory, all=found.compulsory)
    return (
        (Thing("stages", step.stage.id, step.stage.label), *((remark,) if remark else ())),
        *(say.number(n) for n in (len(step.fields), *(counts.get(one, 0) for one in (*ORIGINS, None)))),
        known(step.compulsory, step.unsaid, say),
        say.say("count.plain", part=step.beneficial, all=len(step.purposes)),
    )


def _step(step: Step, say: Speech) -> Iterator[Section]:
    title = step.stage.label.get(say.tag) or next(iter(step.stage.label.values()), str(step.stage.id))
    key = f"stage-{step.stage.id}"
    purposes: tuple[Piece, ...] = tuple(purpose_thing(one) for one in step.purposes)
    lines: tuple[Cell, ...] = ((say.say("stage.purposes"), *purposes),) if purposes else ()
    if not step.fields:
        yield Section(key, title, (*lines, say.say("stage.empty" if step.empty else "stage.only_used")))
        return
    points = [_point(one, say) for one in step.touchpoints]
    yield Section(key, title, lines, table(("touchpoint", "fields", *ORIGINS, "unsaid"), points, say))
    moments = [_moment(point, one, say) for point in step.touchpoints for one in point.moments]
    shown = table(("field", "touchpoint", "origin", "compulsory", "serves"), moments, say)
    yield Section(f"{key}-fields", say.say("stage.fields", stage=title), (), shown)


def _point(point: Touchpoint, say: Speech) -> tuple[Cell, ...]:
    counts = point.origins
    numbers = (len(point.moments), *(counts.get(origin, 0) for origin in (*ORIGINS, None)))
    return (_system(point, say), *(say.number(number) for number in numbers))


def _moment(point: Touchpoint, moment: Moment, say: Speech) -> tuple[Cell, ...]:
    return (
        field_cell(moment.field),
        _system(point, say),
        say.say("not_here") if moment.origin is None else say.say(f"origin.{moment.origin}"),
        _compulsory(moment, say),
        tuple(some([purpose_thing(one) for one in moment.purposes], say)) or say.say("unsaid"),
    )


def _system(point: Touchpoint, say: Speech) -> Cell:
    system = point.system
    return say.say("nowhere") if system is None else Thing("systems", system.id, system.label)


def _compulsory(moment: Moment, say: Speech) -> str:
    """What is not given at a touchpoint cannot be compulsory there."""
    if moment.origin is None:
        return say.say("not_here")
    if moment.origin != "given":
        return say.say("not_given")
    return say.say("unsaid" if moment.compulsory is None else "yes" if moment.compulsory else "no")


def _unplaced(found: Journey, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [(field_cell(one),) for one in found.unplaced]
    counted = share(len(found.unplaced), found.fields, say)
    return section("unplaced", ("field",), rows, say, say.say("note.unplaced", counted=counted))
