"""The pieces of SQL that say in an engine what `values` says in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from amanat.golden.plan import NUMBERS, Candidate
from amanat.golden.values import BLANK, FALSE, NO_NUMBER, OTHER_DIGITS, TRUE
from amanat.policy.targets.quoting import literal


class Dialect(NamedTuple):
    """How an engine differs: its types for text and exact numbers, and templates for a match with a pattern,
    for text compared by code points, and for taking characters from both ends."""

    name: str
    text: str
    number: str
    matches: str
    by_code_points: str
    trim: str


class Expressions:
    """Expressions of an engine; what goes in is SQL, except for values that are named so."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def as_text(self, value: str) -> str:
        """A value of any type as text."""
        return f"CAST({value} AS {self._dialect.text})"

    def raw(self, column: str, one: Candidate, date: bool) -> str:
        """The text of a cell: numbers without zeros at the end, moments in UTC, or days (`date`)."""
        if one.kind == "timestamp":
            moment = self.moment(column, one.with_zone)
            return self.as_text(f"CAST({moment} AS date)" if date else moment)
        text = self.as_text(column)
        if one.kind not in NUMBERS:
            return text
        return self._plain(text)

    def _plain(self, number: str) -> str:
        return (
            f"CASE WHEN strpos({number}, '.') > 0 AND strpos(lower({number}), 'e') = 0"
            f" THEN rtrim(rtrim({number}, '0'), '.') ELSE {number} END"
        )

    def moment(self, column: str, with_zone: bool) -> str:
        """A moment in UTC. One without a zone is taken as UTC."""
        return f"CAST({column}{' AT TIME ZONE ' + literal('UTC') if with_zone else ''} AS timestamp)"

    def codes(self, value: str, codes: Mapping[str, str | None]) -> str:
        """The canonical code; NULL without a counterpart."""
        cases = (
            f"WHEN {literal(code)} THEN {literal(own)}" for code, own in codes.items() if own is not None
        )
        found = " ".join(cases)
        return f"CASE {value} {found} END" if found else self.as_text("NULL")

    def truth(self, value: str) -> str:
        """Spellings of true and false as one."""
        lower = f"lower({value})"
        return (
            f"CASE WHEN {self.is_in(lower, TRUE)} THEN 'true' WHEN {self.is_in(lower, FALSE)} THEN 'false'"
            f" ELSE {value} END"
        )

    def is_in(self, value: str, texts: Iterable[str]) -> str:
        """Whether a text is one of some; none of them: false."""
        listed = ", ".join(map(literal, texts))
        return f"({value} IN ({listed}))" if listed else "false"

    def is_no_number(self, value: str) -> str:
        """Whether the text of a number stands for none."""
        return self.is_in(f"lower({value})", NO_NUMBER)

    def is_blank(self, value: str) -> str:
        """Whether a text is empty or only space."""
        return f"({self._trimmed(value)} = '')"

    def _trimmed(self, value: str) -> str:
        codes = " || ".join(f"chr({ord(char)})" for char in BLANK)
        return self._dialect.trim.format(value=value, characters=codes)

    def normal(self, value: str, forms: Iterable[str]) -> str:
        """A text in normal forms, one after the other."""
        for form in forms:
            if form == "trim":
                value = self._trimmed(value)
            elif form == "digits":
                plain = f"translate({value}, {literal(OTHER_DIGITS)}, {literal('0123456789' * 2)})"
                value = f"regexp_replace({plain}, '[^0-9]', '', 'g')"
            else:
                value = f"{form}({value})"
        return value

    def matches(self, value: str, pattern: str) -> str:
        """Whether a text matches a pattern as a whole."""
        return self._dialect.matches.format(value=value, pattern=literal(f"^({pattern})$"))

    def by_code_points(self, value: str) -> str:
        """A text that is ordered by code points from here on."""
        return self._dialect.by_code_points.format(value=value)

    def together(self, function: str, numeric: bool) -> str:
        """The values of a customer put together."""
        if function == "count":
            return self.as_text("count(*)")
        if function == "union":
            return "array_agg(DISTINCT value ORDER BY value)"
        number = f"CAST(value AS {self._dialect.number})"
        if function == "sum":
            return self._plain(self.as_text(f"sum({number})"))
        way = " DESC" if function == "max" else ""
        order = f"{number}{way}, value{way}" if numeric else f"value{way}"
        return f"(array_agg(value ORDER BY {order}))[1]"
