"""What editors are told of a catalog: each id with its label, definition and owner."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.cli.session import open_catalog
from amanat.errors import UsageError
from amanat.model.catalog import Catalog
from amanat.model.values import Text
from amanat.report.entry import KINDS

if TYPE_CHECKING:
    from amanat.load import Loaded

IN_WORDS = (
    *("owner", "contact", "category", "classification", "clearance", "retention"),
    *("engine", "country", "status"),
)
"""Attributes that are told beside label and definition."""
_MEANINGS = ("definition", "description", "reason")


def schema_files(catalog: Path | None) -> dict[str, bytes]:
    """The schemas of the input files for this catalog. Raises `UsageError` where a file cannot be read: its
    ids would be refused."""
    from amanat.schema.narrow import Known, narrowed

    loaded = open_catalog(catalog)
    if loaded.catalog.unreadable:
        raise UsageError(
            f"`{loaded.catalog.unreadable[0]}` cannot be read, so its ids are not known",
            hint="mend it first: amanat check",
        )
    return narrowed(
        {
            kind: [Known(str(name), told(loaded.catalog, entry)) for name, entry in entries.items()]
            for kind, entries in ids(loaded).items()
        }
    )


def ids(loaded: Loaded) -> dict[str, Mapping[Any, Any]]:
    """Every entry by kind and id."""
    return {kind: getattr(loaded.catalog, kind) for kind in KINDS}


def told(catalog: Catalog, entry: Any) -> str:
    """An entry in a few lines of Markdown: label, meaning, and what governs it. No text is markup."""
    label = in_language(getattr(entry, "label", {}), catalog)
    meanings = tuple(in_language(getattr(entry, name, None) or {}, catalog) for name in _MEANINGS)
    rule = getattr(entry, "rule", None)
    facts = [(name, getattr(entry, name, None)) for name in IN_WORDS]
    facts += [(name, getattr(rule, name, None)) for name in ("keep", "then")]
    known = tuple((name, str(value)) for name, value in facts if isinstance(value, str) and value)
    return _markdown(label, meanings, known)


@lru_cache(maxsize=1 << 17)
def _markdown(label: str, meanings: tuple[str, ...], facts: tuple[tuple[str, str], ...]) -> str:
    """Kept, because a language server asks for every entry again after each edit."""
    from amanat.report.conflicts.markdown import code, prose
    from amanat.report.console import printable

    lines = [f"**{prose(printable(label))}**"] if label else []
    lines += [prose(printable(meaning)) for meaning in meanings if meaning]
    words = [f"{name}: {code(printable(value))}" for name, value in facts]
    if words:
        lines.append(" · ".join(words))
    return "\n\n".join(lines)


def in_language(text: Text | str, catalog: Catalog) -> str:
    """A text in the catalog's first language, else in any."""
    if isinstance(text, str):
        return text
    return next((text[one] for one in catalog.languages if one in text), next(iter(text.values()), ""))
