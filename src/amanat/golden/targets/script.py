"""A plan as SQL: one view a field, with customer id, value, winning source and reason. What the engines
share; each dialect says only how it differs. Every name and value passes the one quoting function."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from amanat.golden.formats import PATTERNS
from amanat.golden.plan import NUMBERS, Authority, Candidate, Plan, Step
from amanat.golden.targets.expressions import Dialect, Expressions
from amanat.golden.values import period
from amanat.model.values import Scalar
from amanat.policy.targets.quoting import identifier, literal, qualified

__all__ = ["Dialect", "Naming", "view"]

SCHEMA = "golden"


class Naming(NamedTuple):
    """Where the tables of the systems lie: in a schema each, whose name is `template` with `{system}`
    replaced. A schema of the system's own follows after a dot."""

    template: str = "{system}"

    def table(self, system: str, name: str) -> str:
        """The quoted name of a table; `name` may begin with a schema of the system's own."""
        schema, _, table = name.rpartition(".")
        place = self.template.replace("{system}", system)
        return qualified(f"{place}.{schema}" if schema else place, table)


def view(plan: Plan, name: str, dialect: Dialect, naming: Naming, today: date | None) -> str:
    """The statements that make the view of a field called `name`. `today` None: the day of the query. The
    plan has at least one source that takes part."""
    make = _Writer(plan, Expressions(dialect), naming, today)
    named = qualified(SCHEMA, name)
    body = "\n".join(make.lines())
    return f"DROP VIEW IF EXISTS {named};\nCREATE VIEW {named} AS\n{body};\n"


