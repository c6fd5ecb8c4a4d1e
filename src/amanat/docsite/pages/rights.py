"""What people may ask for, planned: access and erasure by kind of people, objection by purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TypeVar

from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Crumb, Page, crumb_of
from amanat.docsite.pages.sheets import SheetView
from amanat.docsite.paths import Kind, Ref, list_of, plan_path
from amanat.model.values import Text
from amanat.rights.access import access_plan
from amanat.rights.access_told import access_sheet
from amanat.rights.erasing import erasure_plan
from amanat.rights.erasing_told import erasure_sheet
from amanat.rights.keeping import Keeping
from amanat.rights.objecting import objection_plan, objection_sheet
from amanat.sheet import Sheet

Plan = TypeVar("Plan")
LISTED = 25
"""How many rows of a table a plan shows: each has a query. The command has all."""


def rights_pages(atlas: Atlas) -> Iterator[Page]:
    """A page for each plan. A plan is made when one of its pages is."""
    catalog = atlas.catalog
    day = atlas.site.as_of if atlas.site.names_day else None
    known = {one.subject: one for one in atlas.ways}
    keeping = Keeping(catalog, None, day)
    for subject in catalog.subjects.values():
        ways = known[subject.id]
        ref = Ref(Kind.SUBJECT, subject.id)
        collected = _told(partial(access_plan, catalog, subject.id, ways=ways), access_sheet)
        command = f"amanat access-request {subject.id}"
        yield _page(ref, "access", subject.label, SheetView(collected, command, LISTED))
        erased = _told(partial(erasure_plan, catalog, subject.id, day, ways=ways), erasure_sheet)
        command = f"amanat erasure {subject.id}"
        yield _page(ref, "erasure", subject.label, SheetView(erased, command, LISTED))
    for purpose in catalog.purposes.values():
        stopped = _told(partial(objection_plan, catalog, purpose.id, day, keeping), objection_sheet)
        ref = Ref(Kind.PURPOSE, purpose.id)
        yield _page(ref, "objection", purpose.label, SheetView(stopped, f"amanat objection {purpose.id}"))


def _told(make: Callable[[], Plan], sheet: Callable[[Plan, str], Sheet]) -> Callable[[str], Sheet]:
    made = cache(make)
    return lambda tag: sheet(made(), tag)


def _page(ref: Ref, what: str, label: Text, view: SheetView) -> Page:
    crumbs = (Crumb(list_of(ref.kind), key=ref.kind.value), crumb_of(ref.kind, ref.id, label))
    path = plan_path(ref, what)
    return Page(path, "sheet.html", ref.kind.value, view, crumbs, label, ref.id, key=f"plan.{what}_of")
