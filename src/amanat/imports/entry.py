"""What an import makes: entries by section, and what could not be kept as what it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from amanat.conflicts.folding import fold

Data = Mapping[str, Any]
_ODD = re.compile(r"[^a-z0-9_]+")


class NotThis(Exception):  # noqa: N818 - an answer, not a fault
    """The file is not what it was taken for. The message says why."""


class Loss(NamedTuple):
    """Something of the source that has another form now, or none: where it stands there (keys and names
    joined by `.`), and what became of it."""

    at: str
    what: str


@dataclass(slots=True)
class Imported:
    """Entries by section and id, as YAML data, and the losses."""

    sections: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is of no entry, by `x_…` key at the top of the file, then by where it stands in the source."""

    def keep(self, key: str, at: str, data: Data) -> None:
        """Keep facts that belong to no entry at the top of the file, and say so. No facts, nothing said."""
        if not data:
            return
        here = self.kept.setdefault(key, {})
        name, count = at or "file", 1
        while name in here:
            count += 1
            name = f"{at or 'file'} ({count})"
        here[name] = plain(data)
        self.losses.append(
            Loss(at, f"{', '.join(sorted(map(str, data)))}: kept at the top of the file under `{key}`")
        )

    def add(self, section: str, name: str, data: Data, at: str) -> str:
        """Add an entry without its empty values, and return its id. One of the same id gets a number: no
        two of a source become one."""
        entries = self.sections.setdefault(section, {})
        chosen, count = name, 1
        while chosen in entries:
            count += 1
            chosen = f"{name}_{count}"
        if chosen != name:
            self.losses.append(
                Loss(at, f"`{name}` is taken by another of the source, so it is called `{chosen}`")
            )
        entries[chosen] = {key: value for key, value in data.items() if value not in (None, "", [], {})}
        return chosen

    def lose(self, at: str, what: str) -> None:
        """Note a loss."""
        self.losses.append(Loss(at, what))


NO_ID = "x"
"""What `identifier` makes of a name without a letter or digit of an id."""


def identifier(name: object, dotted: bool = False) -> str:
    """A name as an id: lower case, `_` for what ids do not hold, a letter first; with `dotted`, dots stay."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(name))
    parts = fold(text).split(".") if dotted else [fold(text).replace(".", "_")]
    made = [_ODD.sub("_", part).strip("_") for part in parts]
    return ".".join(part if part[:1].isalpha() else f"x{part}" for part in made if part) or NO_ID


def source_part(name: object) -> str:
    """A part of a source as the system spells it."""
    return " ".join(str(name).split())


def left_over(data: Data, taken: Iterable[str]) -> dict[str, Any]:
    """What of a map no key of the catalog took."""
    known = set(taken)
    return {
        str(key): plain(value)
        for key, value in data.items()
        if key not in known and value not in (None, "", [], {})
    }


def plain(value: object) -> Any:
    """A value as YAML data: maps, lists, texts, numbers, booleans and null."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def maps(value: object) -> list[Data]:
    """The maps of a list; nothing for another shape."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def text(value: object) -> str:
    """A scalar as one line of text; "" for another shape."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())


def label_of(*names: object) -> str:
    """The first name that is there, as a label."""
    for name in names:
        if told := text(name):
            return (
                told
                if " " in told or not told.islower()
                else told.replace("_", " ").replace(".", " ").capitalize()
            )
    return ""


def pairs(data: Data) -> Iterator[tuple[str, Any]]:
    """The items of a map, keys as text."""
    for key, value in data.items():
        yield str(key), value
