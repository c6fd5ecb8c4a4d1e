"""What a check looks at: where none of that is another, it finds what it found.

Checks are given a catalog that notes which of its attributes (`fields`, `teams`, `settings` …) are asked for.
Nobody has to say what a rule rests on, and nobody can say it wrongly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from amanat.lint.rule import Context
from amanat.model.catalog import Catalog

T = TypeVar("T")

DAY = "as_of"
"""Stands among the attributes for the day by which time is judged."""
ANYTHING = "*"
"""Stands for all of them."""


class Looked:
    """The attributes that were looked at, also through results that several checks share. Such a result may
    look at more later, for whoever uses it then."""

    __slots__ = ("_through", "_with_own_eyes")

    def __init__(self) -> None:
        self._with_own_eyes: set[str] = set()
        self._through: list[Looked] = []

    def at(self, attribute: str) -> None:
        """Note an attribute."""
        self._with_own_eyes.add(attribute)

    def through(self, other: Looked) -> None:
        """Note all that somebody else has looked at."""
        if other not in self._through:
            self._through.append(other)

    def names(self) -> frozenset[str]:
        """All of them up to now."""
        found: set[str] = set()
        ahead, met = [self], [self]
        while ahead:
            one = ahead.pop()
            found |= one._with_own_eyes
            more = [other for other in one._through if other not in met]
            ahead += more
            met += more
        return frozenset(found)


class _Catalog(Catalog):
    """A catalog that notes what is looked at. An attribute is not there until it is asked for, and then as
    quick as any."""

    __slots__ = ("_looked", "_of")
    _of: Catalog
    _looked: Looked

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._of, name)
        self._looked.at(name)
        object.__setattr__(self, name, value)
        return value


def _seen_through(catalog: Catalog, looked: Looked) -> _Catalog:
    view = object.__new__(_Catalog)
    object.__setattr__(view, "_of", catalog)
    object.__setattr__(view, "_looked", looked)
    return view


def narrowed(catalog: Catalog, **sections: Any) -> Catalog:
    """The same catalog with other entries (maps by id) in some sections. Of a catalog that notes what is
    looked at, the other sections are not looked at by that."""
    if not isinstance(catalog, _Catalog):
        return replace(catalog, **sections)
    view = _seen_through(catalog, catalog._looked)
    for name, entries in sections.items():
        object.__setattr__(view, name, entries)
    return view


class _Context(Context):
    """A context that notes what is looked at."""

    __slots__ = ("_looked", "_watch")
    _watch: Watch
    _looked: Looked

    def __getattr__(self, name: str) -> Any:
        if name not in (DAY, "before"):
            raise AttributeError(name)
        self._looked.at(name)
        return getattr(self._watch.context, name)

    def shared(self, name: str, make: Callable[[Context], T]) -> T:
        """As of any context; what was looked at for the result counts as looked at by all who use it."""
        made, looked = self._watch.shared(name, make)
        self._looked.through(looked)
        return made


class Watch:
    """Contexts for checks of one catalog, which share results and note what each looks at."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._looked_for: dict[str, Looked] = {}

    def begin(self) -> tuple[Context, Looked]:
        """A context for somebody, and what they will have looked at."""
        looked = Looked()
        view = object.__new__(_Context)
        object.__setattr__(view, "_watch", self)
        object.__setattr__(view, "_looked", looked)
        object.__setattr__(view, "catalog", _seen_through(self.context.catalog, looked))
        return view, looked

    def shared(self, name: str, make: Callable[[Context], T]) -> tuple[T, Looked]:
        """A result that several share, and what was looked at for it."""

        def watched(_: Context) -> T:
            view, self._looked_for[name] = self.begin()
            return make(view)

        made = self.context.shared(name, watched)
        return made, self._looked_for.get(name) or _unwatched()


def _unwatched() -> Looked:
    """What was looked at for a result that was there before anybody watched."""
    looked = Looked()
    looked.at(ANYTHING)
    return looked
