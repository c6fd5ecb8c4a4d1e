"""Findings and diagnostics: what is wrong, where, and the way out, as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from amanat.text import Place, Span


class Severity(StrEnum):
    """How bad a finding is. `off` silences a rule."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"

    @property
    def rank(self) -> int:
        """0 for error, rising with harmlessness."""
        return _RANK[self]


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2, Severity.OFF: 3}


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to the finding, with a word on what it shows."""

    message: str
    place: Place
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """The way out, in words; `options` are alternatives, best first (such as align, map, accept)."""

    message: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check or the loader yields: a rule's code and the particulars; the engine adds the rest.

    `subject` is the id of the entry that the finding is about (a field, system, purpose … id, or a file
    name), the same whichever file it stands in. `severity` overrides the rule's own, for rules that have
    more than one. `span` is set only where the loader already knows it.
    """

    code: str
    message: str
    place: Place
    subject: str
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity | None = None
    span: Span | None = None
    detail: str = ""
    """What tells this finding from others of the same rule and subject (a facet, a key, a column)."""
    at_key: bool = False
    """Whether the fault is in the key at `place` and not in its value."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding as shown: with the rule's name and the severity that holds in this catalog."""

    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    subject: str
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    span: Span | None = None
    detail: str = ""

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that stay the same when lines, files and wording move."""
        text = json.dumps([self.code, self.subject, self.detail], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def order(self) -> tuple[object, ...]:
        """Sort key: by file and position of the text, then code, subject and detail."""
        span = self.span or (0, 0)
        return (self.place.file, span[0], span[1], self.code, self.subject, self.detail, self.message)
