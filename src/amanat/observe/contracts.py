"""A snapshot from what others have declared: a contract of the Open Data Contract Standard, or a dbt project.

Both are maps that were read already; what they lack stays empty, and what has another shape is refused.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from amanat.observe.column import Column, Unread

Data = Mapping[str, Any]


def of_contract(data: object) -> list[Column]:
    """The columns of a contract (ODCS 3): its objects are tables, nested properties are columns with dots in
    their names. Raises `Unread`."""
    if not isinstance(data, Mapping) or data.get("kind") != "DataContract":
        raise Unread("it has no `kind: DataContract`")
    found = []
    for table in _maps(data.get("schema")):
        name = _text(table.get("physicalName")) or _text(table.get("name"))
        if not name:
            raise Unread("an object of its `schema` has no name")
        found += list(_properties(name, "", table.get("properties")))
    return _sorted(found)


def engine_of(contract: Data, known: Container[str]) -> str | None:
    """The engine on which the servers of a contract run, where it is known and the same for all."""
    found = set()
    for server in _maps(contract.get("servers")):
        own = [one for one in _maps(server.get("customProperties")) if one.get("property") == "engine"]
        found.add(_text(own[0].get("value")) if own else _text(server.get("type")))
    engine = found.pop() if len(found) == 1 else ""
    return engine if engine in known else None


def _properties(table: str, above: str, properties: object) -> Iterator[Column]:
    for one in _maps(properties):
        name = above + (_text(one.get("physicalName")) or _text(one.get("name")))
        if name == above:
            raise Unread(f"a property of `{table}` has no name")
        keys = ["PK"] * (one.get("primaryKey") is True) + ["UQ"] * (one.get("unique") is True)
        keys += [_reference(each) for each in _maps(one.get("relationships"))]
        options = one.get("logicalTypeOptions")
        codes = options.get("enum") if isinstance(options, Mapping) else None
        required = one.get("required") is True or one.get("primaryKey") is True
        yield Column(
            table,
            name,
            _text(one.get("physicalType")) or _text(one.get("logicalType")),
            "no" if required else "yes" if one.get("required") is False else "",
            "",
            _codes(codes),
            " ".join(key for key in keys if key),
            _text(one.get("description")),
        )
        yield from _properties(table, f"{name}.", one.get("properties"))


def _reference(relationship: Data) -> str:
    """The column that a relationship of a property points to, as `table.column`; "" for another shape."""
    target = relationship.get("to")
    return f"FK:{target}" if isinstance(target, str) and target.count(".") == 1 else ""


def of_manifest(data: object) -> list[Column]:
    """The columns of a dbt project as its `manifest.json` has them: those of its sources, else of its models
    and seeds. Raises `Unread`."""
    if not isinstance(data, Mapping) or not isinstance(data.get("nodes"), Mapping):
        raise Unread("it is no manifest of dbt: it has no `nodes`")
    tables = {key: one for key, one in (data.get("sources") or {}).items() if isinstance(one, Mapping)}
    nodes = {key: one for key, one in data["nodes"].items() if isinstance(one, Mapping)}
    if not tables:
        tables = {k: v for k, v in nodes.items() if v.get("resource_type") in ("model", "seed", "snapshot")}
    tests: dict[tuple[str, str], list[tuple[str, Data]]] = {}
    for node in nodes.values():
        meta = node.get("test_metadata")
        if isinstance(meta, Mapping):
            arguments = meta.get("kwargs") or {}
            for key in (node.get("depends_on") or {}).get("nodes", ()):
                name = (key, str(arguments.get("column_name", "")))
                tests.setdefault(name, []).append((str(meta.get("name")), arguments))
    found = []
    for key, one in tables.items():
        table = _text(one.get("identifier")) or _text(one.get("alias")) or _text(one.get("name"))
        for name, column in (one.get("columns") or {}).items():
            found.append(_dbt_column(table, name, column, tests.get((key, name), ())))
    return _sorted(found)


def of_properties(documents: Iterable[object]) -> list[Column]:
    """The columns of a dbt project as its property files (`schema.yml`) have them: those of its sources, else
    of its models."""
    sources, models = list[Column](), list[Column]()
    for data in documents:
        if not isinstance(data, Mapping):
            continue
        for source in _maps(data.get("sources")):
            for table in _maps(source.get("tables")):
                sources += _dbt_table(table)
        for model in (*_maps(data.get("models")), *_maps(data.get("seeds"))):
            models += _dbt_table(model)
    return _sorted(sources or models)


def _dbt_table(table: Data) -> Iterator[Column]:
    name = _text(table.get("identifier")) or _text(table.get("name"))
    for column in _maps(table.get("columns")):
        tests = list(_tests(column.get("data_tests") or column.get("tests")))
        yield _dbt_column(name, _text(column.get("name")), column, tests)


def _tests(tests: object) -> Iterator[tuple[str, Data]]:
    for test in tests if isinstance(tests, list | tuple) else ():
        if isinstance(test, str):
            yield test, {}
        elif isinstance(test, Mapping):
            for name, arguments in test.items():
                given = arguments if isinstance(arguments, Mapping) else {}
                yield str(name), given.get("arguments") or given


def _dbt_column(table: str, name: str, column: object, tests: Iterable[tuple[str, Data]]) -> Column:
    if not table or not name or not isinstance(column, Mapping):
        raise Unread(f"a column of `{table or 'a table'}` has no name")
    limits = {_text(one.get("type")) for one in _maps(column.get("constraints"))}
    codes = ""
    for test, arguments in tests:
        limits.add(test)
        if test == "accepted_values":
            codes = _codes(arguments.get("values"))
    keys = ["PK"] * ("primary_key" in limits) + ["UQ"] * ("unique" in limits)
    return Column(
        table,
        name,
        _text(column.get("data_type")),
        "no" if limits & {"not_null", "primary_key"} else "",
        "",
        codes,
        " ".join(keys),
        _text(column.get("description")),
    )


def _sorted(found: Iterable[Column]) -> list[Column]:
    first: dict[tuple[str, str], Column] = {}
    for column in found:
        first.setdefault((column.table, column.column), column)
    return [first[key] for key in sorted(first)]


def _maps(value: object) -> list[Data]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _text(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _codes(values: object) -> str:
    return "|".join(sorted(map(str, values))) if isinstance(values, list | tuple) else ""
