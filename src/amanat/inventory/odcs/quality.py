"""Quality expectations and service levels of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from amanat.inventory.odcs.custom import Json
from amanat.model.field import Field, Source
from amanat.model.resources import RetentionRule

_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_ONE_UNIT = re.compile(r"P(\d+)([YDW])")
_DIMENSIONS = {
    "complete": "completeness",
    "valid": "conformity",
    "unique": "uniqueness",
    "fresh": "timeliness",
    "in_range": "conformity",
    "in_code_list": "conformity",
    "referential": "consistency",
    "consistent": "consistency",
}
"""Our dimensions to those of the standard."""


def checks(field: Field, source: Source) -> list[Json]:
    """The expectations of a field as checks of a column: by the standard's metrics where one says the same,
    else in words."""
    found = []
    for name, expected in sorted(field.quality.items()):
        check: Json = {"name": name, "dimension": _DIMENSIONS[name]}
        share = _SHARE.fullmatch(str(expected))
        metric = _metric(name, field, source) if share else None
        if share and metric:
            most = Decimal(100) - Decimal(share.group(1))
            check |= {"type": "library", **metric, "mustBeLessOrEqualTo": _number(most), "unit": "percent"}
        else:
            check |= {"type": "text", "description": f"{name}: {expected}"}
        found.append(check)
    return found


def _metric(name: str, field: Field, source: Source) -> Json:
    if name == "complete":
        empty = source.facets.get("empty", ())
        listed = empty if isinstance(empty, tuple | list) else (empty,)
        return {"metric": "missingValues", "arguments": {"missingValues": [None, *listed]}}
    if name == "unique":
        return {"metric": "duplicateValues"}
    if name == "in_code_list" and field.codes:
        mapped = source.facets.get("codes")
        values = list(mapped) if isinstance(mapped, dict) else list(field.codes)
        return {"metric": "invalidValues", "arguments": {"validValues": values}}
    return None


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def service_levels(rule: RetentionRule, element: str) -> Iterator[Json]:
    """How long a column is kept, as a service level. Periods of years or of days have a unit; others are
    told as they are written (ISO 8601)."""
    if rule.keep is None:
        return
    one: Json = {"property": "retention", "value": rule.keep}
    if found := _ONE_UNIT.fullmatch(rule.keep):
        number, unit = int(found.group(1)), found.group(2)
        one["value"] = number * 7 if unit == "W" else number
        one["unit"] = "y" if unit == "Y" else "d"
    one["element"] = element
    if rule.basis is not None:
        one["driver"] = "regulatory" if rule.basis.kind.startswith("legal_") else "operational"
    law = f" ({rule.basis.law})" if rule.basis and rule.basis.law else ""
    one["description"] = f"from {rule.trigger or 'unknown'}, then {rule.then or 'unknown'}{law}"
    yield one
