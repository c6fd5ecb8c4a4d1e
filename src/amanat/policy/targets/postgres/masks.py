"""Masks as PostgreSQL expressions. Each gives what `masks.apply` gives, character for character.

`value` is the column as it stands in the view (`t."email"`), already quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from amanat.model.values import Mask, MaskKind
from amanat.policy.masks import REDACTED
from amanat.policy.plan import Column
from amanat.policy.targets.quoting import literal

KEY_TABLE = '"amanat"."mask_key"'
"""Where the key of the hash mask lives: one row, for the owner only."""

_DATED = (MaskKind.YEAR, MaskKind.MONTH)
_ADDRESS = "^[^@]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$"


def unable(mask: Mask, column: Column) -> str:
    """Why a mask that fits the column's type cannot be shown, or ""."""
    if mask.kind in _DATED and column.kind == "timestamp" and column.zoned is None:
        return f"{mask} needs to know whether the column carries a zone"
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
    message = f"convert_to({_text(value)}, 'UTF8')"
    inner = f"sha256(k.inner_pad || {message})"
    return f"(SELECT encode(sha256(k.outer_pad || {inner}), 'hex') FROM {KEY_TABLE} AS k)"


def _prefix(value: str, n: int, column: Column) -> str:
    return f"left({_text(value)}, {n})"


def _email_domain(value: str, n: int, column: Column) -> str:
    text = _text(value)
    return (
        f'CASE WHEN {value} IS NULL THEN NULL WHEN {text} COLLATE "C" ~ {literal(_ADDRESS)} '
        f"THEN split_part({text}, '@', 2) ELSE {_REDACTED} END"
    )


def _year(value: str, n: int, column: Column) -> str:
    return _dated(value, column, lambda day: _digits("year", day, 4))


def _month(value: str, n: int, column: Column) -> str:
    return _dated(
        value, column, lambda day: f"{_digits('year', day, 4)} || '-' || {_digits('month', day, 2)}"
    )


def _dated(value: str, column: Column, shown: Callable[[str], str]) -> str:
    # A moment is shown as UTC sees it, whatever zone the session is in; `infinity` and days before
    # Christ have no year of four digits.
    day = f"({value} AT TIME ZONE 'UTC')" if column.zoned else value
    known = f"isfinite({day}) AND date_part('year', {day}) BETWEEN 1 AND 9999"
    return f"CASE WHEN {known} THEN {shown(day)} END"


def _digits(part: str, day: str, width: int) -> str:
    return f"lpad(date_part('{part}', {day})::integer::text, {width}, '0')"


def _bucket(value: str, n: int, column: Column) -> str:
    if column.kind == "integer":
        return _floored(f"({value})::numeric", n)
    if column.kind == "float":
        return f"CASE WHEN abs({value}) < 1e15 THEN {_floored(f'floor({value})::numeric', n)} END"
    finite = f"({value})::numeric NOT IN ('NaN', 'Infinity', '-Infinity')"
    return f"CASE WHEN {finite} THEN {_floored(f'floor(({value})::numeric)', n)} END"


def _floored(number: str, n: int) -> str:
    return f"{number} - ((({number} % {n}) + {n}) % {n})"


def _text(value: str) -> str:
    return f"({value})::text"


_REDACTED = f"{literal(REDACTED)}::text"

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
