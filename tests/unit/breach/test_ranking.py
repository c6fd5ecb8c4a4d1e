"""The order of systems: every number can be counted, and the first that differs decides."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.breach import Exposure, ranking
from amanat.breach.ranking import steps
from tests.unit.breach.world import REST, known, world


def order(rest: str = REST) -> tuple[Exposure, ...]:
    return ranking(known(world(rest=rest)))


def test_the_most_exposing_is_first_and_a_system_without_fields_last() -> None:
    found = order()
    assert [(one.place, one.system.id, one.decided_by) for one in found] == [
        (1, "shop", ""),
        (2, "desk", "special"),
        (3, "lake", "class:internal"),
        (4, "empty", "class:internal"),
    ]
    shop, desk, *_ = found
    assert steps(world().catalog) == (
        "special",
        "class:secret",
        "class:internal",
        "class:public",
        "minors",
        "subjects",
        "people",
    )
    assert shop.key == (1, 1, 3, 0, 1, 2, 7) and shop.uncounted == 1
    assert desk.key == (0, 0, 3, 0, 0, 1, 7)
    assert shop.lacking == ("encryption_at_rest",) and shop.undeclared is None


def test_systems_that_nothing_tells_apart_share_a_place() -> None:
    twin = REST.replace("sources: {lake.facts.score: }", "sources: {empty.facts.score: }")
    found = order(twin)
    assert [(one.place, one.system.id) for one in found][2:] == [(3, "empty"), (3, "lake")]


@given(
    st.lists(
        st.tuples(st.sampled_from(("shop", "desk", "lake")), st.sampled_from(("internal", "secret"))),
        max_size=9,
    )
)
@settings(max_examples=25, deadline=None)
def test_more_of_the_most_sensitive_never_sinks(drawn: list[tuple[str, str]]) -> None:
    fields = "".join(
        f"  f.n{n}: {{label: N{n}, definition: Number {n}, category: name, classification: {name}, purposes: [orders],"
        f" sources: {{{system}.t.c{n}: }}}}\n"
        for n, (system, name) in enumerate(drawn)
    )
    found = order(REST[: REST.index("fields:")] + (f"fields:\n{fields}" if drawn else ""))
    for before, after in pairwise(found):
        assert bool(before.fields) >= bool(after.fields)
        if bool(before.fields) == bool(after.fields):
            assert before.key >= after.key
            assert (before.key == after.key) == (before.place == after.place)
    held = {str(one.system.id): one for one in found}
    for system in ("shop", "desk", "lake"):
        assert held[system].fields == sum(name == system for name, _ in drawn)
