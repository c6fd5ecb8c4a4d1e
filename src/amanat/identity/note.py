"""What this room says of what it finds: English sentences that can be told in any language that we speak."""

from __future__ import annotations

from typing import Any

from amanat.identity.words import words_for
from amanat.speech import FALLBACK


class Note(str):
    """A sentence, in English; ids stand between backticks. `told` says it in another language. `values` fill
    the words of `key`; notes among them are told too."""

    key: str
    values: dict[str, Any]

    def __new__(cls, key: str, **values: Any) -> Note:
        """The note with these values; `n` chooses between one and many."""
        self = super().__new__(cls, words_for(FALLBACK).say(key, **values))
        self.key, self.values = key, values
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """How a copy is made."""
        return (self.key,), self.values

    def told(self, lang: str) -> str:
        """The sentence in the language of a tag; English where we do not speak it."""
        return words_for(lang).say(self.key, **{name: told(one, lang) for name, one in self.values.items()})


def told(said: Any, lang: str) -> Any:
    """A note in the language of a tag, anything else as it is."""
    return said.told(lang) if isinstance(said, Note) else said


def both(first: str, second: str) -> str:
    """Two notes, one after the other; the first alone where the second is empty."""
    return Note("both", first=first, second=second) if first and second else first or second
