"""A processing activity: a purpose with everything that hangs on it, found once for all columns."""

from __future__ import annotations

from dataclasses import dataclass

from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Purpose, Recipient, System, Transfer


@dataclass(frozen=True, slots=True)
class Activity:
    """A purpose, the fields that may be used for it, the systems that hold them, who receives them and how
    they leave the country."""

    catalog: Catalog
    purpose: Purpose
    fields: tuple[Field, ...]
    systems: tuple[System, ...]
    recipients: tuple[Recipient, ...]
    transfers: tuple[Transfer, ...]


def activity(catalog: Catalog, purpose: Purpose) -> Activity:
    """The activity of a purpose. A field that allows a purpose allows those below it; one that is not held
    belongs to no activity, but to one that is only planned itself."""
    above = set(ancestors(purpose.id))
    fields = tuple(
        one
        for one in catalog.fields.values()
        if not above.isdisjoint(one.purposes) and (one.status.held or not purpose.status.held)
    )
    held = {source.system for field in fields for source in field.sources.values()}
    systems = tuple(system for system in catalog.systems.values() if system.id in held)
    named = {*purpose.recipients, *(system.recipient for system in systems if system.recipient)}
    recipients = tuple(one for one in catalog.recipients.values() if one.id in named)
    transfers = tuple(
        one
        for one in catalog.transfers.values()
        if (one.recipient in named or one.system in held)
        and (not one.purposes or not above.isdisjoint(one.purposes))
    )
    return Activity(catalog, purpose, fields, systems, recipients, transfers)
