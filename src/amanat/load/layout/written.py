"""A YAML text taken apart by the parser's tokens: where its lines begin, what stands between the tokens."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml
from yaml._yaml import CParser

from amanat.memory import uncollected

LINE = re.compile("[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|\\Z)")
"""A line with its end, as the parser counts lines."""

END = "\r\n\x85\u2028\u2029"
"""Characters that end a line."""


class Written(NamedTuple):
    """A text with its lines (ends included), tokens, and the comments between the tokens (position, text)."""

    text: str
    lines: list[str]
    tokens: list[Any]
    comments: list[tuple[int, str]]


def lines_of(text: str) -> list[str]:
    """The lines of a text, each with its end."""
    return [line for line in LINE.findall(text) if line]


def written(text: str) -> Written:
    """Take a text apart. It must be readable YAML without byte order mark."""
    parser = CParser(text)
    tokens: list[Any] = []
    try:
        with uncollected():
            while (token := parser.get_token()) is not None:
                tokens.append(token)
    finally:
        parser.dispose()
    return Written(text, lines_of(text), tokens, _comments(text, tokens))


def _comments(text: str, tokens: Sequence[Any]) -> list[tuple[int, str]]:
    found = []
    at = 0
    for token in tokens:
        start, end = token.start_mark.index, token.end_mark.index
        gap = text[at:start]
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            header = text[start:].split("\n", 1)[0].rstrip("\r")
            sign = re.search(r"[ \t]#", header)
            if sign is not None:
                found.append((start + sign.start() + 1, header[sign.start() + 1 :].rstrip()))
        if "#" in gap:
            for match in re.finditer(f"#[^{END}]*", gap):
                found.append((at + match.start(), match[0].rstrip()))
        at = max(at, end)
    return sorted(found)


def content_end(text: str, token: Any) -> int:
    """Where the text of a token ends, without the blank lines that the parser counts to it and that say
    nothing."""
    end: int = token.end_mark.index
    if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
        header = re.split(f"[{END}#]", text[token.start_mark.index :], maxsplit=1)[0]
        if "+" not in header:
            while end > token.start_mark.index and text[end - 1] in " \t\r\n":
                end -= 1
    return end


def line_numbers(lines: Sequence[str]) -> list[int]:
    """Where each line begins."""
    starts = []
    at = 0
    for line in lines:
        starts.append(at)
        at += len(line)
    return starts


def is_blank(line: str) -> bool:
    """Whether a line holds nothing."""
    return not line.strip(" \t" + END)


def is_comment(line: str) -> bool:
    """Whether a line holds a comment only, outside of scalars."""
    return line.lstrip(" \t").startswith("#")


def indent_of(line: str) -> int:
    """The column of the first sign of a line."""
    return len(line) - len(line.lstrip(" \t"))


def scalar_lines(written: Written, token: Any, starts: Sequence[int]) -> tuple[int, int]:
    """The first and the last line of a scalar."""
    first = bisect_right(starts, token.start_mark.index) - 1
    stop = content_end(written.text, token)
    return first, bisect_right(starts, max(stop - 1, token.start_mark.index)) - 1


def inside(written: Written) -> tuple[set[int], set[int]]:
    """Lines (from 0) that begin inside a scalar, and lines whose end is inside one."""
    starts = line_numbers(written.lines)
    begin: set[int] = set()
    end: set[int] = set()
    for token in written.tokens:
        if not isinstance(token, yaml.ScalarToken):
            continue
        first, last = scalar_lines(written, token, starts)
        begin.update(range(first + 1, last + 1))
        block = token.style in ("|", ">")
        end.update(range(first + (1 if block else 0), last + (1 if block else 0)))
    return begin, end
