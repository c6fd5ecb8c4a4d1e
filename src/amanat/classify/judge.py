"""Weighing a column: which kind of data its name, type, keys, comment and table hint at, and how surely.

A weak hint never becomes a certainty: evidence of one sort counts once, different sorts together by what each
leaves in doubt, and nothing passes 0.98.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amanat.classify.context import Contexts, TableContext
from amanat.classify.vocabulary import Hint, contexts, hints
from amanat.classify.words import words
from amanat.model.snapshot import ObservedColumn

LEAST = 0.5
"""Proposals of less confidence are not made."""
MOST = 0.98
_PLAIN = frozenset(
    ("email", "phone", "name", "address", "postcode", "date_of_birth", "language", "photo", "gender")
)
"""Kinds that technical words beside the hint speak against: the time of a reminder is no e-mail address."""
_BOOLEAN = ("bool", "tinyint(1)", "bit")
_NUMBER = ("int", "serial", "numeric", "decimal", "float", "double", "real", "money", "bigint", "smallint")
_TIME = ("date", "time")


class Weight(NamedTuple):
    """A kind with its confidence (0 to 1) and what speaks for it, in words."""

    kind: str
    confidence: float
    evidence: tuple[str, ...]


def judge(column: ObservedColumn, context: TableContext, tables: Contexts) -> Weight | None:
    """The kind of a column that most speaks for; None where too little does."""
    if column.column in tables.tenant:
        return None
    found = [*_keys(column, context, tables), *_names(column, context, tables), *_defaults(column, context)]
    best = max(found, key=lambda one: (one.confidence, one.kind), default=None)
    if best is None or best.confidence < LEAST:
        return None
    return best._replace(confidence=min(MOST, round(best.confidence, 2)))


def _keys(column: ObservedColumn, context: TableContext, tables: Contexts) -> Iterator[Weight]:
    name = words(column.column)
    staff = contexts()["staff"] & set(name) and not contexts()["person"] & set(name)
    target = context.leads_to.get(column.column)
    if target is not None:
        if target in tables.people and not staff:
            yield Weight("customer_id", 0.9, (f"key: leads to `{target}`, whose rows are people",))
        elif target in tables.known and "address" in tables.of(target).about:
            yield Weight("address", 0.75, (f"key: leads to `{target}`, which holds addresses",))
        elif target in tables.known and "device" in tables.of(target).about:
            yield Weight("device", 0.75, (f"key: leads to `{target}`, which holds devices",))
    elif column.column in context.open_ended:
        if name[-1] == "id" and context.of_people and not staff:
            why = f"key: leads to rows of several tables, in `{context.table}`, whose rows belong to people"
            yield Weight("customer_id", 0.55, (why,))
    elif (
        "PK" in column.keys or (name == ("id",) and "UQ" in column.keys)
    ) and context.table in tables.people:
        yield Weight("customer_id", 0.88, (f"key: the key of `{context.table}`, whose rows are people",))
    elif name and (name[-1] in _ID or name[0] == "id") and not staff:
        people = sorted(contexts()["person"] & set(name))
        if people and not set(name) & {"type", "inbox", "category", "list", "group", "device"}:
            yield Weight("customer_id", 0.8, (f"name: the id of a {people[0]}",))


_ID = ("id", "uuid", "identifier", "no", "number", "key", "idb", "ref")


def _names(column: ObservedColumn, context: TableContext, tables: Contexts) -> Iterator[Weight]:
    name = words(column.column)
    comment = words(column.comment)
    if name in (("name",), ("نام",)):
        yield from _bare_name(context, tables)
    if column.column in context.open_ended:
        return
    said: dict[str, tuple[float, str]] = {}
    for hint, start in _matching(name):
        weight = hint.weight - _doubt(column, context, name, hint, start)
        if weight > said.get(hint.kind, (0.0, ""))[0]:
            matched = " ".join(name[start : start + len(hint.places)])
            said[hint.kind] = (weight, f"name: `{matched}`")
    told: dict[str, tuple[float, str]] = {}
    for hint, start in _matching(comment):
        weight = hint.weight * 0.5
        if weight > told.get(hint.kind, (0.0, ""))[0]:
            matched = " ".join(comment[start : start + len(hint.places)])
            told[hint.kind] = (weight, f"comment: `{matched}`")
    for kind, (weight, why) in said.items():
        evidence, doubt = [why], 1 - weight
        if kind in told:
            doubt *= 1 - told[kind][0]
            evidence.append(told[kind][1])
        bonus, spoken = _table_speaks(kind, context)
        if spoken:
            doubt = doubt * (1 - bonus) if bonus > 0 else min(1.0, doubt - bonus)
            evidence.append(spoken)
        yield Weight(kind, 1 - doubt, tuple(evidence))


def _bare_name(context: TableContext, tables: Contexts) -> Iterator[Weight]:
    """What a column that is only called `name` holds: that depends on what its table is about."""
    if context.table in tables.organisations:
        yield Weight(
            "organisation", 0.7, ("name: `name`", f"table: rows of `{context.table}` are organisations")
        )
    elif context.people:
        yield Weight("name", 0.85, ("name: `name`", f"table: rows of `{context.table}` are people"))
    elif "message" in context.about and context.of_people:
        yield Weight("content", 0.6, ("name: `name`", f"table: `{context.table}` holds messages"))


def _defaults(column: ObservedColumn, context: TableContext) -> Iterator[Weight]:
    """What columns of some tables are where nothing else is said: of a table of consents, or of events that
    belong to people."""
    name = set(words(column.column))
    plain = contexts()["bookkeeping"] | contexts()["technical"] | {"source", "code", "site"}
    unsaid = column.keys or (column.type or "").lower().startswith(_BOOLEAN)
    if unsaid or "id" in name or name <= plain or column.column in context.open_ended:
        return
    if "consent" in context.about and context.of_people:
        yield Weight("consent", 0.6, (f"table: `{context.table}` holds consents of people",))
    elif "event" in context.about and context.of_people and "settings" not in context.about:
        yield Weight("behaviour", 0.52, (f"table: `{context.table}` holds what people did",))


def _matching(name: Sequence[str]) -> Iterator[tuple[Hint, int]]:
    for hint in hints():
        width = len(hint.places)
        for start in range(len(name) - width + 1):
            if all(name[start + at] in hint.places[at] for at in range(width)):
                yield hint, start


def _doubt(
    column: ObservedColumn, context: TableContext, name: Sequence[str], hint: Hint, start: int
) -> float:
    """What speaks against a hint: words beside it, and a type that cannot hold the kind."""
    spelled = (column.type or "").lower()
    rest, before = set(name[start + len(hint.places) :]), set(name[:start])
    technical = contexts()["technical"]
    doubt = 0.0
    if hint.kind in _PLAIN and (rest & technical or before & _FLAGS):
        doubt += 0.5
    if hint.kind in _LONG_TEXTS and rest & technical - {"name", "subject"}:
        doubt += 0.5
    if hint.kind == "transaction" and rest & {
        "rate",
        "class",
        "error",
        "name",
        "expiration",
        "id",
        "metadata",
        "exemption",
    }:
        doubt += 0.6
    if hint.kind == "credential" and rest & {"type", "sent", "at", "date", "modified", "count", "expired"}:
        doubt += 0.7
    if hint.kind == "credential" and "PK" in column.keys:
        doubt += 0.6
    if hint.kind in ("ip_address", "credential", "bag") and "id" in rest:
        doubt += 0.7
    if hint.kind == "address" and before & {"ip", "mac", "email", "mail", "web"}:
        doubt += 0.7
    if hint.kind == "behaviour":
        doubt += 0.5 * bool(contexts()["staff"] & set(name)) + 0.4 * bool(rest & {"vector", "dirty"})
        doubt += 0.3 * bool(len(hint.places) == 1 and rest & {"id"} and hint.weight < 0.5)
        doubt += 0.3 * bool(hint.weight < _ALONE_ONLY and len(name) > 1)
    if hint.kind == "customer_id":
        doubt += 0.5 * (not context.people) - 0.12 * ("UQ" in column.keys)
    if hint.kind in ("transaction", "payment", "card"):
        doubt += 0.6 * bool(set(name) & _ABOUT_MONEY) + 0.6 * bool(rest & {"currency"})
    if hint.kind == "payment" and name[-1] == "id" and "method" not in name:
        doubt += 0.6
    return doubt + _misfit(hint.kind, spelled)


_ABOUT_MONEY = frozenset(
    (
        "attempts",
        "automatic",
        "requires",
        "required",
        "ready",
        "skip",
        "allowed",
        "grace",
        "counter",
        "sync",
        "max",
        "min",
    )
)
"""Words that tell how money is handled, and not whose or how much."""
_ALONE_ONLY = 0.4
"""Hints of less weight count where they are the whole name: `status`, but not `search_status`."""
_FLAGS = frozenset(("is", "has", "use", "save", "num"))
_LONG_TEXTS = frozenset(("content", "bag"))


def _misfit(kind: str, spelled: str) -> float:
    """How badly a type fits a kind."""
    if spelled.startswith(_BOOLEAN):
        return 0.0 if kind in ("consent", "device", "behaviour") else 0.5
    if spelled.startswith(_TIME):
        return 0.6 if kind in _TEXTS or kind == "transaction" else 0.0
    if spelled.startswith(_NUMBER):
        return 0.4 if kind in _TEXTS else 0.0
    return 0.0


_TEXTS = frozenset(
    ("email", "name", "address", "phone", "language", "photo", "content", "bag", "organisation", "job")
)


def _table_speaks(kind: str, context: TableContext) -> tuple[float, str]:
    """How much the table adds to a kind (less than 0: takes away), and in what words."""
    about, table = context.about, context.table
    if "settings" in about and not context.people and not about & {"money", "event", "message"}:
        return -0.45, f"table: `{table}` holds settings"
    special, share, words_ = _SPEAKING.get(kind, ("", 0.0, ""))
    if special and special in about and context.of_people:
        return share, f"table: `{table}` {words_}"
    if kind in ("behaviour", "rating") and "message" in about and context.of_people:
        return 0.35, f"table: `{table}` holds messages of people"
    if context.of_people:
        return _BELONGING.get(kind, 0.3), f"table: rows of `{table}` belong to people"
    return (
        (-_ALONE[kind], f"table: nothing says that rows of `{table}` belong to people")
        if kind in _ALONE
        else (0.0, "")
    )


_SPEAKING = {
    "behaviour": ("event", 0.4, "holds what people did"),
    "rating": ("event", 0.4, "holds what people did"),
    "content": ("message", 0.45, "holds messages"),
    "transaction": ("money", 0.5, "holds payments or orders"),
    "payment": ("money", 0.5, "holds payments or orders"),
    "card": ("money", 0.5, "holds payments or orders"),
    "bank": ("money", 0.5, "holds payments or orders"),
    "consent": ("consent", 0.5, "holds consents"),
}
"""Kinds for which a table about one thing says more than that it is of people."""
_BELONGING = {"behaviour": 0.2, "rating": 0.2, "transaction": 0.2, "payment": 0.2}
_ALONE = {"behaviour": 0.25, "rating": 0.25, "content": 0.3, "bag": 0.3, "transaction": 0.2, "payment": 0.2}
