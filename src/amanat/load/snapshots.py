"""Reading observed snapshots: `observed/<system>.columns.csv` and the provenance beside it.

What is wrong is told with its place, and the rest is kept: a column with one unreadable cell is still a
column, so that no rule says it is not there.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from sys import intern
from typing import NamedTuple

from amanat.diagnostic import Finding, Fix
from amanat.load.discover import SNAPSHOT, provenance_of
from amanat.load.entries import NOTHING
from amanat.load.yamlread import MAX_BYTES
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import SystemId
from amanat.text import Place, Span, unresolved_merge

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
_STANDARD = {name: at for at, name in enumerate(HEADER)}
_NULLABLE = {"yes": True, "no": False, "": None}
_NUMBERS = ("length", "precision", "scale")
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
KEY = re.compile(r"PK|UQ|(?:FK|REF):[^:\s]+\.[^.:\s]+")
"""What may stand in `key`."""
_OF_SEVERAL_LINES = ("default", "values", "comment")
_ANEW = "read the snapshot anew instead of editing it"


class SnapshotRecord(NamedTuple):
    """A snapshot (None where the file cannot be used) and what was wrong with it."""

    snapshot: Snapshot | None
    digest: str
    findings: tuple[Finding, ...]


class Snapshots(NamedTuple):
    """The snapshots of a catalog by system, the digest of each file, and what was wrong with them."""

    by_system: dict[SystemId, Snapshot]
    digests: list[tuple[str, str]]
    findings: list[Finding]


def read_snapshots(root: Path, files: Iterable[str]) -> Snapshots:
    """Read every snapshot of a catalog."""
    found = Snapshots({}, [], [])
    for file in files:
        record = read_snapshot(root, file)
        found.findings.extend(record.findings)
        found.digests.append((file, record.digest))
        if record.snapshot is not None:
            found.by_system[record.snapshot.system] = record.snapshot
    return found


def read_snapshot(root: Path, file: str) -> SnapshotRecord:
    """Read one snapshot. What cannot be read is a finding; the rest counts."""
    reading = _Reading(file)
    try:
        raw = (root / file).read_bytes()
    except OSError as error:
        reading.fault(1, 1, f"cannot be read: {error.strerror}", "give read permission")
        return SnapshotRecord(None, "", tuple(reading.findings))
    digest = hashlib.sha256(raw).hexdigest()
    text = reading.decoded(raw)
    conflict = unresolved_merge(text)
    if conflict is not None:
        reading.fault(
            conflict,
            1,
            "a merge conflict is not resolved here",
            "take one side whole, or read the snapshot anew",
        )
        return SnapshotRecord(None, digest, tuple(reading.findings))
    lines = list(io.StringIO(text, newline=""))
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))  # a list of codes may be long
    header = reading.header(lines)
    if header is not None:
        for line, row, told in reading.rows(lines, header):
            reading.row(line, row, header, told)
        if not reading.columns and not reading.findings:
            reading.refused("holds no column")
    provenance = reading.provenance(root, provenance_of(file))
    usable = header is not None and reading.columns
    snapshot = Snapshot(reading.system, file, reading.columns, provenance) if usable else None
    return SnapshotRecord(snapshot, digest, tuple(reading.findings))


class _Reading:
    """One file on its way to a snapshot: the columns so far, and what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.system = SystemId(file.rpartition("/")[2].removesuffix(SNAPSHOT))
        self.columns: dict[str, ObservedColumn] = {}
        self.findings: list[Finding] = []
        self._alike: dict[tuple[str, ...], ObservedColumn] = {}
        """A column for each sort of rows, which agree in all cells but table and column: most columns of a
        system are of a few sorts. Only of rows in the order of `HEADER` with nothing wrong."""

    def fault(self, line: int, column: int, words: str, mend: str = _ANEW, file: str | None = None) -> None:
        """Note what is wrong at a place."""
        detail = f"line {line}" if column == 1 else f"line {line} column {column}"
        place, span = Place(file or self.file, (line,)), Span(line, column, line, column)
        self.findings.append(
            Finding("LD101", words, place, self.system, fix=Fix(mend), span=span, detail=detail)
        )

    def refused(self, words: str, mend: str = _ANEW) -> None:
        """Note what makes the whole file unusable."""
        self.fault(1, 1, words, mend)

    def decoded(self, raw: bytes) -> str:
        """The text; bytes that are not UTF-8 are replaced, and the first of them is told."""
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
                self.refused("is UTF-16, not UTF-8", "save the file as UTF-8")
                return raw.decode("utf-16", errors="replace")
            before = raw[: error.start].decode("utf-8-sig", errors="replace")
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            byte = raw[error.start]
            self.fault(
                line,
                column,
                f"is not UTF-8: byte 0x{byte:02x} at offset {error.start}",
                "save the file as UTF-8",
            )
            return raw.decode("utf-8-sig", errors="replace")

    def header(self, lines: list[str]) -> Mapping[str, int] | None:
        """Where each column of the header stands, by its name, as far as it has one; None where the file
        cannot be used without those that are missing."""
        names = next(csv.reader(lines[:1]), [])
        if not names:
            self.refused("is empty")
            return None
        as_it_should = {name: at for at, name in enumerate(HEADER)}
        if tuple(names) == HEADER:
            return as_it_should
        if tuple(name.strip().lower() for name in names) == HEADER:
            self.fault(1, 1, f"spells the header otherwise than `{','.join(HEADER)}`")
            return as_it_should
        found: dict[str, int] = {}
        for at, name in enumerate(names):
            if name in HEADER:
                found.setdefault(name, at)
        missing = [name for name in HEADER if name not in found]
        if "table" in missing or "column" in missing:
            words = f"has another header than `{','.join(HEADER)}`"
            apart = "separate the columns by commas" if ";" in lines[0] or "\t" in lines[0] else _ANEW
            self.refused(words, apart)
            return None
        self._odd_names(names, found, missing)
        return found

    def _odd_names(self, names: list[str], found: Mapping[str, int], missing: list[str]) -> None:
        column = 1
        for at, name in enumerate(names):
            close = difflib.get_close_matches(name.strip().lower(), missing, n=1, cutoff=0.7)
            if name in found and found[name] != at:
                self.fault(1, column, f"names `{name}` twice in the header; the first one counts")
            elif name not in found:
                mend = f"did you mean `{close[0]}`" if close else "leave it out, or write it into `comment`"
                self.fault(
                    1, column, f"has an unknown column `{name}` in the header, which is not read", mend
                )
                missing = [other for other in missing if other not in close]
            column += len(name) + 1
        if missing:
            names_of = ", ".join(f"`{name}`" for name in missing)
            self.fault(1, column, f"has no {names_of} in the header, so nothing is known of it", _ANEW)
        elif not self.findings:
            order = ",".join(HEADER)
            self.fault(1, 1, f"has the columns in another order than `{order}`; they are read by name", _ANEW)

    def rows(self, lines: list[str], header: Mapping[str, int]) -> Iterator[tuple[int, list[str], bool]]:
        """Each row with the line it begins in, and whether it is already told to be wrong. Where an opening
        quote swallows further lines, that line is told and reading goes on with the next."""
        width, at = len(next(csv.reader(lines[:1]), [])), 1
        short = [place for name, place in header.items() if name not in _OF_SEVERAL_LINES]
        while at < len(lines):
            reader, begins = csv.reader(islice(lines, at, None)), at
            try:
                for row in reader:
                    broken = any("\n" in cell or "\r" in cell for cell in row)
                    if broken and (len(row) != width or any("\n" in row[place] for place in short)):
                        self.fault(begins + 1, 1, "has a quote that does not end in its row")
                        yield begins + 1, next(csv.reader([lines[begins]]), []), True
                        break
                    yield begins + 1, row, False
                    begins = at + reader.line_num
                else:
                    return
            except csv.Error as error:
                self.fault(begins + 1, 1, f"is not CSV: {error}")
            at = begins + 1

    def row(self, line: int, row: list[str], header: Mapping[str, int], told: bool) -> None:
        """One column of the system; cells that cannot be read are left out. `told`: that the row is wrong."""
        if not row:
            return
        standard = not told and len(row) == len(HEADER) and header == _STANDARD
        if standard and row[0] and row[1]:
            known, name = self._alike.get(tuple(row[2:])), f"{row[0]}.{row[1]}"
            if known is not None and name not in self.columns:
                self.columns[name] = _like(known, intern(row[0]), intern(row[1]), line)
                return
        width = max(header.values()) + 1
        whole = not told and (len(row) == len(HEADER) or (len(header) < len(HEADER) and len(row) >= width))
        if not whole and not told:
            self.fault(line, 1, f"has {len(row)} cells, but the header has {len(HEADER)}")
        kept = header if whole else {name: header[name] for name in ("table", "column")}
        cells = {name: row[at] if at < len(row) else "" for name, at in kept.items()}
        table, column = cells.get("table", ""), cells.get("column", "")
        if not table or not column:
            if whole:
                self.fault(line, 1, "names no table or no column")
            return
        name = f"{table}.{column}"
        if name in self.columns:
            first = self.columns[name].line
            self.fault(line, 1, f"column `{name}` stands twice; first in line {first}, which counts")
            return
        faults = len(self.findings)
        made = self.columns[name] = self._column(table, column, cells, line)
        if standard and len(self.findings) == faults:
            self._alike[tuple(row[2:])] = made

    def _column(self, table: str, column: str, cells: Mapping[str, str], line: int) -> ObservedColumn:
        numbers: list[int | None] = []
        for name in _NUMBERS:
            cell = cells.get(name, "")
            fits = _WHOLE.fullmatch(cell) is not None
            if cell and not fits:
                self.fault(line, 1, f"`{_short(cell)}` is not a value of `{name}` (a whole number)")
            numbers.append(int(cell) if fits else None)
        kind = cells.get("type") or None
        bare = kind is not None and "(" not in kind and any(name not in cells for name in _NUMBERS)
        if bare or any(cells.get(name) and n is None for name, n in zip(_NUMBERS, numbers, strict=True)):
            kind = None  # a type without its numbers would say more than is known
        nullable = cells.get("nullable", "")
        if nullable not in _NULLABLE:
            self.fault(line, 1, f"`{_short(nullable)}` is not a value of `nullable` (yes, no or empty)")
        keys = cells.get("key", "").split()
        for key in keys:
            if not KEY.fullmatch(key):
                known = "PK, UQ, FK:table.column or REF:table.column, separated by spaces"
                self.fault(line, 1, f"`{_short(key)}` is not a value of `key` ({known})")
        values = cells.get("values", "")
        return ObservedColumn(
            table=intern(table),
            column=intern(column),
            type=intern(kind) if kind else None,
            length=numbers[0],
            precision=numbers[1],
            scale=numbers[2],
            nullable=_NULLABLE.get(nullable),
            default=cells.get("default") or None,
            values=dict(_split_value(value) for value in values.split("|")) if values else NOTHING,
            keys=tuple(key for key in keys if KEY.fullmatch(key)),
            comment=cells.get("comment", ""),
            line=line,
        )

    def provenance(self, root: Path, file: str) -> dict[str, object]:
        """What the file beside the snapshot says about its reading."""
        path = root / file
        if not path.is_file():
            return {}
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self.fault(getattr(error, "lineno", 1), 1, "is not JSON", file=file)
            return {}
        return data if isinstance(data, dict) else {}


def _like(one: ObservedColumn, table: str, column: str, line: int) -> ObservedColumn:
    """A column that says the same as another one of another name."""
    return ObservedColumn(
        table=table,
        column=column,
        type=one.type,
        length=one.length,
        precision=one.precision,
        scale=one.scale,
        nullable=one.nullable,
        default=one.default,
        values=one.values,
        keys=one.keys,
        comment=one.comment,
        line=line,
    )


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else f"{cell[:37]}…"


def _split_value(value: str) -> tuple[str, str]:
    code, _, meaning = value.partition("=")
    return code, meaning
