"""Masks as MariaDB expressions. Each gives what `masks.apply` gives, character for character, whatever the
reader's connection says of character sets, collations, time zones, regular expressions and `sql_mode`.

`value` is the column as it stands in the view (``t.`email` ``), already quoted. A view may not read
variables, so nothing here does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from amanat.model.values import Mask, MaskKind
from amanat.policy.masks import REDACTED
from amanat.policy.plan import Column
from amanat.policy.targets.mariadb.quoting import literal

_DATED = (MaskKind.YEAR, MaskKind.MONTH)
# `default_regex_flags` is for the reader to set: the pattern takes the flags back, and needs no `^` and `$`.
_ADDRESS = r"(?-imsx)\A[^@]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+\z"


def unable(mask: Mask, column: Column) -> str:
    """Why a mask that fits the column's type cannot be shown, or ""."""
    if mask.kind in _DATED and column.kind == "timestamp" and column.zoned is None:
        return f"{mask} needs to know whether the column carries a zone"
    return ""


def expression(mask: Mask, value: str, column: Column, key_table: str) -> str:
    """The masked column. The mask has to fit the column's type (see `masks.fits`). `key_table` is the quoted
    name of the table with the key of hashes."""
    if mask.kind is MaskKind.HASH:
        return _hash(value, column, key_table)
    return _EXPRESSIONS[mask.kind](value, mask.n or 0, column)


def _null(value: str, n: int, column: Column) -> str:
    return f"CASE WHEN FALSE THEN {value} END"  # keeps the column's type


def _redact(value: str, n: int, column: Column) -> str:
    return f"CASE WHEN {value} IS NOT NULL THEN {_REDACTED} END"


def _partial(value: str, n: int, column: Column) -> str:
    text = _text(value, column)
    return (
        f"CASE WHEN {value} IS NULL THEN NULL WHEN CHAR_LENGTH({text}) < {2 * n} THEN {_REDACTED} "
        f"ELSE CONCAT({_REDACTED}, RIGHT({text}, {n})) END"
    )


def _hash(value: str, column: Column, key_table: str) -> str:
    inner = f"UNHEX(SHA2(CONCAT(k.inner_pad, CAST({_text(value, column)} AS BINARY)), 256))"
    return f"(SELECT SHA2(CONCAT(k.outer_pad, {inner}), 256) FROM {key_table} AS k)"


def _prefix(value: str, n: int, column: Column) -> str:
    return f"LEFT({_text(value, column)}, {n})"


def _email_domain(value: str, n: int, column: Column) -> str:
    text = f"{_text(value, column)} COLLATE utf8mb4_bin"
    return (
        f"CASE WHEN {value} IS NULL THEN NULL WHEN {text} REGEXP {literal(_ADDRESS)} "
        f"THEN SUBSTRING_INDEX({text}, {literal('@')}, -1) ELSE {_REDACTED} END"
    )


def _year(value: str, n: int, column: Column) -> str:
    return _dated(value, column, lambda day: f"LPAD(YEAR({day}), 4, '0')")


def _month(value: str, n: int, column: Column) -> str:
    return _dated(
        value, column, lambda day: f"CONCAT(LPAD(YEAR({day}), 4, '0'), '-', LPAD(MONTH({day}), 2, '0'))"
    )


def _dated(value: str, column: Column, shown: Callable[[str], str]) -> str:
    if column.zoned:
        # A moment is shown as UTC sees it, whatever zone the session is in; second 0 is the zero date.
        day = f"TIMESTAMPADD(SECOND, FLOOR(UNIX_TIMESTAMP({value})), TIMESTAMP'1970-01-01 00:00:00')"
        known = f"UNIX_TIMESTAMP({value}) > 0"
    else:
        # 0000-00-00, days without a month and 31 February are no days.
        day = value
        known = f"YEAR({value}) > 0 AND DAYOFMONTH({value}) BETWEEN 1 AND DAYOFMONTH(LAST_DAY({value}))"
    return f"CASE WHEN {known} THEN {shown(day)} END"


def _bucket(value: str, n: int, column: Column) -> str:
    number = f"CAST(FLOOR({value}) AS DECIMAL(65,0))"
    if column.kind == "integer":
        return _floored(_whole(value), n)
    if column.kind == "float":
        return f"CASE WHEN ABS({value}) < 1e15 THEN {_floored(number, n)} END"
    return _floored(number, n)


def _floored(number: str, n: int) -> str:
    return f"{number} - ((({number} % {n}) + {n}) % {n})"


def _whole(value: str) -> str:
    return f"CAST({value} AS DECIMAL(65,0))"  # wide enough for all, and without the zeros of ZEROFILL


def _text(value: str, column: Column) -> str:
    return f"CONVERT({_whole(value) if column.kind == 'integer' else value} USING utf8mb4)"


_REDACTED = literal(REDACTED)

_EXPRESSIONS: Mapping[MaskKind, Callable[[str, int, Column], str]] = {
    MaskKind.NULL: _null,
    MaskKind.REDACT: _redact,
    MaskKind.PARTIAL: _partial,
    MaskKind.YEAR: _year,
    MaskKind.MONTH: _month,
    MaskKind.PREFIX: _prefix,
    MaskKind.EMAIL_DOMAIN: _email_domain,
    MaskKind.BUCKET: _bucket,
}
