"""Judging code lists: other codes, other meanings, and maps that leave out, merge or drop codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

from amanat.conflicts.codelists import Recognise, is_missing, recogniser, total_map
from amanat.conflicts.folding import fold
from amanat.conflicts.judging import Judgement, Situation, named, standard, unlike
from amanat.conflicts.report import CANONICAL
from amanat.conflicts.values import CodeList
from amanat.conflicts.ways import flow
from amanat.diagnostic import Severity

INCOMPLETE_MAP = "CF120"


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
            return _spelled(situation, faults.unmapped, canonical.codes) or _unmapped(
                situation, tuple(faults.unmapped), canonical.codes
            )
        return _turned_codes(situation) or _bad_map(faults)
    sets = {key: _effective(codes) for key, codes in values.items()}
    if len(set(sets.values())) > 1:
        plain = [key for key, codes in values.items() if codes.mapped is None]
        return _spelled(situation, plain, None) or _unmapped_lists(situation, sets)
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


def _spelled(situation: Situation, plain: list[str], wanted: frozenset[str] | None) -> Judgement | None:
    """Codes of a list that the world shares, some of them in another spelling: the map that translates all
    of them is known. None where a code is not of the list."""
    recognise = recogniser(situation.field.facets.get("format"), situation.catalog.languages)
    if recognise is None:
        return None
    maps: dict[str, dict[str, str]] = {}
    for key in plain:
        found = total_map(recognise, situation.values[key], wanted)
        if found is None:
            return None
        maps[key] = found
    odd = tuple(key for key, its in maps.items() if any(code != other for code, other in its.items()))
    if not odd:
        return None if wanted is not None else _excerpts(situation, recognise)
    suggested = [f"`codes: {_map_in_words(maps[key])}` on `{key}`" for key in odd[:3]]
    more = f" and likewise on {len(odd) - 3} more" if len(odd) > 3 else ""
    return Judgement(
        Severity.WARNING,
        f"the same code list in another spelling: `{_respelled(maps[odd[0]])}`",
        odd,
        f"use the {'field' if wanted is not None else 'standard'}'s spelling in {named(odd)}",
        f"declare {', '.join(suggested)}{more}",
    )


def _respelled(its: Mapping[str, str]) -> str:
    code, other = next((code, other) for code, other in its.items() if code != other)
    return f"{code}` for `{other}"


def _map_in_words(its: Mapping[str, str]) -> str:
    shown = dict(list(its.items())[:_MOST_CODES])
    left = len(its) - len(shown)
    return flow(shown) if not left else f"{flow(shown)[:-1]}, … {left} more}}"


_MOST_CODES = 40
"""Of a suggested map with more codes, the rest is only counted."""


def _excerpts(situation: Situation, recognise: Recognise) -> Judgement | None:
    """Lists that each have codes the others lack, all of the one list that the field names."""
    sets = {key: _effective(codes) for key, codes in situation.values.items()}
    whole = frozenset[str]().union(*sets.values())
    narrow = tuple(key for key, codes in sets.items() if codes != whole)
    if any(recognise(code) != code for code in whole):
        return None
    return Judgement(
        Severity.WARNING,
        f"{named(narrow)} cannot hold all codes of the others",
        narrow,
        f"use one list of codes in {named(narrow)}",
        "declare the `codes` of the field, and which of them each source can hold",
    )


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
        f"declare a `codes` map (source code: canonical code) on {named(odd)}{_hint(situation)}",
    )


def _hint(situation: Situation) -> str:
    form = situation.field.facets.get("format")
    if not is_missing(form):
        return ""
    return f"; `pip install 'amanat[codes]'` recognises other spellings of `{form}`"


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
        f"declare the field's `codes` and a `codes` map on {named(odd)}{_hint(situation)}",
    )


def _listed(codes: list[str]) -> str:
    shown = ", ".join(f"`{code}`" for code in codes[:4])
    return shown + (f" and {len(codes) - 4} more" if len(codes) > 4 else "")
