"""From the data of the pages to the bytes of the site. No clock, no absolute path: same input, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from amanat.docsite.answers import HELPERS as ANSWERS
from amanat.docsite.atlas import Atlas, atlas_of
from amanat.docsite.compiled import Compiled
from amanat.docsite.corrected import HELPERS as CORRECTED
from amanat.docsite.judged import HELPERS
from amanat.docsite.kept import HELPERS as KEPT
from amanat.docsite.local import Local
from amanat.docsite.page import Page
from amanat.docsite.pages import other_pages, terse_pages
from amanat.docsite.past import HELPERS as PAST
from amanat.docsite.paths import Kind, language_folder, up
from amanat.docsite.quick import OPTIONS, Quick
from amanat.docsite.resting import TERSE, resting
from amanat.docsite.search import search_files
from amanat.docsite.sheets import HELPERS as SHEETS
from amanat.docsite.site import Site
from amanat.docsite.speech import speech_for
from amanat.load.written import Written
from amanat.text import direction

_HERE = Path(__file__).parent
_NAMES = {"ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fa": "فارسی", "fr": "Français"}
"""What languages call themselves; of others the tag is shown."""


class LanguageLink(NamedTuple):
    """An entry of the language switch."""

    tag: str
    folder: str
    name: str
    dir: str


class Entry(NamedTuple):
    """An entry of the navigation; `number` is None where counting means nothing."""

    key: str
    path: str
    number: int | None


class Group(NamedTuple):
    """A group of the navigation."""

    key: str
    entries: tuple[Entry, ...]


def render(site: Site) -> dict[str, bytes]:
    """The whole site: path relative to the site's folder (`index.html`, `en/fields/customer.email.html`,
    `assets/site.css`) to content, sorted by path."""
    prepared = Prepared(site)
    made = {path: prepared.content(path) for path in prepared.pages}
    return dict(sorted({**prepared.files, **made, **prepared.search}.items()))


class Earlier(Protocol):
    """An earlier build, of which some pages can be had again."""

    def pages(
        self, rests: Mapping[str, str], around: Mapping[str, bytes]
    ) -> Mapping[str, Mapping[str, bytes]]:
        """The pages of the groups that rested on the same then, by path in the site. `around` is what stands
        around the pages of fields now, by the folder of their language."""


class Prepared:
    """A site whose pages are made one by one, when they are asked for. With what is `written` and an
    `earlier` build, groups of pages that rest on the same as then are not made again."""

    def __init__(self, site: Site, written: Written | None = None, earlier: Earlier | None = None) -> None:
        self._atlas = atlas = atlas_of(site)
        self._languages = [
            LanguageLink(tag, language_folder(tag), _NAMES.get(tag, tag), direction(tag))
            for tag in site.catalog.languages or (site.catalog.language,)
        ]
        self._environment = _environment(atlas, self._languages)
        self._locals = {
            (language.folder, prefix): Local(atlas, speech, prefix, speech.words)
            for language in self._languages
            for speech in (speech_for(language.tag),)
            for prefix in ("", "../")
        }
        self._menu = _Menu(self._environment.get_template("navigation.html"), _navigation(atlas))
        self.rests = {} if written is None else resting(atlas, written)
        """The digest of what each group of pages rests on, as `resting` gives it; none where nothing is
        known."""
        self.around = {
            language.folder: self._menu.on_things(self._locals[language.folder, "../"], Kind.FIELD).encode()
            for language in self._languages
        }
        """What stands around the pages of fields, with numbers of the whole catalog, by the folder of their
        language."""
        self._same = {} if earlier is None else earlier.pages(self.rests, self.around)
        self._files = {"index.html": self._choose(), **_assets()}
        for pages in self._same.values():
            self._files |= pages
        terse = () if TERSE in self._same else tuple(terse_pages(atlas))
        self._terse = {path for path, _ in self._in_all_languages(terse)}
        self._pages = dict(self._in_all_languages((*terse, *other_pages(atlas, self._same))))

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files that need not be made: path to content."""
        return self._files

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that have to be made, sorted."""
        return tuple(sorted(self._pages))

    @property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """The pages of each group, sorted."""
        found: dict[str, list[str]] = {group: sorted(pages) for group, pages in self._same.items()}
        for path, (_, page) in sorted(self._pages.items()):
            if path in self._terse:
                found.setdefault(TERSE, []).append(path)
            elif page.section == Kind.FIELD and page.id:
                found.setdefault(page.id, []).append(path)
        return found

    def _in_all_languages(self, pages: Iterable[Page]) -> Iterator[tuple[str, tuple[LanguageLink, Page]]]:
        for page in pages:
            for language in self._languages:
                yield f"{language.folder}/{page.path}", (language, page)

    def __contains__(self, path: str) -> bool:
        """Whether the site has a file of this name."""
        return path in self._files or path in self._pages or path in self.search

    def content(self, path: str) -> bytes:
        """The content of a file of the site. Raises `KeyError` when it has none of this name."""
        if path in self._files:
            return self._files[path]
        if path not in self._pages:
            return self.search[path]
        language, page = self._pages[path]
        local = self._locals[language.folder, up(page.path)]
        heading = _heading(page, local)
        shown = self._environment.get_template(page.template).render(
            l=local,
            page=page,
            v=page.view,
            heading=heading,
            title=_title(page, local, heading),
            navigation=self._menu(local, page),
        )
        return shown.encode()

    def _choose(self) -> bytes:
        local = self._locals[self._languages[0].folder, ""]
        name = local.plain(self._atlas.catalog.name, "amanat")
        return self._environment.get_template("choose.html").render(first=local.speech, name=name).encode()

    @cached_property
    def search(self) -> dict[str, bytes]:
        """The files of the search: path to content."""
        return search_files(
            self._atlas, {language.folder: self._locals[language.folder, ""] for language in self._languages}
        )


def _title(page: Page, local: Local, heading: str) -> str:
    part = page.part
    if part is None or part.is_first:
        return heading
    return f"{heading} · {local.t('page.of', number=part.number, last=part.last)}"


class _Menu:
    """The navigation as markup. It is the same for all things of a kind, so it is rendered once for each."""

    def __init__(self, template: Template, groups: tuple[Group, ...]) -> None:
        self._template = template
        self._groups = groups
        self._made: dict[tuple[str, str, str, bool], Markup] = {}

    def __call__(self, local: Local, page: Page) -> Markup:
        """The navigation as it stands on a page."""
        return self._of(local, page.section, on_list=not page.id)

    def on_things(self, local: Local, kind: Kind) -> Markup:
        """The navigation as it stands on the pages of all things of a kind."""
        return self._of(local, kind.value, on_list=False)

    def _of(self, local: Local, section: str, on_list: bool) -> Markup:
        key = (local.speech.tag, local.up, section, on_list)
        if key not in self._made:
            shown = self._template.render(l=local, groups=self._groups, section=section, on_list=on_list)
            self._made[key] = Markup(shown)
        return self._made[key]


def _environment(atlas: Atlas, languages: list[LanguageLink]) -> Environment:
    environment = Quick(
        loader=FileSystemLoader(_HERE / "templates"),
        bytecode_cache=Compiled(_HERE / "templates"),
        **OPTIONS,
    )
    as_of = atlas.site.as_of
    environment.globals.update(
        {**HELPERS, **ANSWERS, **CORRECTED, **KEPT, **PAST, **SHEETS},
        atlas=atlas,
        catalog=atlas.catalog,
        languages=languages,
        as_of=as_of.isoformat() if as_of is not None and atlas.site.names_day else None,
        day_known=as_of is not None,
        history=atlas.site.history,
    )
    return environment


def _assets() -> dict[str, bytes]:
    return {f"assets/{file.name}": file.read_bytes() for file in sorted((_HERE / "assets").iterdir())}


def _heading(page: Page, local: Local) -> str:
    if page.id:
        name = local.plain(page.text or {}, page.id)
        return local.t(page.key, name=name) if page.key else name
    return local.t(page.key or f"nav.{page.section}")


def _navigation(atlas: Atlas) -> tuple[Group, ...]:
    catalog, site = atlas.catalog, atlas.site
    kinds = {kind: sum(ref.kind is kind for ref in atlas.labels) for kind in Kind}
    counts: Mapping[str, Any] = {kind.value: number for kind, number in kinds.items()} | {
        "start": None,
        "search": None,
        "flow": None,
        "identity": None,
        "exposure": None,
        "calendar": None,
        "benefit": None,
        "journey": None,
        "meaning": None,
        "maturity": None,
        "access": None,
        "losses": None,
        "heat": None,
        "conflicts": len(site.conflicts.conflicts),
        "ledger": len(catalog.discrepancies),
        "findings": len(site.diagnostics),
        "changes": None,
        "due": len(atlas.due),
    }
    groups = (
        ("catalogue", ("start", "search", "fields", "categories", "classifications", "subjects", "stages")),
        ("held", ("systems", "flow", "identity", "exposure", "recipients", "retention", "calendar")),
        ("use", ("purposes", "benefit", "journey", "meaning", "roles", "access", "losses")),
        ("agreement", ("conflicts", "heat", "ledger", "findings")),
        ("governance", ("teams", "due", "changes", "maturity", "rules")),
    )
    return tuple(Group(key, tuple(_entry(name, counts[name]) for name in names)) for key, names in groups)


def _entry(name: str, number: int | None) -> Entry:
    return Entry(name, "index.html" if name == "start" else f"{name}.html", number)
