"""What rules look at is noted, also through what they share; where none of it is another, they find the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

from amanat.diagnostic import Finding
from amanat.lint.looking import ANYTHING, Looked, Watch, narrowed
from amanat.lint.rule import Context, Rule
from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.rules import RULES
from amanat.rules.base import base_files
from tests.benchmarks.generate import write
from tests.support import write_files

DAY = date(2026, 6, 30)
EXAMPLE = Path(__file__).parents[3] / "catalog"
CHECKED = [rule for rule in RULES if rule.check is not None]
NAMES = [one.name for one in fields(Catalog)]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load_catalog(write_files(tmp_path_factory.mktemp("base"), base_files())).catalog


def looked_at(catalog: Catalog, look: Callable[[Context], object]) -> frozenset[str]:
    context, looked = Watch(Context(catalog, DAY)).begin()
    look(context)
    return looked.names()


LOOKS: Mapping[str, tuple[Callable[[Context], object], set[str]]] = {
    "nothing": (lambda ctx: ctx.catalog, set()),
    "an attribute": (lambda ctx: ctx.catalog.teams, {"teams"}),
    "the same again": (lambda ctx: (ctx.catalog.teams, ctx.catalog.teams), {"teams"}),
    "the first language": (lambda ctx: ctx.catalog.language, {"languages"}),
    "the day": (lambda ctx: ctx.as_of, {"as_of"}),
    "an earlier state": (lambda ctx: ctx.before, {"before"}),
    "what is shared": (lambda ctx: ctx.shared("a", lambda given: len(given.catalog.roles)), {"roles"}),
    "what is shared, twice": (lambda ctx: [ctx.shared("a", lambda given: given.as_of)] * 2, {"as_of"}),
    "what that shares": (
        lambda ctx: ctx.shared("a", lambda given: given.shared("b", lambda more: more.catalog.holds)),
        {"holds"},
    ),
    "other fields": (lambda ctx: narrowed(ctx.catalog, fields={}).fields, set()),
    "beside other fields": (lambda ctx: narrowed(ctx.catalog, fields={}).teams, {"teams"}),
    "other fields twice": (
        lambda ctx: narrowed(narrowed(ctx.catalog, fields={}), purposes={}).systems,
        {"systems"},
    ),
    "all of it": (lambda ctx: replace(ctx.catalog, fields={}), set(NAMES) - {"fields"}),
}


@pytest.mark.parametrize("what", LOOKS)
def test_what_is_looked_at_is_noted(what: str, base: Catalog) -> None:
    look, expected = LOOKS[what]
    assert looked_at(base, look) == expected


def test_a_watched_catalog_says_what_the_catalog_says(base: Catalog) -> None:
    context, _ = Watch(Context(base, DAY)).begin()
    assert context.as_of == DAY and context.before is None
    for _ in range(2):
        assert all(getattr(context.catalog, name) is getattr(base, name) for name in NAMES)
    changed = narrowed(context.catalog, fields={})
    assert changed.fields == {} and changed.teams is base.teams and context.catalog.fields is base.fields
    assert narrowed(base, fields={}) == replace(base, fields={})
    again = narrowed(changed, systems={})
    assert again.fields == {} and again.systems == {} and again.teams is base.teams
    assert changed.systems is base.systems
    for name in ("no_such", "_of_nobody"):
        with pytest.raises(AttributeError):
            getattr(context.catalog, name)
        with pytest.raises(AttributeError):
            getattr(context, name)


def test_what_one_made_counts_for_all_who_use_it(base: Catalog) -> None:
    watch = Watch(Context(base, DAY))
    (first, first_looked), (second, second_looked) = watch.begin(), watch.begin()
    made = [context.shared("a", lambda given: given.catalog.roles) for context in (first, second)]
    assert made[0] is made[1]
    assert first_looked.names() == second_looked.names() == {"roles"}


class Later:
    """A result that looks at more when it is asked."""

    def __init__(self, context: Context) -> None:
        self._catalog = context.catalog

    @cached_property
    def number(self) -> int:
        return len(self._catalog.systems)


def test_what_a_shared_result_looks_at_later_counts_for_who_asks(base: Catalog) -> None:
    watch = Watch(Context(base, DAY))
    (first, first_looked), (second, second_looked) = watch.begin(), watch.begin()
    assert first.shared("later", Later)
    assert first_looked.names() == set()
    assert second.shared("later", Later).number == len(base.systems)
    assert second_looked.names() == {"systems"}


def test_of_what_was_made_before_nobody_knows_what_it_is_made_from(base: Catalog) -> None:
    context = Context(base, DAY)
    context.shared("a", lambda given: given.catalog.roles)
    view, looked = Watch(context).begin()
    assert view.shared("a", lambda given: given.catalog.roles) is base.roles
    assert looked.names() == {ANYTHING}


def test_who_looks_through_each_other_has_an_end() -> None:
    one, other = Looked(), Looked()
    one.at("teams")
    other.at("roles")
    one.through(other)
    other.through(one)
    assert one.names() == other.names() == {"teams", "roles"}


@cache
def catalog_of(which: str, folder: Path) -> Catalog:
    if which == "example":
        return load_catalog(EXAMPLE).catalog
    write(folder, 100, defects=0.1, snapshots=True)
    return load_catalog(folder).catalog


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Catalog]:
    return {which: catalog_of(which, tmp_path_factory.mktemp(which)) for which in ("example", "defects")}


def judged(watch: Watch, rule: Rule) -> tuple[list[Finding], frozenset[str]]:
    context, looked = watch.begin()
    assert rule.check is not None
    return list(rule.check(context)), looked.names()


def in_a_row(catalog: Catalog, rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    watch = Watch(Context(catalog, DAY))
    return {rule.code: judged(watch, rule)[1] for rule in rules}


@pytest.mark.parametrize("which", ["example", "defects"])
def test_what_rules_share_hides_from_none_what_it_is_made_from(
    which: str, catalogs: dict[str, Catalog]
) -> None:
    """A result that is made from the context of the rule that came first, and not from the one that it is
    given, counts for that rule only."""
    catalog = catalogs[which]
    forwards, backwards = in_a_row(catalog, CHECKED), in_a_row(catalog, reversed(CHECKED))
    for rule in CHECKED:
        alone = judged(Watch(Context(catalog, DAY)), rule)[1]
        assert alone <= forwards[rule.code], rule.code
        assert alone <= backwards[rule.code], rule.code


Found = Mapping[str, tuple[list[Finding], frozenset[str]]]


@pytest.fixture(scope="module")
def found(catalogs: dict[str, Catalog]) -> dict[str, Found]:
    """What every rule finds in each catalog, and what it looks at."""
    watches = {which: Watch(Context(catalog, DAY)) for which, catalog in catalogs.items()}
    return {which: {rule.code: judged(watch, rule) for rule in CHECKED} for which, watch in watches.items()}


NEVER_LOOKED_AT = ("files", "digest", "approvals")


@pytest.mark.parametrize("which", ["example", "defects"])
@pytest.mark.parametrize("name", [*NAMES, "as_of"])
def test_a_rule_that_did_not_look_at_it_finds_what_it_found(
    name: str, which: str, catalogs: dict[str, Catalog], found: dict[str, Found]
) -> None:
    blind = [rule for rule in CHECKED if name not in found[which][rule.code][1]]
    assert (len(blind) == len(CHECKED)) is (name in NEVER_LOOKED_AT)
    for context in other_contexts(catalogs[which], name):
        for rule in blind:
            assert rule.check is not None
            assert list(rule.check(context)) == found[which][rule.code][0], rule.code


def other_contexts(catalog: Catalog, name: str) -> list[Context]:
    """Contexts of the same catalog in which nothing but this is another."""
    if name == "as_of":
        return [Context(catalog, None), Context(catalog, date(2030, 1, 1))]
    value = getattr(catalog, name)
    others: list[Any] = [None]
    if isinstance(value, Mapping):
        items = list(value.items())
        others = [{}, dict(items[: len(items) // 2])]
    elif isinstance(value, tuple):
        others = [(), (*value, "more")]
    elif isinstance(value, str):
        others = ["", value[1:]]
    return [Context(replace(catalog, **{name: other}), DAY) for other in others]
