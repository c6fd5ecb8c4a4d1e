"""The identity graph as a person reads it: the global ids, then a tree of tables for each system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from textwrap import wrap

from amanat.identity.graph import Identity, IdentityGraph, Known, Reach, Table
from amanat.identity.keys import Step
from amanat.identity.linked import Connection, GlobalId, Link
from amanat.model.values import in_language

WIDTH = 100
_ALL_GOOD = (Reach.HERE, Reach.ONE, Reach.CARRIES)
_LEGEND = (
    "n:1 several rows lead to one row above, 1:1 one does, 1:n a row leads to several, ? the keys do not say;"
    " * only lies on the way, no field maps it"
)


def as_text(graph: IdentityGraph, language: str) -> str:
    """The graph in at most 100 columns."""
    lines = [line for subject in graph.subjects for line in _subject(subject)]
    for system in graph.systems:
        lines += ["", *_system(system, language)]
    lines += ["", *wrap(_LEGEND, WIDTH), *wrap(_closing(graph), WIDTH)]
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def _subject(subject: GlobalId) -> Iterator[str]:
    if subject.field is None:
        yield from _said(f"{subject.subject}: ", f"no global id: {subject.reason}")
        return
    yield f"{subject.subject}: global id {subject.field}"
    width = max((len(connection.system) for connection in subject.connections), default=0)
    for connection in subject.connections:
        yield from _said(f"  {connection.system:<{width}}  ", _connection(connection))
        if connection.mend:
            yield from _said(f"  {'':<{width}}  ", f"→ {connection.mend}")
    for one in subject.mismatches:
        yield from _said("  ! ", f"{one.what}: {one.why}")
        yield from _said("    ", ", ".join(f"{source} {value}" for source, value in one.values.items()))
        yield from _said("    ", f"→ {one.mend}")


def _connection(connection: Connection) -> str:
    if connection.column is None:
        return connection.reason
    shown = connection.column.shown()
    unique = {True: "unique", False: "not unique", None: "unique?"}[connection.column.unique]
    claims = [str(shown["type"] or "type?"), f"{shown['length']} long" if shown["length"] else "", unique]
    claims += [str(shown[name]) for name in ("scheme",) if shown[name]]
    if shown["grain"]:
        claims.append(f"one per {shown['grain']}")
    if shown["recycled"]:
        again = "later" if shown["recycled"] is True else f"after {shown['recycled']}"
        claims.append(f"given to others {again}")
    words = f"{connection.column.source} ({', '.join(filter(None, claims))})"
    if connection.link is Link.DERIVED:
        return f"{words} by field {connection.field}"
    return words if connection.link is Link.SOURCE else f"{words}: {connection.reason}"


def _system(system: Identity, language: str) -> Iterator[str]:
    if system.known is not Known.HERE:
        reason = in_language(system.said, language) if system.said else system.reason
        head = f"{system.customer_id}: unknown, " if system.known is Known.UNKNOWN else "no customer id: "
        yield from _said(f"{system.system}: ", head + reason)
        yield from _said("  ", f"→ {system.mend}")
        count = len(system.tables)
        tables = "1 mapped table" if count == 1 else f"{count} mapped tables"
        none = "no row leads to a customer id" if system.known is Known.NONE else "where rows lead is unknown"
        yield from _said("  ", f"{tables}: {none}")
        return
    unique = {True: "unique", False: "not unique", None: "nothing says that it is unique"}[system.unique]
    yield from _said(f"{system.system}: ", f"{system.customer_id}, {unique}")
    below: dict[str, list[Table]] = {}
    for table in system.tables:
        if table.hops:
            below.setdefault(table.hops[0].target, []).append(table)
    roots = [t for t in system.tables if not t.hops and t.reach not in (Reach.UNREACHABLE, Reach.UNKNOWN)]
    for root in sorted(roots, key=lambda table: (table.reach is not Reach.HERE, table.name)):
        note = "ambiguous: " if root.reach is Reach.AMBIGUOUS else ""
        yield from _said(f"  {_name(root)}  ", f"{note}{root.reason}", "    ")
        yield from _tree(root.name, below, "  ")
    vague = next((table for table in system.tables if table.reach is Reach.AMBIGUOUS), None)
    if vague is not None:
        yield from _said("  → ", f"ambiguous: {vague.mend}")
    lost = [table for table in system.tables if table.reach in (Reach.UNREACHABLE, Reach.UNKNOWN)]
    for table in lost:
        yield from _said(f"  {table.reach.value}: {_name(table)}  ", table.reason, "    ")
        yield from _said("    ", f"→ {table.mend}")


def _tree(name: str, below: dict[str, list[Table]], indent: str) -> Iterator[str]:
    tables = below.get(name, [])
    for at, table in enumerate(tables, 1):
        last = at == len(tables)
        branch, rest = ("└ ", "  ") if last else ("├ ", "│ ")
        hop = table.hops[0]
        yield from _said(f"{indent}{branch}", f"{hop.rows} {_name(table)} by {_key(hop)}", indent + rest)
        beside = indent + rest + ("│ " if table.name in below else "  ")
        for note in _notes(table):
            yield from _said(beside, note, beside)
        yield from _tree(table.name, below, indent + rest)


def _notes(table: Table) -> Iterator[str]:
    """What keeps a table's rows from one customer; a fault further on is told there."""
    if table.reach is Reach.ONE:
        return
    if not (table.others or table.hops[0].sure is not True):
        yield f"{table.reach.value}, as above"
        return
    yield f"{table.reach.value}: {table.reason}"
    if table.reach is not Reach.AMBIGUOUS:
        yield f"→ {table.mend}"


def _key(hop: Step) -> str:
    columns, keys = ("+".join(names) for names in (hop.columns, hop.keys))
    where = "".join(f", where {column} is {value}" for column, value in hop.where)
    way = f"{hop.target}.{keys} → {hop.table}.{columns}" if hop.against else f"{columns} → {keys}"
    return way + where


def _name(table: Table) -> str:
    return table.name if table.mapped else f"{table.name}*"


def _said(head: str, words: str, indent: str | None = None) -> Iterator[str]:
    """Words after a head; further lines start below the words, or at `indent`."""
    further = " " * len(head) if indent is None else f"{indent}  "
    if not words:
        yield head
    yield from wrap(words, WIDTH, initial_indent=head, subsequent_indent=further, break_on_hyphens=False)


def _closing(graph: IdentityGraph) -> str:
    count = Counter(table.reach for system in graph.systems for table in system.tables)
    said = {
        "lead to one customer": sum(count[reach] for reach in _ALL_GOOD),
        "ambiguous": count[Reach.AMBIGUOUS],
        "not sure": count[Reach.UNSURE],
        "lead to several": count[Reach.MANY],
        "unreachable": count[Reach.UNREACHABLE],
        "without a customer id": count[Reach.NO_ID],
        "unknown": count[Reach.UNKNOWN],
    }
    total = sum(count.values())
    return f"{total} tables: " + (", ".join(f"{n} {what}" for what, n in said.items() if n) or "none mapped")
