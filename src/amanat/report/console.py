"""Diagnostics as a person reads them in a terminal: message, place, the line itself, the way out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from amanat.diagnostic import Diagnostic, Severity
from amanat.model.counts import Counts
from amanat.text import Span

MOST_RELATED = 6
"""How many related places a terminal shows; machine-readable reports hold all of them."""

_NEWLINE = "\n"
_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}
_INVISIBLE = {
    c: f"\\u{c:04x}"
    for c in [
        *range(0x09),
        *range(0x0B, 0x20),
        0x7F,
        *range(0x80, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
}


class Paint:
    """Wraps text in colours, or leaves it alone."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, code: str) -> str:
        """The text in a colour (an SGR code), if colours are on."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def use_colour(no_color: bool) -> bool:
    """Whether standard output is a terminal that wants colours, or is to have them all the same
    (`FORCE_COLOR`). `NO_COLOR` goes before either; set to nothing, neither counts."""
    import os

    if no_color or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def printable(text: str) -> str:
    """The text with control and direction characters made visible, so that no value in a catalog can steer
    the terminal."""
    return text.translate(_INVISIBLE)


def render(
    diagnostics: Sequence[Diagnostic], line_of: Callable[[str, int], str], paint: Paint, prefix: str = ""
) -> str:
    """The diagnostics, each with its source line; `line_of(file, line)` gives the text of a line and
    `prefix` is put before file names so that they can be clicked."""
    return "".join(_one(diagnostic, line_of, paint, prefix) for diagnostic in diagnostics)


def _one(d: Diagnostic, line_of: Callable[[str, int], str], paint: Paint, prefix: str) -> str:
    head = paint(f"{d.severity}[{d.code} {d.name}]", _COLOURS[d.severity])
    lines = [f"{head} {printable(d.message)}"]
    here = _where(prefix + d.place.file, d.span)
    about = f" ({d.subject})" if d.subject != d.place.file else ""
    lines.append(f"  {paint('-->', '34')} {here}{printable(about)}")
    if d.span is not None:
        lines.extend(_excerpt(d.span, line_of(d.place.file, d.span.line), paint))
    for related in d.related[:MOST_RELATED]:
        where = _where(prefix + related.place.file, related.span)
        lines.append(f"  {paint('-', '34')} {where}: {printable(related.message)}")
    if len(d.related) > MOST_RELATED:
        lines.append(f"  - and {len(d.related) - MOST_RELATED} more places")
    if d.fix is not None:
        lines.append(f"  {paint('help:', '32')} {printable(d.fix.message)}")
        for n, option in enumerate(d.fix.options, 1):
            lines.append(f"    {n}. {printable(option.partition(_NEWLINE)[0])}")
    return "\n".join(lines) + "\n\n"


def _where(file: str, span: Span | None) -> str:
    return f"{file}:{span.line}:{span.column}" if span is not None else file


def _excerpt(span: Span, line: str, paint: Paint) -> list[str]:
    if not line.strip() or len(line) > 200:
        return []
    number = str(span.line)
    width = max(1, (span.end_column if span.end_line == span.line else len(line) + 1) - span.column)
    marker = " " * (span.column - 1) + "^" * min(width, len(line) + 1)
    gap = " " * len(number)
    bar = paint("|", "34")
    return [f"   {paint(number, '34')} {bar} {printable(line)}", f"   {gap} {bar} {paint(marker, '31')}"]


def amount(counts: Counts) -> str:
    """How much a catalog holds, in words."""
    told = (("field", counts.fields), ("source", counts.sources), ("system", counts.systems))
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in told)


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many errors, warnings and infos, in words."""
    return in_words(Counter(d.severity for d in diagnostics)) or "no findings"


def in_words(counts: Mapping[Severity, int]) -> str:
    """How many of each severity, the gravest first; nothing where there is none."""
    words = {one: one.value for one in (Severity.ERROR, Severity.WARNING, Severity.INFO)}
    return ", ".join(
        f"{number} {word}{'' if number == 1 else 's'}"
        for severity, word in words.items()
        if (number := counts.get(severity, 0))
    )
