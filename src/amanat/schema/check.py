"""From a value to faults: a fast gate over the whole file, then each faulty entry in detail.

`jsonschema-rs` says in a moment whether a file is clean; only entries that are not go through
`jsonschema`, whose errors become one `Fault` each, with the nearest allowed key or value.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from amanat.schema import FILE, ROOT, load_schema

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """One fault: the rule it breaks (SC101 unknown key, SC102 wrong value, SC103 missing key), the path
    of the key or value (for a missing key: of the entry that lacks it), what is wrong and the way out."""

    code: str
    path: Path
    message: str
    help: str
    key: str = ""
    """The unknown or missing key."""
    meant: str = ""
    """The known key that an unknown one is near to."""


@cache
def _gate(name: str) -> Any:
    try:
        import jsonschema_rs
    except ImportError:  # a platform that has no wheel of it
        return _reference(name)
    return jsonschema_rs.Draft202012Validator(load_schema(name))


@cache
def _reference(name: str) -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(load_schema(name))


def faults(name: str, data: Any) -> list[Fault]:
    """All faults of a file's data against a schema, in the order of the file."""
    gate = _gate(name)
    if gate.is_valid(data):
        return []
    if not isinstance(data, dict):
        return [_not_a_map(data)]
    if name != FILE:
        return _detail(name, data)
    found: list[Fault] = []
    for section, entries in data.items():
        if not isinstance(entries, dict) or section == "defaults":
            if not gate.is_valid({section: entries}):
                found.extend(_detail(name, {section: entries}))
            continue
        if gate.is_valid({section: entries}):
            continue
        if section not in load_schema(FILE)["properties"]:
            found.extend(_detail(name, {section: {}}))
            continue
        for entry_id, entry in entries.items():
            part = {section: {entry_id: entry}}
            if not gate.is_valid(part):
                found.extend(_detail(name, part))
    return found


def _detail(name: str, data: Any) -> list[Fault]:
    found: dict[tuple[str, Path, str], Fault] = {}
    errors = sorted(
        _reference(name).iter_errors(data), key=lambda error: [str(p) for p in error.absolute_path]
    )
    for error in errors:
        for fault in _translate(error):
            found.setdefault((fault.code, fault.path, fault.key), fault)
    return list(found.values())


def _translate(error: Any) -> Iterator[Fault]:  # noqa: PLR0912 - one branch a keyword
    path: Path = tuple(error.absolute_path)
    keyword, instance, schema = error.validator, error.instance, error.schema
    if keyword == "additionalProperties":
        allowed = schema.get("properties", {})
        for key in instance:
            if key not in allowed and not str(key).startswith("x_"):
                yield _unknown_key(key, path, allowed)
    elif keyword == "required":
        for key in error.validator_value:
            if key not in instance:
                yield _missing_key(key, path, schema)
    elif keyword in ("anyOf", "oneOf"):
        yield from _alternatives(error, path)
    elif "propertyNames" in error.absolute_schema_path:
        close = nearest(str(instance), list(map(str, error.validator_value)) if keyword == "enum" else [])
        yield Fault(
            "SC102",
            (*path, str(instance)),
            f"key `{instance}` is not allowed here",
            f"did you mean `{close}`?" if close else _expected(schema),
        )
    elif keyword == "enum":
        allowed = [str(value) for value in error.validator_value]
        close = nearest(str(instance), allowed)
        hint = f"did you mean `{close}`? " if close else ""
        yield Fault(
            "SC102", path, f"{_shown(instance)} is not allowed here", f"{hint}allowed: {_listed(allowed)}"
        )
    elif keyword == "type":
        yield _wrong_type(error, path)
    elif keyword == "pattern":
        yield Fault("SC102", path, f"{_shown(instance)} is not a valid value", _expected(schema))
    elif keyword in ("minLength", "minItems", "minProperties"):
        least = error.validator_value
        what = "is empty" if not instance else f"has fewer than {least} entries"
        yield Fault("SC102", path, what, "fill it in, or remove the key")
    elif keyword == "maxProperties":
        yield Fault("SC102", path, f"has more than {error.validator_value} key", "keep one of them")
    elif keyword in ("minimum", "maximum"):
        bound = "less" if keyword == "minimum" else "more"
        yield Fault(
            "SC102", path, f"{_shown(instance)} is {bound} than {error.validator_value}", "correct the number"
        )
    elif keyword == "uniqueItems":
        yield Fault("SC102", path, "has the same item twice", "remove one of them")
    elif keyword == "const":
        yield Fault(
            "SC102", path, f"{_shown(instance)} is not allowed here", f"allowed: `{error.validator_value}`"
        )
    else:
        yield Fault("SC102", path, f"{_shown(instance)} breaks the schema's `{keyword}`", _expected(schema))


