"""The page of each rule: what it judges, why, an example, and what it finds now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amanat.diagnostic import Diagnostic
from amanat.docsite.atlas import Atlas
from amanat.docsite.page import Page, list_page, thing_page
from amanat.docsite.paging import ROWS, paged
from amanat.docsite.paths import Kind, Ref
from amanat.lint.rule import Example, Rule
from amanat.model.catalog import Suppression


class Line(NamedTuple):
    """A line of an example; `marked` where the finding stands."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with its findings. `active` is whether one of its profiles is on in this catalog."""

    rule: Rule
    active: bool
    bad: tuple[Line, ...]
    files: tuple[tuple[str, str], ...]
    findings: tuple[Diagnostic, ...]
    severity: str
    """How severe the catalog has it: its own word, else the rule's."""
    ignored: tuple[Suppression, ...]


@dataclass(frozen=True, slots=True)
class RulesView:
    """All rules by code, with the number of their findings."""

    rows: tuple[tuple[Rule, int], ...]


def rule_pages(atlas: Atlas) -> Iterator[Page]:
    """The list, then every rule."""
    rules = sorted(atlas.site.rules, key=lambda rule: rule.code)
    rows = tuple((rule, len(atlas.by_rule.get(rule.code, ()))) for rule in rules)
    yield list_page("rules", "rules.html", RulesView(rows))
    for rule in rules:
        page = thing_page(Ref(Kind.RULE, rule.name), "rule.html", _view(atlas, rule), {"en": rule.name})
        yield from paged(page, findings=ROWS)


def _before(example: Example) -> dict[str, str]:
    return {} if example.before is None else {"--since: example.yaml": example.before}


def _view(atlas: Atlas, rule: Rule) -> RuleView:
    settings = atlas.catalog.settings
    example = rule.example
    written = (settings.severity or {}).get(rule.name) or (settings.severity or {}).get(rule.code)
    in_profile = "core" in rule.profiles or any(p in settings.profiles for p in rule.profiles)
    in_text = example.file == "example.yaml"
    return RuleView(
        rule=rule,
        active=in_profile if written is None else written != "off",
        bad=tuple(
            Line(line, in_text and number == example.at[0])
            for number, line in enumerate(example.bad.splitlines(), 1)
        ),
        files=tuple(sorted({**example.files, **example.bad_files, **_before(example)}.items())),
        findings=atlas.by_rule.get(rule.code, ()),
        severity=written or rule.severity.value,
        ignored=tuple(one for one in settings.ignore if one.rule in (rule.name, rule.code)),
    )
