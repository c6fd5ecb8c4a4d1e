"""The site's own words: complete in every language, and none that no page uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import amanat.docsite
from amanat.docsite.speech import speech_for
from amanat.model.field import Facet
from amanat.model.values import Action, MaskKind, Status
from amanat.policy.loss import Status as LossStatus
from amanat.policy.request import GATES
from amanat.speech import TRANSLATED, Speech, Word
from amanat.text import direction

_ROOM = Path(amanat.docsite.__file__).parent
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def _forms(word: Word) -> list[str]:
    return [word] if isinstance(word, str) else list(word.values())


def _source() -> str:
    files = [*_ROOM.rglob("*.py"), *_ROOM.rglob("*.html")]
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(files))


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_language_has_every_word_with_the_same_placeholders(tag: str) -> None:
    english, other = speech_for("en").words, speech_for(tag).words
    assert english.keys() == other.keys()
    for key, word in english.items():
        expected = set(_PLACEHOLDER.findall(_forms(word)[-1]))
        assert all(set(_PLACEHOLDER.findall(form)) == expected for form in _forms(other[key])), key
        assert isinstance(word, str) == isinstance(other[key], str), key


def test_every_key_in_templates_and_code_exists() -> None:
    keys = set(
        re.findall(
            r"""(?:\bt|\bw\[|say|unsaid|Fact|call p\.fact\(l,)\(?\s*['"]([a-z_]+(?:\.[a-z_]+)*)['"]""",
            _source(),
        )
    )
    assert len(keys) > 200
    assert keys <= speech_for("en").words.keys()


def test_every_closed_vocabulary_has_its_words() -> None:
    words = speech_for("en").words
    needed = {f"facet.{facet.value}" for facet in Facet}
    needed |= {f"action.{action.value}" for action in Action}
    needed |= {f"status.{status.value}" for status in Status}
    needed |= {f"mask.{kind.value}" for kind in MaskKind}
    needed |= {f"loss_status.{status.value}" for status in LossStatus}
    needed |= {f"reason.{reason}" for reasons in GATES.values() for reason in reasons if reason != "mask_for"}
    assert needed <= words.keys()


def test_no_word_is_left_over() -> None:
    source = _source()
    built = re.compile(
        r"(action|basis|claim|condition|conflicts.of|consent|control|country|decision|due.matter|effect|erase|facet|history|kind|kind_of|link|loss_status)\.|"
        r"(mask|match|measured|mechanism|mismatch|nav|origin|part|plan|profile|provenance|quality|reach|reason|retention_basis|severity)\.|"
        r"(quiz\.(allow|deny|mask)$|search\.(by|conflict|kind)|standing|status|survivorship|system_kind|then|trigger|unit|unwatched|\w+\.lead$)"
    )
    left = [
        key
        for key in speech_for("en").words
        if not built.match(key) and f"{key}'" not in source and f'{key}"' not in source
    ]
    assert left == []


def test_persian_is_written_with_persian_letters_and_joiners() -> None:
    for key, word in speech_for("fa").words.items():
        for form in _forms(word):
            assert not re.search("[يكةىؤ٠-٩]", form), key
            assert not re.search(r"\b(می|نمی) ", form), key
            assert " ها" not in form, key


def test_numbers_and_shares_are_written_as_the_reader_writes_them() -> None:
    english, persian = speech_for("en"), speech_for("fa-IR")
    assert (english.number(1234567), persian.number(1234567)) == ("1,234,567", "۱٬۲۳۴٬۵۶۷")
    assert (english.percent(1, 3), persian.percent(1, 3)) == ("33\u00a0%", "۳۳٪")


@pytest.mark.parametrize(("part", "whole", "shown"), [(0, 9, 0), (1, 1000, 1), (999, 1000, 99), (9, 9, 100)])
def test_all_and_nothing_are_only_said_of_all_and_nothing(part: int, whole: int, shown: int) -> None:
    assert speech_for("en").percent(part, whole) == f"{shown}\u00a0%"


@pytest.mark.parametrize(
    ("iso", "english", "persian"),
    [
        ("P3Y", "3 years", "۳ سال"),
        ("P1Y6M", "1 year and 6 months", "۱ سال و ۶ ماه"),
        ("P2W", "2 weeks", "۲ هفته"),
        ("PT36H", "36 hours", "۳۶ ساعت"),
        ("P0D", "0 days", "۰ روز"),
        ("P", None, None),
        ("forever", None, None),
    ],
)
def test_durations_are_said_in_words(iso: str, english: str | None, persian: str | None) -> None:
    assert speech_for("en").duration(iso) == english
    assert speech_for("fa").duration(iso) == persian


def test_persian_sorts_by_its_alphabet_and_not_by_code_points() -> None:
    words = ["گل", "یاد", "پدر", "کار", "آب", "ژاله", "چای", "بار"]
    assert sorted(words, key=speech_for("fa").sort_key) == [
        "آب",
        "بار",
        "پدر",
        "چای",
        "ژاله",
        "کار",
        "گل",
        "یاد",
    ]
    assert speech_for("fa").sort_key("كار")[0] == speech_for("fa").sort_key("کار")[0]


@pytest.mark.parametrize(
    ("tag", "dir_"), [("fa", "rtl"), ("ar-EG", "rtl"), ("en", "ltr"), ("az-Arab", "rtl"), ("fa-Latn", "ltr")]
)
def test_direction_follows_the_script(tag: str, dir_: str) -> None:
    assert direction(tag) == dir_


def test_an_unknown_key_is_a_bug_and_not_silence() -> None:
    speech: Speech = speech_for("en")
    with pytest.raises(KeyError):
        speech.say("no.such.key")
