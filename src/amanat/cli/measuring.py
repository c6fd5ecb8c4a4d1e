"""What `amanat measure` does: which systems are asked by which URL, and the files of what was counted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from amanat.cli.options import TextOrJson
from amanat.cli.output import write_plain
from amanat.cli.progress import progress
from amanat.cli.session import judging_day, open_catalog, warn_of_faults
from amanat.connect.asking import Asker, engine_of, opened
from amanat.errors import EnvironmentFault, UsageError
from amanat.load import Loaded
from amanat.load.discover import MEASURES, OBSERVED
from amanat.measure.across import across
from amanat.measure.document import render
from amanat.measure.keeping import as_csv, merged
from amanat.measure.run import SystemMeasured, measure_system
from amanat.measure.show import as_text
from amanat.measure.wanted import wanted_of
from amanat.model.catalog import Catalog
from amanat.model.measures import Outcome
from amanat.model.values import FieldId, SystemId


class Chosen(NamedTuple):
    """What is measured: systems, those that were named, and the fields (None: all)."""

    systems: tuple[SystemId, ...]
    named: frozenset[SystemId]
    fields: frozenset[FieldId] | None


class Measured(NamedTuple):
    """What was measured on a day, why systems were not asked, which of them have a URL and did not answer,
    and the files that were written."""

    day: date
    found: tuple[SystemMeasured, ...]
    unreached: Mapping[str, str]
    failed: frozenset[str]
    files: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether everybody answered, and nothing fell short of what is expected."""
        outcomes = (one.outcome for system in self.found for one in system.measures)
        answered = not self.failed and not any(system.partial for system in self.found)
        return answered and Outcome.FAIL not in outcomes


class Asked(NamedTuple):
    """What is asked: systems and fields by name, URLs, seconds for a query, the day; whether customer ids are
    compared, and whether the counts are kept."""

    names: Sequence[str]
    urls: Sequence[str]
    seconds: int
    as_of: str | None
    ids: bool
    keep: bool


def measured_and_kept(given: Path | None, asked: Asked) -> Measured:
    """Measure, and keep what was counted. Raises `UsageError`, and `EnvironmentFault` where none answers."""
    loaded = open_catalog(given)
    warn_of_faults(loaded)
    day = judging_day(asked.as_of, loaded.root)
    if day is None:
        raise UsageError("there is no commit to take the day from", hint="give it with --as-of")
    wanted = chosen(loaded.catalog, asked.names)
    reached, without = urls_of(loaded.catalog, wanted, asked.urls, os.environ)
    if asked.keep:
        _refuse_broken(loaded, reached)
    found, failed = _measure(loaded, wanted, reached, day, asked)
    if not found:
        raise EnvironmentFault("; ".join(failed.values()))
    files = _keep(loaded, found) if asked.keep else ()
    return Measured(day, tuple(found), {**without, **failed}, frozenset(failed), tuple(files))


def report(result: Measured, form: TextOrJson, quiet: bool) -> str:
    """What was measured, as text or JSON; on the terminal with the names of the files."""
    if form is TextOrJson.JSON:
        return render(result.found, result.unreached, result.day)
    wrote = "".join(f"wrote {file}\n" for file in result.files)
    return as_text(result.found, result.unreached, quiet) + wrote


def chosen(catalog: Catalog, names: Sequence[str]) -> Chosen:
    """What the names mean: systems or fields; none: everything that can be reached. Raises `UsageError`."""
    systems = [SystemId(name) for name in names if name in catalog.systems]
    fields = [FieldId(name) for name in names if name in catalog.fields and name not in catalog.systems]
    for name in names:
        if name not in catalog.systems and name not in catalog.fields:
            near = get_close_matches(name, [*catalog.systems, *catalog.fields], n=3)
            hint = f"did you mean {', '.join(near)}?" if near else "`amanat list` shows the ids"
            raise UsageError(f"there is no system or field `{name}`", hint=hint)
    holding = {source.system for name in fields for source in catalog.fields[name].sources.values()}
    asked = systems or sorted(holding) or list(catalog.systems)
    known = tuple(dict.fromkeys(system for system in asked if system in catalog.systems))
    return Chosen(known, frozenset(systems), frozenset(fields) or None)


