"""A short quiz for a role, made from what the catalog says: what the data it uses means, what it is used for,
and what the role may see.

The same catalog gives the same questions: what is chosen and in which order goes by hashes of ids and of a
seed, so that another seed gives another quiz."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import FieldId, PurposeId, RoleId, Text
from amanat.policy.readings import Reading

MEANINGS = 4
"""How many questions ask for a meaning."""
ANSWERS = 3
"""How many ask what the role may see."""
REASONS = 2
"""How many ask what a purpose is for."""
_CHOICES = 4
EFFECTS = ("allow", "mask", "deny")
T = TypeVar("T")


class Meaning(NamedTuple):
    """What does this field mean? `right` is the position of its own definition."""

    field: Field
    choices: tuple[Text, ...]
    right: int


class Why(NamedTuple):
    """What do we use data for, for this purpose? `right` is the position of its own reason."""

    purpose: Purpose
    choices: tuple[Text, ...]
    right: int


class May(NamedTuple):
    """May the role see this field for this purpose? `right` is the position of the answer in `EFFECTS`."""

    field: Field
    purpose: PurposeId
    reading: Reading
    right: int


def meanings(catalog: Catalog, role: RoleId, seen: Iterable[Field], seed: str = "") -> tuple[Meaning, ...]:
    """Questions about the meaning of fields that the role sees and that no other field is called like; wrong
    answers are the definitions of fields of near categories. None where there are too few definitions to
    choose from."""
    known = _known_by_name(catalog)
    defined = [field for field in seen if field.definition and field.id in known]
    by_category = _by_category(catalog)
    questions = []
    for field in _mixed(defined, role, "meaning", seed):
        wrong: list[Text] = []
        for other in _nearest(by_category, field, role, seed):
            if _differs(other, field) and not any(_alike(other.definition, one) for one in wrong):
                wrong.append(other.definition)
            if len(wrong) == _CHOICES - 1:
                break
        if len(wrong) < _CHOICES - 1:
            break
        choices, right = _placed(field.definition, wrong, _hash(role, field.id, "place", seed))
        questions.append(Meaning(field, choices, right))
        if len(questions) == MEANINGS:
            break
    return tuple(questions)


def reasons(catalog: Catalog, role: RoleId, seed: str = "") -> tuple[Why, ...]:
    """Questions about the purposes that the role acts for; wrong answers are the reasons of other purposes.
    None where there are too few reasons to choose from."""
    acts = [
        one for one in catalog.purposes.values() if one.roles.get(role) and one.reason and one.status.held
    ]
    questions = []
    for purpose in sorted(acts, key=lambda one: _hash(role, "why", one.id, seed)):
        wrong: list[Text] = []
        for other in sorted(catalog.purposes.values(), key=lambda one: _hash(role, purpose.id, one.id, seed)):
            if other.reason and other.reason not in (purpose.reason, *wrong) and other.label != purpose.label:
                wrong.append(other.reason)
        if len(wrong) < _CHOICES - 1:
            break
        choices, right = _placed(
            purpose.reason, wrong[: _CHOICES - 1], _hash(role, purpose.id, "place", seed)
        )
        questions.append(Why(purpose, choices, right))
        if len(questions) == REASONS:
            break
    return tuple(questions)


def answers(
    catalog: Catalog, role: RoleId, readings: Iterable[tuple[Field, Reading]], seed: str = ""
) -> tuple[May, ...]:
    """Questions about what the role may see, with different answers where there are different ones. What is
    only planned is not asked for: nobody may see that yet."""
    known = _known_by_name(catalog)
    by_effect: dict[str, list[tuple[Field, Reading]]] = {effect: [] for effect in EFFECTS}
    for field, reading in readings:
        if field.status.held and catalog.purposes[reading.purpose].status.held and field.id in known:
            by_effect[reading.effect].append((field, reading))
    questions = []
    for effect in EFFECTS:
        found = by_effect[effect]
        if found:
            field, reading = min(
                found, key=lambda pair: _hash(role, "may", pair[0].id, pair[1].purpose, seed)
            )
            questions.append(May(field, reading.purpose, reading, EFFECTS.index(effect)))
    return tuple(sorted(questions, key=lambda may: _hash(role, "order", may.field.id, seed)))[:ANSWERS]


def _known_by_name(catalog: Catalog) -> frozenset[FieldId]:
    """The fields that their label tells from all others, in every language that has one."""
    named = Counter(
        (lang, name) for field in catalog.fields.values() for lang, name in set(field.label.items())
    )
    return frozenset(
        field.id
        for field in catalog.fields.values()
        if all(named[lang, name] == 1 for lang, name in field.label.items())
    )


def _differs(other: Field, field: Field) -> bool:
    return (
        bool(other.definition)
        and not _alike(other.definition, field.definition)
        and other.label != field.label
        and other.status.held
    )


def _alike(one: Text, other: Text) -> bool:
    """Whether two texts say the same in some language, but for case and the dot at the end."""
    return any(lang in other and _bare(one[lang]) == _bare(other[lang]) for lang in one)


def _bare(text: str) -> str:
    return text.strip().rstrip(".").casefold()


def _by_category(catalog: Catalog) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for field in catalog.fields.values():
        found.setdefault(field.category or "", []).append(field)
    return found


def _nearest(
    by_category: Mapping[str, Sequence[Field]], field: Field, role: RoleId, seed: str
) -> Iterator[Field]:
    """The fields by the nearness of their categories, those that are as near in an order that only hashes
    know; no further than somebody asks."""
    by_nearness: dict[int, list[Field]] = {}
    for category, fields in by_category.items():
        by_nearness.setdefault(_nearness(category, field.category or ""), []).extend(fields)
    for _, fields in sorted(by_nearness.items(), reverse=True):
        yield from sorted(fields, key=lambda other: _hash(role, field.id, other.id, seed))


def _nearness(one: str, other: str) -> int:
    """How many parts of the ids of two categories are the same."""
    count = 0
    for a, b in zip(one.split("."), other.split("."), strict=False):
        if a != b or not a:
            break
        count += 1
    return count


def _placed(right: Text, wrong: Sequence[Text], mark: str) -> tuple[tuple[Text, ...], int]:
    """The right answer among the wrong ones, and its position."""
    at = int(mark, 16) % _CHOICES
    return (*wrong[:at], right, *wrong[at:]), at


def _mixed(fields: Sequence[Field], role: RoleId, what: str, seed: str) -> list[Field]:
    """Those that matter first, each half in an order that only hashes know."""
    return sorted(fields, key=lambda field: (not field.critical, _hash(role, what, field.id, seed)))


def _hash(*parts: str) -> str:
    """The last part is the seed; without one, nothing is added."""
    if not parts[-1]:
        parts = parts[:-1]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
