"""The SQL of MariaDB's views, taken apart."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.policy.targets.relational import View
from amanat.policy.verify import digest
from amanat.policy.verify.mariadb import facts, read, text, views
from amanat.policy.verify.mariadb.expected import Expected, ExpectedView

MADE = (
    "CREATE ALGORITHM=MERGE DEFINER=`as`@`view` SQL SECURITY DEFINER VIEW `d`.`as` AS select `t`.`a` AS `as` "
    "from `d`.`t``x` `t` where `t`.`b` = 'with check option' limit 1"
)


@pytest.mark.parametrize("ending", ["", " WITH CASCADED CHECK OPTION", " WITH LOCAL CHECK OPTION"])
def test_the_query_of_a_statement_is_what_stands_between_as_and_the_check_option(ending: str) -> None:
    body = text.body_of(MADE + ending)
    assert body.startswith("select `t`.`a` AS `as`") and body.endswith("'with check option' limit 1")


def test_names_are_told_in_their_order_however_they_are_quoted() -> None:
    assert text.names("SELECT t.`a`, 'x.y' FROM `d`.`t``x` AS t WHERE k.b = 1.5") == [
        ("t", "a"),
        ("d", "t`x"),
        ("k", "b"),
    ]


def test_tables_are_what_stands_after_from_join_or_a_comma() -> None:
    query = (
        "select `a`.`b` AS `c` from (`d`.`e` `a` join `f`.`g` `h`) where `a`.`x` in (select 1 from `i`.`j`)"
    )
    assert text.read_from(query) == {("d", "e"), ("f", "g"), ("i", "j")}


def test_stand_ins_take_the_place_of_tables_only() -> None:
    query = "select `d`.`e` AS `x` from `d`.`e` `d`"
    assert text.over_stand_ins(query, {("d", "e"): {"e"}}) == (
        "select `d`.`e` AS `x` from (SELECT c.DESCRIPTION AS `e` FROM information_schema.CHARACTER_SETS AS c) `d`"
    )


def test_bytes_that_are_no_text_are_written_as_digits() -> None:
    statement = "CREATE VIEW `و` AS select 'متن',_binary'".encode() + b"\xe2\\'\\n'"
    assert text.plain(statement) == "CREATE VIEW `و` AS select 'متن',_binary X'e2270a'"
    assert text.plain(b"CREATE VIEW `v` AS select _binary'a'") == "CREATE VIEW `v` AS select _binary'a'"


@given(
    st.lists(
        st.sampled_from(
            ["a", "`b c`", "'d ''e'", "X'00'", "0x1F", "1.5", "<=>", "(", ")", ",", "_binary", "'\\''"]
        )
    )
)
def test_pieces_are_the_same_when_they_are_put_together_again(pieces: list[str]) -> None:
    found = text.tokens(" ".join(pieces))
    assert text.tokens(text.over_stand_ins(" ".join(pieces), {})) == found


@pytest.mark.parametrize(
    ("pattern", "name", "covers"),
    [
        ("shop", "shop", True),
        ("sh_p", "shop", True),
        ("sh\\_p", "shop", False),
        ("sh\\_p", "sh_p", True),
        ("s%", "shop", True),
        ("%", "shop", True),
        ("s.op", "shop", False),
        ("Shop", "shop", False),
        ("shop", "shop2", False),
    ],
)
def test_a_pattern_of_databases_covers_what_the_server_says(pattern: str, name: str, covers: bool) -> None:
    assert read.Wide("'x'@'%'", pattern, frozenset()).covers(name) is covers


def test_a_digest_of_added_lines_counts_them_and_knows_no_order() -> None:
    given = [("grant", "a", "b"), ("role", "c"), ("table", "d")]
    count, first, *_ = digest.added(given, ("grant", "role")).split("-")
    lines = ["grant\x1fa\x1fb", "role\x1fc"]
    wanted = sum(int(hashlib.sha256(line.encode()).hexdigest()[:16], 16) for line in lines)
    assert (count, first) == ("2", str(wanted))
    assert digest.added(given[::-1], ("grant", "role")) == digest.added(given, ("grant", "role"))


class Echo:
    """A server that compiles a query to itself."""

    user = "reader@%"

    def definition(self, view: str) -> bytes | None:
        return None

    def compiled(self, query: str) -> str:
        return query


def test_two_tables_of_one_name_that_change_places_are_noticed() -> None:
    """What the server shows of a compiled query leaves the databases of tables out."""
    query = "select `t`.`a` AS `a` from `x`.`c` `t` where `t`.`a` in (select `u`.`a` from `y`.`c` `u`)"
    swapped = query.replace("`x`.`c`", "`z`.`c`").replace("`y`.`c`", "`x`.`c`").replace("`z`.`c`", "`y`.`c`")
    at, read_of = ("d", "c"), {("x", "c"): frozenset("a"), ("y", "c"): frozenset("a")}
    wanted = ExpectedView(query, "MERGE", View((), ()), ("x", "c"), read_of)
    live = facts.read_facts(
        ["view\x1fd\x1fc\x1fk@%\x1fDEFINER\x1fMERGE NONE\x1f0", "column\x1fd\x1fc\x1fa\x1f\x1f\x1f"]
    )
    expected = Expected((), frozenset(), {at: wanted}, ("d",), False, frozenset(), frozenset(), "k@%")
    for body, differs in ((query, False), (swapped, True)):
        made = {at: f"CREATE VIEW `d`.`c` AS {body}"}
        assert bool(views.changed(Echo(), live, expected, made)) is differs
