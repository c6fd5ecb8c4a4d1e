"""What an engine cannot say of a plan: the loss report.

Nothing that is lost is emitted as allowed: it is denied in the engine, and told here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, Protocol

from amanat.model.catalog import Catalog
from amanat.model.values import Action, Pair, SourceId, SystemId
from amanat.policy.plan import Plan


class Status(StrEnum):
    """How a cell fares in an engine."""

    EXACT = "exact"
    DENY_AS_NULL = "deny-as-null"
    DENY_AS_ABSENT = "deny-as-absent"
    MASK_APPROXIMATE = "mask-approximate"
    ROWS_UNSUPPORTED = "rows-unsupported"
    NOT_EXPRESSIBLE = "not-expressible"


class Loss(NamedTuple):
    """How one cell fares: what a pair may do with a column, and why it is not exactly that. `cause` is a
    short word by which cells that are lost for the same reason are told together; "" for exact."""

    pair: Pair
    action: Action
    source: SourceId
    status: Status
    cause: str
    why: str


@dataclass(frozen=True, slots=True)
class SystemLoss:
    """The loss report of one system. `vanished` are declared columns that its snapshot does not have: nothing
    is granted on them. `not_executed` says what of the policy our tests cannot run, "" for nothing."""

    system: SystemId
    cells: tuple[Loss, ...]
    vanished: tuple[SourceId, ...] = ()
    not_executed: str = ""


@dataclass(frozen=True, slots=True)
class Generated:
    """What a target gives back: files by name (relative, with `/`), and the losses by system."""

    files: Mapping[str, str]
    losses: tuple[SystemLoss, ...]


class Target(Protocol):
    """A policy target: a module that knows the engines it is for and writes policy for a plan."""

    @property
    def ENGINES(self) -> frozenset[str] | None:  # noqa: N802 - a constant of the module
        """The engines that enforce the policy themselves; None for a target that answers for systems of any
        engine, to whoever asks before reading."""
        ...

    def losses(self, plan: Plan) -> tuple[SystemLoss, ...]:
        """What is lost in those systems, but for exporting, without writing anything."""
        ...

    def generate(self, catalog: Catalog, plan: Plan) -> Generated:
        """Write the policy of every system of the plan whose engine is one of `ENGINES` (None: of all)."""
        ...


_ALIKE = ("pair", "action", "status", "why")


def report(target: str, digest: str, as_of: str, loss: SystemLoss) -> str:
    """The loss report of a system as JSON (schema: `policy-loss.schema.json`). Cells that fare alike for the
    same pair and action stand together."""
    groups: dict[tuple[str, str, str, str, str], list[SourceId]] = {}
    # Neighbours mostly fare alike, and there can be a million of them.
    for (pair, action, status, why), run in groupby(loss.cells, key=attrgetter(*_ALIKE)):
        key = (pair.role, pair.purpose, str(action), str(status), why)
        groups.setdefault(key, []).extend(cell.source for cell in run)
    data = {
        "version": 1,
        "target": target,
        "system": loss.system,
        "catalog": f"sha256:{digest}",
        "as_of": as_of or None,
        **({"not_executed": loss.not_executed} if loss.not_executed else {}),
        "summary": summary(loss.cells),
        "vanished": list(loss.vanished),
        "cells": [
            {
                "role": role,
                "purpose": purpose,
                "action": action,
                "status": status,
                "why": why or None,
                "sources": sorted(sources),
            }
            for (role, purpose, action, status, why), sources in sorted(groups.items())
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def summary(cells: Iterable[Loss]) -> dict[str, dict[str, int]]:
    """How many cells fare how, by action; a cell that is denied, and exactly so, is not counted."""
    counted = Counter((cell.action, cell.status) for cell in cells)
    counts: dict[str, dict[str, int]] = {}
    for (action, status), number in sorted(counted.items()):
        counts.setdefault(action.value, {})[status.value] = number
    return counts


def overview(target: str, losses: Sequence[SystemLoss], without: Mapping[SystemId, str]) -> str:
    """The losses of all systems in short, and the systems for which there is no target (id → engine)."""
    not_executed = next((each.not_executed for each in losses), "")
    data = {
        "version": 1,
        "target": target,
        **({"not_executed": not_executed} if not_executed else {}),
        "systems": [{"system": each.system, "summary": summary(each.cells)} for each in losses],
        "without_target": [
            {
                "system": system,
                "engine": engine or None,
                "why": "this target does not write for the engine; access there stays as it is",
            }
            for system, engine in sorted(without.items())
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
