"""What `amanat check` puts together: findings told apart from earlier ones, and one report or several."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from amanat.cli.options import FailOn, Level
from amanat.cli.session import Judgement, shown_path, write_text
from amanat.diagnostic import Diagnostic, Severity
from amanat.errors import EnvironmentFault, UsageError
from amanat.lint.baseline import (
    NEVER,
    Baseline,
    BaselineError,
    baseline_of,
    from_text,
    known,
    shrunk,
    to_text,
)
from amanat.lint.states import State
from amanat.report.checked import Checked, Revision

FORMATS = ("console", "json", "sarif", "junit", "github", "gitlab", "md")


class Output(NamedTuple):
    """A report to write: its format, and the file (None: standard output)."""

    form: str
    file: Path | None


def outputs(form: str, given: Sequence[str]) -> tuple[Output, ...]:
    """The reports that `--format` and every `--output` ask for. An output is a file, written in the format of
    `--format`, or `FORMAT:FILE`; where none is a plain file, `--format` goes to standard output.

    `-` is standard output too, then instead of that of `--format`.

    Raises `UsageError` where two go to one file, and for a format that there is not.
    """
    found = []
    beside = True
    for one in given:
        named, colon, file = one.partition(":")
        if colon and named in FORMATS:
            if not file:
                raise UsageError(f"`{one}` names no file", hint=f"write it as {named}:FILE")
            found.append(Output(named, _file(file)))
        elif colon and named.isalpha() and len(named) > 1:  # one letter is a drive
            raise UsageError(f"there is no format `{named}`", hint=f"one of {', '.join(FORMATS)}")
        else:
            found.append(Output(form, _file(one)))
            beside = False
    files = [output.file for output in found]
    if beside and None not in files:
        found.insert(0, Output(form, None))
    twice = [file for file in files if files.count(file) > 1]
    if twice:
        where = "standard output" if twice[0] is None else f"`{twice[0]}`"
        raise UsageError(f"two reports go to {where}", hint="give each a file of its own")
    return tuple(found)


def _file(name: str) -> Path | None:
    """The file that a report goes to; None for `-`, standard output."""
    return None if name == "-" else Path(name)


def checked(judged: Judgement, fail_on: FailOn, revision: str | None, baseline: Baseline | None) -> Checked:
    """The check, with findings told apart from those of a git revision and of a baseline."""
    diagnostics = judged.diagnostics
    states: tuple[State, ...] = ()
    resolved: tuple[Diagnostic, ...] = ()
    since = None
    if revision is not None:
        diagnostics, states, resolved, since = _since(judged, revision)
    if baseline is not None:
        there = states or (State.NEW,) * len(diagnostics)
        listed = known(baseline, diagnostics)
        states = tuple(State.KNOWN if k else s for k, s in zip(listed, there, strict=True))
    return Checked(
        counts=judged.verdict.counts,
        diagnostics=diagnostics,
        rules=(),
        severities=judged.verdict.severities,
        fails_at=None if fail_on is FailOn.NEVER else Severity(fail_on.value),
        states=states,
        resolved=resolved,
        since=since,
    )


class _Since(NamedTuple):
    """What was found, also by rules that compare, and how it relates to what was found at the revision."""

    diagnostics: tuple[Diagnostic, ...]
    states: tuple[State, ...]
    resolved: tuple[Diagnostic, ...]
    revision: Revision


def _since(judged: Judgement, revision: str) -> _Since:
    from amanat.cli.session import open_catalog
    from amanat.diff.renamed import under_new_names
    from amanat.history.revision import NoCatalog, catalog_at
    from amanat.lint.engine import compare, lint
    from amanat.lint.rule import Context
    from amanat.lint.states import since
    from amanat.rules import RULES

    try:
        with catalog_at(judged.root, revision) as (old, commit):
            loaded = open_catalog(judged.root)
            hidden = old.catalog.unreadable
            stood = under_new_names(old, loaded).loaded
            before = lint(stood, RULES, judged.as_of)  # by the same day: a day that has passed is no change
            changed = compare(loaded, RULES, Context(loaded.catalog, judged.as_of, before=stood.catalog))
    except NoCatalog as error:  # the change that begins the catalog
        sys.stderr.write(f"note: {error.message}: all is new\n")
        return _all_new(judged, revision, error.commit)
    if hidden:
        sys.stderr.write(
            f"warning: `{hidden[0]}` cannot be read at `{revision}`: what it hid then is told as new\n"
        )
    found = tuple(sorted((*judged.diagnostics, *changed), key=lambda diagnostic: diagnostic.order))
    states, resolved = since(before, found)
    return _Since(found, states, resolved, Revision(revision, commit))


def _all_new(judged: Judgement, revision: str, commit: str) -> _Since:
    states = (State.NEW,) * len(judged.diagnostics)
    return _Since(judged.diagnostics, states, (), Revision(revision, commit))


def read_baseline(file: Path) -> Baseline:
    """Read a baseline. Raises `UsageError` where there is none, or it is damaged or from another version."""
    try:
        return from_text(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"there is no baseline `{file}`", hint=f"make one: amanat check --write-baseline {file}"
        ) from None
    except BaselineError as error:
        raise UsageError(f"the baseline `{file}` {error}", hint=error.hint) from None
    except UnicodeDecodeError:
        unread = BaselineError("is not UTF-8")
        raise UsageError(f"the baseline `{file}` {unread}", hint=unread.hint) from None
    except OSError as error:
        raise EnvironmentFault(f"cannot read `{file}`: {error.strerror}") from None


def write_baseline(judged: Judgement, file: Path) -> None:
    """Write a new baseline of what was found. One that is there is never written over: it would take up
    new findings."""
    if file.exists():
        raise UsageError(
            f"there is a baseline `{file}` already, and it may only shrink",
            hint="it does so by itself with --baseline; to begin anew, remove it first",
        )
    made = baseline_of(judged.diagnostics)
    write_text(file, to_text(made))
    sys.stderr.write(f"wrote {made.total} finding{'' if made.total == 1 else 's'} to {shown_path(file)}\n")
    if left := sum(d.code.startswith(NEVER) for d in judged.diagnostics):
        sys.stderr.write(
            f"note: {left} not taken (LD, SC, ID101 to ID104): what cannot be read has to be mended\n"
        )


def shrink(judged: Judgement, baseline: Baseline, file: Path) -> None:
    """Take out of the baseline what is no more, unless something could not be read and may hide findings."""
    smaller = shrunk(baseline, judged.diagnostics)
    gone = baseline.total - smaller.total
    if dict(smaller.counts) == dict(baseline.counts):
        return
    if any(d.code.startswith(NEVER) and d.severity is Severity.ERROR for d in judged.diagnostics):
        return
    if judged.day_given:
        return  # judged by another day, findings about time are gone only for now
    try:
        write_text(file, to_text(smaller))
    except EnvironmentFault as error:
        sys.stderr.write(f"note: the baseline could be smaller by {gone}: {error.message}\n")
        return
    what = f"{gone} finding{'' if gone == 1 else 's'} gone" if gone else "findings have become milder"
    sys.stderr.write(f"{what}: {shown_path(file)} is smaller now, commit it\n")


def exit_code(made: Checked) -> int:
    """1 when a finding that counts is at least as severe as what fails the check, else 0."""
    return 1 if any(map(made.fails, made.counted())) else 0


def write(
    judged: Judgement, made: Checked, wanted: Sequence[Output], level: Level, quiet: bool, no_color: bool
) -> None:
    """Write every report that was asked for. Those for CI name files as the repository does."""
    if any(form not in ("console", "json") for form, _ in wanted):
        from amanat.history.revision import folder_in_repository
        from amanat.rules import RULES

        made = replace(made, rules=RULES, folder=folder_in_repository(judged.root))
    for form, file in wanted:
        if form == "console":
            text = console(judged, made, level, quiet, no_color or file is not None)
        else:
            text = _renderer(form)(made)
        write_text(file, text)


def _renderer(form: str) -> Callable[[Checked], str]:
    """What writes a format; imported only when it is asked for."""
    from importlib import import_module

    if form == "json":
        return _as_json
    name = {"md": "markdown"}.get(form, form)
    render: Callable[[Checked], str] = import_module(f"amanat.report.{name}").render
    return render


def _as_json(made: Checked) -> str:
    from amanat.report import json as json_report

    if made.states:
        return json_report.render_compared(made)
    return json_report.render(made.counts, made.diagnostics)


def console(judged: Judgement, made: Checked, level: Level, quiet: bool, no_color: bool) -> str:
    """What counts and is of `level` or worse, for a terminal; a closing line of counts unless `quiet`."""
    from amanat.cli.session import Lines, shown_folder
    from amanat.report.console import Paint, amount, printable, render, summary, use_colour

    paint = Paint(use_colour(no_color))
    counted = made.counted()
    shown = [d for d in counted if d.severity.rank <= Severity(level.value).rank]
    text = render(shown, Lines(judged.root), paint, shown_folder(judged.root))
    for d in made.resolved:
        text += f"{paint('resolved', '32;1')}[{d.code} {d.name}] {printable(d.message)}\n"
    if quiet:
        return text
    hidden = len(counted) - len(shown)
    notes = [f"{hidden} not shown: --level info"] if hidden else []
    if made.since is not None:
        notes.append(
            f"{made.number_of(State.OLD)} old, {len(made.resolved)} resolved since `{made.since.name}`"
        )
    if made.number_of(State.KNOWN):
        notes.append(f"{made.number_of(State.KNOWN)} known in the baseline")
    new = "new: " if made.states else ""
    note = f" ({'; '.join(notes)})" if notes else ""
    return f"{text}{amount(made.counts)}: {new}{summary(counted)}{note}\n"
