"""Every rule shows itself at work: its bad example has exactly its finding, its good example has none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from amanat.diagnostic import Diagnostic
from amanat.lint.engine import compare, lint
from amanat.lint.rule import Context, Example, Rule
from amanat.lint.verdict import Verdict, from_text, to_text
from amanat.model.counts import Counts
from amanat.rules import RULES, by_name
from amanat.rules.base import base_files
from tests.support import catalog_of

_FIRST_BUILD = """
LD101 LD102 LD103 LD104 SC101 SC102 SC103 ID101 ID102 ID103 TX101 PD101 OW101 DF101 DF104 DF105
SR101 SR102 SR103 SR104 SR105 SR106 CF101 CF120 CF130 CF131 CF132 CF140
PU101 PU102 PU103 PU104 PU105 PU107 PU108 PU109 PU113 RT101 RT102 RT103 RT104 RT106
SE101 SE103 ER101 ER102 ER103 PL101 PL102 PL103
"""
FIRST_BUILD = _FIRST_BUILD.split()

RULE_IDS = [rule.code for rule in RULES]
PROFILES = ("core", "gdpr", "ir", "ccpa", "pci", "style")


def findings(example: Example, text: str, extra: dict[str, str]) -> tuple[Diagnostic, ...]:
    """What all rules find in an example laid over the base catalog, every profile active."""
    files: dict[str, str | bytes] = {**base_files(), **example.files, **extra}
    files["example.yaml"] = text
    as_of = date.fromisoformat(example.as_of) if example.as_of else None
    loaded = catalog_of(files)
    settings = replace(loaded.catalog.settings, profiles=PROFILES)
    loaded = replace(loaded, catalog=replace(loaded.catalog, settings=settings))
    found = lint(loaded, RULES, as_of)
    if example.before is None:
        return found
    earlier = catalog_of({**files, "example.yaml": example.before}).catalog
    return (*found, *compare(loaded, RULES, Context(loaded.catalog, as_of, before=earlier)))


def shown(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, str, int, int]]:
    """Code, file, line and column of each diagnostic."""
    return [
        (d.code, d.place.file, d.span.line if d.span else 0, d.span.column if d.span else 0)
        for d in diagnostics
    ]


def test_the_base_catalog_is_clean() -> None:
    files: dict[str, str | bytes] = {**base_files()}
    assert shown(lint(catalog_of(files), RULES, date(2026, 6, 30))) == []


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_the_bad_example_has_exactly_this_finding_at_this_place(rule: Rule) -> None:
    example = rule.example
    found = findings(example, example.bad, dict(example.bad_files))
    assert shown(found) == [(rule.code, example.file, *example.at)]


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_the_good_example_has_no_finding(rule: Rule) -> None:
    assert shown(findings(rule.example, rule.example.good, {})) == []


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_the_finding_says_what_to_do(rule: Rule) -> None:
    example = rule.example
    (found,) = findings(example, example.bad, dict(example.bad_files))
    assert found.fix is not None
    assert found.fix.message
    verdict = Verdict(Counts(1, 1, 1, 1), {rule.code: rule.severity}, (found,))
    assert from_text(to_text(verdict)) == verdict, "a cache cannot keep it"
    assert not found.message.endswith(".")
    assert not re.match(r"[A-Z][a-z]", found.message), "messages begin in lower case"


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_the_rule_explains_itself(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{2}[0-9]{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert rule.rationale.endswith(".")
    assert len(rule.rationale) > 40
    assert rule.help
    assert rule.since
    assert rule.profiles
    assert set(rule.profiles) <= set(PROFILES)


def test_codes_and_names_stand_once() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert not {rule.code for rule in RULES} & {rule.name for rule in RULES}


def test_every_rule_of_the_first_build_is_there() -> None:
    assert [code for code in FIRST_BUILD if code not in RULE_IDS] == []


def test_a_rule_is_found_by_code_and_name_in_any_case() -> None:
    assert by_name("pu101") is by_name("PU101") is by_name("field-without-purpose") is not None
    assert by_name("no-such-rule") is None
