"""The engine: profiles, severities of the catalog, suppressions with an end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from amanat.diagnostic import Diagnostic, Finding, Severity
from amanat.lint.engine import MOOT_SUPPRESSION, lint
from amanat.lint.rule import Context, Example, Rule
from amanat.rules import RULES
from tests.support import MINIMAL_ROOT, catalog_of

DAY = date(2026, 6, 1)
TEAMS = "teams:\n  crm: {label: CRM, contact: crm@shop.example}\n  crm_two: {label: Two, contact: two@shop.example}\n"


def _every_team(ctx: Context) -> Iterator[Finding]:
    for team in ctx.catalog.teams.values():
        severity = Severity.INFO if team.id == "crm_two" else None
        yield Finding("XX101", f"team `{team.id}`", team.place, team.id, severity=severity)


def _rule(code: str, name: str, profiles: tuple[str, ...] = ("core",)) -> Rule:
    example = Example(bad="", good="", at=(1, 1))
    return Rule(code, name, Severity.WARNING, "0.1", "s", "r", example, _every_team, profiles=profiles)


LOADING = tuple(rule for rule in RULES if rule.code[:2] in ("LD", "SC", "ID"))
ALL = (*LOADING, _rule("XX101", "every-team"))


def judged(rules: str, as_of: date | None = DAY, more: str = "") -> list[Diagnostic]:
    loaded = catalog_of({"amanat.yaml": MINIMAL_ROOT + rules, "teams.yaml": TEAMS + more})
    return list(lint(loaded, ALL, as_of))


def ignore(subject: str = "crm", expires: str = "2026-12-31", rule: str = "every-team") -> str:
    return f"rules: {{ignore: [{{rule: {rule}, subject: {subject}, reason: Because, by: crm, expires: {expires}}}]}}\n"


def shown(diagnostics: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(d.code, d.subject, d.severity.value) for d in diagnostics]


def test_a_finding_has_the_severity_of_its_rule_unless_it_says_its_own() -> None:
    assert shown(judged("")) == [("XX101", "crm", "warning"), ("XX101", "crm_two", "info")]


@pytest.mark.parametrize("name", ["every-team", "XX101"])
def test_the_catalog_sets_severities_but_never_raises_what_was_accepted(name: str) -> None:
    found = shown(judged(f"rules: {{severity: {{{name}: error}}}}\n"))
    assert found == [("XX101", "crm", "error"), ("XX101", "crm_two", "info")]
    assert judged(f"rules: {{severity: {{{name}: off}}}}\n") == []


def test_a_rule_outside_the_active_profiles_says_nothing() -> None:
    loaded = catalog_of({"amanat.yaml": MINIMAL_ROOT, "teams.yaml": TEAMS})
    assert list(lint(loaded, (*LOADING, _rule("XX101", "every-team", ("pci",))), DAY)) == []


def test_a_severity_for_a_rule_that_does_not_exist_is_a_finding() -> None:
    (found,) = (d for d in judged("rules: {severity: {evry-team: off}}\n") if d.code == "SC102")
    assert found.fix is not None and found.fix.message == "did you mean `every-team`?"


def test_a_suppression_hides_its_finding_until_it_expires() -> None:
    assert shown(judged(ignore())) == [("XX101", "crm_two", "info")]
    late = shown(judged(ignore(), date(2027, 1, 1)))
    assert ("XX101", "crm", "warning") in late
    assert (MOOT_SUPPRESSION, "crm", "warning") in late
    assert shown(judged(ignore(), date(2026, 12, 31))) == [("XX101", "crm_two", "info")]


def test_without_a_day_a_suppression_holds_and_says_that_nobody_could_judge_it() -> None:
    found = judged(ignore(), None)
    assert [d.code for d in found if d.subject == "crm"] == [MOOT_SUPPRESSION]
    assert "unknown" in found[0].message


def test_a_suppression_that_matches_nothing_or_names_no_rule_is_a_finding() -> None:
    assert ("LD105", "nobody", "warning") in shown(judged(ignore("nobody")))
    (found,) = (d for d in judged(ignore(rule="evry-team")) if d.code == MOOT_SUPPRESSION)
    assert found.fix is not None and found.fix.message == "did you mean `every-team`?"


def test_a_suppression_of_what_may_stand_in_a_broken_file_is_not_called_moot() -> None:
    loaded = catalog_of({"amanat.yaml": MINIMAL_ROOT + ignore("gone"), "t.yaml": TEAMS, "b.yaml": "teams: ["})
    assert MOOT_SUPPRESSION not in [d.code for d in lint(loaded, ALL, DAY)]


def test_fingerprints_survive_moved_lines_and_files() -> None:
    one = judged("")
    moved = catalog_of({"amanat.yaml": MINIMAL_ROOT, "z/other.yml": "# a line more\n" + TEAMS})
    assert [d.fingerprint for d in one] == [d.fingerprint for d in lint(moved, ALL, DAY)]
    assert len({d.fingerprint for d in one}) == 2
