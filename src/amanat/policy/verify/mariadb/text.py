"""The SQL of views, taken apart as far as comparing needs: names, texts, and the rest.

A view is kept as the server wrote it down when it compiled it. What it should be is compiled by the same
server in the same session, and so is what it is, both over stand-ins for the tables: no right on a table is
needed, and nothing is executed. Then both are the same or not, letter by letter, but for the databases of
tables, which the server leaves out there; so the names are compared as well, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from amanat.policy.targets.mariadb.quoting import identifier
from amanat.policy.verify.mariadb.facts import Relation

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>[xb]?'(?:[^'\\]|\\.|'')*')
    |(?P<name>`(?:[^`]|``)*`)
    |(?P<number>0x[0-9a-f]+|\d[\d.]*(?:e[+-]?\d+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ESCAPES = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}
_BEFORE_TABLES = ("from", "join", ",", "(")


class Token(NamedTuple):
    """A piece of SQL: its kind and how it is written."""

    kind: str
    text: str


def tokens(query: str) -> list[Token]:
    """The pieces of a query, without white space."""
    found = (Token(match.lastgroup or "sign", match[0]) for match in _TOKEN.finditer(query))
    return [token for token in found if token.kind != "space"]


def bare(token: Token) -> str | None:
    """The name that a token is, without quotes; None for anything else."""
    if token.kind == "name":
        return token.text[1:-1].replace("``", "`")
    return token.text if token.kind == "word" else None


class Chain(NamedTuple):
    """Names with points between them, from one token to another (past the last)."""

    names: tuple[str, ...]
    start: int
    end: int


def chains(found: Sequence[Token]) -> Iterator[Chain]:
    """Every name that has a point in it."""
    at = 0
    while at < len(found):
        names: list[str] = []
        start = at
        while at < len(found) and (name := bare(found[at])) is not None:
            names.append(name)
            at += 1
            if at < len(found) and found[at].text == ".":
                at += 1
            else:
                break
        if len(names) > 1:
            yield Chain(tuple(names), start, at)
        at = max(at, start + 1)


def names(query: str) -> list[tuple[str, ...]]:
    """The names with a point in them, in order."""
    return [chain.names for chain in chains(tokens(query))]


def read_from(query: str) -> set[Relation]:
    """The tables that a view's text reads, as far as they are named with their database."""
    found = tokens(query)
    return {
        (chain.names[0], chain.names[1])
        for chain in chains(found)
        if len(chain.names) == 2 and _is_table(found, chain)
    }


def _is_table(found: Sequence[Token], chain: Chain) -> bool:
    return chain.start > 0 and found[chain.start - 1].text.lower() in _BEFORE_TABLES


def over_stand_ins(query: str, columns: Mapping[Relation, Set[str]]) -> str:
    """The query with every table replaced by one that anybody may read, with columns of the same names."""
    found = tokens(query)
    parts: list[str] = []
    last = 0
    for chain in chains(found):
        if chain.names in columns and _is_table(found, chain):
            parts += [token.text for token in found[last : chain.start]]
            parts.append(_stand_in(columns[chain.names[0], chain.names[1]]))
            last = chain.end
    parts += [token.text for token in found[last:]]
    return _joined(parts)


def _stand_in(columns: Set[str]) -> str:
    shown = ", ".join(f"c.DESCRIPTION AS {identifier(name)}" for name in sorted(columns))
    return f"(SELECT {shown} FROM information_schema.CHARACTER_SETS AS c)"


def _joined(parts: Sequence[str]) -> str:
    """Pieces with white space wherever it changes nothing: not after the name of a function, and not between
    a word for a character set and its text."""
    out: list[str] = []
    for part in parts:
        apart = out and not (part in ("(", ".") or out[-1].endswith(".") or _is_operator(out[-1], part))
        out.append(f" {part}" if apart else part)
    return "".join(out)


def _is_operator(left: str, right: str) -> bool:
    """Whether two signs may be one operator, such as `<=`."""
    return left[-1] in "<>=!|&:" and right in ("=", ">", "<", "|", "&")


def plain(statement: bytes) -> str:
    """A statement of the server as text. Bytes that are no text stand in values of no character set: they are
    written as digits."""
    text = statement.decode("utf-8", "surrogateescape")
    if text.isascii():
        return text
    parts: list[str] = []
    before = ""
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if match.lastgroup == "text" and before == "_binary" and not piece.isascii():
            raw = _unescaped(piece).encode("utf-8", "surrogateescape")
            piece = f" X'{raw.hex()}'"
        before = match[0].lower()
        parts.append(piece)
    return "".join(parts)


def _unescaped(text: str) -> str:
    return re.sub(
        r"\\(.)|''",
        lambda match: _ESCAPES.get(match[1], match[1]) if match[1] else "'",
        text[1:-1],
        flags=re.DOTALL,
    )


def body_of(statement: str) -> str:
    """The query in a statement that makes a view."""
    found = tokens(statement)
    texts = [token.text.lower() if token.kind == "word" else token.text for token in found]
    start = texts.index("as", texts.index("view")) + 1
    end = len(found)
    if texts[-2:] == ["check", "option"]:
        end = max(at for at, text in enumerate(texts) if text == "with")
    return _joined([token.text for token in found[start:end]])
