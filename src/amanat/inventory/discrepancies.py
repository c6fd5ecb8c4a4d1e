"""The register of discrepancies: one row for every entry of the ledger, or for every entry and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from amanat.conflicts.report import CANONICAL
from amanat.conflicts.standing import Standing, Stands, day_of
from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN, extra, told
from amanat.inventory.columns import Cell, Column, texts
from amanat.inventory.register import Row, Spans
from amanat.model.catalog import Catalog
from amanat.text import Place

if TYPE_CHECKING:
    from amanat.conflicts.report import Report

By = Literal["entry", "source"]

ENTRY = (
    Column("entry", "text", "Id of the entry."),
    Column("field", "text", "Id of the field that it is about."),
    Column("facet", "text", "What the sources differ in, such as `length`."),
    Column(
        "status",
        "text",
        "How it stands on the judging day: accepted, fixing or disputed while the decision holds; reopened; "
        "moot where there is no such conflict; invalid where it is not in order and decides nothing.",
    ),
    Column("why", "list", "Why it reopened, is moot or invalid; empty for a decision that holds."),
    Column("decision", "text", "What was decided: accepted, fixing or disputed."),
    Column("severity", "text", "How bad the conflict would be without the entry; n/a without a conflict."),
    Column("rule", "text", "Code of the rule that reports the conflict; n/a without one."),
    Column("field_owner", "text", "Team that answers for the field."),
    Column("approved_by", "text", "Team that approved the decision."),
    Column("approved_on", "text", "Day of the approval."),
    Column("expires", "text", "Last day on which it holds."),
    Column(
        "days_left",
        "integer",
        "Days from the judging day to the last one: 0 on that day, negative afterwards; "
        "unknown without a judging day.",
    ),
    Column("values_accepted", "list", "What was accepted: `source=value`; `field` is the canonical value."),
    Column("values_now", "list", "What the conflict's values are now: `source=value`."),
    Column("file", "text", "File that declares the entry."),
    Column("line", "integer", "Line in that file, counted from 1."),
)
"""What every row says about its entry; texts in each language come between."""

SOURCE = (
    Column("source", "text", "The source, or `field` for the canonical value."),
    Column("system", "text", "Its system; n/a for the field itself."),
    Column("change", "text", "What became of its value: same, changed, joined, or left."),
    Column("value_accepted", "scalar", "The value that was accepted; n/a where it has joined since."),
    Column("value_now", "scalar", "Its value now; n/a where it no longer takes part."),
    Column("value_basis", "text", "Whether people wrote the value of now or a machine read it."),
    Column("value_file", "text", "File that holds the value of now."),
    Column("value_line", "integer", "Line in that file, counted from 1."),
)
"""What a row for one source adds, in place of the two lists of values."""

_LISTS = ("values_accepted", "values_now")
_TAIL = ("file", "line")


class Wanted(NamedTuple):
    """Which entries to register; None or nothing leaves none out. `expiring_by`: those whose last day is
    this one or earlier, those that have expired included."""

    statuses: Collection[str] = ()
    owner: str | None = None
    expiring_by: date | None = None

    def lets(self, standing: Standing, catalog: Catalog) -> bool:
        """Whether an entry is wanted."""
        if self.statuses and standing.stands not in self.statuses:
            return False
        if self.owner is not None and _owner(standing, catalog) != self.owner:
            return False
        expires = day_of(standing.entry.expires)
        return self.expiring_by is None or (expires is not None and expires <= self.expiring_by)

    def given(self) -> dict[str, str]:
        """The filters that were set, by name."""
        said = {
            "status": " ".join(sorted(self.statuses)) or None,
            "owner": self.owner,
            "expiring_by": self.expiring_by.isoformat() if self.expiring_by else None,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Register:
    """The register of a catalog's ledger: its columns, its entries in order, and its rows, made as they are
    asked for. `as_of` is the day to count the days left from; `held` is how many entries the ledger has."""

    catalog: Catalog
    by: By
    columns: tuple[Column, ...]
    standings: tuple[Standing, ...]
    wanted: Wanted
    as_of: date | None
    held: int
    spans: Spans

    @property
    def total(self) -> int:
        """The number of rows."""
        if self.by == "entry":
            return len(self.standings)
        return sum(max(1, len(_parties(standing))) for standing in self.standings)

    @property
    def counts(self) -> dict[str, int]:
        """How many of its entries stand how, those first that somebody has to do something about."""
        found = Counter(standing.stands for standing in self.standings)
        return {stands.value: found[stands] for stands in Stands}

    def rows(self) -> Iterator[Row]:
        """The rows by field, facet, entry and source. Each has a cell for every column."""
        for standing in self.standings:
            common = self._entry(standing)
            if self.by == "entry":
                yield common
                continue
            parties = _parties(standing)
            for source in parties:
                yield common | self._source(standing, source)
            if not parties:
                yield common | dict.fromkeys((column.name for column in SOURCE), UNKNOWN)

    def _entry(self, standing: Standing) -> dict[str, Cell]:
        entry, conflict, cat = standing.entry, standing.conflict, self.catalog
        field = cat.fields.get(entry.field) if entry.field is not None else None
        left = standing.days_left(self.as_of)
        cells: dict[str, Cell] = {
            "entry": entry.id,
            "field": entry.field or UNKNOWN,
            "facet": entry.facet or UNKNOWN,
            "status": standing.stands.value,
            "why": standing.why,
            "decision": entry.decision or UNKNOWN,
            "severity": conflict.judged.value if conflict else NOT_APPLICABLE,
            "rule": conflict.code if conflict else NOT_APPLICABLE,
            "field_owner": _owner(standing, cat) or UNKNOWN,
            "approved_by": entry.approved_by or UNKNOWN,
            "approved_on": entry.approved_on or UNKNOWN,
            "expires": entry.expires or UNKNOWN,
            "days_left": UNKNOWN if left is None else left,
            "values_accepted": _values(entry.values) or UNKNOWN,
            "values_now": NOT_APPLICABLE if conflict is None else _values(conflict.values),
            **self._at(entry.place, "file", "line"),
        }
        for tag in _tags(cat):
            cells[f"label_{tag}"] = (field.label.get(tag) if field else None) or UNKNOWN
            cells[f"reason_{tag}"] = entry.reason.get(tag) or UNKNOWN
            cells[f"handling_{tag}"] = entry.handling.get(tag) or UNKNOWN
        for key in _own(cat):
            cells[key] = extra(entry.extras, key)
        return cells

    def _source(self, standing: Standing, source: str) -> dict[str, Cell]:
        accepted, conflict = standing.entry.values, standing.conflict
        change = standing.changes.get(source)
        cells: dict[str, Cell] = {
            "source": source,
            "system": NOT_APPLICABLE if source == CANONICAL else source.partition(".")[0],
            "change": NOT_APPLICABLE if change is None else change.value,
            "value_accepted": _scalar(accepted[source]) if source in accepted else NOT_APPLICABLE,
        }
        if conflict is None or source not in conflict.values:
            names = ("value_now", "value_basis", "value_file", "value_line")
            return cells | dict.fromkeys(names, NOT_APPLICABLE)
        cells["value_now"] = _scalar(conflict.values[source])
        cells["value_basis"] = conflict.basis[source].value
        return cells | self._at(conflict.where[source], "value_file", "value_line")

    def _at(self, place: Place, file: str, line: str) -> dict[str, Cell]:
        span = self.spans.span(place)
        return {file: place.file, line: span.line if span else UNKNOWN}


def register(
    catalog: Catalog,
    report: Report,
    spans: Spans,
    as_of: date | None,
    by: By = "entry",
    wanted: Wanted | None = None,
) -> Register:
    """The register of the entries that are wanted (all, unless told otherwise)."""
    which = wanted or Wanted()
    standings = tuple(one for one in report.standings if which.lets(one, catalog))
    held = len(report.standings)
    return Register(catalog, by, columns_of(catalog, by), standings, which, as_of, held, spans)


def columns_of(catalog: Catalog, by: By) -> tuple[Column, ...]:
    """The columns of this ledger's register: the fixed ones, one label, reason and handling a language, and
    the team's own `x_…` keys of entries, sorted."""
    tags = _tags(catalog)
    head, rest = ENTRY[:2], tuple(column for column in ENTRY[2:] if column.name not in _TAIL)
    if by == "source":
        rest = tuple(column for column in rest if column.name not in _LISTS) + SOURCE
    label = texts("label", tags, "Name of the field")
    said = texts("reason", tags, "Why it was decided so") + texts("handling", tags, "What to do meanwhile")
    own = tuple(Column(key, "scalar", "The team's own key of the entry.") for key in _own(catalog))
    return head + label + rest + said + tuple(c for c in ENTRY if c.name in _TAIL) + own


def _tags(catalog: Catalog) -> tuple[str, ...]:
    """The catalog's languages, then any other that an entry or its field is written in."""
    found: set[str] = set()
    for entry in catalog.discrepancies.values():
        found.update(entry.reason, entry.handling)
        field = catalog.fields.get(entry.field) if entry.field is not None else None
        found.update(field.label if field else ())
    return catalog.languages + tuple(sorted(found.difference(catalog.languages)))


def _own(catalog: Catalog) -> list[str]:
    return sorted({key for entry in catalog.discrepancies.values() for key in entry.extras})


def _owner(standing: Standing, catalog: Catalog) -> str | None:
    field = catalog.fields.get(standing.entry.field) if standing.entry.field is not None else None
    return field.owner if field is not None else None


def _values(values: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(f"{source}={told(values[source])}" for source in _ordered(values))


def _scalar(value: object) -> Cell:
    return value if isinstance(value, bool | int | float) else told(value)


def _parties(standing: Standing) -> list[str]:
    return _ordered(standing.changes or standing.entry.values)


def _ordered(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=lambda key: (key != CANONICAL, key))
