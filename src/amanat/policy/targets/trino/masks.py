"""Masks as Trino expressions. A mask has to have its column's type there, so it has a form for each family of
types that it fits; for every other type the column is shown as NULL.

Not executed on a Trino server: the expressions are parsed as Trino SQL, and run by proxy on DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from amanat.model.values import Mask, MaskKind
from amanat.policy.masks import REDACTED
from amanat.policy.targets.trino.quoting import identifier, literal, qualified

READER = "amanat_reader"
"""Who row filters and hash masks read as; the policy lets nobody run a query by that name."""

KEY_SCHEMA, KEY_TABLE, KEY_COLUMN = "amanat", "mask_key", "key"
"""Where the key of the hash mask lives, in the catalog of the masked table: one row, of 32 bytes or more."""


class Form(NamedTuple):
    """An expression for the columns of one family of types. `needs` is the length that a varchar must have
    for the expression's values to fit."""

    expression: str
    needs: int = 0


Forms = Mapping[str, Form]
"""Family of types (`varchar`, `whole`, `decimal`, `real`, `date`, `timestamp`, `zoned`) → form."""

_SHOWN = len(REDACTED)
_REDACTED = literal(REDACTED)
_ADDRESS = literal(r"\A[^@]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+\z")


def forms(mask: Mask, catalog: str, column: str) -> Forms:
    """The forms of a mask for a column of a catalog; none: NULL is shown."""
    return _FORMS[mask.kind](identifier(column), mask.n or 0, catalog)


def _null(value: str, n: int, catalog: str) -> Forms:
    return {}


def _redact(value: str, n: int, catalog: str) -> Forms:
    return {"varchar": Form(f"CASE WHEN {value} IS NOT NULL THEN {_REDACTED} END", _SHOWN)}


def _partial(value: str, n: int, catalog: str) -> Forms:
    shown = (
        f"CASE WHEN {value} IS NULL THEN NULL WHEN length({value}) < {2 * n} THEN {_REDACTED} "
        f"ELSE {_REDACTED} || substr({value}, -{n}) END"
    )
    return {"varchar": Form(shown, _SHOWN + n)}


def _hash(value: str, n: int, catalog: str) -> Forms:
    key = identifier(KEY_COLUMN)
    held = f"SELECT {key} FROM {qualified(catalog, KEY_SCHEMA, KEY_TABLE)} WHERE length({key}) >= 32"
    return {"varchar": Form(f"lower(to_hex(hmac_sha256(to_utf8({value}), ({held}))))", 64)}


def _prefix(value: str, n: int, catalog: str) -> Forms:
    return {"varchar": Form(f"substr({value}, 1, {n})")}


def _email_domain(value: str, n: int, catalog: str) -> Forms:
    shown = (
        f"CASE WHEN {value} IS NULL THEN NULL WHEN regexp_like({value}, {_ADDRESS}) "
        f"THEN split_part({value}, '@', 2) ELSE {_REDACTED} END"
    )
    return {"varchar": Form(shown, _SHOWN)}


def _dated(part: str) -> Callable[[str, int, str], Forms]:
    def made(value: str, n: int, catalog: str) -> Forms:
        # A moment is shown as UTC sees it; only years of four digits are shown.
        in_utc = f"({value} AT TIME ZONE 'UTC')"
        return {
            family: Form(f"CASE WHEN year({day}) BETWEEN 1 AND 9999 THEN date_trunc('{part}', {day}) END")
            for family, day in (("date", value), ("timestamp", value), ("zoned", in_utc))
        }

    return made


def _bucket(value: str, n: int, catalog: str) -> Forms:
    def floored(number: str) -> str:
        exact = f"CAST({number} AS decimal(38, 0))"
        return f"{exact} - ((({exact} % {n}) + {n}) % {n})"

    return {
        "whole": Form(floored(value)),
        "decimal": Form(floored(f"floor({value})")),
        "real": Form(f"CASE WHEN abs({value}) < 1e15 THEN {floored(f'floor({value})')} END"),
    }


_FORMS: Mapping[MaskKind, Callable[[str, int, str], Forms]] = {
    MaskKind.NULL: _null,
    MaskKind.REDACT: _redact,
    MaskKind.PARTIAL: _partial,
    MaskKind.HASH: _hash,
    MaskKind.YEAR: _dated("year"),
    MaskKind.MONTH: _dated("month"),
    MaskKind.PREFIX: _prefix,
    MaskKind.EMAIL_DOMAIN: _email_domain,
    MaskKind.BUCKET: _bucket,
}

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "text": ("varchar",),
    "integer": ("whole",),
    "decimal": ("decimal",),
    "money": ("decimal",),
    "float": ("real",),
    "date": ("date",),
    "timestamp": ("timestamp", "zoned"),
}
"""Type of a column's values, as masks know it → the families that it has in Trino."""
