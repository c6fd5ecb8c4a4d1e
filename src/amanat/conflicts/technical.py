"""Judges of what engines say about a column: type, identifier, limits, emptiness, defaults, zones."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from amanat.conflicts.formats import fixed
from amanat.conflicts.judging import Judgement, Situation, grouped, named, standard, unlike
from amanat.conflicts.native import UNLIMITED, WITH_ZONE, WITHOUT_ZONE, Digits, Length
from amanat.conflicts.report import CANONICAL
from amanat.conflicts.values import CodeList, Empty, Kind
from amanat.diagnostic import Severity

_SAME = frozenset((frozenset(("decimal", "money")),))
_UNKNOWN = frozenset((frozenset(("text", "enum")),))
_LOSSY = frozenset(
    map(
        frozenset,
        (
            ("text", "uuid"),
            ("text", "network"),
            ("enum", "uuid"),
            ("integer", "decimal"),
            ("integer", "money"),
            ("integer", "float"),
            ("decimal", "float"),
            ("money", "float"),
            ("integer", "boolean"),
            ("date", "timestamp"),
        ),
    )
)
"""Families whose values can be converted with care: something is lost or has to be agreed, not wrong."""

AMPLE = 16_383
"""A limit of at least so many characters (65,535 bytes of four-byte characters) hardly ever truncates."""


def differ_in_type(one: Kind, other: Kind) -> bool | None:
    """Whether two types are of different families; None where that is unknown."""
    if one.family == other.family:
        return None if one.tag != other.tag else False
    pair = frozenset((one.family, other.family))
    if pair in _SAME:
        return False
    return None if pair in _UNKNOWN else True


def judge_type(situation: Situation) -> Judgement | None:
    """Different families: error, or warning where a careful conversion exists; code maps that translate all
    of it leave an info."""
    worst: Severity | None = None
    families = grouped(situation.values)
    for one, other in combinations(families, 2):
        if not differ_in_type(one, other):
            continue
        severity = Severity.WARNING if frozenset((one.family, other.family)) in _LOSSY else Severity.ERROR
        worst = severity if worst is None or severity.rank < worst.rank else worst
    if worst is None:
        return None
    value, whose = standard(situation)
    odd = tuple(
        key for key in unlike(situation.values, value) if differ_in_type(situation.values[key], value)
    )
    if _translated(situation, odd):
        return Judgement(Severity.INFO, "the code maps translate one into the other", odd)
    lost = "something is lost when one is converted into the other"
    return Judgement(
        worst,
        lost if worst is Severity.WARNING else "a merge would mix values that mean nothing to each other",
        odd,
        f"store `{value.family}` in {named(odd)}, {whose}",
        f"cast {named(odd)} to `{value.family}` and refuse what does not convert",
    )


def _translated(situation: Situation, odd: tuple[str, ...]) -> bool:
    def mapped(key: str) -> bool:
        codes = situation.others.get(key, {}).get("codes")
        return isinstance(codes, CodeList) and codes.mapped is not None and codes.seen <= codes.codes

    return bool(odd) and bool(situation.field.codes) and all(map(mapped, odd))


def scheme(form: str | None, kind: Kind | None) -> str | None:
    """The identifier scheme of a key column: its declared format, else what its type alone gives away."""
    if form is not None:
        return _SCHEMES.get(form, form)
    return kind.family if kind is not None and kind.family in ("uuid", "integer", "binary") else None


_SCHEMES = {
    "guid": "uuid",
    **dict.fromkeys(("integer_key", "serial", "sequence", "auto_increment", "number"), "integer"),
}


def judge_identifier(situation: Situation) -> Judgement | None:
    """Different schemes for one key: error for the global customer id, else warning."""
    value, whose = standard(situation)
    odd = unlike(situation.values, value)
    return Judgement(
        Severity.ERROR if situation.global_key else Severity.WARNING,
        "records cannot be matched by this key across these systems",
        odd,
        f"keep a `{value}` key in {named(odd)}, {whose}",
        f"keep a table that leads from the keys of {named(odd)} to the `{value}` key",
    )


def differ_in_length(one: Length, other: Length) -> bool | None:
    """Whether one limit is surely narrower; None where bytes and characters leave it open, or where a text
    meets a binary value."""
    if one == other:
        return False
    if one.binary != other.binary:
        return None
    return True if one.high < other.low or other.high < one.low else None


def judge_length(situation: Situation) -> Judgement | None:
    """The narrower side cuts values: warning; info where it still has room for thousands of characters, or
    for every value of the format that all of them keep. A UUID fits everywhere, with dashes or without; of
    those of the global id, ID106 tells which has them."""
    if situation.global_key and _all_uuids(situation):
        return None
    for binary in (False, True):
        values = {k: v for k, v in situation.values.items() if v.binary is binary}
        if len(values) < 2:
            continue
        widest = max(values, key=lambda key: values[key].low)
        if any(limit.high < values[widest].low for limit in values.values()):
            found = _truncation(values, values.get(CANONICAL, values[widest]))
            return found if binary else _within_format(situation, values, found)
    return None


def _all_uuids(situation: Situation) -> bool:
    claims = (situation.others[key] for key in situation.values if key in situation.others)
    return {scheme(each.get("format"), each.get("type")) for each in claims} - {None} == {"uuid"}


def _within_format(situation: Situation, values: Mapping[str, Length], found: Judgement) -> Judgement:
    """Limits above the length that every value has by its format cut nothing that is valid; nor do those of
    other formats, once values are written as the field says."""
    own = situation.field.facets.get("format")
    forms = {own if key == CANONICAL else situation.others.get(key, {}).get("format") for key in values}
    form = own if len(forms) > 1 else next(iter(forms))
    most, target = fixed(form), fixed(own)
    if len(forms) == 1 and most is not None and all(limit.low >= most for limit in values.values()):
        return found._replace(
            severity=Severity.INFO, why=f"no value of `{form}` is longer than `{most}`, so none is cut"
        )
    if None not in forms and target is not None and all(limit.low >= target for limit in values.values()):
        why = f"every value fits once it is written as `{own}`, as the field says"
        return found._replace(severity=Severity.INFO, why=why, align=None)
    return found


def _truncation(values: Mapping[str, Length], wanted: Length) -> Judgement:
    """Sources narrower than wanted cut; where none is, wider ones hold what the field does not promise."""
    narrow = tuple(key for key, limit in values.items() if limit.high < wanted.low)
    wide = tuple(key for key, limit in values.items() if limit.low > wanted.high)
    tightest = min(values.values(), key=lambda limit: limit.high)
    severity = Severity.INFO if tightest.low >= AMPLE else Severity.WARNING
    refuse = f"refuse or shorten values longer than `{tightest.shown}` before they are stored anywhere"
    if narrow:
        return Judgement(
            severity,
            f"longer values are cut on their way to {named(narrow)}",
            narrow,
            f"widen {named(narrow)} to `{wanted.shown}`",
            refuse,
        )
    return Judgement(
        severity,
        f"{named(wide)} {'holds' if len(wide) == 1 else 'hold'} longer values than the field promises",
        wide,
        f"limit {named(wide)} to `{wanted.shown}`, as the field says",
        refuse,
    )


def judge_scale(situation: Situation) -> Judgement | None:
    """Fewer digits after the point are rounded away."""
    return judge_digits(situation, "digits after the point")


def judge_digits(situation: Situation, of_numbers: str = "digits") -> Judgement | None:
    """Fewer digits, before or after the point or of a second, are a loss. Fractions of seconds that are only
    the engines' habits are an info."""
    for of_time in (False, True):
        values = {k: v for k, v in situation.values.items() if v.of_time is of_time}
        most = max((_amount(value) for value in values.values()), default=0.0)
        narrow = tuple(key for key, value in values.items() if _amount(value) < most)
        if narrow:
            habit = of_time and all(value.implied for value in values.values())
            widest = next(value for value in values.values() if _amount(value) == most)
            what = "fractions of a second" if of_time else of_numbers
            unit = "digits" if of_time else of_numbers
            targets = tuple(key for key in narrow if key != CANONICAL) or (CANONICAL,)
            return Judgement(
                Severity.INFO if habit else Severity.WARNING,
                f"{what} are lost on their way to {named(narrow)}",
                targets,
                f"give {named(targets)} `{widest.digits}` {unit}",
                f"round to `{min((values[k] for k in narrow), key=_amount).digits}` {unit} before comparing",
            )
    return None


