"""Masks: what they do to a value, which types they fit, and which is the stricter.

`apply` is the reference that every engine is compared with. A missing value stays missing. Lengths count
characters (Unicode code points), never bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from amanat.model.values import Mask, MaskKind

REDACTED = "***"
"""What a redacted value reads, whatever its type and length."""

NULL = Mask(MaskKind.NULL)

_GENERALISING = (MaskKind.YEAR, MaskKind.MONTH, MaskKind.PREFIX, MaskKind.EMAIL_DOMAIN, MaskKind.BUCKET)
_LEVEL: Mapping[MaskKind, int] = {
    MaskKind.NULL: 4,
    MaskKind.REDACT: 3,
    MaskKind.HASH: 2,
    **dict.fromkeys(_GENERALISING, 2),
    MaskKind.PARTIAL: 1,
}

FITS: Mapping[MaskKind, frozenset[str] | None] = {
    MaskKind.NULL: None,
    MaskKind.REDACT: None,
    MaskKind.PARTIAL: frozenset(("text",)),
    MaskKind.HASH: frozenset(("text", "integer")),
    MaskKind.YEAR: frozenset(("date", "timestamp")),
    MaskKind.MONTH: frozenset(("date", "timestamp")),
    MaskKind.PREFIX: frozenset(("text",)),
    MaskKind.EMAIL_DOMAIN: frozenset(("text",)),
    MaskKind.BUCKET: frozenset(("integer", "decimal", "float", "money")),
}
"""Types of value that a kind of mask fits; None: all."""


def fits(mask: Mask, kind_of_value: str | None) -> bool:
    """Whether a mask can be used on values of a type (`text`, `date` …). An unknown type fits."""
    types = FITS[mask.kind]
    return types is None or kind_of_value is None or kind_of_value in types


def fitted(mask: Mask, kind_of_value: str | None) -> Mask:
    """The mask, or null where it does not fit the type: nothing is shown on doubt."""
    return mask if fits(mask, kind_of_value) else NULL


def at_least(strict: Mask | None, other: Mask | None) -> bool:
    """Whether `strict` shows no more than `other`; None is no mask at all.

    Of two masks of one kind, the one that keeps fewer characters is the stricter, and a bucket is the
    stricter where its width is a multiple of the other's. `year` is stricter than `month`. Any other two
    of one level (a hash and a prefix, say) cannot be compared.
    """
    if other is None or strict == other:
        return True
    if strict is None:
        return False
    if _LEVEL[strict.kind] != _LEVEL[other.kind]:
        return _LEVEL[strict.kind] > _LEVEL[other.kind]
    if strict.kind is not other.kind:
        return (strict.kind, other.kind) == (MaskKind.YEAR, MaskKind.MONTH)
    mine, theirs = strict.n or 0, other.n or 0
    if strict.kind is MaskKind.BUCKET:
        return theirs > 0 and mine % theirs == 0
    return mine <= theirs


def join(masks: Iterable[Mask]) -> Mask | None:
    """The strictest of several masks; null as soon as two of them cannot be compared; None for none."""
    strictest: Mask | None = None
    comparable = True
    seen: list[Mask] = []
    for mask in masks:
        comparable &= all(at_least(mask, other) or at_least(other, mask) for other in seen)
        seen.append(mask)
        if at_least(mask, strictest):
            strictest = mask
    return strictest if comparable else NULL


def apply(mask: Mask, value: object, key: bytes) -> object:
    """The value as the mask shows it: text, a whole number (bucket) or None.

    A value that is missing, or of a type that the mask does not fit, gives None. `key` is the secret of
    the hash mask; it never stands in a catalog or in anything made from one.
    """
    return None if value is None else _APPLY[mask.kind](value, mask.n or 0, key)


def _null(value: object, n: int, key: bytes) -> object:
    return None


def _redact(value: object, n: int, key: bytes) -> object:
    return REDACTED


def _partial(value: object, n: int, key: bytes) -> object:
    if not isinstance(value, str) or n < 1:
        return None
    return REDACTED if len(value) < 2 * n else REDACTED + value[-n:]


def _hash(value: object, n: int, key: bytes) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return hmac.new(key, str(value).encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def _year(value: object, n: int, key: bytes) -> object:
    day = _in_utc(value)
    return f"{day.year:04}" if day else None


def _month(value: object, n: int, key: bytes) -> object:
    day = _in_utc(value)
    return f"{day.year:04}-{day.month:02}" if day else None


def _in_utc(value: object) -> date | None:
    """A day, or a moment as UTC sees it: the answer must not depend on who asks where."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return value if isinstance(value, date) else None


def _prefix(value: object, n: int, key: bytes) -> object:
    return value[:n] if isinstance(value, str) and n > 0 else None


def _email_domain(value: object, n: int, key: bytes) -> object:
    if not isinstance(value, str):
        return None
    # Anything but one plain address is redacted: `a@b.example Anna` would show the name.
    address = _ADDRESS.fullmatch(value)
    return address[1] if address else REDACTED


_ADDRESS = re.compile(r"[^@]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", re.DOTALL)


_EXACT = 1e15
"""A double of this size no longer holds every whole number."""


def _bucket(value: object, n: int, key: bytes) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or n < 1:
        return None
    if not math.isfinite(value) or (isinstance(value, float) and abs(value) >= _EXACT):
        return None
    return math.floor(value) // n * n


_APPLY: Mapping[MaskKind, Callable[[object, int, bytes], object]] = {
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
