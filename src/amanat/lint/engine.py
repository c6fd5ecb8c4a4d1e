"""Running rules: findings in, diagnostics out, with profiles, severities and suppressions of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from amanat.diagnostic import Diagnostic, Finding, Fix, Related, Severity
from amanat.lint.looking import Watch
from amanat.lint.rule import Context, Rule
from amanat.load import Loaded
from amanat.load.cache.packing import Unpackable, finding_data, finding_of
from amanat.memory import uncollected
from amanat.model.catalog import Suppression, selects
from amanat.parallel import can_fork, counted, from_both_ends
from amanat.text import Place, Span, Tell, nobody

MOOT_SUPPRESSION = "LD105"
"""Code of the finding about a suppression that matches nothing, lacks a rule, or has expired."""


def lint(loaded: Loaded, rules: Sequence[Rule], as_of: date | None) -> tuple[Diagnostic, ...]:
    """Judge a loaded catalog by every active rule; the diagnostics are in order of place."""
    return judge(loaded, rules, Context(loaded.catalog, as_of))


def judge(
    loaded: Loaded,
    rules: Sequence[Rule],
    context: Context,
    tell: Tell = nobody,
    found: Sequence[Finding] | None = None,
) -> tuple[Diagnostic, ...]:
    """Like `lint`, with a context whose shared results the caller goes on to use. How many of how many rules
    are done is told to `tell`. `found` is what `run` found in the same catalog, where the caller knows."""
    settings = loaded.catalog.settings
    by_code = {rule.code: rule for rule in rules}
    severity_of = severities(rules, settings.profiles, settings.severity or {})
    found = run(loaded, rules, context, tell).found if found is None else found
    findings = [*loaded.findings, *found, *_bad_severities(loaded, rules)]
    kept, spent = _suppress(findings, by_code, settings.ignore, context.as_of)
    kept.extend(
        _suppression_findings(settings.ignore, spent, rules, context.as_of, bool(loaded.catalog.unreadable))
    )
    return _shown(kept, by_code, severity_of, loaded)


class Known(NamedTuple):
    """What is known before rules run: of rules that are `settled` all that they find, and of those that are
    `partly` what they find in these files; `found` by code. `looked` is what they looked at to find it."""

    files: frozenset[str] = frozenset()
    found: Mapping[str, Sequence[Finding]] = {}
    settled: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()
    looked: Mapping[str, frozenset[str]] = {}


NOTHING_KNOWN = Known()


class Outcome(NamedTuple):
    """What rules found, in their order, and which attributes of the catalog each looked at, by code."""

    found: list[Finding]
    looked: dict[str, frozenset[str]]


def run(
    loaded: Loaded,
    rules: Sequence[Rule],
    context: Context,
    tell: Tell = nobody,
    known: Known = NOTHING_KNOWN,
) -> Outcome:
    """What the active rules find in a loaded catalog; where it is written in a file makes no difference."""
    settings = loaded.catalog.settings
    severity_of = severities(rules, settings.profiles, settings.severity or {})
    with uncollected():
        return _run(rules, context, severity_of, tell, known, loaded)


def compare(loaded: Loaded, rules: Sequence[Rule], context: Context) -> tuple[Diagnostic, ...]:
    """What the rules that compare find between the earlier state of the context and a loaded catalog."""
    settings = loaded.catalog.settings
    severity_of = severities(rules, settings.profiles, settings.severity or {})
    chosen = [rule for rule in rules if rule.compares]
    found = _run(chosen, context, severity_of, nobody).found
    by_code = {rule.code: rule for rule in rules}
    return _shown(_suppress(found, by_code, settings.ignore, context.as_of)[0], by_code, severity_of, loaded)


def _shown(
    kept: Iterable[Finding], by_code: Mapping[str, Rule], severity_of: Mapping[str, Severity], loaded: Loaded
) -> tuple[Diagnostic, ...]:
    """The findings whose severity is not off, with it and their spans, in order of place."""
    overrides = loaded.catalog.settings.severity or {}
    shown = []
    for finding in sorted(kept, key=lambda finding: finding.place.file):  # positions are read file by file
        rule = by_code[finding.code]
        severity = severity_of[rule.code]
        own = finding.severity
        # What was accepted stays info, also where the catalog makes the rule an error.
        set_here = rule.name in overrides or rule.code in overrides
        if own is not None and severity is not Severity.OFF and (own is Severity.INFO or not set_here):
            severity = own
        if severity is not Severity.OFF:
            shown.append(_diagnostic(finding, rule, severity, loaded))
    return tuple(sorted(shown, key=lambda diagnostic: diagnostic.order))


def severities(
    rules: Sequence[Rule], profiles: Sequence[str], overrides: Mapping[str, str]
) -> dict[str, Severity]:
    """The severity of each rule in this catalog; off outside the active profiles. Loading faults are
    always on: a catalog cannot choose to be unreadable."""
    found = {}
    for rule in rules:
        active = "core" in rule.profiles or any(profile in profiles for profile in rule.profiles)
        severity = rule.severity if active else Severity.OFF
        written = overrides.get(rule.name) or overrides.get(rule.code)
        found[rule.code] = Severity(written) if written else severity
    return found


WORTH_IT = 2000
"""Fields from which a second process gains more than it costs."""
_FROM_THE_FRONT: Mapping[str, tuple[str, ...]] = {
    "conflicts": ("CF", "SR102", "SR103", "SR117", "PU108", "PU117", "RT106"),
    "texts": ("CF14",),
}
_FROM_THE_BACK: Mapping[str, tuple[str, ...]] = {
    "purposes": ("PU", "ER", "QU", "SE"),
    "identity": ("ID",),
    "policy": ("PL", "PU116"),
}
"""Rules, by how their codes begin (the longest counts), that go by the same shared results, so that one
process judges by all of them. This one begins at the front, with what callers go on to use, and a second at
the back; they meet at the rules between, which share nothing."""


def _groups(active: Iterable[Rule]) -> list[list[Rule]]:
    """The rules in the order in which two processes take them from both ends."""
    named = {**_FROM_THE_FRONT, **_FROM_THE_BACK}
    by_start = sorted(
        ((start, name) for name in named for start in named[name]), key=lambda one: -len(one[0])
    )
    found: dict[str, list[Rule]] = {}
    for rule in active:
        name = next((name for start, name in by_start if rule.code.startswith(start)), rule.code)
        found.setdefault(name, []).append(rule)
    between = (name for name in found if name not in named)
    return [found[name] for name in (*_FROM_THE_FRONT, *between, *_FROM_THE_BACK) if name in found]


class _Done(NamedTuple):
    """What a rule found, and what it looked at."""

    found: list[Finding]
    looked: frozenset[str]


def _run(
    rules: Sequence[Rule],
    context: Context,
    severity_of: Mapping[str, Severity],
    tell: Tell,
    known: Known = NOTHING_KNOWN,
    loaded: Loaded | None = None,
) -> Outcome:
    """What the active rules find, in their order. What was wrong with a catalog just `loaded` is worked out
    meanwhile."""
    active = [rule for rule in rules if rule.check is not None and severity_of[rule.code] is not Severity.OFF]
    groups = _groups(rule for rule in active if rule.code not in known.settled)
    work = partial(_work, Watch(context), Watch(_without(context, known.files)), known)

    def work_all(group: Sequence[Rule]) -> list[_Done]:
        return list(map(work, group))

    def first() -> None:
        if loaded is not None:
            loaded.found()

    if groups and len(context.catalog.fields) >= WORTH_IT and can_fork():
        told = counted(work_all, (len(groups) + 1) // 2, tell)
        done = from_both_ends(groups, told, _packed, _unpacked, first)
    else:
        done = list(map(counted(work_all, len(groups), tell), groups))
    by_code = {
        rule.code: result
        for group, results in zip(groups, done, strict=True)
        for rule, result in zip(group, results, strict=True)
    }
    for code in known.settled:
        by_code[code] = _Done(list(known.found[code]), known.looked[code])
    return Outcome(
        [finding for rule in active for finding in by_code[rule.code].found],
        {rule.code: by_code[rule.code].looked for rule in active},
    )


def _work(whole: Watch, unknown: Watch, known: Known, rule: Rule) -> _Done:
    """Have a rule judge the whole catalog, or what is not `known` of it."""
    code = rule.code
    context, looked = (unknown if code in known.partly else whole).begin()
    found = list(rule.check(context) if rule.check is not None else ())
    if code in known.partly:
        return _Done([*known.found[code], *found], looked.names() | known.looked[code])
    return _Done(found, looked.names())


def _without(context: Context, files: frozenset[str]) -> Context:
    """The same, of a catalog without the fields of these files."""
    if not files:
        return context
    fields = {name: field for name, field in context.catalog.fields.items() if field.file not in files}
    return Context(replace(context.catalog, fields=fields), context.as_of)


def _packed(results: list[_Done]) -> list[Any] | None:
    try:
        return [([finding_data(finding) for finding in done.found], sorted(done.looked)) for done in results]
    except Unpackable:
        return None


def _unpacked(packed: list[Any]) -> list[_Done]:
    return [_Done(list(map(finding_of, found)), frozenset(looked)) for found, looked in packed]


class _Spent(NamedTuple):
    """Positions of suppressions that matched a finding."""

    matched: frozenset[int]


def _suppress(
    findings: Iterable[Finding],
    by_code: Mapping[str, Rule],
    ignore: Sequence[Suppression],
    as_of: date | None,
) -> tuple[list[Finding], _Spent]:
    matched: set[int] = set()
    kept = []
    for finding in findings:
        rule = by_code[finding.code]
        hits = [
            n
            for n, suppression in enumerate(ignore)
            if suppression.rule in (rule.name, rule.code) and selects(suppression.subject, finding.subject)
        ]
        matched.update(hits)
        if not any(_in_force(ignore[n], as_of) for n in hits):
            kept.append(finding)
    return kept, _Spent(frozenset(matched))


def _in_force(suppression: Suppression, as_of: date | None) -> bool:
    """Whether a suppression holds on the day. Without a day it does, and a finding of its own says that its
    expiry could not be judged; without an expiry that is a day it never does."""
    try:
        expires = date.fromisoformat(suppression.expires)
    except ValueError:
        return False
    return as_of is None or as_of <= expires


def _suppression_findings(
    ignore: Sequence[Suppression], spent: _Spent, rules: Sequence[Rule], as_of: date | None, unreadable: bool
) -> Iterator[Finding]:
    import difflib

    names = {name for rule in rules for name in (rule.name, rule.code)}
    comparing = {name for rule in rules if rule.compares for name in (rule.name, rule.code)}
    for n, suppression in enumerate(ignore):
        if suppression.rule and suppression.rule not in names:
            close = difflib.get_close_matches(suppression.rule, sorted(names), n=1)
            hint = f"did you mean `{close[0]}`?" if close else "`amanat rules` lists them"
            yield _about(
                suppression, f"there is no rule `{suppression.rule}`", suppression.place.at("rule"), hint
            )
        elif n not in spent.matched and suppression.rule not in comparing:
            if unreadable:
                continue  # what it suppresses may stand in a file that nobody could read
            words = f"suppresses `{suppression.rule}` for `{suppression.subject}`, which has no such finding"
            yield _about(suppression, words, suppression.place, "remove it")
        elif as_of is not None and not _in_force(suppression, as_of):
            words = f"the suppression expired on {suppression.expires}"
            yield _about(
                suppression, words, suppression.place.at("expires"), "mend the finding, or decide on it again"
            )
        elif as_of is None:
            yield _about(
                suppression,
                "whether the suppression still holds is unknown: there is no day to judge by",
                suppression.place.at("expires"),
                "give --as-of, or keep the catalog in git",
            )


def _about(suppression: Suppression, message: str, place: Place, mend: str) -> Finding:
    return Finding(
        MOOT_SUPPRESSION, message, place, suppression.subject, fix=Fix(mend), detail=suppression.rule
    )


def _bad_severities(loaded: Loaded, rules: Sequence[Rule]) -> Iterator[Finding]:
    """Severities set for rules that do not exist."""
    import difflib

    names = {name for rule in rules for name in (rule.name, rule.code)}
    for name in loaded.catalog.settings.severity or {}:
        if name not in names:
            close = difflib.get_close_matches(name, sorted(names), n=1)
            yield Finding(
                "SC102",
                f"there is no rule `{name}`",
                Place("amanat.yaml", ("rules", "severity", name)),
                "amanat.yaml",
                fix=Fix(f"did you mean `{close[0]}`?" if close else "`amanat rules` lists them"),
                detail=f"severity={name}",
                at_key=True,
            )


def _diagnostic(finding: Finding, rule: Rule, severity: Severity, loaded: Loaded) -> Diagnostic:
    fix = finding.fix or (Fix(rule.help) if rule.help else None)
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=severity,
        message=finding.message,
        place=finding.place,
        subject=finding.subject,
        related=tuple(
            Related(item.message, item.place, item.span or loaded.spans.span(item.place))
            for item in finding.related
        ),
        fix=fix,
        data=finding.data,
        span=_span(finding, loaded),
        detail=finding.detail,
    )


def _span(finding: Finding, loaded: Loaded) -> Span | None:
    return finding.span or loaded.spans.span(finding.place, finding.at_key)
