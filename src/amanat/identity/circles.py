"""Keys that lead in a circle, and orders of tables without one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Protocol

from amanat.identity.keys import Step


class Led(Protocol):
    """Something whose ways lead to tables."""

    @property
    def ways(self) -> tuple[Step, ...]:
        """The ways."""


def circles(steps: Iterable[Step]) -> tuple[tuple[str, ...], ...]:  # noqa: PLR0912 - one walk
    """The groups of tables of which each leads to each other, sorted: the strongly connected parts with more
    than one table (Tarjan's algorithm, without recursion)."""
    leads: dict[str, list[str]] = {}
    for step in steps:
        leads.setdefault(step.table, []).append(step.target)
        leads.setdefault(step.target, [])
    for targets in leads.values():
        targets.sort()
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_ones: list[str] = []
    on_stack: set[str] = set()
    found: list[tuple[str, ...]] = []
    for root in sorted(leads):
        if root in number:
            continue
        work: list[tuple[str, int]] = [(root, 0)]
        while work:
            name, at = work.pop()
            if at == 0:
                number[name] = low[name] = len(number)
                open_ones.append(name)
                on_stack.add(name)
            for position in range(at, len(leads[name])):
                target = leads[name][position]
                if target not in number:
                    work += [(name, position + 1), (target, 0)]
                    break
                if target in on_stack:
                    low[name] = min(low[name], number[target])
            else:
                if low[name] == number[name]:
                    part: list[str] = []
                    while not part or part[-1] != name:
                        part.append(open_ones.pop())
                        on_stack.discard(part[-1])
                    if len(part) > 1:
                        found.append(tuple(sorted(part)))
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[name])
    return tuple(sorted(found))


def in_order(reached: Mapping[str, Led], wanted: Collection[str]) -> tuple[str, ...]:
    """The wanted tables, each after those that its ways lead to; among equals by name."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name in sorted(wanted):
        sorter.add(name, *sorted({way.target for way in reached[name].ways if way.target in wanted}))
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return tuple(order)
