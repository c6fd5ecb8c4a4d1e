"""What the plans say is said in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import amanat.rights
from amanat.rights.words import words_for
from amanat.speech import Word

_ROOM = Path(amanat.rights.__file__).parent
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_OPEN = ("basis", "origin", "then", "trigger", "unit", "recipient_role", "method", "authority")


def _forms(word: Word) -> list[str]:
    return [word] if isinstance(word, str) else list(word.values())


def test_every_word_stands_in_both_languages_with_the_same_placeholders() -> None:
    english, persian = words_for("en").words, words_for("fa").words
    assert english.keys() == persian.keys()
    for key, word in english.items():
        expected = set(_PLACEHOLDER.findall(_forms(word)[-1]))
        assert all(set(_PLACEHOLDER.findall(form)) == expected for form in _forms(persian[key])), key
        for form in _forms(persian[key]):
            assert not re.search("[يكةىؤ٠-٩]", form), key
            assert not re.search(r"\b(می|نمی) ", form), key


def test_no_word_is_left_over() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in sorted(_ROOM.glob("*.py")))
    for key in words_for("en").words:
        group, _, last = key.partition(".")
        found = f'"{key}"' in source or group in _OPEN or (last and f'"{last}"' in source)
        found = found or (last.startswith("method_") and "method_{method}" in source)
        assert found or key == "and", key
