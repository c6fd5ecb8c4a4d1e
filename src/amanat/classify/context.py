"""What a table is about, from its name, its keys and its columns' names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from amanat.classify.vocabulary import contexts
from amanat.classify.words import words
from amanat.model.snapshot import ObservedColumn, Snapshot

_ABOUT_ALL = ("address", "device", "message", "event", "money", "settings", "consent", "organisation")
_BY_NATURE = frozenset(("message", "money"))
"""What is of people wherever it stands: somebody writes, pays and orders."""
_VISITS = frozenset(("visit", "visits", "hit", "hits", "session", "sessions", "visitor", "visitors"))
"""Words of tables that are of people although no key says so: who else visits."""


@dataclass(frozen=True, slots=True)
class TableContext:
    """What a table is `about` (`person`, `message`, `money` …), whether its own rows stand for people,
    whether they belong to people by a key or a column, and where its columns' keys lead (column → table)."""

    table: str
    about: frozenset[str]
    people: bool
    of_people: bool
    leads_to: Mapping[str, str]
    open_ended: frozenset[str]
    """Columns such as `parent_id` beside a `parent_type`: where they lead differs from row to row."""


class Contexts:
    """The tables of a snapshot. The rows of `people` stand for customers and others whose data it is, those
    of `staff` for users of the system itself."""

    def __init__(self, snapshot: Snapshot) -> None:
        columns: dict[str, list[ObservedColumn]] = {}
        for column in snapshot.columns.values():
            columns.setdefault(column.table, []).append(column)
        self.known = frozenset(columns)
        about = {table: _about(table) for table in columns}
        rows = {
            what: _whose_rows_are(what, columns) for what in ("person", "account", "user", "organisation")
        }
        people = rows["person"] | rows["account"] | rows["organisation"]
        # Users are customers where nobody else is; else they are the staff.
        self.people = frozenset(people | (set() if rows["person"] else rows["user"]))
        self.staff = frozenset(rows["user"] - self.people)
        self.organisations = frozenset((rows["account"] | rows["organisation"]) - rows["person"])
        leads = {table: _leads(found) for table, found in columns.items()}
        self.tenant = _everywhere(columns) - {
            column for found in leads.values() for column, target in found.items() if target in self.people
        }
        related = self._related(columns, about, leads)
        self._tables = {
            table: TableContext(
                table,
                about[table],
                table in self.people | self.staff or _extends(found, leads[table], self.people),
                table in related,
                leads[table],
                _open_ended(found),
            )
            for table, found in sorted(columns.items())
        }

    def _related(
        self,
        columns: Mapping[str, Collection[ObservedColumn]],
        about: Mapping[str, frozenset[str]],
        leads: Mapping[str, Mapping[str, str]],
    ) -> set[str]:
        """The tables whose rows belong to people: by what they are about, by a column that names one, or by a
        key to such a table."""
        related = set(self.people | self.staff)
        for table, found in columns.items():
            if "settings" in about[table] and not about[table] & _BY_NATURE:
                continue
            by_nature = about[table] & _BY_NATURE or set(words(table)) & _VISITS
            of_somebody = "event" in about[table] and _open_ended(found)
            if by_nature or of_somebody or any(_names_person(column) for column in found):
                related.add(table)
        grown = True
        while grown:
            found_now = {
                table
                for table, targets in leads.items()
                if table not in related
                and "settings" not in about[table]
                and any(target in related - self.staff for target in targets.values())
            }
            related |= found_now
            grown = bool(found_now)
        return related

    def of(self, table: str) -> TableContext:
        """The context of a table."""
        return self._tables[table]


_AUDITS = frozenset(("audit", "audits"))


def _about(table: str) -> frozenset[str]:
    found = words(table.rpartition(".")[2])
    about = {name for name in _ABOUT_ALL if contexts()[name] & set(found)}
    if not found or not (found[-1] in contexts()["settings"] or _AUDITS & set(found)):
        about.discard("settings")  # `customer_types` holds settings, `type_customers` does not
    elif found[-1] in contexts()["settings"]:
        about -= _BY_NATURE
    if "address" in about and {"ip", "mac", "email", "mail"} & set(found):
        about.discard("address")
    return frozenset(about)


_MOST = 0.6
_ENOUGH = 5


def _everywhere(tables: Mapping[str, Collection[ObservedColumn]]) -> frozenset[str]:
    """Ids that stand in most tables of a system under one name: those of the tenant, who runs it, and of no
    person in it."""
    counts = Counter(
        column.column
        for columns in tables.values()
        for column in columns
        if "PK" not in column.keys and len(name := words(column.column)) > 1 and name[-1] == "id"
    )
    return frozenset(
        name
        for name, count in counts.items()
        if count >= max(_ENOUGH, _MOST * len(tables)) and not contexts()["person"] & set(words(name))
    )


def _whose_rows_are(what: str, tables: Mapping[str, Collection[ObservedColumn]]) -> set[str]:
    """The tables whose rows are of such people: their name ends with the word, and they are not only made of
    keys, as tables that connect two others are."""
    found = set()
    for table, columns in tables.items():
        name = _without_copies(words(table.rpartition(".")[2]))
        own = [one for one in columns if not set(words(one.column)) <= contexts()["bookkeeping"]]
        keys = [one for one in own if any(_targets(one))]
        if name and name[-1] in contexts()[what] and len(keys) * 2 <= len(own):
            found.add(table)
    return found


def _targets(column: ObservedColumn) -> Iterator[str]:
    for key in column.keys:
        if key.startswith(("FK:", "REF:")):
            yield key.partition(":")[2].rpartition(".")[0]


_COPIES = frozenset(("history", "archive", "archived", "backup", "copy", "snapshot", "versions"))


def _without_copies(name: tuple[str, ...]) -> tuple[str, ...]:
    """A table's name without the word that makes it a copy of another: its rows stand for the same."""
    return name[:-1] if len(name) > 1 and name[-1] in _COPIES else name


def _leads(columns: Collection[ObservedColumn]) -> dict[str, str]:
    return {column.column: target for column in columns for target in _targets(column)}


def _extends(columns: Collection[ObservedColumn], leads: Mapping[str, str], people: Collection[str]) -> bool:
    """Whether a table's own key leads to people: its rows are further columns of theirs."""
    return any("PK" in column.keys and leads.get(column.column) in people for column in columns)


def _open_ended(columns: Collection[ObservedColumn]) -> frozenset[str]:
    """Columns such as `parent_id`, whose target's table another column names (`parent_type`), and these."""
    names = {column.column for column in columns}
    found: set[str] = set()
    for name in names:
        stem, end = name.rpartition("_")[0], name.rpartition("_")[2]
        kinds = {f"{stem}_type", f"{stem}_module"} & names
        if stem and end == "id" and kinds:
            found |= {name, *kinds}
    return frozenset(found)


def _names_person(column: ObservedColumn) -> bool:
    found = words(column.column)
    if not found or not contexts()["person"] & set(found):
        return False
    return found[-1] in ("id", "uuid", "email", "no") or found[0] == "id"
