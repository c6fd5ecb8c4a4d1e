"""Records that are made quickly are what their own class makes."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path
from typing import Any

import pytest

from amanat.load import load_catalog
from amanat.load.quickly import twin_of
from amanat.model.field import FIELD_ATTRIBUTES, Details, Field, Source
from tests.support import catalog_of

EXAMPLE = Path(__file__).parents[3] / "catalog"
SPECIAL = """\
fields:
  a.one: {label: a, status: planned, origin: given}
  b.two: {label: b}
  c.three: {label: c, critical: true, x_note: b, caveats: c}
"""


def test_fields_and_sources_are_of_their_own_kind() -> None:
    catalog = load_catalog(EXAMPLE).catalog
    for field in catalog.fields.values():
        assert type(field) is Field
        assert field == replace(field) and repr(field) == repr(replace(field))
        for source in field.sources.values():
            assert type(source) is Source
            assert source == replace(source)
    one = next(iter(catalog.fields.values()))
    assert copy.copy(one) == one and pickle.loads(pickle.dumps(one)) == one


def test_fields_that_say_nothing_special_share_their_details() -> None:
    plain, other, special = catalog_of({"f.yaml": SPECIAL}).catalog.fields.values()
    assert plain.details is other.details is not special.details
    assert (special.critical, special.extras, special.caveats) == (True, {"x_note": "b"}, {"en": "c"})
    assert (plain.critical, plain.extras, plain.caveats) == (False, {}, {})


def test_a_field_says_what_it_and_its_details_say() -> None:
    held = {one.name for one in (*fields(Field), *fields(Details))} - {"details"}
    assert sorted(FIELD_ATTRIBUTES) == sorted(held)
    for field in load_catalog(EXAMPLE).catalog.fields.values():
        for one in fields(Details):
            assert getattr(field, one.name) is getattr(field.details, one.name)


@pytest.mark.parametrize("kind", [Field, Source])
def test_what_a_twin_made_is_frozen(kind: Any) -> None:
    values = {each.name: number for number, each in enumerate(fields(kind))}
    made = twin_of(kind)(**values)
    made.__class__ = kind
    assert made == kind(**values)
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(kind)[0].name, "another")
    with pytest.raises(TypeError):
        twin_of(kind)(**dict(list(values.items())[1:]))


def test_a_source_stands_below_the_field_that_names_it() -> None:
    for field in load_catalog(EXAMPLE).catalog.fields.values():
        for source in field.sources.values():
            assert (source.file, source.field) == (field.place.file, field.id)
            assert source.place == field.place.at("sources", source.id)
