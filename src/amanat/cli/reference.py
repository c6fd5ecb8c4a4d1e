"""The command reference, made from the commands: `commands.md` and the man page `amanat.1`.

`python -m amanat.cli.reference src/amanat/manual` writes both; with `--check` it says which differ and exits
with 1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_EXAMPLE = re.compile(r"^Example: (.+)$", re.MULTILINE)
_EXITS = (
    ("0", "clean"),
    ("1", "findings at or above `--fail-on`"),
    ("2", "usage, or the machine: no such file, no permission, a full disk"),
    ("3", "a bug in amanat; it names a log to send"),
    ("130", "interrupted"),
)
_COMMON = frozenset(("--no-cache", "--no-color", "--no-pager", "--help"))
"""Options that every command has; they are told once."""


class Described(NamedTuple):
    """An argument or option: how it is written, what it is for, what holds without it."""

    written: str
    told: str


class Documented(NamedTuple):
    """A command with everything that its help tells."""

    name: str
    arguments: str
    told: tuple[str, ...]
    examples: tuple[str, ...]
    options: tuple[Described, ...]


def documented() -> Iterator[Documented]:
    """Every command, groups before what is in them, in the order of the table of commands."""
    from typer.main import get_command

    from amanat.cli.main import app

    root = get_command(app)
    context = root.make_context("amanat", ["check"], resilient_parsing=True)
    for name in root.list_commands(context):  # type: ignore[attr-defined]
        command = root.get_command(context, name)  # type: ignore[attr-defined]
        yield from _with_those_below(f"amanat {name}", command)


def _with_those_below(name: str, command: Any) -> Iterator[Documented]:
    below = getattr(command, "commands", None) or {}
    paragraphs = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    yield Documented(
        name,
        "COMMAND"
        if below
        else " ".join(_argument(p) for p in command.params if p.param_type_name == "argument"),
        tuple(p for p in paragraphs if p and not p.startswith("Example: ")),
        tuple(_EXAMPLE.findall("\n".join(paragraphs))),
        () if below else tuple(_described(p) for p in command.params if not set(p.opts) & _COMMON),
    )
    for inner, one in below.items():
        yield from _with_those_below(f"{name} {inner}", one)


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper())
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _described(parameter: Any) -> Described:
    told = parameter.help or ""
    default = parameter.default
    if parameter.param_type_name == "argument":
        return Described(_argument(parameter), told)
    value = "" if parameter.is_flag else f" {_value(parameter)}"
    shown = getattr(default, "value", default)
    if not parameter.is_flag and isinstance(shown, str | int | float) and f"default: {shown}" not in told:
        told = f"{told} (default: {shown})"
    return Described(f"{', '.join((*parameter.opts, *parameter.secondary_opts))}{value}", told)


def _value(parameter: Any) -> str:
    choices = getattr(parameter.type, "choices", None)
    if choices:
        return "|".join(str(getattr(choice, "value", choice)) for choice in choices)
    return str(parameter.metavar or parameter.name.upper())


def to_markdown() -> str:
    """The reference in Markdown."""
    lines = ["# Commands", "", "Made from the code by `python -m amanat.cli.reference docs`.", ""]
    lines += ["Every command also takes:", "", *_options(_common()), ""]
    for one in documented():
        lines += [f"## {one.name}", "", f"`{' '.join((one.name, one.arguments)).strip()}`", ""]
        for paragraph in one.told:
            lines += [_outside_code(paragraph), ""]
        if one.examples:
            lines += ["```", *one.examples, "```", ""]
        if one.options:
            lines += [*_options(one.options), ""]
    lines += ["## Exit codes", "", *(f"- `{code}`: {told}" for code, told in _EXITS), ""]
    return "\n".join(lines)


def _common() -> tuple[Described, ...]:
    return (
        Described(
            "--no-cache", "Read and judge everything anew, and keep nothing (commands that read a catalog)."
        ),
        Described("--no-color", "No colours (also: NO_COLOR)."),
        Described("--no-pager", "Do not page long output on a terminal (which pager: PAGER)."),
        Described("-h, --help", "Show help and exit."),
    )


def _options(options: tuple[Described, ...]) -> list[str]:
    return [f"- `{one.written}`: {_outside_code(one.told)}" for one in options]


def _outside_code(text: str) -> str:
    """Text in which Markdown sees no markup but the code that is marked as such."""
    parts = text.split("`")
    return "`".join(
        part if n % 2 else re.sub(r"([\\*_<>|\[\]])", r"\\\1", part) for n, part in enumerate(parts)
    )


def to_man() -> str:
    """The reference as a man page (roff)."""
    from amanat import __version__

    lines = [
        f'.TH AMANAT 1 "" "amanat {__version__}" "User commands"',
        ".SH NAME",
        r"amanat \- a register of the customer data entrusted to a company",
        ".SH SYNOPSIS",
        ".B amanat",
        r"COMMAND [\fIoptions\fR]",
        ".SH OPTIONS OF EVERY COMMAND",
        *_roff_options(_common()),
        ".SH COMMANDS",
    ]
    for one in documented():
        lines += [f".SS {_roff(' '.join((one.name, one.arguments)).strip())}"]
        for paragraph in one.told:
            lines += [".PP", _roff(paragraph)]
        for example in one.examples:
            lines += [".PP", ".RS 4", ".nf", _roff(example), ".fi", ".RE"]
        lines += _roff_options(one.options)
    lines += [".SH EXIT STATUS", *_roff_options(tuple(Described(code, told) for code, told in _EXITS))]
    return "\n".join(lines) + "\n"


def _roff_options(options: tuple[Described, ...]) -> list[str]:
    lines = []
    for one in options:
        lines += [".TP", rf"\fB{_roff(one.written)}\fR", _roff(one.told)]
    return lines


def _roff(text: str) -> str:
    """A line of text for roff: nothing in it is a request or an escape."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("`", "")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


def files() -> dict[str, str]:
    """The reference, by file name."""
    return {"commands.md": to_markdown(), "amanat.1": to_man()}


def main(arguments: list[str]) -> int:
    """Write the reference into a folder, or check it there."""
    check = "--check" in arguments
    folder = Path(next(one for one in arguments if one != "--check"))
    stale = 0
    for name, text in files().items():
        file = folder / name
        if not check:
            folder.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            sys.stdout.write(
                f"{file} is stale; write it again with: python -m amanat.cli.reference {folder}\n"
            )
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
