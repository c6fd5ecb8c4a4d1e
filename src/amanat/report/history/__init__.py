"""An entry's history and its blame, for people and programs. The registries are written out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from amanat import __version__
from amanat.report.history import blame, log
from amanat.report.history.blame import Blame
from amanat.report.history.log import Log

_Made = TypeVar("_Made")
Writer = Callable[[Sequence[_Made]], str]


def _below(write: Callable[[_Made], str]) -> Writer[_Made]:
    """Entries that share an id, one below the other."""
    return lambda made: "\n".join(write(one) for one in made)


def _document(data: Callable[[_Made], dict[str, Any]]) -> Writer[_Made]:
    """Entries that share an id, in one JSON document."""

    def write(made: Sequence[_Made]) -> str:
        document = {
            "version": 1,
            "tool": {"name": "amanat", "version": __version__},
            "entries": [data(one) for one in made],
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    return write


LOG: Mapping[str, Writer[Log]] = {
    "text": _below(log.as_text),
    "md": _below(log.as_markdown),
    "json": _document(log.as_data),
}
BLAME: Mapping[str, Writer[Blame]] = {
    "text": _below(blame.as_text),
    "md": _below(blame.as_markdown),
    "json": _document(blame.as_data),
}

__all__ = ["BLAME", "LOG", "Blame", "Log"]
