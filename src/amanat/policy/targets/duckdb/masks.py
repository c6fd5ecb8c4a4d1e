"""Masks as DuckDB expressions. Each gives what `masks.apply` gives, character for character.

`value` is the column as it stands in the query (`t."email"`), already quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from amanat.model.values import Mask, MaskKind
from amanat.policy.masks import REDACTED
from amanat.policy.plan import Column
from amanat.policy.targets.quoting import literal

KEY, INNER, OUTER = "amanat_mask_key", "amanat_inner_pad", "amanat_outer_pad"
"""Variables of the session: the key of the hash mask in hexadecimal, and what HMAC makes of it."""

_ADDRESS = "[^@]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+"
_REDACTED = literal(REDACTED)


def unable(mask: Mask, column: Column) -> str:
    """Why a mask that fits the column's type cannot be shown, or "". DuckDB knows the type of each column
    itself."""
    return ""


def expression(mask: Mask, value: str, column: Column) -> str:
    """The masked column. The mask has to fit the column's type (see `masks.fits`)."""
    return _EXPRESSIONS[mask.kind](value, mask.n or 0, column)


def _null(value: str, n: int, column: Column) -> str:
    return f"CASE WHEN false THEN {value} END"  # keeps the column's type


def _redact(value: str, n: int, column: Column) -> str:
    return f"CASE WHEN {value} IS NOT NULL THEN {_REDACTED} END"


def _partial(value: str, n: int, column: Column) -> str:
    text = _text(value)
    return (
        f"CASE WHEN {value} IS NULL THEN NULL WHEN length({text}) < {2 * n} THEN {_REDACTED} "
        f"ELSE {_REDACTED} || right({text}, {n}) END"
    )


def _hash(value: str, n: int, column: Column) -> str:
    inner = f"unhex(sha256(getvariable('{INNER}') || encode({_text(value)})))"
    return f"sha256(getvariable('{OUTER}') || {inner})"


def _prefix(value: str, n: int, column: Column) -> str:
    return f"left({_text(value)}, {n})"


def _email_domain(value: str, n: int, column: Column) -> str:
    text = _text(value)
    return (
        f"CASE WHEN {value} IS NULL THEN NULL WHEN regexp_full_match({text}, {literal(_ADDRESS)}) "
        f"THEN split_part({text}, '@', 2) ELSE {_REDACTED} END"
    )


def _year(value: str, n: int, column: Column) -> str:
    return _dated(value, lambda day: _digits("year", day, 4))


def _month(value: str, n: int, column: Column) -> str:
    return _dated(value, lambda day: f"{_digits('year', day, 4)} || '-' || {_digits('month', day, 2)}")


def _dated(value: str, shown: Callable[[str], str]) -> str:
    # The microseconds since 1970 are those of UTC, whatever zone the session is in; `infinity` and days
    # before Christ have no year of four digits.
    day = f"make_timestamp(CASE WHEN isfinite({value}) THEN epoch_us({value}) END)"
    return f"CASE WHEN year({day}) BETWEEN 1 AND 9999 THEN {shown(day)} END"


def _digits(part: str, day: str, width: int) -> str:
    return f"lpad({part}({day})::varchar, {width}, '0')"


def _bucket(value: str, n: int, column: Column) -> str:
    if column.kind == "integer":
        return _floored(f"({value})::hugeint", n)
    if column.kind == "float":
        return f"CASE WHEN abs({value}) < 1e15 THEN {_floored(f'floor({value})::hugeint', n)} END"
    return _floored(f"floor({value})::hugeint", n)


def _floored(number: str, n: int) -> str:
    # Not as `hugeint`, which Parquet holds as a double.
    return f"({number} - ((({number} % {n}) + {n}) % {n}))::decimal(38, 0)"


def _text(value: str) -> str:
    return f"({value})::varchar"


_EXPRESSIONS: Mapping[MaskKind, Callable[[str, int, Column], str]] = {
    MaskKind.NULL: _null,
    MaskKind.REDACT: _redact,
    MaskKind.PARTIAL: _partial,
    MaskKind.HASH: _hash,
    MaskKind.YEAR: _year,
    MaskKind.MONTH: _month,
    MaskKind.PREFIX: _prefix,
    MaskKind.EMAIL_DOMAIN: _email_domain,
    MaskKind.BUCKET: _bucket,
}
