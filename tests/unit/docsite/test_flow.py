"""The picture of how data flows says what the catalog says."""

from __future__ import annotations

import re
from itertools import pairwise

from amanat.docsite.atlas import atlas_of
from amanat.docsite.flow import Flow, flow_of
from amanat.docsite.paths import Kind, Ref
from tests.unit.docsite.sites import Document, rich_files, rich_site


def _shared(flow: Flow, start: Ref, end: Ref) -> int:
    return sum(link.fields for link in flow.links if (link.start.ref, link.end.ref) == (start, end))


def test_bands_count_the_fields_that_two_things_share() -> None:
    atlas = atlas_of(rich_site())
    flow = flow_of(atlas)
    contact = [
        field for field in atlas.catalog.fields.values() if (field.category or "").startswith("contact.")
    ]
    in_shop = [field for field in contact if any(source.startswith("shop.") for source in field.sources)]
    assert _shared(flow, Ref(Kind.SYSTEM, "shop"), Ref(Kind.CATEGORY, "contact")) == len(in_shop) > 0
    served = [field for field in contact if "service" in field.purposes]
    assert _shared(flow, Ref(Kind.CATEGORY, "contact"), Ref(Kind.PURPOSE, "service")) == len(served) > 0
    read = {
        field
        for field, readings in atlas.access.readings.items()
        for reading in readings
        if reading.role == "agent" and reading.purpose.startswith("service") and reading.effect != "deny"
    }
    assert _shared(flow, Ref(Kind.PURPOSE, "service"), Ref(Kind.ROLE, "agent")) == len(read) > 0
    assert _shared(flow, Ref(Kind.PURPOSE, "service"), Ref(Kind.RECIPIENT, "mailer")) > 0
    assert not any(link.end.ref == Ref(Kind.ROLE, "visitor") for link in flow.links)


def test_bands_stay_within_their_bars_and_nothing_overlaps() -> None:
    flow = flow_of(atlas_of(rich_site()))
    for column in range(4):
        nodes = [node for node in flow.nodes if node.column == column]
        for above, below in pairwise(nodes):
            assert above.y + above.height < below.y
    for link in flow.links:
        start, end = re.findall(r"M\d+ (\d+)C.* (\d+)$", link.path)[0]
        assert link.start.y <= int(start) <= link.start.y + link.start.height
        assert link.end.y <= int(end) <= link.end.y + link.end.height
        assert link.width <= max(link.start.height, 1)


def test_some_fields_have_a_drawing_of_their_own_and_none_has_none() -> None:
    atlas = atlas_of(rich_site())
    assert flow_of(atlas, []).links == ()
    some = flow_of(atlas, ["customer.gender"])  # type: ignore[list-item]
    assert {node.fields for node in some.nodes} == {1}


def test_the_table_says_what_the_picture_says_and_names_lead_to_their_pages() -> None:
    for language in ("en", "fa"):
        page = Document(rich_files()[f"{language}/flow.html"])
        bands = [path for path in page.all("path") if "data-start" in path.attributes]
        cells = [cell.text for cell in page.all("td")]
        told = sum(cell.count("، " if language == "fa" else ", ") + 1 for cell in cells)
        assert len(bands) == told > 10
        assert any(a.attributes.get("href") == "systems/shop.html" for a in page.all("a"))
