"""Formatting a file: one pass after another, and the proof that it means and says the same as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import yaml

from amanat.load.insert import Refused, applied
from amanat.load.layout.blank import one_line_end, spaced, trimmed
from amanat.load.layout.indent import indented
from amanat.load.layout.inline import edits_of
from amanat.load.layout.order import in_order, sorted_keys
from amanat.load.layout.written import Written
from amanat.load.layout.written import written as take_apart
from amanat.load.positions import Spot
from amanat.load.positions import locate as find_spots
from amanat.load.yamlread import parse
from amanat.schema.order import key_order
from amanat.text import Path

ROUNDS = 4
"""How often the passes are run until nothing moves; two do for every file met so far."""


def formatted(text: str, schema: str) -> str:
    """A readable YAML text in its canonical layout. Meaning, comments, anchors and aliases stay.

    Raises `Refused` where that cannot be done safely; the message says why.
    """
    before = parse(text, "")
    faults = [one for one in before.findings if one.code != "LD104" and one.detail != "bom"]
    if not before.readable or faults:
        raise Refused("it cannot be read as YAML")
    if before.data is None:  # nothing but comments
        return text
    if not isinstance(before.data, dict):
        raise Refused("it is not a map")
    body = text.removeprefix("\ufeff")
    made = body
    written, locate = lru_cache(maxsize=1)(take_apart), lru_cache(maxsize=1)(find_spots)
    for _ in range(ROUNDS):
        earlier, made = made, _pass(made, schema, written, locate)
        if made == earlier:
            break
    else:
        raise Refused("its layout does not settle")
    after = parse(made, "")
    if not after.readable or not _same(before.data, after.data, schema, ()):
        raise Refused("its layout cannot be changed without changing what it means")
    if sorted(c for _, c in written(body).comments) != sorted(c for _, c in written(made).comments):
        raise Refused("its layout cannot be changed without losing a comment")
    return made


def _pass(
    text: str, schema: str, written: Callable[[str], Written], locate: Callable[[str], Mapping[Path, Spot]]
) -> str:
    """All passes, one after another; a text that a pass left as it was is not taken apart again."""
    text = one_line_end(text)
    text = trimmed(written(text))
    keys = (token for token in written(text).tokens if isinstance(token, yaml.KeyToken))
    if any(text[key.start_mark.index :][:1] == "?" for key in keys):
        raise Refused("a key is written with `?`")
    text = applied(text, list(edits_of(text, locate(text))))
    text = indented(written(text))
    text = in_order(written(text), locate(text), schema)
    return spaced(written(text), locate(text))


def _same(one: object, other: object, schema: str, path: Path) -> bool:
    """Equal in value, type and order, but for the order of keys that have a canonical one."""
    if isinstance(one, dict) and isinstance(other, dict):
        order = key_order(schema, path)
        if sorted_keys(list(one), order) != list(other) and list(one) != list(other):
            return False
        return all(key in other and _same(one[key], other[key], schema, (*path, key)) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _same(a, b, schema, (*path, n)) for n, (a, b) in enumerate(zip(one, other, strict=True))
        )
    return type(one) is type(other) and one == other
