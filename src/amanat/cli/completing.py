"""What a shell offers to complete: ids of the catalog at hand, and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.errors import AmanatError

if TYPE_CHECKING:
    from amanat.model.catalog import Catalog

_KINDS = {
    "category": "categories",
    "classification": "classifications",
    "field": "fields",
    "owner": "teams",
    "purpose": "purposes",
    "role": "roles",
    "system": "systems",
}
"""Options by name to the map whose ids they take."""
_ALL = (*_KINDS.values(), "subjects", "retention", "recipients", "transfers", "holds", "discrepancies")
MOST = 500
"""How many are offered; a shell that gets more asks its reader whether to show them."""


def completions(command: str, name: str, catalog: Any, incomplete: str) -> list[Any]:
    """What fits. Nothing where there is no catalog, or it cannot be read: a shell shows no errors."""
    from typer._click.shell_completion import CompletionItem

    try:
        fitting = (one for one in _known(name, catalog) if one.startswith(incomplete))
        return [CompletionItem(one) for one in _steps(dict.fromkeys(fitting), incomplete)]
    except AmanatError:
        return []


def _steps(fitting: Iterable[str], incomplete: str) -> list[str]:
    """The ids; where there are too many, only up to the next dot."""
    found = list(fitting)
    if len(found) <= MOST:
        return found
    start = len(incomplete)
    heads = (one[: one.index(".", start) + 1] if "." in one[start:] else one for one in found)
    return list(dict.fromkeys(heads))[:MOST]


def _known(name: str, catalog: Any) -> Iterator[str]:
    if name == "rule":
        from amanat.rules import RULES

        for rule in RULES:
            yield rule.name
            yield rule.code
        return
    if name == "kind":
        from amanat.cli.adding import ASKED

        yield from ASKED
        return
    if name == "action":
        from amanat.policy.request import ACTIONS

        yield from map(str, ACTIONS)
        return
    from amanat.cli.session import open_catalog

    found = open_catalog(Path(catalog) if catalog else None, lazily=True).catalog
    yield from sorted(_columns(found)) if name == "column" else _ids(found, name)


def _columns(catalog: Catalog) -> Iterator[str]:
    from amanat.load.fields import sources_of

    for _, sources in sources_of(catalog.fields):
        yield from sources


def _ids(catalog: Catalog, name: str) -> Iterator[str]:
    for kind in (_KINDS[name],) if name in _KINDS else _ALL:
        yield from getattr(catalog, kind)
