"""What this room says, in each language that amanat speaks."""

from __future__ import annotations

from pathlib import Path

from amanat.speech import Speech, speech_from


def words_for(tag: str) -> Speech:
    """The words of a language."""
    return speech_from(Path(__file__).parent, tag)
