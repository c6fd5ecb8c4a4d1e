"""What the quiz asks: what is in use, by names that mean one thing, with choices that differ."""

from __future__ import annotations

import pytest

from amanat.load import Loaded
from amanat.model.values import RoleId
from amanat.people.quiz import answers, meanings
from amanat.policy.readings import access_of
from amanat.rules.base import base_files
from tests.support import catalog_of

AGENT = RoleId("agent")
_FIELD = """\
  {id}: {{label: {label}, definition: {meaning}, category: contact.email, subject: customer, owner: sales,
    classification: internal, retention: account, purposes: [{purposes}], {more}
    sources: {{shop.customers.{column}: }}}}
"""


def _loaded() -> Loaded:
    lines = [
        ("a.mail", "Mail", "Where to write.", "orders", ""),
        ("b.mail", "Mail", "Where the firm is written to.", "orders", ""),
        ("c.phone", "Phone", "Where to call.", "orders", ""),
        ("d.fax", "Fax", "where to write", "orders", ""),
        ("e.later", "Later", "What is not there yet.", "orders", "status: planned,"),
        ("f.plan", "Plan", "What will be used.", "orders.future", ""),
        ("g.post", "Post", "Where parcels go.", "orders", ""),
        ("h.note", "Note", "What was said.", "orders", ""),
    ]
    text = "".join(
        _FIELD.format(id=name, label=label, meaning=meaning, purposes=purposes, more=more, column=name[2:])
        for name, label, meaning, purposes, more in lines
    )
    future = "purposes:\n  orders.future: {label: Future, reason: To do it later, status: planned}\n"
    return catalog_of({**base_files(), "more.yaml": f"{future}fields:\n{text}"})


@pytest.mark.parametrize("seed", [str(number) for number in range(30)])
def test_what_is_planned_or_has_another_ones_name_is_not_asked_for(seed: str) -> None:
    catalog = _loaded().catalog
    access = access_of(catalog, None)
    read = [
        (field, access.readings[name][at])
        for name, field in catalog.fields.items()
        for at in access.columns(role=AGENT)
    ]
    asked = [one.field.id for one in answers(catalog, AGENT, read, seed)]
    assert asked and not {"a.mail", "b.mail", "e.later"} & set(asked)
    assert all(catalog.purposes[one.purpose].status.held for one in answers(catalog, AGENT, read, seed))
    for one in meanings(catalog, AGENT, catalog.fields.values(), seed):
        assert one.field.id not in ("a.mail", "b.mail")
        said = [text["en"].rstrip(".").casefold() for text in one.choices]
        assert (
            len(set(said)) == len(said) and "what is not there yet" not in said
        ) or one.field.id == "e.later"
