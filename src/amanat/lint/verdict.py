"""What judging a catalog came to, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amanat.diagnostic import Diagnostic, Severity
from amanat.load.cache.packing import Unpackable, common_data, common_of, pack, unpack
from amanat.model.counts import Counts


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, in order; how much was looked at; and the severity of each rule, by code."""

    counts: Counts
    severities: Mapping[str, Severity]
    diagnostics: tuple[Diagnostic, ...]


def to_text(verdict: Verdict) -> str:
    """A verdict as text. Raises `Unpackable` where it would not come back as it is."""
    text = pack(
        [
            list(verdict.counts),
            {code: str(severity) for code, severity in verdict.severities.items()},
            [[d.name, str(d.severity), *common_data(d)] for d in verdict.diagnostics],
        ]
    )
    if from_text(text) != verdict:
        raise Unpackable
    return text


def from_text(text: str) -> Verdict:
    """A verdict from its text. Raises `Unpackable`."""
    data = unpack(text)
    try:
        counts, severities, diagnostics = data
        if len(counts) != 4 or not all(type(number) is int for number in counts):
            raise Unpackable
        return Verdict(
            Counts(*counts),
            {str(code): Severity(severity) for code, severity in severities.items()},
            tuple(
                Diagnostic(name=str(name), severity=Severity(severity), **common_of(common))
                for name, severity, *common in diagnostics
            ),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise Unpackable from error
