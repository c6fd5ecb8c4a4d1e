"""The queries of checks across tables and systems: what each customer has, and which rows lead to a customer.

Between systems only hashes meet: each engine hashes customer ids and values with a salt that is drawn for the
run and kept nowhere. They are counted in memory and dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlglot import exp

from amanat.connect.asking import Asker, Relation
from amanat.golden.plan import Candidate, Plan, Way
from amanat.golden.values import FALSE, TRUE
from amanat.measure.counting import NUMBERS, Cell, column, filled, literal, normalised
from amanat.measure.dialects import written
from amanat.measure.query import cell_of, named

_DIGITS = "decimal(38, 6)"


class Chain(NamedTuple):
    """The tables on the way from a source to the customer id, joined; `cells` finds a column of the first
    (`t0`) or of the last."""

    relations: tuple[Relation, ...]
    query: exp.Select

    @property
    def last(self) -> str:
        """The alias of the table that holds the customer id."""
        return f"t{len(self.relations) - 1}"


def relation_of(asker: Asker, table: str) -> Relation:
    """A table as identity spells it: `table` or `schema.table`. Raises `Refused`."""
    schema, _, name = table.rpartition(".")
    return asker.relation(schema or None, name)


def chain(asker: Asker, way: Way, side: str) -> Chain:
    """The tables of a way, joined by the keys of its hops; `side` "" keeps only rows that lead on, "LEFT"
    keeps all. Raises `Refused`."""
    relations = [relation_of(asker, way.table)]
    query = exp.select().from_(named(relations[0], "t0"))
    for at, hop in enumerate(way.hops, 1):
        relations.append(relation_of(asker, hop.target))
        equal = [
            exp.EQ(this=column(f"t{at - 1}", mine), expression=column(f"t{at}", key))
            for mine, key in zip(hop.columns, hop.keys, strict=True)
        ]
        holder = f"t{at if hop.against else at - 1}"
        equal += [
            exp.EQ(this=column(holder, name), expression=exp.convert(value)) for name, value in hop.where
        ]
        query = query.join(exp.Join(this=named(relations[-1], f"t{at}"), side=side, on=exp.and_(*equal)))
    return Chain(tuple(relations), query)


def customer_of(asker: Asker, found: Chain, way: Way) -> Cell:
    """The customer id at the end of a way. Raises `Unaskable`."""
    return cell_of(asker.engine, found.relations[-1], found.last, way.customer_id, way.empty)


def held(asker: Asker, plan: Plan, one: Candidate, salt: str) -> str:
    """The query for what customers have in a source: hash of the customer id, hash of the value as it is
    compared, and number of rows. Raises `Refused`, `Unaskable`."""
    found = chain(asker, one.way, "")
    customer = customer_of(asker, found, one.way)
    value = cell_of(asker.engine, found.relations[0], "t0", one.column, one.empty)
    compared = normalised(_canonical(plan, one, value), (*one.normal, *plan.compared))
    there = exp.and_(filled(customer), filled(value))
    return _hashed(asker, found, there, [_id(customer, one.way), compared], salt)


def ids(asker: Asker, table: str, name: str, way: Way, salt: str) -> str:
    """The query for the customer ids of a table: the hash of each, and number of rows. Raises as `held`
    does."""
    found = chain(asker, way._replace(table=table, hops=(), customer_id=name), "")
    customer = customer_of(asker, found, way._replace(customer_id=name))
    return _hashed(asker, found, filled(customer), [_id(customer, way)], salt)


def reach(asker: Asker, way: Way) -> str:
    """The query for how many rows a table has, and how many of them lead to a customer id. Raises as
    `held`."""
    found = chain(asker, way, "LEFT")
    there = filled(customer_of(asker, found, way))
    counts = (exp.Count(this=exp.Star()), exp.Count(this=exp.Case().when(there, exp.Literal.number(1))))
    return written(found.query.select(*counts), asker.engine)


def _id(customer: Cell, way: Way) -> exp.Condition:
    return normalised(customer.text, way.normal)


def _hashed(asker: Asker, found: Chain, there: exp.Condition, values: list[exp.Condition], salt: str) -> str:
    named_values = [exp.alias_(value, f"v{n}", quoted=True) for n, value in enumerate(values)]
    inner = found.query.select(*named_values).where(there)
    plain: list[exp.Condition] = [column("s", f"v{n}") for n in range(len(values))]
    hashes = [
        exp.Substring(
            this=exp.MD5(this=exp.Concat(expressions=[literal(salt), one])),
            start=exp.Literal.number(1),
            length=exp.Literal.number(16),
        )
        for one in plain
    ]
    known = exp.and_(*(exp.Not(this=one.copy().is_(exp.null())) for one in plain))
    outer = exp.select(*hashes, exp.Count(this=exp.Star()))
    outer = outer.from_(inner.subquery(exp.to_identifier("s", quoted=True))).where(known)
    return written(outer.group_by(*(one.copy() for one in plain)), asker.engine)


def _canonical(plan: Plan, one: Candidate, value: Cell) -> exp.Condition:
    """A value as the field has it: by the codes of the source, numbers and days in one spelling."""
    text = value.text
    if one.codes is not None:
        return _mapped(
            text, {code: canonical for code, canonical in one.codes.items() if canonical is not None}
        )
    if plan.boolean:
        small = exp.Lower(this=text)
        return _mapped(small, {**dict.fromkeys(TRUE, "true"), **dict.fromkeys(FALSE, "false")})
    if value.family in NUMBERS:
        return exp.cast(exp.cast(value.value.copy(), _DIGITS), "text")
    if plan.date:
        return exp.Substring(this=text, start=exp.Literal.number(1), length=exp.Literal.number(10))
    return normalised(text, ("trim",))


def _mapped(text: exp.Condition, codes: Mapping[str, str]) -> exp.Condition:
    if not codes:
        return exp.null()
    case = exp.Case()
    for code, canonical in codes.items():
        case = case.when(exp.EQ(this=text.copy(), expression=literal(code)), literal(canonical))
    return case
