"""Where things are written: what is kept of it says the same as the walk over the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from amanat.load import load_catalog
from amanat.load.cache.store import Store
from amanat.load.positions import Spans, locate
from amanat.load.yamlread import span_of
from amanat.text import Place, Span
from tests.support import write_files

TEXTS = {
    "block": "a:\n  b: 1\n  c:\n    - x\n    - {y: 2, z: [3, 4]}\nd: |\n  a:\n    b: 9\n",
    "flow and quotes": """{"a": {'b': "two\n  lines: here", c: [1, [2, 3]]}, d: }\n""",
    "a key twice": "a: {b: 1}\na: {b: 2, c: 3}\n",
    "numbers as keys": "a:\n  0: x\n  1: {0: y}\nb: [x, {0: z}]\n",
    "anchors": "a: &x {b: 1}\nc: *x\n? d\n: - 1\n",
    "Persian": 'نام:\n  برچسب: "ایمیل"\n',
    "nothing": "",
    "a scalar": "word",
    "a fault half-way": "a:\n  b: 1\nc: [1, 2\nd: 3\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_positions_are_those_of_the_walk(text: str) -> None:
    spans = Spans(lambda _: text)
    for path, spot in locate(text).items():
        place = Place("f.yaml", path)
        value = Span(1, 1, 1, 1) if not path else span_of(spot.value)
        key = None if spot.key is None else span_of(spot.key)
        assert spans.exists(place)
        assert spans.span(place) == (key if key and spot.collection else value)
        assert spans.span(place, at_key=True) == (key or value)
        assert spans.span(place.at("missing", 3)) == (key or value)
    assert not spans.exists(Place("f.yaml", ("missing",)))


def test_a_second_run_reads_no_file_for_its_positions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, root = tmp_path / "cache.sqlite", tmp_path / "catalog"
    entries = "systems:\n  crm: {label: CRM, kind: crm, owner: care}\nteams:\n  care: {label: Care}\n"
    write_files(root, {"amanat.yaml": "version: 1\ncatalog: {name: T}\n", "a.yaml": entries})
    place = Place("a.yaml", ("systems", "crm", "owner"))
    first = load_catalog(root, Store(cache)).spans.span(place)
    assert first == Span(2, 39, 2, 43)
    second = load_catalog(root, Store(cache)).spans
    with monkeypatch.context() as patched:
        patched.setattr(second, "_read", lambda file: pytest.fail(f"{file} is read"))
        assert second.span(place) == first
    (root / "a.yaml").write_text("# moved\n" + entries)
    assert load_catalog(root, Store(cache)).spans.span(place) == Span(3, 39, 3, 43)
