"""The page of the identity graph: a tree for each system, and the same as a table."""

from __future__ import annotations

import re

from amanat.docsite import render
from amanat.docsite.tree import tree_of
from tests.unit.docsite.sites import ROOT, Document, page, pages, rich_files, site_of
from tests.unit.identity.test_graph import identity

COLUMNS = (
    "customers id integer PK\norders id integer PK\norders customer_id integer FK:customers.id\n"
    "lines order_id integer FK:orders.id\ntags name text -\n"
)


def test_a_table_stands_below_the_one_it_leads_to() -> None:
    drawing = tree_of(identity(COLUMNS, "shop.customers.id"))
    assert [(node.name, node.x, node.rows, node.reach) for node in drawing.nodes] == [
        ("customers", 6, "", "here"),
        ("orders", 32, "n:1", "one"),
        ("lines", 58, "n:1", "one"),
        ("tags", 6, "", "unreachable"),
    ]
    assert drawing.edges == ("M19 28V47H32", "M45 58V77H58")
    assert all(node.x + node.width < drawing.width for node in drawing.nodes)
    assert drawing.nodes[-1].y + drawing.box <= drawing.height


def test_every_table_is_drawn_and_listed() -> None:
    document = page(rich_files(), "en/identity.html")
    drawn = {element.text for element in document.all("text")} - {"n:1", "1:1", "1:n", "n:m", "?"}
    listed = {re.sub(r"\W*no field maps it", "", th.text).strip() for th in document.all("th")}
    assert drawn
    assert drawn <= listed


def test_a_system_without_snapshot_or_customer_id_has_no_drawing() -> None:
    text = page(rich_files(), "en/identity.html").text
    assert "Old system" in text
    assert "nobody declared its customer id" in text


def test_systems_link_to_their_way() -> None:
    document = page(rich_files(), "en/systems/shop.html")
    assert "../identity.html#system-shop" in {a.attributes.get("href") for a in document.all("a")}
    there = page(rich_files(), "fa/identity.html")
    assert "system-shop" in {h2.attributes.get("id") for h2 in there.all("h2")}


def test_hostile_names_of_tables_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    files: dict[str, str | bytes] = {
        "amanat.yaml": ROOT,
        "a.yaml": "systems: {shop: {label: S, kind: crm, owner: crm, country: DE, customer_id: shop.people.id}}\n"
        f'fields: {{f.x: {{label: A, sources: {{"shop.{evil}.x": {{}}}}}}}}',
        "observed/shop.columns.csv": "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
        f"people,id,integer,,,,,,,PK,\n{evil},x,integer,,,,,,,FK:people.id,\n",
    }
    for path, document in pages(render(site_of(files))):
        assert document.faults == [], path
        assert all(script.text == "" for script in document.all("script")), path
    made: Document = page(render(site_of(files)), "en/identity.html")
    assert evil in {element.text for element in made.all("text")}
