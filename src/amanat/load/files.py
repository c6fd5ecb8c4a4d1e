"""Reading one file: bytes to text to data to checked entries. Each file stands alone, so that files can
be read in any order and a bad one never hides the rest."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amanat.diagnostic import Finding, Fix, Severity
from amanat.errors import EnvironmentFault
from amanat.load.record import FileRecord
from amanat.load.yamlread import MAX_BYTES, parse
from amanat.schema import FILE, ROOT, load_schema
from amanat.schema.check import Fault, faults
from amanat.text import Place, Span

_LIKELY_ID = re.compile(r"^ +[\"']?([a-z][a-z0-9_.]*)[\"']?:", re.MULTILINE)


def read_text(root: Path, file: str) -> str:
    """The text of a catalog file as the loader read it; what cannot be decoded is replaced."""
    return (root / file).read_bytes().decode("utf-8", errors="replace")


def read_again(root: Path, digests: Mapping[str, str], file: str) -> str:
    """The text of a catalog file, to look up positions in it. Raises `EnvironmentFault` where it is not what
    was loaded: its lines would be others' lines."""
    import hashlib

    try:
        raw = (root / file).read_bytes()
    except OSError:
        if not digests.get(file):
            return ""
        raw = None
    known = digests.get(file)
    if raw is None or (known and hashlib.sha256(raw).hexdigest() != known):
        raise EnvironmentFault(f"`{file}` was changed while it was read", hint="run the command again")
    return raw.decode("utf-8", errors="replace")


def read_file(root: Path, file: str, schema: str) -> FileRecord:
    """Read, parse and schema-check one file."""
    import hashlib

    try:
        if os.path.getsize(root / file) > MAX_BYTES:
            finding = Finding(
                "LD103",
                f"is larger than {MAX_BYTES // 1024 // 1024} MiB",
                Place(file),
                file,
                fix=Fix("split the file"),
                span=Span(1, 1, 1, 1),
                detail="size",
            )
            return FileRecord(file, "", {}, {}, (finding,), frozenset())
        raw = (root / file).read_bytes()
    except OSError as error:
        return _unreadable(
            file, "", "", f"cannot be read: {error.strerror}", "give read permission", Span(1, 1, 1, 1)
        )
    digest = hashlib.sha256(raw).hexdigest()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        words = f"is not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}"
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            words = "is UTF-16, not UTF-8"
        likely = raw.decode("utf-8", errors="replace")
        return _unreadable(
            file, digest, likely, words, "save the file as UTF-8", Span(line, column, line, column + 1)
        )
    parsed = parse(text, file)
    if not parsed.readable:
        return FileRecord(file, digest, {}, {}, parsed.findings, frozenset(_LIKELY_ID.findall(text)))
    if parsed.data is None:
        empty = Finding(
            "LD101",
            "is empty",
            Place(file),
            file,
            fix=Fix("fill it in or remove it"),
            severity=Severity.ERROR if schema == ROOT else Severity.WARNING,
            span=Span(1, 1, 1, 1),
            detail="empty",
        )
        return FileRecord(file, digest, {}, {}, (*parsed.findings, empty), frozenset())
    return _check(file, digest, parsed.data, parsed.findings, schema)


def _unreadable(file: str, digest: str, text: str, words: str, mend: str, span: Span) -> FileRecord:
    finding = Finding("LD101", words, Place(file), file, fix=Fix(mend), span=span, detail="encoding")
    return FileRecord(file, digest, {}, {}, (finding,), frozenset(_LIKELY_ID.findall(text)))


def _check(file: str, digest: str, data: Any, earlier: tuple[Finding, ...], schema: str) -> FileRecord:
    found = _without_echoes(faults(schema, data))
    likely = _misplaced_ids(data, found)
    broken: dict[tuple[str, str], set[str]] = {}
    for fault in found:
        _note_broken(fault, schema, broken)
    if found:
        data = _without_faults(data, found, schema)
    refused = {fault.path for fault in found if fault.code == "SC102"}
    findings = [f for f in earlier if not (f.code == "LD104" and (f.place.path in refused or _is_off(f)))]
    findings += [_finding(file, fault) for fault in found]
    frozen = {entry: frozenset(names) for entry, names in broken.items()}
    kept = data if isinstance(data, dict) else {}
    return FileRecord(file, digest, kept, frozen, tuple(findings), likely)


