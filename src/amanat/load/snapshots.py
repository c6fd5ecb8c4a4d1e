"""Reading observed snapshots: `observed/<system>.columns.csv` and the provenance beside it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from sys import intern
from typing import NamedTuple

from amanat.diagnostic import Finding, Fix
from amanat.load.entries import NOTHING
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import SystemId
from amanat.text import Place, Span

HEADER = (
    "table",
    "column",
    "type",
    "length",
    "precision",
    "scale",
    "nullable",
    "default",
    "values",
    "key",
    "comment",
)
_SUFFIX = ".columns.csv"
_NULLABLE = {"yes": True, "no": False, "": None}


class SnapshotRecord(NamedTuple):
    """A snapshot (None where the file cannot be used) and what was wrong with it."""

    snapshot: Snapshot | None
    digest: str
    findings: tuple[Finding, ...]


def read_snapshot(root: Path, file: str) -> SnapshotRecord:
    """Read one snapshot. A bad row is a finding and left out; the others count."""
    system = SystemId(file.rpartition("/")[2].removesuffix(_SUFFIX))
    findings: list[Finding] = []
    try:
        raw = (root / file).read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        return SnapshotRecord(None, "", (_fault(file, 1, f"cannot be read: {error.strerror}", system),))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return SnapshotRecord(None, "", (_fault(file, line, "is not UTF-8", system),))
    digest = hashlib.sha256(raw).hexdigest()
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = tuple(next(reader, ()))
        if header != HEADER:
            words = "has another header than `" + ",".join(HEADER) + "`"
            return SnapshotRecord(None, digest, (_fault(file, 1, words, system),))
        columns: dict[str, ObservedColumn] = {}
        for row in reader:
            _read_row(row, reader.line_num, file, system, columns, findings)
    except csv.Error as error:
        findings.append(_fault(file, reader.line_num, f"is not CSV: {error}", system))
        columns = {}
    provenance = _provenance(root, f"{file.removesuffix(_SUFFIX)}.json", system, findings)
    return SnapshotRecord(Snapshot(system, file, columns, provenance), digest, tuple(findings))


def _read_row(
    row: list[str],
    line: int,
    file: str,
    system: SystemId,
    columns: dict[str, ObservedColumn],
    findings: list[Finding],
) -> None:
    if not row:
        return
    if len(row) != len(HEADER):
        findings.append(_fault(file, line, f"has {len(row)} cells, but the header has {len(HEADER)}", system))
        return
    table, column, kind, length, precision, scale, nullable, default, values, key, comment = row
    if not table or not column:
        findings.append(_fault(file, line, "names no table or no column", system))
        return
    if nullable not in _NULLABLE:
        findings.append(
            _fault(file, line, f"`{nullable}` is not a value of `nullable` (yes, no or empty)", system)
        )
        return
    numbers: list[int | None] = []
    for name, cell in (("length", length), ("precision", precision), ("scale", scale)):
        if cell and not cell.lstrip("-").isdecimal():
            findings.append(
                _fault(file, line, f"`{cell}` is not a value of `{name}` (a whole number)", system)
            )
            return
        numbers.append(int(cell) if cell else None)
    name = f"{table}.{column}"
    if name in columns:
        findings.append(
            _fault(file, line, f"column `{name}` stands twice; first in line {columns[name].line}", system)
        )
        return
    columns[name] = ObservedColumn(
        table=intern(table),
        column=intern(column),
        type=intern(kind) or None,
        length=numbers[0],
        precision=numbers[1],
        scale=numbers[2],
        nullable=_NULLABLE[nullable],
        default=default or None,
        values=dict(_split_value(value) for value in values.split("|")) if values else NOTHING,
        keys=tuple(key.split()),
        comment=comment,
        line=line,
    )


def _split_value(value: str) -> tuple[str, str]:
    code, _, meaning = value.partition("=")
    return code, meaning


def _provenance(root: Path, file: str, system: SystemId, findings: list[Finding]) -> dict[str, object]:
    path = root / file
    if not path.is_file():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        findings.append(_fault(file, getattr(error, "lineno", 1), "is not JSON", system))
        return {}
    return data if isinstance(data, dict) else {}


def _fault(file: str, line: int, words: str, system: SystemId) -> Finding:
    return Finding(
        "LD101",
        words,
        Place(file, (line,)),
        system,
        fix=Fix("read the snapshot anew instead of editing it"),
        span=Span(line, 1, line, 1),
        detail=f"line {line}",
    )
