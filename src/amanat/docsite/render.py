"""From the data of the pages to the bytes of the site. No clock, no absolute path: same input, same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from amanat.docsite.answers import HELPERS as ANSWERS
from amanat.docsite.atlas import Atlas, atlas_of
from amanat.docsite.judged import HELPERS
from amanat.docsite.kept import HELPERS as KEPT
from amanat.docsite.local import Local
from amanat.docsite.page import Page
from amanat.docsite.pages import pages_of
from amanat.docsite.past import HELPERS as PAST
from amanat.docsite.paths import Kind, language_folder, up
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
    atlas = atlas_of(site)
    languages = [
        LanguageLink(tag, language_folder(tag), _NAMES.get(tag, tag), direction(tag))
        for tag in site.catalog.languages or (site.catalog.language,)
    ]
    speeches = [speech_for(language.tag) for language in languages]
    environment = _environment(atlas, languages)
    first = speeches[0]
    name = Local(atlas, first, "", first.words).plain(site.catalog.name, "amanat")
    choose = environment.get_template("choose.html").render(first=first, name=name)
    files = {"index.html": choose.encode(), **_assets()}
    locals_ = {
        (language.folder, prefix): Local(atlas, speech, prefix, speech.words)
        for language, speech in zip(languages, speeches, strict=True)
        for prefix in ("", "../")
    }
    menu = _Menu(environment.get_template("navigation.html"), _navigation(atlas))
    for page in pages_of(atlas):
        template = environment.get_template(page.template)
        for language in languages:
            local = locals_[language.folder, up(page.path)]
            heading = _heading(page, local)
            part = page.part
            title = (
                heading
                if part is None or part.is_first
                else f"{heading} · {local.t('page.of', number=part.number, last=part.last)}"
            )
            shown = template.render(
                l=local, page=page, v=page.view, heading=heading, title=title, navigation=menu(local, page)
            )
            files[f"{language.folder}/{page.path}"] = shown.encode()
    return dict(sorted(files.items()))


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
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    as_of = atlas.site.as_of
    environment.globals.update(
        {**HELPERS, **ANSWERS, **KEPT, **PAST},
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
        return local.plain(page.text or {}, page.id)
    return local.t(page.key or f"nav.{page.section}")


def _navigation(atlas: Atlas) -> tuple[Group, ...]:
    catalog, site = atlas.catalog, atlas.site
    kinds = {kind: sum(ref.kind is kind for ref in atlas.labels) for kind in Kind}
    counts: Mapping[str, Any] = {kind.value: number for kind, number in kinds.items()} | {
        "start": None,
        "identity": None,
        "access": None,
        "losses": None,
        "conflicts": len(site.conflicts.conflicts),
        "ledger": len(catalog.discrepancies),
        "findings": len(site.diagnostics),
        "changes": None,
        "due": len(atlas.due),
    }
    groups = (
        ("catalogue", ("start", "fields", "categories", "classifications", "subjects", "stages")),
        ("held", ("systems", "identity", "recipients", "retention")),
        ("use", ("purposes", "roles", "access", "losses")),
        ("agreement", ("conflicts", "ledger", "findings")),
        ("governance", ("teams", "due", "changes", "rules")),
    )
    return tuple(Group(key, tuple(_entry(name, counts[name]) for name in names)) for key, names in groups)


def _entry(name: str, number: int | None) -> Entry:
    return Entry(name, "index.html" if name == "start" else f"{name}.html", number)
