"""Judges of what a source claims about itself: purposes, retention, classification, owner; and of the
field's authority over its sources."""

from __future__ import annotations

from collections.abc import Iterable

from amanat.conflicts.durations import apart, order
from amanat.conflicts.judging import Judgement, Situation, named, standard, unlike
from amanat.conflicts.report import CANONICAL
from amanat.conflicts.winning import judge_guessed, judge_outlived, judge_uncovered
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Retention, RetentionRule
from amanat.model.values import ClassificationId, RetentionId

PURPOSE_CREEP = "PU108"
COPY_OUTLIVES = "RT106"
MISSING_MASTER = "SR102"
BAD_MASTER = "SR103"


def judge_purposes(situation: Situation) -> Judgement | None:
    """A source is used for what the field does not allow: error. Using it for less is none, unless its value
    may win."""
    allowed = frozenset(situation.values.get(CANONICAL, ()))
    if not allowed:
        return None
    extra = {
        key: creeping
        for key, purposes in situation.values.items()
        if key != CANONICAL
        and (creeping := [name for name in purposes if allowed.isdisjoint(ancestors(name))])
    }
    if not extra:
        return judge_uncovered(situation)
    odd = tuple(extra)
    first = extra[odd[0]]
    return Judgement(
        Severity.ERROR,
        f"`{odd[0]}` is used for {_quoted(first)}, which the field does not allow",
        odd,
        f"stop using {named(odd)} for {_quoted(first)}",
        f"add {_quoted(first)} to the purposes of the field, if people were told and a basis holds",
        PURPOSE_CREEP,
    )


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def judge_classification(situation: Situation) -> Judgement | None:
    """A copy is classified below the field: error; otherwise unlike: warning."""
    ranks = {
        key: known.rank
        for key, name in situation.values.items()
        if (known := situation.catalog.classifications.get(ClassificationId(name))) is not None
    }
    if len(set(ranks.values())) < 2:
        return None
    value, whose = standard(situation)
    odd = unlike(situation.values, value)
    own = ranks.get(CANONICAL)
    weaker = tuple(key for key, rank in ranks.items() if own is not None and rank < own)
    if weaker:
        return Judgement(
            Severity.ERROR,
            f"{named(weaker)} protects it less than the field requires",
            weaker,
            f"protect {named(weaker)} as `{value}`, {whose}",
        )
    return Judgement(
        Severity.WARNING,
        "people who look in one place learn another class than in the other",
        odd,
        f"classify {named(odd)} as `{value}`, {whose}, or raise the class of the field",
    )


def rules_of(catalog: Catalog, policy: Retention) -> tuple[RetentionRule, ...]:
    """What a policy says in each of the catalog's jurisdictions, or at large where it has none."""
    places = catalog.jurisdictions or ("*",)
    return tuple(policy.where.get(name, policy.rule) for name in places)


def judge_retention(situation: Situation) -> Judgement | None:
    """A copy kept longer than the field: error, or warning where its own policy gives a reason; otherwise
    another period, start or end: warning. Periods that cannot be ordered are at most an info."""
    policies = {
        key: known
        for key, name in situation.values.items()
        if (known := situation.catalog.retention.get(RetentionId(name))) is not None
    }
    own = policies.pop(CANONICAL, None)
    if own is None or not policies:
        return None
    rules = rules_of(situation.catalog, own)
    longer: list[str] = []
    shorter: list[str] = []
    unlike_keys: list[str] = []
    open_order: list[str] = []
    for key, policy in policies.items():
        verdicts = {
            _compare_rules(theirs, ours)
            for theirs, ours in zip(rules_of(situation.catalog, policy), rules, strict=True)
        }
        if "longer" in verdicts:
            longer.append(key)
        elif "shorter" in verdicts or "other" in verdicts:
            unlike_keys.append(key)
            shorter += [key] if "shorter" in verdicts else []
        elif "open" in verdicts:
            open_order.append(key)
    if all(has_reason(policies[key]) for key in longer):
        forbidden = judge_outlived(situation, shorter, own, has_reason(own))
        if forbidden is not None:
            return forbidden
    return _retention_verdict(situation, policies, longer, unlike_keys, open_order)


def _compare_rules(theirs: RetentionRule, ours: RetentionRule) -> str:
    if theirs.keep is None or ours.keep is None:
        return "unknown"
    sign = order(theirs.keep, ours.keep)
    if sign:
        return "longer" if sign == 1 else "shorter"
    if sign is None:
        difference = apart(theirs.keep, ours.keep)
        if difference is None:
            return "unknown"
        if (theirs.trigger, theirs.then) == (ours.trigger, ours.then):
            return "open"
        return "other"
    return "same" if (theirs.trigger, theirs.then) == (ours.trigger, ours.then) else "other"


