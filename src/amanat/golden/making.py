"""From the catalog to plans: what each source contributes to the golden record of its field, and how.

Nothing is mixed that is not known to be the same thing: a source of another unit, currency, calendar or
polarity, one that holds a part or a list, and one whose rows do not surely lead to one customer is left out,
and the plan says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from amanat.conflicts.native import WITH_ZONE, Native, read_type
from amanat.golden.plan import (
    NUMBERS,
    Authority,
    Candidate,
    LeftOut,
    Plan,
    Step,
    Way,
    authority_of,
    ranks_of,
    steps_of,
)
from amanat.golden.values import BLANK, plain_number
from amanat.identity import GlobalId, Identity, IdentityGraph, Link, Match, Reach, Table, identity_graph
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field, Source, Valid
from amanat.model.resources import System
from amanat.model.values import FieldId, Scalar, SourceId, SourceParts, SubjectId, SystemId
from amanat.observe.coverage import changed_at
from amanat.policy.targets.quoting import UnquotableError, fit, identifier, literal

FORMS = ("trim", "digits", "lower", "upper")
"""The normal forms in the order in which they are applied."""

MOMENTS = frozenset(("date", "timestamp"))
"""The type families in which a source can say when a value changed."""


SECRETS = frozenset(("account.password", "account.secret", "payment.card_security_code"))
"""Categories of values by which somebody proves who they are: they are copied nowhere."""


def golden(catalog: Catalog, graph: IdentityGraph | None = None) -> Golden:
    """The plans of a catalog. `graph` is its identity graph, where it was made before."""
    return Golden(catalog, identity_graph(catalog) if graph is None else graph)


class Golden:
    """Makes the plan of a field; what all plans share is worked out once."""

    def __init__(self, catalog: Catalog, graph: IdentityGraph) -> None:
        self._catalog = catalog
        self._subjects: dict[SubjectId, GlobalId] = {one.subject: one for one in graph.subjects}
        self._systems: dict[SystemId, Identity] = {one.system: one for one in graph.systems}
        self._tables: dict[tuple[SystemId, str], Table] = {
            (one.system, table.name): table for one in graph.systems for table in one.tables
        }

    def plan(self, field: Field) -> Plan:
        """The plan of a field."""
        authority = authority_of(field)
        how = field.survivorship
        ranks, count = ranks_of(field)
        numbers = {source: at for at, source in enumerate(sorted(field.sources), 1)}
        found: list[Candidate] = []
        left: list[LeftOut] = []
        for key, source in field.sources.items():
            made = self._part(field, source, authority, numbers[key], ranks[key])
            if isinstance(made, LeftOut):
                left.append(made)
            else:
                found.append(made)
        aggregated = how is not None and how.strategy == "aggregate"
        return Plan(
            field=field.id,
            subject=field.subject,
            authority=authority,
            steps=steps_of(field),
            candidates=tuple(found),
            left_out=tuple(left),
            ranks=count,
            tie_break=Step(how.tie_break) if how and how.tie_break and not aggregated else None,
            function=how.function if how and aggregated else None,
            valid=(how.valid if how else None) or Valid(),
            allowed=_allowed(field),
            compared=_forms(_normal(field), *(one.normal for one in found)),
            boolean=field.facets.get("type") == "boolean" and not field.codes,
            date=field.facets.get("type") == "date",
            master=field.master,
        )

    def _part(
        self, field: Field, source: Source, authority: Authority, number: int, rank: int
    ) -> Candidate | LeftOut:
        """What a source contributes, or why it does not."""
        if field.category is not None and not SECRETS.isdisjoint(ancestors(field.category)):
            why = f"values of category `{field.category}` are secrets, and no secret is copied"
            return LeftOut(source.id, source.place, why)
        if authority is Authority.MASTER and source.id != field.master:
            mend = "for a value where the master has none: `survivorship` with `strategy: source_priority`"
            return LeftOut(source.id, source.place, "the master decides alone", mend)
        native = self._native(source.system, source.path)
        other = _another_thing(field, source, native)
        if other:
            return LeftOut(source.id, source.place, *other)
        way = self._way(field, source)
        if isinstance(way, _Why):
            return LeftOut(source.id, source.place, *way)
        changed, changed_native = self._changed(source)
        made = Candidate(
            source=source.id,
            place=source.place,
            number=number,
            rank=rank,
            way=way,
            column=source.column,
            kind=native.family,
            with_zone=native.zone == WITH_ZONE,
            empty=_empty(source.facets.get("empty"), native.family),
            normal=_forms(_normal(field), _words(source.facets.get("normal"))),
            codes=_codes(source, native.family),
            changed_at=changed,
            changed_with_zone=changed_native.zone == WITH_ZONE,
            cautions=self._cautions(field, source.system),
        )
        wrong = _unwritable(made, _allowed(field) or ())
        return LeftOut(source.id, source.place, *wrong) if wrong else made

    def _native(self, system: SystemId, path: str) -> Native:
        snapshot = self._catalog.snapshots.get(system)
        column = snapshot.columns.get(SourceId(path)) if snapshot is not None else None
        if column is None or not column.type:
            return Native(None)
        engine = self._engine(system)
        return read_type(engine, column.type, column.length, column.precision, column.scale)

    def _engine(self, system: SystemId) -> str | None:
        known: System | None = self._catalog.systems.get(system)
        return known.engine if known else None

    def _changed(self, source: Source) -> tuple[str | None, Native]:
        """The column that says when, where it is one of the table and holds a moment."""
        if "changed_at" not in source.facets:
            return None, Native(None)
        native = self._native(source.system, changed_at(source).partition(".")[2])
        return (str(source.facets["changed_at"]), native) if native.family in MOMENTS else (None, native)

    def _way(self, field: Field, source: Source) -> Way | _Why:
        """How the rows of a source lead to the global customer id, or why they do not."""
        system = source.system
        subject = self._subjects.get(field.subject) if field.subject is not None else None
        if subject is None or subject.field is None:
            who = f"`{field.subject}`" if field.subject is not None else "its subject"
            return _Why(f"{who} has no global id", f"name a field in `global_id` of {who}")
        identity = self._systems.get(system)
        connection = next((one for one in subject.connections if one.system == system), None)
        if identity is None or connection is None:
            return _Why(f"`{system}` is not declared", "declare the system")
        if connection.link is not Link.SOURCE:
            reason = connection.reason
            if connection.link is Link.DERIVED:
                reason = f"its customer id is not the global one, but that of `{connection.field}`"
            return _Why(
                f"{reason} (`{system}`)", connection.mend or "keep the global id itself in this system"
            )
        name = _table(source.parts)
        table = self._tables.get((system, name))
        if table is None or table.reach not in _LEADING:
            reason = (table.reason if table else "") or identity.reason or "its rows lead to no customer"
            mend = (table.mend if table else "") or identity.mend or "see `amanat identity`"
            reach = table.reach.value if table else Reach.UNKNOWN.value
            return _Why(f"{reach}: {reason}", mend)
        last = self._tables.get((system, table.hops[-1].target)) if table.hops else table
        column = self._customer_column(identity, last, subject.field)
        if column is None:
            return _Why("the table on its way does not hold the customer id", "see `amanat identity`")
        keeper = self._catalog.fields[subject.field]
        held = keeper.sources.get(connection.sources[0]) if connection.sources else None
        family = self._native(system, f"{_name_of(last)}.{column}").family
        empty = _empty(held.facets.get("empty"), family) if held else ()
        forms = (_words(one.facets.get("normal")) for one in keeper.sources.values())
        return Way(system, name, table.hops, column, _forms(_normal(keeper), *forms), empty)

    def _customer_column(self, identity: Identity, table: Table | None, keeper: FieldId) -> str | None:
        if table is None:
            return None
        if table.reach is Reach.HERE and identity.customer_id is not None:
            return identity.customer_id.rpartition(".")[2]
        return table.carried if table.reach is Reach.CARRIES else None

    def _cautions(self, field: Field, system: SystemId) -> tuple[str, ...]:
        """What keeps some of the system's customer ids from matching."""
        subject = self._subjects[field.subject] if field.subject is not None else None
        return tuple(
            f"{one.what} of customer ids: {one.why}"
            for one in (subject.mismatches if subject else ())
            if one.match in (Match.NEVER, Match.CONVERTED)
            and any(source.startswith(f"{system}.") for source in one.values)
        )


