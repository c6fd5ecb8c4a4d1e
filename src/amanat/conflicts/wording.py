"""Comparing texts that people wrote: alike, differently worded, or turned into the opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from amanat.conflicts.folding import fold

OPPOSITES: tuple[tuple[str, str], ...] = (
    ("gross", "net"),
    ("first", "last"),
    ("given", "family"),
    ("billing", "shipping"),
    ("billing", "delivery"),
    ("with", "without"),
    ("including", "excluding"),
    ("including", "without"),
    ("with", "excluding"),
    ("before", "after"),
    ("opt-in", "opt-out"),
    ("opted in", "opted out"),
    ("opt in", "opt out"),
    ("created", "updated"),
    ("created", "deleted"),
    ("utc", "local"),
    ("active", "inactive"),
    ("active", "deleted"),
    ("enabled", "disabled"),
    ("minimum", "maximum"),
    ("sender", "recipient"),
    ("incoming", "outgoing"),
    ("inbound", "outbound"),
    ("home", "work"),
    ("private", "business"),
    ("start", "end"),
    ("public", "private"),
    ("consent", "objection"),
    ("accepted", "refused"),
    ("paid", "unpaid"),
    ("credit", "debit"),
    ("always", "never"),
    ("oldest", "newest"),
    ("sent", "received"),
    ("natural", "legal"),
    ("ناخالص", "خالص"),
    ("نخستین", "آخرین"),
    ("اولین", "آخرین"),
    ("نام کوچک", "نام خانوادگی"),
    ("صورت‌حساب", "ارسال"),
    ("همراه با", "بدون"),
    ("با", "بدون"),
    ("پیش از", "پس از"),
    ("قبل از", "بعد از"),
    ("رضایت", "مخالفت"),
    ("رضایت", "انصراف"),
    ("ایجاد", "به‌روزرسانی"),
    ("ایجاد", "حذف"),
    ("فعال", "غیرفعال"),
    ("محلی", "جهانی"),
    ("ورودی", "خروجی"),
    ("فرستنده", "گیرنده"),
    ("آغاز", "پایان"),
    ("شروع", "پایان"),
    ("خانه", "محل کار"),
    ("کمینه", "بیشینه"),
    ("بدهکار", "بستانکار"),
    ("است", "نیست"),
    ("می‌شود", "نمی‌شود"),
    ("ریال", "تومان"),
    ("ایجاد", "بروزرسانی"),
    ("قدیمی‌ترین", "تازه‌ترین"),
    ("حقیقی", "حقوقی"),
)
"""Pairs of words that turn a meaning round when one stands where the other stood, in English and Persian."""

NEGATIONS = ("not", "no", "never", "cannot", "can't", "won't", "without", "نیست", "نه", "هرگز", "بدون", "غیر")
"""Words that turn a meaning round by standing in one text only."""

_NEGATING = re.compile(r"(?:un|non-?|غیر)(?=\w{4})|ن(?=می)|ن(?=شده$)|(?<=\w)n't$")
"""What turns a word round as a part of it: `unsubscribed`, `doesn't`, `نمیخواهد` (folded, without joiners),
`پرداختنشده`."""

_FOLDED = tuple((fold(one), fold(other)) for one, other in OPPOSITES)
_JOINED = re.compile(r"(?<=[\u0600-\u06ff]) (?=[\u0600-\u06ff])")
_AROUND = ".,;:!?()[]{}\"'«»،؛؟…"
NEGATED = 0.6
"""From this similarity on, a negation that only one of two texts has turns the meaning round; between
texts that say other things anyway it is one word of many."""
ALIKE = 0.9
"""From this similarity on, two texts without opposites are worded alike; never the same by it alone."""
SPELLED_ALIKE = 0.9
"""Above this similarity, two words may be two spellings of one: `colour` and `color`, and not `employer` and
`employee`."""


class Wording(NamedTuple):
    """How two texts that are not the same differ: their similarity from 0 to 1, the words that only one
    has as they are written there, in order, and the opposites that turn the meaning round, if any."""

    similarity: float
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    opposites: tuple[str, str] | None

    @property
    def close(self) -> bool:
        """Whether they are worded alike and nothing turns the meaning round."""
        return self.opposites is None and self.similarity >= ALIKE


class _Word(NamedTuple):
    folded: str
    written: str


def similarity(first: str, second: str) -> float:
    """How alike two texts are, from 0 to 1, by the words that a reader sees."""
    return _by_words(_words(first), _words(second)).ratio()


def spelled_alike(first: str, second: str) -> bool:
    """Whether two folded words look like two spellings of one: both begin alike, and at most one letter in
    ten differs. Never one word by it alone: it takes two texts that are otherwise the same."""
    return first[:2] == second[:2] and _matcher(first, second).ratio() > SPELLED_ALIKE


def are_opposites(first: str, second: str) -> bool:
    """Whether one folded word stands against the other."""
    return (first, second) in _FOLDED or (second, first) in _FOLDED


def _matcher(first: Sequence[str], second: Sequence[str]) -> SequenceMatcher[str]:
    """The one place that knows how likeness is measured: of texts by folded words, of words by letters."""
    return SequenceMatcher(None, first, second, autojunk=False)


def _by_words(first: list[_Word], second: list[_Word]) -> SequenceMatcher[str]:
    return _matcher([word.folded for word in first], [word.folded for word in second])


def differing(first: str, second: str) -> Wording | None:
    """How two texts differ, or None when a reader sees the same."""
    one, other = fold(first), fold(second)
    if one == other or _JOINED.sub("", one) == _JOINED.sub("", other):
        # In Persian, a joiner, a space and nothing in the same spot read alike.
        return None
    words, others = _words(first), _words(second)
    matcher = _by_words(words, others)
    left: list[_Word] = []
    right: list[_Word] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            left.extend(words[a:b])
            right.extend(others[c:d])
    if not left and not right:
        return None
    ratio = matcher.ratio()
    return Wording(
        ratio,
        tuple(word.written for word in left),
        tuple(word.written for word in right),
        _opposites(one, other, {word.folded for word in left}, {word.folded for word in right}, ratio),
    )


def _words(text: str) -> list[_Word]:
    """The words of a text without the punctuation around them."""
    found = []
    for written in text.split():
        plain = written.strip(_AROUND)
        folded = fold(plain).strip(_AROUND)
        if folded:
            found.append(_Word(folded, plain))
    return found


def _opposites(one: str, other: str, left: set[str], right: set[str], ratio: float) -> tuple[str, str] | None:
    """The first pair of opposites of which each text has the half that the other lacks; a word and its
    negation; or a negation that only one of two otherwise like texts has."""
    for a, b in _FOLDED:
        for x, y in ((a, b), (b, a)):
            if _only_in(x, one, other, left) and _only_in(y, other, one, right):
                return x, y
    for words, others in ((left, right), (right, left)):
        for word in sorted(words):
            if (plain := _NEGATING.sub("", word, count=1)) != word and plain in others:
                return (plain, word) if words is right else (word, plain)
    if ratio < NEGATED:
        return None
    for word in NEGATIONS:
        if word in left and not _has(word, other):
            return word, ""
        if word in right and not _has(word, one):
            return "", word
    return None


def _only_in(phrase: str, here: str, there: str, differing_words: set[str]) -> bool:
    """Whether a phrase stands in one text and not the other."""
    if " " not in phrase and "-" not in phrase:
        return phrase in differing_words and not _has(phrase, there)
    return _has(phrase, here) and not _has(phrase, there)


def _has(phrase: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", text) is not None
