"""The trees that a server compiles views to, so that two can be compared.

A view is stored as such a tree; the query that it should be is compiled by the same server, without being
executed. Equal trees mean the same tables, columns, functions and operators by identity, whatever they are
called and whatever stands in a search_path. What only tells how the text was written is left aside, as the
server does when it compares.
"""

from __future__ import annotations

import re

_WRITING = re.compile(r"(?<!\\) :(?:\w*location|stmt_len|list_start|list_end|\w*format) -?\d+")
_OLD = re.compile(
    r"\{(?:QUERY|(?P<var>VAR :varno (?P<no>\d+)(?P<middle>[^{}]*? :varlevelsup (?P<up>\d+)[^{}]*?)"
    r" :varnosyn (?P<syn>\d+))|(?P<ref>RANGETBLREF :rtindex (?P<at>\d+))|\w+)|(?<!\\)\}"
)


def stored(tree: str, version: int) -> str:
    """A tree as `pg_rewrite.ev_action` holds it."""
    bare = tree.strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    return compared(bare if version >= 160000 else _without_old_and_new(bare))


def compared(tree: str) -> str:
    """A tree without what only tells how its text was written."""
    return _WRITING.sub("", tree)


def _without_old_and_new(tree: str) -> str:
    """Up to version 15 the tables of a stored view begin with two that stand for its own old and new row, and
    so all others count two higher."""
    start = tree.index(":rtable (") + len(":rtable (")
    at = start
    for _ in range(2):
        at = _end(tree, at) + 1
    lowered: list[str] = []
    rest = tree[:start] + tree[at:]
    stack: list[bool] = []
    depth, last = -1, 0
    for match in _OLD.finditer(rest):
        if match[0] == "}":
            depth -= stack.pop()
            continue
        stack.append(match[0] == "{QUERY")
        depth += stack[-1]
        if match["var"] and int(match["up"]) == depth and int(match["no"]) > 2:
            syn = int(match["syn"])
            lowered += [rest[last : match.start()], f"{{VAR :varno {int(match['no']) - 2}{match['middle']}"]
            lowered.append(f" :varnosyn {syn - 2 if syn else 0}")
            last = match.end()
        elif match["ref"] and depth == 0:
            lowered += [rest[last : match.start()], f"{{RANGETBLREF :rtindex {int(match['at']) - 2}"]
            last = match.end()
    return "".join([*lowered, rest[last:]])


_BRACE = re.compile(r"(?<!\\)[{}]")


def _end(tree: str, start: int) -> int:
    """Where the node that starts at `start` ends."""
    depth = 0
    for match in _BRACE.finditer(tree, start):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return len(tree)
