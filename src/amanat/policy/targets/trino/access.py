"""What a pair's access to a table becomes in Trino, and what is lost.

Trino asks for a table as a whole before inserting and deleting, and refuses to write into a table with masks
or row filters; so writing needs a table in which the pair sees what it sees as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amanat.model.values import Action, Mask, MaskKind, Pair
from amanat.policy.loss import Loss, Status
from amanat.policy.masks import NULL
from amanat.policy.plan import Access, Column, Table
from amanat.policy.rows import RowFilter
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.targets.trino.masks import FAMILIES, forms
from amanat.policy.targets.trino.quoting import folded
from amanat.policy.targets.trino.rows import condition


class Wear(NamedTuple):
    """How a readable column is shown: its mask, and how well that says what was decided."""

    mask: Mask | None
    status: Status = Status.EXACT
    why: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What a pair gets on a table, columns by position."""

    table: Table
    read: Mapping[int, Wear]
    update: Sequence[int]
    insert: bool
    delete: bool
    rows: tuple[RowFilter, ...]


_ASKED_WHOLE = "Trino asks for the whole table before {doing}, so every column of it has to be open to that"
_MASKED = "Trino refuses to write into a table that is shown masked"
_FILTERED = "Trino refuses to write into a table with a row filter"
_COPIED = "Trino has no privilege to {action}: whoever may read the column can copy it, and nobody else"
_INSTANT = "Trino keeps the type of the column: {mask} is shown as its first day"
_UNKNOWN = "the type of the column is not known: {mask} is shown where it fits, else null"
_KEPT = "Trino keeps the type of the column, which {mask} does not have: null is shown"
_DATED = (MaskKind.YEAR, MaskKind.MONTH)


def realise(catalog: str, pair: Pair, access: Access, whole: bool) -> tuple[Given | None, list[Loss]]:
    """What is given (None: nothing can be), and how each open cell fares. `whole` is whether the declared
    columns are known to be all that the table has."""

    def loss(action: Action, at: int, status: Status, cause: str = "", why: str = "") -> Loss:
        return Loss(pair, action, access.table.columns[at].source, status, cause, why)

    cells = [(action, at) for action, found in access.outcomes.items() for at in found]
    problem = _problem(catalog, access)
    if problem:
        return None, [loss(action, at, *problem) for action, at in cells]
    odd = _odd(access.table)
    read = {
        at: _worn(access.table.columns[at], outcome.mask)
        for at, outcome in access.outcomes.get(Action.READ, {}).items()
        if at not in odd
    }
    given = _given(access, read, odd, whole)
    losses = []
    for action, at in cells:
        if at in odd:
            losses.append(loss(action, at, Status.NOT_EXPRESSIBLE, "name", odd[at]))
        elif action is Action.READ:
            cause = "" if read[at].status is Status.EXACT else "mask"
            losses.append(loss(action, at, read[at].status, cause, read[at].why))
        elif action in _WRITES:
            losses.append(loss(action, at, *_written(action, at, given)))
    losses += [
        loss(action, at, Status.NOT_EXPRESSIBLE, "export", _COPIED.format(action=action))
        for action in (Action.EXPORT, Action.SHARE)
        for at in sorted({*access.outcomes.get(action, {}), *read})
        if at not in odd
    ]
    return given, losses


_WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE)


def _given(access: Access, read: Mapping[int, Wear], odd: Mapping[int, str], whole: bool) -> Given:
    plain = not access.rows and not any(each.mask for each in read.values())

    def open_to_all(action: Action) -> bool:
        return plain and len(access.outcomes.get(action, {})) == len(access.table.columns) and not odd

    update = sorted(at for at in access.outcomes.get(Action.UPDATE, {}) if at not in odd) if plain else []
    insert = whole and open_to_all(Action.CREATE)
    return Given(access.table, read, update, insert, open_to_all(Action.DELETE), access.rows)


def _written(action: Action, at: int, given: Given) -> tuple[Status, str, str]:
    done = {
        Action.CREATE: given.insert,
        Action.UPDATE: at in given.update,
        Action.DELETE: given.delete,
    }[action]
    if done:
        return Status.EXACT, "", ""
    if given.rows:
        return Status.NOT_EXPRESSIBLE, "masked", _FILTERED
    if any(each.mask for each in given.read.values()):
        return Status.NOT_EXPRESSIBLE, "masked", _MASKED
    doing = "deleting" if action is Action.DELETE else "inserting"
    return Status.NOT_EXPRESSIBLE, "rows deleted", _ASKED_WHOLE.format(doing=doing)


def _worn(column: Column, mask: Mask | None) -> Wear:
    if mask is None or mask.kind is MaskKind.NULL:
        return Wear(mask)
    fitting = forms(mask, "c", "c")
    if column.kind is None:
        return Wear(mask, Status.MASK_APPROXIMATE, _UNKNOWN.format(mask=mask))
    if not set(fitting) & set(FAMILIES.get(column.kind, ())):
        return Wear(NULL, Status.DENY_AS_NULL, _KEPT.format(mask=mask))
    if mask.kind in _DATED:
        return Wear(mask, Status.MASK_APPROXIMATE, _INSTANT.format(mask=mask))
    return Wear(mask)


def _problem(catalog: str, access: Access) -> tuple[Status, str, str] | None:
    """Why nothing can be given on a table at all, or None."""
    if not access.table.schema:
        return Status.NOT_EXPRESSIBLE, "name", "the catalog names no schema, and a table of Trino is in one"
    try:
        names = folded(access.table.schema), folded(access.table.name)
    except UnquotableError as error:
        return Status.NOT_EXPRESSIBLE, "name", f"the table's name cannot be written: {error}"
    if names[0] == "information_schema":
        return Status.NOT_EXPRESSIBLE, "name", "the schema describes the others and holds no data"
    for rows in access.rows:
        problem = rows.problem
        if not problem and not all(hop.schema for hop in rows.hops):
            problem = "the catalog names no schema for a table on the way to the record of consent"
        if problem:
            return Status.ROWS_UNSUPPORTED, "rows", problem
        try:
            condition(rows, catalog)
        except UnquotableError as error:
            return Status.ROWS_UNSUPPORTED, "rows", f"a name or value cannot be written: {error}"
    return None


def _odd(table: Table) -> dict[int, str]:
    """Columns that Trino cannot tell by name, and why: position → reason."""
    odd: dict[int, str] = {}
    seen: dict[str, int] = {}
    for at, column in enumerate(table.columns):
        try:
            name = folded(column.name)
        except UnquotableError as error:
            odd[at] = f"the column's name cannot be written: {error}"
            continue
        if name in seen:
            odd[at] = odd[seen[name]] = "Trino writes names in lower case, and another column has this one"
        seen[name] = at
    return odd


def clashing(tables: Sequence[Table]) -> Iterator[Table]:
    """Tables whose name in lower case another one has."""
    seen: dict[tuple[str, str], Table] = {}
    for table in tables:
        key = (table.schema.lower(), table.name.lower())
        if key in seen:
            yield from (seen[key], table)
        seen[key] = table
