"""Measures as the text of `observed/<system>.measures.csv`: what was known, and what is new."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from amanat.load.measures import HEADER
from amanat.model.measures import Measure, Outcome


def merged(known: Iterable[Measure], new: Iterable[Measure]) -> list[Measure]:
    """What was known with what is new, sorted. Measured again on the same day, the later measurement counts,
    unless it could count nothing where the earlier one did."""
    found = {(*one.key, one.as_of): one for one in known}
    for one in new:
        before = found.get((*one.key, one.as_of))
        counted = before is not None and before.outcome is not Outcome.UNMEASURED
        if not (counted and one.outcome is Outcome.UNMEASURED):
            found[*one.key, one.as_of] = one
    return [found[key] for key in sorted(found)]


def as_csv(measures: Iterable[Measure]) -> str:
    """The text of the file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for one in measures:
        numbers = ("" if number is None else number for number in (one.rows, one.counted, one.met))
        writer.writerow(
            (
                *(one.field, one.path, one.check.value, one.against, one.as_of),
                *numbers,
                *(one.newest, one.expected, one.outcome.value, one.why),
            )
        )
    return out.getvalue()
