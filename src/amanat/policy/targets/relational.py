"""What a pair's access to a table becomes in a SQL engine with privileges: privileges on columns, or a view;
and what is lost. Engines differ in how names and values are written and in which masks they can show.

A table where the pair sees everything as it is gets privileges on its columns. As soon as a column is masked
or rows depend on consent, the pair reads a view instead and has nothing on the table but, at most, INSERT.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from amanat.model.values import Action, Mask, MaskKind, Pair
from amanat.policy.loss import Loss, Status
from amanat.policy.masks import NULL, fits
from amanat.policy.plan import Access, Column, Table
from amanat.policy.request import Outcome
from amanat.policy.rows import RowFilter
from amanat.policy.targets.quoting import UnquotableError

_UNENFORCED = (
    "{engine} has no privilege to {action}: whoever may read the column can copy it, and nobody else"
)
_SOME_ROWS = "a view of {engine} that can be written through tells its reader of the rows it does not show"
_UNREAD = "in {engine} whoever may update a column can ask what is in it, by a join on its name"
_WHOLE_ROW = "a row is deleted whole: every declared column has to be open to it, and one to be shown"


class Engine(NamedTuple):
    """How a SQL engine differs. `schema` is where a table stands for which the catalog names none.
    `identifier` and `literal` write names and values, or raise `UnquotableError`. `unable` says why a mask
    that fits a column's type cannot be shown by the engine, or "". `writes_rows` is whether a view that shows
    some rows can be written through and tells nothing of the others. `hides_columns` is whether privileges on
    columns of a table hide its other columns; if not, reading and updating goes through views, and what is
    updated has to be readable."""

    label: str
    schema: str
    identifier: Callable[[str], str]
    literal: Callable[[str], str]
    unable: Callable[[Mask, Column], str]
    writes_rows: bool = True
    hides_columns: bool = True


class Shown(NamedTuple):
    """A column of a view: the mask it wears (None: as it is), and whether the pair may read it."""

    column: Column
    mask: Mask | None
    readable: bool


class View(NamedTuple):
    """A view for one pair over one table."""

    columns: tuple[Shown, ...]
    rows: tuple[RowFilter, ...]


@dataclass(frozen=True, slots=True)
class Privileges:
    """What a pair gets on a table and on its view: privilege → columns (DELETE has none, being of rows)."""

    pair: Pair
    table: Table
    view: View | None
    on_table: Mapping[str, tuple[str, ...]]
    on_view: Mapping[str, tuple[str, ...]]


def realise(engine: Engine, pair: Pair, access: Access) -> tuple[Privileges | None, list[Loss]]:
    """The privileges (None: nothing can be given) and how each open cell fares. A cell that no loss names is
    denied, and exactly so, because the engine grants nothing by itself."""
    opened = _Opened(engine, pair, access)
    problem = _problem(engine, access)
    if problem:
        return None, [opened.loss(action, at, *problem) for action, at in opened.cells()]
    wear = {
        at: _worn(engine, access.table.columns[at], found) for at, found in opened.of(Action.READ).items()
    }
    odd = {at: why for at in opened.columns() if (why := unquotable(engine, access.table.columns[at].name))}
    in_view = bool(access.rows) or any(each.mask for each in wear.values())
    in_view |= bool(wear) and not engine.hides_columns
    privileges = _view(opened, wear, odd) if in_view else _plain(opened, odd)
    deletes = "DELETE" in privileges.on_table or "DELETE" in privileges.on_view
    losses = [
        opened.loss(
            action, at, Status.NOT_EXPRESSIBLE, "name", f"the column's name cannot be written: {odd[at]}"
        )
        for action, at in opened.cells()
        if at in odd and not (deletes and action is Action.DELETE)  # which names no column
    ]
    losses += _reading(opened, wear, odd, privileges)
    losses += _writing(opened, odd, privileges)
    losses += _exporting(opened, odd)
    return privileges, losses


def can_lose(engine: Engine, access: Access) -> bool:
    """Whether anything but exporting could be lost here; elsewhere `realise` need not be asked."""
    if access.rows or Action.DELETE in access.outcomes or unquotable(engine, access.table.name):
        return True
    columns = access.table.columns
    masked = {at for at, found in access.outcomes.get(Action.READ, {}).items() if found.mask}
    updated = access.outcomes.get(Action.UPDATE, {})
    if not masked.isdisjoint(updated):
        return True
    if not engine.hides_columns and not updated.keys() <= access.outcomes.get(Action.READ, {}).keys():
        return True
    if any(
        _worn(engine, columns[at], access.outcomes[Action.READ][at]).status is not Status.EXACT
        for at in masked
    ):
        return True
    return any(unquotable(engine, columns[at].name) for found in access.outcomes.values() for at in found)


class _Opened(NamedTuple):
    """What is open to a pair in a table."""

    engine: Engine
    pair: Pair
    access: Access

    def of(self, action: Action) -> Mapping[int, Outcome]:
        """The outcomes of the open columns, by position."""
        return self.access.outcomes.get(action, _NOTHING)

    def cells(self) -> Iterator[tuple[Action, int]]:
        """Every open cell."""
        return ((action, at) for action, found in self.access.outcomes.items() for at in found)

    def columns(self) -> list[int]:
        """Positions of the columns that are open to anything, in order."""
        return sorted({at for found in self.access.outcomes.values() for at in found})

    def loss(self, action: Action, at: int, status: Status, cause: str = "", why: str = "") -> Loss:
        return Loss(self.pair, action, self.access.table.columns[at].source, status, cause, why)


_NOTHING: Mapping[int, Outcome] = {}


def _problem(engine: Engine, access: Access) -> tuple[Status, str, str] | None:
    """Why nothing can be given on a table at all, or None."""
    for rows in access.rows:
        if rows.problem:
            return Status.ROWS_UNSUPPORTED, "rows", rows.problem
        for name in (rows.column, *(part for hop in rows.hops for part in hop if part)):
            if why := unquotable(engine, name):
                return Status.ROWS_UNSUPPORTED, "rows", f"a name cannot be written: {why}"
        try:
            engine.literal(rows.condition.value)
        except UnquotableError as error:
            return Status.ROWS_UNSUPPORTED, "rows", f"the granted value cannot be written: {error}"
    for name in (access.table.schema or engine.schema, access.table.name):
        if why := unquotable(engine, name):
            return Status.NOT_EXPRESSIBLE, "name", f"the table's name cannot be written: {why}"
    return None


@lru_cache(maxsize=65_536)
def unquotable(engine: Engine, name: str) -> str:
    """Why a name cannot be written in the engine's SQL, or ""."""
    try:
        engine.identifier(name)
    except UnquotableError as error:
        return str(error)
    return ""


