"""What was counted is shown with its day and its trend, and what was not is shown as that."""

from __future__ import annotations

from functools import cache

from amanat.docsite import render
from amanat.inventory.quality import quality
from amanat.load.measures import HEADER
from tests.unit.docsite.sites import RICH, Document, rich_files, site_of

ROWS = (
    "customer.email,users.email,complete,,2025-11-30,1000,1000,970,,99%,fail,",
    "customer.email,users.email,complete,,2025-12-31,1000,1000,980,,99%,fail,",
    "customer.email,users.email,complete,,2026-01-31,1200,1200,1199,,99%,pass,",
    "customer.email,users.email,complete,,2026-02-28,,,,,99%,unmeasured,timeout",
    "customer.email,users.email,valid,,2026-01-31,1200,1199,1100,,95%,fail,",
    "customer.email,users.gone,complete,,2026-01-31,,,,,99%,unmeasured,no_column",
)
OTHER = "customer.email,people.mail,complete,,2026-01-31,,,,,,unmeasured,refused 22P02"
FILES = {
    **RICH,
    "fields.yaml": str(RICH["fields.yaml"]).replace(
        "crm.people.mail: {length", "crm.people.mail: {quality: {unique: 90%}, length"
    ),
    "observed/shop.measures.csv": "\n".join((",".join(HEADER), *ROWS)) + "\n",
    "observed/crm.measures.csv": f"{','.join(HEADER)}\n{OTHER}\n",
}


@cache
def files() -> dict[str, bytes]:
    return render(site_of(FILES))


def test_each_check_has_its_last_count_and_what_came_of_it() -> None:
    text = Document(files()["en/fields/customer.email.html"]).text
    assert "Quality measured" in text
    # the count is older than the last try, which is told beside it
    assert "complete 99% met 99 % 1,199 of 1,2002026-01-31" in text
    assert "1,200 rows scannedcould not be counted on 2026-02-28: it took too long" in text
    why = "could not be counted on 2026-01-31: the engine refused the question 22P02"
    assert f"CRM people.mail complete none not measured not measured yet{why}" in text
    assert "users.gone complete none no longer expected" in text
    # nobody expects `valid` any more, and `unique` of the other source was never counted
    assert "valid none no longer expected 92 % 1,100 of 1,199" in text
    assert "unique 90% not measured yet not measured yet" in text
    persian = Document(files()["fa/fields/customer.email.html"]).text
    assert "کیفیت سنجیده‌شده" in persian and "۱٬۱۹۹ از ۱٬۲۰۰" in persian


def test_the_trend_is_a_line_that_says_in_words_what_it_shows() -> None:
    page = Document(files()["en/fields/customer.email.html"])
    (drawn,) = [one for one in page.all("svg") if one.attributes.get("class") == "trend"]
    assert drawn.attributes["aria-label"] == "3 counts, from 97\u00a0% (2025-11-30) to 99\u00a0% (2026-01-31)"
    (line,) = page.all("polyline")
    assert line.attributes["points"] == "0.0,18.0 48.0,12.5 96.0,2.0"


def test_what_was_never_measured_is_shown_as_that() -> None:
    before = Document(rich_files()["en/fields/customer.email.html"]).text
    assert "expected, and not measured yet" in before and "Quality measured" not in before
    assert "not monitored: the catalog holds expectations" in Document(rich_files()["en/index.html"]).text
    assert "not monitored: the catalog holds expectations" not in Document(files()["en/index.html"]).text


def test_the_register_has_every_count_and_every_expectation_without_one() -> None:
    site = site_of(FILES)
    found = [
        (row["source"], row["check"], row["as_of"], row["outcome"], row["outcome_now"])
        for row in quality(site.catalog, site.spans).rows()
        if row["field"] == "customer.email"
    ]
    shown = [tuple(str(getattr(cell, "value", cell)) for cell in row) for row in found]
    assert ("shop.users.email", "complete", "2025-12-31", "fail", "fail") in shown
    assert ("shop.users.email", "complete", "2026-02-28", "unmeasured", "unmeasured") in shown
    assert ("shop.users.email", "valid", "2026-01-31", "fail", "n/a") in shown
    assert ("crm.people.mail", "unique", "unknown", "never", "n/a") in shown
    assert len(shown) == len(ROWS) + 2