class _Writer:
    def __init__(self, plan: Plan, to: Expressions, naming: Naming, today: date | None) -> None:
        self._plan, self._to, self._naming = plan, to, naming
        self._today = "CURRENT_DATE" if today is None else f"DATE {literal(today.isoformat())}"

    def lines(self) -> Iterator[str]:
        """The query."""
        plan = self._plan
        yield "WITH cell AS ("
        for at, candidate in enumerate(plan.candidates):
            if at:
                yield "  UNION ALL"
            yield from self._cells(candidate)
        yield "), judged AS ("
        yield from self._judged()
        yield "), tally AS ("
        yield "  SELECT customer_id,"
        for state in ("ok", "empty", "unmapped", "invalid"):
            yield f"    count(*) FILTER (WHERE state = {literal(state)}) AS {identifier(state)},"
        yield "    count(DISTINCT CASE WHEN state = 'ok' THEN compared END) AS distinct_values"
        yield "  FROM judged GROUP BY customer_id"
        yield from self._aggregate() if plan.function is not None else self._winner()

    def _cells(self, one: Candidate) -> Iterator[str]:
        """The values of a source, each with the customer it leads to."""
        to, way = self._to, one.way
        last = f"t{len(way.hops)}"
        customer = to.normal(to.as_text(f"{last}.{identifier(way.customer_id)}"), way.normal)
        raw = to.raw(f"t0.{identifier(one.column)}", one, self._plan.date)
        changed = "CAST(NULL AS timestamp)"
        if one.changed_at is not None:
            changed = to.moment(f"t0.{identifier(one.changed_at)}", one.changed_with_zone)
        mapped = to.codes("raw", one.codes) if one.codes is not None else "raw"
        if one.codes is None and self._plan.boolean:
            mapped = to.truth("raw")
        states = [f"WHEN raw IS NULL OR {to.is_blank('raw')} THEN 'empty'"]
        if one.empty:
            states.append(f"WHEN {to.is_in('raw', one.empty)} THEN 'empty'")
        if one.kind in NUMBERS:
            states.append(f"WHEN {to.is_no_number('raw')} THEN 'invalid'")
        if one.codes is not None:
            states.append(f"WHEN {mapped} IS NULL THEN 'unmapped'")
        yield f"  SELECT customer_id, {one.number} AS number, {one.rank} AS rank,"
        yield f"    {to.as_text(literal(one.source))} AS source, changed_at,"
        yield f"    CASE {' '.join(states)} END AS refused,"
        yield f"    {to.normal(mapped, one.normal)} AS value"
        yield f"  FROM (SELECT {customer} AS customer_id,"
        yield f"      {raw} AS raw, {changed} AS changed_at"
        yield f"    FROM {self._naming.table(way.system, way.table)} AS t0"
        for at, hop in enumerate(way.hops, 1):
            equal = " AND ".join(
                f"t{at - 1}.{identifier(column)} = t{at}.{identifier(key)}"
                for column, key in zip(hop.columns, hop.keys, strict=True)
            )
            holder = at if hop.against else at - 1
            also = "".join(
                f" AND {to.as_text(f't{holder}.{identifier(name)}')} = {literal(_spelled(value))}"
                for name, value in hop.where
            )
            yield f"    JOIN {self._naming.table(way.system, hop.target)} AS t{at} ON {equal}{also}"
        yield "  ) AS held"
        nobody = f" AND NOT {to.is_in('customer_id', way.empty)}" if way.empty else ""
        yield f"  WHERE customer_id IS NOT NULL AND NOT {to.is_blank('customer_id')}{nobody}"

    def _judged(self) -> Iterator[str]:
        """Every value with its state and the form in which it is compared."""
        to, plan = self._to, self._plan
        asked = [
            *([to.matches("value", PATTERNS[plan.valid.matches])] if plan.valid.matches else []),
            *([f"char_length(value) >= {plan.valid.min_length}"] if plan.valid.min_length else []),
            *([f"char_length(value) <= {plan.valid.max_length}"] if plan.valid.max_length else []),
            *([to.is_in("value", plan.allowed)] if plan.allowed is not None else []),
        ]
        if plan.valid.not_older_than is not None:
            months, days = period(plan.valid.not_older_than)
            since = f"({self._today} - INTERVAL '{months}' MONTH) - INTERVAL '{days}' DAY"
            asked.append(f"coalesce(changed_at >= {since}, false)")
        valid = f" WHEN NOT ({' AND '.join(asked)}) THEN 'invalid'" if asked else ""
        yield "  SELECT customer_id, number, rank, source, changed_at,"
        yield f"    CASE WHEN refused IS NOT NULL THEN refused WHEN {to.is_blank('value')} THEN 'empty'"
        yield f"     {valid} ELSE 'ok' END AS state,"
        yield f"    {to.by_code_points('value')} AS value,"
        yield f"    {to.by_code_points(to.normal('value', plan.compared))} AS compared"
        yield "  FROM cell"

    def _winner(self) -> Iterator[str]:
        plan, to = self._plan, self._to
        order = ", ".join(_ORDER[step] for step in plan.steps)
        yield "), counted AS ("
        yield "  SELECT *, count(*) OVER (PARTITION BY customer_id, compared) AS held"
        yield "  FROM judged WHERE state = 'ok'"
        yield "), ordered AS ("
        yield f"  SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY {order}) AS place"
        yield "  FROM counted"
        yield "), rival AS ("
        yield "  SELECT o.customer_id, min(o.place) AS place"
        yield "  FROM ordered AS o JOIN ordered AS w ON w.customer_id = o.customer_id AND w.place = 1"
        yield "  WHERE o.compared <> w.compared GROUP BY o.customer_id"
        yield ")"
        undecided = ""
        if plan.authority is Authority.UNDECIDED:
            undecided = "t.distinct_values > 1"
            yield f"SELECT t.customer_id, CASE WHEN {undecided} THEN NULL ELSE w.value END AS value,"
            yield f"  CASE WHEN {undecided} THEN NULL ELSE w.source END AS source,"
        else:
            yield "SELECT t.customer_id, w.value, w.source,"
        yield "  CASE WHEN w.place IS NULL THEN 'no_value'"
        if undecided:
            count = to.as_text("t.distinct_values")
            yield f"    WHEN {undecided} THEN 'undecided between ' || {count} || ' values'"
        master = "master" if plan.authority is Authority.MASTER else ""
        yield f"    WHEN r.place IS NULL THEN {literal(master or 'only_value')}"
        for step in plan.steps:
            told, differs = self._told(step), _DIFFERS[step]
            head = f"{master}, " if master else ""
            tie = "tie_break " if step is plan.tie_break else ""
            yield f"    WHEN {differs} THEN {literal(head + tie + step.value)}{told}"
        yield f"  END || {self._note()} AS reason"
        yield "FROM tally AS t"
        yield "LEFT JOIN ordered AS w ON w.customer_id = t.customer_id AND w.place = 1"
        yield "LEFT JOIN rival ON rival.customer_id = t.customer_id"
        yield "LEFT JOIN ordered AS r ON r.customer_id = t.customer_id AND r.place = rival.place"

    def _told(self, step: Step) -> str:
        """What a step adds to its name."""
        text = self._to.as_text
        if step is Step.SOURCE_PRIORITY:
            return f" || ' ' || {text('w.rank')} || {literal(f' of {self._plan.ranks}')}"
        if step is Step.MOST_RECENT:
            return f" || coalesce(' ' || {text('CAST(w.changed_at AS date)')}, '')"
        if step is Step.MOST_FREQUENT:
            return f" || ' ' || {text('w.held')} || ' of ' || {text('t.ok')}"
        return f" || ' ' || {text('char_length(w.value)')}" if step is Step.LONGEST else ""

    def _note(self) -> str:
        text = self._to.as_text
        parts = ", ".join(
            f"CASE WHEN t.{state} > 0 THEN {text(f't.{state}')} || {literal(f' {state}')} END"
            for state in ("empty", "unmapped", "invalid")
        )
        return (
            "CASE WHEN t.empty + t.unmapped + t.invalid > 0\n"
            f"    THEN ' (' || concat_ws(', ', {parts}) || ')' ELSE '' END"
        )

    def _aggregate(self) -> Iterator[str]:
        plan, to = self._plan, self._to
        function = str(plan.function)
        together = to.together(function, plan.numeric)
        text = to.as_text
        source = to.by_code_points("source")
        yield "), together AS ("
        yield f"  SELECT customer_id, {together} AS value, count(*) AS held,"
        yield f"    string_agg(DISTINCT {source}, ', ' ORDER BY {source}) AS source,"
        yield "    count(DISTINCT number) AS sources"
        yield "  FROM judged WHERE state = 'ok' GROUP BY customer_id"
        yield ")"
        yield "SELECT t.customer_id, w.value, w.source,"
        said = f"{literal(f'{function} of ')} || {text('w.held')} || ' from ' || {text('w.sources')}"
        said = f"{said} || {literal(f' of {len(plan.candidates)}')}"
        yield f"  CASE WHEN w.held IS NULL THEN 'no_value' ELSE {said} END || {self._note()} AS reason"
        yield "FROM tally AS t LEFT JOIN together AS w ON w.customer_id = t.customer_id"


def _spelled(value: Scalar) -> str:
    """A value as the engines write it when they turn it into text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


_ORDER = {
    Step.SOURCE_PRIORITY: "rank",
    Step.MOST_RECENT: "changed_at DESC NULLS LAST",
    Step.MOST_FREQUENT: "held DESC",
    Step.LONGEST: "char_length(value) DESC",
    Step.SOURCE_ID: "number",
    Step.LEAST_VALUE: "compared, value",
}
_DIFFERS = {
    Step.SOURCE_PRIORITY: "w.rank <> r.rank",
    Step.MOST_RECENT: "w.changed_at IS DISTINCT FROM r.changed_at",
    Step.MOST_FREQUENT: "w.held <> r.held",
    Step.LONGEST: "char_length(w.value) <> char_length(r.value)",
    Step.SOURCE_ID: "w.number <> r.number",
    Step.LEAST_VALUE: "w.compared <> r.compared",
}
