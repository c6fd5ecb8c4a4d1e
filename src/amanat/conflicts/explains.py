"""One cause, one finding: which difference explains which, written out.

Two sources that are told apart by a cause are not compared in what follows from it; the finding about the
cause lists what it explains. A source that says nothing about the cause is compared with all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from amanat.conflicts.formats import fixed
from amanat.conflicts.report import CANONICAL
from amanat.conflicts.values import CodeList, Empty, Kind
from amanat.diagnostic import Severity
from amanat.model.field import Facet


class Explains(NamedTuple):
    """A facet whose difference explains one in another. `key` is what of its value the other follows: two
    sources with unequal keys are told apart. `weighs`: the finding is as severe as what it explains; not
    where the cause is judged in full knowledge of it."""

    cause: Facet
    effect: Facet
    key: Callable[[Any], object]
    weighs: bool = True


def _itself(value: object) -> object:
    return value


def _family(value: Kind) -> object:
    return {"enum": "text", "money": "decimal"}.get(value.family, value.family)


def _clock(value: Kind) -> object:
    return value.family == "date"


def _codes(value: CodeList) -> object:
    return value.codes


def _alphabet(value: CodeList) -> object:
    return "numbers" if all(code.isdigit() for code in value.codes) else "words"


def _nothing(value: Empty) -> object:
    return value.values, value.null


def _fixed(value: str) -> object:
    return value if fixed(value) is not None else "open"


EXPLAINS: tuple[Explains, ...] = (
    # a day of another calendar is written and stored otherwise
    Explains(Facet.CALENDAR, Facet.FORMAT, _itself),
    Explains(Facet.CALENDAR, Facet.TYPE, _itself),
    Explains(Facet.CALENDAR, Facet.LENGTH, _itself),
    # cents are integers, yen have no decimals
    Explains(Facet.UNIT, Facet.TYPE, _itself),
    Explains(Facet.UNIT, Facet.SCALE, _itself),
    Explains(Facet.UNIT, Facet.PRECISION, _itself),
    Explains(Facet.CURRENCY, Facet.SCALE, _itself),
    Explains(Facet.CURRENCY, Facet.PRECISION, _itself),
    # keys of two schemes are two types; that they never match is all there is to say
    Explains(Facet.IDENTIFIER, Facet.TYPE, _itself, weighs=False),
    Explains(Facet.IDENTIFIER, Facet.LENGTH, _itself),
    Explains(Facet.IDENTIFIER, Facet.NORMAL, _itself),
    # numbers for words are another type; the code map translates both
    Explains(Facet.CODES, Facet.FORMAT, _codes, weighs=False),
    Explains(Facet.CODES, Facet.TYPE, _alphabet, weighs=False),
    Explains(Facet.CODES, Facet.LENGTH, _codes),
    Explains(Facet.CODES, Facet.NORMAL, _codes),
    # a format brings its type and form along, and its length where that is fixed
    Explains(Facet.FORMAT, Facet.TYPE, _itself),
    Explains(Facet.FORMAT, Facet.LENGTH, _fixed),
    Explains(Facet.FORMAT, Facet.NORMAL, _itself),
    Explains(Facet.FORMAT, Facet.SCALE, _itself),
    Explains(Facet.FORMAT, Facet.PRECISION, _itself),
    # a day has no clock, a counter no fraction
    Explains(Facet.TYPE, Facet.ZONE, _clock),
    Explains(Facet.TYPE, Facet.LENGTH, _family),
    Explains(Facet.TYPE, Facet.SCALE, _family),
    Explains(Facet.TYPE, Facet.PRECISION, _family),
    # one numeric type, seen twice: what is rounded away is the harm
    Explains(Facet.SCALE, Facet.PRECISION, lambda value: value.digits),
    # rows of another kind repeat what is unique elsewhere
    Explains(Facet.GRAIN, Facet.UNIQUE, _itself),
    # an empty text instead of NULL is why a column need not be nullable
    Explains(Facet.EMPTY, Facet.NULLABLE, _nothing),
)
"""Structure explains too; which facets are compared across it stands with each facet (`facets.Shape`)."""

BY_EFFECT: Mapping[str, tuple[Explains, ...]] = {
    effect.value: tuple(row for row in EXPLAINS if row.effect is effect)
    for effect in Facet
    if any(row.effect is effect for row in EXPLAINS)
}

ORDER = (
    "structure",
    "grain",
    "calendar",
    "unit",
    "currency",
    "identifier",
    "codes",
    "format",
    "type",
    "scale",
    "empty",
)
"""Causes before what they explain; all other facets follow."""


class Thread(NamedTuple):
    """A cause at work in one facet of one field: what each source has there that the facet follows."""

    cause: str
    keys: Mapping[str, object]
    weighs: bool


class Outcome(NamedTuple):
    """What the comparison of a facet came to: the claims that are part of a difference, the sources that a
    finding shows, and what explains the others."""

    claims: Mapping[str, Any]
    shown: frozenset[str]
    threads: tuple[Thread, ...]


Told = Mapping[str, Outcome]
"""Facets that have been compared, and differ."""


def threads_of(facet: str, shapes: Mapping[str, str], told: Told) -> tuple[Thread, ...]:
    """The causes at work in a facet. `shapes` are what sources are told apart by in structure, or empty."""
    found = [Thread("structure", shapes, True)] if len(set(shapes.values())) > 1 else []
    for row in BY_EFFECT.get(facet, ()):
        outcome = told.get(row.cause)
        if outcome is not None:
            keys = {source: row.key(value) for source, value in outcome.claims.items()}
            found.append(Thread(row.cause.value, keys, row.weighs))
    return tuple(found)


def split(values: Mapping[str, Any], threads: Iterable[Thread]) -> list[dict[str, Any]]:
    """The claims in groups that nothing tells apart, in the order of the claims. One that says nothing about
    a cause is in each of the groups that the cause makes."""
    groups = [dict(values)]
    for thread in threads:
        groups = [part for group in groups for part in _parts(group, thread.keys)]
    return groups


def _parts(group: dict[str, Any], keys: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    known = dict.fromkeys(keys[source] for source in group if source in keys)
    if len(known) < 2:
        yield group
        return
    for key in known:
        yield {source: value for source, value in group.items() if source not in keys or keys[source] == key}


class Part(NamedTuple):
    """What a cause explains in a facet: between which sources, and how severe that alone would be."""

    cause: str
    sources: frozenset[str]
    severity: Severity
    weighs: bool


def explained(
    values: Mapping[str, Any],
    threads: tuple[Thread, ...],
    told: Told,
    judge: Callable[[Mapping[str, Any]], Severity | None],
) -> Iterator[Part]:
    """What is not compared because a cause tells the sources apart, and would have differed. `judge` gives
    the severity of a difference between two claims, None where there is none that can be known."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for source, value in values.items():
        alike.setdefault((value, *(thread.keys.get(source) for thread in threads)), []).append(source)
    for ones, others in combinations(alike.values(), 2):
        one, other = ones[0], others[0]
        thread = _speaker(one, other, threads, told)
        if thread is None or values[one] == values[other]:
            continue
        severity = judge({one: values[one], other: values[other]})
        if severity is not None:
            yield Part(thread.cause, frozenset((*ones, *others)), severity, thread.weighs)


def _speaker(one: str, other: str, threads: Iterable[Thread], told: Told) -> Thread | None:
    """The cause whose finding tells two sources apart. A cause that is itself explained passes it on."""
    for thread in threads:
        if one in thread.keys and other in thread.keys and thread.keys[one] != thread.keys[other]:
            outcome = told.get(thread.cause)
            if thread.cause == "structure" or outcome is None or {one, other} <= outcome.shown:
                return thread
            behind = _speaker(one, other, outcome.threads, told)
            if behind is not None:
                return behind._replace(weighs=behind.weighs and thread.weighs)
    return None


def field_first(keys: Iterable[str]) -> list[str]:
    """Keys of claims in order, the field's own first."""
    return sorted(keys, key=lambda key: (key != CANONICAL, key))
