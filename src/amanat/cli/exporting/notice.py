"""The privacy notice: writing it, and comparing a published one with the catalog."""

from __future__ import annotations

import sys
from pathlib import Path

from amanat.cli.session import shown_path, warn_of_faults, write_text
from amanat.cli.standing import as_it_stood, told
from amanat.errors import EnvironmentFault, UsageError
from amanat.inventory.select import unknown
from amanat.report.notice import Compared, Notice, compare_text, notice, to_html, to_markdown


def export(
    given: Path | None,
    as_of: str | None,
    lang: str | None,
    subject: str | None,
    form: str,
    output: Path | None,
    check: Path | None,
) -> int:
    """Write the notice, or compare a published one with it. The exit code is 1 where the law asks for
    something that the catalog does not say, the published text says something else, or something may be
    missing because it could not be read."""
    stood = as_it_stood(given, as_of)
    told(stood)
    faulty = int(warn_of_faults(stood.loaded))
    catalog = stood.loaded.catalog
    language = lang or catalog.language
    if language not in catalog.languages:
        raise unknown("language", language, catalog.languages)
    who = subject or _subject(tuple(map(str, catalog.subjects)))
    if who not in catalog.subjects:
        raise unknown("subject", who, catalog.subjects)
    made = notice(catalog, language, who, stood.day)
    if check is not None:
        return _show(compare_text(_read(check), made, catalog), check) or faulty
    write_text(output, (to_html if form == "html" else to_markdown)(made))
    if output is not None:
        sys.stderr.write(f"wrote {shown_path(output)}\n")
    return _tell(made) or faulty


def _subject(known: tuple[str, ...]) -> str:
    if "customer" in known:
        return "customer"
    if len(known) == 1:
        return known[0]
    some = ", ".join(known) or "none is declared"
    raise UsageError("whom is the notice for?", hint=f"add --subject, one of: {some}")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise EnvironmentFault(f"cannot read `{file}`: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"`{file}` is not UTF-8", hint="save it as UTF-8") from None


def _tell(made: Notice) -> int:
    """Say what the law asks for and the catalog does not say."""
    if not made.gaps:
        return 0
    sys.stderr.write("the law asks for more than the catalog says:\n")
    alike: dict[tuple[str, str], list[str]] = {}
    for gap in made.gaps:
        alike.setdefault((gap.article, gap.key.rpartition(".")[2]), []).append(f"{gap.what}  ->  {gap.key}")
    for (article, _), lines in alike.items():
        sys.stderr.write(f"  {article}: {lines[0]}\n")
        if len(lines) > 1:
            sys.stderr.write(f"    and {len(lines) - 1} more of the kind\n")
    return 1


def _show(found: Compared, file: Path) -> int:
    how = (
        ""
        if found.ours
        else " (it carries no marks of ours: names of purposes and recipients were looked for)"
    )
    for what, names in (
        ("not said", found.missing),
        ("says something else", found.changed),
        ("no longer so", found.gone),
    ):
        for name in names:
            sys.stdout.write(f"{what}: {name}\n")
    if found.same:
        sys.stdout.write(f"{shown_path(file)} says what the catalog says{how}\n")
        return 0
    number = len(found.missing) + len(found.changed) + len(found.gone)
    sys.stdout.write(f"{shown_path(file)} differs from the catalog in {number} things{how}\n")
    return 1
