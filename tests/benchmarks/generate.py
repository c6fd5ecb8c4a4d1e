"""A catalog of any size: the same arguments give the same bytes.

    python -m tests.benchmarks.generate FOLDER --fields 10000 [--defects 0.01] [--snapshots] [--systems 50]

A field has about 817 bytes, 18 lines and 2.5 sources; a file has 50 fields. Without `--defects` the catalog
is clean under `amanat check`; with it, that share of fields has one defect each, of the kinds in `DEFECTS`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.words import ATTRIBUTES, ENTITIES, HERE, MARKETS, SETTINGS, SYSTEMS, Attribute, Word

FIELDS_IN_A_FILE = 50
SOURCES = (2, 3, 1, 4)
"""How many sources fields have, in turn: 2.5 on average."""

DEFECTS = ("unknown_owner", "wrong_type", "unknown_key", "unit_conflict", "no_retention")
PURPOSES = ("orders", "orders.delivery", "service", "service.care", "analysis", "marketing", "law")
OWNERS = ("sales", "care", "finance", "insight")
CONFIDENTIAL = frozenset(
    {"contact.address", "contact.email", "contact.phone", "message.metadata", "name", "opinion", "purchase"}
    | {"id.device", "payment.transaction"}
)
NATIVE = {
    "text": "varchar,120,,",
    "integer": "integer,,,",
    "decimal": "numeric,,12,2",
    "boolean": "boolean,,,",
    "date": "date,,,",
    "time": "time,,,",
    "timestamp": "timestamptz,,,",
}
"""Type, length, precision and scale, as in a snapshot."""
MOST = len(ATTRIBUTES) * len(SETTINGS) * len(ENTITIES) * len(MARKETS)


class Made(NamedTuple):
    """A generated field: its parts, and its sources with the column's spelling."""

    number: int
    entity: Word
    attribute: Attribute
    setting: Word
    market: Word
    sources: tuple[str, ...]

    @property
    def id(self) -> str:
        """Such as `order.contact_email_checkout_de`."""
        return f"{self.entity.key}.{self.attribute.key}_{self.setting.key}_{self.market.key}"


