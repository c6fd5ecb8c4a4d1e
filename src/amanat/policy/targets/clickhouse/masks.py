"""Masks as ClickHouse expressions. Each gives what `masks.apply` gives, character for character.

`value` is the column as it stands in the view (``t.`email` ``), already quoted; `k` is the row with the key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from amanat.model.values import Mask, MaskKind
from amanat.policy.masks import REDACTED
from amanat.policy.plan import Column
from amanat.policy.targets.clickhouse.quoting import literal

_ADDRESS = "^[^@]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$"
_REDACTED = literal(REDACTED)


def unable(mask: Mask, column: Column) -> str:
    """Why a mask that fits the column's type cannot be shown, or "". A moment of ClickHouse is one, whatever
    zone it is shown in."""
    return ""


def expression(mask: Mask, value: str, column: Column) -> str:
    """The masked column. The mask has to fit the column's type (see `masks.fits`)."""
    return _EXPRESSIONS[mask.kind](value, mask.n or 0, column)


def missing(value: str) -> str:
    """True where a value is missing. Not as it stands: ClickHouse would read the column's map of NULLs in its
    place, for which it asks for a right to the whole table."""
    return f"isNull(materialize({value}))"


def _null(value: str, n: int, column: Column) -> str:
    return "CAST(NULL AS Nullable(String))"  # an array, say, has no NULL of its own type


def _redact(value: str, n: int, column: Column) -> str:
    return f"if({missing(value)}, NULL, {_REDACTED})"


def _partial(value: str, n: int, column: Column) -> str:
    text = _text(value)
    shown = f"concat({_REDACTED}, rightUTF8({text}, {n}))"
    return f"multiIf({missing(value)}, NULL, lengthUTF8({text}) < {2 * n}, {_REDACTED}, {shown})"


def _hash(value: str, n: int, column: Column) -> str:
    # The key comes from a joined row: EXPLAIN would print it as a constant if it came from a subquery.
    inner = f"SHA256(concat(k.inner_pad, {_text(value)}))"
    return f"lower(hex(SHA256(concat(k.outer_pad, {inner}))))"


def _prefix(value: str, n: int, column: Column) -> str:
    return f"leftUTF8({_text(value)}, {n})"


def _email_domain(value: str, n: int, column: Column) -> str:
    text = _text(value)
    domain = f"substring({text}, position({text}, '@') + 1)"
    return f"multiIf({missing(value)}, NULL, match({text}, {literal(_ADDRESS)}), {domain}, {_REDACTED})"


def _year(value: str, n: int, column: Column) -> str:
    return _digits("toYear", _day(value, column), 4)


def _month(value: str, n: int, column: Column) -> str:
    day = _day(value, column)
    return f"concat({_digits('toYear', day, 4)}, '-', {_digits('toMonth', day, 2)})"


def _day(value: str, column: Column) -> str:
    return f"toTimeZone({value}, 'UTC')" if column.kind == "timestamp" else value


def _digits(part: str, day: str, width: int) -> str:
    return f"leftPad(toString({part}({day})), {width}, '0')"


def _bucket(value: str, n: int, column: Column) -> str:
    if column.kind == "integer":
        return _floored(f"toInt256({value})", n)
    if column.kind == "float":
        # NaN, infinity and what no longer holds every whole number have no bucket.
        return _floored(
            f"toInt256(if(abs({value}) < 1e15, accurateCastOrNull(floor({value}), 'Int64'), NULL))", n
        )
    return _floored(f"toInt256(floor({value}))", n)


def _floored(number: str, n: int) -> str:
    return f"{number} - ((({number} % {n}) + {n}) % {n})"


def _text(value: str) -> str:
    return f"toString({value})"  # of a FixedString without the zero bytes that fill it up


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
