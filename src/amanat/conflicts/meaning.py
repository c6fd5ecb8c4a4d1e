"""Judges of what a value means: definitions, normal forms, and plain contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from amanat.conflicts.codelists import same_list
from amanat.conflicts.judging import Judge, Judgement, Situation, grouped, named, standard, unlike
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


def judge_format(plain: Plain) -> Judge:
    """The judge of formats: as any contradiction, but formats that spell one list have a map."""
    judge = plain.judge()

    def judge_one(situation: Situation) -> Judgement | None:
        judgement = judge(situation)
        if judgement is None or not same_list(situation.values.values()):
            return judgement
        value, _ = standard(situation)
        return judgement._replace(
            why="the same code list in another spelling",
            translate=f"translate the codes of {named(judgement.odd)} one to one into `{value}`",
        )

    return judge_one


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


class _Telling(NamedTuple):
    """A source whose definition differs from that of `against`."""

    key: str
    against: str
    wording: Wording

    @property
    def rank(self) -> float:
        """Lower is worse: opposites first, then the least alike."""
        return self.wording.similarity - (2.0 if self.wording.opposites else 0.0)


def judge_definition(situation: Situation) -> Judgement | None:
    """Texts say different things: warning; info where only the words differ. Compared are the field's own
    text with each source's, else the first source's; and sources with each other."""
    values: Mapping[str, Wordings] = situation.values
    against = CANONICAL if CANONICAL in values else min(values)
    language = situation.catalog.language
    found = [
        _Telling(key, against, wording)
        for key, texts in values.items()
        if key != against and (wording := _texts_differ(values[against], texts, language)) is not None
    ]
    odd = dict.fromkeys(telling.key for telling in found)
    for telling in _between_sources(values, against, language):
        found.append(telling)
        if telling.against not in odd:
            odd.update(dict.fromkeys(key for key in values if values[key] == values[telling.key]))
    if not found:
        return None
    worst = min(found, key=lambda telling: telling.rank)
    return Judgement(
        Severity.INFO if worst.wording.close else Severity.WARNING,
        _wording_in_words(worst.wording, worst.key, worst.against),
        tuple(odd),
        f"use {named([against])}'s definition for {named(odd)}, if it says what the column holds",
        f"map {named(odd)} to a field of its own, if it means something else",
    )


_MOST_TEXTS = 24
"""Of more different texts than this about one field, the rest is only compared with the field's own."""


def _between_sources(values: Mapping[str, Wordings], against: str, language: str) -> Iterator[_Telling]:
    """Sources that differ from each other where comparing with the first text does not tell: because they
    share no language with it, or because each is like it and they turn each other's meaning round."""
    texts = list(grouped({key: text for key, text in values.items() if key != against}).items())
    for (one, (first, *_)), (other, (second, *_)) in combinations(texts[:_MOST_TEXTS], 2):
        wording = _texts_differ(one, other, language)
        if wording is None:
            continue
        told = _share_language(one, values[against]) and _share_language(other, values[against])
        if wording.opposites is not None or not told:
            yield _Telling(second, first, wording)


def _share_language(one: Wordings, other: Wordings) -> bool:
    return not dict(one.texts).keys().isdisjoint(dict(other.texts))


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
