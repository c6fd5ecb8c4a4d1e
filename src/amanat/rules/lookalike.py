"""What looks like real personal data or a secret inside a text. Pure: texts in, hits out.

A catalog describes data and holds none, so the line is drawn where a person reading would stop:

- an e-mail address, unless its domain is reserved for examples (RFC 2606, RFC 6761) or its local part
  names a function (`privacy@`, `crm-team@`). In a key meant for a mailbox every address counts as one,
  except free-mail accounts and those that read like a name (`given.family@`);
- a card number: 13 to 19 digits with an issuer's prefix and a right check digit (ISO/IEC 7812, Luhn),
  unless it is one of the test numbers that payment services publish;
- an Iranian national id: 10 digits with a right check digit;
- a secret: a private key, a token of a known form, a URL with a password, or a long random word.

Digits may be Latin, Persian or Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from amanat.rules.wording import words


class Hit(NamedTuple):
    """What a piece of text looks like, and the piece cut down so that a report does not spread it."""

    kind: str
    shown: str


_DIGIT = "[0-9\u06f0-\u06f9\u0660-\u0669]"
_MARKERS = ("PRIVATE KEY", "AKIA", "ASIA", "glpat-", "xox", "AIza", "eyJ")
_MARKERS_WITH_LINE = ("ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "_live_")
_NUMERIC = re.compile(f"{_DIGIT}(?:(?:[ -]?{_DIGIT}){{9}}|[A-Za-z0-9_+/=-]{{15}})")

_EMAIL = re.compile(r"(?<![\w.%+/:-])([\w.%+-]{1,64})@((?:[\w-]+\.)+[^\W\d]{2,24})(?![\w@])")
_DIGITS = re.compile(
    f"(?<![\\w.+-])(?<![0-9][ -]){_DIGIT}(?:[ -]?{_DIGIT}){{9,18}}(?![\\w]|[.-]\\w| {_DIGIT})"
)
_URL_PASSWORD = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]*:([^\s/@]+)@[^\s/]+")
_TOKENS = (
    ("private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")),
    ("access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
    ("access token", re.compile(r"\b(?:gh[opsu]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{18,})")),
    (
        "access token",
        re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}|\b[rs]k_live_[A-Za-z0-9]{16,}|\bAIza[\w-]{35}"),
    ),
    ("access token", re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}")),
)
_LONG = re.compile(r"(?<!\S)[A-Za-z0-9_+/=-]{32,}(?![^\s.,;])")
_SAME_CASE_RUN = re.compile(r"[a-z]{6}|[A-Z]{6}")

_RESERVED = ("example", "test", "invalid", "localhost")
_RESERVED_DOMAINS = ("example.com", "example.net", "example.org")
_FREE_MAIL = words(
    """
    gmail.com googlemail.com yahoo.com ymail.com hotmail.com outlook.com live.com msn.com icloud.com
    me.com aol.com gmx.de gmx.net web.de t-online.de mail.ru yandex.ru proton.me protonmail.com
    chmail.ir
    """
)
_FUNCTIONS = words(
    """
    abuse accounting accounts admin analytics billing bot care catalog compliance contact crm
    customer customers customercare data datenschutz desk dev dpo dsb engineering erasure feedback
    finance fraud governance hello help helpdesk hr info insights it kontakt legal loyalty mail
    marketing news newsletter noreply notifications office operations ops orders owner owners
    payments platform postmaster press privacy product records request requests reply research
    returns root sales security service services shop steward stewards store support team webmaster
    warehouse
    """
)
_TEST_CARDS = words(
    """
    4111111111111111 4242424242424242 4012888888881881 4000056655665556 4222222222222
    5555555555554444 5105105105105100 5200828282828210 2223003122003222 378282246310005
    371449635398431 378734493671000 6011111111111117 6011000990139424 30569309025904 38520000023237
    3530111333300000 3566002020360505
    """
)
_ISSUERS = re.compile(r"(?:4|5[0-9]|2[2-7]|3[0-9]|6[0-9])")
_SEQUENCES = frozenset(("0123456789", "1234567891"))
_PLACEHOLDER = re.compile(r"[*x.]+|[<{$%].*|pass(?:word)?|secret|changeme|your.*|\[.*", re.IGNORECASE)


def may_hold(text: str) -> bool:
    """A fast test over much text: False only where `hits` finds nothing."""
    return (
        "@" in text
        or any(marker in text for marker in _MARKERS)
        or ("_" in text and any(marker in text for marker in _MARKERS_WITH_LINE))
        or _NUMERIC.search(text) is not None
    )


def hits(text: str, contact: bool = False) -> Iterator[Hit]:
    """What the text seems to hold. With `contact` it stands in a key meant for a mailbox."""
    password = _URL_PASSWORD.search(text)
    if password and not _PLACEHOLDER.fullmatch(password[1]):
        yield Hit("a URL with a password", _cut(password[0]))
    else:
        yield from (
            Hit("the e-mail address of a person", f"{m[1][0]}…@{m[2]}")
            for m in _EMAIL.finditer(text)
            if _is_personal(m[1], m[2], contact)
        )
    for match in _DIGITS.finditer(text):
        yield from _numbers(match[0])
    token = next(
        (Hit(f"a secret ({kind})", _cut(m[0])) for kind, form in _TOKENS if (m := form.search(text))), None
    )
    if token is None:
        token = next(
            (Hit("a secret (random text)", _cut(m[0])) for m in _LONG.finditer(text) if _is_random(m[0])),
            None,
        )
    if token is not None:
        yield token


def _is_personal(local: str, domain: str, contact: bool) -> bool:
    domain = domain.lower()
    top = domain.rpartition(".")[2]
    if top in _RESERVED or any(domain == name or domain.endswith(f".{name}") for name in _RESERVED_DOMAINS):
        return False
    if domain in _FREE_MAIL:
        return True
    names = [word for word in re.split(r"[._%+\-\d]+", local.lower()) if word]
    if any(name in _FUNCTIONS for name in names) or "".join(names) in _FUNCTIONS:
        return False
    return not contact or (len(names) > 1 and "." in local)


def _numbers(written: str) -> Iterator[Hit]:
    digits = "".join(str(int(c)) for c in written if c.isdigit())
    if 13 <= len(digits) <= 19 and is_card(digits) and digits not in _TEST_CARDS:
        yield Hit("a card number", _cut(digits))
    elif written.isdigit() and is_iranian_id(digits) and digits not in _SEQUENCES:
        yield Hit("an Iranian national id", _cut(digits))


def is_card(digits: str) -> bool:
    """Whether digits have an issuer's prefix and a right check digit (ISO/IEC 7812-1, Luhn)."""
    if not _ISSUERS.match(digits) or len(set(digits)) == 1:
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(int(digit) for digit in digits[::-2]) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def is_iranian_id(digits: str) -> bool:
    """Whether ten digits have the check digit of an Iranian national id."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * (10 - position) for position, digit in enumerate(digits[:9])) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)


def _is_random(word: str) -> bool:
    """Whether a long word looks drawn by lot: all three classes of characters, many different ones, and no
    stretch that could be a word. Digests (hexadecimal) and paths are not."""
    classes = (
        any(c.islower() for c in word) and any(c.isupper() for c in word) and any(c.isdigit() for c in word)
    )
    return classes and len(set(word)) >= 16 and not _SAME_CASE_RUN.search(word)


def _cut(text: str) -> str:
    return f"{text[:4]}…" if len(text) < 12 else f"{text[:4]}…{text[-2:]}"
