"""What one file gave."""

from __future__ import annotations

from typing import Any, NamedTuple

from amanat.diagnostic import Finding


class FileRecord(NamedTuple):
    """What one file gave.

    `data` has faulty values taken out. `broken` maps an entry (`(section, id)`) to the attributes that
    were taken out of it. `likely_ids` are the ids that an unreadable file seems to declare: references to
    them are not reported, because the file already is. `digest` is the SHA-256 of what was read,
    hexadecimal; "" where nothing could be.
    """

    file: str
    digest: str
    data: dict[str, Any]
    broken: dict[tuple[str, str], frozenset[str]]
    findings: tuple[Finding, ...]
    likely_ids: frozenset[str]
