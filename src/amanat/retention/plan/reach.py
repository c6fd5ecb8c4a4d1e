"""From the rows of a table to the column that proves an event: upwards to what a row belongs to, or
downwards to
what belongs to it, never through both, where a row would meet the events of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amanat.identity.keys import Step

FARTHEST = 4
"""How many references are followed."""
Path = tuple[Step, ...]


class Tables:
    """The references between the tables of a system."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.up: dict[str, list[Step]] = {}
        self.down: dict[str, list[Step]] = {}
        for step in steps:
            self.up.setdefault(step.table, []).append(step)
            self.down.setdefault(step.target, []).append(step.turned())

    def paths(self, start: str, goal: str) -> tuple[Path, ...]:
        """The shortest ways from a table to another; none, or several that are equally short. A table is
        itself without a step."""
        if start == goal:
            return ((),)
        found = [*_walk(self.up, start, goal), *_walk(self.down, start, goal)]
        least = min(map(len, found), default=0)
        return tuple(path for path in found if len(path) == least)


def _walk(steps: Mapping[str, Sequence[Step]], start: str, goal: str) -> list[Path]:
    level: list[Path] = [()]
    for _ in range(FARTHEST):
        level = [
            (*path, step)
            for path in level
            for step in steps.get(path[-1].target if path else start, ())
            if step.target != start and all(step.target != one.target for one in path)
        ]
        found = [path for path in level if path[-1].target == goal]
        if found:
            return found
    return []


def in_order(
    tables: Sequence[str], steps: Sequence[Step]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The tables with those that refer before those referred to; and circles, whose tables stand by name."""
    waiting = {name: set[str]() for name in sorted(tables)}
    for step in steps:
        if step.table in waiting and step.target in waiting:
            waiting[step.target].add(step.table)
    order: list[str] = []
    circles: list[tuple[str, ...]] = []
    while waiting:
        free = [name for name, before in waiting.items() if not before & waiting.keys()]
        if not free:
            circle = _circle(waiting)
            circles.append(tuple(sorted(circle)))
            free = [min(circle)]
        for name in free:
            order.append(name)
            del waiting[name]
    return tuple(order), tuple(circles)


def _circle(waiting: Mapping[str, set[str]]) -> list[str]:
    """A circle among tables each of which waits for another."""
    seen: list[str] = []
    name = min(waiting)
    while name not in seen:
        seen.append(name)
        name = min(waiting[name] & waiting.keys())
    return seen[seen.index(name) :]
