"""Rules about how a definition is worded: DF102."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from amanat.conflicts.folding import fold
from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.model.field import Field
from amanat.model.values import Status, Text
from amanat.rules.texts import text_path
from amanat.rules.wording import words

_SAY_NOTHING: Mapping[str, frozenset[str]] = {
    "en": words(
        "a an the of for in on at to by with from and or his her their its this that is are be"
        " value field column data contains holds stores customer person"
    ),
    "fa": words("از و در به با برای که این آن یک را است مقدار فیلد ستون داده خود مشتری شخص"),
}
"""Words that add nothing to a name. Words such as `whether`, `how` and `not` do."""
_LONGEST, _MOST = 60, 5
"""Signs, and words that say something, in a definition that only repeats a name. Where a longer one repeats
it the label is a description already."""
_WORD = re.compile(r"[^\W_]+")
_APART = re.compile(r"['’]s?\b|[-_]")

_NEGATIONS: Mapping[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "en": (
        ("not ", "other than", "except", "anything but", "everything but"),
        re.compile(
            r"(?!.*\b(?:but|and) (?:has|have|had|is|are|was|who|that|which)\b)"
            r"(?:(?:any|every)(?:thing|one|body) (?:other than|but|except|(?:that|which|who) is not)\b"
            r"|(?:all|any|every|each)?(?: \w+){0,2} ?other than\b|not (?:an?|the|any) "
            r"|(?:\w+ ){1,4}(?:that|which|who) (?:is|are|was|were) not "
            r"(?:an?|the|any|one of|part of|related to) )[^.;:]*"
        ),
    ),
    "fa": (
        ("جز", "غیر از", "نیست"),
        re.compile(
            r"(?:(?:هر ?(?:چیزی?|چه|آنچه|کسی?) )?(?:که )?(?:به ?جز|غیر از)\b[^.;:]*"
            r"|(?:\w+ ){1,4}که [^.;:,]*(?:مربوط|جزو|جزء|همان)\b[^.;:,]*(?:نیست|نیستند|نباشد))"
        ),
    ),
}
"""By language: what the text holds somewhere, and how all of it then reads when it says only what is not."""


def _circular_definition(ctx: Context) -> Iterator[Finding]:
    catalog = ctx.catalog
    subjects = {one.id: one.label for one in catalog.subjects.values()}
    for field in catalog.fields.values():
        if "definition" in field.inherited or field.status is Status.RETIRED:
            continue
        subject = subjects.get(field.subject, {}) if field.subject else {}
        for language, text in field.definition.items():
            fault = _fault(field, language, text, subject)
            if fault is not None:
                path = text_path(("definition",), field.definition, language, catalog.language)
                yield Finding("DF102", fault[0], field.place.at(*path), field.id, fix=Fix(fault[1]))
                break


def _fault(field: Field, language: str, text: str, subject: Text) -> tuple[str, str] | None:
    base = language.partition("-")[0]
    if base in _NEGATIONS:
        signs, only_not = _NEGATIONS[base]
        lowered = text.casefold()
        for sign in signs:
            if sign in lowered and only_not.fullmatch(fold(text)):
                return (
                    f"the definition of `{field.id}` says only what it is not",
                    "say what it is: the kind of thing, then what tells it from others of that kind",
                )
    if len(text) > _LONGEST:
        return None
    name = field.label.get(language, "")
    whose = subject.get(language, "")
    known = _content(f"{name} {field.id.replace('.', ' ')}", base)
    said = _content(text, base)
    told = said - known - _content(whose, base)
    if told or len(said) > _MOST or not (name or base == "en"):
        return None
    return (
        f"the definition of `{field.id}` repeats its name and adds nothing",
        "say what the value is in other words: what kind of thing, whose, and what tells it from its like",
    )


@lru_cache(maxsize=4096)
def _content(text: str, language: str) -> frozenset[str]:
    """The words of a text that say something, each without a plural's last letter."""
    found = _WORD.findall(_APART.sub("", fold(text.replace("_", " "))))
    bare = _SAY_NOTHING.get(language, frozenset())
    plain = (
        w[:-1] if language == "en" and len(w) > 3 and w[-1] == "s" else w for w in found if w not in bare
    )
    return frozenset(plain) - bare


_HEAD = "defaults: {owner: sales, subject: customer, retention: account, purposes: [orders]}\nfields:\n"
_PHONE = (
    _HEAD
    + """\
  customer.phone_number:
    label: Phone number
    definition: Number at which the customer has asked to be called
    category: contact.phone
    sources: {shop.customers.phone: }
"""
)

RULES: tuple[Rule, ...] = (
    Rule(
        code="DF102",
        name="circular-definition",
        severity=Severity.WARNING,
        since="0.1",
        summary="defines by repeating the name, or only by what it is not",
        rationale=(
            "“Phone number: the phone number of the customer” leaves the reader where they were: is it the "
            "number to call, the one that called, a mobile? And “an address that is not the billing address” "
            "holds for every address but one. Told is a short definition whose words all stand in the label, "
            "the id or the name of the data subject, and one that is nothing but a negation."
        ),
        source="ISO/IEC 11179-4",
        help="say what kind of thing it is, and what tells it from others of its kind",
        example=Example(
            bad=_PHONE.replace(
                "Number at which the customer has asked to be called", "The phone number of the customer"
            ),
            good=_PHONE,
            at=(5, 17),
        ),
        check=_circular_definition,
        alone=True,
    ),
)