def urls_of(
    catalog: Catalog, wanted: Chosen, given: Sequence[str], environ: Mapping[str, str]
) -> tuple[dict[SystemId, tuple[str, str]], dict[str, str]]:
    """Where each system is: in words whence, and the URL; and why others cannot be reached. `given` are
    `SYSTEM=URL`, or one URL where there is one system. Raises `UsageError`, which tells no URL."""
    by_hand: dict[str, str] = {}
    for text in given:
        name, equals, url = text.partition("=")
        if equals and name in catalog.systems:
            by_hand[name] = url
        elif len(wanted.named or wanted.systems) == 1:
            by_hand[next(iter(wanted.named or wanted.systems))] = text
        else:
            raise UsageError("`--url` does not say which system it is of", hint="write --url SYSTEM=URL")
    found: dict[SystemId, tuple[str, str]] = {}
    without: dict[str, str] = {}
    for name in wanted.systems:
        variable = catalog.systems[name].url_env
        if name in by_hand:
            found[name] = ("`--url`", by_hand[name])
        elif variable and environ.get(variable, "").strip():
            found[name] = (f"the environment variable {variable}", environ[variable])
        else:
            without[name] = f"{variable} is not set" if variable else "it has no `url_env`"
    for name in wanted.named & set(map(SystemId, without)):
        raise UsageError(
            f"nobody says where system `{name}` is: {without[name]}",
            hint=f"give --url, or set {catalog.systems[name].url_env or 'the variable that `url_env` names'}",
        )
    if not found:
        first = next((s.url_env for s in catalog.systems.values() if s.url_env), None)
        raise UsageError(
            "no system can be reached: none of their variables is set",
            hint=f"give --url SYSTEM=URL, or set {first}" if first else "give --url SYSTEM=URL",
        )
    for whence, url in found.values():
        engine_of(whence, url)
    return found, without


def _measure(
    loaded: Loaded, wanted: Chosen, urls: Mapping[SystemId, tuple[str, str]], day: date, asked: Asked
) -> tuple[list[SystemMeasured], dict[str, str]]:
    """Ask every system that has a URL; one that cannot be reached does not stop the others."""
    found: list[SystemMeasured] = []
    failed: dict[str, str] = {}
    with ExitStack() as stack:
        askers: dict[SystemId, Asker] = {}
        for name, (whence, url) in urls.items():
            try:
                askers[name] = stack.enter_context(opened(name, whence, url, asked.seconds))
            except EnvironmentFault as fault:
                failed[name] = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
        for name, asker in askers.items():
            tables = wanted_of(loaded.catalog, name, wanted.fields)
            with progress(f"measuring {name}") as tell:
                found.append(measure_system(asker, name, tables, day, tell))
        compared = across(loaded.catalog, askers, day, wanted.fields, asked.ids)
        found = [one.with_measures(m for system, m in compared if system == one.system) for one in found]
    return found, failed


def _refuse_broken(loaded: Loaded, systems: Iterable[SystemId]) -> None:
    """Refuse to write over a file of measures that cannot be read in full, so that nothing of it is lost."""
    files = {f"{OBSERVED}/{name}{MEASURES}" for name in systems}
    for finding in loaded.findings:
        if finding.place.file in files:
            line = finding.span.line if finding.span else 1
            raise UsageError(
                f"{finding.place.file}:{line}: {finding.message}; nothing is measured, as that file would be "
                "written anew",
                hint=finding.fix.message if finding.fix else None,
            )


def _keep(loaded: Loaded, found: Iterable[SystemMeasured]) -> list[str]:
    """Write what was measured below `observed/`, beside what was known; the names of the files."""
    files = {}
    for one in found:
        known = loaded.catalog.measures.get(SystemId(one.system))
        text = as_csv(merged(known.all if known else (), one.measures))
        if one.measures:
            files[f"{OBSERVED}/{one.system}{MEASURES}"] = text.encode()
    if files:
        write_plain(loaded.root, files)
    return sorted(files)
