"""Nothing that a catalog says can run, and no page asks anybody for anything."""

from __future__ import annotations

import re
from functools import cache

from amanat.docsite import render
from tests.unit.docsite.sites import Document, pages, rich_files, rich_pages, site_of

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "`</code><b>`",
    "javascript:alert(1)",
    "\u202eelif eht daer\u2066",
    "&lt;b&gt; &amp;",
]

CSP = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def hostile(text: str) -> dict[str, str | bytes]:
    q = _quoted(text)
    root = f"""\
catalog:
  name: {q}
  languages: [en, fa]
  controller: {{name: {q}, contact: {q}, country: DE, representative: {q}}}
  jurisdictions: [EU]
"""
    rest = f"""\
teams: {{t: {{label: {q}, contact: {q}, lead: {q}, deputy: {q}}}, o: {{label: o, contact: o}}}}
subjects: {{s: {{label: {q}, definition: {q}}}}}
classifications: {{c: {{label: {q}, definition: {q}}}}}
roles: {{r: {{label: {q}, definition: {q}, clearance: c, training: {{course: {q}}}, principals: {{postgresql: {q}}}}}}}
purposes: {{p: {{label: {q}, reason: {q}, benefit: {q}, basis: contract, dpia: {q}, assessment: {q}, roles: {{r: [read]}},
  profiling: {{logic: {q}, human_review: {q}}}}}}}
retention: {{k: {{label: {q}, keep: P1Y, from: collected, then: delete, basis: {{kind: business, law: {q}, why: {q}}}}}}}
holds: {{h: {{reason: {q}, fields: [f.x], by: t, from: 2026-01-01, review: 2026-02-01}}}}
recipients: {{v: {{label: {q}, country: DE, contract: {q}, contact: {q}}}}}
transfers: {{w: {{label: {q}, country: US, recipient: v, evidence: {q}}}}}
systems:
  a: {{label: {q}, description: {q}, kind: crm, country: DE, owner: t, admin: {q}, customer_id: {{none: {q}}}, recipient: v,
    ignore: [{{columns: ['t.i*'], reason: {q}}}]}}
  b: {{label: {q}, kind: crm, country: DE, owner: t}}
fields:
  f.x:
    label: {q}
    definition: {q}
    category: profile
    classification: c
    owner: t
    subject: s
    retention: k
    purposes: [p]
    caveats: {q}
    logic: {q}
    unit: {q}
    quality: {{complete: 99%}}
    codes: {{{q}: {q}}}
    master: a.t.c
    sources:
      a.t.c: {{unit: {q}, default: {q}, empty: [{q}], codes: {{{q}: {q}}}, definition: {q}}}
      b.t.c: {{unit: other, default: other, empty: [other], definition: Something else}}
discrepancies:
  d: {{field: f.x, facet: unit, values: {{a.t.c: {q}, b.t.c: other}}, decision: accepted, reason: {q}, handling: {q},
    approved_by: o, approved_on: 2026-01-01, expires: 2026-12-01}}
"""
    cell = '"' + text.replace('"', '""') + '"'
    observed = (
        "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
        f"t,c,{cell},,,,yes,{cell},,,{cell}\n"
        "t,i,text,,,,yes,,,,\n"
    )
    return {"amanat.yaml": root, "a.yaml": rest, "observed/a.columns.csv": observed}


@cache
def _hostile_files() -> dict[str, bytes]:
    """A site in which every text of the catalog is everything evil at once."""
    return render(site_of(hostile(" ".join(EVIL))))


def test_hostile_texts_stay_text_on_every_page() -> None:
    for path, document in pages(_hostile_files()):
        assert document.faults == [], path
        for element in document.elements:
            assert element.tag not in ("b", "iframe", "object"), path
            assert not any(name.startswith("on") for name in element.attributes), path
            assert not element.attributes.get("href", "").startswith("javascript:"), path
            if element.tag == "script":
                assert element.attributes["src"].rpartition("/")[2] in ("site.js", "search.js"), path
                assert element.text == "", path


def test_hostile_texts_are_shown_as_they_are_written() -> None:
    document = Document(_hostile_files()["en/fields/f.x.html"])
    assert next(document.all("h1")).text.strip() == " ".join(EVIL)
    for text in EVIL:
        assert document.text.count(text.replace("`", "")) > 5


def test_titles_and_attributes_carry_no_bidi_controls() -> None:
    for path, document in pages(_hostile_files()):
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", next(document.all("title")).text), path


def test_ids_and_code_are_isolated_and_left_to_right_on_every_page() -> None:
    for path, document in rich_pages():
        assert all(code.attributes.get("dir") == "ltr" for code in document.all("code") if code.text), path


def test_no_page_loads_anything_from_elsewhere() -> None:
    for path, document in rich_pages():
        for element in document.elements:
            for name in ("href", "src", "action", "srcset", "data", "poster"):
                link = element.attributes.get(name, "")
                assert not re.match(r"([a-z]+:|//|/)", link, re.IGNORECASE), f"{path}: {link}"


def test_every_page_forbids_inline_code_and_needs_none() -> None:
    for path, document in rich_pages():
        policies = [
            meta.attributes["content"]
            for meta in document.all("meta")
            if meta.attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        assert len(policies) == 1, path
        assert policies[0].startswith("default-src 'none'; style-src 'self';"), path
        assert "unsafe" not in policies[0], path
        assert path == "index.html" or policies[0].startswith(CSP), path
        assert not any(True for _ in document.all("style")), path
        for element in document.elements:
            assert "style" not in element.attributes, path


def test_style_and_script_ask_for_nothing() -> None:
    files = rich_files()
    styles = [content.decode() for name, content in files.items() if name.endswith(".css")]
    script = files["assets/site.js"].decode()
    assert len(styles) == 2
    assert not any(re.search(r"url\(|@import|https?:", style) for style in styles)
    assert not re.search(
        r"fetch|XMLHttpRequest|import\(|https?:|innerHTML|eval|WebSocket|localStorage", script
    )
