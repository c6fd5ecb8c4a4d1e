"""What the sheets of this room share: words, entries of the catalog, sections."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from amanat.identity.note import both
from amanat.identity.note import told as spoken
from amanat.model.catalog import Catalog
from amanat.model.resources import Purpose
from amanat.model.values import Text
from amanat.rights.problems import Problem
from amanat.rights.words import words_for
from amanat.sheet import At, Cell, Code, Piece, Said, Section, Sheet, Table, Thing
from amanat.speech import Speech


class Teller:
    """Says things of a catalog in one language."""

    def __init__(self, catalog: Catalog, lang: str) -> None:
        self.catalog, self.lang = catalog, lang
        self.speech: Speech = words_for(lang)

    def t(self, key: str, n: int | None = None, **values: object) -> str:
        """The words for a key."""
        return self.speech.say(key, n, **values)

    def word(self, group: str, value: str | None) -> str:
        """The word for a value of a closed vocabulary; one of the team's stays as it is."""
        return self.t("unsaid") if value is None else self.speech.word(group, value) or value

    def text(self, text: Text, fallback: str = "") -> str:
        """A text of the catalog."""
        return text.get(self.lang) or next(iter(text.values()), fallback or self.t("unsaid"))

    def thing(self, kind: str, name: str | None) -> Piece:
        """An entry by its id; what nobody said."""
        if name is None:
            return self.t("unsaid")
        entry = getattr(self.catalog, kind).get(name)
        return Thing(kind, name, entry.label if entry is not None else {})

    def things(self, kind: str, names: Iterable[str]) -> Cell:
        """Entries by their ids."""
        return tuple(self.thing(kind, name) for name in names) or self.t("none")

    def codes(self, names: Iterable[str]) -> Cell:
        """What is the same in every language."""
        return tuple(Code(name) for name in names) or self.t("none")

    def notes(self, *notes: str) -> Said:
        """What the ways to a person say, in this language; empty notes are left out."""
        return Said(spoken(reduce(both, notes, ""), self.lang))

    def sheet(self, title: str, lead: Iterable[Cell], sections: Iterable[Section]) -> Sheet:
        """The whole report."""
        return Sheet(self.speech.ui, title, tuple(lead), tuple(sections), self.t("comma"))

    def section(
        self,
        key: str,
        lines: Iterable[Cell] = (),
        headings: tuple[str, ...] = (),
        rows: Iterable[tuple[Cell, ...]] = (),
    ) -> Section:
        """A section; a table without rows is said to be empty."""
        told, filled = tuple(lines), tuple(rows)
        table = Table(tuple(self.t(f"head.{one}") for one in headings), filled) if filled else None
        if headings and not filled:
            told = (*told, self.t(f"empty.{key}"))
        return Section(key, self.t(f"section.{key}"), told, table)

    def problems(self, problems: Iterable[Problem]) -> Section:
        """What the plan cannot do, each with its place."""
        lines: list[Cell] = [
            (Said(self.t(f"problem.{one.key}", None, **one.filled(self.lang))), At(one.place))
            for one in dict.fromkeys(problems)
        ]
        return self.section("problems", lines or [self.t("empty.problems")])

    def basis(self, purpose: Purpose) -> Cell:
        """The lawful bases of a purpose, each with its jurisdiction where they differ."""
        if not purpose.basis:
            return self.t("unsaid")
        if set(purpose.basis) == {"*"}:
            return self.word("basis", purpose.basis["*"])
        said = (f"{where}: {self.word('basis', one)}" for where, one in sorted(purpose.basis.items()))
        return tuple(said)