def _amount(value: Digits) -> float:
    return float("inf") if value.digits == UNLIMITED else float(value.digits)


def judge_nullable(situation: Situation) -> Judgement | None:
    """One side may be empty: info; warning where the master may and a copy may not."""
    values, master = situation.values, situation.field.master
    loose = tuple(key for key, value in values.items() if value is True)
    strict = tuple(key for key, value in values.items() if value is False)
    copies = tuple(key for key in strict if key != CANONICAL)
    if master is not None and values.get(master) is True and copies:
        return Judgement(
            Severity.WARNING,
            f"a record that is empty in the master cannot be copied to {named(copies)}",
            copies,
            f"let {named(copies)} be empty, as in the master",
            f"agree on what {named(copies)} hold where the master is empty",
        )
    return Judgement(
        Severity.INFO,
        f"an empty value of {named(loose)} has no counterpart in {named(strict)}",
        copies or loose,
        f"make {named(loose)} compulsory, or let {named(strict)} be empty",
        f"agree on what {named(strict)} hold where there is nothing",
    )


def differ_in_empty(one: Empty, other: Empty) -> bool | None:
    """Whether "nothing" is told by different values; None where it is unknown if NULL is one of them."""
    if one.values != other.values:
        return True
    if one.null is None or other.null is None:
        return None if one.null != other.null else False
    return one.null != other.null


