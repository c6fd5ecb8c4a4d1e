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
from amanat.model.field import Field, Source

EXAMPLE = Path(__file__).parents[3] / "catalog"


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
