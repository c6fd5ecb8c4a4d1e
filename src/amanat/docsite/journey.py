"""The customer's journey as a drawing: at each stage a bar of how data arises."""

from __future__ import annotations

from dataclasses import dataclass

from amanat.docsite.atlas import Atlas
from amanat.exchange.journey import Step, journey_of


@dataclass(frozen=True, slots=True)
class Moment:
    """A stage to be drawn. `origins` is how many fields arise how (None: nobody said), most first."""

    step: Step
    origins: tuple[tuple[str | None, int], ...]

    def start(self, position: int) -> int:
        """How many fields come before those of an origin."""
        return sum(number for _, number in self.origins[:position])


def moments_of(atlas: Atlas) -> tuple[Moment, ...]:
    """The stages in their order."""
    return tuple(
        Moment(step, tuple(sorted(step.origins.items(), key=lambda item: (-item[1], item[0] or "~"))))
        for step in journey_of(atlas.catalog, atlas.site.as_of).steps
    )
