"""What denials, holds, classes and categories cover: the questions that `decide` asks of the catalog.

Wherever the catalog leaves it open, the answer is the one that denies.
"""

from __future__ import annotations

from datetime import date

from amanat.model.catalog import Catalog, ancestors, selects
from amanat.model.field import Field
from amanat.model.resources import Denial, Hold, Purpose, Role
from amanat.model.values import CategoryId, ClassificationId, Mask, PurposeId
from amanat.policy.masks import NULL
from amanat.text import Place


def doubtful(catalog: Catalog, purpose: Purpose, attribute: str) -> bool:
    """Whether the attribute was refused when loading, here or in an ancestor that it may come from."""
    line = (catalog.purposes.get(PurposeId(above)) for above in ancestors(purpose.id))
    return any(entry is not None and attribute in entry.broken for entry in line)


def is_over(until: str, as_of: date | None) -> bool:
    """Whether the last valid day has passed; on an unknown day, or with an unreadable one, it has."""
    try:
        return as_of is None or date.fromisoformat(until) < as_of
    except ValueError:
        return True


def holds(hold: Hold, field: Field, as_of: date | None) -> bool:
    """Whether a hold covers a field, in any of its systems. It has begun unless it is known to begin later;
    one that names neither fields nor systems covers everything."""
    try:
        if as_of is not None and hold.start is not None and as_of < date.fromisoformat(hold.start):
            return False
    except ValueError:
        pass  # a start that cannot be read counts as past
    systems = {source.system for source in field.sources.values()}
    named = not hold.fields or any(selects(selector, field.id) for selector in hold.fields)
    return named and (not hold.systems or not systems.isdisjoint(hold.systems))


def denies_pair(denial: Denial, role: Role, purpose: Purpose) -> bool:
    """Whether the denial's selectors match the acting pair; a denied purpose includes its children."""
    for_role = denial.role is None or selects(denial.role, role.id)
    return for_role and (denial.purpose is None or _selects_below(denial.purpose, purpose.id))


def denies_field(catalog: Catalog, denial: Denial, field: Field) -> bool:
    """Whether the denial's selectors match the field. A denied category includes those below it, a denied
    class the more sensitive ones; a field whose category or class is not known matches."""
    if denial.field is not None and not selects(denial.field, field.id):
        return False
    if denial.category is not None and field.category and not _selects_below(denial.category, field.category):
        return False
    need = rank(catalog, class_of(field))
    if denial.classification is None or need is None:
        return True
    denied = [
        known.rank for known in catalog.classifications.values() if selects(denial.classification, known.id)
    ]
    return not denied or min(denied) <= need


def _selects_below(selector: str, dotted: str) -> bool:
    return any(selects(selector, above) for above in ancestors(dotted))


def class_of(field: Field) -> ClassificationId | None:
    """The field's classification, or None where it is not known."""
    return None if "classification" in field.broken else field.classification


def rank(catalog: Catalog, classification: ClassificationId | None) -> int | None:
    """How sensitive a class is, 0 the least; None for one that is not declared."""
    known = catalog.classifications.get(classification) if classification else None
    return known.rank if known else None


def is_special(catalog: Catalog, field: Field) -> bool | None:
    """Whether the field's category, or one above it, is special (GDPR Art. 9); None if it is not known."""
    if not field.category or "category" in field.broken or field.category not in catalog.categories:
        return None
    line = (catalog.categories.get(CategoryId(above)) for above in ancestors(field.category))
    return any(entry is not None and (entry.special or "special" in entry.broken) for entry in line)


def worn_below(catalog: Catalog, field: Field) -> Mask | None:
    """The mask for roles below the field's class, as `mask_below` tells it."""
    if field.mask is not None or "mask" in field.broken:
        return field.mask or NULL
    known = catalog.classifications.get(field.classification) if field.classification else None
    if known is None:
        return None
    return NULL if "mask" in known.broken else known.mask


def mask_below(catalog: Catalog, field: Field) -> tuple[Mask | None, Place]:
    """The mask for roles below the field's class, and where it is written: the field's own, else that of
    its class. One that could not be read is null."""
    worn = worn_below(catalog, field)
    if field.mask is not None or "mask" in field.broken:
        return worn, field.place_of("mask")
    known = catalog.classifications.get(field.classification) if field.classification else None
    return worn, field.place_of("classification") if known is None else known.place.at("mask")


def mask_for(field: Field, purpose: Purpose) -> tuple[Mask | None, Place]:
    """The mask that the field always wears for the purpose or its nearest ancestor, and where it stands."""
    place = field.place_of("mask_for")
    if "mask_for" in field.broken:
        return NULL, place
    named = next((PurposeId(above) for above in ancestors(purpose.id) if above in field.mask_for), None)
    return (field.mask_for[named], place.at(named)) if named else (None, place)


def type_of(field: Field) -> str | None:
    """The declared type of the field's values (`text`, `date` …), or None."""
    kind = field.facets.get("type")
    return kind if isinstance(kind, str) else None
