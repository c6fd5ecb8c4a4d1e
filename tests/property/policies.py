"""Catalogs for property tests of access decisions: the base catalog of the cases, with everything that
bears on a decision drawn anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Consent, Denial, Hold, Purpose
from amanat.model.values import Action, FieldId, Mask, MaskKind, PurposeId, RoleId, SourceId, Status
from amanat.text import Place
from tests.unit.policy.support import changed

DAYS = ("2026-06-29", "2026-06-30", "2026-07-01")
AS_OF = st.sampled_from([None, date(2026, 6, 30)])
CHAIN = (Mask(MaskKind.PARTIAL, 4), Mask(MaskKind.HASH), Mask(MaskKind.REDACT), Mask(MaskKind.NULL), None)
"""Masks in rising strictness; None is no mask, which denies."""
MASKS = (
    *CHAIN,
    Mask(MaskKind.YEAR),
    Mask(MaskKind.PREFIX, 2),
    Mask(MaskKind.PREFIX, 3),
    Mask(MaskKind.EMAIL_DOMAIN),
)
_PLACE = Place("drawn.yaml")
_LIKELY = st.sampled_from


@cache
def base() -> Catalog:
    """The catalog that is varied."""
    return changed().catalog


def catalogs(masks: Sequence[Mask | None] = MASKS) -> st.SearchStrategy[Catalog]:
    """Catalogs whose fields and purposes use the given masks; those of the classes always rise with them."""

    @st.composite
    def drawn(draw: Any) -> Catalog:
        start = base()
        ranked = sorted(draw(st.lists(_LIKELY(range(len(CHAIN))), min_size=4, max_size=4)))
        classes = {
            name: replace(each, mask=CHAIN[ranked[each.rank]]) for name, each in start.classifications.items()
        }
        roles = {
            name: replace(each, clearance=draw(_LIKELY([*start.classifications, None])))
            for name, each in start.roles.items()
        }
        return replace(
            start,
            classifications=classes,
            roles=roles,
            jurisdictions=draw(_LIKELY([("EU",), ("EU", "IR"), ()])),
            fields=dict(sorted(draw(_many_fields(masks)).items())),
            purposes={name: draw(_purposes(each)) for name, each in start.purposes.items()},
            denials={name: draw(denials(name)) for name in draw(_LIKELY([(), ("d",), ("d", "e")]))},
            holds={name: draw(_holds(name)) for name in draw(_LIKELY([(), ("h",)]))},
        )

    return drawn()


@st.composite
def _many_fields(draw: Any, masks: Sequence[Mask | None]) -> dict[FieldId, Field]:
    """The fields of the base catalog, and further ones that differ from them in purposes or masks only: what
    is decided for many fields at once must not mix them up."""
    fields = {name: draw(_fields(each, masks)) for name, each in base().fields.items()}
    for letter in draw(st.lists(_LIKELY("abcdef"), unique=True)):
        like = fields[draw(_LIKELY(sorted(fields)))]
        name = FieldId(f"customer.{letter}")
        details = replace(like.details, mask_for=draw(_mask_for(masks)))
        fields[name] = replace(like, id=name, purposes=draw(_PURPOSES), details=details)
    return fields


_PURPOSES = st.lists(
    _LIKELY(["service", "service.calls", "marketing", "marketing.email", "care"]), unique=True
).map(tuple)


_BROKEN = _LIKELY([frozenset[str]()] * 8 + [frozenset((name,)) for name in ("mask", "purposes", "status")])


def _fields(entry: Field, masks: Sequence[Mask | None]) -> st.SearchStrategy[Field]:
    own = st.sampled_from(masks)
    return st.builds(
        replace,
        st.just(entry),
        status=_LIKELY([Status.LIVE] * 5 + [Status.PLANNED]),
        classification=_LIKELY([*base().classifications, None]),
        category=_LIKELY([*("contact.email",) * 4, "special.health", None, "ghost"]),
        purposes=_PURPOSES,
        mask=own,
        facets=_LIKELY([{}, {"type": "text"}, {"type": "date"}]),
        details=st.builds(replace, st.just(entry.details), broken=_BROKEN, mask_for=_mask_for(masks)),
    )


def _mask_for(masks: Sequence[Mask | None]) -> st.SearchStrategy[Mapping[PurposeId, Mask]]:
    known = [mask for mask in masks if mask is not None]
    purposes = _LIKELY([PurposeId("marketing"), PurposeId("marketing.email"), PurposeId("service")])
    return st.dictionaries(purposes, _LIKELY(known), max_size=2)


def _purposes(entry: Purpose) -> st.SearchStrategy[Purpose]:
    bases = _LIKELY(["contract", "consent"])
    consents = st.builds(
        Consent, st.none(), _LIKELY([None, SourceId("s.t.c")]), _LIKELY([True, None]), st.booleans()
    )
    actions = st.lists(_LIKELY(list(Action)), unique=True).map(tuple)
    return st.builds(
        replace,
        st.just(entry),
        status=_LIKELY([Status.LIVE] * 5 + [Status.RETIRED]),
        until=_LIKELY([None] * 4 + list(DAYS)),
        broken=_LIKELY(
            [frozenset[str]()] * 8 + [frozenset({"roles"}), frozenset({"until"}), frozenset({"consent"})]
        ),
        basis=st.one_of(bases.map(lambda b: {"*": b}), st.dictionaries(_LIKELY(["EU", "IR"]), bases)),
        condition=_LIKELY([None, "explicit_consent"]),
        consent=st.one_of(st.none(), consents),
        roles=st.dictionaries(_LIKELY([RoleId("agent"), RoleId("marketer"), RoleId("clerk")]), actions),
    )


def denials(name: str) -> st.SearchStrategy[Denial]:
    """Denials with any selectors."""
    return st.builds(
        Denial,
        id=st.just(name),
        place=st.just(_PLACE),
        role=_LIKELY([None, "agent", "clerk"]),
        purpose=_LIKELY([None, "marketing", "marketing.*", "service.calls"]),
        field=_LIKELY([None, "customer.email", "customer.*"]),
        category=_LIKELY([None, "contact", "special.*", "contact.email"]),
        classification=_LIKELY([None, "internal", "confidential", "ghost"]),
        reason=st.just({}),
        extras=st.just({}),
        broken=st.just(frozenset()),
    )


def _holds(name: str) -> st.SearchStrategy[Hold]:
    return st.builds(
        Hold,
        id=st.just(name),
        place=st.just(_PLACE),
        reason=st.just({}),
        fields=_LIKELY([(), ("customer.email",), ("customer.*",)]),
        systems=_LIKELY([(), ("shop",), ("till",)]),
        by=st.none(),
        start=_LIKELY([None, *DAYS, "soon"]),
        review=st.none(),
        renamed_from=st.none(),
        extras=st.just({}),
        broken=st.just(frozenset()),
    )
