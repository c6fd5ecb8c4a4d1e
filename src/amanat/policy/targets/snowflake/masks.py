"""Masks as Snowflake expressions. Each is meant to give what `masks.apply` gives, character for character.

Not executed on Snowflake: the tests parse them as Snowflake's and run them by proxy on DuckDB.

`value` is the column as it stands in the view (`t."EMAIL"`), already quoted; `k` is the row with the key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from amanat.model.values import Mask, MaskKind
from amanat.policy.masks import REDACTED
from amanat.policy.plan import Column
from amanat.policy.targets.snowflake.quoting import literal

_DATED = (MaskKind.YEAR, MaskKind.MONTH)
_ADDRESS = literal("^[^@]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$")
_REDACTED = literal(REDACTED)


def unable(mask: Mask, column: Column) -> str:
    """Why a mask that fits the column's type cannot be shown, or ""."""
    if mask.kind in _DATED and column.kind == "timestamp" and column.zoned is None:
        return f"{mask} needs to know whether the column carries a zone"
    return ""


def expression(mask: Mask, value: str, column: Column) -> str:
    """The masked column. The mask has to fit the column's type (see `masks.fits`)."""
    return _EXPRESSIONS[mask.kind](value, mask.n or 0, column)


def plain_text(value: str) -> str:
    """A value as text that no collation compares or cuts in its own way."""
    return f"COLLATE(TO_VARCHAR({value}), '')"


def _null(value: str, n: int, column: Column) -> str:
    return f"CASE WHEN FALSE THEN {value} END"  # keeps the column's type


def _redact(value: str, n: int, column: Column) -> str:
    return f"CASE WHEN {value} IS NOT NULL THEN {_REDACTED} END"


def _partial(value: str, n: int, column: Column) -> str:
    text = plain_text(value)
    return (
        f"CASE WHEN {value} IS NULL THEN NULL WHEN LENGTH({text}) < {2 * n} THEN {_REDACTED} "
        f"ELSE CONCAT({_REDACTED}, RIGHT({text}, {n})) END"
    )


def _hash(value: str, n: int, column: Column) -> str:
    # HMAC (RFC 2104) by its two pads: Snowflake has the hash, and not the code made of it.
    inner = f"SHA2_BINARY(CONCAT(k.inner_pad, TO_BINARY({plain_text(value)}, 'UTF-8')), 256)"
    return f"LOWER(SHA2_HEX(CONCAT(k.outer_pad, {inner}), 256))"


def _prefix(value: str, n: int, column: Column) -> str:
    return f"LEFT({plain_text(value)}, {n})"


def _email_domain(value: str, n: int, column: Column) -> str:
    text = plain_text(value)
    return (
        f"CASE WHEN {value} IS NULL THEN NULL WHEN REGEXP_LIKE({text}, {_ADDRESS}, 'c') "
        f"THEN SPLIT_PART({text}, '@', 2) ELSE {_REDACTED} END"
    )


def _year(value: str, n: int, column: Column) -> str:
    day = _day(value, column)
    return f"CASE WHEN YEAR({day}) BETWEEN 1 AND 9999 THEN {_digits('YEAR', day, 4)} END"


def _month(value: str, n: int, column: Column) -> str:
    day = _day(value, column)
    shown = f"CONCAT({_digits('YEAR', day, 4)}, '-', {_digits('MONTH', day, 2)})"
    return f"CASE WHEN YEAR({day}) BETWEEN 1 AND 9999 THEN {shown} END"


def _day(value: str, column: Column) -> str:
    """A moment as UTC sees it, whatever zone the session is in."""
    return f"CONVERT_TIMEZONE('UTC', {value})" if column.zoned else value


def _digits(part: str, day: str, width: int) -> str:
    return f"LPAD(TO_VARCHAR({part}({day})), {width}, '0')"


def _bucket(value: str, n: int, column: Column) -> str:
    if column.kind == "integer":
        return _floored(value, n)
    floor = f"CAST(FLOOR({value}) AS NUMBER(38, 0))"
    if column.kind == "float":
        # What is not a number is greater than every number here; what is larger no longer holds whole ones.
        return f"CASE WHEN ABS({value}) < 1e15 THEN {_floored(floor, n)} END"
    return _floored(floor, n)


def _floored(number: str, n: int) -> str:
    return f"({number} - MOD(MOD({number}, {n}) + {n}, {n}))"


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
