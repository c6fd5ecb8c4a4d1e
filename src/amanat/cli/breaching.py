"""`amanat impact`: what a breach means, or what one would expose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from amanat.errors import UsageError


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: of which entry (None: the ranking), from which moment on, in which language and
    format."""

    target: str | None
    aware: str | None
    lang: str | None
    form: str


def report(given: Path | None, as_of: str | None, asked: Asked, no_color: bool) -> str:
    """The report. Raises `UsageError` for an unknown entry or language, and for a moment that is none."""
    from amanat.breach.document import impact_document, ranking_document, render
    from amanat.breach.facts import Known, impact_of
    from amanat.breach.ranking import ranking
    from amanat.breach.target import find_target
    from amanat.breach.told import impact_sheet, ranking_sheet
    from amanat.cli.reporting import language, shown
    from amanat.cli.standing import opened
    from amanat.policy.readings import access_of

    aware = moment(asked.aware)
    stood = opened(given, as_of)
    catalog, spans = stood.loaded.catalog, stood.loaded.spans
    lang = language(stood, asked.lang)
    target = None if asked.target is None else find_target(catalog, asked.target)
    known = Known.of(catalog, access_of(catalog, stood.day).readings)
    if target is None:
        found = ranking(known)
        if asked.form == "json":
            return render(ranking_document(catalog, found, spans))
        return shown(ranking_sheet(catalog, found, lang), asked.form, stood, no_color)
    impact = impact_of(known, target, aware)
    if asked.form == "json":
        return render(impact_document(impact, spans, lang))
    return shown(impact_sheet(impact, lang), asked.form, stood, no_color)


def moment(text: str | None) -> datetime | None:
    """A moment with its offset from UTC. Raises `UsageError` where it is none, or has no offset: the hours of
    a clock would begin at another moment for each reader."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"`{text}` is not a moment", hint="write it as 2026-11-27T09:30+01:00 (ISO 8601)"
        ) from None
    if found.tzinfo is None:
        raise UsageError(
            f"`{text}` says nothing of the time zone", hint=f"add the offset from UTC, such as {text}+01:00"
        )
    return found
