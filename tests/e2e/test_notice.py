"""`amanat export notice`: what it says, what it leaves to be said, and a published copy compared."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from amanat.load import load_catalog
from amanat.report.notice import notice, to_html, to_markdown
from amanat.report.notice.saying import TRANSLATED, Saying, _all
from amanat.schema import load_schema
from tests.e2e.conftest import Run

MORE = """\
recipients:
  mailer: {label: Mailer, role: processor, contract: C-1, country: US, contact: a@mailer.example}
transfers:
  mail: {label: Mail, recipient: mailer, country: US, mechanism: scc, evidence: E-1}
purposes:
  news:
    label: News letters
    reason: To tell the news
    basis: consent
    consent: {mode: opt_in, recorded_in: crm.contacts.news, granted: granted}
    benefit: Offers come first
    recipients: [mailer]
    profiling: {logic: By what was read, human_review: A clerk}
    roles: {agent: [read]}
fields:
  customer.email:
    {label: E-mail address, definition: Where to write to., category: contact.email, subject: customer, owner: sales,
     classification: confidential, retention: account, purposes: [news], origin: given, compulsory: true,
     sources: {crm.contacts.email: }}
"""


@pytest.fixture
def told(small: Path) -> Path:
    """A catalog that says all that the law asks for."""
    base = small / "base.yaml"
    text = base.read_text().replace("    basis: contract\n", "    basis: contract\n    profiling: false\n")
    base.write_text(
        text.replace(
            "    subject: customer\n    owner: sales",
            "    origin: staff\n    subject: customer\n    owner: sales",
        )
    )
    (small / "more.yaml").write_text(MORE)
    return small


def test_the_notice_says_each_element_in_words(run: Run, told: Path) -> None:
    done = run("export", "notice", "-C", "small", "-f", "md")
    assert (done.returncode, done.stderr) == (0, "")
    text = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), done.stdout)
    for line in (
        "Example Shop GmbH (DE). Write to privacy@shop.example.",
        "Our data protection officer: Data protection office, dpo@shop.example.",
        "Why: To tell the news",
        "What you gain: Offers come first",
        "We may, because you have agreed to it.",
        "You have to give us: E-mail address. Without it we cannot do this.",
        "A program judges here: By what was read",
        "A person looks at it on request: A clerk",
        "Noted by our staff: Internal identifier.",
        "Mailer (US), on our instructions.",
        "standard clauses of the European Commission bind the recipient. The papers: ask us for E-1.",
        "3 years from the closing of your account, then deleted.",
        "Take back consent as easily as you gave it; what was done before stays lawful.",
        "Article 7(3). For: News letters.",
        "You may complain to a data protection authority",
    ):
        assert line in text, line


def test_a_purpose_that_is_over_and_data_that_is_only_planned_are_no_part_of_it(told: Path) -> None:
    more = told / "more.yaml"
    more.write_text(
        more.read_text().replace(
            "    label: News letters\n", "    label: News letters\n    until: 2026-03-01\n"
        )
        + "  customer.dream: {label: Dreams, definition: What one dreams., category: inference, subject: customer,\n"
        "    owner: sales, status: planned, retention: account, purposes: [orders], origin: given, compulsory: true}\n"
    )
    catalog = load_catalog(told).catalog
    for day, is_told in ((None, True), (date(2026, 3, 1), True), (date(2026, 3, 2), False)):
        text = to_markdown(notice(catalog, "en", "customer", day))
        assert ("News letters" in text) is is_told, day
        assert "Dreams" not in text and "Inferences" not in text


def test_what_is_not_said_is_told_with_its_article_and_key_and_is_no_blank(run: Run, told: Path) -> None:
    root = (told / "amanat.yaml").read_text()
    (told / "amanat.yaml").write_text(root.replace("  defaults: {origin: given}\n", ""))
    text = (told / "more.yaml").read_text()
    (told / "more.yaml").write_text(
        text.replace("    profiling: {logic: By what was read, human_review: A clerk}\n", "")
        .replace("origin: given, ", "")
        .replace(
            "transfers:\n  mail: {label: Mail, recipient: mailer, country: US, mechanism: scc, evidence: E-1}\n",
            "",
        )
    )
    done = run("export", "notice", "-C", "small")
    assert done.returncode == 1
    assert (
        "Art. 13(2)(f): whether `news` profiles or decides by machine  ->  purposes.news.profiling"
        in done.stderr
    )
    assert "Art. 14(2)(f): where 1 fields come from (customer.email …)" in done.stderr
    assert "Art. 13(1)(f): what protects data sent to `mailer`" in done.stderr
    assert "unknown" not in done.stdout
    assert "None" not in done.stdout


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_published_copy_is_compared_statement_by_statement(run: Run, told: Path, form: str) -> None:
    run("export", "notice", "-C", "small", "-f", form, "-o", "published")
    done = run("export", "notice", "-C", "small", "--check", "published")
    assert (done.returncode, done.stdout) == (0, "published says what the catalog says\n")
    text = (told / "more.yaml").read_text()
    (told / "more.yaml").write_text(
        text.replace("To tell the news", "To sell")
        .replace("  mailer:", "  courier:")
        .replace("[mailer]", "[courier]")
        .replace("recipient: mailer", "recipient: courier")
    )
    done = run("export", "notice", "-C", "small", "--check", "published")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "not said: recipient:courier",
        "not said: transfer:courier",
        "says something else: purpose:news",
        "no longer so: recipient:mailer",
        "no longer so: transfer:mailer",
        "published differs from the catalog in 5 things",
    ]


def test_a_text_of_somebody_else_is_searched_for_names(run: Run, told: Path) -> None:
    (told.parent / "lawyers.html").write_text(
        "<p>We send <b>news</b> letters through MAILER&nbsp;and handle orders.</p>"
    )
    done = run("export", "notice", "-C", "small", "--check", "lawyers.html")
    assert done.returncode == 0
    assert "it carries no marks of ours" in done.stdout
    (told.parent / "lawyers.html").write_text("<p>We handle orders.</p>")
    done = run("export", "notice", "-C", "small", "--check", "lawyers.html")
    assert done.stdout.splitlines()[:2] == ["not said: purpose:news", "not said: recipient:mailer"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--lang", "de"), "no language `de`"),
        (("--subject", "custumer"), "no subject `custumer`"),
        (("--check", "nowhere.html"), "cannot read `nowhere.html`"),
    ],
)
def test_what_is_not_there_is_refused(run: Run, told: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run("export", "notice", "-C", "small", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_no_text_of_the_catalog_is_markup(told: Path) -> None:
    bad = "<script>alert(1)</script> --> `x` *y*"
    (told / "more.yaml").write_text(MORE.replace("To tell the news", f"'{bad}'"))
    made = notice(load_catalog(told).catalog, "en", "customer")
    assert "<script" not in to_html(made)
    assert "<script" not in to_markdown(made)


def test_the_example_speaks_persian_from_right_to_left(example: Path) -> None:
    made = notice(load_catalog(example).catalog, "fa", "customer")
    page = to_html(made)
    assert '<html lang="fa" dir="rtl">' in page
    assert len(made.sections) == 9
    assert {gap.article for gap in made.gaps} <= {"Art. 13(2)(f)"}
    own = re.sub(r"<[^>]*>", " ", page)
    assert "purposes" not in own
    assert "then" not in own.split()


def test_both_languages_have_the_same_words_and_cover_the_schema() -> None:
    words = _all()
    assert words["en"].keys() == words["fa"].keys()
    assert set(TRANSLATED) == words.keys()
    schema = str(load_schema("catalog-file"))
    for tag in TRANSLATED:
        say = Saying(tag)
        for group in ("basis", "then", "origin"):
            for key in words[tag]:
                if key.startswith(f"{group}.") and key != "basis.in":
                    assert f"'{key.partition('.')[2]}'" in schema, key
        assert say.period("P1Y6M") != "P1Y6M"
        assert say.period("nonsense") == "nonsense"
