"""What each engine can say of the policy: a page for each system, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Crumb, Page, list_page
from amanat.docsite.paths import loss_path
from amanat.model.resources import System
from amanat.model.values import Action, Pair, PurposeId, RoleId, SourceId
from amanat.policy.loss import Loss, Status, SystemLoss, summary
from amanat.policy.plan import in_use, make_plan
from amanat.policy.targets import TARGETS

LISTED = 200
"""How many columns of a group are listed; the loss report beside the policy's files has every one."""
_ORDER = tuple(Status)


class Group(NamedTuple):
    """Cells that fare alike for one reason: what may be done in the plan, by whom, with which columns."""

    status: Status
    why: str
    cells: int
    actions: tuple[Action, ...]
    acting: tuple[tuple[RoleId, tuple[PurposeId, ...]], ...]
    sources: tuple[SourceId, ...]


class Report(NamedTuple):
    """How a system fares in a target. `counts` has a row for each action: how many cells fare how."""

    target: str
    statuses: tuple[Status, ...]
    counts: tuple[tuple[Action, tuple[int, ...]], ...]
    groups: tuple[Group, ...]
    vanished: tuple[SourceId, ...]
    not_executed: str

    def number(self, *statuses: str) -> int:
        """How many cells fare in one of these ways (without any: all), but for exporting and sharing, for
        which no database has a privilege."""
        wanted = [at for at, status in enumerate(self.statuses) if not statuses or status.value in statuses]
        return sum(
            numbers[at]
            for action, numbers in self.counts
            if action not in (Action.EXPORT, Action.SHARE)
            for at in wanted
        )


@dataclass(frozen=True, slots=True)
class LossView:
    """A system and its reports; without any, no target writes policy for its engine."""

    system: System
    path: str
    reports: tuple[Report, ...]
    listed: int = LISTED


@dataclass(frozen=True, slots=True)
class LossesView:
    """Every system in use."""

    systems: tuple[LossView, ...]


def loss_pages(atlas: Atlas) -> Iterator[Page]:
    """The list, then every system in use."""
    catalog = atlas.catalog
    systems = [system for _, system in sorted(catalog.systems.items()) if in_use(system)]
    reported = atlas.site.losses
    if reported is None:
        plan = make_plan(atlas.access.table, systems)
        names = [name for name in catalog.settings.policy if name in TARGETS]
        reported = {name: TARGETS[name].generate(catalog, plan).losses for name in names}
    found = {name: {loss.system: loss for loss in losses} for name, losses in reported.items()}
    views = [
        LossView(
            system,
            loss_path(system.id),
            tuple(_report(name, losses[system.id]) for name, losses in found.items() if system.id in losses),
        )
        for system in systems
    ]
    yield list_page("losses", "losses.html", LossesView(tuple(views)))
    for view in views:
        crumbs = (Crumb("losses.html", key="losses"),)
        yield Page(view.path, "loss.html", "losses", view, crumbs, view.system.label, view.system.id)


def _report(target: str, loss: SystemLoss) -> Report:
    counted = summary(loss.cells)
    present = {status for numbers in counted.values() for status in numbers}
    statuses = tuple(status for status in _ORDER if status.value in present)
    return Report(
        target,
        statuses,
        tuple(
            (action, tuple(counted[action.value].get(status.value, 0) for status in statuses))
            for action in Action
            if action.value in counted
        ),
        tuple(_groups(loss.cells)),
        loss.vanished,
        loss.not_executed,
    )


def _groups(cells: Sequence[Loss]) -> Iterator[Group]:
    """What is lost, the worst first and of one kind the most cells first."""
    alike: dict[tuple[Status, str], list[Loss]] = {}
    for cell in cells:
        if cell.status is not Status.EXACT:
            alike.setdefault((cell.status, cell.why), []).append(cell)
    ordered = sorted(alike.items(), key=lambda item: (-_ORDER.index(item[0][0]), -len(item[1]), item[0][1]))
    for (status, why), members in ordered:
        yield Group(
            status,
            why,
            len(members),
            tuple(action for action in Action if any(cell.action is action for cell in members)),
            _acting({cell.pair for cell in members}),
            tuple(sorted({cell.source for cell in members})),
        )


def _acting(pairs: set[Pair]) -> tuple[tuple[RoleId, tuple[PurposeId, ...]], ...]:
    by_role: dict[RoleId, list[PurposeId]] = {}
    for pair in sorted(pairs, key=lambda pair: (pair.role, pair.purpose)):
        by_role.setdefault(pair.role, []).append(pair.purpose)
    return tuple((role, tuple(purposes)) for role, purposes in by_role.items())
