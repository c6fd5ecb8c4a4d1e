"""When a row is due, as a condition in SQL; or why that cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from amanat.conflicts.native import read_type
from amanat.load.entries import split_source
from amanat.model.snapshot import Snapshot
from amanat.model.values import SourceId, SystemId
from amanat.retention.effective import Effective
from amanat.retention.plan import sql
from amanat.retention.plan.reach import Path, Tables
from amanat.retention.terms import Statement
from amanat.text import Place

MOMENTS = ("date", "timestamp")


class UndecidableError(Exception):
    """Why a condition cannot be written; `upper` is one that all due rows meet, and others may."""

    def __init__(self, why: str, about: str, place: Place | None, upper: exp.Condition | None = None) -> None:
        super().__init__(why)
        self.why, self.about, self.place, self.upper = why, about, place, upper


class Dues:
    """Writes conditions for the rows of a system's tables."""

    def __init__(
        self, system: SystemId, engine: str, snapshot: Snapshot, tables: Tables, as_of: date
    ) -> None:
        self._system, self._engine, self._snapshot = system, engine, snapshot
        self._tables, self._as_of = tables, as_of

    def condition(self, table: str, rules: Sequence[Effective]) -> exp.Condition:
        """That a row is due by all rules. Raises `UndecidableError`."""
        parts: dict[str, exp.Condition] = {}
        for rule in rules:
            if not rule.clauses:
                about = ", ".join(one.value for one in rule.troubles)
                raise UndecidableError("no_rule", about, rule.field.place)
            for clause in rule.clauses:
                part = exp.or_(*(self._statement(table, one) for one in clause))
                parts.setdefault(part.sql(), part)
        return exp.and_(*parts.values())

    def _statement(self, table: str, one: Statement) -> exp.Condition:
        place = one.policy.place
        day = one.cutoff(self._as_of)
        if day is None:
            raise UndecidableError("no_days", one.rule.keep or "", one.place)
        here: list[tuple[Path, str]] = []
        elsewhere: list[SourceId] = []
        for proof in one.rule.proved_by:
            parts = split_source(proof)
            if parts is None or parts.system != self._system:
                elsewhere.append(proof)
                continue
            found = self._proof(table, proof, place)
            if found is not None:
                here.append(found)
        if not one.rule.proved_by:
            raise UndecidableError("no_proof", one.rule.trigger or "", place)
        if not here:
            why = "no_way" if len(elsewhere) < len(one.rule.proved_by) else "other_system"
            raise UndecidableError(why, ", ".join(one.rule.proved_by), place)
        condition = self._over(table, here, day)
        moving = one.policy.rolling or (one.rule.trigger or "").startswith("last_")
        if moving and elsewhere:
            raise UndecidableError("also_elsewhere", ", ".join(elsewhere), place, condition)
        return condition

    def _proof(self, table: str, proof: SourceId, place: Place) -> tuple[Path, str] | None:
        """The way to a proving column, None where no reference leads there."""
        path, _, name = proof.partition(".")[2].rpartition(".")
        column = self._snapshot.columns.get(f"{path}.{name}")
        if column is None:
            raise UndecidableError("unknown_column", proof, place)
        family = read_type(self._engine, column.type, None, None, None).family if column.type else None
        if family not in MOMENTS:
            raise UndecidableError("no_day", f"{proof}: {column.type or '?'}", place)
        paths = self._tables.paths(table, path)
        if len(paths) > 1:
            raise UndecidableError("several_ways", f"{table} → {proof}", place)
        return (paths[0], name) if paths else None

    def _over(self, table: str, proofs: list[tuple[Path, str]], day: date) -> exp.Condition:
        """That there was an event, all of them are over, and none is still to come."""
        some, none_later = [], []
        for path, name in proofs:
            if not path:
                cell = sql.column(table, name)
                some.append(sql.over(cell, day))
                if len(proofs) > 1:
                    none_later.append(exp.or_(sql.missing(cell.copy()), sql.over(cell.copy(), day)))
                continue
            cell = sql.column("amanat_1", name)
            some.append(sql.reached(table, path, sql.over(cell, day)))
            open_or_later = exp.or_(sql.missing(cell.copy()), sql.later(cell.copy(), day))
            none_later.append(exp.Not(this=sql.reached(table, path, open_or_later)))
        return exp.and_(exp.or_(*some), *none_later)
