"""CODEOWNERS from the catalog: who reviews a change to which file, as GitHub and GitLab read it.

A file belongs to the owners of what it declares: of fields, systems and categories, of the fields that a
ledger entry is about, and of a system for its snapshot. Files of nobody in particular (purposes, roles,
denials) belong to the data protection office, or else to the controller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from amanat.load.builtin import BUILTIN_FILE
from amanat.model.catalog import Catalog
from amanat.model.values import TeamId

_MAIL = re.compile(r"[^\s#@]+@[^\s#@]+")
_HANDLE = re.compile(r"@[\w.-]+(/[\w.-]+)*", re.ASCII)
_NOT_LITERAL = re.compile(r"[*?\[\]\\#!\x00-\x1f\x7f]")
"""Signs of a path that a pattern cannot hold as themselves on both platforms."""

_HEAD = """\
# Who reviews a change to which file of the catalog: the owners that it declares.
# Made by `amanat export codeowners`; write it again when owners change. The last line that matches counts.
"""


class Codeowners(NamedTuple):
    """The text, and the teams that no line can name."""

    text: str
    unnamed: tuple[TeamId, ...]


def codeowners(catalog: Catalog, folder: str) -> Codeowners:
    """The file for a catalog in `folder` of its repository (`catalog/`, or "" for the whole of it)."""
    owners: dict[str, set[TeamId]] = {}
    for file, team in _owned(catalog):
        owners.setdefault(file, set()).add(team)
    names = {team: _name(catalog, team) for teams in owners.values() for team in teams}
    lines = [_HEAD]
    office = catalog.dpo or catalog.controller
    if office is not None and _MAIL.fullmatch(office.contact):
        lines.append(f"{_pattern(folder) if folder else '*'} {office.contact}\n")
    for file in sorted(owners):
        named = sorted({name for team in owners[file] if (name := names[team]) is not None})
        if named:
            lines.append(f"{_pattern(folder + file)} {' '.join(named)}\n")
    unnamed = tuple(sorted(team for team, name in names.items() if name is None))
    return Codeowners("".join(lines), unnamed)


def _owned(catalog: Catalog) -> Iterator[tuple[str, TeamId]]:
    for field in catalog.fields.values():
        yield from _one(field.place.file, field.owner)
    for system in catalog.systems.values():
        yield from _one(system.place.file, system.owner)
        snapshot = catalog.snapshots.get(system.id)
        if snapshot is not None:
            yield from _one(snapshot.file, system.owner)
    for category in catalog.categories.values():
        if category.place is not None and category.place.file != BUILTIN_FILE:
            yield from _one(category.place.file, category.owner)
    for entry in catalog.discrepancies.values():
        about = catalog.fields.get(entry.field) if entry.field else None
        yield from _one(entry.place.file, about.owner if about else None)
        yield from _one(entry.place.file, entry.approved_by)


def _one(file: str, team: TeamId | None) -> Iterable[tuple[str, TeamId]]:
    return () if team is None else ((file, team),)


def _name(catalog: Catalog, team: TeamId) -> str | None:
    """How the platforms know a team: its handle, else its mailbox; None where it has neither."""
    entry = catalog.teams.get(team)
    if entry is None:
        return None
    if entry.handle and _HANDLE.fullmatch(entry.handle):
        return entry.handle
    return entry.contact if entry.contact and _MAIL.fullmatch(entry.contact) else None


def _pattern(path: str) -> str:
    """A path from the root of the repository. `?` stands for a sign that both platforms cannot escape."""
    return "/" + _NOT_LITERAL.sub("?", path).replace(" ", "\\ ")
