"""Faults put into the Cedar target, each of which the comparison with the reference has to notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from amanat.model.catalog import Catalog
from amanat.model.resources import Denial, Hold
from amanat.model.values import DenialId, HoldId, Mask, MaskKind, PurposeId
from amanat.policy.build import build_policy
from amanat.policy.plan import Plan
from amanat.policy.request import Effect, Outcome
from amanat.policy.targets import cedar
from amanat.policy.targets.cedar import permits
from amanat.text import Place
from tests.differential import shop
from tests.differential.cedar import Bulk, compare, compare_cells

Mutation = Callable[[pytest.MonkeyPatch], None]


def killed_by(mutation: Mutation, catalog: Catalog, as_of: date) -> str:
    """What notices the fault: the `cells` that Cedar answers, else the `files` that it checks; "" for nothing.
    Raises `ValueError` for files that Cedar cannot read: that is no fault that anybody has to notice."""
    with pytest.MonkeyPatch.context() as patch:
        mutation(patch)
        made = build_policy(catalog, as_of, ["cedar"]).by_target["cedar"]
    for what, notice in (("cells", compare_cells), ("files", compare)):
        try:
            notice(Bulk(catalog, as_of, made))
        except AssertionError:
            return what
    return ""


@cache
def guarded() -> Catalog:
    """The shop of the policy cases, with a denial and a hold."""
    denial = Denial(
        DenialId("quiet"), _PLACE, "viewer", None, "customer.joined", None, None, {}, {}, frozenset()
    )
    hold = Hold(HoldId("dispute"), _PLACE, {}, ("visit.*",), (), None, None, None, None, {}, frozenset())
    return replace(shop.catalog(), denials={denial.id: denial}, holds={hold.id: hold})


_PLACE = Place("test.yaml")


def _outcomes(change: Callable[[Outcome], Outcome]) -> Mutation:
    """The target gets other outcomes than the reference gave."""

    def mutate(patch: pytest.MonkeyPatch) -> None:
        found = permits._found

        def changed(*asked: object) -> object:
            kinds, outcomes = found(*asked)  # type: ignore[arg-type]
            return kinds, [change(each) for each in outcomes]

        patch.setattr(permits, "_found", changed)

    return mutate


def _opened(reason: str) -> Mutation:
    """A gate is forgotten."""

    def change(outcome: Outcome) -> Outcome:
        failed = outcome.reason.partition(":")[0] == reason
        return Outcome(Effect.ALLOW, None, (), "") if failed else outcome

    return _outcomes(change)


def _weaker(outcome: Outcome) -> Outcome:
    return outcome._replace(mask=Mask(MaskKind.PARTIAL, 1)) if outcome.mask else outcome


def _of_the_parent(outcome: Outcome) -> Outcome:
    """Consent to the purpose above is taken for consent."""
    return outcome._replace(
        conditions=tuple(c._replace(purpose=PurposeId(c.purpose.split(".")[0])) for c in outcome.conditions)
    )


def _texts(file: str, pattern: str, replacement: str) -> Mutation:
    """The target writes something else."""

    def mutate(patch: pytest.MonkeyPatch) -> None:
        write = getattr(cedar, file)

        def changed(*asked: object) -> str:
            text = write(*asked)
            other = re.sub(pattern, replacement, text)
            if other == text:
                raise LookupError("the mutation changes nothing")
            return other

        patch.setattr(cedar, file, changed)

    return mutate


def _loosest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(permits, "strictest", lambda found: min(found, key=lambda each: each.effect.strictness))


def _everyone_knows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(permits, "knowable", lambda outcome: True)


def _neighbours(patch: pytest.MonkeyPatch) -> None:
    """A permit is for the kinds of the next permit too."""
    gather = permits.gather

    def changed(catalog: Catalog, plan: Plan) -> permits.Permits:
        made = gather(catalog, plan)
        kinds = [*made.kinds_of.values()]
        after = [*kinds[1:], kinds[0]]
        return replace(
            made,
            kinds_of={
                permit: tuple(sorted({*own, *other}))
                for (permit, own), other in zip(made.kinds_of.items(), after, strict=True)
            },
        )

    patch.setattr(cedar, "gather", changed)


def _one_kind_fits_all(patch: pytest.MonkeyPatch) -> None:
    """What nobody may see is put with what somebody may."""
    gather = permits.gather

    def changed(catalog: Catalog, plan: Plan) -> permits.Permits:
        made = gather(catalog, plan)
        some = next(kind for kind in made.kind_of.values() if kind)
        return replace(made, kind_of={resource: kind or some for resource, kind in made.kind_of.items()})

    patch.setattr(cedar, "gather", changed)


_PURPOSE = r"context\.purpose == Amanat::Purpose::\"[^\"]*\""

MUTANTS: Mapping[str, Mutation] = {
    "gate dropped: explicit denials": _opened("denied"),
    "gate dropped: purposes of the field": _opened("purpose_not_allowed"),
    "gate dropped: condition for special categories": _opened("no_condition"),
    "gate dropped: clearance": _opened("above_clearance"),
    "gate dropped: holds": _opened("on_hold"),
    "mask dropped": _outcomes(lambda each: each._replace(effect=Effect.ALLOW, mask=None)),
    "mask weakened": _outcomes(_weaker),
    "mask annotated only": _texts("policies_text", r"(Action::\"\w+) as [^\"]+", r"\1"),
    "consent dropped": _outcomes(lambda each: each._replace(conditions=())),
    "consent of the parent purpose": _outcomes(_of_the_parent),
    "consent that nobody can know taken as given": _everyone_knows,
    "consent not asked": _texts("policies_text", r"context\.consented\.contains\([^)]*\)", "true"),
    "consent optional in the schema": _texts("schema_text", '"consented": ', '"consented"?: '),
    "purpose dropped: pairs of a role united": _texts("policies_text", _PURPOSE, "true"),
    "purpose asked of nobody but the schema": _texts("policies_text", _PURPOSE, "context has purpose"),
    "role dropped: pairs of a purpose united": _texts("policies_text", r"principal == [^,\n]+", "principal"),
    "action dropped": _texts("policies_text", r"action == [^,\n]+", "action"),
    "resource wildcard": _texts("policies_text", r"resource in \[[^]]*\]", "true"),
    "columns of any field": _texts(
        "policies_text", r"resource in \[", "resource is Amanat::Column || resource in ["
    ),
    "one kind too many": _neighbours,
    "closed resources put with open ones": _one_kind_fits_all,
    "loosest field of a shared column wins": _loosest,
    "a policy left out": _texts("policies_text", r"(?s)\n\n[^\n]*\n?@id[^;]*;\n$", "\n"),
    "a permit turned round": _texts("policies_text", r"permit \(", "forbid ("),
    "a resource left out": _texts(
        "entities_text",
        r",\n[^\n]*Amanat::Field[^\n]*(?=\n])|,\n[^\n]*Amanat::Field[^\n]*(?=,\n[^\n]*Purpose)",
        "",
    ),
}
"""Name → fault. Where a mutation is equal to the target for a catalog, it is no use there."""

NOTICED_BY_CHECKS = frozenset(("consent optional in the schema",))
"""Faults that no answer shows, only a check of the files."""
