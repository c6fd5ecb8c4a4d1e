"""The rules, one file a family. The registry is written out below."""

from __future__ import annotations

from amanat.lint.rule import Rule
from amanat.rules import (
    benefit,
    conflicts,
    definitions,
    erasure,
    golden,
    identity,
    impact,
    journey,
    keeping,
    lawfulness,
    loading,
    notice,
    overloaded,
    ownership,
    personal,
    phrasing,
    policy,
    purposes,
    quality,
    reach,
    retention,
    reviews,
    security,
    signs,
    snapshots,
    sources,
    staff,
    synonyms,
    text,
    uses,
)

FAMILIES = ("LD", "SC", "ID", "TX", "PD", "OW", "DF", "SR", "CF", "PU", "RT", "SE", "ER", "QU", "PL")
"""The families of codes, in the order in which a catalog is judged and rules are listed."""

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *loading.RULES,
            *identity.RULES,
            *reach.RULES,
            *text.RULES,
            *signs.RULES,
            *personal.RULES,
            *ownership.RULES,
            *definitions.RULES,
            *phrasing.RULES,
            *overloaded.RULES,
            *sources.RULES,
            *snapshots.RULES,
            *golden.RULES,
            *conflicts.RULES,
            *synonyms.RULES,
            *purposes.RULES,
            *lawfulness.RULES,
            *uses.RULES,
            *benefit.RULES,
            *impact.RULES,
            *retention.RULES,
            *reviews.RULES,
            *keeping.RULES,
            *security.RULES,
            *staff.RULES,
            *erasure.RULES,
            *notice.RULES,
            *quality.RULES,
            *journey.RULES,
            *policy.RULES,
        ),
        key=lambda rule: (FAMILIES.index(rule.code[:2]), rule.code),
    )
)


def by_name(name: str) -> Rule | None:
    """The rule with this code (in any case) or name, or None."""
    return next((rule for rule in RULES if name.upper() == rule.code or name.lower() == rule.name), None)


def nearest(name: str) -> tuple[str, ...]:
    """Up to three names of rules that somebody may have meant: spelled alike, or holding the word."""
    import difflib

    word = name.lower()
    names = [rule.name for rule in RULES]
    codes = {rule.code.lower(): rule.code for rule in RULES}
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.7)
    holding = [known for known in names if word in known and known not in close]
    alike = [codes[code] for code in difflib.get_close_matches(word, codes, n=2, cutoff=0.79)]
    return tuple([*close, *holding, *alike][:3])
