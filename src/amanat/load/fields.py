"""Fields that are built when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from amanat.model.field import Field
from amanat.model.values import FieldId, SourceId


class LazyFields(Mapping[FieldId, Field]):
    """Fields by id, in their order. One is built with those of its file; who looks at all has all built."""

    def __init__(
        self,
        written: Mapping[FieldId, tuple[str, tuple[SourceId, ...]]],
        build: Callable[[Iterable[str]], Mapping[FieldId, Field]],
    ) -> None:
        self._written = written
        self._build = build
        self._built: dict[FieldId, Field] = {}
        self._whole = False

    def __getitem__(self, name: FieldId) -> Field:
        if name not in self._built:
            self._built |= self._build((self._written[name][0],))
        return self._built[name]

    def __iter__(self) -> Iterator[FieldId]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __contains__(self, name: object) -> bool:
        return name in self._written

    def items(self) -> Any:
        """All of them, with their ids."""
        return self._all().items()

    def values(self) -> Any:
        """All of them."""
        return self._all().values()

    def _all(self) -> dict[FieldId, Field]:
        if not self._whole:
            built = self._build(dict.fromkeys(file for file, _ in self._written.values()))
            self._built = {name: built[name] for name in self._written}
            self._whole = True
        return self._built

    def sources(self) -> Iterator[tuple[FieldId, tuple[SourceId, ...]]]:
        """The sources of each field, without building any."""
        for name, (_, sources) in self._written.items():
            yield name, sources


def sources_of(fields: Mapping[FieldId, Field]) -> Iterator[tuple[FieldId, tuple[SourceId, ...]]]:
    """The sources of each field, in order."""
    if isinstance(fields, LazyFields):
        yield from fields.sources()
    else:
        for name, field in fields.items():
            yield name, tuple(field.sources)
