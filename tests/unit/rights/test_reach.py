"""The graph by which everything of a person is reached: as data, and to read."""

from __future__ import annotations

import jsonschema
import pytest

from amanat.identity.note import Note
from amanat.identity.person import PersonWays, person_ways
from amanat.model.catalog import Catalog
from amanat.model.values import SubjectId
from amanat.report.sheets import to_markdown
from amanat.rights.access import access_plan
from amanat.rights.access_told import access_sheet
from amanat.rights.erasing import erasure_plan
from amanat.rights.reaching import reach_document, reach_sheet
from amanat.schema import load_schema
from tests.support import catalog_of
from tests.unit.rights.world import REST, world

CUSTOMER = SubjectId("customer")

LOST = {
    "all.yaml": """\
subjects:
  customer: {label: "<b>C</b>", global_id: id}
  guest: {label: G}
systems:
  shop: {label: S, engine: postgresql, customer_id: shop.users.id}
  blog: {label: B, engine: postgresql, customer_id: {none: nobody knows}}
fields:
  id: {label: I, subject: customer, sources: {shop.users.id: {}}}
  note: {label: N, subject: customer, sources: {shop.notes.text: {}, blog.posts.text: {}}}
""",
    "observed/shop.columns.csv": """\
table,column,type,length,precision,scale,nullable,default,values,key,comment
notes,text,text,,,,yes,,,,
users,id,integer,,,,no,,,PK,
""",
    "observed/shop.json": '{"version": 1, "system": "shop", "taken_on": "2026-02-01", "method": "scan", "tool": "t"}',
}


def ways(catalog: Catalog, subject: SubjectId) -> PersonWays:
    (found,) = person_ways(catalog, (subject,))
    return found


def test_the_graph_reaches_what_an_access_request_reads_by_the_same_ways() -> None:
    catalog = world().catalog
    told = reach_document(catalog, ways(catalog, CUSTOMER))
    jsonschema.validate(told, load_schema("reach"))
    plan = access_plan(catalog, CUSTOMER)
    assert [one["system"] for one in told["systems"] if one["anchor"]] == [s.system.id for s in plan.systems]
    for shown, system in zip(told["systems"], plan.systems, strict=False):
        tables = {one["table"]: one for one in shown["tables"]}
        assert shown["anchor"]["column"] == system.anchor.column
        for read in system.reads:
            assert len(tables[read.rows.table]["way"]) == len(read.way)
            assert tables[read.rows.table]["anchored"] == list(read.rows.anchored)


def test_what_is_not_reached_stands_in_it_with_what_would_mend_it() -> None:
    catalog = catalog_of(LOST).catalog
    person = ways(catalog, CUSTOMER)
    told = reach_document(catalog, person)
    jsonschema.validate(told, load_schema("reach"))
    shop, blog = told["systems"]
    assert [one["table"] for one in shop["tables"]] == ["users"]
    assert [(one["table"], one["fields"]) for one in shop["lost"]] == [("notes", ["note"])]
    assert "declare a link" in shop["lost"][0]["mend"]
    assert blog["anchor"] is None and blog["reason"]
    assert [one["table"] for one in blog["lost"]] == ["posts"]


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_the_sheet_names_every_table_reached_or_not(lang: str) -> None:
    catalog = catalog_of(LOST).catalog
    sheet = reach_sheet(catalog, ways(catalog, CUSTOMER), lang)
    assert [one.key for one in sheet.sections] == ["order", "system-shop", "system-blog"]
    shown = {one.key: [row[0] for row in one.table.rows] for one in sheet.sections if one.table is not None}
    assert (shown["system-shop"], shown["system-blog"]) == (["users", "notes"], ["posts"])


def test_why_something_is_not_reached_is_told_in_persian() -> None:
    loaded = catalog_of(LOST)
    catalog = loaded.catalog
    for person in (ways(catalog, CUSTOMER), ways(catalog, SubjectId("guest"))):
        sheet = to_markdown(reach_sheet(catalog, person, "fa"), loaded.spans)
        plan = to_markdown(access_sheet(access_plan(catalog, person.subject), "fa"), loaded.spans)
        lost = [(lost.reason, lost.mend) for one in person.systems for lost in one.lost]
        said = [(person.reason, person.mend), *((one.reason, one.mend) for one in person.systems), *lost]
        notes = [note for pair in said for note in pair if note]
        assert notes
        for note in notes:
            assert isinstance(note, Note)
            assert note not in sheet + plan
            assert note.told("fa").partition("`")[0] in sheet


def test_people_without_a_global_id_are_told_why() -> None:
    catalog = catalog_of(LOST).catalog
    person = ways(catalog, SubjectId("guest"))
    told = reach_document(catalog, person)
    jsonschema.validate(told, load_schema("reach"))
    assert told["global_id"] is None and told["reason"] and told["systems"] == []
    assert reach_sheet(catalog, person, "en").sections == ()


def test_a_second_way_into_a_system_is_said_by_every_plan() -> None:
    rest = REST.replace(
        "{from: mail.contacts.email, to: shop.users.email},",
        "{from: mail.contacts.email, to: shop.users.email}, {from: mail.contacts.id, to: shop.users.id},",
    )
    catalog = world(rest=rest).catalog
    for problems in (access_plan(catalog, CUSTOMER).problems, erasure_plan(catalog, CUSTOMER).problems):
        (found,) = [one for one in problems if one.key == "second_way"]
        told = dict(found.values)
        assert found.about == "mail" and {told["start"], told["column"]} == {
            "mail.contacts.id",
            "mail.contacts.email",
        }
    assert not [one for one in access_plan(world().catalog, CUSTOMER).problems if one.key == "second_way"]
