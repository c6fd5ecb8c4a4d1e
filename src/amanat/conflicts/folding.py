"""Folding of text: what a reader does not see is taken away, what a reader sees is kept."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u0640\u202a\u202b\u202c\u202d\u202e")
) | dict.fromkeys(range(0x2066, 0x206A))
"""Soft hyphen, zero-width space, non-joiner and joiner, bidi controls, word joiner, tatweel."""

_LETTERS = {
    0x064A: "ی",  # Arabic yeh
    0x0649: "ی",  # alef maksura
    0x0643: "ک",  # Arabic kaf
    0x06AA: "ک",
    0x06C0: "ه",  # heh with yeh above, written two ways
    0x0629: "ه",  # teh marbuta
    0x2019: "'",
    0x2018: "'",
    0x201C: '"',
    0x201D: '"',
    0x00AB: '"',
    0x00BB: '"',
    0x2010: "-",
    0x2011: "-",
    0x2012: "-",
    0x2013: "-",
    0x060C: ",",
    0x061B: ";",
    0x061F: "?",
}
_DIGITS = {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)}
_VOWEL_SIGNS = dict.fromkeys((*range(0x064B, 0x0656), 0x0670), "")
_TABLE = {
    chr(code): text or "" for code, text in {**_INVISIBLE, **_LETTERS, **_DIGITS, **_VOWEL_SIGNS}.items()
}
_FOLDED = re.compile("[" + re.escape("".join(_TABLE)) + "]")
_SPACE = re.compile(r"\s+")
_STOPS = " .!?…۔"


def fold(text: str) -> str:
    """The text as a reader takes it: NFKC, one yeh and one kaf, no vowel signs, joiners or bidi controls,
    Latin digits, lower case, single spaces, no final stop.

    Joiners go without leaving a space behind; real spaces stay.
    """
    if text.isascii():
        return " ".join(text.casefold().split()).strip(_STOPS)
    plain = _FOLDED.sub(lambda sign: _TABLE[sign[0]], unicodedata.normalize("NFKC", text))
    return _SPACE.sub(" ", plain.casefold()).strip(_STOPS)
