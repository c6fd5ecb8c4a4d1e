"""A page as data: where it lies, which template shows it, and what there is to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from amanat.docsite.paths import Kind, Ref, list_of, page_of
from amanat.model.values import Text

if TYPE_CHECKING:
    from amanat.docsite.paging import Part


class Crumb(NamedTuple):
    """A step on the way to a page: a list of the site by its `key`, or a thing by its `text` and `id`."""

    path: str
    key: str = ""
    text: Text | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page in all languages. `path` is relative to the language's folder. `section` is the entry of the
    navigation it belongs to. The heading is `text`, the label of a thing, or the words of the section."""

    path: str
    template: str
    section: str
    view: object
    crumbs: tuple[Crumb, ...] = ()
    text: Text | None = None
    id: str = ""
    part: Part | None = None
    """Which page of several it is; None for a page that stands alone."""
    key: str = ""
    """The words of the heading, where they are not those of the section."""


def list_page(name: str, template: str, view: object) -> Page:
    """A page that stands in the navigation by itself."""
    return Page(f"{name}.html", template, name, view)


def thing_page(ref: Ref, template: str, view: object, text: Text, *above: Crumb) -> Page:
    """The page of one thing; `above` are things between it and the list of its kind."""
    crumbs = (Crumb(list_of(ref.kind), key=ref.kind.value), *above)
    return Page(page_of(ref), template, ref.kind.value, view, crumbs, text, ref.id)


def crumb_of(kind: Kind, identifier: str, text: Text) -> Crumb:
    """A thing on the way to another."""
    return Crumb(page_of(Ref(kind, identifier)), text=text, id=identifier)
