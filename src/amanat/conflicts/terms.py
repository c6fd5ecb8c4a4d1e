"""What texts say, word by word, so that texts that say the same in nearly the same words give the same key.

Left out are function words, inflection, spelling, and the order of words (but a word such as `not` or
`from` stays with the next); what is left are the words by which definitions tell things apart. Equal keys
are found by grouping, so the cost grows with the number of texts and not with its square.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from amanat.conflicts.everyday import EVERYDAY, UNKNOWN
from amanat.conflicts.folding import fold
from amanat.conflicts.wording import are_opposites, spelled_alike

_PART = re.compile(r"[^\W_]+|[%€$£+<>=#@]")
_JOINERS = re.compile("[\u200c\u200d\u00ad'’-]")
_POSSESSIVE = re.compile(r"['’]s?(?=\W*$)")
_SHORTEST_MISSPELT, _SHORTEST_MISSPELT_UNVOWELLED = 5, 7
"""Letters from which a word can be another spelling. Persian leaves vowels out, so in its short words one
letter makes another word (`گذشته`, passed, and `گذاشته`, put)."""

Key = tuple[str, ...]


class Terms:
    """The words of some texts in one language, read together: how a word is written elsewhere helps to
    read it (`email` beside `e-mail`, a joiner beside a space, `colour` beside `color`)."""

    def __init__(self, language: str, texts: Iterable[str]) -> None:
        self._primary = language.partition("-")[0].lower()
        self._everyday = EVERYDAY.get(self._primary, UNKNOWN)
        written: set[str] = set()
        for text in texts:
            written.update(text.split())
        parts = {word: self._parts(word) for word in sorted(written)}
        compounds = {"".join(some): some for some in parts.values() if len(some) > 1}
        self._terms: dict[str, Key] = {
            word: tuple(term for part in some for term in self._read(part, compounds))
            for word, some in parts.items()
        }
        self._spelling = _spellings({term for some in self._terms.values() for term in some})
        spelled = {word: self.spelled(some) for word, some in self._terms.items()}
        self._several = frozenset(some for some in spelled.values() if len(some) > 1)
        # A word is nearly always one term or none, which is told without a tuple.
        self._spelled = {word: some if len(some) > 1 else "".join(some) for word, some in spelled.items()}
        self._phrases = {
            (self._stem(first), self._stem(second)): plain
            for (first, second), plain in self._everyday.phrases.items()
        }
        self._starts = frozenset(first for first, _ in self._phrases)
        self._bound = frozenset(map(self._stem, self._everyday.bound))

    def rough(self, text: str, known: frozenset[str] = frozenset()) -> int:
        """A number that is the same for texts with the same key, and hardly ever for others; `known` words
        are left out. Fast, and different in another process."""
        said = set(map(self._spelled.__getitem__, text.split()))
        said.discard("")
        for several in self._several.intersection(said):
            said.remove(several)
            said.update(several)
        if not self._starts.isdisjoint(said):
            said = set(self.spelled(self._in_order(text)))
        return hash(frozenset(said - known))

    def key(self, text: str, known: frozenset[str] = frozenset(), *, spelled: bool = False) -> Key:
        """What the text says without `known` words, empty for nothing: each word as it is spelled, or
        (`spelled`) in one spelling for words that are spelled nearly alike."""
        found = self._in_order(text)
        if spelled:
            found = self.spelled(found)
        said = {term for term in found if self._spelling.get(term, term) not in known}
        said.update(self._bindings(found))
        return tuple(sorted(said))

    def spelled(self, terms: Key) -> Key:
        """The words in one spelling for those that are spelled nearly alike."""
        return tuple(self._spelling.get(term, term) for term in terms)

    def _bindings(self, found: Key) -> Iterator[str]:
        """What binds a word to the next, such as `not called`; wherever they stand, they stand together."""
        for at, term in enumerate(found):
            if term in self._bound:
                yield " ".join(found[at : at + 2])

    def _in_order(self, text: str) -> Key:
        found = [term for word in text.split() for term in self._terms[word]]
        return tuple(self._with_phrases(found)) if not self._starts.isdisjoint(found) else tuple(found)

    def _parts(self, word: str) -> Key:
        """A written word without its marks: in two parts where a joiner or a hyphen stands."""
        return tuple(_PART.findall(fold(_JOINERS.sub(" ", _POSSESSIVE.sub("", word)))))

    def _read(self, part: str, compounds: Mapping[str, Key]) -> Iterator[str]:
        for piece in compounds.get(part, (part,)):
            if piece in self._everyday.function_words:
                continue
            same = self._everyday.same
            plain = same.get(piece)
            if plain is None:
                stem = self._stem(piece)
                plain = same.get(stem, stem)
            for word in plain.split():
                yield self._stem(word)

    def _stem(self, word: str) -> str:
        if word in self._everyday.unchanging:
            return word
        if self._primary == "en":
            return _english_stem(word)
        return _persian_stem(word) if self._primary == "fa" else word

    def _with_phrases(self, found: list[str]) -> Iterator[str]:
        at = 0
        while at < len(found):
            plain = self._phrases.get((found[at], found[at + 1])) if at + 1 < len(found) else None
            if plain is None:
                yield found[at]
                at += 1
            else:
                yield from map(self._stem, plain.split())
                at += 2


def _english_stem(word: str) -> str:
    """The word without plural, past and `-ing`; the same for all forms of a word, and no word itself."""
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ed", "ing"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and any(vowel in rest for vowel in "aeiouy"):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if word.endswith("ied"):
        word = word[:-3] + "y"
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _persian_stem(word: str) -> str:
    """The word without plural and the final yeh of `a …` or `of …`."""
    for ending in ("هایی", "های", "ها"):
        if word.endswith(ending) and len(word) - len(ending) > 1:
            word = word.removesuffix(ending)
            break
    return word[:-1] if word.endswith("ی") and len(word) > 3 else word


def _spellings(terms: Iterable[str]) -> dict[str, str]:
    """One spelling for terms that are spelled nearly alike: the first of each in order. Candidates share
    what is left of them without one letter, so no two terms are compared that are far apart."""
    one_off: dict[str, list[str]] = {}
    chosen: dict[str, str] = {}
    for term in sorted(terms):
        if len(term) < (_SHORTEST_MISSPELT if term.isascii() else _SHORTEST_MISSPELT_UNVOWELLED):
            continue
        if not term.isalpha():
            continue
        near: dict[str, None] = {}
        for rest in {term, *(term[:at] + term[at + 1 :] for at in range(len(term)))}:
            near.update(dict.fromkeys(one_off.get(rest, ())))
            one_off.setdefault(rest, []).append(term)
        for other in sorted(near):
            if spelled_alike(term, other) and not are_opposites(term, other):
                chosen[term] = chosen.get(other, other)
                break
    return chosen