_LEADING = (Reach.HERE, Reach.CARRIES, Reach.ONE)


class _Why(NamedTuple):
    """Why a source takes no part, and a way out."""

    reason: str
    mend: str


def _another_thing(field: Field, source: Source, native: Native) -> _Why | None:
    """Why the values of a source are not values of the field as they are."""
    facets, how = source.facets, field.survivorship
    if how is not None and how.strategy == "aggregate" and how.function is None:
        return _Why("nothing says what to make of all values", "add a `function` to the survivorship")
    if facets.get("may_win") is False:
        return _Why("the catalog says that it may not win (`may_win: false`)", "")
    if "part" in facets:
        return _Why(
            f"it holds only the part `{facets['part']}`", "put the parts together before they are merged"
        )
    structure = facets.get("structure", "single")
    whole = field.facets.get("structure", "single")
    if structure not in (whole, "row_per_value"):
        return _Why(
            f"it holds a `{structure}`, the field is `{whole}`", "take the values out before they are merged"
        )
    for facet in ("unit", "currency", "calendar"):
        own, theirs = field.facets.get(facet), facets.get(facet)
        if own is not None and theirs is not None and own != theirs:
            return _Why(
                f"its {facet} is `{theirs}`, that of the field `{own}`", "convert it before it is merged"
            )
    if facets.get("polarity", "positive") != field.facets.get("polarity", "positive"):
        return _Why(f"its polarity is {facets['polarity']}", "turn it round before it is merged")
    if native.family == "binary":
        return _Why("it holds bytes", "turn them into text before they are merged")
    if how is not None and how.function == "sum" and (why := _no_number(field, facets, native)):
        return _Why(f"only numbers can be added, and {why} none", "choose `count` or `union`")
    return None


