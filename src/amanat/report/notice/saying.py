"""The notice's own words in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

TRANSLATED = ("en", "fa")
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?)?")
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@cache
def _all() -> Mapping[str, Mapping[str, str]]:
    text = (Path(__file__).parent / "words.json").read_text(encoding="utf-8")
    words: Mapping[str, Mapping[str, str]] = json.loads(text)
    return words


class Saying:
    """The words of a language: those of its base, else English. `lang` is the language of the words."""

    def __init__(self, tag: str) -> None:
        base = tag.lower().split("-")[0]
        self.lang = base if base in TRANSLATED else "en"
        self._words = _all()[self.lang]

    def __call__(self, key: str, **values: str) -> str:
        """The words for a key, filled in."""
        return self._words[key].format(**values)

    def known(self, group: str, value: str) -> str:
        """The words for a value of a group; a value of the team's own as it is."""
        found = self._words.get(f"{group}.{value}")
        return value if found is None else found

    def has(self, group: str, value: str) -> bool:
        """Whether there are words for a value."""
        return f"{group}.{value}" in self._words

    def listed(self, items: Iterable[str]) -> str:
        """Items in a row."""
        return self._words["comma"].join(items)

    def joined(self, items: Iterable[str]) -> str:
        """Clauses in a row."""
        return self._words["and"].join(items)

    def period(self, iso: str) -> str:
        """A period in words (`P1Y6M`: 1 year, 6 months); one that is none of these as it is written."""
        found = _PERIOD.fullmatch(iso)
        if found is None or not any(found.groups()):
            return iso
        parts = []
        for unit, amount in zip("YMWDH", found.groups(), strict=True):
            if amount is not None and int(amount):
                form = "one" if int(amount) == 1 else "other"
                number = amount.translate(_PERSIAN) if self.lang == "fa" else amount
                parts.append(self(f"{unit}.{form}", n=number))
        return self.listed(parts) or iso
