"""Formats whose values have a length of their own, whatever column holds them."""

from __future__ import annotations

_FIXED = {
    "uuid": 36,
    "guid": 36,
    "ulid": 26,
    "e164": 16,
    "iso_3166_1_alpha_2": 2,
    "iso_3166_1_alpha_3": 3,
    "iso_3166_1_numeric": 3,
    "iso_3166_2": 6,
    "iso_4217": 3,
    "iso_4217_numeric": 3,
    "iso_5218": 1,
    "iso_8601_date": 10,
    "iban": 34,
    "bic": 11,
    "lei": 20,
    "ipv4": 15,
    "ipv6": 45,
}
"""Characters of the longest value, by the standard that the format names."""


def fixed(form: object) -> int | None:
    """The most characters that a value of a format has; None where the format leaves it open."""
    return _FIXED.get(form) if isinstance(form, str) else None