def _no_number(field: Field, facets: Mapping[str, object], native: Native) -> str:
    """What of a source is no number, or ""."""
    if "codes" in facets:
        return "its codes are"
    own = field.facets.get("type")
    if own is not None and own not in (*NUMBERS, "money"):
        return f"the field's type, {own}, is"
    return "" if native.family in NUMBERS else f"its type, {native.family or 'unknown'}, is"


def _allowed(field: Field) -> tuple[str, ...] | None:
    valid = field.survivorship.valid if field.survivorship else None
    if valid is None:
        return None
    if valid.codes:
        return tuple(map(str, field.codes))
    return None if valid.one_of is None else tuple(map(spelled, valid.one_of))


def spelled(value: Scalar) -> str:
    """A scalar of the catalog as the text of a cell."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _empty(values: object, family: str | None) -> tuple[str, ...]:
    texts = [spelled(value) for value in values if value is not None] if isinstance(values, tuple) else []
    if family in NUMBERS:
        texts = [plain_number(text) for text in texts]
    return tuple(dict.fromkeys(text for text in texts if text.strip(BLANK)))


def _codes(source: Source, family: str | None) -> Mapping[str, str | None] | None:
    written = source.facets.get("codes")
    if not isinstance(written, Mapping):
        return None
    plain = plain_number if family in NUMBERS else str
    return {plain(str(code)): None if own is None else spelled(own) for code, own in written.items()}


def _normal(field: Field) -> tuple[str, ...]:
    return _words(field.facets.get("normal"))


def _words(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _forms(*said: Iterable[str]) -> tuple[str, ...]:
    """Normal forms in order; where both cases are asked for, the first one asked for."""
    asked = [form for forms in said for form in forms]
    cases = [form for form in asked if form in ("lower", "upper")]
    return tuple(
        form for form in FORMS if form in asked and (form not in ("lower", "upper") or form == cases[0])
    )


def _table(parts: SourceParts) -> str:
    return f"{parts.schema}.{parts.table}" if parts.schema else parts.table


def _name_of(table: Table | None) -> str:
    return table.name if table else ""


def _unwritable(made: Candidate, allowed: Iterable[str]) -> _Why | None:
    """Why the names and values of a source cannot be written in SQL."""
    way = made.way
    hops = [name for hop in way.hops for name in (*hop.columns, *hop.keys, hop.target)]
    names = [*map(_relation, (way.table, *hops)), made.column, way.customer_id, made.changed_at]
    codes = [text for pair in (made.codes or {}).items() for text in pair]
    names += [column for hop in way.hops for column, _ in hop.where]
    texts = [
        *(str(value) for hop in way.hops for _, value in hop.where),
        made.source,
        *made.empty,
        *way.empty,
        *codes,
        *allowed,
    ]
    for write, said in ((identifier, names), (literal, texts)):
        for text in said:
            try:
                write(text) if text is not None else None
            except UnquotableError as error:
                return _Why(f"`{text}` cannot be written in SQL: {error}", "rename it, or leave it out here")
    return None


def _relation(name: str) -> str:
    """The name of a table without its schema."""
    return name.rpartition(".")[2]


def view_names(fields: Iterable[FieldId]) -> Mapping[FieldId, str]:
    """The name of each field's view: its id with dots as underscores. Where that is the name of several, or
    too long, it ends in a digest of the id."""
    plain = {field: field.replace(".", "_") for field in fields}
    taken: dict[str, int] = {}
    for name in plain.values():
        taken[name] = taken.get(name, 0) + 1
    return {field: fit(name, field if taken[name] > 1 else None) for field, name in plain.items()}
