"""A column as a snapshot has it, from whatever it was read, and the files of a snapshot."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import NamedTuple

from amanat.load.snapshots import HEADER


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


def snapshot(found: Iterable[Column]) -> str:
    """The columns as the text of `observed/<system>.columns.csv`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for one in found:
        writer.writerow([one.table, one.column, one.type, "", "", "", *one[3:]])
    return out.getvalue()


def provenance(system: str, method: str, tool: str, note: str) -> str:
    """What `observed/<system>.json` says about a snapshot: how and by what it was made."""
    told = {"version": 1, "system": system, "method": method, "tool": tool, "note": note}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
