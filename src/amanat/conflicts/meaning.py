"""Judges of what a value means: codes, definitions, formats, normal forms, and plain contradictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

from amanat.conflicts.claims import CodeList, Wordings
from amanat.conflicts.folding import fold
from amanat.conflicts.judging import Judge, Judgement, Situation, named, standard, unlike
from amanat.conflicts.report import CANONICAL
from amanat.conflicts.wording import NEGATED, Wording, differing
from amanat.diagnostic import Severity

INCOMPLETE_MAP = "CF120"


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


def differ_in_codes(one: CodeList, other: CodeList) -> bool:
    """Whether two lists of source codes are different, before any map: other codes, or the same ones with
    other meanings."""
    return one.codes != other.codes or _turned(one, other) is not None


def _turned(one: CodeList, other: CodeList) -> str | None:
    """The first code that is known to mean one thing here and another there."""
    meanings = dict(other.meanings)
    for code, meaning in one.meanings:
        if code in meanings and fold(meaning) != fold(meanings[code]):
            return code
    return None


class _Faults(NamedTuple):
    missing: dict[str, list[str]]
    stray: dict[str, list[str]]
    merged: list[str]
    dropped: list[str]
    unmapped: list[str]


def judge_codes(situation: Situation) -> Judgement | None:
    """Code lists differ and no total map is declared: error. A map that leaves codes out or leads to codes
    that the field does not have: error; one that merges or drops codes: warning."""
    values: Mapping[str, CodeList] = situation.values
    canonical = values.get(CANONICAL)
    faults = _Faults({}, {}, [], [], [])
    for key, codes in values.items():
        if key != CANONICAL:
            _look_at_map(key, codes, canonical, faults)
    if canonical is not None:
        faults.unmapped.extend(
            key
            for key, codes in values.items()
            if key != CANONICAL and codes.mapped is None and not codes.codes <= canonical.codes
        )
        if faults.unmapped:
            return _unmapped(situation, tuple(faults.unmapped), canonical.codes)
        return _turned_codes(situation) or _bad_map(faults)
    sets = {key: _effective(codes) for key, codes in values.items()}
    if len(set(sets.values())) > 1:
        return _unmapped_lists(situation, sets)
    return _turned_codes(situation) or _bad_map(faults)


def _turned_codes(situation: Situation) -> Judgement | None:
    """Sources without a map in which the same code means something else."""
    plain = {key: codes for key, codes in situation.values.items() if codes.mapped is None and codes.meanings}
    for one, other in combinations(plain, 2):
        code = _turned(plain[one], plain[other])
        if code is not None:
            here, there = dict(plain[one].meanings)[code], dict(plain[other].meanings)[code]
            return Judgement(
                Severity.ERROR,
                f"`{code}` means `{here}` in `{one}` and `{there}` in `{other}`",
                (other,),
                f"use one list of codes in {named([one, other])}",
                f"declare a `codes` map (source code: canonical code) on {named([one, other])}",
            )
    return None


def _effective(codes: CodeList) -> frozenset[str]:
    if codes.mapped is None:
        return codes.codes
    return frozenset(target for _, target in codes.mapped if target is not None)


def _look_at_map(key: str, codes: CodeList, canonical: CodeList | None, faults: _Faults) -> None:
    if codes.mapped is None:
        return
    if missing := sorted(codes.seen - codes.codes):
        faults.missing[key] = missing
    targets = Counter(target for _, target in codes.mapped if target is not None)
    if canonical is not None and (stray := sorted(set(targets) - canonical.codes)):
        faults.stray[key] = stray
    if any(count > 1 for count in targets.values()):
        faults.merged.append(key)
    if any(target is None for _, target in codes.mapped):
        faults.dropped.append(key)


def _bad_map(faults: _Faults) -> Judgement | None:
    if faults.missing or faults.stray:
        key = min([*faults.missing, *faults.stray])
        if key in faults.missing:
            why = f"the map of `{key}` leaves out {_listed(faults.missing[key])}, which its snapshot shows"
        else:
            why = f"the map of `{key}` leads to {_listed(faults.stray[key])}, which the field does not list"
        odd = tuple(sorted({*faults.missing, *faults.stray}))
        complete = f"complete the `codes` map of {named(odd)}; a code without counterpart maps to null"
        return Judgement(Severity.ERROR, why, odd, None, complete, INCOMPLETE_MAP)
    if faults.merged or faults.dropped:
        odd = tuple(sorted({*faults.merged, *faults.dropped}))
        verb = "merges" if faults.merged else "drops"
        return Judgement(
            Severity.WARNING,
            f"the map of {named(odd)} {verb} codes, so the way back is lost",
            odd,
            "give the field a code for each of them",
            None,
            INCOMPLETE_MAP,
        )
    return None


def _unmapped(situation: Situation, odd: tuple[str, ...], wanted: frozenset[str]) -> Judgement:
    values: Mapping[str, CodeList] = situation.values
    strange = sorted(values[odd[0]].codes - wanted)
    spelled = {fold(code) for code in wanted}
    only_spelling = all({fold(code) for code in values[key].codes} <= spelled for key in odd)
    return Judgement(
        Severity.WARNING if only_spelling else Severity.ERROR,
        "the same codes are spelled differently"
        if only_spelling
        else f"{_listed(strange)} of {named(odd[:1])} mean nothing in the field, and no map tells",
        odd,
        f"use the field's codes in {named(odd)}",
        f"declare a `codes` map (source code: canonical code) on {named(odd)}",
    )


def _unmapped_lists(situation: Situation, sets: Mapping[str, frozenset[str]]) -> Judgement:
    whole = frozenset[str]().union(*sets.values())
    folded = {frozenset(map(fold, codes)) for codes in sets.values()}
    nested = any(codes == whole for codes in sets.values())
    value, _ = standard(situation)
    odd = unlike(situation.values, value)
    if len(folded) == 1:
        why, severity = "the same codes are spelled differently", Severity.WARNING
    elif nested:
        narrow = [key for key, codes in sets.items() if codes != whole]
        why, severity = f"{named(narrow)} cannot hold all codes of the others", Severity.WARNING
    else:
        why, severity = (
            "a code of one list has no meaning in the other, and no map gives it one",
            Severity.ERROR,
        )
    return Judgement(
        severity,
        why,
        odd,
        f"use one list of codes in {named(odd)}",
        f"declare the field's `codes` and a `codes` map on {named(odd)}",
    )


def _listed(codes: list[str]) -> str:
    shown = ", ".join(f"`{code}`" for code in codes[:4])
    return shown + (f" and {len(codes) - 4} more" if len(codes) > 4 else "")
