"""From the data of the pages to the bytes of the site. No clock, no absolute path: same input, same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

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
from amanat.docsite.pages import pages_of
from amanat.docsite.past import HELPERS as PAST
from amanat.docsite.paths import Kind, language_folder, up
from amanat.docsite.quick import OPTIONS, Quick
from amanat.docsite.search import search_files
from amanat.docsite.sheets import HELPERS as SHEETS
from amanat.docsite.site import Site
from amanat.docsite.speech import speech_for
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
    made = {path: prepared.content(path) for path in prepared.pages} | prepared.search
    return dict(sorted(made.items()))


class Prepared:
    """A site whose pages are made one by one, when they are asked for."""

    def __init__(self, site: Site) -> None:
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
        self._files = {"index.html": self._choose(), **_assets()}
        self._pages = {
            f"{language.folder}/{page.path}": (language, page)
            for page in pages_of(atlas)
            for language in self._languages
        }

    @property
    def pages(self) -> tuple[str, ...]:
        """Every file of the site but those of the search, sorted."""
        return tuple(sorted([*self._files, *self._pages]))

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
        key = (local.speech.tag, local.up, page.section, not page.id)
        if key not in self._made:
            shown = self._template.render(
                l=local, groups=self._groups, section=page.section, on_list=not page.id
            )
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
