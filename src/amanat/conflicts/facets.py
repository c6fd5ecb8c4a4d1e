"""The facets, written out: which rule reports them, who judges them, how their values are shown."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from amanat.conflicts import codes, governance, meaning, technical
from amanat.conflicts.judging import Judge
from amanat.conflicts.meaning import Plain
from amanat.conflicts.native import Digits, Length
from amanat.conflicts.values import CodeList, Empty, Kind, Wordings
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog
from amanat.model.field import Facet

Show = Callable[[Catalog, Any], object]
"""A comparable value as JSON and the ledger write it."""


class Shape(StrEnum):
    """Between which sources a facet is compared, by how they build a value: all of them; those that hold
    like parts of it, and all others; those with a row for each value, and all others; those that hold it
    whole, alone or in a list, and those that hold like parts; or those of exactly one shape (a list has
    another length than each of its values)."""

    ANY = "any"
    PART = "part"
    ROWS = "rows"
    WHOLE = "whole"
    EXACT = "exact"

    def seen(self, structure: str) -> str:
        """A structure as this facet sees it: what it sees alike, it compares."""
        match self:
            case Shape.ANY:
                return ""
            case Shape.PART:
                return structure if structure.startswith("part") else ""
            case Shape.ROWS:
                return structure if structure == "row_per_value" else ""
            case Shape.WHOLE:
                return "single" if structure == "list" else structure
            case Shape.EXACT:
                return structure


class FacetRule(NamedTuple):
    """How a facet is compared. `noun` names it in messages. `shape` says which sources can be compared at
    all. `always`: the judge also looks at claims that are all equal."""

    facet: Facet
    code: str
    name: str
    noun: str
    judge: Judge
    show: Show
    shape: Shape = Shape.ANY
    always: bool = False


def _plain(_catalog: Catalog, value: object) -> object:
    return value


def _kind(_catalog: Catalog, value: Kind) -> object:
    return value.family


def _length(_catalog: Catalog, value: Length) -> object:
    return value.shown


def _digits(_catalog: Catalog, value: Digits) -> object:
    return value.digits


def _forms(_catalog: Catalog, value: frozenset[str]) -> object:
    return sorted(value) or ["none"]


def _words(_catalog: Catalog, value: tuple[str, ...]) -> object:
    return list(value)


def _empty(_catalog: Catalog, value: Empty) -> object:
    nothing: list[object] = [None] if value.null else []
    return nothing + sorted(value.values)


def _codes(_catalog: Catalog, value: CodeList) -> object:
    if value.mapped is not None:
        return dict(value.mapped)
    return (
        {**dict.fromkeys(sorted(value.codes)), **dict(value.meanings)}
        if value.meanings
        else sorted(value.codes)
    )


def _text(catalog: Catalog, value: Wordings) -> object:
    texts = dict(value.texts)
    return texts.get(catalog.language) or next(iter(texts.values()))


def _retention(catalog: Catalog, value: str) -> object:
    return governance.retention_in_words(catalog, value)


_GRAIN = Plain(
    Severity.ERROR,
    "rows of one side stand for more than rows of the other, so a join multiplies or loses them",
    "bring {odd} to one row per {value}",
    "choose one row per {value} before joining {odd}",
)
_UNIQUE = Plain(
    Severity.ERROR,
    "a value that leads to one record here leads to several there",
    "make {odd} as unique as the others",
    "match by a further key in {odd}",
)
_FORMAT = Plain(
    Severity.WARNING,
    "values of one side are not valid on the other",
    "write {value} in {odd}, {whose}",
    "normalise {odd} to {value} and refuse what does not fit",
    stricter_for_keys=True,
)
_STRUCTURE = Plain(
    Severity.ERROR,
    "values cannot be compared or copied one to one",
    "hold {value} in {odd}, {whose}",
    "take apart or put together the values of {odd} before merging",
)
_POLARITY = Plain(
    Severity.ERROR,
    "true means the opposite, so a merge turns people's wishes round",
    "turn {odd} round to {value}",
    "negate {odd} before comparing or merging",
)
_UNIT = Plain(
    Severity.ERROR,
    "numbers of one side are wrong by a factor on the other",
    "store {value} in {odd}, {whose}",
    "convert {odd} to {value}",
)
_CURRENCY = Plain(
    Severity.ERROR,
    "amounts cannot be added or compared",
    "store {value} in {odd}, {whose}",
    "convert {odd} to {value} at a rate of a known day",
)
_CALENDAR = Plain(
    Severity.ERROR,
    "the same digits are different days",
    "store {value} dates in {odd}, {whose}",
    "convert {odd} to {value} dates",
)
_OWNER = Plain(
    Severity.WARNING,
    "two teams answer for it, so nobody does",
    "let {value} answer for {odd}, {whose}",
    None,
)


def _never(_situation: object) -> None:
    """Authority is judged from the field and not from claims (see `governance.judge_authority`)."""
    return


FACETS: tuple[FacetRule, ...] = (
    FacetRule(Facet.TYPE, "CF101", "type-differs", "type", technical.judge_type, _kind, shape=Shape.EXACT),
    FacetRule(
        Facet.IDENTIFIER,
        "CF102",
        "identifier-differs",
        "identifier scheme",
        technical.judge_identifier,
        _plain,
        shape=Shape.EXACT,
    ),
    FacetRule(
        Facet.LENGTH, "CF103", "length-differs", "length", technical.judge_length, _length, shape=Shape.EXACT
    ),
    FacetRule(
        Facet.PRECISION,
        "CF104",
        "precision-differs",
        "precision",
        technical.judge_digits,
        _digits,
        shape=Shape.EXACT,
    ),
    FacetRule(
        Facet.SCALE, "CF105", "scale-differs", "scale", technical.judge_scale, _digits, shape=Shape.EXACT
    ),
    FacetRule(
        Facet.NULLABLE,
        "CF106",
        "nullable-differs",
        "nullability",
        technical.judge_nullable,
        _plain,
        shape=Shape.WHOLE,
    ),
    FacetRule(
        Facet.EMPTY,
        "CF107",
        "empty-differs",
        "way to say nothing",
        technical.judge_empty,
        _empty,
        shape=Shape.WHOLE,
    ),
    FacetRule(
        Facet.DEFAULT,
        "CF108",
        "default-differs",
        "default",
        technical.judge_default,
        _plain,
        shape=Shape.WHOLE,
    ),
    FacetRule(
        Facet.UNIQUE, "CF109", "unique-differs", "uniqueness", _UNIQUE.judge(), _plain, shape=Shape.EXACT
    ),
    FacetRule(Facet.GRAIN, "CF110", "grain-differs", "grain", _GRAIN.judge(), _plain, shape=Shape.ROWS),
    FacetRule(
        Facet.FORMAT,
        "CF111",
        "format-differs",
        "format",
        meaning.judge_format(_FORMAT),
        _plain,
        shape=Shape.PART,
    ),
    FacetRule(Facet.STRUCTURE, "CF112", "structure-differs", "structure", _STRUCTURE.judge(), _plain),
    FacetRule(Facet.POLARITY, "CF113", "polarity-differs", "polarity", _POLARITY.judge(), _plain),
    FacetRule(
        Facet.NORMAL, "CF114", "normal-differs", "normal form", meaning.judge_normal, _forms, shape=Shape.PART
    ),
    FacetRule(Facet.CODES, "CF115", "codes-differs", "code list", codes.judge_codes, _codes, always=True),
    FacetRule(
        Facet.UNIT,
        "CF116",
        "unit-differs",
        "unit",
        _UNIT.judge(),
        _plain,
        shape=Shape.PART,
    ),
    FacetRule(Facet.CURRENCY, "CF117", "currency-differs", "currency", _CURRENCY.judge(), _plain),
    FacetRule(Facet.ZONE, "CF118", "zone-differs", "time zone", technical.judge_zone, _plain),
    FacetRule(Facet.CALENDAR, "CF119", "calendar-differs", "calendar", _CALENDAR.judge(), _plain),
    FacetRule(Facet.DEFINITION, "CF121", "definition-differs", "definition", meaning.judge_definition, _text),
    FacetRule(Facet.OWNER, "CF122", "owner-differs", "owner", _OWNER.judge(), _plain),
    FacetRule(
        Facet.CLASSIFICATION,
        "CF123",
        "classification-differs",
        "classification",
        governance.judge_classification,
        _plain,
    ),
    FacetRule(
        Facet.PURPOSES,
        governance.PURPOSE_CREEP,
        "purpose-creep",
        "purposes",
        governance.judge_purposes,
        _words,
    ),
    FacetRule(
        Facet.RETENTION, "CF125", "retention-differs", "retention", governance.judge_retention, _retention
    ),
    FacetRule(Facet.AUTHORITY, governance.MISSING_MASTER, "missing-master", "authority", _never, _plain),
)

BY_FACET: dict[str, FacetRule] = {rule.facet.value: rule for rule in FACETS}
