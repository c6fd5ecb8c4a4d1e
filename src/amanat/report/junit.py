"""A check as JUnit XML: a suite for each family of rules, a test case for each rule.

A case fails when its rule has a finding that fails the check; findings that do not are told as its output. A
rule that this catalog does not judge is skipped. No time is measured: same catalog, same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from amanat.diagnostic import Diagnostic, Severity
from amanat.lint.rule import Rule
from amanat.report.checked import Checked
from amanat.report.console import printable
from amanat.report.xml import document, holdable


def render(checked: Checked) -> str:
    """The check as JUnit XML."""
    found: dict[str, list[Diagnostic]] = {}
    for diagnostic in checked.counted():
        found.setdefault(diagnostic.code, []).append(diagnostic)
    families: dict[str, list[Rule]] = {}
    for rule in checked.rules:
        families.setdefault(rule.code[:2], []).append(rule)
    total = _counts(checked, checked.rules, found)
    root = ElementTree.Element("testsuites", {"name": "amanat check", **total})
    for family, rules in families.items():
        counts = _counts(checked, rules, found)
        suite = ElementTree.SubElement(root, "testsuite", {"name": family, **counts})
        for rule in rules:
            _case(suite, checked, rule, found.get(rule.code, ()))
    return document(root)


def _counts(checked: Checked, rules: Sequence[Rule], found: dict[str, list[Diagnostic]]) -> dict[str, str]:
    failed = sum(any(map(checked.fails, found.get(rule.code, ()))) for rule in rules)
    skipped = sum(_off(checked, rule) for rule in rules)
    numbers = {"tests": len(rules), "failures": failed, "errors": 0, "skipped": skipped, "time": 0}
    return {name: str(number) for name, number in numbers.items()}


def _off(checked: Checked, rule: Rule) -> bool:
    return checked.severities[rule.code] is Severity.OFF


def _case(suite: ElementTree.Element, checked: Checked, rule: Rule, found: Sequence[Diagnostic]) -> None:
    attributes = {"classname": f"amanat.{rule.code[:2]}", "name": f"{rule.code} {rule.name}", "time": "0"}
    case = ElementTree.SubElement(suite, "testcase", attributes)
    if _off(checked, rule):
        ElementTree.SubElement(case, "skipped", {"message": "this catalog does not judge by it"})
    failing = [d for d in found if checked.fails(d)]
    if failing:
        number = f"{len(failing)} finding{'' if len(failing) == 1 else 's'}"
        message = holdable(f"{number}: the catalog {rule.summary}")
        about = {"message": message, "type": str(failing[0].severity)}
        failure = ElementTree.SubElement(case, "failure", about)
        failure.text = holdable("\n".join(_line(checked, d) for d in failing))
    told = [d for d in found if not checked.fails(d)]
    if told:
        output = ElementTree.SubElement(case, "system-out")
        output.text = holdable("\n".join(_line(checked, d) for d in told))


def _line(checked: Checked, d: Diagnostic) -> str:
    fix = f"\n  help: {printable(d.fix.message)}" if d.fix is not None else ""
    return f"{checked.where(d)}: {d.severity}: {printable(d.message)} ({printable(d.subject)}){fix}"
