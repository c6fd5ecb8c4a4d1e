"""Long lists on several pages, so that no page grows without bound: `fields.html`, `fields~2.html` …"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from amanat.docsite.page import Page

T = TypeVar("T")

ROWS = 120
"""How many rows of a list one page shows: some 80 kB."""
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One page of several: its number and the last one's, counted from 1; `first` is the path of page 1 and
    `totals` says by list how many rows all pages have."""

    number: int
    last: int
    first: str
    totals: Mapping[str, int]

    @property
    def is_first(self) -> bool:
        """Whether what stands once stands here."""
        return self.number == 1

    @property
    def is_last(self) -> bool:
        """Whether what would make the first page too heavy stands here."""
        return self.number == self.last

    def path(self, number: int) -> str:
        """The path of a page, relative to the language's folder."""
        return numbered(self.first, number)

    @property
    def near(self) -> Iterator[int | None]:
        """The pages to link to: the first, those around this one, the last; None for a gap."""
        before = 0
        for number in range(1, self.last + 1):
            if number in (1, self.last) or abs(number - self.number) <= _NEAR:
                if number - before > 1:
                    yield None
                before = number
                yield number


def numbered(first: str, number: int) -> str:
    """The path of a page of several. `~` stands in no slug, so that it clashes with no id."""
    return first if number == 1 else f"{first.removesuffix('.html')}~{number}.html"


def cut(rows: Sequence[T], size: int = ROWS) -> list[Sequence[T]]:
    """The rows page by page; one empty page where there is none."""
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [rows]


def paged(page: Page, **sizes: int) -> Iterator[Page]:
    """The pages of a page whose view has long lists: each attribute of `sizes` is cut after so many rows."""
    view = cast(Any, page.view)
    slices = {name: cut(getattr(view, name), size) for name, size in sizes.items()}
    totals = {name: len(getattr(view, name)) for name in sizes}
    last = max(len(parts) for parts in slices.values())
    for number in range(1, last + 1):
        shown = {name: parts[number - 1] if number <= len(parts) else () for name, parts in slices.items()}
        yield replace(
            page,
            path=numbered(page.path, number),
            view=replace(view, **shown),
            part=Part(number, last, page.path, totals),
        )