class _Wear(NamedTuple):
    """How a readable column is shown: its mask, and how well that says what was decided."""

    mask: Mask | None
    status: Status
    why: str


_TEXTUAL = (MaskKind.PARTIAL, MaskKind.PREFIX, MaskKind.HASH, MaskKind.EMAIL_DOMAIN)


def _worn(engine: Engine, column: Column, outcome: Outcome) -> _Wear:
    mask = outcome.mask
    if mask is None or mask.kind in (MaskKind.NULL, MaskKind.REDACT):
        return _Wear(mask, Status.EXACT, "")
    if column.kind is None and mask.kind in _TEXTUAL:
        why = f"the type of the column is not known: {mask} works on its text"
        return _Wear(mask, Status.MASK_APPROXIMATE, why)
    if column.kind is None or not fits(mask, column.kind):
        return _Wear(NULL, Status.DENY_AS_NULL, f"{mask} does not fit type {column.kind or 'unknown'}")
    if why := engine.unable(mask, column):
        return _Wear(NULL, Status.DENY_AS_NULL, why)
    return _Wear(mask, Status.EXACT, "")


def _plain(opened: _Opened, odd: Container[int]) -> Privileges:
    columns = opened.access.table.columns
    on_table: dict[str, tuple[str, ...]] = {}
    for action, privilege in _COLUMN_PRIVILEGES.items():
        names = tuple(columns[at].name for at in opened.of(action) if at not in odd)
        if names and (action is not Action.UPDATE or opened.engine.hides_columns):
            on_table[privilege] = names
    if _deletes_rows(opened):
        on_table["DELETE"] = ()
    return Privileges(opened.pair, opened.access.table, None, on_table, {})


_COLUMN_PRIVILEGES = {Action.READ: "SELECT", Action.CREATE: "INSERT", Action.UPDATE: "UPDATE"}


