"""Which fields are meant: filters that exports and lists share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches

from amanat.errors import UsageError
from amanat.model.catalog import Catalog, ancestors, selects
from amanat.model.field import Field
from amanat.model.values import Status


@dataclass(frozen=True, slots=True)
class Filter:
    """What a field must have to be let through; None lets all through, several must all hold.

    `category` takes an id and lets its descendants through too. `purpose` takes an id and lets through
    what may be used for it (a parent purpose allows its children). Both also take `prefix.*`.
    """

    owner: str | None = None
    system: str | None = None
    category: str | None = None
    purpose: str | None = None
    classification: str | None = None
    status: str | None = None

    def fields(self, catalog: Catalog) -> Iterator[Field]:
        """The fields let through, sorted by id. Raises `UsageError` for an id that the catalog lacks."""
        self.check(catalog)
        for field in catalog.fields.values():
            if self._passes(field):
                yield field

    def given(self) -> dict[str, str]:
        """The filters that were set, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def _passes(self, field: Field) -> bool:
        return (
            self.owner in (None, field.owner)
            and self.classification in (None, field.classification)
            and self.status in (None, field.status.value)
            and (self.system is None or any(one.system == self.system for one in field.sources.values()))
            and (
                self.category is None
                or (field.category is not None and _below(self.category, field.category))
            )
            and (self.purpose is None or any(_allows(one, self.purpose) for one in field.purposes))
        )

    def check(self, catalog: Catalog) -> None:
        """Raise `UsageError` if a filter names what the catalog lacks."""
        known: dict[str, Iterable[str]] = {
            "owner": catalog.teams,
            "system": catalog.systems,
            "category": catalog.categories,
            "purpose": catalog.purposes,
            "classification": catalog.classifications,
            "status": [status.value for status in Status],
        }
        for name, value in self.given().items():
            if value == "*" or value.endswith(".*"):
                if name in ("category", "purpose"):
                    continue
            elif value in known[name] or any(value in ancestors(one) for one in known[name] if "." in one):
                continue
            raise unknown("team" if name == "owner" else name, value, known[name])


def unknown(what: str, value: str, known: Iterable[str]) -> UsageError:
    """The error for an id that is not declared: with the nearest one, or the first few there are."""
    there = sorted(known)
    near = get_close_matches(value, there, n=3, cutoff=0.6)
    if near:
        return UsageError(
            f"no {what} `{value}`", hint=f"did you mean {' or '.join(f'`{one}`' for one in near)}?"
        )
    some = ", ".join(f"`{one}`" for one in there[:10])
    more = f" and {len(there) - 10} more" if len(there) > 10 else ""
    return UsageError(
        f"no {what} `{value}`", hint=f"there is {some}{more}" if there else f"the catalog has no {what}"
    )


def _below(selector: str, category: str) -> bool:
    return selects(selector, category) or selector in ancestors(category)


def _allows(listed: str, purpose: str) -> bool:
    if purpose.endswith(".*") or purpose == "*":
        return selects(purpose, listed)
    return listed in ancestors(purpose)
