"""The ledger: which decisions about discrepancies hold, which reopened, and which decide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from amanat.conflicts.folding import fold
from amanat.conflicts.report import Conflict
from amanat.conflicts.standing import Change, Standing, Stands, day_of
from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.model.catalog import Catalog
from amanat.model.field import ConflictStatus
from amanat.model.resources import Discrepancy
from amanat.model.values import FieldId, Status

BAD_ACCEPTANCE = "CF130"
REOPENED = "CF131"
MOOT = "CF132"

_NO_TEAM = "is not approved by a declared team"

Key = tuple[str, str]
"""Field id and facet."""


class Ledger:
    """The entries of a catalog by field and facet. Where several decide the same, the first id counts."""

    def __init__(self, catalog: Catalog, as_of: date | None) -> None:
        self._catalog = catalog
        self._as_of = as_of
        self._entries: dict[Key, Discrepancy] = {}
        self._doubles: list[tuple[Discrepancy, Discrepancy]] = []
        for entry in catalog.discrepancies.values():
            if entry.field is None or entry.facet is None:
                continue
            first = self._entries.setdefault((entry.field, entry.facet), entry)
            if first is not entry:
                self._doubles.append((entry, first))

    def entry(self, field: FieldId, facet: str) -> Discrepancy | None:
        """The entry that decides about a field and a facet, if any."""
        return self._entries.get((field, facet))

    def status(self, entry: Discrepancy | None, values: Mapping[str, object]) -> ConflictStatus:
        """What holds for a conflict with these values. An acceptance that is not in order decides nothing,
        so the conflict stays open; one whose values changed or that expired reopens. A conflict that is
        being fixed or disputed may change meanwhile; it reopens when its time is up."""
        if entry is None or entry.decision is None:
            return ConflictStatus.OPEN
        if entry.decision == "accepted" and faults(entry, self._catalog):
            return ConflictStatus.OPEN
        if self.changes(entry, values):
            return ConflictStatus.REOPENED
        return ConflictStatus(entry.decision)

    def changes(self, entry: Discrepancy, values: Mapping[str, object]) -> tuple[str, ...]:
        """Why an entry no longer holds: changed values, sources that joined or left, an expiry that
        passed. Without a judging day nothing is known to have expired."""
        reasons: list[str] = []
        for key, change in changed(entry, values).items() if entry.decision == "accepted" else ():
            who = "the field" if key == "field" else f"`{key}`"
            if change is Change.LEFT:
                reasons.append(f"{who} no longer takes part")
            elif change is Change.JOINED:
                reasons.append(f"{who} has joined")
            elif change is Change.CHANGED:
                reasons.append(f"{who} was `{words(entry.values[key])}` and is `{words(values[key])}`")
        expires = day_of(entry.expires)
        if self._as_of is not None and expires is not None and expires < self._as_of:
            reasons.append(f"it expired on {expires.isoformat()}")
        return tuple(reasons)

    def standings(self, conflicts: Iterable[Conflict]) -> tuple[Standing, ...]:
        """How every entry stands, those that decide nothing included, by field, facet and id."""
        by_key, speaking = _by_key(conflicts)
        firsts = {entry.id: first for entry, first in self._doubles}
        entries = self._catalog.discrepancies.values()
        return tuple(
            self._standing(entry, by_key.get(_key(entry)), speaking.get(_key(entry)), firsts.get(entry.id))
            for entry in sorted(entries, key=lambda one: (one.field or "", one.facet or "", one.id))
        )

    def _standing(
        self,
        entry: Discrepancy,
        conflict: Conflict | None,
        speaking: Conflict | None,
        first: Discrepancy | None,
    ) -> Standing:
        changes = {} if conflict is None else changed(entry, conflict.values)
        invalid = tuple(self._invalid(entry))
        if invalid:
            return Standing(entry, conflict, Stands.INVALID, invalid, changes)
        if first is not None:
            return Standing(
                entry, conflict, Stands.MOOT, (f"`{first.id}` decides the same already",), changes
            )
        if conflict is None:
            return Standing(
                entry, None, Stands.MOOT, (_no_conflict(entry, self._catalog, speaking),), changes
            )
        why = self.changes(entry, conflict.values)
        return Standing(
            entry, conflict, Stands.REOPENED if why else Stands(entry.decision or ""), why, changes
        )

    def _invalid(self, entry: Discrepancy) -> Iterator[str]:
        """What keeps an entry from deciding anything."""
        said = {"field": entry.field, "facet": entry.facet, "decision": entry.decision}
        for key in (*said, "values"):
            if key in entry.broken:
                yield f"its `{key}` is not valid"
            elif key in said and said[key] is None:
                yield f"it has no `{key}`"
        if entry.field is not None and entry.field not in self._catalog.fields:
            yield f"there is no field `{entry.field}`"
        if entry.decision == "accepted":
            yield from (f"it {what}" for _, what, _ in faults(entry, self._catalog))

    def findings(self, conflicts: Iterable[Conflict]) -> tuple[Finding, ...]:
        """CF130, CF131 and CF132, in the order of the entries."""
        by_key, speaking = _by_key(conflicts)
        found: list[Finding] = []
        for key, entry in self._entries.items():
            if FieldId(key[0]) not in self._catalog.fields or "values" in entry.broken:
                continue  # an unknown field or a refused value has a finding of its own
            conflict = by_key.get(key)
            found.extend(_bad(entry, self._catalog))
            if conflict is None:
                found.append(_moot(entry, speaking.get(key)))
            elif conflict.status is ConflictStatus.REOPENED:
                found.append(_reopened(entry, conflict, self.changes(entry, conflict.values)))
        found.extend(_double(entry, first) for entry, first in self._doubles)
        return tuple(sorted(found, key=lambda finding: (finding.subject, finding.code, finding.detail)))


def _by_key(conflicts: Iterable[Conflict]) -> tuple[dict[Key, Conflict], dict[Key, Conflict]]:
    """The conflicts by field and facet, and the first that explains another facet, by that."""
    by_key: dict[Key, Conflict] = {}
    speaking: dict[Key, Conflict] = {}
    for conflict in conflicts:
        by_key[conflict.field, conflict.facet.value] = conflict
        for one in conflict.explains:
            speaking.setdefault((conflict.field, one.facet.value), conflict)
    return by_key, speaking


def _key(entry: Discrepancy) -> Key:
    return entry.field or "", entry.facet or ""


def changed(entry: Discrepancy, values: Mapping[str, object]) -> dict[str, Change]:
    """What became of each accepted value, and who takes part now, in sorted order."""

    def change(key: str) -> Change:
        if key not in values:
            return Change.LEFT
        if key not in entry.values:
            return Change.JOINED
        return Change.SAME if equal(entry.values[key], values[key]) else Change.CHANGED

    return {
        key: change(key) for key in sorted({*entry.values, *values}, key=lambda one: (one != "field", one))
    }


def faults(entry: Discrepancy, catalog: Catalog) -> tuple[tuple[str, str, str], ...]:
    """What makes an acceptance invalid: (attribute, what is wrong, what to do)."""
    found: list[tuple[str, str, str]] = []

    def fault(attribute: str, what: str, mend: str) -> None:
        found.append((attribute, what, mend))

    if not any(text.strip() for text in entry.reason.values()):
        fault("reason", "gives no reason", "say in `reason` why the difference does no harm")
    field = catalog.fields.get(entry.field) if entry.field is not None else None
    if entry.approved_by is None:
        fault("approved_by", "names nobody who approved it", "name a team other than the field's owner")
    elif entry.approved_by not in catalog.teams and not catalog.unreadable:
        fault("approved_by", _NO_TEAM, "name a declared team")
    elif field is not None and entry.approved_by == field.owner:
        fault(
            "approved_by",
            f"is approved by `{entry.approved_by}`, which owns the field",
            "let another team approve it",
        )
    approved, expires = day_of(entry.approved_on), day_of(entry.expires)
    if entry.approved_on is None:
        fault("approved_on", "does not say when it was approved", "write the day under `approved_on`")
    if entry.expires is None:
        fault("expires", "never expires", "let it expire within a year of `approved_on`")
    elif approved is not None and expires is not None and expires > _a_year_after(approved):
        fault("expires", f"expires on {expires}, over a year after {approved}", "let it expire within a year")
    return tuple(found)


def _bad(entry: Discrepancy, catalog: Catalog) -> Iterable[Finding]:
    if entry.decision != "accepted":
        return
    for attribute, what, mend in faults(entry, catalog):
        if what == _NO_TEAM or attribute in entry.broken:
            continue  # an unknown team and a refused value have findings of their own (ID101, SC102)
        yield Finding(
            BAD_ACCEPTANCE,
            f"the acceptance of `{entry.field}/{entry.facet}` {what}",
            entry.place.at(attribute),
            entry.id,
            fix=Fix(mend),
            detail=attribute,
        )


def _reopened(entry: Discrepancy, conflict: Conflict, reasons: tuple[str, ...]) -> Finding:
    more = f" and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    return Finding(
        REOPENED,
        f"`{conflict.id}` is open again: {'; '.join(reasons[:3])}{more}",
        entry.place.at("values"),
        entry.id,
        related=(Related(f"`{conflict.field}`", conflict.place),),
        fix=Fix("decide again and write the new values, or resolve the conflict", conflict.ways_out),
        data={"facet": conflict.facet.value, "values": dict(conflict.values)},
        detail=conflict.id,
    )


def _moot(entry: Discrepancy, speaking: Conflict | None) -> Finding:
    return Finding(
        MOOT,
        f"sources of `{entry.field}` do not differ in {entry.facet}"
        if speaking is None
        else f"`{speaking.id}` explains where sources of `{entry.field}` differ in {entry.facet}",
        entry.place,
        entry.id,
        fix=Fix(
            "remove the entry" if speaking is None else f"decide about `{speaking.id}` and remove the entry"
        ),
        severity=Severity.WARNING,
        detail=f"{entry.field}/{entry.facet}",
        at_key=True,
    )


def _no_conflict(entry: Discrepancy, catalog: Catalog, speaking: Conflict | None) -> str:
    field = catalog.fields.get(entry.field) if entry.field is not None else None
    if field is not None and field.status is Status.RETIRED:
        return "the field is retired, so its sources are no longer compared"
    if speaking is not None:
        return f"`{speaking.id}` explains where sources differ in {entry.facet}"
    return f"sources do not differ in {entry.facet}"


def _double(entry: Discrepancy, first: Discrepancy) -> Finding:
    return Finding(
        MOOT,
        f"`{first.id}` decides `{entry.field}/{entry.facet}` already",
        entry.place,
        entry.id,
        related=(Related(f"`{first.id}`", first.place),),
        fix=Fix("keep one of the two entries"),
        severity=Severity.WARNING,
        detail=f"{entry.field}/{entry.facet}",
        at_key=True,
    )


def equal(written: object, found: object) -> bool:
    """Whether a value in the ledger is the one that was found, however YAML spells it: `254` and `"254"`,
    a list in any order, a text that reads alike."""
    return _normal(written) == _normal(found)


def _normal(value: object) -> object:
    if isinstance(value, Mapping):
        return frozenset((_normal(key), _normal(item)) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(map(_normal, value))
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return fold(str(value)) or repr(value)


def words(value: object, most: int = 60) -> str:
    """A value on one line of at most so many characters."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        text = ", ".join(f"{words(key, most)}: {words(item, most)}" for key, item in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(words(item, most) for item in value)
    else:
        text = str(value) or "''"
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)  # P1Y after 29 February (XML Schema, adding durations)
