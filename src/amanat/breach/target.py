"""What is breached: a system, a field or a recipient, found by its id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from amanat.errors import UsageError
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Recipient, System
from amanat.model.values import FieldId, RecipientId, SystemId, Text
from amanat.text import Place


class Kind(StrEnum):
    """What can be breached; the value is written before a colon where an id alone is not enough."""

    SYSTEM = "system"
    FIELD = "field"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Target:
    """An entry that is breached."""

    kind: Kind
    entry: System | Field | Recipient

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.entry.id)

    @property
    def label(self) -> Text:
        """Its label."""
        return self.entry.label

    @property
    def place(self) -> Place:
        """Where it is declared."""
        return self.entry.place


def find_target(catalog: Catalog, asked: str) -> Target:
    """The entry that an id means: `saleor`, or `system:saleor` where a recipient has the same id.

    Raises `UsageError` where no entry has the id (with the nearest ones), or several kinds have it.
    """
    kind, colon, name = asked.partition(":")
    if not colon:
        kind, name = "", asked
    elif kind not in list(Kind):
        kinds = ", ".join(f"`{one.value}`" for one in Kind)
        raise UsageError(
            f"`{kind}` is nothing that can be breached here", hint=f"write {kinds} before the colon"
        )
    found = [
        Target(one, entry)
        for one in Kind
        if kind in ("", one.value) and (entry := _entry(catalog, one, name)) is not None
    ]
    if len(found) == 1:
        return found[0]
    if found:
        ways = " or ".join(f"`{one.kind.value}:{name}`" for one in found)
        raise UsageError(f"`{name}` is the id of more than one entry", hint=f"say which: {ways}")
    raise _unknown(catalog, kind, name)


def _entry(catalog: Catalog, kind: Kind, name: str) -> System | Field | Recipient | None:
    if kind is Kind.SYSTEM:
        return catalog.systems.get(SystemId(name))
    if kind is Kind.RECIPIENT:
        return catalog.recipients.get(RecipientId(name))
    return catalog.fields.get(FieldId(name))


def _unknown(catalog: Catalog, kind: str, name: str) -> UsageError:
    kinds = [one for one in Kind if kind in ("", one.value)]
    ids: dict[Kind, Iterable[str]] = {
        Kind.SYSTEM: catalog.systems,
        Kind.FIELD: catalog.fields,
        Kind.RECIPIENT: catalog.recipients,
    }
    there = {each: one for one in kinds for each in ids[one]}
    what = ", ".join(one.value for one in kinds[:-1])
    what = f"{what} or {kinds[-1].value}" if what else kinds[-1].value
    near = get_close_matches(name, there, n=3, cutoff=0.6)
    if near:
        some = " or ".join(f"`{each}` (a {there[each].value})" for each in near)
        return UsageError(f"no {what} `{name}`", hint=f"did you mean {some}?")
    return UsageError(
        f"no {what} `{name}`",
        hint="`amanat list systems`, `amanat list fields` and `amanat list recipients` show the ids",
    )
