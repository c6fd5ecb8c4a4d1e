"""Until when data is kept, worked out for an event on one day, and what suspends it.

Functions of templates, like those of `judged`; each takes the page's `Local` first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from amanat.docsite.due import ends
from amanat.docsite.local import Local
from amanat.docsite.quick import Form
from amanat.docsite.sheets import told
from amanat.model.field import Field
from amanat.model.resources import Retention, RetentionRule
from amanat.retention.effective import Effective
from amanat.retention.ladder import likeness
from amanat.retention.told import Told

EXAMPLE = date(2026, 1, 15)
"""The day of the event where no day was given to judge by: any day tells how the period is counted."""
_OVERRIDDEN = Form('<span class="under">{} <s>{}</s></span>')


def event_day(local: Local) -> Markup:
    """The day of the event that ends are worked out for."""
    return local.date(_day(local).isoformat())


def kept_until(local: Local, rule: RetentionRule) -> Markup:
    """The last day of the period and the day after it, for an event on `event_day`."""
    if rule.keep is None:
        return local.unsaid()
    keep, then = rule.keep, rule.then
    return local.once(("kept until", keep, then), lambda: _kept_until(local, keep, then))


def _kept_until(local: Local, keep: str, action: str | None) -> Markup:
    end = ends(_day(local), keep)
    if end is None:
        return local.unsaid("retention.no_end")
    words = escape(local.t("retention.ends", last="{last}", then="{then}", due="{due}"))
    then = local.word("then", action)
    return Markup(words).format(
        last=local.date(end.last.isoformat()), then=then, due=local.date(end.due.isoformat())
    )


def overridden(local: Local, policy: Retention, rule: RetentionRule, key: str) -> Markup:
    """What a jurisdiction says instead of the rule elsewhere, where it says something else."""
    if rule is policy.rule:
        return Markup("")
    own, base = (getattr(one, _ATTRIBUTES[key]) for one in (rule, policy.rule))
    if own == base:
        return Markup("")
    shown = local.duration(base) if key == "keep" else local.word(_GROUPS[key], base)
    return _OVERRIDDEN.format(local.t("retention.instead"), shown)


class Ladder(NamedTuple):
    """How a rule comes about, rung by rung, and all systems where it comes about in this way."""

    where: list[str]
    rungs: tuple[Markup, ...]


def ladders(local: Local, kept: Iterable[tuple[Effective, tuple[str, ...]]]) -> list[Ladder]:
    """The ladders of a field; systems whose ladders read the same share one. How long backups live on stands
    elsewhere on the page: it is each system's own."""
    teller = _teller(local)
    site = local.atlas.site
    day = site.as_of if site.names_day else None
    found: dict[tuple[Markup, ...], Ladder] = {}
    for rule, jurisdictions in kept:
        rungs = local.kept(("rungs", likeness(rule)), partial(_rungs, local, rule, day))
        found.setdefault(rungs, Ladder([], rungs)).where.append(teller.holds_in(rule, jurisdictions))
    return list(found.values())


def _rungs(local: Local, rule: Effective, day: date | None) -> tuple[Markup, ...]:
    return tuple(told(local, cell) for cell in _teller(local).rungs(rule, day, backups=False))


class Outlived(NamedTuple):
    """Where a field and what it is made from, or what is made from it, are not kept equally long."""

    title: str
    lines: list[Markup]


def outlived(local: Local, field: Field) -> Outlived:
    """What `amanat retention explain` says of copies that outlive what they are made from; no lines:
    nothing."""
    teller = _teller(local)
    return Outlived(teller.title_of("derived"), [told(local, cell) for cell in teller.derived(field)])


def _teller(local: Local) -> Told:
    made: Told = local.kept(("retention",), lambda: Told(local.atlas.catalog, local.speech.tag))
    return made


def _day(local: Local) -> date:
    site = local.atlas.site
    return site.as_of if site.as_of is not None and site.names_day else EXAMPLE


_ATTRIBUTES = {"keep": "keep", "from": "trigger", "then": "then"}
_GROUPS = {"from": "trigger", "then": "then"}

HELPERS: Mapping[str, Callable[..., Any]] = {
    "event_day": event_day,
    "kept_until": kept_until,
    "ladders": ladders,
    "outlived": outlived,
    "overridden": overridden,
}
