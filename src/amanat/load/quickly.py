"""Making very many frozen records quickly.

A frozen dataclass writes each of its attributes past its own guard, which takes most of the time of building
a large catalog. A twin has the same attributes and no guard; what it made becomes of the frozen kind.
"""

from __future__ import annotations

from dataclasses import fields, make_dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")


def twin_of(kind: type[T]) -> type[T]:
    """A class that takes the arguments of `kind`, a frozen dataclass with slots, and makes what is the same
    but for its class; whoever makes one sets `__class__` to `kind`, and so it is frozen too."""
    named = cast(Any, kind)
    twin = make_dataclass(
        kind.__name__, [(one.name, "object") for one in fields(named)], slots=True, eq=False, repr=False
    )
    return cast(type[T], twin)
