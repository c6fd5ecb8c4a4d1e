"""What the site says in one language."""

from __future__ import annotations

from pathlib import Path

from amanat.speech import Speech, speech_from

_WORDS = Path(__file__).parent / "words"


def speech_for(tag: str) -> Speech:
    """The language of a tag, with the words of the nearest translation there is."""
    return speech_from(_WORDS, tag)
