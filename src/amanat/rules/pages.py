"""Rules as text, Markdown and data: what `explain`, `rules` and the rule pages of the docs are made from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from amanat.lint.rule import Example, Rule

WIDTH = 96


def data(rule: Rule) -> dict[str, Any]:
    """A rule as plain data, in a stable order of keys."""
    example = rule.example
    line, column = example.at
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "since": rule.since,
        "profiles": list(rule.profiles),
        "summary": rule.summary,
        "rationale": rule.rationale,
        "source": rule.source or None,
        "help": rule.help,
        "example": {
            "bad": example.bad,
            "good": example.good,
            "file": example.file,
            "line": line,
            "column": column,
            "as_of": example.as_of,
            "before": example.before,
            "files": dict(sorted(example.files.items())),
            "bad_files": dict(sorted(example.bad_files.items())),
        },
    }


def row(rule: Rule) -> dict[str, Any]:
    """What a list of rules tells of each."""
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "profiles": list(rule.profiles),
        "summary": rule.summary,
    }


def text_page(rule: Rule) -> str:
    """A rule explained on a terminal."""
    parts = [
        f"{rule.code} {rule.name} ({rule.severity.value})",
        _wrapped(f"The catalog {rule.summary}."),
        f"Why\n{_wrapped(rule.rationale, '  ')}",
        f"What to do\n{_wrapped(rule.help, '  ')}",
    ]
    if rule.source:
        parts.append(f"Source\n{_wrapped(rule.source, '  ')}")
    parts.append(f"Profiles\n  {', '.join(rule.profiles)}; since {rule.since}")
    parts += [f"{title}\n{textwrap.indent(text, '    ')}".rstrip() for title, text in _example(rule.example)]
    return "\n\n".join(parts) + "\n"


def markdown_page(rule: Rule) -> str:
    """A rule's page of the documentation."""
    about = f"**{rule.severity.value}** · profiles: {', '.join(rule.profiles)} · since {rule.since}"
    parts = [
        f"# {rule.code} {rule.name}",
        f"The catalog {rule.summary}.",
        about,
        f"## Why\n\n{rule.rationale}",
        f"## What to do\n\n{rule.help[:1].upper()}{rule.help[1:]}.",
    ]
    if rule.source:
        parts.append(f"## Source\n\n{rule.source}")
    for title, text in _example(rule.example):
        language = "csv" if title.startswith("With `observed/") else "yaml"
        parts.append(f"## {title}\n\n```{language}\n{text.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def text_table(rules: Iterable[Rule]) -> str:
    """All rules, one line each."""
    listed = list(rules)
    width = max((len(rule.name) for rule in listed), default=0)
    profiles = max((len(" ".join(rule.profiles)) for rule in listed), default=0)
    lines = [
        f"{rule.code}  {rule.name:{width}}  {rule.severity.value:7}  {' '.join(rule.profiles):{profiles}}  "
        f"{rule.summary}"
        for rule in listed
    ]
    return "\n".join(lines) + "\n"


def markdown_table(rules: Iterable[Rule]) -> str:
    """All rules as a Markdown table."""
    lines = ["| code | name | severity | profiles | the catalog … |", "|---|---|---|---|---|"]
    for rule in rules:
        summary = rule.summary.replace("|", "\\|")
        profiles = ", ".join(rule.profiles)
        lines.append(f"| {rule.code} | {rule.name} | {rule.severity.value} | {profiles} | {summary} |")
    return "\n".join(lines) + "\n"


def _example(example: Example) -> list[tuple[str, str]]:
    """The parts of an example with their titles. Files that are the same in both stand once."""
    line, column = example.at
    bad = f"Bad (found at {example.file}:{line}:{column})"
    shown: list[tuple[str, str]] = []
    if example.before is not None:
        shown.append(("Before (the earlier state)", example.before))
    if example.bad_files:
        shown += [(f"{bad}: `{name}`", text) for name, text in sorted(example.bad_files.items())]
        same = {name: text for name, text in example.files.items() if name in example.bad_files}
        shown += [(f"Good: `{name}`", text) for name, text in sorted(same.items())]
    if example.bad != example.good:
        shown += [
            (bad if not example.bad_files else "Bad: `example.yaml`", example.bad),
            ("Good", example.good),
        ]
    return shown + _beside(example.files, example.bad_files)


def _beside(files: Mapping[str, str], shown: Mapping[str, str]) -> list[tuple[str, str]]:
    """Further files of an example that are not shown yet; what only replaces the base catalog is left out."""
    hidden = {*shown, "base.yaml"}
    return [(f"With `{name}`", text) for name, text in sorted(files.items()) if name not in hidden]


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
