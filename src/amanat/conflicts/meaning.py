"""Judges of what a value means: definitions, normal forms, and plain contradictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from amanat.conflicts.judging import Judge, Judgement, Situation, named, standard, unlike
from amanat.conflicts.report import CANONICAL
from amanat.conflicts.values import Wordings
from amanat.conflicts.wording import NEGATED, Wording, differing
from amanat.diagnostic import Severity


class Plain(NamedTuple):
    """How a facet is judged in which unequal values contradict each other, whatever they are."""

    severity: Severity
    why: str
    align: str
    translate: str | None
    stricter_for_keys: bool = False

    def judge(self) -> Judge:
        """The judge."""

        def judge(situation: Situation) -> Judgement:
            value, whose = standard(situation)
            odd = unlike(situation.values, value)
            who, shown = named(odd), f"`{value}`"
            return Judgement(
                Severity.ERROR if self.stricter_for_keys and is_match_key(situation) else self.severity,
                self.why,
                odd,
                self.align.format(odd=who, value=shown, whose=whose),
                self.translate.format(odd=who, value=shown) if self.translate else None,
            )

        return judge


def is_match_key(situation: Situation) -> bool:
    """Whether records are matched by the field: an identifier, or one of which no two subjects share a
    value."""
    field = situation.field
    return (
        situation.is_key
        or field.facets.get("unique") is True
        or (field.category is not None and (field.category == "id" or field.category.startswith("id.")))
        or any(
            claims.get("unique") is True for key, claims in situation.others.items() if key == field.master
        )
    )


def judge_normal(situation: Situation) -> Judgement:
    """Normal forms differ: warning; error where records are matched by the field."""
    forms = frozenset[str]().union(*situation.values.values())
    strongest = ", ".join(f"`{form}`" for form in sorted(_strongest(forms)))
    value, whose = standard(situation)
    odd = unlike(situation.values, value)
    return Judgement(
        Severity.ERROR if is_match_key(situation) else Severity.WARNING,
        "equal values do not look equal",
        odd,
        f"bring {named(odd)} into the form {_form(value)}, {whose}",
        f"match on the strongest common form: {strongest}",
    )


def _strongest(forms: frozenset[str]) -> frozenset[str]:
    return forms - {"upper"} | {"lower"} if "upper" in forms else forms


def _form(value: frozenset[str]) -> str:
    return ", ".join(f"`{form}`" for form in sorted(value)) or "`none`"


def judge_definition(situation: Situation) -> Judgement | None:
    """Texts say different things: warning; info where only the words differ. Compared are the field's own
    text with each source's, else the first source's."""
    values: Mapping[str, Wordings] = situation.values
    against = CANONICAL if CANONICAL in values else min(values)
    first = situation.catalog.language
    worst: tuple[float, str, Wording] | None = None
    odd: list[str] = []
    for key, texts in values.items():
        found = _texts_differ(values[against], texts, first) if key != against else None
        if found is None:
            continue
        odd.append(key)
        rank = found.similarity - (2.0 if found.opposites else 0.0)
        if worst is None or rank < worst[0]:
            worst = (rank, key, found)
    if worst is None:
        return None
    _, key, found = worst
    severity = Severity.INFO if found.close else Severity.WARNING
    return Judgement(
        severity,
        _wording_in_words(found, key, against),
        tuple(odd),
        f"use {named([against])}'s definition for {named(odd)}, if it says what the column holds",
        f"map {named(odd)} to a field of its own, if it means something else",
    )


def _texts_differ(one: Wordings, other: Wordings, first: str) -> Wording | None:
    """How two Texts differ in the languages that both have: the difference that turns the meaning round, or
    the one in the catalog's first language, or any. None for alike, or no common language."""
    texts = dict(one.texts)
    found = [
        (wording.opposites is None, language != first, wording)
        for language, text in other.texts
        if language in texts and (wording := differing(texts[language], text)) is not None
    ]
    return min(found, key=lambda item: item[:2])[2] if found else None


def _wording_in_words(found: Wording, key: str, against: str) -> str:
    who = named([against])
    if found.opposites is not None:
        ours, theirs = found.opposites
        if not ours or not theirs:
            return f"`{ours or theirs}` stands in {named([key] if theirs else [against])} only"
        return f"`{theirs}` in {named([key])} stands against `{ours}` in {who}"
    alike = f"{round(found.similarity * 100)} % alike"
    if found.close:
        return f"only the words differ ({alike})"
    if found.similarity < NEGATED:
        return f"{named([key])} says something else than {who} ({alike})"
    ours, theirs = _phrase(found.only_first), _phrase(found.only_second)
    if not theirs:
        return f"{named([key])} leaves out `{ours}`, which {who} says ({alike})"
    if not ours:
        return f"{named([key])} adds `{theirs}` to what {who} says ({alike})"
    return f"{named([key])} says `{theirs}` where {who} says `{ours}` ({alike})"


def _phrase(words: tuple[str, ...]) -> str:
    return " ".join(words[:7]) + (" …" if len(words) > 7 else "")