def _view(opened: _Opened, wear: Mapping[int, _Wear], odd: Container[int]) -> Privileges:
    """A view with the readable columns and those that may be written through it. Without a row condition new
    rows go into the table itself, so that masked columns can be filled too."""
    columns, rows = opened.access.table.columns, opened.access.rows
    through_view: tuple[Action, ...] = (Action.UPDATE, Action.CREATE) if rows else (Action.UPDATE,)
    writable = opened.engine.writes_rows or not rows
    if not writable:
        through_view = ()
    shown: list[Shown] = []
    on_view: dict[str, list[str]] = {}
    on_table: dict[str, list[str]] = {}
    for at in opened.columns():
        if at in odd:
            continue
        worn = wear.get(at)
        mask = worn.mask if worn else None
        inside = [action for action in through_view if at in opened.of(action) and mask is None]
        if worn is None and not opened.engine.hides_columns:
            inside = []
        if worn or inside:
            shown.append(Shown(columns[at], mask, worn is not None))
        if worn:
            on_view.setdefault("SELECT", []).append(columns[at].name)
        for action in inside:
            on_view.setdefault(_COLUMN_PRIVILEGES[action], []).append(columns[at].name)
        if at in opened.of(Action.CREATE) and not rows:
            on_table.setdefault("INSERT", []).append(columns[at].name)
    if shown and writable and _deletes_rows(opened):
        on_view["DELETE"] = []
    return Privileges(
        opened.pair,
        opened.access.table,
        View(tuple(shown), rows),
        {privilege: tuple(names) for privilege, names in on_table.items()},
        {privilege: tuple(names) for privilege, names in on_view.items()},
    )


def _deletes_rows(opened: _Opened) -> bool:
    """Deleting takes the whole row, so every declared column has to be open to it."""
    return len(opened.of(Action.DELETE)) == len(opened.access.table.columns)


def _reading(
    opened: _Opened, wear: Mapping[int, _Wear], odd: Container[int], privileges: Privileges
) -> Iterator[Loss]:
    for at, worn in wear.items():
        if at not in odd:
            cause = "" if worn.status is Status.EXACT else "mask"
            yield opened.loss(Action.READ, at, worn.status, cause, worn.why)
    if privileges.view is None:
        return
    shown = {each.column.name for each in privileges.view.columns}
    for at, column in enumerate(opened.access.table.columns):
        if at not in wear and column.name not in shown:
            yield opened.loss(Action.READ, at, Status.DENY_AS_ABSENT, "absent", "the view has no such column")


def _writing(opened: _Opened, odd: Container[int], privileges: Privileges) -> Iterator[Loss]:
    columns = opened.access.table.columns
    hidden = bool(opened.access.rows) and not opened.engine.writes_rows
    for action in (Action.CREATE, Action.UPDATE):
        privilege = _COLUMN_PRIVILEGES[action]
        given = {*privileges.on_table.get(privilege, ()), *privileges.on_view.get(privilege, ())}
        for at in opened.of(action):
            if columns[at].name in given:
                yield opened.loss(action, at, Status.EXACT)
            elif at not in odd and hidden:
                why = _SOME_ROWS.format(engine=opened.engine.label)
                yield opened.loss(action, at, Status.ROWS_UNSUPPORTED, "some rows", why)
            elif at not in odd and at not in opened.of(Action.READ) and not opened.engine.hides_columns:
                why = _UNREAD.format(engine=opened.engine.label)
                yield opened.loss(action, at, Status.NOT_EXPRESSIBLE, "unread", why)
            elif at not in odd:
                why = "the pair sees the column masked, and a masked column of a view cannot be written"
                yield opened.loss(action, at, Status.NOT_EXPRESSIBLE, "masked", why)
    deletes = "DELETE" in privileges.on_table or "DELETE" in privileges.on_view
    for at in opened.of(Action.DELETE):
        if deletes:
            yield opened.loss(Action.DELETE, at, Status.EXACT)
        elif at not in odd and hidden:
            why = _SOME_ROWS.format(engine=opened.engine.label)
            yield opened.loss(Action.DELETE, at, Status.ROWS_UNSUPPORTED, "some rows", why)
        elif at not in odd:
            yield opened.loss(Action.DELETE, at, Status.NOT_EXPRESSIBLE, "rows deleted", _WHOLE_ROW)


def _exporting(opened: _Opened, odd: Container[int]) -> Iterator[Loss]:
    for action in (Action.EXPORT, Action.SHARE):
        why = _UNENFORCED.format(engine=opened.engine.label, action=action)
        for at in sorted({*opened.of(action), *opened.of(Action.READ)}):
            if at not in odd:
                yield opened.loss(action, at, Status.NOT_EXPRESSIBLE, "export", why)
