"""Small catalogs of one field for the tests of the conflict engine."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from amanat.conflicts import Report, compare
from amanat.load import Loaded
from amanat.load.snapshots import HEADER
from tests.support import catalog_of

CASES = Path(__file__).parents[2] / "cases" / "conflicts"
ORGANISATION = (CASES / "organisation.yaml").read_text(encoding="utf-8")
_OBSERVED = re.compile(
    r"(?P<type>(?:enum\s*\(.*\)|[A-Za-z][\w ]*?(?:\([^)]*\))?(?: unsigned| with time zone| without time zone)?))"
    r"(?P<null> not null| null)?(?: default (?P<default>\S+))?(?: (?P<values>\S*\|\S*))?"
)


def one_field(
    sources: Mapping[str, Any] | None = None,
    field: Mapping[str, Any] | None = None,
    observed: Mapping[str, str] | None = None,
    field_id: str = "customer.thing",
    ledger: Mapping[str, Any] | None = None,
) -> Loaded:
    """A catalog with one field. `observed` maps a source to `TYPE [null|not null] [default D] [a|b]`."""
    keys = [*(sources or {}), *(key for key in observed or {} if key not in (sources or {}))]
    body: dict[str, Any] = {
        "label": "Thing",
        "definition": "What is held about the customer and nobody else",
        "category": "preference",
        "owner": "sales",
        "subject": "customer",
        "classification": "internal",
        "retention": "three_years",
        "purposes": ["orders"],
        **({"master": keys[0]} if len(keys) > 1 else {}),
        **(field or {}),
        "sources": {key: (sources or {}).get(key) or None for key in keys},
    }
    if body.get("master", "") is None:
        del body["master"]
    files: dict[str, str | bytes] = {
        "organisation.yaml": ORGANISATION,
        "fields.yaml": yaml.safe_dump({"fields": {field_id: body}}, allow_unicode=True, sort_keys=False),
        **snapshots(observed or {}),
    }
    if ledger:
        files["ledger.yaml"] = yaml.safe_dump({"discrepancies": dict(ledger)}, sort_keys=False)
    return catalog_of(files)


def snapshots(observed: Mapping[str, str]) -> dict[str, str]:
    """Snapshot files, one a system."""
    rows: dict[str, list[list[str]]] = {}
    for source, spelled in observed.items():
        system, table, column = source.split(".")
        found = _OBSERVED.fullmatch(spelled)
        assert found is not None, spelled
        null = {"": "", " null": "yes", " not null": "no"}[found["null"] or ""]
        rows.setdefault(system, []).append(
            [
                table,
                column,
                found["type"],
                "",
                "",
                "",
                null,
                found["default"] or "",
                found["values"] or "",
                "",
                "",
            ]
        )
    files = {}
    for system, lines in rows.items():
        text = io.StringIO()
        # A further column with a default shows that the snapshot records defaults.
        other = ["other", "flag", "integer", "", "", "", "no", "7", "", "", ""]
        csv.writer(text, lineterminator="\n").writerows([HEADER, other, *sorted(lines)])
        files[f"observed/{system}.columns.csv"] = text.getvalue()
    return files


def told(report: Report) -> list[str]:
    """Each conflict as `facet CODE severity odd …`, in order."""
    return [
        " ".join((conflict.facet.value, conflict.code, conflict.judged.value, *conflict.odd))
        for conflict in report.conflicts
    ]


def report_of(loaded: Loaded) -> Report:
    """The report on a loaded catalog without a judging day."""
    return compare(loaded.catalog, None)
