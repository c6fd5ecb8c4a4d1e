"""Words of everyday language, in English and Persian: those that say nothing by themselves, those that say
the same as others, and those whose place in a sentence decides what it says.

Which words tell two definitions apart is amanat's own matter, so these tables are. A word belongs among the
`FUNCTION_WORDS` only if no two definitions could differ by it alone: `without`, `from`, `not`, `first` are
left out on purpose. Numbers, names and words of any other language always count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Everyday(NamedTuple):
    """What is known of a language. `same` maps a word to the word, or words, that say the same; `phrases`
    does so for two words side by side. One of `bound` belongs to the word after it. Words on
    the right stand in their base form."""

    function_words: frozenset[str]
    same: Mapping[str, str]
    phrases: Mapping[tuple[str, str], str]
    bound: frozenset[str]
    unchanging: frozenset[str]
    """Words that look inflected and are not."""


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


_ENGLISH = Everyday(
    function_words=_words(
        """
        a an the this that these those such it its they them their he him his she her we us our you your
        and or of in on at for with as into onto upon via which whose what
        has have had having does do did own also there here so then just s
        """
    ),
    same={
        "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "being": "be",
        "if": "whether",
        "paid": "pay", "sent": "send", "gave": "give", "given": "give", "wrote": "write", "written": "write",
        "bought": "buy", "took": "take", "taken": "take", "made": "make", "told": "tell", "knew": "know",
        "known": "know", "held": "hold", "kept": "keep", "chose": "choose", "chosen": "choose",
        "spoke": "speak", "spoken": "speak", "came": "come", "went": "go", "gone": "go", "said": "say",
        "saw": "see", "seen": "see", "used": "use", "sold": "sell", "people": "person",
        "began": "start", "begun": "start", "begin": "start", "beginning": "start",
        "finish": "end", "occur": "happen", "display": "show", "select": "choose", "purchase": "buy",
        "email": "e mail", "emails": "e mail", "phone": "telephone", "tel": "telephone",
        "cell": "mobile", "cellphone": "mobile telephone", "smartphone": "mobile telephone",
        "postcode": "postal code", "zip": "postal", "zipcode": "postal code",
        "surname": "family name", "forename": "give name", "birthday": "birth day",
        "client": "customer", "date": "day", "city": "town", "id": "identifier", "image": "picture",
    },
    phrases={("last", "name"): "family name", ("first", "name"): "give name", ("take", "place"): "happen"},
    bound=_words("not no nor never without from to by before after until since than between who whom"),
    unchanging=_words(
        "news goods customs series species always incoming outgoing evening meeting thing string"
    ),
)  # fmt: skip

_PERSIAN = Everyday(
    function_words=_words(
        """
        و یا در با بر که را رو این آن یک برای خود خویش نیز هم همان همین ی ای ها های هایی هایش می
        است بود باشد هست هستند بودند باشند آنها آنان او وی اش شان
        """
    ),
    same={
        "شده": "شد", "شود": "شد", "شوند": "شد", "شدند": "شد", "گردید": "شد", "گردیده": "شد",
        "کرده": "کرد", "کند": "کرد", "کنند": "کرد", "کردند": "کرد",
        "رایانامه": "ایمیل", "آدرس": "نشانی", "موبایل": "تلفن همراه", "زادروز": "روز تولد",
        "تاریخ": "روز", "سیستم": "سامانه", "فامیل": "نام خانوادگی", "فامیلی": "نام خانوادگی",
        "کدپستی": "کد پستی", "شروع": "آغاز", "محصول": "کالا", "گفتگو": "گفت گو", "آیدی": "شناسه",
    },
    phrases={("پست", "الکترونیک"): "ایمیل"},
    bound=_words(
        "نه نیست نیستند نشد نشده نشود نمی نکرد نکرده ندارد هرگز بدون از به پیش پس قبل بعد تا بین میان"
    ),
    unchanging=frozenset(),
)  # fmt: skip

EVERYDAY: Mapping[str, Everyday] = {"en": _ENGLISH, "fa": _PERSIAN}
"""By primary language tag. Of other languages nothing is known, and every word counts."""

UNKNOWN = Everyday(frozenset(), {}, {}, frozenset(), frozenset())
