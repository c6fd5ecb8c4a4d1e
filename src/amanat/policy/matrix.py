"""All cells role × purpose × action × field, decided in bulk.

Fields that look alike to every gate share their answers: `decide` is asked once for each kind of field and
each purpose, role and action, so the matrix is the reference and not a second opinion.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple, TypeVar

from amanat.model.catalog import Catalog, ancestors, selects
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import Action, CategoryId, FieldId, Mask, PurposeId, RoleId
from amanat.policy import cover
from amanat.policy.decide import conclude, gates
from amanat.policy.request import Condition, Effect, Outcome

T = TypeVar("T")

ACTIONS = tuple(sorted(Action, key=str))


class Cell(NamedTuple):
    """One cell of the matrix: what is asked, and the outcome."""

    role: RoleId
    purpose: PurposeId
    action: Action
    field: FieldId
    effect: Effect
    mask: Mask | None
    conditions: tuple[Condition, ...]
    reason: str


class Selection(NamedTuple):
    """Which cells are asked for. Each selector is an id or `prefix.*`, None for all; a category includes
    those below it, `system` is one that holds the field."""

    role: str | None = None
    purpose: str | None = None
    action: str | None = None
    field: str | None = None
    decision: str | None = None
    system: str | None = None
    category: str | None = None
    classification: str | None = None

    def has_field(self, catalog: Catalog, name: FieldId) -> bool:
        """Whether the catalog has the field and it is one of those asked for."""
        entry = catalog.fields.get(name)
        return (
            entry is not None
            and chosen(self.field, name)
            and chosen(self.classification, entry.classification or "")
            and (self.system is None or any(chosen(self.system, s.system) for s in entry.sources.values()))
            and (
                self.category is None
                or any(chosen(self.category, a) for a in ancestors(entry.category or ""))
            )
        )

    def has_cell(self, role: str, purpose: str, action: Action) -> bool:
        """Whether cells of the pair and action are asked for."""
        return chosen(self.role, role) and chosen(self.purpose, purpose) and chosen(self.action, action.value)

    def has_answer(self, *outcomes: Outcome) -> bool:
        """Whether one of the answers is the one asked for."""
        return self.decision is None or any(one.effect.value == self.decision for one in outcomes)


class Kinds(NamedTuple):
    """Fields sorted into kinds that get the same answers: for each field the number of its kind, from 0,
    and for each kind a field that stands for it."""

    numbers: Sequence[int]
    examples: Sequence[FieldId]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Outcomes on demand. `fields` are the ids, sorted; `row` answers for all of them at once."""

    catalog: Catalog
    as_of: date | None
    fields: tuple[FieldId, ...]
    _traits: Kinds
    """Fields alike to every gate, but for what depends on the purpose."""
    coarse: Kinds
    """Fields alike to the gates before the role grant and so, without a grant, to all."""
    _allowed: Mapping[PurposeId, Sequence[int]]
    """For each purpose the positions of the fields that list it."""
    _masked: frozenset[int]
    """Positions of the fields that may wear a mask for some purpose."""
    _kinds: dict[PurposeId, Kinds] = field(default_factory=dict)
    _answers: dict[tuple[RoleId | bool, PurposeId, Action, int], Outcome] = field(default_factory=dict)
    """Known outcomes. Without a grant all roles that the purpose names get the same, and all others."""

    def listing(self, purpose: PurposeId) -> frozenset[int]:
        """The positions of the fields that list the purpose or one above it."""
        return frozenset(at for one in ancestors(purpose) for at in self._allowed.get(PurposeId(one), ()))

    def kinds(self, role: RoleId, purpose: PurposeId, action: Action) -> Kinds:
        """The kinds of field that this role, purpose and action tell apart."""
        declared = self.catalog.purposes[purpose]
        if action not in declared.roles.get(role, ()):
            return self.coarse
        if purpose not in self._kinds:
            self._kinds[purpose] = _for_purpose(self, declared)
        return self._kinds[purpose]

    def answer(self, role: RoleId, purpose: PurposeId, action: Action, number: int) -> Outcome:
        """The outcome for a kind of field (see `kinds`)."""
        roles = self.catalog.purposes[purpose].roles
        granted = action in roles.get(role, ())
        key = (role if granted else role in roles, purpose, action, number)
        known = self._answers.get(key)
        if known is None:
            example = self.kinds(role, purpose, action).examples[number]
            known = conclude(gates(self.catalog, role, purpose, action, example, self.as_of))
            self._answers[key] = known
        return known

    def row(self, role: RoleId, purpose: PurposeId, action: Action) -> Sequence[Outcome]:
        """The outcome for each of `fields`."""
        numbers, examples = self.kinds(role, purpose, action)
        answers = [self.answer(role, purpose, action, number) for number in range(len(examples))]
        return [answers[number] for number in numbers]


def matrix(catalog: Catalog, as_of: date | None, wanted: Selection | None = None) -> Matrix:
    """The matrix over the fields that are wanted (None: all)."""
    names = tuple(
        name for name in sorted(catalog.fields) if wanted is None or wanted.has_field(catalog, name)
    )
    return matrix_of(catalog, as_of, names)


