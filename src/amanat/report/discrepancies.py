"""The register of discrepancies in GitHub-flavoured Markdown, for the people who decide: first a table of
all entries, those on top that need somebody, then each with its reason and its values."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.conflicts.report import CANONICAL
from amanat.conflicts.standing import Change, Standing, Stands
from amanat.inventory.cells import told
from amanat.inventory.discrepancies import Register
from amanat.model.values import Text, in_language
from amanat.report.conflicts.markdown import code, prose

_UNKNOWN = "unknown"


def to_markdown(register: Register) -> str:
    """The register as Markdown."""
    return "\n".join(_lines(register)) + "\n"


def counted(register: Register) -> str:
    """How many entries there are, of how many, and how they stand, on one line."""
    here = len(register.standings)
    held = "the ledger" if here == register.held else f"{register.held} in the ledger"
    entries = f"{here} entr{'y' if here == 1 else 'ies'} of {held}"
    stand = ", ".join(f"{count} {stands}" for stands, count in register.counts.items() if count)
    return f"{entries}: {stand}" if stand else entries


def _lines(register: Register) -> Iterator[str]:
    ordered = sorted(register.standings, key=lambda one: list(Stands).index(one.stands))
    yield "# Discrepancies between sources"
    yield ""
    day = register.as_of.isoformat() if register.as_of else "no day, so that nothing is known to expire"
    yield f"{counted(register)}. Judged on {day}."
    if filters := register.wanted.given():
        yield f"Only: {', '.join(f'{name} {code(value)}' for name, value in filters.items())}."
    if ordered:
        yield ""
        yield "| field | facet | severity | status | approved by | expires | days left |"
        yield "|---|---|---|---|---|---|--:|"
    for one in ordered:
        entry = one.entry
        left = one.days_left(register.as_of)
        cells = (
            code(entry.field or _UNKNOWN),
            prose(entry.facet or _UNKNOWN),
            one.conflict.judged.value if one.conflict else "n/a",
            one.stands.value,
            code(entry.approved_by or _UNKNOWN),
            prose(entry.expires or _UNKNOWN),
            _UNKNOWN if left is None else str(left),
        )
        yield f"| {' | '.join(cells)} |"
    for one in ordered:
        yield ""
        yield from _entry(one, register)


def _entry(one: Standing, register: Register) -> Iterator[str]:
    entry, cat = one.entry, register.catalog
    field = cat.fields.get(entry.field) if entry.field is not None else None
    label = prose(in_language(field.label, cat.language) or "") if field else ""
    yield f"## {code(entry.field or _UNKNOWN)} {prose(entry.facet or _UNKNOWN)}: {one.stands.value}"
    yield ""
    span = register.spans.span(entry.place)
    at = f"{entry.place.file}:{span.line}" if span else entry.place.file
    yield f"{label + ', ' if label else ''}entry {code(entry.id)} at {code(at)}"
    yield ""
    yield from (f"- **{one.stands.value}**: {prose(why)}" for why in one.why)
    decided = (
        f"- decision: {prose(entry.decision or _UNKNOWN)}, approved by {code(entry.approved_by or _UNKNOWN)}"
    )
    yield f"{decided} on {prose(entry.approved_on or _UNKNOWN)}, until {prose(entry.expires or _UNKNOWN)}"
    yield f"- field owner: {code((field.owner if field else None) or _UNKNOWN)}"
    if (found := one.conflict) is not None:
        yield f"- without the entry: {found.judged.value} {found.code}, {prose(found.why)}"
    yield from _texts("reason", entry.reason)
    yield from _texts("handling", entry.handling)
    if one.changes or entry.values:
        yield ""
        yield from _values(one)


def _texts(name: str, text: Text) -> Iterator[str]:
    yield from (f"- {name} ({prose(tag)}): {prose(words)}" for tag, words in text.items())
    if not text:
        yield f"- {name}: {_UNKNOWN}"


def _values(one: Standing) -> Iterator[str]:
    yield "| source | accepted | now |"
    yield "|---|---|---|"
    now = one.conflict.values if one.conflict else {}
    keys = one.changes or sorted(one.entry.values, key=lambda key: (key != CANONICAL, key))
    for key in keys:
        name = "the field" if key == CANONICAL else code(key)
        accepted = code(told(one.entry.values[key])) if key in one.entry.values else "n/a"
        value = code(told(now[key])) if key in now else "n/a"
        if one.changes.get(key, Change.SAME) is not Change.SAME:
            value = f"❗ {value} ({one.changes[key].value})"
        yield f"| {name} | {accepted} | {value} |"
