"""A column as a snapshot has it, from whatever it was read, and the files of a snapshot."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import NamedTuple

from amanat.load.snapshots import HEADER, KEY


class Unread(Exception):  # noqa: N818 - an answer, not a fault
    """The text is not what it was taken for. The message says where."""


class Column(NamedTuple):
    """A row of a snapshot, every cell as text. `type` is spelled with its length, where it has one."""

    table: str
    column: str
    type: str
    nullable: str
    default: str
    values: str
    key: str
    comment: str


def joined(values: Iterable[str]) -> str:
    """Allowed values as a snapshot has them, sorted. One that holds what means something there (`|`, `=`, a
    space at an end) leaves the whole list unknown: it would be read as something else."""
    found = sorted(values)
    if any(set("|=") & set(value) or value != value.strip() or not value for value in found):
        return ""
    return "|".join(found)


def with_keys(one: Column, keys: Iterable[str]) -> Column:
    """The column with its keys, sorted. One that a snapshot cannot hold, because of a space or colon in a
    name, is told in the comment instead, so that it is not lost."""
    fitting: list[str] = []
    others: list[str] = []
    for key in sorted(set(keys)):
        (fitting if KEY.fullmatch(key) else others).append(key)
    told = [f"refers to {key.partition(':')[2]}" for key in others]
    comment = "; ".join(part for part in (one.comment, *told) if part)
    return one._replace(key=" ".join(fitting), comment=" ".join(comment.split()))


def snapshot(found: Iterable[Column]) -> str:
    """The columns as the text of `observed/<system>.columns.csv`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for one in found:
        writer.writerow([one.table, one.column, one.type, "", "", "", *one[3:]])
    return out.getvalue()


def provenance(system: str, method: str, tool: str, note: str, **more: object) -> str:
    """What `observed/<system>.json` says about a snapshot: how and by what it was made, and what `more` says
    (`taken_on`, `server`, `partial`), where it is not None."""
    told = {"version": 1, "system": system, "method": method, "tool": tool, "note": note, **more}
    kept = {key: value for key, value in told.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