def _alternatives(error: Any, path: Path) -> Iterator[Fault]:
    """The faults of the branch that was meant: the only one whose type fits. Where no single one was,
    what the value should be."""
    if error.validator == "oneOf" and not error.context:
        keys = [branch["required"][0] for branch in error.validator_value if "required" in branch]
        yield Fault("SC102", path, f"has more than one of {_listed(keys)}", "keep one of them")
        return
    if error.validator == "oneOf" and all(sub.validator == "required" for sub in error.context):
        keys = [str(sub.validator_value[0]) for sub in error.context]
        yield Fault("SC103", path, f"lacks one of {_listed(keys)}", "add one of them", keys[0])
        return
    branches: dict[int, list[Any]] = {}
    for sub in error.context:
        branches.setdefault(sub.schema_path[0], []).append(sub)
    fitting = [subs for subs in branches.values() if not any(_other_type(sub, path) for sub in subs)]
    if len(fitting) == 1 and fitting[0][0].validator != "const":
        for sub in fitting[0]:
            yield from _translate(sub)
    elif error.instance is None:
        yield Fault("SC102", path, "is empty", _expected(error.schema) or "fill it in, or remove the key")
    else:
        yield Fault("SC102", path, f"{_shown(error.instance)} is not a valid value", _expected(error.schema))


def _other_type(sub: Any, path: Path) -> bool:
    """Whether a branch was not meant, because the value is of another type altogether."""
    if len(sub.absolute_path) != len(path):
        return False
    allowed = sub.validator_value
    if sub.validator == "enum":
        return not any(type(value) is type(sub.instance) for value in allowed)
    return bool(sub.validator == "type")


def _expected(schema: Any) -> str:
    meaning = _meant(schema)
    return f"expected: {meaning}" if meaning else ""


_TYPE_NAMES = {
    "object": "a map",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def _types(error: Any) -> list[str]:
    value = error.validator_value
    return [value] if isinstance(value, str) else list(value)


def _wrong_type(error: Any, path: Path) -> Fault:
    names = " or ".join(_TYPE_NAMES[t] for t in _types(error))
    if error.instance is None:
        return Fault(
            "SC102",
            path,
            f"is empty, but must be {names}",
            _expected(error.schema) or "fill it in, or remove the key",
        )
    return Fault(
        "SC102", path, f"{_kind(error.instance)} stands where {names} belongs", _expected(error.schema)
    )


def _not_a_map(data: Any) -> Fault:
    return Fault(
        "SC102",
        (),
        f"the file holds {_kind(data)}, but must hold maps such as `fields:` or `systems:`",
        "put the entries below the name of their map",
    )


def _unknown_key(key: str, path: Path, allowed: Mapping[str, Any]) -> Fault:
    close = nearest(str(key), list(allowed))
    hint = (
        f"did you mean `{close}`?"
        if close
        else f"allowed: {_listed(list(allowed))}; your own keys begin with `x_`"
    )
    return Fault("SC101", (*path, key), f"unknown key `{key}`", hint, str(key), close)


def _missing_key(key: str, path: Path, schema: Mapping[str, Any]) -> Fault:
    meaning = _meaning(schema.get("properties", {}).get(key, {}))
    return Fault(
        "SC103",
        path,
        f"key `{key}` is missing",
        f"add `{key}:` ({meaning})" if meaning else f"add `{key}:`",
        key,
    )


def _meaning(schema: Mapping[str, Any]) -> str:
    """What a property means: its description, or that of the definition it refers to."""
    if "description" not in schema and "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = load_schema(FILE)["$defs"].get(name) or load_schema(ROOT)["$defs"].get(name, {})
    return _meant(schema)


def nearest(word: str, allowed: list[str]) -> str:
    """The allowed word that is nearest to `word`, or "" when none is near."""
    close = difflib.get_close_matches(word.lower(), [a.lower() for a in allowed], n=1, cutoff=0.6)
    return next((a for a in allowed if close and a.lower() == close[0]), "")


def _meant(schema: Any) -> str:
    """What the schema says it wants: its description, also behind a `$ref` that jsonschema followed."""
    if isinstance(schema, dict):
        text = str(schema.get("description", "")).rstrip(".")
        starts_a_word = len(text) > 1 and not text[1].isupper()
        return text[:1].lower() + text[1:] if starts_a_word else text
    return ""


def _listed(words: list[str]) -> str:
    shown = ", ".join(f"`{word}`" for word in words[:20])
    return shown + (" …" if len(words) > 20 else "")


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return _kind(value)
    text = str(value) if not isinstance(value, bool) else str(value).lower()
    text = text if len(text) <= 60 else text[:57] + "…"
    return f"`{text}`"
