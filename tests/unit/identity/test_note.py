"""What the identity graph says, in every language that we speak."""

from __future__ import annotations

import copy
import pickle
import re
from string import Formatter

import pytest

from amanat.identity.note import Note, both, told
from amanat.identity.words import words_for

_ENGLISH = words_for("en").words
_HOSTILE = "x<b>`ر{0}\u202e"
_SAID = re.compile(r"`[^`]*`|\b(?:UQ|from|to|none|customer_id|global_id|ignore)\b")


def test_the_words_of_a_language_are_read_once() -> None:
    assert words_for("fa").words is words_for("fa-IR").words
    assert words_for("fa").words is not words_for("en").words


def _note(key: str, value: str = "Some.Id") -> Note:
    words = _ENGLISH[key]
    text = words if isinstance(words, str) else words["other"]
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    return Note(key, **{name: 3 if name == "n" else value for name in names})


@pytest.mark.parametrize("key", _ENGLISH)
def test_a_note_is_english_and_told_in_persian_with_the_same_ids(key: str) -> None:
    note = _note(key)
    assert note.told("en") == note == note.told("de")
    persian = note.told("fa")
    assert re.search("[\u0600-\u06ff]", persian)
    assert persian.count("Some.Id") == note.count("Some.Id")
    assert ("`" in note) == ("`" in persian)
    assert not re.search("[A-Za-z]{2}", _SAID.sub("", persian.replace("Some.Id", ""))), persian


@pytest.mark.parametrize("key", _ENGLISH)
def test_whatever_ids_are_called_they_stand_in_the_note_as_they_are(key: str) -> None:
    note = _note(key, _HOSTILE)
    assert note.count(_HOSTILE) == note.told("fa").count(_HOSTILE) == _note(key).count("Some.Id")


def test_notes_within_a_note_are_told_with_it() -> None:
    why = Note("refers", column="a.b", target="c.d", why=Note("no_table", table="c"))
    assert why == "`a.b` refers to `c.d`, but the snapshot has no table `c`"
    assert Note("no_table", table="c").told("fa") in why.told("fa")
    two = both(why, Note("take_anew"))
    assert two == f"{why}; take the snapshot anew"
    assert told(two, "fa") == f"{why.told('fa')}؛ {Note('take_anew').told('fa')}"
    assert both(why, "") is why and both("", why) is why
    assert told("mysql", "fa") == "mysql"


def test_a_copy_is_the_same_note() -> None:
    note = Note("refer", n=2, target="c.d", why=Note("no_table", table="c"))
    for other in (copy.copy(note), copy.deepcopy(note), pickle.loads(pickle.dumps(note))):
        assert other == note and other.told("fa") == note.told("fa")
