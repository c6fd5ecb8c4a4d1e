"""The customer's journey: at each stage what data arises and how, what is compulsory, and what it is for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from amanat.docsite.atlas import Atlas
from amanat.docsite.paths import Kind, Ref
from amanat.exchange.journey import is_heavy
from amanat.model.resources import Purpose
from amanat.model.values import StageId, Text


@dataclass(frozen=True, slots=True)
class Moment:
    """A stage. `origins` is how many fields arise how (None: nobody said), those with most first; `heavy` is
    whether it asks for more compulsory fields than all other stages together."""

    id: StageId
    definition: Text
    fields: int
    origins: tuple[tuple[str | None, int], ...]
    compulsory: int
    purposes: tuple[Purpose, ...]
    heavy: bool

    @property
    def beneficial(self) -> int:
        """How many of the purposes say what the customer has of them."""
        return sum(bool(purpose.benefit) for purpose in self.purposes)

    def start(self, position: int) -> int:
        """How many fields come before those of an origin."""
        return sum(number for _, number in self.origins[:position])


def journey_of(atlas: Atlas) -> tuple[Moment, ...]:
    """The stages in their order."""
    compulsory = {
        stage: sum(field.compulsory is True for field in atlas.fields_of(Ref(Kind.STAGE, stage)))
        for stage in atlas.catalog.stages
    }
    moments = []
    for stage in atlas.catalog.stages.values():
        fields = atlas.fields_of(Ref(Kind.STAGE, stage.id))
        origins = Counter(field.origin for field in fields)
        moments.append(
            Moment(
                id=stage.id,
                definition=stage.definition,
                fields=len(fields),
                origins=tuple(sorted(origins.items(), key=lambda item: (-item[1], item[0] or "~"))),
                compulsory=compulsory[stage.id],
                purposes=tuple(p for p in atlas.catalog.purposes.values() if stage.id in p.stages),
                heavy=is_heavy(compulsory, stage.id),
            )
        )
    return tuple(moments)
