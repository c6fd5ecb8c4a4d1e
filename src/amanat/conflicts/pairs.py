"""Two columns beside each other, facet by facet: the three-valued answer without severities or ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from amanat.conflicts.codes import differ_in_codes
from amanat.conflicts.native import Digits
from amanat.conflicts.technical import differ_in_empty, differ_in_length, differ_in_type, differ_in_zone
from amanat.conflicts.values import NOT_APPLICABLE, Claims
from amanat.model.field import Facet


def _differ_in_digits(one: Digits, other: Digits) -> bool | None:
    return one.digits != other.digits if one.of_time is other.of_time else None


def _differ(one: object, other: object) -> bool | None:
    return one != other


_DIFFER: Mapping[str, Callable[[Any, Any], bool | None]] = {
    "type": differ_in_type,
    "length": differ_in_length,
    "precision": _differ_in_digits,
    "scale": _differ_in_digits,
    "empty": differ_in_empty,
    "zone": differ_in_zone,
    "codes": differ_in_codes,
}


def differ(facet: Facet, one: Claims, other: Claims) -> bool | None:
    """Whether two columns differ in a facet: True, False, or None where a claim is missing or does not
    decide it. A facet that cannot be asked of one of them is None too."""
    first, second = one.get(facet.value), other.get(facet.value)
    if first is None or second is None or NOT_APPLICABLE in (first, second):
        return None
    return _DIFFER.get(facet.value, _differ)(first, second)
