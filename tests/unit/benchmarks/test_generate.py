"""The benchmark's catalog: the same each time, whole, and clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from amanat.lint.engine import lint
from amanat.load import load_catalog
from amanat.rules import RULES
from amanat.rules.reviews import _ENDINGS
from tests.benchmarks.generate import DEFECTS, MOST, files, made, write
from tests.benchmarks.words import MARKETS


def test_the_same_arguments_give_the_same_files() -> None:
    assert list(files(120, 0.1, snapshots=True)) == list(files(120, 0.1, snapshots=True))


def test_no_two_fields_share_an_id_a_source_or_a_text() -> None:
    seen = [made(number) for number in range(0, MOST, 997)]
    assert len({one.id for one in seen}) == len(seen)
    sources = [source for one in seen for source in one.sources]
    assert len(set(sources)) == len(sources)


def test_sizes_are_those_that_the_figures_are_given_for() -> None:
    texts = [text for name, text in files(1000) if name.startswith("fields/")]
    assert len(texts) == 20
    whole = "".join(texts)
    assert 780 < len(whole.encode()) / 1000 < 850
    assert 17 < whole.count("\n") / 1000 < 19
    assert sum(len(made(number).sources) for number in range(1000)) == 2500


def test_no_name_of_a_field_says_another_type() -> None:
    """Also of those that only large catalogs have: the last part of an id is the market."""
    assert not {f"_{market.key}" for market in MARKETS} & set(_ENDINGS)


@pytest.mark.parametrize("snapshots", [False, True])
def test_a_catalog_without_defects_is_clean(tmp_path: Path, snapshots: bool) -> None:
    write(tmp_path, 200, snapshots=snapshots)
    loaded = load_catalog(tmp_path)
    assert len(loaded.catalog.fields) == 201
    assert [(one.code, one.message) for one in lint(loaded, RULES, None)] == []


def test_every_kind_of_defect_is_found(tmp_path: Path) -> None:
    write(tmp_path, 50, defects=0.1)
    found = {one.code for one in lint(load_catalog(tmp_path), RULES, None)}
    assert len(DEFECTS) == 5
    assert found >= {"ID101", "SC102", "SC101", "CF116", "RT101"}


@pytest.mark.parametrize("fields", [0, MOST + 1])
def test_a_size_that_cannot_be_made_is_refused(fields: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        list(files(fields))
