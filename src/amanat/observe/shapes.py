"""A snapshot from what describes messages and documents: JSON Schema, OpenAPI, Avro.

An object is a table; objects inside it are columns with dots in their names, lists of objects with `[]`
behind the name. Types are spelled as in the SQL standard where one stands for them, else as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amanat.observe.column import Column, Unread, joined

Data = Mapping[str, Any]
_DEEPEST = 12
"""Objects inside objects that are followed; schemas may be recursive."""
_FORMATS = {
    "date": "date",
    "time": "time",
    "date-time": "timestamp with time zone",
    "uuid": "uuid",
    "int32": "integer",
    "int64": "bigint",
    "float": "real",
    "double": "double precision",
    "binary": "binary",
    "byte": "binary",
}
_TYPES = {"string": "text", "integer": "bigint", "number": "double precision", "boolean": "boolean"}


def of_json_schema(data: object, name: str) -> list[Column]:
    """The columns of a JSON Schema. Its root object is a table, called by its `title` or else by `name`; a
    schema that is only a library makes a table of each object in `$defs`. Raises `Unread`."""
    if not isinstance(data, Mapping):
        raise Unread("it is no map")
    found = []
    if _properties(_whole(data, data)):
        found = list(_object(data, data, _word(data.get("title")) or name, "", 0))
    else:
        for key, one in _mapping(data.get("$defs") or data.get("definitions")).items():
            if isinstance(one, Mapping):
                found += list(_object(data, one, str(key), "", 0))
    return _sorted(found)


def of_openapi(data: object) -> list[Column]:
    """The columns of an OpenAPI description (2 or 3): each object among its schemas is a table. Raises
    `Unread`."""
    if not isinstance(data, Mapping) or not ("openapi" in data or "swagger" in data):
        raise Unread("it has neither `openapi` nor `swagger`")
    schemas = _mapping(data.get("components")).get("schemas") or data.get("definitions")
    found = []
    for key, one in _mapping(schemas).items():
        if isinstance(one, Mapping):
            found += list(_object(data, one, str(key), "", 0))
    return _sorted(found)


def _object(root: Data, schema: Data, table: str, above: str, depth: int) -> Iterator[Column]:
    whole = _whole(root, schema)
    required = set(map(str, whole.get("required") or ()))
    for key, one in _properties(whole).items():
        part = _whole(root, one) if isinstance(one, Mapping) else {}
        name = f"{above}{key}"
        items = _whole(root, part["items"]) if isinstance(part.get("items"), Mapping) else {}
        inner = part if _properties(part) else items if _properties(items) else None
        yield _described(part, table, name, str(key) in required)
        if inner is not None and depth < _DEEPEST:
            step = "." if inner is part else "[]."
            yield from _object(root, inner, table, name + step, depth + 1)


def _described(part: Data, table: str, name: str, required: bool) -> Column:
    kinds = part.get("type")
    named = [str(one) for one in kinds] if isinstance(kinds, list | tuple) else [str(kinds or "")]
    null = "null" in named or part.get("nullable") is True
    kind = next((one for one in named if one != "null"), "")
    codes = part.get("enum")
    values = [str(one) for one in codes if one is not None] if isinstance(codes, list | tuple) else []
    spelled = _FORMATS.get(str(part.get("format")), "") if kind != "array" else ""
    if not spelled and kind == "string" and isinstance(part.get("maxLength"), int):
        spelled = f"varchar({part['maxLength']})"
    return Column(
        table,
        name,
        "enum" if values and kind in ("", "string") else spelled or _TYPES.get(kind, kind),
        "yes" if null else "no" if required else "yes",
        _word(part.get("default")),
        joined(values),
        "",
        _word(part.get("description")) or _word(part.get("title")),
    )


def _whole(root: Data, schema: Any, seen: tuple[str, ...] = ()) -> Data:
    """A schema with what it refers to and what it is `allOf`; references inside the same document."""
    if not isinstance(schema, Mapping):
        return {}
    made: dict[str, Any] = {}
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        made |= _whole(root, _at(root, reference), (*seen, reference))
    for one in schema.get("allOf") or ():
        part = _whole(root, one, seen)
        made = {
            **made,
            **part,
            "properties": {**_properties(made), **_properties(part)},
            "required": [*(made.get("required") or ()), *(part.get("required") or ())],
        }
    own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
    if made and "properties" in own:
        own["properties"] = {**_properties(made), **_mapping(own["properties"])}
    if made and "required" in own:
        own["required"] = [*(made.get("required") or ()), *own["required"]]
    return {**made, **own}


def _at(root: Data, reference: str) -> Any:
    """What a reference such as `#/$defs/person` points to; nothing for one that leaves the document."""
    here: Any = root if reference.startswith("#") else None
    for step in reference.removeprefix("#").split("/")[1:]:
        here = here.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(here, Mapping) else None
    return here


def _properties(schema: Data) -> Data:
    return _mapping(schema.get("properties"))


_AVRO = {"string": "text", "int": "integer", "long": "bigint", "float": "real", "double": "double precision"}
_LOGICAL = {
    "date": "date",
    "time-millis": "time",
    "time-micros": "time",
    "timestamp-millis": "timestamp with time zone",
    "timestamp-micros": "timestamp with time zone",
    "local-timestamp-millis": "timestamp",
    "local-timestamp-micros": "timestamp",
    "uuid": "uuid",
}


def of_avro(data: object) -> list[Column]:
    """The columns of an Avro schema: a record, or a union or list of them. Raises `Unread`."""
    named: dict[str, Data] = {}
    _learn(data, named)
    records = [
        one for one in (data if isinstance(data, list | tuple) else [data]) if isinstance(one, Mapping)
    ]
    records = [one for one in records if one.get("type") == "record"]
    if not records:
        raise Unread("it holds no record")
    found = []
    for record in records:
        name = _word(record.get("name")).rpartition(".")[2]  # a full name has the namespace in front
        found += list(_record(record, name, "", named, 0))
    return _sorted(found)


def _learn(data: object, named: dict[str, Data]) -> None:
    """Note every named type, by its name and its full name."""
    if isinstance(data, list | tuple):
        for one in data:
            _learn(one, named)
    elif isinstance(data, Mapping):
        if isinstance(data.get("name"), str) and data.get("type") in ("record", "enum", "fixed"):
            space = _word(data.get("namespace"))
            named[data["name"]] = named[f"{space}.{data['name']}".lstrip(".")] = data
        for key in ("type", "items", "values"):
            _learn(data.get(key), named)
        for one in data.get("fields") or ():
            if isinstance(one, Mapping):
                _learn(one.get("type"), named)


def _record(record: Data, table: str, above: str, named: Mapping[str, Data], depth: int) -> Iterator[Column]:
    for one in record.get("fields") or ():
        if not isinstance(one, Mapping) or not isinstance(one.get("name"), str):
            raise Unread(f"a field of `{table}` has no name")
        kind, null = _chosen(one.get("type"), named)
        name = f"{above}{one['name']}"
        values = [str(each) for each in kind.get("symbols") or ()] if kind.get("type") == "enum" else []
        comment = _word(one.get("doc"))
        null_word = "yes" if null else "no"
        default = _word(one.get("default"))
        yield Column(
            table, name, "enum" if values else _avro(kind), null_word, default, joined(values), "", comment
        )
        items, _ = _chosen(kind.get("items"), named) if kind.get("type") == "array" else ({}, False)
        inner = kind if kind.get("type") == "record" else items if items.get("type") == "record" else None
        if inner is not None and depth < _DEEPEST:
            step = "." if inner is kind else "[]."
            yield from _record(inner, table, name + step, named, depth + 1)


def _chosen(kind: object, named: Mapping[str, Data]) -> tuple[Data, bool]:
    """A type as a map, and whether null is allowed beside it."""
    if isinstance(kind, list | tuple):
        others = [one for one in kind if one != "null"]
        chosen, _ = _chosen(others[0], named) if len(others) == 1 else ({"type": "union"}, False)
        return chosen, len(others) < len(kind)
    if isinstance(kind, str):
        return named.get(kind, {"type": kind}), False
    if isinstance(kind, Mapping) and isinstance(kind.get("type"), Mapping):
        return _chosen(kind["type"], named)
    return (kind, False) if isinstance(kind, Mapping) else ({}, False)


def _avro(kind: Data) -> str:
    logical, plain = _word(kind.get("logicalType")), _word(kind.get("type"))
    if logical == "decimal":
        return f"decimal({kind.get('precision', '')},{kind.get('scale', 0)})"
    return _LOGICAL.get(logical) or _AVRO.get(plain, plain)


def _sorted(found: list[Column]) -> list[Column]:
    first: dict[tuple[str, str], Column] = {}
    for column in found:
        first.setdefault((column.table, column.column), column)
    return [first[key] for key in sorted(first)]


def _mapping(value: object) -> Data:
    return value if isinstance(value, Mapping) else {}


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
