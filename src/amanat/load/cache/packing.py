"""Findings and records as JSON text, and back. What does not come back as it was is not packed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.load.record import FileRecord, LaidAside
from amanat.parallel import Shelf
from amanat.text import Place, Span

_TUPLE = "\0tuple"


class Unpackable(Exception):  # noqa: N818 - no fault: the thing is simply not kept
    """A value that JSON would change, or a text that is not what was packed."""


def pack(data: Any) -> str:
    """Packed data as text."""
    try:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text.encode()  # half a surrogate pair cannot be written
        return text
    except (TypeError, ValueError, RecursionError) as error:
        raise Unpackable from error


def unpack(text: str | bytes) -> Any:
    """Data from text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unpackable from error


def record_text(record: FileRecord) -> str:
    """A record as text, the digest of the file first; what its fields say is a line of its own. Raises
    `Unpackable`."""
    data, said = record.data, ""
    fields = data.get("fields")
    if fields:
        data, said = {**data, "fields": list(fields)}, pack(list(fields.values()))
    head = pack(
        [
            record.digest,
            record.file,
            data,
            [[*entry, sorted(names)] for entry, names in record.broken.items()],
            [finding_data(finding) for finding in record.findings],
            sorted(record.likely_ids),
        ]
    )
    return f"{head}\n{said}"


def record_of(text: str, shelf: Shelf | None = None) -> FileRecord:
    """The record from its text. What its fields say is laid aside on the `shelf`, where one is given. Raises
    `Unpackable`, and so do laid aside fields."""
    try:
        head, _, said = text.partition("\n")
        digest, file, data, broken, findings, likely = unpack(head)
        return FileRecord(
            _text(file),
            _text(digest),
            {**_map(data), "fields": _fields(data["fields"], said, shelf)} if said else _map(data),
            {(_text(section), _text(name)): frozenset(map(_text, names)) for section, name, names in broken},
            tuple(map(finding_of, findings)),
            frozenset(map(_text, likely)),
        )
    except (TypeError, ValueError, KeyError) as error:
        raise Unpackable from error


def _fields(names: list[Any], said: str, shelf: Shelf | None) -> Mapping[str, Any]:
    ids = list(map(_text, names))
    unpacked = partial(_unpacked, len(ids))
    at = None if shelf is None else shelf.put(said.encode())
    if shelf is None or at is None:
        return dict(zip(ids, unpacked(said), strict=True))
    return LaidAside(ids, shelf, at, unpacked)


def _unpacked(many: int, said: str | bytes) -> list[Any]:
    """What fields say, from a line of a record; of so many fields."""
    fields = unpack(said)
    if type(fields) is not list or len(fields) != many:
        raise Unpackable
    return fields


def said_by(text: str) -> str:
    """The digest of what a record's text says, whatever the digest of its file."""
    return hashlib.sha256(text.partition(",")[2].encode()).hexdigest()


def finding_data(finding: Finding) -> list[Any]:
    """A finding as JSON data."""
    f = finding
    severity = None if f.severity is None else str(f.severity)
    return [*_common(f), severity, f.at_key]


def finding_of(data: list[Any]) -> Finding:
    """The finding from its data."""
    *common, severity, at_key = data
    if type(at_key) is not bool:
        raise Unpackable
    return Finding(
        **common_of(common), severity=None if severity is None else Severity(severity), at_key=at_key
    )


def _common(found: Any) -> list[Any]:
    return [
        found.code,
        found.message,
        _place_data(found.place),
        found.subject,
        [[item.message, _place_data(item.place), _span_data(item.span)] for item in found.related],
        None if found.fix is None else [found.fix.message, list(found.fix.options)],
        value_data(found.data),
        _span_data(found.span),
        found.detail,
    ]


common_data = _common
"""What a finding and a diagnostic share, as JSON data."""


def common_of(data: list[Any]) -> dict[str, Any]:
    """What a finding and a diagnostic share, as arguments. Raises `Unpackable`."""
    try:
        code, message, place, subject, related, fix, extra, span, detail = data
        return {
            "code": _text(code),
            "message": _text(message),
            "place": _place(place),
            "subject": _text(subject),
            "related": tuple(Related(_text(words), _place(at), _span(of)) for words, at, of in related),
            "fix": None if fix is None else Fix(_text(fix[0]), tuple(map(_text, fix[1]))),
            "data": _map(value_of(extra)),
            "span": _span(span),
            "detail": _text(detail),
        }
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise Unpackable from error


def value_data(value: Any) -> Any:
    """A value of a finding's data as JSON data; tuples stay tuples. Raises `Unpackable` for what JSON would
    change."""
    if value is None or type(value) in (bool, int, float):
        return value
    if isinstance(value, str):
        return str(value)
    if type(value) is tuple:
        return {_TUPLE: [value_data(item) for item in value]}
    if type(value) is list:
        return [value_data(item) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) and key != _TUPLE for key in value):
            raise Unpackable
        return {str(key): value_data(item) for key, item in value.items()}
    raise Unpackable


def value_of(data: Any) -> Any:
    """The value from its data."""
    if isinstance(data, dict):
        if _TUPLE in data:
            return tuple(map(value_of, data[_TUPLE]))
        return {key: value_of(item) for key, item in data.items()}
    if isinstance(data, list):
        return [value_of(item) for item in data]
    return data


def _place_data(place: Place) -> list[Any]:
    return [place.file, list(place.path)]


def _place(data: Any) -> Place:
    file, path = data
    if not all(type(step) in (str, int) for step in path):
        raise Unpackable
    return Place(_text(file), tuple(path))


def _span_data(span: Span | None) -> list[int] | None:
    return None if span is None else list(span)


def _span(data: Any) -> Span | None:
    if data is None:
        return None
    if len(data) != 4 or not all(type(number) is int for number in data):
        raise Unpackable
    return Span(*data)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Unpackable
    return value


def _map(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise Unpackable
    return value
