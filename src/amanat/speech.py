"""One language of what people read: its words, numbers, durations, direction and alphabet.

Each room that speaks keeps its words in files of its own, one a language, next to its code.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from amanat.text import direction

Word = str | Mapping[str, str]

FALLBACK = "en"
TRANSLATED = ("en", "fa")
"""Languages that we speak; each has a file in every room's folder of words."""
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)
_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")
# Letters of Persian in the order of its alphabet; their code points are not in that order.
_PERSIAN = {letter: rank for rank, letter in enumerate("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")}
_FOLDED = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "ة": "ه", "ۀ": "ه", "ؤ": "و", "ئ": "ی", "\u200c": " "}
)
_MARKS = "\u064b-\u065f\u0670"
_ARABIC_LETTER = re.compile(f"(?<=[\\w{_MARKS}])[يىك]|[يىك](?=[\\w{_MARKS}])")
_ARABIC_SIGN = re.compile("[يىك\u0660-\u0669]")
_LETTERS_IN_PERSIAN = str.maketrans("يىك", "ییک")
_DIGITS_IN_PERSIAN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
_HEH_WITH_YEH = "\u0647\u0654"
"""Composed by no normal form, and in every Persian text: the only sign that makes the quick check slow."""


def is_persian(tag: str) -> bool:
    """Whether a language tag (BCP 47) is Persian in Arabic script."""
    base, *rest = tag.lower().split("-")
    return base == "fa" and "latn" not in rest and "cyrl" not in rest


def may_be_unfolded(text: str) -> bool:
    """Whether `persian` may change the text. Quick, and never wrong when it says no, but for marks in an
    unusual order on a heh with yeh."""
    if text.isascii():
        return False
    return _ARABIC_SIGN.search(text) is not None or not unicodedata.is_normalized(
        "NFC", text.replace(_HEH_WITH_YEH, "")
    )


def persian(text: str) -> str:
    """A Persian text in Persian letters and digits where an Arabic keyboard wrote its own, and in NFC. A
    letter that stands alone is spoken of, and stays."""
    composed = unicodedata.normalize("NFC", text)
    letters = _ARABIC_LETTER.sub(lambda sign: sign[0].translate(_LETTERS_IN_PERSIAN), composed)
    return letters.translate(_DIGITS_IN_PERSIAN)


@dataclass(frozen=True, slots=True)
class Speech:
    """What a room says in one language. `tag` is the language of the catalog's texts, `ui` the language of
    our own words: English where there is no translation into `tag`."""

    tag: str
    ui: str
    words: Mapping[str, Word]

    @property
    def dir(self) -> str:
        """Direction of the page."""
        return direction(self.ui)

    @property
    def persian(self) -> bool:
        """Whether numbers and the alphabet are Persian."""
        return self.ui == "fa"

    def say(self, key: str, n: int | None = None, **values: object) -> str:
        """The words for a key. `n` chooses between one and many and fills `{n}`, with separators; numbers
        among `values` are written in the language's digits. A key that is not there is a bug."""
        word = self.words[key]
        if not isinstance(word, str):
            word = word["one" if n == 1 else "other"]
        if n is None and not values:
            return word
        said = {name: self.number(v) if isinstance(v, int) else str(v) for name, v in values.items()}
        return word.format(n="" if n is None else self.number(n), **said)

    def word(self, group: str, value: str) -> str | None:
        """The word for a value of a closed vocabulary (`basis`, `consent`), or None for one of the team's."""
        word = self.words.get(f"{group}.{value}")
        return word if isinstance(word, str) else None

    def number(self, value: int) -> str:
        """A whole number with separators: 12,345 or ۱۲٬۳۴۵."""
        text = f"{value:,}"
        return text.translate(_PERSIAN_DIGITS).replace(",", "٬") if self.persian else text

    def percent(self, part: int, whole: int) -> str:
        """A share in whole per cent. 100 % only when it is all, 0 % only when it is nothing."""
        share = 100 * part / whole
        shown = round(share)
        if shown == 100 and part < whole:
            shown = 99
        if shown == 0 and part > 0:
            shown = 1
        return f"{self.number(shown)}٪" if self.persian else f"{shown}\u00a0%"

    def duration(self, iso: str) -> str | None:
        """An ISO 8601 duration in words (`P1Y6M`: 1 year and 6 months), or None when it is not one."""
        found = _DURATION.fullmatch(iso)
        if found is None or not any(found.groups()):
            return None
        amounts = [(unit, int(n)) for unit, n in zip(_UNITS, found.groups(), strict=True) if n is not None]
        parts = [self.say(f"unit.{unit}", n=n) for unit, n in amounts if n or len(amounts) == 1]
        return self.say("and").join(parts or [self.say("unit.day", n=0)])

    def jalali(self, iso: str) -> str | None:
        """A day (ISO 8601) in the Jalali calendar, in words, where this language counts by it: ۱۱ آذر ۱۴۰۵.
        None in other languages, and for a day that the calendar does not reach."""
        if not self.persian:
            return None
        from persiantools.jdatetime import JalaliDate

        try:
            day: Any = JalaliDate(date.fromisoformat(iso))  # type: ignore[no-untyped-call]
        except ValueError:
            return None
        return f"{day.day} {day.strftime('%B', locale='fa')} {day.year}".translate(_PERSIAN_DIGITS)

    def sort_key(self, text: str) -> tuple[object, ...]:
        """Sort by the alphabet a reader of this language knows; case and marks count last."""
        if not self.persian:
            plain = unicodedata.normalize("NFKD", text.casefold())
            return ("".join(c for c in plain if not unicodedata.combining(c)), text)
        folded = unicodedata.normalize("NFKC", text).translate(_FOLDED).casefold()
        return (tuple((0, _PERSIAN[c]) if c in _PERSIAN else (1, ord(c)) for c in folded), text)


def speech_from(folder: Path, tag: str) -> Speech:
    """The language of a tag, with the words of the nearest translation in a folder (`en.json`, `fa.json`)."""
    base = tag.lower().split("-")[0]
    ui = base if base in TRANSLATED else FALLBACK
    return Speech(tag, ui, _words_in(folder / f"{ui}.json"))


@lru_cache(maxsize=64)
def _words_in(file: Path) -> Mapping[str, Word]:
    """A file of words; rooms ask for theirs at every sentence."""
    words: dict[str, Word] = json.loads(file.read_text(encoding="utf-8"))
    return words
