"""Which ids of different systems cannot be matched, or only after a change, and which are shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import combinations
from typing import Any, NamedTuple

from amanat.conflicts.native import Length
from amanat.conflicts.technical import differ_in_type
from amanat.conflicts.values import Kind, comparable
from amanat.identity.note import Note
from amanat.model.field import Field
from amanat.model.values import SourceId

_WITH_DASHES = 36
_BARE = 32


class Match(StrEnum):
    """What a difference does to matching."""

    NEVER = "never"
    CONVERTED = "converted"
    CUT = "cut"
    SHARED = "shared"


class IdColumn(NamedTuple):
    """A column that holds ids, and what is claimed about it; None: nobody said. `scheme` is such as `uuid`
    or `integer`; `grain` what there is one value per; `recycled` whether it is given to another
    customer later, or after which period."""

    source: SourceId
    scheme: str | None
    type: Kind | None
    length: Length | None
    normal: frozenset[str] | tuple[str, ...] | None
    unique: bool | None
    grain: str | None
    recycled: bool | str | None = None

    def shown(self) -> dict[str, object]:
        """The claims as people write them; what nobody said is None."""
        return {
            "scheme": self.scheme,
            "type": self.type.family if self.type else None,
            "length": self.length.shown if self.length else None,
            "normal": sorted(self.normal) if self.normal is not None else None,
            "unique": self.unique,
            "grain": self.grain,
            "recycled": self.recycled,
        }


class Mismatch(NamedTuple):
    """Ids that do not match as they are: in what, how badly, each column's value, why, and a way out."""

    what: str
    match: Match
    values: Mapping[SourceId, str]
    why: Note
    mend: Note


def mismatches(field: Field, columns: Sequence[IdColumn]) -> tuple[Mismatch, ...]:
    """What keeps the customer ids of the systems from matching. What nobody said is not compared."""
    found = (
        _scheme(columns),
        _type(columns),
        _dashes(columns),
        _case(columns),
        _length(field, columns),
        _grain(columns),
        _shared(columns),
        _recycled(columns),
    )
    return tuple(mismatch for mismatch in found if mismatch is not None)


def _values(columns: Sequence[IdColumn], value: Callable[[IdColumn], Any]) -> dict[SourceId, str]:
    return {
        c.source: said if isinstance(said, Note) else str(said)
        for c in columns
        if (said := value(c)) is not None
    }


def _scheme(columns: Sequence[IdColumn]) -> Mismatch | None:
    values = _values(columns, lambda column: column.scheme)
    if len(set(values.values())) < 2:
        return None
    return Mismatch(
        "scheme",
        Match.NEVER,
        values,
        Note("scheme.why"),
        Note("scheme.mend"),
    )


def _type(columns: Sequence[IdColumn]) -> Mismatch | None:
    typed = [column for column in columns if column.type is not None]
    pairs = [
        (one, other)
        for one, other in combinations({(c.scheme, c.type): c for c in typed}.values(), 2)
        if differ_in_type(one.type or Kind(""), other.type or Kind(""))
        and (one.scheme is None or other.scheme is None or one.scheme == other.scheme)
    ]
    if not pairs:
        return None
    return Mismatch(
        "type",
        Match.CONVERTED,
        _values(typed, lambda column: column.type.family if column.type else None),
        Note("type.why"),
        Note("type.mend"),
    )


def _dashes(columns: Sequence[IdColumn]) -> Mismatch | None:
    values = _values(columns, _spelling)
    if len(set(values.values())) < 2:
        return None
    return Mismatch(
        "dashes",
        Match.CONVERTED,
        values,
        Note("dashes.why"),
        Note("dashes.mend"),
    )


def _spelling(column: IdColumn) -> str | None:
    """How a column spells a UUID, where its type or its room for characters gives it away."""
    if column.type is not None and column.type.family == "uuid":
        return Note("dashes.with")
    length = column.length
    if column.scheme != "uuid" or length is None or length.low != length.high:
        return None
    if length.binary:
        return Note("dashes.bytes") if length.low < _BARE else None
    if length.low == _WITH_DASHES:
        return Note("dashes.with")
    return Note("dashes.without") if _BARE <= length.low < _WITH_DASHES else None


def _case(columns: Sequence[IdColumn]) -> Mismatch | None:
    values = _values(columns, _letters)
    if len(set(values.values())) < 2:
        return None
    return Mismatch(
        "case",
        Match.CONVERTED,
        values,
        Note("case.why"),
        Note("case.mend"),
    )


def _letters(column: IdColumn) -> str | None:
    forms = {"lower", "upper"} & set(column.normal or ())
    return forms.pop() if len(forms) == 1 else None


def _length(field: Field, columns: Sequence[IdColumn]) -> Mismatch | None:
    schemes = {column.scheme for column in columns}
    limits = [(c.source, c.length) for c in columns if c.length is not None and not c.length.binary]
    if len(limits) < 1 or (len(schemes) == 1 and "uuid" in schemes):
        return None
    written = field.facets.get("length")
    declared = comparable("length", written) if written is not None else None
    wanted = declared or max((length for _, length in limits), key=lambda length: length.low)
    narrow = [source for source, length in limits if length.high < wanted.low]
    if not narrow:
        return None
    values = {source: str(length.shown) for source, length in limits}
    return Mismatch(
        "length",
        Match.CUT,
        values,
        Note("length.why", sources=", ".join(f"`{source}`" for source in narrow)),
        Note("length.mend", wanted=wanted.shown),
    )


def _grain(columns: Sequence[IdColumn]) -> Mismatch | None:
    values = _values(columns, lambda column: column.grain)
    if len(set(values.values())) < 2:
        return None
    return Mismatch(
        "grain",
        Match.SHARED,
        values,
        Note("grain.why"),
        Note("grain.mend"),
    )


def _shared(columns: Sequence[IdColumn]) -> Mismatch | None:
    values = {column.source: Note("unique.not") for column in columns if column.unique is False}
    if not values:
        return None
    return Mismatch(
        "unique",
        Match.SHARED,
        values,
        Note("unique.why"),
        Note("unique.mend"),
    )


def _recycled(columns: Sequence[IdColumn]) -> Mismatch | None:
    values = {
        column.source: Note("recycled.again")
        if column.recycled is True
        else Note("recycled.after", period=column.recycled)
        for column in columns
        if column.recycled
    }
    if not values:
        return None
    return Mismatch(
        "recycled",
        Match.SHARED,
        values,
        Note("recycled.why"),
        Note("recycled.mend"),
    )