def _retention_verdict(
    situation: Situation,
    policies: dict[str, Retention],
    longer: list[str],
    others: list[str],
    open_order: list[str],
) -> Judgement | None:
    own = situation.values[CANONICAL]
    align = f"let {{}} follow `{own}`, as the field says"
    translate = "give the copy a retention policy with a basis of its own (law or contract)"
    without = tuple(key for key in longer if not has_reason(policies[key]))
    if without:
        why = f"{named(without)} keeps it longer than the field allows, and no basis says why"
        return Judgement(Severity.ERROR, why, without, align.format(named(without)), translate, COPY_OUTLIVES)
    odd = tuple(sorted([*longer, *others]))
    if longer:
        why = f"{named(longer)} keeps it longer than the field, with a basis of its own"
    elif others:
        why = f"{named(others)} deletes it by another clock than the field"
    elif open_order:
        keep = policies[open_order[0]].rule.keep or ""
        ours = situation.catalog.retention[RetentionId(own)].rule.keep or ""
        difference = apart(keep, ours)
        days = max(1, difference.days) if difference is not None else 1
        within = "a day" if days == 1 else f"{days} days"
        return Judgement(
            Severity.INFO,
            f"`{keep}` and `{ours}` cannot be ordered; they are within {within}",
            tuple(open_order),
            align.format(named(open_order)),
        )
    else:
        return None
    return Judgement(Severity.WARNING, why, odd, align.format(named(odd)))


_REASONS_TO_KEEP = frozenset(("legal_minimum", "contract", "consent"))
"""Bases on which a copy may stay longer than the field; wanting it, or a maximum, is none."""


def has_reason(policy: Retention) -> bool:
    """Whether a policy has a basis of its own on which a copy may stay longer than the field."""
    basis = policy.rule.basis
    return basis is not None and basis.kind in _REASONS_TO_KEEP and bool(basis.law or basis.why)


def retention_in_words(catalog: Catalog, name: str) -> str:
    """A retention policy as a value: its period, start and end, so that a changed policy is a changed
    value; its id where it is not declared."""
    policy = catalog.retention.get(RetentionId(name))
    if policy is None:
        return name
    base = _rule_in_words(policy.rule)
    elsewhere = [
        f"{place}: {_rule_in_words(rule)}"
        for place, rule in sorted(policy.where.items())
        if _rule_in_words(rule) != base
    ]
    return f"{name}: {base}" + (f" ({'; '.join(elsewhere)})" if elsewhere else "")


def _rule_in_words(rule: RetentionRule) -> str:
    return f"{rule.keep or '?'} from {rule.trigger or '?'}, {rule.then or '?'}"


def judge_authority(catalog: Catalog, field: Field) -> Judgement | None:
    """Several sources and nobody to decide between them, or a decider that cannot."""
    master, survivorship = field.master, field.survivorship
    if "master" in field.broken or "survivorship" in field.broken or "sources" in field.broken:
        return None
    if master is not None and master not in field.sources:
        why = f"the master `{master}` is not a source of the field"
        return _bad(why, f"name one of its sources, such as `{min(field.sources, default=master)}`")
    if master is not None and field.sources[master].facets.get("origin") == "inferred":
        facts = [key for key, source in field.sources.items() if source.facets.get("origin") != "inferred"]
        why = f"the master `{master}` only infers the value"
        return _bad(why, f"make {named(facts)} the master" if facts else "name a source that was told")
    if master is not None and survivorship is not None:
        first = survivorship.priority[0] if survivorship.priority else None
        if first != master:
            return _bad(
                "a master and another survivorship both decide", "keep one of `master`, `survivorship`"
            )
    if master is None and survivorship is None and _competing(field):
        return Judgement(
            Severity.WARNING,
            "nothing says which value wins when they disagree",
            (),
            "name the `master`, or a `survivorship` strategy",
            None,
            MISSING_MASTER,
        )
    return judge_guessed(field)


def _bad(why: str, align: str) -> Judgement:
    return Judgement(Severity.ERROR, why, (CANONICAL,), align, None, BAD_MASTER)


def _competing(field: Field) -> bool:
    """Whether several sources hold the value, and not just the parts of one row."""
    if len(field.sources) < 2:
        return False
    parts = [source.facets.get("part") for source in field.sources.values()]
    rows = {source.table for source in field.sources.values()}
    return not (len(rows) == 1 and None not in parts and len(set(parts)) == len(parts))
