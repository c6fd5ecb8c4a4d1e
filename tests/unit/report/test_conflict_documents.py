"""Conflicts as Markdown, CSV and HTML: complete, and no text of a catalog is ever markup or a formula."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

from amanat.cli.main import main
from amanat.conflicts import compare
from amanat.load import load_catalog
from amanat.report.conflicts import to_csv, to_html, to_markdown
from amanat.report.conflicts.csv import COLUMNS
from amanat.report.conflicts.markdown import code, prose
from amanat.schema import load_schema
from tests.unit.conflicts.samples import one_field, report_of

EXAMPLE = Path(__file__).parents[3] / "catalog"
HOSTILE = "=1+1|`x`</script><script>alert(1)</script> [a](javascript:b) @all\n# title"


def hostile() -> tuple[str, str, str]:
    """Markdown, CSV and HTML of a catalog whose texts try to be something else."""
    loaded = one_field(
        {
            "shop.accounts.thing": {"default": HOSTILE},
            "crm.contacts.thing": {"default": "none"},
            "erp.t.x": {},
        },
        field={"label": HOSTILE},
    )
    report = report_of(loaded)
    assert [one.facet for one in report.conflicts] == ["default"]
    found, catalog = report.conflicts, loaded.catalog
    return (
        to_markdown(found, report, catalog),
        to_csv(found, loaded.spans.span),
        to_html(found, report, catalog),
    )


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows as a CSV reader sees them."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_markdown_has_sources_by_facets_and_below_it_why_and_the_ways_out() -> None:
    loaded = one_field({"shop.a.x": {"length": 254}, "crm.b.x": {"length": 191}, "erp.t.x": {}})
    report = report_of(loaded)
    shown = to_markdown(report.conflicts, report, loaded.catalog)
    assert "| source | length |\n|---|---|\n" in shown
    assert "| `crm.b.x` | ❗ **`191`** |\n" in shown
    assert "| `shop.a.x` | `254` |\n" in shown
    assert "- **warning CF103 length**: longer values are cut on their way to `crm.b.x`\n" in shown
    assert "  - 1 of its sources says nothing\n" in shown
    assert "  - align: widen `crm.b.x` to `254`" in shown
    assert "`amanat conflicts --accept customer.thing/length`" in shown
    assert "discrepancies:" not in shown


def test_text_of_a_catalog_is_never_markdown() -> None:
    shown = hostile()[0]
    assert "<script" not in shown
    assert "](" not in shown
    assert not re.search(r"(?<![`\w.])@all", shown)
    table = [line for line in shown.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {3}


@pytest.mark.parametrize("text", ["a|b", "a`b", "a\\|b", "``", "|", "\\", "a\nb", "<b>"])
def test_code_stays_in_its_cell(text: str) -> None:
    shown = code(text)
    assert "|" not in shown
    assert "\n" not in shown
    assert shown.startswith("<code>") or (shown[0] == shown[-1] == "`" and "`" not in shown[1:-1])


def test_running_words_stay_readable() -> None:
    assert prose("turn `''` into NULL (once), as in most sources: e-mail") == (
        "turn `''` into NULL (once), as in most sources: e-mail"
    )
    assert prose("an odd ` and *this*") == "an odd &#96; and &#42;this&#42;"


def test_csv_has_a_row_for_each_conflict_and_source_that_fits_its_schema() -> None:
    loaded = load_catalog(EXAMPLE)
    report = compare(loaded.catalog, None)
    rows = rows_of(to_csv(report.conflicts, loaded.spans.span))
    assert len(rows) == sum(len(one.values) + len(one.unknown) for one in report.conflicts)
    schema = load_schema("conflicts-csv")
    assert tuple(schema["required"]) == COLUMNS == tuple(rows[0])
    check = jsonschema.Draft202012Validator(schema)
    assert not [error.message for row in rows for error in check.iter_errors(row)]
    assert to_csv(report.conflicts, loaded.spans.span) == to_csv(report.conflicts, loaded.spans.span)


def test_csv_says_what_is_unknown_and_disarms_formulas() -> None:
    rows = {row["source"]: row for row in rows_of(hostile()[1])}
    assert rows["shop.accounts.thing"]["value"] == f"'{HOSTILE}"
    assert rows["crm.contacts.thing"]["value"] == '"none"'
    silent = rows["erp.t.x"]
    assert (silent["value"], silent["basis"], silent["odd"], silent["file"]) == (
        "unknown",
        "n/a",
        "no",
        "n/a",
    )


class _Tags(HTMLParser):
    """Every tag with its attributes, and whether all of them close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_escapes_everything_and_asks_nothing_of_a_network() -> None:
    loaded = load_catalog(EXAMPLE)
    report = compare(loaded.catalog, None)
    for page in (hostile()[2], to_html(report.conflicts, report, loaded.catalog)):
        tags = _Tags()
        tags.feed(page)
        assert not tags.open
        assert not {tag for tag, _ in tags.tags} & {"script", "link", "img", "iframe", "object", "form"}
        for _, attributes in tags.tags:
            assert "src" not in attributes
            assert (attributes.get("href") or "#").startswith("#")
            assert not any(name.startswith("on") for name in attributes)
        assert not re.search(r"url\(|@import|https?:", page)
        assert "prefers-color-scheme: dark" in page
    assert "&lt;script&gt;alert(1)" in hostile()[2]


@pytest.mark.parametrize("form", ["md", "csv", "html"])
def test_the_command_writes_each_format_with_the_same_exit_code(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / f"conflicts.{form}"
    written = []
    for _ in range(2):
        options = ["--field", "customer.phone", "--fail-on", "warning", "-f", form, "-o", str(target)]
        monkeypatch.setattr("sys.argv", ["amanat", "conflicts", "-C", str(EXAMPLE), *options])
        assert main() == 1
        written.append(target.read_bytes())
    assert written[0] == written[1]
    assert b"customer.phone" in written[0]


def test_every_document_says_what_a_finding_explains_and_tells_the_worst_first() -> None:
    sources = {
        "shop.t.c": {"format": "uuid", "length": 36, "nullable": False},
        "crm.t.c": {"format": "free_text", "length": 191, "nullable": True},
    }
    loaded = one_field(sources, {"master": "shop.t.c"})
    report = report_of(loaded)
    markdown = to_markdown(report.conflicts, report, loaded.catalog)
    assert "| source | format | nullable |" in markdown
    assert "  - because of this also: length\n" in markdown
    page = to_html(report.conflicts, report, loaded.catalog)
    assert page.count("because of this also: length") == 1
    assert (page.count('class="odd"'), page.count('class="odd mild"')) == (1, 1)
    table = rows_of(to_csv(report.conflicts, loaded.spans.span))
    assert {(row["facet"], row["explains"]) for row in table} == {("format", "length"), ("nullable", "n/a")}


def test_what_is_accepted_needs_no_way_out() -> None:
    sources = {"shop.t.c": {"length": 254}, "crm.t.c": {"length": 191}}
    entry = {
        "field": "customer.thing",
        "facet": "length",
        "values": {"shop.t.c": 254, "crm.t.c": 191},
        "decision": "accepted",
        "reason": "No value is so long",
        "approved_by": "finance",
        "approved_on": "2026-01-15",
        "expires": "2026-12-31",
    }
    for ledger, ways in (({}, 1), ({"thing": entry}, 0)):
        loaded = one_field(sources, ledger=ledger)
        report = report_of(loaded)
        assert to_markdown(report.conflicts, report, loaded.catalog).count("  - align: ") == ways
        assert to_html(report.conflicts, report, loaded.catalog).count("<li>align: ") == ways
