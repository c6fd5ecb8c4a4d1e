"""How the two values of an attribute are judged: small functions from both values to classes of changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from amanat.conflicts.durations import order
from amanat.model.catalog import Catalog
from amanat.model.resources import Classification, RetentionRule
from amanat.model.values import Mask, Status
from amanat.policy.masks import at_least


class Told(NamedTuple):
    """A change within an attribute: its class, what it is about in there, and both values."""

    name: str
    key: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Both:
    """Both catalogs, and both entries that are compared."""

    old: Catalog
    new: Catalog
    before: Any
    after: Any


Judge = Callable[[Both, Any, Any], Iterable[Told]]
"""What lies between two values of an attribute that differ."""


def always(name: str) -> Judge:
    """Any difference is of one class."""
    return lambda _both, before, after: (Told(name, "", before, after),)


def members(added: str, removed: str) -> Judge:
    """The members of a list or set that came and went; their order says nothing."""

    def judge(_both: Both, before: Iterable[Any], after: Iterable[Any]) -> Iterator[Told]:
        old, new = dict.fromkeys(map(str, before)), dict.fromkeys(map(str, after))
        yield from (Told(added, one, None, one) for one in new if one not in old)
        yield from (Told(removed, one, one, None) for one in old if one not in new)

    return judge


def number(more: str, less: str, unknown: str) -> Judge:
    """A number that rose or fell; `unknown` where one of both is not said."""

    def judge(_both: Both, before: int | None, after: int | None) -> Iterator[Told]:
        if before is None or after is None:
            yield Told(unknown, "", before, after)
        else:
            yield Told(more if after > before else less, "", before, after)

    return judge


def flag(on: str, off: str) -> Judge:
    """A flag that is set; anything else, also a flag that nobody states, is not set."""

    def judge(_both: Both, before: bool | None, after: bool | None) -> Iterator[Told]:
        yield Told(on if after else off, "", before, after)

    return judge


def dropped(name: str, otherwise: str) -> Judge:
    """A text or a reference that is no longer there, or differs."""

    def judge(_both: Both, before: object, after: object) -> Iterator[Told]:
        yield Told(name if before and not after else otherwise, "", before, after)

    return judge


def period(longer: str, shorter: str, unclear: str) -> Judge:
    """An ISO 8601 duration; durations are only partly ordered."""

    def judge(_both: Both, before: str | None, after: str | None) -> Iterator[Told]:
        sign = None if before is None or after is None else order(before, after)
        if sign == 0:
            return
        name = unclear if sign is None else longer if sign < 0 else shorter
        yield Told(name, "", before, after)

    return judge


def day(later: str, earlier: str) -> Judge:
    """The last day on which something holds; None is without an end."""

    def judge(_both: Both, before: str | None, after: str | None) -> Iterator[Told]:
        grows = after is None or (before is not None and after > before)
        yield Told(later if grows else earlier, "", before, after)

    return judge


def status(live: str, gone: str) -> Judge:
    """Where an entry is in its life."""

    def judge(_both: Both, before: Status, after: Status) -> Iterator[Told]:
        was, now = before is Status.LIVE, after is Status.LIVE
        yield Told("note-changed" if was == now else live if now else gone, "", before, after)

    return judge


def below_clearance(before: Mask | None, after: Mask | None, key: str = "") -> Iterator[Told]:
    """A mask that is used below the clearance. Without one the request is denied, which shows least."""
    if before == after:
        return
    stronger = after is None or (before is not None and at_least(after, before))
    yield Told("mask-stronger" if stronger else "mask-weaker", key, before, after)


def over_all(before: Mask | None, after: Mask | None, key: str = "") -> Iterator[Told]:
    """A mask that is always worn for a purpose. Without one all is shown."""
    if before == after:
        return
    yield Told("mask-stronger" if at_least(after, before) else "mask-weaker", key, before, after)


def masks_for(_both: Both, before: Mapping[str, Mask], after: Mapping[str, Mask]) -> Iterator[Told]:
    """Masks by purpose."""
    for purpose in sorted({*before, *after}):
        yield from over_all(before.get(purpose), after.get(purpose), purpose)


def texts(name: str) -> Judge:
    """A mapping in which each key that differs is told."""

    def judge(_both: Both, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Told]:
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key) or (key in before) != (key in after):
                yield Told(name, str(key), before.get(key), after.get(key))

    return judge


_ACTIONS = ("delete", "anonymise", "aggregate", "pseudonymise", "archive", "review")
"""What happens to data at the end of its period, the strongest first."""


def rule(before: RetentionRule | None, after: RetentionRule | None, key: str = "") -> Iterator[Told]:
    """How long data is kept, from which event, and what then."""
    if before is None or after is None:
        if before is not after:
            yield Told("retention-unclear", key, before, after)
        return
    where = f"{key}." if key else ""
    if before.keep != after.keep:
        told = period("retention-longer", "retention-shorter", "retention-unclear")
        for one in told(None, before.keep, after.keep):  # type: ignore[arg-type]
            yield one._replace(key=f"{where}keep")
    if before.trigger != after.trigger:
        yield Told("retention-longer", f"{where}from", before.trigger, after.trigger)
    if before.then != after.then:
        yield Told(_deletion(before.then, after.then), f"{where}then", before.then, after.then)
    for name in ("proved_by", "basis"):
        if getattr(before, name) != getattr(after, name):
            yield Told("note-changed", f"{where}{name}", getattr(before, name), getattr(after, name))


def _deletion(before: str | None, after: str | None) -> str:
    if before in _ACTIONS and after in _ACTIONS:
        stronger = _ACTIONS.index(after) < _ACTIONS.index(before)
        return "deletion-stronger" if stronger else "deletion-weaker"
    return "deletion-weaker" if before in _ACTIONS else "deletion-stronger"


def rank(classes: Mapping[Any, Classification], name: str | None) -> int | None:
    """The rank of a classification in a catalog, 0 for the least sensitive."""
    found = classes.get(name)
    return None if found is None else found.rank


def classification(higher: str, lower: str) -> Judge:
    """A classification that rose or fell, by the order that holds now; what cannot be placed has fallen."""

    def judge(both: Both, before: str | None, after: str | None) -> Iterator[Told]:
        was = rank(both.new.classifications, before)
        if was is None:
            was = rank(both.old.classifications, before)
        now = rank(both.new.classifications, after)
        rose = before is None or (was is not None and now is not None and now > was)
        yield Told(higher if rose else lower, "", before, after)

    return judge
