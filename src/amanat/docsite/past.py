"""How the history of an entry is shown: who changed what, when, and what git cannot tell.

Functions of templates, like those of `judged`; each takes the page's `Local` first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from amanat.docsite.atlas import Atlas
from amanat.docsite.local import Local
from amanat.docsite.quick import Form
from amanat.history import ABSENT, Attribute, Event, State
from amanat.text import Place

SHOWN = 20
"""How many events of an entry a page shows, the latest first."""
DETAILS = 8
"""How many changed attributes of one event are told apart."""
_LONGEST = 240
_SHORT = 48
_PATH = Form('<span class="path" dir="ltr">{}</span>')
_OLD = Form('<del class="old">{}</del>')
_NEW = Form('<ins class="new">{}</ins>')
_TEXT = Form("<bdi>{}</bdi>")
_LAST = Form('<span class="at" dir="ltr" title="{}">{}</span>')
_AT = Markup('<span class="at" dir="ltr">')


@dataclass(frozen=True, slots=True)
class Past:
    """The history of one entry: the events that are shown, and the number of those before them."""

    events: tuple[Event, ...]
    more: int
    id: str


def past_of(atlas: Atlas, section: str, identifier: str, renamed_from: str | None = None) -> Past:
    """What happened to an entry, under its earlier id too."""
    events = atlas.site.history.of(section, identifier, renamed_from)
    return Past(events[:SHOWN], max(0, len(events) - SHOWN), identifier)


def unknown_past(local: Local) -> str:
    """Why there is no history."""
    return local.t(f"history.state.{local.atlas.site.history.state.value}")


def begins(local: Local) -> Markup | None:
    """Where the history of a shallow clone begins; None for a whole one."""
    oldest = local.atlas.site.history.begins
    if oldest is None:
        return None
    words = escape(local.t("history.begins", commit="{commit}", day="{day}"))
    return Markup(words).format(commit=local.code(oldest.short), day=local.date(oldest.day))


def has_past(local: Local) -> bool:
    """Whether git says anything."""
    return local.atlas.site.history.state is State.KNOWN


def change(local: Local, one: Attribute) -> Markup:
    """An attribute before and after."""
    shown = _PATH.format(Markup(" › ").join(local.breakable(step) for step in one.path))
    if not one.path:
        shown = escape(local.t("history.all"))
    if one.old is ABSENT:
        return Markup("{} {} {}").format(shown, local.t("history.added"), _NEW.format(_value(local, one.new)))
    if one.new is ABSENT:
        return Markup("{} {} {}").format(
            shown, local.t("history.dropped"), _OLD.format(_value(local, one.old))
        )
    return Markup("{} {} {} {}").format(
        shown, _OLD.format(_value(local, one.old)), local.t("history.to"), _NEW.format(_value(local, one.new))
    )


def _value(local: Local, value: object) -> Markup:
    if isinstance(value, str) and (len(value) > _SHORT or " " in value or not value.isascii()):
        return _TEXT.format(_cut(value))
    if isinstance(value, str):
        return local.code(value or "''")
    return local.code(_cut(json.dumps(value, ensure_ascii=False)))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def written(local: Local, place: Place | None) -> Markup:
    """The place of a fact as `file:line`; who last changed it, and when, is at hand where git says so."""
    if place is None:
        return Markup("")
    return local.once(("written", place), lambda: _written(local, place))


def _written(local: Local, place: Place) -> Markup:
    shown = local.at(place)
    last = local.atlas.site.history.last(place)
    if last is None or not shown.startswith(_AT):
        return shown
    if last.commit is None:
        said = local.t("history.uncommitted")
    else:
        said = local.t(
            "history.last", day=last.commit.day, author=last.commit.author, commit=last.commit.short
        )
    return _LAST.format(local.plain({"en": said}, said), local.atlas.where(place))


def details(events: Sequence[Attribute]) -> tuple[Sequence[Attribute], int]:
    """The changes of one event that are told apart, and the number of the others."""
    return events[:DETAILS], max(0, len(events) - DETAILS)


HELPERS: Mapping[str, Callable[..., Any]] = {
    "begins": begins,
    "change": change,
    "details": details,
    "has_past": has_past,
    "unknown_past": unknown_past,
    "written": written,
}
