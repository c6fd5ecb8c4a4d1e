"""Full-text search over fields (FTS5), in all languages.

`search MATCH 'email'` finds by id, label, definition, source, category, owner and purpose. Persian and
Arabic spellings are found in either keyboard's letters: the column `folded` holds the folded text and the
same with Arabic yeh and kaf. Inside `amanat query` there is also `fold(text)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from amanat.index.table import Facts, Row

NAME = "search"
ABOUT = "Full-text search over fields: SELECT field FROM search WHERE search MATCH 'email'."
CREATE = (
    "CREATE VIRTUAL TABLE search USING fts5(field, label, definition, sources, about, folded, "
    "tokenize = 'unicode61 remove_diacritics 2')"
)
INSERT = (
    "INSERT INTO search (rowid, field, label, definition, sources, about, folded) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)

_ARABIC_SCRIPT = re.compile("[\u0600-\u06ff]")
_YEH, _ARABIC_YEH, _KAF, _ARABIC_KAF = "\u06cc", "\u064a", "\u06a9", "\u0643"


def search_rows(facts: Facts) -> Iterator[Row]:
    """One row a field, numbered in the order of the ids."""
    cat = facts.catalog
    for number, field in enumerate(cat.fields.values(), 1):
        label, definition = " ".join(field.label.values()), " ".join(field.definition.values())
        category = cat.categories.get(field.category) if field.category else None
        team = cat.teams.get(field.owner) if field.owner else None
        words = [field.category or "", field.owner or "", field.classification or "", *field.purposes]
        words += [*(category.label.values() if category else ()), *(team.label.values() if team else ())]
        about = " ".join(word for word in words if word)
        sources = " ".join(sorted(field.sources))
        folded = _folded((*field.label.values(), *field.definition.values(), about))
        yield (number, field.id, label, definition, sources, about, folded)


def _folded(texts: Iterable[str]) -> str:
    """The texts in Arabic script, folded, and folded with the letters of an Arabic keyboard."""
    from amanat.conflicts.folding import fold

    folded = " ".join(fold(text) for text in texts if _ARABIC_SCRIPT.search(text))
    arabic = folded.replace(_YEH, _ARABIC_YEH).replace(_KAF, _ARABIC_KAF)
    return f"{folded} {arabic}" if folded else ""
