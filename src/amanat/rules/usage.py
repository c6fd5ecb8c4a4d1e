"""Who uses what: facts that several rules ask for, computed once for a catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from amanat.diagnostic import Finding, Fix
from amanat.lint.rule import Context
from amanat.model.catalog import ancestors
from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import CategoryId, PurposeId, SourceId, SourceTable, Status


def is_held(status: Status) -> bool:
    """Whether an entry must answer for itself (see `Status.held`)."""
    return status.held


def live_purposes(ctx: Context) -> frozenset[PurposeId]:
    """The purposes that are live and not past `until` on the judging day (unknown: not past)."""
    return ctx.shared("rules.live_purposes", _live_purposes)


def _live_purposes(ctx: Context) -> frozenset[PurposeId]:
    return frozenset(
        purpose.id
        for purpose in ctx.catalog.purposes.values()
        if purpose.status is Status.LIVE and not purpose.over(ctx.as_of)
    )


def fields_by_purpose(ctx: Context) -> Mapping[PurposeId, tuple[Field, ...]]:
    """The held fields that name each declared purpose themselves, in order of their ids."""
    return ctx.shared("rules.fields_by_purpose", _fields_by_purpose)


def _fields_by_purpose(ctx: Context) -> Mapping[PurposeId, tuple[Field, ...]]:
    found: dict[PurposeId, list[Field]] = {purpose: [] for purpose in ctx.catalog.purposes}
    for field in ctx.catalog.fields.values():
        if is_held(field.status):
            for purpose in field.purposes:
                if purpose in found:
                    found[purpose].append(field)
    return {purpose: tuple(fields) for purpose, fields in found.items()}


def in_several(fields: Iterable[Field]) -> dict[SourceId, list[Field]]:
    """The sources that several of the fields have, each with those, in order."""
    known = list(fields)
    seen: dict[SourceTable, set[str]] = defaultdict(set)
    several: set[SourceId] = set()
    for field in known:
        for source in field.sources.values():
            columns = seen[source.table]
            if source.column in columns:
                several.add(source.id)
            columns.add(source.column)
    found: dict[SourceId, list[Field]] = {}
    for field in known if several else ():  # hardly ever
        for name in field.sources:
            if name in several:
                found.setdefault(name, []).append(field)
    return found


def above(purpose: PurposeId) -> tuple[PurposeId, ...]:
    """The ids of a purpose's ancestors, nearest first, without itself."""
    return tuple(PurposeId(name) for name in ancestors(purpose)[1:])


def children(ctx: Context) -> Mapping[PurposeId, tuple[PurposeId, ...]]:
    """Every declared purpose with all declared ones below it, in order."""
    return ctx.shared("rules.children", _children)


def _children(ctx: Context) -> Mapping[PurposeId, tuple[PurposeId, ...]]:
    purposes = ctx.catalog.purposes
    found: dict[PurposeId, list[PurposeId]] = defaultdict(list)
    for purpose in purposes:
        for ancestor in above(purpose):
            found[ancestor].append(purpose)
    return {purpose: tuple(found.get(purpose, ())) for purpose in purposes}


def serving(ctx: Context, field: Field) -> frozenset[PurposeId]:
    """The live purposes that may use a field: those it lists, and those below them."""
    below = children(ctx)
    found = {name for one in field.purposes for name in (one, *below.get(one, ()))}
    return live_purposes(ctx) & found


def answerable(ctx: Context) -> Iterator[Purpose]:
    """The held purposes that stand for processing. One that only groups others (it has children, and no
    field names it) passes on what it sets, and answers for nothing itself."""
    named, below = fields_by_purpose(ctx), children(ctx)
    purposes, unreadable = ctx.catalog.purposes, ctx.catalog.unreadable
    for purpose in purposes.values():
        if unreadable and any(name not in purposes for name in above(purpose.id)):
            continue
        if is_held(purpose.status) and (named[purpose.id] or not below[purpose.id]):
            yield purpose


def may_inherit(ctx: Context, field: Field) -> bool:
    """Whether what a field lacks may stand in a file that could not be read: the catalog's defaults, or its
    category."""
    unreadable = ctx.catalog.unreadable
    return bool(unreadable) and (
        ctx.catalog.place.file in unreadable or field.category not in ctx.catalog.categories
    )


def special_categories(ctx: Context) -> frozenset[CategoryId]:
    """The special categories (GDPR Art. 9(1) and Iranian ECL 58), and what a catalog put below them."""
    return ctx.shared("rules.special_categories", _special_categories)


def _special_categories(ctx: Context) -> frozenset[CategoryId]:
    categories = ctx.catalog.categories
    marked = {category.id for category in categories.values() if category.special}
    return frozenset(name for name in categories if any(above in marked for above in ancestors(name)))


def lacking(
    ctx: Context, lacks: Callable[[Purpose], bool], code: str, message: str, mend: str
) -> Iterator[Finding]:
    """A finding of `code` for each purpose that lacks something which it could inherit; where an ancestor
    lacks it too, only for the ancestor."""
    reported: set[PurposeId] = set()
    for purpose in answerable(ctx):
        if lacks(purpose):
            reported.add(purpose.id)
            if reported.isdisjoint(above(purpose.id)):
                yield Finding(code, message.format(purpose.id), purpose.place, purpose.id, fix=Fix(mend))
