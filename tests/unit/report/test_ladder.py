"""A decision as a person reads it, on a terminal and elsewhere."""

from __future__ import annotations

import re
from datetime import date

from amanat.policy.explain import Asked, explain
from amanat.report.ladder import as_text
from tests.unit.policy.support import changed

AS_OF = date(2026, 6, 30)
_SGR = re.compile("\x1b\\[[0-9;]*m")


def shown(asked: Asked, width: int | None = None, colour: bool = False, more: str = "") -> str:
    loaded = changed(more=more)
    return as_text(
        explain(loaded.catalog, asked, AS_OF),
        loaded.spans,
        lambda file, line: f"{file} {line}",
        width,
        colour,
    )


DENIED = Asked("marketer", "service", "read", "customer.illness")


def test_elsewhere_each_gate_is_one_line_and_the_ways_name_their_lines() -> None:
    lines = shown(DENIED).splitlines()
    assert lines[0] == "deny (role_not_for_purpose): marketer · service · read · customer.illness"
    assert sum("<-- this decides" in line for line in lines) == 1
    start = lines.index("what would have to change, all of it:")
    assert lines[start + 1 : start + 3] == [
        "  - add `marketer: [read]` to `roles` of purpose `service`  (base.yaml:20)",
        "    20 | base.yaml 20",
    ]
    assert lines[-2:] == ["it is about 1 column of 1 system:", "  shop.customers.illness  (base.yaml:74)"]


def test_a_terminal_gets_its_width_and_colours_and_the_same_words() -> None:
    for width in (60, 72, 200):
        drawn = shown(DENIED, width, colour=True)
        assert "\x1b[1;31m" in drawn
        bare = _SGR.sub("", drawn)
        assert max(map(len, bare.splitlines())) <= width
        assert "".join(bare.split()) == "".join(re.sub(r"\((base\.yaml:\d+)\)", r"\1", shown(DENIED)).split())
    assert "\x1b" not in shown(DENIED, 72)


def test_where_it_is_open_columns_and_rows_are_told() -> None:
    more = "systems: {shop: {label: Shop, kind: crm, owner: crm, country: DE, engine: postgresql}}"
    text = shown(Asked("marketer", "marketing", "read", "customer.phone"), more=more)
    assert "only in rows with consent for marketing: shop.customers.news = true\n" in text
    assert (
        "shown in clear it would be only if:\n  - raise `clearance` of role `marketer` to `confidential`"
        in text
    )
    assert text.endswith(
        "it is about 1 column of 1 system, and opens:\n"
        "  shop.customers.phone  rows with consent  (base.yaml:58)\n"
    )


def test_nothing_that_is_asked_steers_the_terminal() -> None:
    for width in (None, 80):
        text = shown(Asked("a\x1b[31m", "b\u202e", "c", "d\x07\n"), width)
        assert not {"\x1b", "\u202e", "\x07"} & set(text)
