"""What a person may ask for, as commands: open the catalog, make the plan, show it in the format asked
for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amanat.model.catalog import Catalog
    from amanat.model.values import SubjectId


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: about which entry, in which SQL (None: that of each engine), language and format."""

    target: str
    dialect: str | None
    lang: str | None
    form: str


def access(given: Path | None, as_of: str | None, asked: Asked, no_color: bool) -> str:
    """The plan of an access request. Raises `UsageError` for an unknown kind of people or language."""
    from amanat.cli.reporting import language, shown
    from amanat.cli.standing import opened
    from amanat.rights.access import access_plan
    from amanat.rights.access_told import access_script, access_sheet
    from amanat.rights.dialects import DIALECTS
    from amanat.rights.document import access_document, render

    stood = opened(given, as_of)
    catalog = stood.loaded.catalog
    lang = language(stood, asked.lang)
    dialect = DIALECTS[asked.dialect] if asked.dialect else None
    plan = access_plan(catalog, subject_of(catalog, asked.target), dialect)
    if asked.form == "json":
        return render(access_document(plan, stood.loaded.spans))
    if asked.form == "sql":
        return access_script(plan)
    return shown(access_sheet(plan, lang), asked.form, stood, no_color)


def subject_of(catalog: Catalog, name: str) -> SubjectId:
    """A kind of people. Raises `UsageError` for one that is not declared."""
    from amanat.inventory.select import unknown

    if name not in catalog.subjects:
        raise unknown("kind of people", name, catalog.subjects)
    return name  # type: ignore[return-value]


def erasure(
    given: Path | None, as_of: str | None, jurisdiction: str | None, asked: Asked, no_color: bool
) -> str:
    """The plan of an erasure. Raises `UsageError` for an unknown kind of people, language or jurisdiction."""
    from amanat.cli.reporting import language, shown
    from amanat.cli.standing import opened
    from amanat.inventory.select import unknown
    from amanat.rights.dialects import DIALECTS
    from amanat.rights.document import render
    from amanat.rights.erasing import erasure_plan
    from amanat.rights.erasing_told import erasure_document, erasure_script, erasure_sheet

    stood = opened(given, as_of)
    catalog = stood.loaded.catalog
    lang = language(stood, asked.lang)
    if jurisdiction is not None and jurisdiction not in catalog.jurisdictions:
        raise unknown("jurisdiction", jurisdiction, catalog.jurisdictions)
    dialect = DIALECTS[asked.dialect] if asked.dialect else None
    plan = erasure_plan(catalog, subject_of(catalog, asked.target), stood.day, jurisdiction, dialect)
    if asked.form == "json":
        return render(erasure_document(plan, stood.loaded.spans))
    if asked.form == "sql":
        return erasure_script(plan)
    return shown(erasure_sheet(plan, lang), asked.form, stood, no_color)


def correction(given: Path | None, as_of: str | None, asked: Asked, no_color: bool) -> str:
    """The plan of a correction. Raises `UsageError` for an unknown field or language."""
    from amanat.cli.reporting import language, shown
    from amanat.cli.standing import opened
    from amanat.inventory.select import unknown
    from amanat.model.values import FieldId
    from amanat.rights.correcting import correction_document, correction_plans, correction_sheet
    from amanat.rights.document import render

    stood = opened(given, as_of)
    catalog, spans = stood.loaded.catalog, stood.loaded.spans
    lang = language(stood, asked.lang)
    if asked.target not in catalog.fields:
        raise unknown("field", asked.target, catalog.fields)
    (plan,) = correction_plans(catalog, (FieldId(asked.target),))
    if asked.form == "json":
        return render(correction_document(plan, spans))
    return shown(correction_sheet(plan, lang), asked.form, stood, no_color)


def objection(given: Path | None, as_of: str | None, asked: Asked, no_color: bool) -> str:
    """The plan of an objection. Raises `UsageError` for an unknown purpose or language."""
    from amanat.cli.reporting import language, shown
    from amanat.cli.standing import opened
    from amanat.inventory.select import unknown
    from amanat.model.values import PurposeId
    from amanat.rights.document import render
    from amanat.rights.objecting import objection_document, objection_plan, objection_sheet

    stood = opened(given, as_of)
    catalog, spans = stood.loaded.catalog, stood.loaded.spans
    lang = language(stood, asked.lang)
    if asked.target not in catalog.purposes:
        raise unknown("purpose", asked.target, catalog.purposes)
    plan = objection_plan(catalog, PurposeId(asked.target), stood.day)
    if asked.form == "json":
        return render(objection_document(plan, spans))
    return shown(objection_sheet(plan, lang), asked.form, stood, no_color)


def reach(given: Path | None, as_of: str | None, asked: Asked, no_color: bool) -> str:
    """How a kind of people is reached. Raises `UsageError` for an unknown kind of people or language."""
    from amanat.cli.reporting import language, shown
    from amanat.cli.standing import opened
    from amanat.identity.person import person_ways
    from amanat.rights.document import render
    from amanat.rights.reaching import reach_document, reach_sheet

    stood = opened(given, as_of)
    catalog = stood.loaded.catalog
    lang = language(stood, asked.lang)
    (person,) = person_ways(catalog, (subject_of(catalog, asked.target),))
    if asked.form == "json":
        return render(reach_document(catalog, person))
    return shown(reach_sheet(catalog, person, lang), asked.form, stood, no_color)
