"""Registers in every format: choosing what is asked for, writing it, saying what may be missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from amanat.cli.output import write_plain
from amanat.cli.session import Judged, shown_path, write_text
from amanat.cli.standing import judge_as_it_stood, told
from amanat.errors import EnvironmentFault, UsageError
from amanat.inventory.register import Rows
from amanat.inventory.xlsx import Sheet
from amanat.model.catalog import Catalog

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a register: format, columns, rows, language, where to."""

    form: str
    output: Path | None
    columns: Sequence[str] = ()
    where: str | None = None
    lang: str | None = None
    bom: bool = False

    def filters(self) -> dict[str, str]:
        """What was left out on request, by option."""
        given = {"columns": ", ".join(self.columns), "where": self.where or "", "lang": self.lang or ""}
        return {name: value for name, value in given.items() if value}


class Made(NamedTuple):
    """A register that was made: its name, its title for people, its rows, what its filters are, and further
    sheets of its workbook."""

    name: str
    title: str
    rows: Rows
    filters: dict[str, str]
    more: tuple[Sheet, ...] = ()


def export(given: Path | None, as_of: str | None, make: Callable[[Judged], Made], wanted: Wanted) -> int:
    """Make a register and write it. The exit code is 1 where something may be missing from it."""
    from amanat.cli.exporting import missing
    from amanat.inventory.choose import choose

    if wanted.form in ("xlsx", "parquet"):
        needs_file(wanted)
    if wanted.bom and wanted.form != "csv":
        raise UsageError("`--bom` is for CSV", hint="the other formats say themselves how they are encoded")
    judged, stood = judge_as_it_stood(given, as_of)
    told(stood)
    made = make(judged)
    catalog = judged.loaded.catalog
    part = choose(made.rows, catalog, wanted.columns, wanted.where, wanted.lang)
    filters = {**made.filters, **wanted.filters()}
    write(judged, made._replace(rows=part, filters=filters), wanted)
    number = sum(1 for _ in part.rows())
    if wanted.output is not None:
        rows = f"{number} row{'' if number == 1 else 's'}"
        sys.stderr.write(f"wrote {rows} to {shown_path(wanted.output)}\n")
    elif number == 0:
        sys.stderr.write("note: no row is left by the filters\n" if filters else "note: there is no row\n")
    return missing(judged)


def needs_file(wanted: Wanted) -> None:
    """Raise where a format that is no text has no file to go to."""
    if wanted.output is None:
        raise UsageError(f"{wanted.form} needs a file", hint=f"add --output register.{wanted.form}")
    if wanted.output.is_dir():
        raise EnvironmentFault(
            f"cannot write `{wanted.output}`: it is a folder", hint="give the name of a file"
        )


def write(judged: Judged, made: Made, wanted: Wanted) -> None:
    """Write a register in the format that is asked for."""
    catalog = judged.loaded.catalog
    said = _said(judged, made)
    if wanted.form == "csv":
        from amanat.inventory.csv import to_csv

        write_text(wanted.output, (BOM if wanted.bom else "") + "".join(to_csv(made.rows)))
    elif wanted.form == "json":
        write_text(wanted.output, _json(judged, made))
    elif wanted.form == "md":
        from amanat.report.tables import to_markdown

        write_text(wanted.output, to_markdown(made.title, made.rows, catalog, said))
    else:
        assert wanted.output is not None
        content = _workbook(made, catalog, said, wanted) if wanted.form == "xlsx" else _parquet(made)
        write_plain(wanted.output.parent, {wanted.output.name: content})


def _said(judged: Judged, made: Made) -> dict[str, str]:
    day = judged.as_of.isoformat() if judged.as_of and judged.day_given else None
    filters = "; ".join(f"{name}: {value}" for name, value in made.filters.items())
    return {**({"judged on": day} if day else {}), "filtered by": filters or "nothing: everything is here"}


def _json(judged: Judged, made: Made) -> str:
    from amanat.inventory.json import heading, written

    total = sum(1 for _ in made.rows.rows())
    day = judged.as_of.isoformat() if judged.as_of and judged.day_given else None
    said = {"register": made.name, "as_of": day, "filters": made.filters, "total": total}
    head = heading(judged.loaded.catalog, made.rows.columns, **said)
    head["columns"] = [column._asdict() for column in made.rows.columns]
    return "".join(written(head, made.rows))


def _workbook(made: Made, catalog: Catalog, said: dict[str, str], wanted: Wanted) -> bytes:
    from amanat.inventory.xlsx import to_xlsx
    from amanat.text import direction

    sheets = (Sheet(made.name, made.rows), *made.more)
    rtl = direction(wanted.lang or catalog.language) == "rtl"
    return to_xlsx(catalog, sheets, said, right_to_left=rtl)


def _parquet(made: Made) -> bytes:
    from amanat.inventory.parquet import to_parquet

    return to_parquet(made.rows)
