"""The map of the journey says what the report of the journey says."""

from __future__ import annotations

from itertools import pairwise

from amanat.docsite import render
from amanat.docsite.atlas import atlas_of
from amanat.docsite.journey import LINES, Map, map_of
from amanat.exchange.journey import Journey, journey_of
from tests.unit.docsite.sites import Document, rich_files, rich_site, site_of

_FILES = {
    "amanat.yaml": "catalog: {name: Shop, languages: [en, fa]}\n",
    "all.yaml": """\
journey:
  visit: {label: Visit}
  order: {label: Order}
  after: {label: After}
systems:
  shop: {label: Shop}
  crm: {label: "<b>CRM</b>"}
purposes:
  sell: {label: Sell, reason: To sell, benefit: You get it, stages: [visit, order]}
  count: {label: Count, reason: To count, stages: [order]}
fields:
  name: {label: Name, origin: given, compulsory: true, stages: [order], master: shop.t.name,
    sources: {shop.t.name: {}, crm.t.name: {}}}
  mail: {label: Mail, origin: given, compulsory: true, stages: [order], sources: {shop.t.mail: {}}}
  phone: {label: Phone, origin: given, compulsory: true, stages: [visit], sources: {crm.t.phone: {}}}
  seen: {label: Seen, origin: observed, stages: [order], sources: {shop.t.seen: {}}}
  wish: {label: Wish, origin: given, stages: [visit]}
""",
}


def _made() -> tuple[Journey, Map]:
    found = journey_of(atlas_of(site_of(_FILES)).catalog, None)
    return found, map_of(found)


def test_lines_are_systems_and_stations_count_how_data_arises_there() -> None:
    _, drawn = _made()
    told = {
        (line.system.id if line.system else None): [
            (
                station.stage.id,
                station.fields,
                station.compulsory,
                [(one.origin, one.fields) for one in station.slices],
            )
            for station in line.stations
        ]
        for line in drawn.lines
    }
    assert told == {
        "shop": [("order", 3, 2, [("given", 2), ("observed", 1)])],
        "crm": [("visit", 1, 1, [("given", 1)]), ("order", 1, 0, [(None, 1)])],
        None: [("visit", 1, 0, [("given", 1)])],
    }
    assert [line.system.id if line.system else None for line in drawn.lines] == ["shop", "crm", None]


def test_bars_tell_the_burden_beside_the_benefit() -> None:
    _, drawn = _made()
    assert [(c.step.stage.id, c.burden, c.benefit) for c in drawn.columns] == [
        ("visit", 1 / 3, 1.0),
        ("order", 2 / 3, 0.5),
        ("after", 0.0, 0.0),
    ]
    assert [(aim.purpose.id, len(aim.at)) for aim in drawn.aims] == [("sell", 2), ("count", 1)]
    column = drawn.columns[0]
    start, wide = drawn.bar(column, column.burden, False)
    turned, same = drawn.bar(column, column.burden, True)
    assert wide == same and turned + wide == drawn.width - start


def test_nothing_overlaps_and_every_slice_lies_in_its_station() -> None:
    for drawn in (_made()[1], map_of(journey_of(rich_site().catalog, rich_site().as_of))):
        assert drawn.lines
        for above, below in pairwise(drawn.lines):
            assert above.y + max(s.radius for s in above.stations) < below.y - max(
                s.radius for s in below.stations
            )
        for line in drawn.lines:
            for station in line.stations:
                assert sum(one.fields for one in station.slices) == station.fields
                assert all(one.start + one.fields <= station.fields for one in station.slices)
                assert 0 < station.x - station.radius < station.x + station.radius < drawn.width
        assert all(drawn.lines[-1].y < aim.y < drawn.height for aim in drawn.aims)


def test_the_page_draws_the_map_and_every_link_of_it_leads_somewhere() -> None:
    files = render(site_of(_FILES))
    for language in ("en", "fa"):
        page = Document(files[f"{language}/journey.html"])
        assert not page.faults
        (svg,) = (one for one in page.all("svg") if "viewbox" in one.attributes and "Shop" in one.text)
        ids = {one.attributes.get("id") for one in page.elements}
        links = [
            a.attributes["href"]
            for a in page.all("a")
            if a.attributes.get("href", "").startswith("#part-stage")
        ]
        assert len(links) == 3 + 4 and all(link[1:] in ids for link in links)
        assert "<b>CRM</b>" in svg.text
    assert (
        b"\xd8\xb3\xd9\x88\xd8\xaf\xdb\x8c \xda\xaf\xd9\x81\xd8\xaa\xd9\x87 \xd9\x86\xd8\xb4\xd8\xaf\xd9\x87"
        in files["fa/journey.html"]
    )


def test_a_journey_without_data_or_purposes_has_no_map() -> None:
    nothing = {
        "amanat.yaml": "catalog: {name: Shop, languages: [en]}\n",
        "all.yaml": "journey: {visit: {label: Visit}}\nfields: {f: {label: F}}\n",
    }
    page = Document(render(site_of(nothing))["en/journey.html"])
    assert "map" not in {one.attributes.get("id") for one in page.elements}


def test_of_many_systems_those_with_most_fields_are_drawn_and_the_rest_is_counted() -> None:
    names = [f"s{number:02}" for number in range(LINES + 2)]
    systems = ", ".join(f"{name}: {{label: {name}}}" for name in names)
    fields = "\n".join(
        f"  f{name}: {{label: F, stages: [visit], sources: {{{name}.t.c: {{}}}}}}" for name in names
    )
    files = {
        "amanat.yaml": "catalog: {name: Shop, languages: [en]}\n",
        "all.yaml": f"journey: {{visit: {{label: Visit}}}}\nsystems: {{{systems}}}\nfields:\n"
        f"{fields}\n  last: {{label: L, stages: [visit], sources: {{s21.t.d: {{}}}}}}\n",
    }
    site = site_of(files)
    drawn = map_of(journey_of(site.catalog, None))
    assert [line.system.id for line in drawn.lines if line.system] == ["s21", *names[: LINES - 1]]
    assert drawn.more == 2
    assert "2 systems are not drawn." in Document(render(site)["en/journey.html"]).text


def test_the_example_of_the_site_has_a_map_in_both_languages() -> None:
    for language in ("en", "fa"):
        page = Document(rich_files()[f"{language}/journey.html"])
        assert "map" in {one.attributes.get("id") for one in page.elements}
