"""Judges of the golden record: whether a source that may win a field is allowed to speak for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amanat.conflicts.judging import Judgement, Situation, named
from amanat.conflicts.report import CANONICAL
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Retention
from amanat.model.values import PurposeId, SourceId

GOLDEN_FORBIDDEN = "SR117"
_GUESSED = frozenset(("inferred", "third_party"))
_ASIDE = "name another `master`, or take {} out of those that may win (`may_win: false`)"


def may_win(field: Field) -> frozenset[SourceId]:
    """The sources whose value may become the golden one, as far as the catalog decides it: the master alone,
    or all that a survivorship compares."""
    if field.survivorship is None:
        return frozenset((field.master,)) if field.master is not None else frozenset()
    return frozenset(
        key for key, source in field.sources.items() if source.facets.get("may_win") is not False
    )


def judge_uncovered(situation: Situation) -> Judgement | None:
    """A source that may win holds its values for less than the field is used for: error. As the golden value
    they would serve purposes for which nobody collected them."""
    winners = may_win(situation.field)
    if not winners:
        return None
    wanted = sorted(situation.values.get(CANONICAL, ()))
    missing = {
        key: lacking
        for key, held in situation.values.items()
        if key in winners and (lacking := [name for name in wanted if set(held).isdisjoint(ancestors(name))])
    }
    if not missing:
        return None
    odd = tuple(missing)
    lacking = missing[odd[0]]
    consent = _on_consent(situation.catalog, situation.values[odd[0]], lacking)
    shown = ", ".join(f"`{name}`" for name in lacking)
    return Judgement(
        Severity.ERROR,
        f"`{odd[0]}` may win and would then serve {shown}, for which it is not held{consent}",
        odd,
        _ASIDE.format(named(odd)),
        f"add {shown} to the purposes of {named(odd)}, if people were told and a basis holds",
        GOLDEN_FORBIDDEN,
    )


def _on_consent(catalog: Catalog, held: Iterable[str], lacking: Iterable[str]) -> str:
    """What to add where the source rests on consent alone, and what it would serve does not."""
    theirs, ours = (_bases(catalog, names) for names in (held, lacking))
    return (
        "; people gave it by consent for something else" if theirs == {"consent"} and ours != theirs else ""
    )


def _bases(catalog: Catalog, names: Iterable[str]) -> set[str]:
    known = (catalog.purposes.get(PurposeId(name)) for name in names)
    return {basis for purpose in known if purpose is not None for basis in purpose.basis.values()}


def judge_outlived(
    situation: Situation, shorter: Iterable[str], own: Retention, has_reason: bool
) -> Judgement | None:
    """A source that may win is deleted sooner than the field: error, as its value would live on as the golden
    one, unless the field's own policy has a reason to keep it (`has_reason`)."""
    winners = may_win(situation.field)
    odd = tuple(key for key in shorter if key in winners)
    if not odd or has_reason:
        return None
    return Judgement(
        Severity.ERROR,
        f"{named(odd)} may win and is deleted sooner than the field, so the golden value would outlive it",
        odd,
        _ASIDE.format(named(odd)),
        f"keep the field no longer than {named(odd)}, or give `{own.id}` a basis (law or contract)",
        GOLDEN_FORBIDDEN,
    )


def judge_guessed(field: Field) -> Judgement | None:
    """What is inferred, or came from a third party, may win over what the customer told: warning."""
    how = field.survivorship
    if how is None or field.origin in _GUESSED:
        return None
    winners = may_win(field)
    guessed = [key for key in field.sources if key in winners and _origin(field, key) in _GUESSED]
    told = [key for key in winners if key not in guessed]
    if not guessed or not told or (how.strategy == "source_priority" and _last(how.priority, guessed, told)):
        return None
    first = guessed[0]
    what = "only infers the value" if _origin(field, first) == "inferred" else "has it from a third party"
    return Judgement(
        Severity.WARNING,
        f"`{first}` {what}, and may win over what others were told",
        tuple(guessed),
        f"use `source_priority` with {named(guessed)} last, or take them out (`may_win: false`)",
        None,
        GOLDEN_FORBIDDEN,
    )


def _origin(field: Field, key: SourceId) -> object:
    return field.sources[key].facets.get("origin")


def _last(priority: Iterable[SourceId], guessed: Iterable[SourceId], told: Iterable[SourceId]) -> bool:
    """Whether the order of trust puts every guess behind everything that was told."""
    ranks: Mapping[SourceId, int] = {key: at for at, key in enumerate(priority)}
    unlisted = len(ranks)
    return max(ranks.get(key, unlisted) for key in told) < min(ranks.get(key, unlisted) for key in guessed)
