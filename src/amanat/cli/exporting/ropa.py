"""The record of processing in every format, with its evidence beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amanat.cli.exporting.registers import Made, Wanted, needs_file, write
from amanat.cli.session import Judged, shown_path, write_text
from amanat.cli.standing import judge_as_it_stood, told
from amanat.errors import EnvironmentFault, UsageError
from amanat.history.provenance import Provenance
from amanat.inventory.ropa import TEMPLATES, Record, Template, record, template
from amanat.inventory.ropa.template import from_data
from amanat.inventory.select import unknown
from amanat.inventory.xlsx import Sheet
from amanat.model.catalog import selects
from amanat.model.values import Status, in_language


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the record: template (a name or a file), language, purposes."""

    template: str
    lang: str | None = None
    purpose: str | None = None
    status: Sequence[str] = ()


def export(given: Path | None, as_of: str | None, asked: Asked, form: str, output: Path | None) -> int:
    """Write the record. The exit code is 1 where something may be missing from it."""
    from amanat.cli.exporting import missing

    wanted = Wanted(form, output)
    if form == "xlsx":
        needs_file(wanted)
    judged, stood = judge_as_it_stood(given, as_of)
    told(stood)
    made = make(judged, asked)
    stands = stood.stands
    lang = asked.lang or judged.loaded.catalog.language
    title = in_language(made.template.title, lang)
    if form in ("csv", "md"):
        write(judged, _made(made, title, asked), wanted)
        _companion(made, judged, stands, output)
    elif form == "xlsx":
        evidence = Sheet("evidence", made.evidence_table(judged.loaded.spans, stands.of))
        sheets = (evidence, Sheet("questions", made.questions_table()))
        write(judged, _made(made, title, asked)._replace(more=sheets), wanted)
    elif form == "json":
        write_text(output, as_json(made, judged, stands, asked))
    else:
        from amanat.report.ropa import to_html

        write_text(output, to_html(made, judged.loaded.spans, stands, lang))
    _tell(made, output)
    return missing(judged)


def make(judged: Judged, asked: Asked) -> Record:
    """The record that is asked for. Raises `UsageError` for a template, language, purpose or status that is
    not there."""
    catalog = judged.loaded.catalog
    if asked.lang is not None and asked.lang not in catalog.languages:
        raise unknown("language", asked.lang, catalog.languages)
    if asked.purpose is not None and not any(selects(asked.purpose, one) for one in catalog.purposes):
        raise unknown("purpose", asked.purpose, catalog.purposes)
    known = [one.value for one in Status]
    for status in asked.status:
        if status not in known:
            raise unknown("status", status, known)
    form = read_template(asked.template)
    return record(catalog, form, asked.lang or catalog.language, asked.purpose, asked.status or ("live",))


def read_template(name: str) -> Template:
    """A template by its name, or a file in YAML or JSON. Raises `UsageError` at the line of what is wrong
    with a file's text, and names the column of what is wrong with its content."""
    file = Path(name)
    if name in TEMPLATES or not (file.suffix or file.exists()):
        return template(name)
    from amanat.load.yamlread import parse

    try:
        parsed = parse(file.read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFault(f"cannot read `{name}`: {getattr(error, 'strerror', None) or error}") from None
    if not parsed.readable or any(one.code in ("LD101", "LD102") for one in parsed.findings):
        first = parsed.findings[0]
        line = first.span.line if first.span else 1
        raise UsageError(f"{name}:{line}: {first.message}", hint="mend the template")
    return from_data(name, parsed.data)


def _made(made: Record, title: str, asked: Asked) -> Made:
    filters = {
        "purpose": asked.purpose or "",
        "status": ", ".join(asked.status),
        "template": made.template.name,
    }
    return Made("ropa", title, made.table, {name: value for name, value in filters.items() if value})


def _companion(made: Record, judged: Judged, stands: Provenance, output: Path | None) -> None:
    """Where each cell comes from and what nobody says, in files of their own beside a CSV or Markdown."""
    if output is None:
        return
    from amanat.inventory.csv import to_csv

    tables = {
        "evidence": made.evidence_table(judged.loaded.spans, stands.of),
        "questions": made.questions_table(),
    }
    for name, table in tables.items():
        file = output.with_name(f"{output.stem}.{name}.csv")
        write_text(file, "".join(to_csv(table)))
        sys.stderr.write(f"wrote {table.total} rows to {shown_path(file)}\n")


def as_json(made: Record, judged: Judged, stands: Provenance, asked: Asked) -> str:
    """The record as JSON (schema: `ropa.schema.json`)."""
    from amanat.inventory.json import heading, value_of

    lang = asked.lang or judged.loaded.catalog.language
    head = heading(judged.loaded.catalog, made.table.columns)
    head["columns"] = [
        {"name": each.slot, "label": dict(each.label), "source": each.source or None}
        for each in made.template.columns
    ]
    evidence = made.evidence_table(judged.loaded.spans, stands.of)
    data = {
        **head,
        "template": made.template.name,
        "lang": lang,
        "commit": stands.whole or None,
        "filters": _made(made, "", asked).filters,
        "total": made.table.total,
        "activities": [{name: value_of(cell) for name, cell in row.items()} for row in made.table.rows()],
        "evidence": [{name: value_of(cell) for name, cell in row.items()} for row in evidence.rows()],
        "questions": [{**one._asdict(), "activities": list(one.activities)} for one in made.questions],
        "outside": [field.id for field in made.outside],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=list) + "\n"


def _tell(made: Record, output: Path | None) -> None:
    if output is not None:
        number = made.table.total
        sys.stderr.write(f"wrote {number} activit{'y' if number == 1 else 'ies'} to {shown_path(output)}\n")
    if made.questions:
        sys.stderr.write(f"the catalog leaves {len(made.questions)} questions open:\n")
        for one in made.questions:
            about = f" ({len(one.activities)} of {made.table.total} activities)" if one.activities else ""
            sys.stderr.write(f"  {one.question}{about}  ->  {one.key}\n")
    if made.outside:
        some = ", ".join(field.id for field in made.outside[:5])
        more = f" and {len(made.outside) - 5} more" if len(made.outside) > 5 else ""
        sys.stderr.write(f"warning: in no activity: {some}{more}\n")
