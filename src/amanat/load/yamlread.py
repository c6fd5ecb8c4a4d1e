"""The strict YAML builder: text to plain data, by PyYAML's C events and a stack of our own.

It is the definition of the language that catalogs are written in:

- YAML 1.2 core scalars, with two narrowings that lose nothing: numbers with a leading `+` or a leading
  zero stay text (`+98912`, `017`), and infinities and NaN stay text. Keys are always text.
- Duplicate keys, tags other than the core ones, merge keys, several documents and keys that are not
  scalars are faults. Aliases, depth and size are limited.

Positions are not kept: a file with something to report is read again by `positions.locate`.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Any, NamedTuple

import yaml
from yaml._yaml import CParser

from amanat.diagnostic import Finding, Fix, Related, Severity
from amanat.text import Path, Place, Span, conflict_marker, unresolved_merge

MAX_DEPTH = 64
MAX_BYTES = 64 * 1024 * 1024
MAX_ALIASED_NODES = 100_000

_CORE_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
_NUMERIC = frozenset("+-.0123456789")
_NULLS = frozenset(("null", "Null", "NULL", "~"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_HEX_OCT = re.compile(r"0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"-?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_YAML_1_1_WORDS = frozenset(
    ["yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y", "Y", "n", "N"]
)
_WORDS = _NULLS | _TRUE | _FALSE | _YAML_1_1_WORDS | {""}
_SURPRISING = re.compile(
    r"\+[0-9][0-9_.]*|[-+]?0[0-9_]+|[-+]?[0-9]+(?:_[0-9]+)+"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9]*)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_UNSET: Any = object()


class Parsed(NamedTuple):
    """A file's data (None where nothing could be read) and what was wrong with its text."""

    data: Any
    findings: tuple[Finding, ...]
    readable: bool


