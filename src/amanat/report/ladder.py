"""A decision as a person reads it: the gates as a ladder, the first that fails marked, then what would have
to change and which columns and rows it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import NamedTuple

from amanat.load.positions import Spans
from amanat.policy.explain import Explanation, Shown, position
from amanat.policy.request import Effect, Outcome, Step
from amanat.report.console import printable
from amanat.text import Place

MOST_COLUMNS = 12
"""How many columns a terminal shows; JSON holds all of them."""
MOST_NAMED = 3
"""How many of those that are closed for one cause it names."""

_STYLES = {Effect.ALLOW: "bold green", Effect.MASK: "bold magenta", Effect.DENY: "bold red"}
_LINE = "cyan"
_ALL = "(all of them with `--format json`)"


class Rung(NamedTuple):
    """A line of the report: what stands on the left, what it says, where; each may be empty."""

    left: str
    says: str
    where: str = ""
    style: str = ""


def as_text(
    explained: Explanation, spans: Spans, line_of: Callable[[str, int], str], width: int | None, colour: bool
) -> str:
    """The explanation for people. With a `width` it is laid out for a terminal, else one line for each gate.
    `line_of(file, line)` gives the text of a line."""
    rungs = list(_rungs(explained, spans, line_of))
    if width is not None:
        return _drawn(rungs, width, colour)
    lines = (f"{rung.left}{rung.says}{f'  ({rung.where})' if rung.where else ''}" for rung in rungs)
    return "".join(f"{line}\n" for line in lines)


def _rungs(explained: Explanation, spans: Spans, line_of: Callable[[str, int], str]) -> Iterator[Rung]:
    decision, asked = explained.decision, explained.asked
    about = " · ".join((asked.role, asked.purpose, asked.action, asked.subject))
    yield Rung(
        "",
        printable(f"{_told(decision.outcome._replace(conditions=()))}: {about}"),
        style=_STYLES[decision.effect],
    )
    judged = [step for step in decision.trace if step.passed is not None]
    first = next((step for step in judged if not step.passed), None)
    for step in judged:
        yield _gate(step, spans, decides=step is first)
    if len(judged) < len(decision.trace):
        yield Rung("  ", "the later gates cannot be judged", style="dim")
    for condition in decision.conditions:
        yield Rung("", printable(f"only in rows with {condition}"), style="bold")
    yield from _ways(explained, spans, line_of)
    yield from _columns(explained, spans)


def _told(outcome: Outcome) -> str:
    answer = f"{outcome.effect} ({outcome.mask or outcome.reason})"
    rows = "".join(f", only in rows with {condition}" for condition in outcome.conditions)
    return (answer if outcome.mask or outcome.reason else outcome.effect.value) + rows


def _gate(step: Step, spans: Spans, *, decides: bool) -> Rung:
    sign = "ok" if step.passed else "NO"
    style = "bold red" if decides else "red" if not step.passed else "magenta" if step.mask else ""
    mark = "  <-- this decides" if decides else ""
    left = f"  {step.gate} {sign} {step.rule.ljust(20)}  "
    return Rung(printable(left), printable(step.detail) + mark, _where(step.place, spans), style)


def _ways(explained: Explanation, spans: Spans, line_of: Callable[[str, int], str]) -> Iterator[Rung]:
    effect = explained.decision.effect
    if explained.ways:
        if effect is Effect.MASK:
            title = "shown in clear it would be only if:"
        else:
            title = "what would have to change" + (":" if len(explained.ways) == 1 else ", all of it:")
        yield Rung("", title, style="bold")
    for way in explained.ways:
        yield Rung("  - ", printable(way.what), _where(way.place, spans))
        file, line = position(way.place, spans)
        if file is not None and line is not None and (text := line_of(file, line).strip()):
            yield Rung(f"    {line} | ", printable(text), style="dim")
    if explained.then is not None:
        yield Rung("", printable(f"it would then be: {_told(explained.then)}"))
    if explained.others:
        names = ", ".join(f"`{name}`" for name in explained.others)
        start = "the role may do this already for" if effect is Effect.DENY else "and for"
        yield Rung("", f"{start}: {names}")


def _columns(explained: Explanation, spans: Spans) -> Iterator[Rung]:
    if not explained.columns:
        return
    number = len(explained.columns)
    systems = len({column.source.partition(".")[0] for column in explained.columns})
    counted = f"{number} column{'s' if number > 1 else ''} of {systems} system{'s' if systems > 1 else ''}"
    denied = explained.decision.effect is Effect.DENY
    yield Rung("", f"it is about {counted}{'' if denied else ', and opens'}:", style="bold")
    shown = [column for column in explained.columns if denied or column.rows != "none"]
    for column in shown[:MOST_COLUMNS]:
        rows = "" if denied else "  all rows" if column.rows == "all" else "  rows with consent"
        yield Rung("  ", printable(f"{column.source}{rows}"), _where(column.place, spans))
    if len(shown) > MOST_COLUMNS:
        yield Rung("  ", f"and {len(shown) - MOST_COLUMNS} more {_ALL}", style="dim")
    if not denied:
        yield from _closed([column for column in explained.columns if column.rows == "none"])


def _closed(columns: Sequence[Shown]) -> Iterator[Rung]:
    """Columns of which no row is open, those with one cause together."""
    causes: dict[str, list[str]] = {}
    for column in columns:
        causes.setdefault(column.why, []).append(column.source)
    for why, sources in causes.items():
        names = ", ".join(f"`{source}`" for source in sources[:MOST_NAMED])
        more = f" and {len(sources) - MOST_NAMED} more" if len(sources) > MOST_NAMED else ""
        yield Rung("  ", printable(f"no row of {names}{more}: {why}"), style="dim")


def _where(place: Place | None, spans: Spans) -> str:
    file, line = position(place, spans)
    return "" if file is None else printable(f"{file}:{line}" if line else file)


def _drawn(rungs: list[Rung], width: int, colour: bool) -> str:
    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=StringIO(), width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    for left, says, where, style in rungs:
        text = Text.assemble((says, style), ("  " if where else ""), (where, _LINE))
        lines = text.wrap(console, max(20, width - len(left)))
        for number, line in enumerate(lines):
            line.rstrip()
            head = Text(left if number == 0 else " " * len(left), style)
            console.print(Text.assemble(head, line), soft_wrap=True)
    written = console.file
    assert isinstance(written, StringIO)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"
