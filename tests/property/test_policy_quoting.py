"""Quoting, whatever the text."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from amanat.model.values import Pair, PurposeId, RoleId
from amanat.policy.targets.granting import principal
from amanat.policy.targets.quoting import LIMIT, UnquotableError, comment, fit, identifier, literal

HOSTILE = st.text(st.one_of(st.sampled_from("\"'\\;-$\n\0 éن🙂"), st.characters()))


def quoted(make: object, text: str) -> str | None:
    try:
        return make(text)  # type: ignore[operator, no-any-return]
    except UnquotableError:
        return None


@given(HOSTILE)
def test_a_name_reads_back_as_itself(name: str) -> None:
    written = quoted(identifier, name)
    assume(written is not None)
    assert written is not None
    assert re.fullmatch(r'"(?:[^"]|"")*"', written)
    assert written[1:-1].replace('""', '"') == name
    assert 0 < len(name.encode()) <= LIMIT


@given(HOSTILE)
def test_a_value_reads_back_as_itself_whatever_the_setting_for_backslashes(text: str) -> None:
    written = quoted(literal, text)
    assume(written is not None)
    assert written is not None
    escaped = written.startswith("E")
    assert re.fullmatch(r"E?'(?:[^']|'')*'", written)
    inner = written.removeprefix("E")[1:-1].replace("''", "'")
    assert "\\" not in inner or escaped
    assert (inner.replace("\\\\", "\\") if escaped else inner) == text


@given(HOSTILE)
def test_a_comment_never_ends_early(text: str) -> None:
    assert len(comment(text).splitlines()) == 1


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_two_names_never_become_one(one: str, other: str) -> None:
    assume(one != other)
    assert fit(one) != fit(other)
    assert len(fit(one).encode(errors="surrogatepass")) <= LIMIT


IDS = st.from_regex(r"[a-z][a-z0-9_]{0,40}", fullmatch=True) | st.sampled_from(
    ["a", "a_", "a__b", "b", "pg_a"]
)
DOTTED = st.lists(IDS, min_size=1, max_size=3).map(".".join)


@given(IDS, DOTTED, IDS, DOTTED)
def test_two_pairs_never_share_a_principal(
    role: str, purpose: str, other_role: str, other_purpose: str
) -> None:
    one, other = (Pair(RoleId(r), PurposeId(p)) for r, p in ((role, purpose), (other_role, other_purpose)))
    assume(one != other)
    assert principal(one) != principal(other)
    for name in (principal(one), principal(other)):
        assert len(name.encode()) <= LIMIT
        assert not name.startswith("pg_")
        identifier(name)
