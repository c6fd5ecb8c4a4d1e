"""What makes a bundle for Open Policy Agent: its manifest, and data laid out so that a diff can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

_WIDTH = 100


def manifest(root: str, digest: str, as_of: str, about: str) -> str:
    """`.manifest` of a bundle that answers for the documents below `root` and no others."""
    data = {
        "revision": f"sha256:{digest}",
        "roots": [root],
        "rego_version": 1,
        "metadata": {"made_by": "amanat", "as_of": as_of or None, "about": about},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


@cache
def static(package: str, name: str) -> str:
    """A file that ships with amanat and goes into bundles as it is."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def laid_out(data: Mapping[str, object]) -> str:
    """JSON with one entry a line down to the first that fits one; numbers in a row stay together."""
    return "".join(_lines(data, 0)) + "\n"


def _lines(value: object, depth: int) -> Iterator[str]:
    if not isinstance(value, Mapping | Sequence) or isinstance(value, str) or _is_flat(value):
        yield _compact(value)
        return
    inner = " " * (depth + 1)
    opening, closing = ("{", "}") if isinstance(value, Mapping) else ("[", "]")
    yield opening
    comma = "\n"
    for name in value:
        yield comma + inner
        if isinstance(value, Mapping):
            yield _compact(name) + ": "
            yield from _lines(value[name], depth + 1)
        else:
            yield from _lines(name, depth + 1)
        comma = ",\n"
    yield "\n" + " " * depth + closing


def _is_flat(value: Mapping[str, object] | Sequence[object]) -> bool:
    """Whether it goes on one line: nothing, numbers, or so short that nobody would break it."""
    if not isinstance(value, Mapping):
        return all(isinstance(item, int) for item in value) or _is_short(value)
    return _is_short(value)


def _is_short(value: Mapping[str, object] | Sequence[object]) -> bool:
    return len(value) <= _WIDTH // 4 and len(_compact(value)) <= _WIDTH


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
