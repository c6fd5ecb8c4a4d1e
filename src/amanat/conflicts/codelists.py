"""Code lists that the world shares: one thing in several spellings (`pt_BR`, `pt-br` and `pt-BR`; `DE`, `deu`
and `Germany`) is recognised as one.

The lists are Babel's, and the numbers of currencies those of `iso4217`, which Babel lacks. Both come with
the extra `codes` and are only loaded where a finding about codes of such a list is due. Without them nothing
is recognised, and the finding stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from itertools import product
from string import ascii_uppercase
from typing import TYPE_CHECKING

from amanat.conflicts.folding import fold
from amanat.conflicts.values import CodeList

if TYPE_CHECKING:
    from babel import Locale

LISTS = frozenset(("iso_3166_1_alpha_2", "bcp47", "iso_4217", "iso_5218"))
"""The formats of a field that name a list."""

_FORMATS: tuple[frozenset[str], ...] = (
    frozenset(("iso_3166_1_alpha_2", "iso_3166_1_alpha_3", "iso_3166_1_numeric", "country_name_en")),
    frozenset(("bcp47", "icu_locale", "java_locale")),
    frozenset(("iso_4217", "iso_4217_numeric")),
)
"""Formats that spell the same list."""

Recognise = Callable[[str], str | None]
"""The code in the standard spelling, or None for what the list does not have or has twice."""


def same_list(formats: Iterable[str]) -> bool:
    """Whether all these formats spell one list."""
    named = frozenset(formats)
    return any(named <= known for known in _FORMATS)


def is_missing(form: object) -> bool:
    """Whether a field's format names a list that would be recognised if the extra were installed."""
    return form in LISTS and form != "iso_5218" and not _has_lists()


@lru_cache(maxsize=1)
def _has_lists() -> bool:
    return all(find_spec(name) is not None for name in ("babel", "iso4217"))


def recogniser(form: object, languages: tuple[str, ...]) -> Recognise | None:
    """How codes of the list that a field's format names are recognised, by name also in these languages;
    None where the format names no list, or the extra is not installed."""
    if form not in LISTS or is_missing(form):
        return None
    return _MAKE[str(form)](languages)


@lru_cache(maxsize=8)
def codes_of(form: str) -> tuple[str, ...]:
    """Every code of the list that a format names, in the standard spelling; empty where the list cannot be
    written out, or the extra is not installed."""
    lengths = {"iso_3166_1_alpha_2": 2, "iso_4217": 3}
    recognise = recogniser(form, ("en",))
    if form == "iso_5218":
        return ("0", "1", "2", "9")
    if recognise is None or form not in lengths:
        return ()
    spelled = map("".join, product(ascii_uppercase, repeat=lengths[form]))
    return tuple(code for code in spelled if recognise(code) == code)


def total_map(recognise: Recognise, codes: CodeList, wanted: frozenset[str] | None) -> dict[str, str] | None:
    """Each code with the one of the standard, or of `wanted` where the field spells its own; None unless
    all are recognised, each as one. What a snapshot says about a code's meaning must not say otherwise."""
    target = _spelled_by(recognise, wanted)
    meanings = dict(codes.meanings)
    found: dict[str, str] = {}
    for code in sorted(codes.codes):
        standard = _standard(recognise, code, meanings.get(code))
        if standard is None or (target is not None and standard not in target):
            return None
        found[code] = standard if target is None else target[standard]
    return found


def _spelled_by(recognise: Recognise, wanted: frozenset[str] | None) -> dict[str, str] | None:
    if wanted is None:
        return None
    spelled: dict[str, list[str]] = {}
    for code in sorted(wanted):
        standard = recognise(code)
        if standard is not None:
            spelled.setdefault(standard, []).append(code)
    return {standard: codes[0] for standard, codes in spelled.items() if len(codes) == 1}


def _standard(recognise: Recognise, code: str, meaning: str | None) -> str | None:
    by_code = recognise(code)
    if not meaning:
        return by_code
    by_meaning = recognise(meaning)
    if by_code is None or by_meaning is None:
        # A bare number means what its list says, so a meaning that is not understood outranks it.
        return None if by_meaning is None and code.isdigit() else by_meaning or by_code
    return by_code if by_code == by_meaning else None