def systems_of(number: int) -> tuple[Word, ...]:
    """That many systems; when the words run out they begin again, with a number."""
    rounds = ((place // len(SYSTEMS) + 1, SYSTEMS[place % len(SYSTEMS)]) for place in range(number))
    return tuple(
        one if turn == 1 else Word(f"{one.key}_{turn}", f"{one.en} {turn}", f"{one.fa} {turn}")
        for turn, one in rounds
    )


def made(number: int, systems: tuple[Word, ...] = SYSTEMS) -> Made:
    """The field with that number, counted from 0."""
    rest, attribute = divmod(number, len(ATTRIBUTES))
    rest, setting = divmod(rest, len(SETTINGS))
    market, entity = divmod(rest, len(ENTITIES))
    parts = (ENTITIES[entity], ATTRIBUTES[attribute], SETTINGS[setting], MARKETS[market])
    column = f"{parts[1].key}_{parts[2].key}_{parts[3].key}"
    held = [systems[(number * 7 + step * 5) % len(systems)].key for step in range(SOURCES[number % 4])]
    return Made(number, *parts, tuple(f"{system}.{parts[0].key}_facts.{column}" for system in held))


def _purposes(field: Made) -> tuple[str, ...]:
    """Two purposes; one for an identifier, which would join what has nothing in common (PU115)."""
    first, second = PURPOSES[field.number % 7], PURPOSES[(field.number + 2) % 7]
    return (first,) if field.attribute.category.startswith("id.") else (first, second)


def field_text(field: Made, defect: str | None = None) -> str:
    """The field as YAML."""
    attribute, kind = field.attribute, field.attribute.type
    owner = OWNERS[field.number // FIELDS_IN_A_FILE % len(OWNERS)]
    where_en = f"{field.setting.en}, in {field.market.en}"
    where_fa = f"{field.setting.fa}، {field.market.fa}"
    lines = [
        f"  {field.id}:",
        "    label:",
        f"      en: {attribute.en[0].upper()}{attribute.en[1:]} of the {field.entity.en}, {where_en}",
        f"      fa: {attribute.fa}، {field.entity.fa}، {where_fa}",
        "    definition:",
        f"      en: {attribute.means_en.format(e=field.entity.en)}, as {where_en}.",
        f"      fa: {attribute.means_fa.format(e=field.entity.fa)}، {where_fa}.",
        f"    category: {attribute.category}",
        f"    classification: {'confidential' if attribute.category in CONFIDENTIAL else 'internal'}",
        f"    owner: {'nobody_at_all' if defect == 'unknown_owner' else owner}",
        f"    type: {'txet' if defect == 'wrong_type' else kind}",
        f"    purposes: [{', '.join(_purposes(field))}]",
    ]
    if defect != "no_retention":
        lines.append("    retention: customer_life")
    if defect == "unit_conflict":
        lines.append("    unit: day")
    if defect == "unknown_key":
        lines.append("    ownr: sales")
    if field.number % 4 < 3:
        lines.append(f"    origin: {('given', 'observed', 'staff')[field.number % 4]}")
    if len(field.sources) > 1:
        lines.append(f"    master: {field.sources[0]}")
    lines.append("    sources:")
    for position, source in enumerate(field.sources):
        facets = ["length: 120"] if kind == "text" and position < 2 else []
        if defect == "unit_conflict" and position == 0:
            facets.append("unit: hour")
        lines.append(f"      {source}:" + (f" {{{', '.join(facets)}}}" if facets else ""))
    return "\n".join(lines) + "\n"


def files(
    fields: int, defects: float = 0.0, snapshots: bool = False, systems: tuple[Word, ...] = SYSTEMS
) -> Iterator[tuple[str, str]]:
    """The catalog's files: relative name and text. `defects` is the share of fields that have one.

    Raises `ValueError` for more fields than there are words for, or fewer than one.
    """
    if not 0 < fields <= MOST:
        raise ValueError(f"between 1 and {MOST} fields can be made, not {fields}")
    yield "amanat.yaml", _ROOT
    yield "organisation.yaml", (HERE / "organisation.yaml").read_text(encoding="utf-8")
    yield "systems.yaml", _systems(systems)
    every = round(1 / defects) if defects else 0
    for start in range(0, fields, FIELDS_IN_A_FILE):
        text = ["fields:\n"]
        for number in range(start, min(start + FIELDS_IN_A_FILE, fields)):
            faulty = every and number % every == every - 1
            defect = DEFECTS[number // every % len(DEFECTS)] if faulty else None
            text.append(field_text(made(number, systems), defect))
        yield f"fields/{made(start).entity.key}_{start // FIELDS_IN_A_FILE:05d}.yaml", "".join(text)
    if snapshots:
        yield from _snapshots(fields, systems)


def write(
    folder: Path,
    fields: int,
    defects: float = 0.0,
    snapshots: bool = False,
    systems: tuple[Word, ...] = SYSTEMS,
) -> None:
    """Write the catalog into a folder that is new or empty."""
    for name, text in files(fields, defects, snapshots, systems):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _systems(systems: tuple[Word, ...]) -> str:
    text = ["systems:\n"]
    customer = ["fields:\n", _CUSTOMER]
    for number, system in enumerate(systems):
        text.append(
            f"  {system.key}:\n"
            f"    label: {{en: {system.en}, fa: {system.fa}}}\n"
            "    kind: other\n"
            f"    owner: {OWNERS[number % len(OWNERS)]}\n"
            "    country: DE\n"
            "    engine: postgresql\n"
            f"    customer_id: {system.key}.customers.customer_id\n"
            "    users: 20\n    users_max: 40\n"
            "    security: [encryption_at_rest, encryption_in_transit, access_log, mfa]\n"
            "    assessed: '2026-01-15'\n"
            "    erase: {method: delete, backups: P35D}\n"
            "    ignore: [{columns: ['*.customer_ref'], reason: Only leads to the customer}]\n"
        )
        customer.append(f"      {system.key}.customers.customer_id: {{format: uuid}}\n")
    return "".join(text + customer)


def _snapshots(fields: int, systems: tuple[Word, ...]) -> Iterator[tuple[str, str]]:
    header = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
    columns: dict[str, set[tuple[str, str, str]]] = {system.key: set() for system in systems}
    for number in range(fields):
        field = made(number, systems)
        for source in field.sources:
            system, table, column = source.split(".")
            columns[system].add((table, column, NATIVE[field.attribute.type]))
    for system, found in sorted(columns.items()):
        found.add(("customers", "customer_id", "varchar,36,,"))
        if system == "crm":
            found.add(("customers", "last_seen", "date,,,"))
        others = {table for table, _, _ in found} - {"customers"}
        found.update((table, "customer_ref", "varchar,36,,") for table in others)
        keys = {"customer_id": "PK", "customer_ref": "FK:customers.customer_id"}
        rows = "".join(
            f"{table},{column},{kind},,,,{keys.get(column, '')},\n" for table, column, kind in sorted(found)
        )
        yield f"observed/{system}.columns.csv", header + rows


_ROOT = """\
catalog:
  name: {en: Generated customer data, fa: دادهٔ ساختگی مشتریان}
  languages: [en, fa]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  dpo: {name: Data protection office, contact: dpo@shop.example}
  jurisdictions: [EU]
  defaults: {subject: customer, origin: given}
"""

_CUSTOMER = """\
  customer.customer_id:
    label: {en: Customer number, fa: شمارهٔ مشتری}
    definition:
      en: Text that names a customer in every system.
      fa: متنی که مشتری را در همهٔ سامانه‌ها می‌نامد.
    category: id.internal
    classification: internal
    owner: sales
    type: text
    format: uuid
    purposes: [orders]
    retention: customer_life
    master: crm.customers.customer_id
    sources:
"""


def main() -> None:
    """Write a catalog from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fields", type=int, default=1000)
    parser.add_argument(
        "--defects", type=float, default=0.0, help="share of fields with a defect, such as 0.01"
    )
    parser.add_argument("--snapshots", action="store_true", help="also what a scan of the systems would see")
    parser.add_argument("--systems", type=int, default=len(SYSTEMS))
    given = parser.parse_args()
    write(given.folder, given.fields, given.defects, given.snapshots, systems_of(given.systems))


if __name__ == "__main__":
    main()
