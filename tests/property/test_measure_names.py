"""Whatever a table, a column or a value is called, the query asks for that and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.connect.asking import Relation
from amanat.measure.query import table_query
from amanat.measure.wanted import Wanted
from amanat.model.measures import Check
from tests.support import catalog_of

_LOADED = catalog_of(
    {"a.yaml": "systems: {s: {label: S, kind: crm}}\nfields: {f.x: {label: x, sources: {s.t.c: }}}\n"}
)
_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(table=_NAMES, name=_NAMES, values=st.lists(_VALUES, min_size=1, max_size=4), other=_VALUES)
def test_names_and_values_are_only_names_and_values(
    table: str, name: str, values: list[str], other: str
) -> None:
    field = _LOADED.catalog.fields[next(iter(_LOADED.catalog.fields))]
    (source,) = field.sources.values()
    named = replace(
        source, table=source.table._replace(name=table), column=name, facets={"empty": (other,)}, extras={}
    )
    wanted = Wanted(field, named, Check.IN_CODE_LIST, None, "100%", codes=tuple(values))
    relation = Relation("main", table, {name: "VARCHAR"})
    query = table_query("duckdb", relation, {}, [wanted], date(2026, 6, 30))
    with duckdb.connect() as connection:
        quoted = ['"' + text.replace('"', '""') + '"' for text in (table, name)]
        connection.execute(f"CREATE TABLE {quoted[0]} ({quoted[1]} VARCHAR)")
        rows = [*values, *values, other]
        connection.executemany(f"INSERT INTO {quoted[0]} VALUES (?)", [[row] for row in rows])
        ((_, answer),) = query.answers(connection.execute(query.sql).fetchall()[0])
    filled = [row for row in rows if row.strip(" ") and row != other]
    assert (answer.rows, answer.counted) == (len(rows), len(filled))
    assert answer.met == sum(row in values for row in filled)