@lru_cache(maxsize=8)
def _countries(languages: tuple[str, ...]) -> Recognise:
    from babel.core import get_global

    territories: Mapping[str, str] = _locales(("en",))[0].territories
    codes = {code: code for code in territories if _is_country(code)}
    for alias, targets in get_global("territory_aliases").items():
        if len(targets) == 1 and targets[0] in codes:
            codes.setdefault(alias, targets[0])
    names = _by_name(
        (name, code)
        for locale in _locales(languages)
        for code, name in locale.territories.items()
        if _is_country(code)
    )
    return lambda spelled: codes.get(spelled.strip().upper()) or names.get(fold(spelled))


_NOT_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
"""Two letters that CLDR uses for something else than a country of ISO 3166-1."""


def _is_country(code: str) -> bool:
    return len(code) == 2 and code not in _NOT_COUNTRIES


_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:\.[\w-]+)?")


@lru_cache(maxsize=8)
def _languages(languages: tuple[str, ...]) -> Recognise:
    from babel.core import get_global

    english = _locales(("en",))[0]
    aliases: Mapping[str, str] = get_global("language_aliases")
    names = _by_name(
        (name, code.replace("_", "-"))
        for locale in _locales(languages)
        for code, name in locale.languages.items()
    )
    regions = _countries(("en",))

    def recognise(spelled: str) -> str | None:
        tag = _TAG.fullmatch(spelled.strip())
        if tag is None:
            return names.get(fold(spelled))
        language, script, region = tag[1].lower(), (tag[2] or "").title(), (tag[3] or "").upper()
        if language not in english.languages:
            # An alias may say more than a language: `prs` is Persian of Afghanistan, `hbs` Serbian in Latin.
            other = _TAG.fullmatch(aliases.get(language, ""))
            if other is None:
                return names.get(fold(spelled))
            language, script, region = other[1], script or other[2] or "", region or other[3] or ""
        if language not in english.languages:
            return names.get(fold(spelled))
        if script and script not in english.scripts:
            return None
        if region and region not in english.territories:
            region = regions(region) or ""
            if not region:
                return None
        return "-".join(filter(None, (language, script, region)))

    return recognise


@lru_cache(maxsize=8)
def _currencies(languages: tuple[str, ...]) -> Recognise:
    from iso4217 import Currency

    codes = {str(code): str(code) for code in _locales(("en",))[0].currencies}
    codes |= {f"{one.number:03}": str(one.code) for one in Currency if one.code in codes}
    names = _by_name(
        (name, code) for locale in _locales(languages) for code, name in locale.currencies.items()
    )
    return lambda spelled: codes.get(spelled.strip().upper()) or names.get(fold(spelled))


def _locales(languages: tuple[str, ...]) -> list[Locale]:
    """Those of English and of these languages that Babel knows."""
    from babel import Locale, UnknownLocaleError

    found = []
    for language in dict.fromkeys(("en", *languages)):
        try:
            found.append(Locale.parse(language, sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return found


def _by_name(named: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    """Folded names to codes; None for a name of two codes."""
    found: dict[str, str | None] = {}
    for name, code in named:
        key = fold(name)
        found[key] = code if found.get(key, code) == code else None
    return found


_SEXES = {
    "0": ("not known", "unknown", "نامعلوم"),
    "1": ("male", "m", "man", "مرد"),
    "2": ("female", "f", "w", "woman", "زن"),
    "9": ("not applicable", "n/a"),
}


def _sexes(_languages: tuple[str, ...]) -> Recognise:
    names = {fold(name): code for code, spelled in _SEXES.items() for name in (code, *spelled)}
    return lambda spelled: names.get(fold(spelled))


_MAKE: Mapping[str, Callable[[tuple[str, ...]], Recognise]] = {
    "iso_3166_1_alpha_2": _countries,
    "bcp47": _languages,
    "iso_4217": _currencies,
    "iso_5218": _sexes,
}