def judge_empty(situation: Situation) -> Judgement | None:
    """ "Nothing" is NULL here and another value there."""
    groups = grouped(situation.values)
    if not any(differ_in_empty(one, other) for one, other in combinations(groups, 2)):
        return None
    value, whose = _way_to_say_nothing(situation)
    odd = tuple(
        key for key in unlike(situation.values, value) if differ_in_empty(situation.values[key], value)
    )
    return Judgement(
        Severity.WARNING,
        "counts of missing values are skewed, and an empty value can win over a real one",
        odd,
        f"tell nothing by {empty_in_words(value)} in {named(odd)}, {whose}",
        f"turn {_extra_values(situation.values)} into NULL before comparing or merging",
    )


def _way_to_say_nothing(situation: Situation) -> tuple[Empty, str]:
    """NULL alone where a source knows it, whatever the master or most sources do: it is nobody's value."""
    plain = [
        key for key, empty in situation.values.items() if key != CANONICAL and empty.null and not empty.values
    ]
    if CANONICAL in situation.values or not plain:
        return standard(situation)
    return situation.values[plain[0]], "as other sources do" if len(plain) > 1 else f"as in `{plain[0]}`"


def _extra_values(values: Mapping[str, Empty]) -> str:
    words = sorted({value for empty in values.values() for value in empty.values})
    return ", ".join(f"`{word}`" if word else "`''`" for word in words[:4]) or "it"


def empty_in_words(empty: Empty) -> str:
    """How nothing is told, in words."""
    words = [f"`{value}`" if value else "`''`" for value in sorted(empty.values)]
    return " or ".join([*(["NULL"] if empty.null else []), *words]) or "no value at all"


def judge_default(situation: Situation) -> Judgement | None:
    """A default that invents a fact: some side fills in a value by itself. What staff or machines write,
    the system may well begin with a value of its own."""
    values = situation.values
    declared = any("default" in source.facets for source in situation.field.sources.values())
    if situation.field.origin not in (None, "given") and not declared:
        return None
    inventing = tuple(
        key
        for key, value in values.items()
        if value is not None and value != "" and not _is_nothing(situation, key, value)
    )
    if not inventing:
        return None
    return Judgement(
        Severity.WARNING,
        f"a value that nobody gave cannot be told from a real one in {named(inventing)}",
        inventing,
        f"remove the default of {named(inventing)}",
        f"treat the default of {named(inventing)} as unknown when merging",
    )


def _is_nothing(situation: Situation, key: str, value: object) -> bool:
    """Whether a source itself says that its default stands for nothing."""
    empty = situation.others.get(key, {}).get("empty")
    return isinstance(empty, Empty) and str(value) in empty.values


_UTC = frozenset(("utc", "etc/utc", "gmt", "etc/gmt", "z", "zulu", "etc/zulu", "universal", "etc/universal"))


def differ_in_zone(one: str, other: str) -> bool | None:
    """Whether the same clock time means different moments. A stored zone or offset, and a fixed zone that
    somebody declared, both tell the moment; clock time of an unknown zone may be any."""
    if one == other or (one.lower() in _UTC and other.lower() in _UTC):
        return None if one == WITHOUT_ZONE else False
    pair = {one, other}
    if WITHOUT_ZONE in pair:
        return True if WITH_ZONE in pair else None
    if "local" in pair:
        return True
    return WITH_ZONE not in pair


def judge_zone(situation: Situation) -> Judgement | None:
    """With and without time zone, or different zones."""
    groups = grouped(situation.values)
    if not any(differ_in_zone(one, other) for one, other in combinations(groups, 2)):
        return None
    value, whose = standard(situation)
    odd = tuple(
        key for key in unlike(situation.values, value) if differ_in_zone(situation.values[key], value)
    )
    return Judgement(
        Severity.WARNING,
        "the same moment shows as different times, and near midnight as different days",
        odd,
        f"store {named(odd)} {_zone_words(value)}, {whose}",
        f"declare the `zone` of {named(odd)} and convert to UTC when merging",
    )


def _zone_words(value: Any) -> str:
    return str(value) if value in (WITH_ZONE, WITHOUT_ZONE) else f"in `{value}`"
