"""Comparing a published notice with the catalog: what is no longer so, what is not said."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from amanat.conflicts.folding import fold
from amanat.model.catalog import Catalog
from amanat.model.values import in_language
from amanat.report.notice.make import Notice

_MARK = re.compile(r"""(?:data-amanat="|<!-- amanat )([a-z_]+:[^\s"]+) ([0-9a-f]{12})""")
_TAG = re.compile(r"<[^>]*>")
_NAMED = ("purpose", "recipient")
"""Kinds of statements whose things have names that a text of somebody else's has to say."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison came to. `ours` is whether the text carries our marks; only then is it known what it
    says of things that are gone. Each entry is the kind and id of a thing."""

    ours: bool
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the text says what the catalog says."""
        return not (self.missing or self.changed or self.gone)


def compare_text(text: str, notice: Notice, catalog: Catalog) -> Compared:
    """Compare a published text with the notice that the catalog gives now. A text with our marks is compared
    mark by mark; in any other the names of purposes and recipients are looked for, and countries and
    periods."""
    marks = dict(_MARK.findall(text))
    now = {
        one.about: one.mark
        for section in notice.sections
        for one in section.statements
        if section.key != "short"
    }
    if marks:
        return Compared(
            True,
            tuple(sorted(now.keys() - marks.keys())),
            tuple(sorted(name for name in now.keys() & marks.keys() if now[name] != marks[name])),
            tuple(sorted(marks.keys() - now.keys() - {"short:all"})),
        )
    said = fold(html.unescape(_TAG.sub(" ", text)))
    missing = [
        about for about in now if about.split(":")[0] in _NAMED and not _says(said, about, notice, catalog)
    ]
    return Compared(False, tuple(sorted(missing)), (), ())


def _says(said: str, about: str, notice: Notice, catalog: Catalog) -> bool:
    kind, _, name = about.partition(":")
    if name == "none":
        return True
    entry = catalog.purposes.get(name) if kind == "purpose" else catalog.recipients.get(name)  # type: ignore[call-overload]
    return entry is not None and fold(in_language(entry.label, notice.lang, name)) in said
