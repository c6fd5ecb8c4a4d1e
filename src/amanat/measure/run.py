"""Asking a system everything that is wanted of it. What cannot be counted is among the results, with the
reason; one table that fails never stops the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlglot.errors import SqlglotError

from amanat.connect.asking import Asker, Refused, Relation, Why
from amanat.measure.judging import judged
from amanat.measure.query import Answer, TableQuery, table_query
from amanat.measure.wanted import TableWanted, Wanted
from amanat.model.measures import Measure, Outcome
from amanat.text import Tell, nobody

BATCH = 200
"""Questions in one query: engines limit the columns of a result (PostgreSQL: 1,664)."""


class Scanned(NamedTuple):
    """A table that was looked at: how many queries of how many rows; `why` says what went wrong."""

    table: str
    rows: int | None
    queries: int
    why: str


class SystemMeasured(NamedTuple):
    """What was measured in a system."""

    system: str
    engine: str
    measures: tuple[Measure, ...]
    tables: tuple[Scanned, ...]

    @property
    def partial(self) -> bool:
        """Whether the engine did not answer some of it."""
        return any(table.why for table in self.tables)

    def with_measures(self, more: Iterable[Measure]) -> SystemMeasured:
        """The same with further measures."""
        return self._replace(measures=tuple(sorted((*self.measures, *more), key=lambda each: each.key)))


Results = list[tuple[Wanted, Answer | str]]
"""Each question with its answer, or with the name of the reason why there is none."""


def measure_system(
    asker: Asker, system: str, tables: Iterable[TableWanted], day: date, tell: Tell = nobody
) -> SystemMeasured:
    """Ask a system. `tell` hears how many tables of how many are done."""
    asked = list(tables)
    found: list[Measure] = []
    scanned: list[Scanned] = []
    lost = False
    for number, table in enumerate(asked):
        one = _Table(asker, table, day)
        results = one.unasked(Why.LOST.value) if lost else one.results()
        lost = lost or one.why == Why.LOST
        found.extend(_measure(wanted, answer, day) for wanted, answer in results)
        scanned.append(Scanned(shown(table), one.rows, one.queries, one.why))
        tell(number + 1, len(asked))
    found.sort(key=lambda each: each.key)
    return SystemMeasured(system, asker.engine, tuple(found), tuple(scanned))


def shown(table: TableWanted) -> str:
    """A table's name as sources write it."""
    return f"{table.schema}.{table.name}" if table.schema else table.name


class _Table:
    """The questions to one table."""

    def __init__(self, asker: Asker, table: TableWanted, day: date) -> None:
        self._asker, self._table, self._day = asker, table, day
        self.rows: int | None = None
        self.queries = 0
        self.why = ""

    def unasked(self, why: str) -> Results:
        """Every question without an answer."""
        self.why = why
        return [(one, one.cannot or why) for one in self._table.wanted]

    def results(self) -> Results:
        """Every question with its answer."""
        found: Results = [(one, one.cannot) for one in self._table.wanted if one.cannot]
        asked = [one for one in self._table.wanted if not one.cannot]
        if not asked:
            return found
        try:
            relation = self._asker.relation(self._table.schema, self._table.name)
        except Refused as refused:
            return self.unasked(self._named(refused))
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            found.extend([(one, self.why) for one in batch] if self.why else self._batch(relation, batch))
        return found

    def _batch(self, relation: Relation, batch: Sequence[Wanted]) -> Results:
        targets = dict(self._targets(batch))
        try:
            return self._answers(self._query(relation, targets, batch))
        except (Refused, SqlglotError) as error:
            why = self._named(error)
            if not _is_of_one(error) or len(batch) == 1:
                self.why = why if isinstance(error, Refused) and not _is_of_one(error) else self.why
                return [(one, why) for one in batch]
        # Something in the query is not to the engine's liking: each question alone, so only that is lost.
        found: Results = []
        for one in batch:
            found.extend([(one, self.why)] if self.why else self._batch(relation, [one]))
        return found

    def _query(self, relation: Relation, targets: dict, batch: Sequence[Wanted]) -> TableQuery:  # type: ignore[type-arg]
        return table_query(self._asker.engine, relation, targets, batch, self._day)

    def _answers(self, query: TableQuery) -> Results:
        found: Results = list(query.unasked)
        if query.asked:
            self.queries += 1
            (row,) = list(self._asker.rows(query.sql))
            self.rows = int(row[0])
            found.extend(query.answers(row))
        return found

    def _targets(
        self, batch: Sequence[Wanted]
    ) -> Iterator[tuple[tuple[str | None, str, str], tuple[Relation, str]]]:
        for target in sorted({one.target for one in batch if one.target}, key=str):
            try:
                schema, name, column = target
                yield target, (self._asker.relation(schema, name), column)
            except Refused as refused:
                if refused.why is Why.LOST:
                    raise

    def _named(self, error: Exception) -> str:
        if isinstance(error, Refused):
            code = f" {error.code}" if error.code and error.why is Why.REFUSED else ""
            return f"{error.why.value}{code}"
        return "unsupported"


def _is_of_one(error: Exception) -> bool:
    """Whether the fault may lie in one question, not in the table, its lock or the connection."""
    return not isinstance(error, Refused) or error.why in (Why.REFUSED, Why.NO_RIGHTS)


def _measure(wanted: Wanted, answer: Answer | str, day: date) -> Measure:
    path, written = wanted.source.path, wanted.written
    target = wanted.target
    against = ".".join(part for part in target if part) if target else ""
    known = (wanted.field.id, path, wanted.check, against, day.isoformat())
    if isinstance(answer, str):
        return Measure(*known, None, None, None, "", written, Outcome.UNMEASURED, answer)
    outcome, why = _judged(wanted, answer, day)
    said = written if wanted.expected else ""
    return Measure(*known, answer.rows, answer.counted, answer.met, answer.greatest, said, outcome, why)


def _judged(wanted: Wanted, answer: Answer, day: date) -> tuple[Outcome, str]:
    """How an answer stands to the expectation. Of nothing there is no share."""
    if answer.counted == 0:
        return Outcome.UNMEASURED, "no_rows" if answer.rows == 0 else "no_values"
    return judged(wanted.expected, answer.counted, answer.met, answer.greatest, day), ""
