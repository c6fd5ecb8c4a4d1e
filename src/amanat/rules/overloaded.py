"""Rule about definitions that hold more than a meaning: DF103."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from amanat.conflicts.folding import fold
from amanat.diagnostic import Finding, Fix, Severity
from amanat.lint.rule import Context, Example, Rule
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.values import Status
from amanat.rules.texts import text_path

_WAYS: Mapping[str, str] = {
    "type": "write it as `type`, and here what the value means",
    "length": "write it as `length`, and here what the value means",
    "format": "write it as `format`, and here what the value means",
    "procedure": "write it as `logic` or `freshness`, and here what the value means",
    "use": "write it as a purpose with its reason, and here what the value means",
}


class _Sign(NamedTuple):
    """How a definition that holds more than a meaning reads, in folded text; `rare` are parts of words that
    then stand in the text as it is written, so that hardly any text has to be searched."""

    what: str
    rare: tuple[str, ...]
    reads: str


def _sign(what: str, rare: str, *reads: str) -> _Sign:
    return _Sign(what, tuple(rare.split("|")), "|".join(reads))


_COUNTED = r"\d+ (?:characters?|digits?|letters?|bytes?)\b"
_OFTEN = (
    r"(?:daily|nightly|hourly|weekly|monthly|automatically"
    r"|every (?:\d+ )?(?:night|hour|day|week|month|minutes?)"
    r"|by (?:the|an?) (?:\w+ )?(?:job|script|import|sync|trigger|batch))\b"
)
_EVERYWHERE = (
    _sign(
        "type", "char(|int(|decimal(|numeric(", r"\b(?:n?varchar|char|int|decimal|numeric) ?\( ?\d+[^)]*\)"
    ),
    _sign("type", "varchar|bigint|smallint|tinyint", r"\b(?:n?varchar2?|bigint|smallint|tinyint)\b"),
    _sign("format", "yyyy|dd.mm|dd/mm|dd-mm", r"\byyyy\b", r"\bdd[-/.]mm\b"),
    _sign("format", "8601|3166|4217|.164|e164", r"\biso[ -]?(?:8601|3166|4217)\b", r"\be\.?164\b"),
)
_SIGNS: Mapping[str, tuple[_Sign, ...]] = {
    "en": (
        _sign(
            "type",
            "string|integer|boolean",
            r"^(?:an? )?(?:string|integer|boolean)(?: (?:of|that|which|with|value|field|flag|for)\b|$)",
        ),
        _sign(
            "length",
            " characters| digits| letters| bytes| length",
            rf"\b(?:at most|up to|maximum(?: of)?|max\.?|no more than|limited to) {_COUNTED}",
            rf"\b{_COUNTED} (?:long|maximum|max|at most|or less|or fewer)\b",
            r"\b(?:maximum|max\.?) length\b",
            r"\blength of \d+\b",
        ),
        _sign(
            "format",
            "format|ercase|er case|base64",
            r"\bformatted (?:as|like)\b",
            r"\bin (?:the |an? )?(?:[\w./-]+ )?format\b(?! of\b)",
            r"\bin (?:lower|upper) ?case\b",
            r"\bbase64[- ]encoded\b",
        ),
        _sign(
            "procedure",
            "updated |refreshed|imported |synchroni|synced|recalculated|recomputed",
            rf"\b(?:updated|refreshed|imported|synchroni[sz]ed|synced|recalculated|recomputed) {_OFTEN}",
        ),
        _sign("procedure", "please", r"^please (?:enter|select|choose|fill)\b"),
        _sign(
            "use",
            "used ",
            r"^(?:(?:this |the )?(?:field|value|column) (?:is )?)?used (?:for|to|by|in)\b",
            r"[,.;(] ?(?:it is |which is |this is )?(?:only |mainly )?used (?:for|to|by)\b",
        ),
    ),
    "fa": (
        _sign(
            "type",
            "رشته|بولی|صحیح|فیلد",
            r"^(?:یک )?(?:رشته متنی|مقدار بولی|عدد صحیح|فیلد (?:متنی|عددی|بولی))\b",
        ),
        _sign(
            "length",
            "کاراکتر|نویسه|رقم|حرف|بایت|طول",
            r"\b(?:حداکثر|دست ?بالا|تا|دقیقا) \d+ (?:کاراکتر|نویسه|رقم|حرف|بایت)\b",
            r"\b(?:با|به) طول (?:حداکثر )?\d+\b",
        ),
        _sign("format", "فرمت|قالب", r"\b(?:با|به|در) فرمت\b", r"\bبه قالب\b"),
        _sign(
            "procedure",
            "خودکار|روزانه|هر شب|شبانه|هفتگی|ماهانه|هر روز",
            r"\b(?:خودکار|روزانه|هر شب|شبانه|هفتگی|ماهانه|هر روز) (?:به ?روز|همگام|محاسبه|بارگذاری)",
        ),
        _sign("procedure", "لطفا", r"^لطفا\b"),
        _sign(
            "use",
            "استفاده می|کار می",
            r"^(?:این (?:فیلد|مقدار|ستون) )?برای [^.]*(?:استفاده|به ?کار) ?(?:می ?شود|می ?رود)$",
            r"[,.;] ?(?:که )?برای [^.]*(?:استفاده|به ?کار) ?(?:می ?شود|می ?رود)$",
        ),
    ),
}
"""By language; what is read in every language stands before it."""


def _definition_holds_format(ctx: Context) -> Iterator[Finding]:
    for field in _suspects(ctx.catalog):
        if "definition" in field.inherited or field.status is Status.RETIRED:
            continue
        for language, text in field.definition.items():
            held = holds(text, language)
            if held is not None:
                what, words = held
                yield Finding(
                    "DF103",
                    f"the definition of `{field.id}` holds its {what}: `{words}`",
                    field.place.at(
                        *text_path(("definition",), field.definition, language, ctx.catalog.language)
                    ),
                    field.id,
                    fix=Fix(_WAYS[what]),
                    data={"holds": what},
                )
                break


_AT_ONCE = 2000
"""Fields whose definitions are read as one text: of all of them, it would take much memory."""


def _suspects(catalog: Catalog) -> Iterator[Field]:
    """The fields with a rare part of a word in a definition, in order."""
    fields = iter(catalog.fields.values())
    while chunk := list(islice(fields, _AT_ONCE)):
        yield from _suspects_among(chunk, catalog.languages)


def _suspects_among(fields: Sequence[Field], languages: Iterable[str]) -> list[Field]:
    found: set[int] = set()
    for language in languages:
        texts = [field.definition.get(language, "").casefold() for field in fields]
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        joined = "\n".join(texts)
        for part in {part for sign in _signs(language) for part in sign.rare}:
            at = joined.find(part)
            while at >= 0:
                number = bisect_right(starts, at) - 1
                found.add(number)
                at = joined.find(part, starts[number + 1])
    return [fields[number] for number in sorted(found)]


def _signs(language: str) -> tuple[_Sign, ...]:
    return (*_EVERYWHERE, *_SIGNS.get(language.partition("-")[0], ()))


def holds(text: str, language: str) -> tuple[str, str] | None:
    """What a definition holds beside a meaning (a key of its own in the catalog), and the words that say so;
    None where it holds a meaning only, or a language that we do not read."""
    lowered = text.casefold()
    for sign in _signs(language):
        for rare in sign.rare:
            if rare in lowered:
                found = re.search(sign.reads, fold(text))
                if found is not None:
                    return sign.what, found[0].strip(" ,.;(")
                break
    return None


_BIRTHDAY = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders]}
fields:
  customer.birthday:
    label: Birthday
    definition: Day on which the customer was born
    category: demographic.birth_date
    type: date
    sources: {shop.customers.birthday: }
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="DF103",
        name="definition-holds-format",
        severity=Severity.WARNING,
        since="0.1",
        summary="puts type, length, format, procedure or use into the definition",
        rationale=(
            "What a value means stays when a column grows longer, a job runs weekly or a purpose ends; a "
            "text that says all of this is soon wrong, and nobody can compare it with what a system has. "
            "There are keys for it. Only plain wordings in English and Persian are told, such as “up to 20 "
            "characters”, “used for …” or «حداکثر ۲۰ نویسه»."
        ),
        source="ISO/IEC 11179-4",
        help="say what the value means; `type`, `length`, `format`, `logic` and purposes stand elsewhere",
        example=Example(
            bad=_BIRTHDAY.replace("customer was born", "customer was born (YYYY-MM-DD)"),
            good=_BIRTHDAY,
            at=(5, 17),
        ),
        check=_definition_holds_format,
        alone=True,
    ),
)