def _is_off(finding: Finding) -> bool:
    """Whether a surprising scalar is the severity `off`, which is amanat's own word in its own file."""
    return finding.place.path[:2] == ("rules", "severity")


def _without_faults(data: Any, found: list[Fault], schema: str) -> Any:
    """The data with every faulty value taken out. Where that leaves something that is no better (a map
    emptied of what it needs), the whole attribute goes."""
    wrong = [fault.path for fault in found if fault.code != "SC103"]
    depth = max((len(path) for path in wrong), default=0)
    while wrong:
        # From the end, so that list positions stay true while items are taken out.
        for path in sorted(wrong, key=lambda p: [str(step).zfill(6) for step in p], reverse=True):
            data = _without(data, path, schema == FILE)
        depth = min(depth - 1, 3) if depth > 1 else 0
        wrong = [fault.path[:depth] for fault in faults(schema, data) if fault.code != "SC103"]
    return data


def _without_echoes(found: list[Fault]) -> list[Fault]:
    """The faults without missing keys that stand there misspelled: one cause, one finding."""
    meant = {(fault.path[:-1], fault.meant) for fault in found if fault.code == "SC101" and fault.meant}
    return [fault for fault in found if fault.code != "SC103" or (fault.path, fault.key) not in meant]


def _misplaced_ids(data: Any, found: list[Fault]) -> frozenset[str]:
    """The ids below a misspelled map: references to them are not reported, because the map already is."""
    ids: set[str] = set()
    for fault in found:
        if fault.code == "SC101" and len(fault.path) == 1 and isinstance(data.get(fault.path[0]), dict):
            ids.update(map(str, data[fault.path[0]]))
    return frozenset(ids)


def _finding(file: str, fault: Fault) -> Finding:
    path = fault.path
    subject = str(path[1]) if len(path) > 1 else file
    return Finding(
        fault.code,
        fault.message,
        Place(file, path),
        subject,
        fix=Fix(fault.help) if fault.help else None,
        detail="/".join(str(step) for step in path[2:]) + (f"/{fault.key}" if fault.code == "SC103" else ""),
        at_key=fault.code == "SC101",
    )


def _note_broken(fault: Fault, schema: str, broken: dict[tuple[str, str], set[str]]) -> None:
    path = fault.path
    if len(path) < 2 or schema != FILE:
        return
    names = broken.setdefault((str(path[0]), str(path[1])), set())
    if len(path) > 2:
        names.add(str(path[2]))
        if fault.meant:
            names.add(fault.meant)
    elif fault.code == "SC103":
        names.add(fault.key)
    else:
        names.update(_attributes(str(path[0])))


def _attributes(section: str) -> list[str]:
    """The attributes that entries of a map can have."""
    schema = load_schema(FILE)
    entry = schema["properties"].get(section, {}).get("additionalProperties", {})
    reference = entry.get("$ref", "") if isinstance(entry, dict) else ""
    return list(schema["$defs"].get(reference.rpartition("/")[2], {}).get("properties", {}))


def _without(data: Any, path: tuple[str | int, ...], entries: bool) -> Any:
    """The data without what stands at `path`. Where it has `entries`, a refused one stays as an empty one: it
    is declared."""
    if not path:
        return {}
    node = data
    for step in path[:-1]:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return data
    last = path[-1]
    if isinstance(node, dict) and last in node:
        if entries and len(path) == 2 and path[0] != "defaults":
            node[last] = {}
        else:
            del node[last]
    elif isinstance(node, list) and isinstance(last, int) and last < len(node):
        del node[last]
    return data