class _Stop(Exception):  # noqa: N818 - not an error, the end of a walk
    """The rest of this file cannot be read; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def span_of(event: Any) -> Span:
    """The span of a parser event."""
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def resolve_plain(text: str) -> Any:
    """The value of a plain (unquoted) scalar: None, bool, int, float, or the text itself."""
    if not text or text in _NULLS:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _INT.fullmatch(text):
        return int(text) if len(text) < 19 else text
    if _HEX_OCT.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) and text not in ("-", "."):
        number = float(text)
        return number if number - number == 0 else text
    return text


def is_surprising(text: str) -> bool:
    """Whether other YAML readers give a plain scalar another meaning than text."""
    return text in _YAML_1_1_WORDS or (text[:1] in _NUMERIC and _SURPRISING.fullmatch(text) is not None)


def parse(text: str, file: str) -> Parsed:
    """Build plain data from YAML text.

    Faults come back as findings of LD101 to LD104. A syntax fault ends the file; a duplicate key, an
    unknown tag and a surprising scalar do not.
    """
    findings: list[Finding] = []
    if text.startswith("\ufeff"):
        text = text[1:]
        findings.append(
            Finding(
                "LD101",
                "starts with a byte order mark",
                Place(file),
                file,
                fix=Fix("save it as UTF-8 without byte order mark"),
                severity=Severity.WARNING,
                span=Span(1, 1, 1, 1),
                detail="bom",
            )
        )
    line = unresolved_merge(text)
    if line is not None:  # inside a quoted text YAML would take both sides for one value
        return Parsed(None, (*findings, _conflict(line, file)), False)
    parser = CParser(text)
    try:
        try:
            data = _build(parser, file, findings)
        finally:
            parser.dispose()
    except _Stop as stop:
        return Parsed(None, (*findings, stop.finding), False)
    except yaml.YAMLError as error:
        return Parsed(None, (*findings, _syntax_fault(error, text, file)), False)
    return Parsed(data, tuple(findings), True)


def _build(parser: Any, file: str, findings: list[Finding]) -> Any:  # noqa: PLR0912, PLR0915 - one hot loop
    get = parser.get_event
    scalar_event, mapping_start, sequence_start = (
        yaml.ScalarEvent,
        yaml.MappingStartEvent,
        yaml.SequenceStartEvent,
    )
    mapping_end, sequence_end, alias_event = yaml.MappingEndEvent, yaml.SequenceEndEvent, yaml.AliasEvent
    cache: dict[str, Any] = {}
    dotted: dict[str, str] = {}
    anchors: dict[str, tuple[Any, int]] = {}
    open_anchors: list[tuple[str, int] | None] = []
    stack: list[tuple[Any, Any]] = []
    node: Any = None  # the open container
    key: Any = _UNSET  # the key that waits for its value, in a mapping
    root: Any = None
    documents = nodes = aliased = 0
    while True:
        event = get()
        kind = type(event)
        if kind is scalar_event:
            value = event.value
            if "." in value:
                value = dotted.setdefault(value, value)  # sources: one copy for the file that names them
            elif " " not in value:
                value = intern(value)  # keys, ids and words of a list: one copy for all files
            nodes += 1
            if event.implicit[0]:
                if value[:1] in _NUMERIC or value in _WORDS:
                    if value in cache:
                        resolved = cache[value]
                    else:
                        resolved = resolve_plain(value)
                        if is_surprising(value):
                            findings.append(_surprise(value, file, stack, node, key, event))
                        else:
                            cache[value] = resolved
                    if type(node) is not dict or key is not _UNSET:  # keys are text
                        value = resolved
            elif event.tag is not None and event.tag != "!":
                if event.tag not in _CORE_TAGS:
                    findings.append(_unknown_tag(event, file, stack, node, key))
                elif not event.tag.endswith(":str") and (type(node) is not dict or key is not _UNSET):
                    value = resolve_plain(value)
            if event.anchor is not None:
                anchors[event.anchor] = (value, 1)
        elif kind is mapping_start or kind is sequence_start:
            if type(node) is dict and key is _UNSET:
                raise _Stop(_complex_key(event, file))
            if event.tag is not None and event.tag not in _CORE_TAGS:
                findings.append(_unknown_tag(event, file, stack, node, key))
            stack.append((node, key))
            if len(stack) > MAX_DEPTH:
                raise _Stop(_limit(f"nests deeper than {MAX_DEPTH} levels", event, file))
            open_anchors.append((event.anchor, nodes) if event.anchor is not None else None)
            node = {} if kind is mapping_start else []
            key = _UNSET
            if event.anchor is not None:
                anchors.pop(event.anchor, None)
            nodes += 1
            continue
        elif kind is mapping_end or kind is sequence_end:
            value = node
            node, key = stack.pop()
            anchored = open_anchors.pop()
            if anchored is not None:
                anchors[anchored[0]] = (value, nodes - anchored[1])
        elif kind is alias_event:
            if event.anchor not in anchors:
                raise _Stop(_bad_alias(event, file))
            value, size = anchors[event.anchor]
            if type(node) is dict and key is _UNSET and not isinstance(value, str):
                raise _Stop(_complex_key(event, file))
            aliased += size
            nodes += size
            if aliased > MAX_ALIASED_NODES:
                raise _Stop(
                    _limit(f"repeats more than {MAX_ALIASED_NODES} values through aliases", event, file)
                )
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _Stop(_second_document(event, file))
            continue
        elif kind is yaml.StreamEndEvent:
            return root
        else:
            continue
        if node is None:
            root = value
        elif type(node) is list:
            node.append(value)
        elif key is _UNSET:
            if value in node:
                findings.append(_duplicate(value, file, stack, event))
            key = value
        else:
            if key not in node:
                node[key] = value
            key = _UNSET


def _path(stack: list[tuple[Any, Any]], node: Any, key: Any) -> Path:
    """The path of the value being read."""
    steps: list[str | int] = []
    for container, waiting in [*stack[1:], (node, key)]:
        if type(container) is dict:
            if waiting is not _UNSET:
                steps.append(waiting)
        elif container is not None:
            steps.append(len(container))
    return tuple(steps)


def _surprise(
    value: str, file: str, stack: list[tuple[Any, Any]], node: Any, key: Any, event: Any
) -> Finding:
    path = _path(stack, node, key)
    if type(node) is dict and key is _UNSET:
        path = (*path, value)
    return Finding(
        "LD104",
        f"`{value}` without quotes is text here, but other YAML readers change it",
        Place(file, path),
        _entry(path, file),
        fix=Fix(f'write "{value}"'),
        span=span_of(event),
        detail="/".join(str(step) for step in path),
    )


def _duplicate(key: str, file: str, stack: list[tuple[Any, Any]], event: Any) -> Finding:
    path = (*_path(stack, None, _UNSET), key)
    return Finding(
        "LD102",
        f"key `{key}` stands twice in this map; the first one counts",
        Place(file, path),
        _entry(path, file),
        related=(Related("first here", Place(file, path)),),
        fix=Fix("remove or rename one of them"),
        span=span_of(event),
        detail="/".join(str(step) for step in path),
    )


def _entry(path: Path, file: str) -> str:
    return str(path[1]) if len(path) > 1 else file


def _unknown_tag(event: Any, file: str, stack: list[tuple[Any, Any]], node: Any, key: Any) -> Finding:
    path = _path(stack, node, key)
    return Finding(
        "LD101",
        f"tag `{event.tag}` is not allowed; only plain YAML values are",
        Place(file, path),
        _entry(path, file),
        fix=Fix("remove the tag"),
        span=span_of(event),
        detail=f"tag {event.tag}",
    )


def _complex_key(event: Any, file: str) -> Finding:
    return Finding(
        "LD101",
        "a key must be text, not a list or a map",
        Place(file),
        file,
        fix=Fix("quote a key that begins with `{`, `[`, `*` or `?`"),
        span=span_of(event),
        detail="key",
    )


def _bad_alias(event: Any, file: str) -> Finding:
    return Finding(
        "LD101",
        f"alias `*{event.anchor}` has no finished anchor `&{event.anchor}` before it",
        Place(file),
        file,
        fix=Fix("define the anchor first, or quote the text if no alias is meant"),
        span=span_of(event),
        detail=f"alias {event.anchor}",
    )


def _limit(what: str, event: Any, file: str) -> Finding:
    return Finding(
        "LD103",
        what,
        Place(file),
        file,
        fix=Fix("split the file, or write the values out"),
        span=span_of(event),
        detail="limit",
    )


def _second_document(event: Any, file: str) -> Finding:
    return Finding(
        "LD101",
        "a second YAML document begins here; a file holds one",
        Place(file),
        file,
        fix=Fix("remove the `---`, or move what follows to a file of its own"),
        span=span_of(event),
        detail="document",
    )


def _conflict(line: int, file: str) -> Finding:
    return Finding(
        "LD101",
        "a merge conflict is not resolved here",
        Place(file),
        file,
        fix=Fix("choose one side and remove the conflict markers"),
        span=Span(line, 1, line, 8),
        detail="syntax",
    )


def _syntax_fault(error: yaml.YAMLError, text: str, file: str) -> Finding:
    line = conflict_marker(text)
    if line is not None:
        return _conflict(line, file)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    if mark is not None:
        line, column = mark.line + 1, mark.column + 1
    else:
        # A reader fault (a control character) knows only an offset.
        offset = next((n for n, c in enumerate(text) if not _printable(c)), 0)
        line, column = text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
        problem = f"character U+{ord(text[offset]):04X} is not allowed in YAML" if text else problem
    lines = text.splitlines()
    shown = lines[line - 1] if line <= len(lines) else ""
    message, fix = _plain_words(problem, shown, column)
    return Finding(
        "LD101",
        message,
        Place(file),
        file,
        fix=Fix(fix),
        span=Span(line, column, line, column + 1),
        detail="syntax",
    )


def _printable(character: str) -> bool:
    return character in "\t\n\r\x85" or (
        character >= " " and not "\x7f" <= character <= "\x9f" and character not in "\ufffe\uffff"
    )


def _plain_words(problem: str, shown: str, column: int) -> tuple[str, str]:
    """A parser's problem in words for people, and what to do."""
    if "\t" in shown[:column]:
        return "a tab stands where YAML needs spaces", "indent with spaces"
    if "mapping values are not allowed" in problem:
        return (
            "a second `: ` in one value, or the wrong indentation",
            "quote the text that holds `: `, or line the key up with its neighbours",
        )
    if "did not find expected key" in problem or "did not find expected '-'" in problem:
        return "the indentation does not fit, or a quote is not closed", "line it up with its neighbours"
    if "end of stream" in problem:
        return f"the file ends too early: {problem}", "close the quote or bracket that is open"
    return f"not valid YAML: {problem}", "mend the syntax here, or quote the text"
