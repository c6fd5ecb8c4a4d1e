"""Objects of others that read declared tables in the name of whoever made them: doors beside the policy."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from amanat.diagnostic import Severity
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.telling import Naming, listed

Relation = tuple[str, str]

_HOW = {"trigger": "is on", "foreign key": "refers to"}


class Door(NamedTuple):
    """A view, routine, trigger or the like that reads declared tables in its owner's name; `users` were
    granted its use."""

    kind: str
    schema: str
    name: str
    owner: str
    tables: tuple[Relation, ...]
    users: tuple[str, ...]

    def told(self, users: Collection[str], owner: str, name: Naming, who: Callable[[str], str]) -> Finding:
        """The finding: an error where others may use it, else a note. `owner` is written already."""
        reads = listed([name(*at) for at in self.tables])
        how = _HOW.get(self.kind, "names" if self.is_code else "reads")
        open_to = f"; open to {listed([who(each) for each in sorted(users)])}" if users else ""
        return Finding(
            Kind.SIDE_DOOR,
            Severity.ERROR if users else Severity.INFO,
            name(self.schema, self.name),
            f"a {self.kind} that {how} {reads} in the name of {owner}{open_to}",
            "declare what it shows, or revoke its use" if users else "",
            False,
            next(iter(users)) if len(users) == 1 else None,
        )

    @property
    def is_code(self) -> bool:
        """Whether it is known by the names in its text only."""
        return self.kind in ("function", "procedure", "event")


def reaching(
    views: Mapping[Relation, Collection[Relation]], tables: Collection[Relation]
) -> dict[Relation, frozenset[Relation]]:
    """The tables that views come to, also through other views."""
    wanted = frozenset(tables)
    reached = {at: wanted.intersection(reads) for at, reads in views.items()}
    for _ in views:
        more = {
            at: reached[at].union(*(reached[other] for other in views[at] if other in reached))
            for at in views
        }
        if more == reached:
            break
        reached = more
    return reached


def named_in(
    text: str, schemas: Collection[str], tables: Iterable[Relation], quote: str
) -> tuple[Relation, ...]:
    """The tables whose names stand in the text of a routine; but for those in `schemas`, only where their
    schema is named as well."""
    form = f"{quote}((?:[^{quote}]|{quote}{quote})+){quote}"
    quoted = {each.replace(quote * 2, quote).lower() for each in re.findall(form, text)}
    said = {word.lower() for word in re.findall(r"\w+", text)} | quoted
    return tuple(
        sorted(at for at in tables if at[1].lower() in said and (at[0] in schemas or at[0].lower() in said))
    )
