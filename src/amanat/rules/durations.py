"""Periods that never end, however they are written."""

from __future__ import annotations

import re

from amanat.rules.wording import words

_YEARS = re.compile(r"P([0-9]{3,})Y")
_ENDLESS = words(
    """
    forever ever always never endless infinite infinity indefinite indefinitely permanent
    permanently  perpetual  unlimited none همیشه دائمی دائم ابد نامحدود
    """
)


def is_endless(keep: str) -> bool:
    """Whether a period has no end that anybody will see: a word for it, or a hundred years and more."""
    years = _YEARS.match(keep)
    return int(years[1]) >= 100 if years else keep.strip().casefold() in _ENDLESS
