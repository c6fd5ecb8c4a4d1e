"""The reference, PostgreSQL and DuckDB agree about every winner, on rules and rows that nobody thought of."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amanat.golden.decide import Cell, decide
from tests.differential import golden
from tests.differential.postgres import Database

_TABLES = {"shop": ("customers", "ref"), "crm": ("contacts", "nr"), "desk": ("people", "key")}
_VALUES = {
    "text": st.text(alphabet="aAbBéÉ 1۲٣0-+@.'\\\"🙂,", max_size=5),
    "integer": st.integers(-3, 30).map(str),
    "numeric(6,2)": st.decimals(-3, 30, places=2).map(lambda n: format(n, ".2f")),
    "boolean": st.sampled_from(("true", "false")),
}
_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 7, 1)).map(lambda m: m.replace(microsecond=0))
_STEPS = ("source_priority", "most_recent", "most_frequent", "longest")
_FORMS = ("lower", "upper", "trim", "digits")


class Row(NamedTuple):
    """A row of a table: whose it is, the value as text, and when it changed."""

    system: str
    customer: str | None
    value: str | None
    changed: datetime | None


class Drawn(NamedTuple):
    """A case with the rows that its tables hold."""

    case: dict[str, Any]
    rows: list[Row]


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A field of up to three sources with its rule, and rows of a few customers."""
    systems = draw(st.lists(st.sampled_from(sorted(_TABLES)), min_size=1, max_size=3, unique=True))
    kinds = {name: draw(st.sampled_from(sorted(_VALUES))) for name in systems}
    numbers = all(kind in ("integer", "numeric(6,2)") for kind in kinds.values())
    rows = draw(
        st.lists(
            st.sampled_from(systems).flatmap(
                lambda name: st.builds(
                    Row,
                    st.just(name),
                    st.sampled_from(("a", "B b", "", None)),
                    st.one_of(st.none(), _VALUES[kinds[name]]),
                    st.one_of(st.none(), _MOMENTS),
                )
            ),
            max_size=9,
        )
    )
    sources = {name: f"{name}.{_TABLES[name][0]}.x" for name in systems}
    lines = [_rule(draw, list(sources.values()), numbers)]
    if draw(st.booleans()):
        lines.append(f"normal: {draw(st.sampled_from(_FORMS))}")
    if draw(st.integers(0, 4)) == 0:
        lines.append("type: boolean")
    lines.append("sources:")
    lines += [f"  {source}: {_facets(draw)}" for source in sources.values()]
    tables = {
        name: [f"{table} {key} text", f"{table} x {kinds[name]}", f"{table} changed timestamp"]
        for name, (table, key) in _TABLES.items()
        if name in systems
    }
    return Drawn({"field": "\n".join(lines), "tables": tables}, rows)


def _rule(draw: st.DrawFn, sources: list[str], numbers: bool) -> str:
    kind = draw(st.sampled_from(("none", "master", "order", "order", "order", "aggregate")))
    if kind == "none":
        return ""
    if kind == "master":
        return f"master: {draw(st.sampled_from(sources))}"
    valid = _valid(draw)
    if kind == "aggregate":
        functions = ("sum", "min", "max", "count", "union") if numbers else ("min", "max", "count", "union")
        return f"survivorship: {{strategy: aggregate, function: {draw(st.sampled_from(functions))}{valid}}}"
    strategy, tie = draw(st.sampled_from(_STEPS)), draw(st.sampled_from(("", *_STEPS)))
    order = draw(st.lists(st.sampled_from(sources), unique=True))
    ties = f", tie_break: {tie}" if tie else ""
    return f"survivorship: {{strategy: {strategy}, priority: [{', '.join(order)}]{ties}{valid}}}"


def _valid(draw: st.DrawFn) -> str:
    asked = draw(
        st.sampled_from(
            (
                "",
                "",
                "min_length: 2",
                "max_length: 2",
                "matches: number",
                "matches: email",
                "not_older_than: P1Y1M1D",
                "in: [true, 1, a, '10']",
                "min_length: 2, not_older_than: P13W",
            )
        )
    )
    return f", valid: {{{asked}}}" if asked else ""


def _facets(draw: st.DrawFn) -> str:
    parts = draw(
        st.lists(
            st.sampled_from(
                (
                    "changed_at: changed",
                    "empty: [0, '-', \"'\"]",
                    "codes: {'1': a, a: 1, 'true': c, '-': null}",
                    *tuple(f"normal: {form}" for form in _FORMS),
                )
            ),
            unique_by=lambda text: text.partition(":")[0],
        )
    )
    return f"{{{', '.join(parts)}}}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn())
def test_three_ways_to_one_answer(database: Database, made: Drawn) -> None:
    case, rows = made
    catalog = golden.catalog(case)
    plan = golden.plan_of(catalog)
    taking = {one.source.partition(".")[0]: one for one in plan.candidates}
    cells = [
        Cell(row.customer, taking[row.system].source, row.value, _known(taking[row.system].changed_at, row))
        for row in rows
        if row.system in taking and row.customer
    ]
    reference = {customer: tuple(winner) for customer, winner in decide(plan, cells, golden.TODAY).items()}
    held: dict[str, list[dict[str, str | None]]] = {}
    for row in rows:
        table, key = _TABLES[row.system]
        changed = row.changed.isoformat(sep=" ") if row.changed else None
        held.setdefault(f"{row.system}.{table}", []).append(
            {key: row.customer, "x": row.value, "changed": changed}
        )
    prepared = golden.setup(golden.columns_of(case), held)
    if not plan.candidates:
        return
    assert golden.in_duckdb(prepared, golden.sql_of(catalog, "duckdb")) == reference
    assert golden.in_postgres(database, prepared, golden.sql_of(catalog, "postgres")) == reference


def _known(column: str | None, row: Row) -> datetime | None:
    return row.changed if column is not None else None
