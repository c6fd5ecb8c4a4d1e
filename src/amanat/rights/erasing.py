"""The plan to erase one person (GDPR Art. 17): in which order, how, what stays and why, and the proof.

The rows of the person are set down first, in work tables, because the ways to them go as they are erased.
Then tables are emptied in an order in which no key breaks; rows that must stay are emptied column by column;
and a query for each step finds nothing afterwards. Nothing here opens a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from graphlib import TopologicalSorter

from amanat.conflicts.durations import after
from amanat.identity.circles import circles
from amanat.identity.keys import Step, Uniqueness
from amanat.identity.person import PersonWays, Rows, SystemWays
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import System
from amanat.model.snapshot import Snapshot
from amanat.model.values import FieldId, SourceId, SubjectId, SystemId
from amanat.observe.coverage import Ignoring
from amanat.policy.targets.quoting import UnquotableError
from amanat.rights.access import AccessPlan, SystemRead, access_plan
from amanat.rights.dialects import Dialect
from amanat.rights.erasure import ByHand, ColumnErasure, Do, ErasurePlan, Fate, SystemErasure, TableErasure
from amanat.rights.keeping import Keeping, Reason
from amanat.rights.neutral import neutral
from amanat.rights.problems import Problem, of_ways, problem
from amanat.rights.writing import Query, Writer, keys_in

_WAYS = {"delete": Do.DELETE, "anonymise": Do.EMPTY, "overwrite": Do.EMPTY}
"""Methods that statements can carry out."""


def erasure_plan(
    catalog: Catalog,
    subject: SubjectId,
    on: date | None = None,
    jurisdiction: str | None = None,
    dialect: Dialect | None = None,
    ways: PersonWays | None = None,
) -> ErasurePlan:
    """The plan for a kind of people. Systems come in the opposite order of an access request: one in which
    the value of another is found is erased after it. `ways` as for an access plan."""
    access = access_plan(catalog, subject, dialect, ways)
    made = _Maker(access, Keeping(catalog, jurisdiction, on), on)
    systems = tuple(made.systems())
    found = {one.id: one for s in systems for t in s.tables for c in t.columns for one in c.fields}
    by_hand = tuple(made.by_hand())
    found |= {one.field.id: one.field for one in by_hand}
    problems = (
        *of_ways(catalog, access.ways),
        *made.problems,
        *made.keeping.problems(found),
    )
    plan = ErasurePlan(catalog, catalog.subjects[subject], on, jurisdiction, systems, by_hand, problems)
    elsewhere = (
        problem("named_elsewhere", link.place, link.start, end=link.end) for link in plan.named_elsewhere
    )
    return replace(plan, problems=(*problems, *elsewhere))


class _Maker:
    def __init__(self, access: AccessPlan, keeping: Keeping, on: date | None) -> None:
        self._catalog, self._access, self.keeping, self._on = access.catalog, access, keeping, on
        self.proofs = _proofs(access, keeping)
        self.problems: list[Problem] = [
            one for one in access.problems if one.key in ("no_sql", "vanished", "unwritable")
        ]

    def systems(self) -> Iterator[SystemErasure]:
        by_system = {one.system: one for one in self._access.ways.systems}
        for read in reversed(self._access.systems):
            yield self._system(read, by_system[read.system.id])

    def by_hand(self) -> Iterator[ByHand]:
        """What no way reaches, and what is in systems whose engine no statement can be written for."""
        found: dict[SystemId, dict[FieldId, tuple[Field, list[SourceId]]]] = {}
        for name, tables in self._access.unreached.items():
            for table in tables:
                _collect(found.setdefault(name, {}), name, table, self.columns(name, table))
        for read in self._access.systems:
            for one in read.reads if read.dialect is None else ():
                columns = {column.name: column.fields for column in one.columns}
                name = read.system.id
                _collect(found.setdefault(name, {}), name, one.rows.table, columns)
        for name, fields in sorted(found.items()):
            for field, sources in (fields[one] for one in sorted(fields)):
                its = (self.keeping.reasons(field, name, source) for source in sources)
                yield ByHand(name, field, tuple(sources), _each(reason for why in its for reason in why))

    def say(self, key: str, system: System, **values: str) -> None:
        self.problems.append(problem(key, system.place.at("erase"), system.id, **values))

    def _system(self, read: SystemRead, ways: SystemWays) -> SystemErasure:
        system, method = read.system, read.system.erase.method if read.system.erase else None
        do = _WAYS.get(method or "", Do.NOTHING)
        if method is None:
            self.say("no_method", system)
        elif do is Do.NOTHING:
            recipient = self._catalog.recipients.get(system.recipient) if system.recipient else None
            contact = (recipient.contact if recipient else None) or system.admin or "?"
            self.say(f"method_{method}", system, contact=contact)
        backups = system.erase.backups if system.erase else None
        if backups is None:
            self.say("no_backups", system)
        complete = after(self._on, backups) if self._on is not None and backups is not None else None
        if read.dialect is None:
            return SystemErasure(read, system, (), (), (), complete)
        one = _System(self, read, ways, do, self._catalog.snapshots.get(system.id))
        tables = tuple(one.tables())
        return SystemErasure(read, system, tables, tuple(one.cut), tuple(one.drop), complete)

    def columns(self, system: SystemId, table: str) -> Mapping[str, tuple[Field, ...]]:
        return self._access.held.get((system, table), {})


def _collect(
    found: dict[FieldId, tuple[Field, list[SourceId]]],
    system: SystemId,
    table: str,
    columns: Mapping[str, tuple[Field, ...]],
) -> None:
    for column, fields in columns.items():
        for one in fields:
            found.setdefault(one.id, (one, []))[1].append(SourceId(f"{system}.{table}.{column}"))


def _proofs(access: AccessPlan, keeping: Keeping) -> Mapping[str, Mapping[str, tuple[Reason, ...]]]:
    """Table (with its system) to the columns that prove when what the law keeps of the person may go: without
    them nobody could tell. They are kept for the same reasons."""
    found: dict[str, dict[str, tuple[Reason, ...]]] = {}
    for system in access.systems:
        for table in system.reads:
            place = f"{system.system.id}.{table.rows.table}"
            for column in table.columns:
                for field in column.fields:
                    for reason in keeping.reasons(field, system.system.id, f"{place}.{column.name}"):
                        for name in reason.rule.proved_by if reason.rule is not None else ():
                            home, _, proof = name.rpartition(".")
                            proved = found.setdefault(home, {})
                            proved[proof] = _each((*proved.get(proof, ()), reason))
    return found


def _each(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each reason once, in their order."""
    found: list[Reason] = []
    for one in reasons:
        if one not in found:
            found.append(one)
    return tuple(found)


