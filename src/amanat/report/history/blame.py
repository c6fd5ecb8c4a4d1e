"""`amanat blame`: which commit set each value of an entry (schema: `blame.schema.json`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from amanat.history import Commit, What
from amanat.history.blame import Origin
from amanat.report.changes.told import said
from amanat.report.conflicts.markdown import code, prose
from amanat.report.console import printable
from amanat.report.history.commits import UNCOMMITTED, cut, data

BUILT_IN = "built in"
MOST_KEY = 40
"""How wide the column of keys grows in a terminal."""


class Row(NamedTuple):
    """A value, where it is written and inherited from, and what set it; no origin for what comes with the
    tool."""

    key: str
    value: object
    file: str | None
    line: int | None
    inherited: bool
    origin: Origin | None


class Blame(NamedTuple):
    """The rows of an entry. `begins` is the oldest commit of a shallow clone."""

    kind: str
    id: str
    rows: tuple[Row, ...]
    begins: Commit | None


def as_text(blame: Blame) -> str:
    """For a terminal: value by value, with commit, date, author and place."""
    return "".join(f"{printable(one)}\n" for one in _text(blame))


def _text(blame: Blame) -> Iterator[str]:
    yield f"{blame.id}  ({blame.kind})"
    told = [(_by(row, blame), row) for row in blame.rows]
    widths = [max((len(by[n]) for by, _ in told), default=0) for n in range(3)]
    key_width = min(max((len(row.key) for row in blame.rows), default=0), MOST_KEY)
    for by, row in told:
        columns = "  ".join(f"{text:<{width}}" for text, width in zip(by, widths, strict=True))
        yield f"  {columns}  {row.key:<{key_width}}  {said(row.value)}{_where(row)}"
    if _is_cut(blame):
        assert blame.begins is not None
        yield cut(blame.begins)


def _by(row: Row, blame: Blame) -> tuple[str, str, str]:
    if row.origin is None:
        return (BUILT_IN, "", "")
    event = row.origin.event
    if event is None:
        return ("unknown", "", "")
    if event.commit is None:
        return (UNCOMMITTED, "", "")
    # As git blame does: `^` where the clone is cut, so that the value may be older.
    sign = "^" if event.what is What.FOUND else "?" if not row.origin.certain else ""
    return (f"{sign}{event.commit.short}", event.commit.day, event.commit.author)


def _where(row: Row) -> str:
    if row.file is None:
        return ""
    place = row.file if row.line is None else f"{row.file}:{row.line}"
    return f"   [{'inherited from ' if row.inherited else ''}{place}]"


def _is_cut(blame: Blame) -> bool:
    origins = [row.origin for row in blame.rows]
    return blame.begins is not None and any(
        one is not None and one.event is not None and one.event.what is What.FOUND for one in origins
    )


def as_markdown(blame: Blame) -> str:
    """A table with a row for each value. No text of a catalog is ever markup."""
    return "\n".join(_markdown(blame)) + "\n"


def _markdown(blame: Blame) -> Iterator[str]:
    yield f"# Who set the values of {code(printable(blame.id))}"
    yield ""
    yield "| value | says | commit | date | author | written in |"
    yield "|---|---|---|---|---|---|"
    for row in blame.rows:
        commit, day, author = _by(row, blame)
        place = "" if row.file is None else f"{row.file}:{row.line}"
        where = f"{'inherited from ' if row.inherited else ''}{code(printable(place))}" if place else ""
        named = (code(printable(row.key)), code(printable(said(row.value))))
        yield f"| {' | '.join((*named, prose(commit), day, prose(printable(author)), where))} |"
    if _is_cut(blame):
        assert blame.begins is not None
        yield ""
        yield prose(f"{cut(blame.begins)}.")


def as_data(blame: Blame) -> dict[str, Any]:
    """Every value with what set it."""
    return {
        "kind": blame.kind,
        "id": blame.id,
        "cut": data(blame.begins),
        "values": [_row(row) for row in blame.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    event = None if row.origin is None else row.origin.event
    return {
        "key": row.key,
        "value": row.value,
        "file": row.file,
        "line": row.line,
        "inherited": row.inherited,
        "set_by": _state(row),
        "commit": None if event is None else data(event.commit),
        "called": None if row.origin is None else row.origin.id,
    }


def _state(row: Row) -> str:
    if row.origin is None:
        return "built_in"
    event = row.origin.event
    if event is None:
        return "unknown"
    if event.commit is None:
        return "edit"
    if event.what is What.FOUND:
        return "before_the_cut"
    return "commit" if row.origin.certain else "perhaps"
