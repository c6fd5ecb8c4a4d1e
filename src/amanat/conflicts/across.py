"""Across fields: two that say the same (synonyms), and one label that stands for two meanings (homonyms).

Fields are grouped by what their texts say, never compared all with all, so the cost is linear. Different
subjects make different facts, and a field is no synonym of one that it is derived from, that it tells the
story of, or that it stands below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from amanat.conflicts.folding import fold
from amanat.conflicts.grouping import grouped
from amanat.conflicts.terms import Key, Terms
from amanat.conflicts.wording import Wording, differing
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.values import FieldId, Status


class Synonym(NamedTuple):
    """A field whose definition says what an earlier one's does, in a language; `wording` is how the texts
    differ to the eye."""

    field: Field
    earlier: Field
    language: str
    wording: Wording


class Homonym(NamedTuple):
    """A label that stands for fields which are defined differently, in a language; fields by id."""

    label: str
    language: str
    fields: tuple[Field, ...]


class Across(NamedTuple):
    """What the fields of a catalog have in common that they should not: synonyms by field, homonyms by their
    first field."""

    synonyms: tuple[Synonym, ...]
    homonyms: tuple[Homonym, ...]


def compare_fields(catalog: Catalog) -> Across:
    """Compare the fields that are not retired with each other. Pure; in each language of the catalog, and
    each pair or group is told in the first one that shows it."""
    synonyms: dict[FieldId, Synonym] = {}
    homonyms: dict[tuple[FieldId, ...], Homonym] = {}
    for language in catalog.languages or (catalog.language,):
        fields = [
            field
            for field in catalog.fields.values()
            if field.status is not Status.RETIRED and language in field.definition
        ]
        said = _Said(catalog, fields, language)
        for synonym in _synonyms(said, fields, catalog.language):
            synonyms.setdefault(synonym.field.id, synonym)
        for homonym in _homonyms(said, fields):
            homonyms.setdefault(tuple(field.id for field in homonym.fields), homonym)
    homonyms = {names: homonym for names, homonym in homonyms.items() if not _are_one(names, synonyms)}
    return Across(
        tuple(synonyms[name] for name in sorted(synonyms)),
        tuple(homonyms[names] for names in sorted(homonyms)),
    )


def _are_one(names: Iterable[FieldId], synonyms: Mapping[FieldId, Synonym]) -> bool:
    """Whether all of the fields say the same in some language: one cause makes one finding."""
    return len({synonyms[name].earlier.id if name in synonyms else name for name in names}) == 1


class _Said:
    """What definitions in one language say. That a fact is about its subject need not be said, so where the
    subject's label is one word, that word does not count."""

    def __init__(self, catalog: Catalog, fields: list[Field], language: str) -> None:
        self.language = language
        labels = {
            subject.id: subject.label[language]
            for subject in catalog.subjects.values()
            if language in subject.label
        }
        self._terms = Terms(language, [*labels.values(), *(field.definition[language] for field in fields)])
        self._known: dict[str | None, frozenset[str]] = {}
        for subject, label in labels.items():
            words = self._terms.key(label, spelled=True)
            self._known[subject] = frozenset(words) if len(words) == 1 else _NOTHING

    def rough(self, field: Field) -> tuple[str | None, int]:
        """The same for fields that say the same of the same subject, and hardly ever for others."""
        known = self._known.get(field.subject, _NOTHING)
        return field.subject, self._terms.rough(field.definition[self.language], known)

    def key(self, field: Field, *, spelled: bool = False) -> Key:
        """What the field's definition says; empty for nothing."""
        known = self._known.get(field.subject, _NOTHING)
        return self._terms.key(field.definition[self.language], known, spelled=spelled)


_NOTHING: frozenset[str] = frozenset()


def _synonyms(said: _Said, fields: list[Field], first_language: str) -> Iterator[Synonym]:
    language = said.language
    for group in _groups(said, fields):
        for at, field in enumerate(group):
            earlier = _earlier(group[:at], field, first_language)
            if earlier is None:
                continue
            wording = differing(earlier.definition[language], field.definition[language])
            wording = wording or Wording(1.0, (), (), None)
            if wording.opposites is None:
                yield Synonym(field, earlier, language, wording)


def _groups(said: _Said, fields: list[Field]) -> Iterator[list[Field]]:
    """Fields that say the same. Words that are spelled alike are two spellings of one where there are two;
    three of them in one place are a list of names, and tell the fields apart."""
    for rough in grouped(fields, said.rough):
        by_key: dict[Key, dict[Key, list[Field]]] = {}
        for field in rough:
            exact = said.key(field)
            if exact:
                spellings = by_key.setdefault(said.key(field, spelled=True), {})
                spellings.setdefault(exact, []).append(field)
        for spellings in by_key.values():
            if len(spellings) == 2:
                yield sorted(chain(*spellings.values()), key=lambda field: field.id)
            else:
                yield from spellings.values()


def _earlier(group: list[Field], field: Field, language: str) -> Field | None:
    """The first of the earlier fields that the field says the same as. None where the texts are the same to
    the letter: DF104 tells that, and one cause makes one finding."""
    text = fold(field.definition.get(language, ""))
    found = None
    for earlier in group:
        if text and fold(earlier.definition.get(language, "")) == text:
            return None
        if found is None and not _related(field, earlier):
            found = earlier
    return found


def _related(one: Field, other: Field) -> bool:
    """Whether the catalog itself says how the two belong together."""
    return (
        one.id in other.derived_from
        or other.id in one.derived_from
        or one.narrative == other.id
        or other.narrative == one.id
        or one.id in ancestors(other.id)
        or other.id in ancestors(one.id)
        or _parts_of_one(one, other)
    )


def _parts_of_one(one: Field, other: Field) -> bool:
    """Whether both take a part of the same column, such as the given name out of a name."""
    shared = one.sources.keys() & other.sources.keys()
    return any("part" in one.sources[key].facets and "part" in other.sources[key].facets for key in shared)


class _Folded(dict[str, str]):
    """Words as they are folded, each once."""

    def __missing__(self, word: str) -> str:
        folded = self[word] = fold(word)
        return folded


def _homonyms(said: _Said, fields: list[Field]) -> Iterator[Homonym]:
    language = said.language
    labelled = [field for field in fields if language in field.label]
    words = _Folded()

    def label(field: Field) -> tuple[str | None, str]:
        """The label as a reader sees it; each word of the catalog is folded once."""
        return field.subject, " ".join(map(words.__getitem__, field.label[language].split()))

    for group in grouped(labelled, label):
        meant = [field for field in group if said.key(field)]
        if len({said.key(field, spelled=True) for field in meant}) > 1:
            yield Homonym(meant[0].label[language], language, tuple(meant))
