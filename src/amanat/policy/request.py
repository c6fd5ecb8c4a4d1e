"""What is asked, and what is answered: the vocabulary of access decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from amanat.model.values import Action, Mask, PurposeId, Scalar, SourceId
from amanat.text import Place


class Effect(StrEnum):
    """The answer to a request."""

    ALLOW = "allow"
    MASK = "mask"
    DENY = "deny"

    @property
    def strictness(self) -> int:
        """0 for allow, rising with strictness."""
        return _STRICTNESS[self]


_STRICTNESS = {Effect.ALLOW: 0, Effect.MASK: 1, Effect.DENY: 2}


ACTIONS: Mapping[str, Action] = {action.value: action for action in Action}

GATES: Mapping[int, tuple[str, ...]] = {
    1: ("unknown_role", "unknown_purpose", "unknown_action", "unknown_field"),
    2: ("not_live", "expired", "on_hold"),
    3: ("role_not_for_purpose", "action_not_granted"),
    4: ("denied",),
    5: ("purpose_not_allowed",),
    6: ("no_legal_basis", "no_condition"),
    7: ("no_consent_record",),
    8: ("above_clearance",),
    9: ("mask_for",),
}
"""The bad states that each gate looks for, in order. `denied` is named `denied:<id>` where it fails, and
`mask_for` never does."""


class Condition(NamedTuple):
    """A row condition: the consent of the row's subject for `purpose` is granted, which is so where the
    column `source` holds the value `granted` (None: where it is NULL). Where `known` is false the catalog
    does not say which value means granted, and no row meets the condition."""

    purpose: PurposeId
    source: SourceId
    granted: Scalar
    known: bool = True

    @property
    def value(self) -> str:
        """The granted value as YAML spells it."""
        if self.granted is None:
            return "null" if self.known else "(it is not said which value means granted)"
        return str(self.granted).lower() if isinstance(self.granted, bool) else str(self.granted)

    def __str__(self) -> str:
        return f"consent for {self.purpose}: {self.source} = {self.value}"


class Outcome(NamedTuple):
    """A decision without its trace. `reason` is "" unless the effect is deny; `mask` is None unless it is
    mask; all `conditions` have to hold in a row."""

    effect: Effect
    mask: Mask | None
    conditions: tuple[Condition, ...]
    reason: str


class Step(NamedTuple):
    """What one gate found. `rule` names the bad state that the gate looks for, `passed` is whether it is
    absent; None means that it could not be judged. `place` is the evidence. A gate that adds to the answer
    carries the mask or the condition."""

    gate: int
    rule: str
    passed: bool | None
    detail: str
    place: Place | None = None
    mask: Mask | None = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request. `trace` has every gate in order; `reason` is the first that failed."""

    effect: Effect
    mask: Mask | None
    conditions: tuple[Condition, ...]
    reason: str
    trace: tuple[Step, ...]

    @property
    def outcome(self) -> Outcome:
        """The decision without its trace."""
        return Outcome(self.effect, self.mask, self.conditions, self.reason)
