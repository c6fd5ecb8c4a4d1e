"""Code lists that the world shares: what is recognised as one code, and what is not."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest

from amanat.conflicts import codelists
from amanat.conflicts.codelists import recogniser, same_list, total_map
from amanat.conflicts.report import Conflict
from amanat.conflicts.values import CodeList
from amanat.load import Loaded
from tests.unit.conflicts.samples import CASES, one_field, report_of

with (CASES / "codelists.csv").open(encoding="utf-8", newline="") as _table:
    SPELLED = [(row["list"], row["spelled"], row["code"] or None) for row in csv.DictReader(_table)]


@pytest.mark.parametrize(("form", "spelled", "code"), SPELLED)
def test_a_code_is_recognised_in_its_spellings(form: str, spelled: str, code: str | None) -> None:
    recognise = recogniser(form, ("en", "fa"))
    assert recognise is not None
    assert recognise(spelled) == code


def test_names_are_read_in_the_languages_of_the_catalog_only() -> None:
    english = recogniser("iso_3166_1_alpha_2", ("en",))
    assert english is not None
    assert english("آلمان") is None


def test_a_language_that_nobody_knows_does_no_harm() -> None:
    recognise = recogniser("iso_3166_1_alpha_2", ("en", "xq", "not a language"))
    assert recognise is not None
    assert recognise("Germany") == "DE"


def test_other_formats_are_no_list() -> None:
    assert recogniser("e164", ("en",)) is None
    assert recogniser(None, ("en",)) is None
    assert same_list(["iso_3166_1_alpha_2", "iso_3166_1_alpha_3"])
    assert not same_list(["iso_3166_1_alpha_2", "bcp47"])
    assert not same_list(["bcp47", "icu_locale", "free_text"])


@pytest.mark.parametrize(
    ("codes", "meanings", "expected"),
    [
        (("1", "2"), (), {"1": "1", "2": "2"}),
        (("m", "f"), (), {"f": "2", "m": "1"}),
        (("a", "b"), (("a", "male"), ("b", "female")), {"a": "1", "b": "2"}),
        (("1", "2"), (("1", "female"), ("2", "male")), None),
        (("1", "2"), (("1", "retail"), ("2", "wholesale")), None),
        (("m", "f", "?"), (), None),
        ((), (), {}),
    ],
    ids=["alike", "by letter", "by meaning", "turned", "something else", "one is unknown", "none"],
)
def test_a_map_is_total_or_none(
    codes: tuple[str, ...], meanings: tuple[tuple[str, str], ...], expected: dict[str, str] | None
) -> None:
    recognise = recogniser("iso_5218", ("en",))
    assert recognise is not None
    assert total_map(recognise, CodeList(frozenset(codes), None, frozenset(), meanings), None) == expected


def test_two_codes_of_the_field_for_one_thing_are_no_target() -> None:
    recognise = recogniser("iso_3166_1_alpha_2", ("en",))
    assert recognise is not None
    germany = CodeList(frozenset(("Germany",)))
    assert total_map(recognise, germany, frozenset(("de", "DE"))) is None
    assert total_map(recognise, germany, frozenset(("de", "ir"))) == {"Germany": "de"}


OBSERVED = {"shop.t.c": "varchar(9) pt_BR|no", "crm.t.c": "varchar(9) pt-BR|no"}


def test_the_map_is_ready_to_paste_and_ends_the_conflict() -> None:
    (conflict,) = _codes(one_field(None, {"format": "bcp47"}, OBSERVED))
    assert conflict.why == "the same code list in another spelling: `pt_BR` for `pt-BR`"
    assert conflict.ways_out[1] == 'map: declare `codes: {"no": "no", pt_BR: pt-BR}` on `shop.t.c`'
    mapped = {"shop.t.c": {"codes": {"no": "no", "pt_BR": "pt-BR"}}}
    assert _codes(one_field(mapped, {"format": "bcp47"}, OBSERVED)) == []


def test_a_long_map_is_cut() -> None:
    recognise = recogniser("iso_3166_1_alpha_2", ("en",))
    assert recognise is not None
    letters = "ABCDEFGHIJKLM"
    codes = [one + other for one in letters for other in letters if recognise(one + other) == one + other]
    assert len(codes) > 40
    observed = {
        "shop.t.c": f"varchar(2) {'|'.join(codes)}",
        "crm.t.c": f"varchar(2) {'|'.join(codes).lower()}",
    }
    (conflict,) = _codes(one_field(None, {"format": "iso_3166_1_alpha_2"}, observed))
    assert conflict.ways_out[1].endswith(f", … {len(codes) - 40} more}}` on `crm.t.c`")


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    codelists._has_lists.cache_clear()
    monkeypatch.setattr(codelists, "find_spec", lambda _name: None)
    yield
    codelists._has_lists.cache_clear()


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_the_finding_stands_and_names_it() -> None:
    (conflict,) = _codes(one_field(None, {"format": "bcp47"}, OBSERVED))
    assert conflict.judged.value == "error"
    assert "pip install 'amanat[codes]'" in conflict.ways_out[1]
    assert recogniser("iso_5218", ("en",)) is not None


def _codes(loaded: Loaded) -> list[Conflict]:
    return [conflict for conflict in report_of(loaded).conflicts if conflict.facet.value == "codes"]
