"""From texts to the words that people type. `assets/search.js` folds a query in the same way; a test runs
both on the same texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from amanat.conflicts.folding import fold

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINER = re.compile("[\u200c\u200d]")
_HEH_YEH = str.maketrans({"\u06d5": "ه", "\u06d2": "ی"})


class _Bare(dict[int, int | None]):
    """What becomes of each sign, for `str.translate`: accents and other marks go."""

    def __missing__(self, sign: int) -> int | None:
        kept = None if unicodedata.category(chr(sign))[0] == "M" else sign
        self[sign] = kept
        return kept


_BARE = _Bare()


def searched(text: str) -> str:
    """A text as search compares it: folded as for conflicts, and without accents and other marks."""
    if text.isascii():
        return text.lower()
    return fold(unicodedata.normalize("NFKD", text).translate(_BARE)).translate(_HEH_YEH)


@lru_cache(maxsize=50_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, each once. Parts around a joiner count together and each by itself."""
    found = _WORD.findall(searched(text))
    if not text.isascii() and _JOINER.search(text):
        found += _WORD.findall(searched(_JOINER.sub(" ", text)))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=50_000)
def words_of_name(name: str) -> tuple[str, ...]:
    """The words of an id or a column: its parts, what is written in camelCase apart and together, and the
    last part as one word (`phone_number` is also found as `phonenumber`)."""
    found = list(words_of(name))
    found += words_of(_CAMEL.sub(" ", name))
    found.append("".join(_WORD.findall(searched(name.rpartition(".")[2]))))
    return tuple(word for word in dict.fromkeys(found) if word)


def words_of_all(texts: Iterable[str]) -> Iterable[str]:
    """The words of several texts."""
    for text in texts:
        yield from words_of(text)
