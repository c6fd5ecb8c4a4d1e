"""Looking at values, where somebody asked for it: how many of a sample are an address, a number, a code.

A sample is looked at and forgotten: only counts leave this module. Checksums and formats are those of kept
libraries (`python-stdnum`, `phonenumbers`, `email-validator`), but for the Iranian national id and
postcode, which none of them knows.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from amanat.conflicts.folding import fold

FEW = 10
"""Values from which a sample speaks."""
SURE = 0.8
"""The share of values that makes a sample speak for a kind."""
RARE = 0.1
"""The share below which a sample speaks against it."""


class Sighting(NamedTuple):
    """How many of the values that are not empty are of a kind."""

    kind: str
    found: int
    looked_at: int

    @property
    def share(self) -> float:
        """The share of such values, 0 to 1."""
        return self.found / self.looked_at if self.looked_at else 0.0


def looked_at(values: Sequence[object], region: str | None) -> tuple[Sighting, ...]:
    """What a sample of a column holds, by kind; `region` is the country that numbers without a country code
    are read in. Empty values are not counted."""
    texts = [str(value).strip() for value in values if value is not None and str(value).strip()]
    tests = _tests(region)
    return tuple(Sighting(kind, sum(map(test, texts)), len(texts)) for kind, test in tests.items())


def _tests(region: str | None) -> Mapping[str, Callable[[str], bool]]:
    return {
        "email": _email,
        "phone": lambda text: _phone(text, region),
        "ip_address": _ip,
        "mac_address": _mac,
        "card": _card,
        "bank": _iban,
        "national_id": is_iranian_id,
        "postcode": lambda text: region == "IR" and is_iranian_postcode(text),
        "country": _country,
        "language": lambda text: _LANGUAGE.fullmatch(text) is not None and _known_language(text),
    }


def _email(text: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    if "@" not in text or len(text) > 254:
        return False
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        # Reserved domains are no addresses that one can write to, but addresses all the same.
        return re.fullmatch(r"[^@\s]+@[^@\s]+\.(?:example|test|invalid|local)", text) is not None
    return True


_PHONE = re.compile(r"[+(]?[\d\s().\-/+]{7,24}", re.ASCII)


def _phone(text: str, region: str | None) -> bool:
    import phonenumbers

    folded = fold(text)
    if _PHONE.fullmatch(folded) is None or (region is None and not folded.startswith(("+", "00"))):
        return False
    if folded.startswith("00"):
        folded = f"+{folded[2:]}"
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(folded, region)) and (
            folded.startswith("+") or phonenumbers.is_valid_number(phonenumbers.parse(folded, region))
        )
    except phonenumbers.NumberParseException:
        return False


def _ip(text: str) -> bool:
    if "." not in text and ":" not in text:
        return False
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def _mac(text: str) -> bool:
    from stdnum import mac

    return bool(re.fullmatch(r"[0-9A-Fa-f]{2}([:\-][0-9A-Fa-f]{2}){5}", text)) and bool(mac.is_valid(text))


def _card(text: str) -> bool:
    from stdnum import luhn

    digits = re.sub(r"[ \-]", "", fold(text))
    return (
        13 <= len(digits) <= 19 and digits.isdigit() and len(set(digits)) > 1 and bool(luhn.is_valid(digits))
    )


def _iban(text: str) -> bool:
    """Whether the check digits of an account number hold (ISO 13616). The registry of formats that `stdnum`
    has leaves countries out, Iran among them, so only length and check digits count."""
    from stdnum.iso7064 import mod_97_10

    number = text.replace(" ", "").upper()
    if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", number) is None:
        return False
    return bool(mod_97_10.is_valid(number[4:] + number[:4]))


def is_iranian_id(text: str) -> bool:
    """Whether ten digits carry the check digit of an Iranian national id: the sum of the first nine, weighed
    ten to two, modulo eleven; from two on its complement to eleven (Civil Registration Organisation of
    Iran)."""
    digits = fold(text)
    if len(digits) != 10 or not digits.isdigit() or len(set(digits)) == 1:
        return False
    left = sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9])) % 11
    return int(digits[9]) == (left if left < 2 else 11 - left)


_POSTCODE = re.compile(r"(?!(.)\1{3})[13-9]{4}[1346-9][013-9]{5}", re.ASCII)


def is_iranian_postcode(text: str) -> bool:
    """Whether ten digits are such that the Iranian post gives out: no 0 and 2 in the first five, no 5 as
    the fifth, no 2 later, and not four alike to begin with; with or without the dash after the fifth."""
    digits = fold(text)
    return _POSTCODE.fullmatch(digits[:5] + digits[6:] if digits[5:6] == "-" else digits) is not None


def _country(text: str) -> bool:
    """Whether it is a country's code (ISO 3166-1 alpha-2), as far as the country has telephones."""
    import phonenumbers

    return len(text) == 2 and text in phonenumbers.SUPPORTED_REGIONS


_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_](?:[A-Z][a-z]{3}|[A-Z]{2}))?", re.ASCII)


def _known_language(text: str) -> bool:
    return text[:2] in _LANGUAGES


_LANGUAGES = frozenset(
    re.findall(
        "..",
        "arazbgbnbscacsdadeeleneseteufafifrgaglhehihrhuhyidisitjakakkkokultlvmkmsnbnlnoplpsptrorusksl"
        "sqsrsvswtatethtrukuruzvizh",
    )
)
"""Codes of ISO 639-1 that columns of languages hold."""
