"""The field page says by which rule a value wins, in the reader's language."""

from __future__ import annotations

from amanat.docsite import render
from tests.unit.docsite.sites import RICH, page, site_of

_FIELD = """\
fields:
  customer.nickname:
    label: {en: Nickname, fa: نام مستعار}
    definition: {en: Name in the forum., fa: نام در انجمن.}
    category: name
    retention: account
    purposes: [service]
    survivorship:
      strategy: most_recent
      tie_break: longest
      valid: {matches: email, min_length: 1, max_length: 80, in: ["<b>", 1], not_older_than: P2Y}
    sources:
      shop.users.nick: {changed_at: seen_at}
      shop.guests.nick: {may_win: false}
  customer.points:
    label: {en: Points, fa: امتیاز}
    definition: {en: Points of the forum., fa: امتیاز انجمن.}
    category: behaviour.usage
    retention: account
    purposes: [service]
    survivorship: {strategy: aggregate, function: sum}
    sources: {shop.users.points: , shop.guests.points: }
"""


def test_the_rule_of_the_golden_record_is_said_in_both_languages() -> None:
    site = render(site_of({**RICH, "fields/nick.yaml": _FIELD}))
    html = site["en/fields/customer.nickname.html"].decode()
    english = page(site, "en/fields/customer.nickname.html").text
    for said in ("Winning value: the most recent", "Between equals: the longest", "May not win"):
        assert said in english
    assert "it is written as email, it has at least 1 character, it has at most 80 characters" in english
    assert "it was changed within 2 years" in english
    assert "&lt;b&gt;" in html and "<b>" not in html
    persian = page(site, "fa/fields/customer.nickname.html").text
    assert "دست‌کم ۱ نویسه باشد" in persian and "در ۲ سال گذشته تغییر کرده باشد" in persian


def test_an_aggregate_says_what_is_made_of_all_values() -> None:
    site = render(site_of({**RICH, "fields/nick.yaml": _FIELD}))
    assert "All values together: their sum" in page(site, "en/fields/customer.points.html").text