def matrix_of(catalog: Catalog, as_of: date | None, names: tuple[FieldId, ...]) -> Matrix:
    """The matrix over some fields of the catalog, sorted."""
    trait = _Traits(catalog, as_of)
    fine, kinds = _sorted_out(names, (trait.of(catalog.fields[name]) for name in names))
    coarse, _ = _sorted_out(names, map([kind[:3] for kind in kinds].__getitem__, fine.numbers))
    allowed: dict[PurposeId, array[int]] = {}
    masked = set()
    for at, name in enumerate(names):
        entry = catalog.fields[name]
        for purpose in entry.purposes:
            allowed.setdefault(purpose, array("I")).append(at)
        if entry.mask_for or entry.broken:
            masked.add(at)
    return Matrix(catalog, as_of, names, fine, coarse, allowed, frozenset(masked))


def cells(
    catalog: Catalog,
    as_of: date | None,
    *,
    role: str | None = None,
    purpose: str | None = None,
    action: str | None = None,
    field: str | None = None,
    decision: str | None = None,
    system: str | None = None,
    category: str | None = None,
    classification: str | None = None,
) -> Iterator[Cell]:
    """Every cell that is asked for (see `Selection`), sorted by role, purpose, action, field."""
    wanted = Selection(role, purpose, action, field, decision, system, category, classification)
    table = matrix(catalog, as_of, wanted)
    make = partial(tuple.__new__, Cell)
    for role_id in sorted(catalog.roles):
        for purpose_id in sorted(catalog.purposes):
            for act in ACTIONS:
                if not wanted.has_cell(role_id, purpose_id, act):
                    continue
                row = table.row(role_id, purpose_id, act)
                head = (role_id, purpose_id, act)
                yield from (
                    make((*head, name, *out))
                    for name, out in zip(table.fields, row, strict=True)
                    if decision is None or out.effect.value == decision
                )


class _Traits:
    """Everything that the gates look at in a field, but for what depends on the purpose."""

    def __init__(self, catalog: Catalog, as_of: date | None) -> None:
        self._catalog, self._as_of = catalog, as_of
        self._holds = tuple(catalog.holds.values())
        self._denials = tuple(catalog.denials.values())
        self._special: dict[tuple[CategoryId | None, frozenset[str]], bool | None] = {}

    def of(self, entry: Field) -> tuple[object, ...]:
        """The traits of a field. The first three are all that the gates before the role grant look at."""
        catalog, as_of = self._catalog, self._as_of
        kind = (entry.category, entry.broken)
        if kind not in self._special:
            self._special[kind] = cover.is_special(catalog, entry)  # which looks at nothing else
        return (
            entry.status,
            entry.broken,
            bool(self._holds) and any(cover.holds(hold, entry, as_of) for hold in self._holds),
            tuple([d.id for d in self._denials if cover.denies_field(catalog, d, entry)]),
            self._special[kind],
            cover.class_of(entry),
            cover.worn_below(catalog, entry),
            cover.type_of(entry),
        )


def _for_purpose(table: Matrix, purpose: Purpose) -> Kinds:
    """The kinds of field as one purpose sees them: those of all purposes for fields that do not allow it,
    and kinds of their own for the others."""
    allowed = table.listing(purpose.id)
    numbers = array("I", table._traits.numbers)
    first = len(table._traits.examples)
    own: dict[object, int] = {}
    for at in sorted(allowed | table._masked):
        entry = table.catalog.fields[table.fields[at]]
        always = cover.mask_for(entry, purpose)[0] if at in table._masked else None
        numbers[at] = own.setdefault((numbers[at], at in allowed, always), first + len(own))
    return Kinds(numbers, _examples(table.fields, numbers, first + len(own)))


def _sorted_out(fields: Sequence[FieldId], traits: Iterable[T]) -> tuple[Kinds, list[T]]:
    """The kinds of fields with these traits, and the traits of each kind."""
    numbers: dict[T, int] = {}
    kinds = array("I", (numbers.setdefault(trait, len(numbers)) for trait in traits))
    return Kinds(kinds, _examples(fields, kinds, len(numbers))), list(numbers)


def _examples(fields: Sequence[FieldId], kinds: Sequence[int], number: int) -> Sequence[FieldId]:
    """The first field of each kind. A kind that has become empty is asked of by nobody; any field will do."""
    first = dict(zip(reversed(kinds), reversed(fields), strict=True))
    return [first.get(kind, fields[0]) for kind in range(number)]


def unmatched(catalog: Catalog, wanted: Selection) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The selectors that match nothing: what each selects, the selector, and the ids there are."""
    for what, selector, ids in (
        ("role", wanted.role, catalog.roles),
        ("purpose", wanted.purpose, catalog.purposes),
        ("action", wanted.action, ACTIONS),
        ("field", wanted.field, catalog.fields),
        ("decision", wanted.decision, Effect),
        ("system", wanted.system, catalog.systems),
        ("category", wanted.category, catalog.categories),
        ("classification", wanted.classification, catalog.classifications),
    ):
        names = tuple(str(name) for name in ids)
        if selector is not None and not any(selects(selector, name) for name in names):
            yield what, selector, names


def chosen(selector: str | None, name: str) -> bool:
    """Whether a selector (None: all) matches an id."""
    return selector is None or selects(selector, name)
