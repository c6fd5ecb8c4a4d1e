"""How a value is shown in one language, on a page of one depth. Everything that is markup is made here by
`Markup.format`, which escapes what it is given; templates escape the rest by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeVar

from markupsafe import Markup, escape

from amanat.conflicts import Conflict
from amanat.diagnostic import Diagnostic
from amanat.docsite.atlas import Atlas
from amanat.docsite.paths import (
    Kind,
    Ref,
    breach_path,
    handbook_path,
    list_of,
    page_of,
    plan_path,
    reach_path,
)
from amanat.docsite.quick import Form
from amanat.identity.note import both
from amanat.identity.note import told as spoken
from amanat.load.builtin import BUILTIN_FILE
from amanat.model.catalog import ancestors
from amanat.model.values import Mask, Text
from amanat.speech import Speech, Word
from amanat.text import Place, direction

Row = TypeVar("Row")
_LANG = Form('<span lang="{}" dir="{}">{}</span>')
_CODE = Form('<code dir="ltr">{}</code>')
_LINK = Form('<a href="{}{}"><bdi>{}</bdi></a>')
_CODE_LINK = Form('<a class="id" href="{}{}"><code dir="ltr">{}</code></a>')
_AT = Form('<span class="at" dir="ltr">{}</span>')
_WHENCE = Form('<span class="whence">{}</span>')
_QUIET = Form('<span class="unsaid">{}</span>')
_TIME = Markup('<time datetime="{0}" dir="ltr">{0}</time>')
_JALALI = Markup('<time datetime="{0}"><bdi>{1}</bdi> <span class="iso" dir="ltr">{0}</span></time>')
_DURATION = Form('<span title="{}">{}</span>')
_NOTE = Form("<bdi>{}</bdi>")
_ENGLISH = Form('<span lang="en" dir="ltr">{}</span>')
_NESTED = (Kind.CATEGORY, Kind.PURPOSE)
"""Kinds whose ids say what stands above what."""
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAK = Markup("<wbr>")
_KIND_OF_SECTION = {kind.value: kind for kind in Kind} | {"journey": Kind.STAGE}
_WHENCE_OF_SECTION = {
    "categories": "whence.category",
    "purposes": "whence.purpose",
    "catalog": "whence.catalog",
    "defaults": "whence.file",
}


@dataclass(frozen=True, slots=True)
class Local:
    """Helpers of a template. `up` leads from the page to its language's folder."""

    atlas: Atlas
    speech: Speech
    up: str
    w: Mapping[str, Word]
    """The site's words by key: `l.w['owner']` in a template, where nothing has to be filled in."""
    _made: dict[tuple[object, ...], Markup] = field(default_factory=dict)
    """Markup made before: the same links, codes and places stand on very many pages."""
    _kept: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def once(self, key: tuple[object, ...], make: Callable[[], Markup]) -> Markup:
        """What `make` makes, made at the first call with this key."""
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = make()
        return made

    def kept(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """What `make` makes, made at the first call with this key: for what is no markup."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    # Words of the site itself.

    def t(self, key: str, n: int | None = None, **values: object) -> str:
        """The site's words for a key."""
        return self.speech.say(key, n, **values)

    def word(self, group: str, value: object) -> str | Markup:
        """A value of a closed vocabulary in words; the value itself as code where there is no word."""
        if value is None:
            return self.unsaid()
        return self.speech.word(group, str(value)) or self.code(value)

    def words_of_origin(self, origin: str | None) -> str | Markup:
        """How data arose, in words; that nobody said so."""
        return self.t("journey.unstated") if origin is None else self.word("origin", origin)

    def unsaid(self, key: str = "unsaid.not_stated") -> Markup:
        """What to show where nobody said anything. Never blank."""
        return self.once(("unsaid", key), lambda: _QUIET.format(self.speech.say(key)))

    # The catalog's texts and values.

    def text(self, text: Text, fallback: object = None) -> Markup:
        """A text in the page's language; in another with its language and direction marked."""
        if not text:
            return self.unsaid() if fallback is None else escape(fallback)
        tag = self.speech.tag if self.speech.tag in text else next(iter(text))
        if tag == self.speech.ui:
            return escape(text[tag])
        return _LANG.format(tag, direction(tag), text[tag])

    def plain(self, text: Text, fallback: str) -> str:
        """A text for a title or an attribute, where no markup can isolate directions."""
        shown = text.get(self.speech.tag) or next(iter(text.values()), fallback)
        return _BIDI_CONTROLS.sub("", shown)

    def sentence(self, text: str) -> Markup:
        """A sentence of our own, with `code` between backticks."""
        parts = text.split("`")
        if len(parts) % 2 == 0:
            parts = [text]
        return Markup("").join(_CODE.format(p) if i % 2 else escape(p) for i, p in enumerate(parts))

    def english(self, text: str) -> Markup:
        """A sentence that only exists in English (messages of rules), with `code` between backticks."""
        shown = self.sentence(text)
        return shown if self.speech.ui == "en" else _ENGLISH.format(shown)

    def notes(self, *notes: str) -> Markup:
        """What the identity graph says, in the page's language; empty notes are left out."""
        return _NOTE.format(self.sentence(spoken(reduce(both, notes, ""), self.speech.tag)))

    def num(self, value: int) -> str:
        """A whole number."""
        return self.speech.number(value)

    @property
    def digits(self) -> str:
        """The digits from nought to nine, for scripts."""
        return "".join(self.speech.number(digit) for digit in range(10))

    def pct(self, part: int, whole: int) -> str:
        """A share in per cent."""
        return self.speech.percent(part, whole)

    def date(self, iso: str | None) -> Markup:
        """A date, ISO 8601; in Persian views the Jalali date with it beside."""
        if iso is None:
            return self.unsaid()
        jalali = self.speech.jalali(iso)
        return _TIME.format(iso) if jalali is None else _JALALI.format(iso, jalali)

    def duration(self, iso: str | None) -> Markup:
        """A duration in words, with its ISO 8601 form at hand."""
        if iso is None:
            return self.unsaid()
        words = self.speech.duration(iso)
        return self.code(iso) if words is None else _DURATION.format(iso, words)

    def yes(self, value: bool | None) -> str | Markup:
        """Yes, no, or not stated."""
        return self.unsaid() if value is None else self.speech.say("yes" if value else "no")

    def code(self, value: object) -> Markup:
        """An id or another piece of code, left to right."""
        return _CODE.format(value)

    def breakable(self, value: object) -> Markup:
        """A long dotted id as code that may break after its dots and underscores."""
        text = str(value)
        return self.once(("breakable", text), lambda: _breakable(text))

    def value(self, value: object, facet: str = "") -> Markup:
        """A facet's value."""
        if isinstance(value, bool):
            return escape(self.speech.say("yes" if value else "no"))
        if isinstance(value, Mapping):
            return self.text(value) if facet == "definition" else self._mapping(value)
        if isinstance(value, (tuple, list, set, frozenset)):
            return Markup(self.speech.say("comma")).join(self._item(v) for v in value) or self.code("[]")
        if facet == "definition":
            return Markup("<bdi>{}</bdi>").format(value)
        return self._item(value)

    def _item(self, value: object) -> Markup:
        return self.code("NULL" if value is None else "''" if value == "" else value)

    def _mapping(self, value: Mapping[object, object]) -> Markup:
        pairs = (Markup("{} → {}").format(self._item(k), self._item(v)) for k, v in value.items())
        return Markup('<span dir="ltr">{}</span>').format(Markup(", ").join(pairs))

    def by_name(self, kind: str, rows: Iterable[Row], path: str) -> list[Row]:
        """Rows about things of a kind, sorted by what the things are called, children below their parents.
        `path` leads from a row to the id: attributes, and positions in tuples, between dots."""
        steps = path.split(".")

        def key(row: Row) -> tuple[object, ...]:
            found: Any = row
            for step in steps:
                found = found[int(step)] if step.isdigit() else getattr(found, step)
            return self._called(kind, str(found))

        return sorted(rows, key=key)

    def _called(self, kind: str, identifier: str) -> tuple[object, ...]:
        above = reversed(ancestors(identifier)) if Kind(kind) in _NESTED else (identifier,)
        names = (self.plain(self.label(kind, each), each) for each in above)
        return tuple(self.speech.sort_key(name) for name in names)

    # Links.

    def href(self, ref: Ref) -> str | None:
        """The way to a thing's page, or None when it has none."""
        return self.up + page_of(ref) if ref in self.atlas.labels else None

    def href_of(self, kind: str, identifier: str) -> str | None:
        """The way to a thing's page, by its kind and id."""
        return self.href(Ref(Kind(kind), identifier))

    def handbook(self, role: str) -> str:
        """The way to a role's handbook."""
        return self.up + handbook_path(role)

    def breach(self, system: str) -> str:
        """The way to what a breach of a system exposes."""
        return self.up + breach_path(system)

    def reach(self, subject: str) -> str:
        """The way to how all data of people of a kind is reached."""
        return self.up + reach_path(subject)

    def plan(self, kind: str, identifier: str, what: str) -> str:
        """The way to a plan for a thing: `access`, `erasure`, `objection`."""
        return self.up + plan_path(Ref(Kind(kind), identifier), what)

    def link(self, kind: str, identifier: str | None) -> Markup:
        """A thing by its label, linked; its id as code when the catalog does not declare it."""
        if identifier is None:
            return self.unsaid()
        return self.once((kind, identifier), lambda: self._link(Ref(Kind(kind), identifier)))

    def _link(self, ref: Ref) -> Markup:
        label = self.atlas.labels.get(ref)
        if label is None:
            return self.code(ref.id)
        return _LINK.format(self.up, page_of(ref), self.text(label, fallback=ref.id))

    def id(self, kind: str, identifier: str) -> Markup:
        """A thing by its id, linked."""
        ref = Ref(Kind(kind), identifier)
        if ref not in self.atlas.labels:
            return self.breakable(identifier)
        return _CODE_LINK.format(self.up, page_of(ref), identifier)

    def links(self, kind: str, identifiers: Iterable[str]) -> Markup:
        """Several things of a kind by their labels; "none" when there is none."""
        linked = Markup(self.speech.say("comma")).join(self.link(kind, i) for i in identifiers)
        return linked or self.unsaid("unsaid.none")

    def source(self, source: str) -> Markup:
        """A source with its system linked: the system's name, then the column."""
        return self.once(("source", source), lambda: self._source(source))

    def _source(self, source: str) -> Markup:
        system, _, path = source.partition(".")
        return Markup("{} {}").format(self.link("systems", system), self.breakable(path))

    def listing(self, kind: str) -> str:
        """The way to the list of a kind."""
        return self.up + list_of(Kind(kind))

    def label(self, kind: str, identifier: str) -> Text:
        """The label of a thing; empty when the catalog does not declare it."""
        return self.atlas.labels.get(Ref(Kind(kind), identifier), {})

    def subject(self, diagnostic: Diagnostic) -> Markup:
        """What a finding is about, linked where it has a page."""
        section = str(diagnostic.place.path[0]) if diagnostic.place.path else ""
        kinds = [_KIND_OF_SECTION[section]] if section in _KIND_OF_SECTION else list(Kind)
        for kind in kinds:
            if Ref(kind, diagnostic.subject) in self.atlas.labels:
                return self.link(kind.value, diagnostic.subject)
        return self.code(diagnostic.subject)

    def conflict_href(self, conflict: Conflict) -> str:
        """The way to a conflict on its field's page."""
        return f"{self.up}{page_of(Ref(Kind.FIELD, conflict.field))}#conflict-{conflict.facet.value}"

    def mask(self, mask: Mask) -> str:
        """What a mask does, in words."""
        return self.speech.say(f"mask.{mask.kind.value}", n=mask.n)

    # Where facts are written.

    def found_at(self, diagnostic: Diagnostic) -> Markup:
        """Where a finding stands, as `file:line`."""
        span = diagnostic.span
        return (
            self.at(diagnostic.place) if span is None else _AT.format(f"{diagnostic.place.file}:{span.line}")
        )

    def at(self, place: Place | None) -> Markup:
        """The place as `file:line`."""
        if place is None:
            return Markup("")
        return self.once(("at", place), lambda: self._at(place))

    def _at(self, place: Place) -> Markup:
        if place.file == BUILTIN_FILE:
            return _WHENCE.format(self.speech.say("whence.built_in"))
        return _AT.format(self.atlas.where(place))

    def whence(self, place: Place | None) -> Markup:
        """In words, where an inherited value came from."""
        if place is None:
            return Markup("")
        section, *rest = (*place.path, "", "")
        words = escape(self.speech.say(_WHENCE_OF_SECTION.get(str(section), "whence.elsewhere"), id="{}"))
        return words.format(self.code(rest[0]))


def _breakable(text: str) -> Markup:
    parts = re.split(r"(?<=[._])", text)
    return _CODE.format(_BREAK.join(part for part in parts if part))