class _System:
    """The erasure of one system."""

    def __init__(
        self, maker: _Maker, read: SystemRead, ways: SystemWays, do: Do, snapshot: Snapshot | None
    ) -> None:
        assert read.dialect is not None
        self._maker, self._read, self._ways, self._do, self._snapshot = maker, read, ways, do, snapshot
        self._dialect, self._system = read.dialect, read.system
        self._writer = Writer(ways, read.dialect)
        self._unique = Uniqueness(snapshot) if snapshot is not None else None
        self._keys = self._key_columns()
        self._ignoring = Ignoring(read.system)
        self._touched = [rows for rows in ways.rows if rows.mapped]
        self._work = {rows.table: f"amanat_erase_{at}" for at, rows in enumerate(self._touched, 1)}
        self.cut: list[str] = []
        self.drop: list[str] = []

    def _key_columns(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {rows.table: set(rows.key) for rows in self._ways.rows}
        for rows in self._ways.rows:
            for way in rows.ways:
                found[way.table] |= set(way.columns)
                found[way.target] |= set(way.keys)
                found[way.holder] |= {column for column, _ in way.where}
        for step in self._ways.steps:
            found[step.table] |= set(step.columns)
            found[step.target] |= set(step.keys)
        return found

    def tables(self) -> Iterator[TableErasure]:
        if self._do is Do.NOTHING or self._snapshot is None:
            if self._snapshot is None and self._do is not Do.NOTHING:
                self._maker.say("no_snapshot", self._system)
            for rows in self._touched:
                yield self._left_alone(rows)
            return
        kept = {rows.table: self._reasons(rows) for rows in self._touched}
        staying = self._staying(kept)
        for name in self._order(staying):
            rows = self._ways.by_table[name]
            try:
                yield self._erased(rows, kept[name], name in staying, bool(staying))
            except UnquotableError as error:
                self._maker.say("unwritable", self._system, table=name, why=str(error))
                yield self._left_alone(rows)

    def _left_alone(self, rows: Rows) -> TableErasure:
        reasons = self._reasons(rows)
        columns = tuple(
            ColumnErasure(
                name, fields, Fate.KEPT if name in reasons else Fate.STUCK, reasons.get(name, ()), None
            )
            for name, fields in self._maker.columns(self._system.id, rows.table).items()
        )
        return TableErasure(rows, Do.NOTHING, columns, "", "", None, (), "", None)

    def _reasons(self, rows: Rows) -> dict[str, tuple[Reason, ...]]:
        """Columns that are kept, and why."""
        found: dict[str, tuple[Reason, ...]] = {}
        place = f"{self._system.id}.{rows.table}"
        mapped = self._maker.columns(self._system.id, rows.table)
        proofs = self._maker.proofs.get(place, {})
        for name, fields in mapped.items():
            column = SourceId(f"{place}.{name}")
            its = (r for one in fields for r in self._maker.keeping.reasons(one, self._system.id, column))
            if reasons := _each((*its, *proofs.get(name, ()))):
                found[name] = reasons
        return found | {name: proved for name, proved in proofs.items() if name not in mapped}

    def _staying(self, kept: Mapping[str, Mapping[str, object]]) -> set[str]:
        """Tables whose rows stay: all, where the system empties; else those with something that is kept, and
        those that such rows refer to."""
        if self._do is Do.EMPTY:
            return set(kept)
        staying = {name for name, columns in kept.items() if columns}
        waiting = list(staying)
        while waiting:
            name = waiting.pop()
            for step in self._ways.steps:
                if step.table == name and step.target in kept and step.target not in staying:
                    staying.add(step.target)
                    waiting.append(step.target)
        return staying

    def _order(self, staying: set[str]) -> list[str]:
        """Tables in an order in which a row goes before the rows that it refers to."""
        touched = set(self._work)
        steps = [s for s in self._ways.steps if s.table in touched and s.target in touched]
        steps = self._uncircled(steps, staying)
        sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(sorted(touched), ()))
        for step in steps:
            sorter.add(step.target, step.table)
        sorter.prepare()
        order: list[str] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            order += ready
            sorter.done(*ready)
        return order

    def _uncircled(self, steps: list[Step], staying: set[str]) -> list[Step]:
        """The steps without those that close a circle: their keys are emptied first, where they may be."""
        while found := circles(steps):
            circle = set(found[0])
            inside = [step for step in steps if step.table in circle and step.target in circle]
            free = [step for step in inside if self._nullable(step)]
            beside = Counter((step.table, step.target) for step in inside)
            cut = min(free or inside, key=lambda step: beside[step.table, step.target])
            if not free:
                self._maker.say("circle_stuck", self._system, tables=", ".join(found[0]))
            elif cut.table not in staying:
                name = self._dialect.identifier
                empty = ", ".join(f"{name(column)} = NULL" for column in cut.columns)
                where = self._where(self._ways.by_table[cut.table])
                self.cut.append(f"UPDATE {self._dialect.table(cut.table)} SET {empty}\n{where}")
            steps = [step for step in steps if step != cut]
        return steps

    def _nullable(self, step: Step) -> bool:
        columns = self._snapshot.columns if self._snapshot else {}
        return all(columns[SourceId(f"{step.table}.{one}")].nullable for one in step.columns)

    def _where(self, rows: Rows) -> str:
        """The condition that a row is set down in the work table of its table."""
        table = self._dialect.table(rows.table)
        return f"WHERE {keys_in(self._dialect, rows.key, self._work[rows.table], table)}"

    def _erased(
        self, rows: Rows, kept: Mapping[str, tuple[Reason, ...]], stays: bool, some_stay: bool
    ) -> TableErasure:
        columns = tuple(self._fates(rows, kept, stays, some_stay))
        if not rows.key:
            self._maker.say("no_key", self._system, table=rows.table)
            return self._left_alone(rows)
        name, table = self._dialect.identifier, self._dialect.table(rows.table)
        work = self._work[rows.table]
        keys = ", ".join(f"t.{name(one)}" for one in rows.key)
        make = f"CREATE TEMPORARY TABLE {name(work)} AS\nSELECT {keys} FROM {table} AS t WHERE 1 = 0"
        read = self._writer.read(rows.table, rows.key)
        collect = Query(f"INSERT INTO {name(work)}\n{read.text}", read.parameters)
        disputed = self._writer.disputed(rows.table)
        self.drop.append(f"DROP TABLE {name(work)}")
        where = self._where(rows)
        if not stays:
            proof = f"SELECT count(*) FROM {table} {where}"
            erase = (f"DELETE FROM {table}\n{where}",)
            return TableErasure(rows, Do.DELETE, columns, work, make, collect, erase, proof, disputed)
        self._uncatalogued(rows.table)
        emptied = [one for one in columns if one.neutral is not None]
        stay = {one.name for one in columns if one.fate is Fate.KEY}
        stay |= {column for way in rows.ways for column in way.columns} - {one.name for one in columns}
        leading = tuple(sorted(stay))
        if not emptied:
            return TableErasure(rows, Do.EMPTY, columns, work, make, collect, (), "", disputed, leading)
        sets = ",\n  ".join(f"{name(c.name)} = {c.neutral.value}" for c in emptied if c.neutral)
        left = " OR ".join(c.neutral.left for c in emptied if c.neutral)
        update = f"UPDATE {table} SET\n  {sets}\n{where}"
        proof = f"SELECT count(*) FROM {table} {where} AND ({left})"
        return TableErasure(rows, Do.EMPTY, columns, work, make, collect, (update,), proof, disputed, leading)

    def _uncatalogued(self, table: str) -> None:
        """Tell of columns of rows that stay which no field maps and nobody ignored."""
        mapped = self._maker.columns(self._system.id, table)
        unknown = [
            one.column
            for path, one in (self._snapshot.columns.items() if self._snapshot else ())
            if one.table == table
            and one.column not in mapped
            and one.column not in self._keys[table]
            and self._ignoring.why(path) is None
        ]
        if unknown:
            self._maker.say("uncatalogued", self._system, table=table, columns=", ".join(unknown))

    def _fates(
        self, rows: Rows, kept: Mapping[str, tuple[Reason, ...]], stays: bool, some_stay: bool
    ) -> Iterator[ColumnErasure]:
        held_back = some_stay and any(self._is_kept_for(rows))
        for name, fields in self._maker.columns(self._system.id, rows.table).items():
            column = self._snapshot.columns.get(SourceId(f"{rows.table}.{name}")) if self._snapshot else None
            if column is None:
                continue  # vanished: a problem of its own
            if kept.get(name):
                yield ColumnErasure(name, fields, Fate.KEPT, kept[name], None)
            elif not stays:
                yield ColumnErasure(name, fields, Fate.ROW, (), None)
            elif name in self._keys[rows.table] or (held_back and name in rows.anchored):
                yield ColumnErasure(name, fields, Fate.KEY, (), None)
            else:
                unique = self._unique is not None and self._unique.of(rows.table, (name,)) is True
                found = neutral(column, self._system.engine, self._dialect, rows.key, unique)
                fate = Fate.EMPTIED if found is not None else Fate.STUCK
                if found is None:
                    self._maker.say("stuck", self._system, table=rows.table, column=name)
                yield ColumnErasure(name, fields, fate, (), found)

    def _is_kept_for(self, rows: Rows) -> Iterator[bool]:
        """Whether rows that are kept for a reason lead to these."""
        for other in self._touched:
            if self._reasons(other):
                seen, waiting = {other.table}, [other.table]
                while waiting:
                    for way in self._ways.by_table[waiting.pop()].ways:
                        if way.target not in seen:
                            seen.add(way.target)
                            waiting.append(way.target)
                yield rows.table in seen
