"""What `amanat new` does: an entry from answers or options, in the file where its like stand."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from amanat.cli.renaming import KINDS
from amanat.cli.rewriting import Change
from amanat.cli.session import judging_day, open_catalog, shown_folder
from amanat.conflicts.ways import flow
from amanat.diagnostic import Diagnostic
from amanat.errors import UsageError
from amanat.lint.engine import lint
from amanat.load import Loaded, load_catalog
from amanat.load.entries import DOTTED_ID, ID
from amanat.load.insert import Refused, add_entry
from amanat.load.layout import entry_lines
from amanat.load.yamlread import parse
from amanat.model.catalog import Catalog
from amanat.rules import RULES
from amanat.schema import FILE
from amanat.schema.check import faults
from amanat.schema.guide import guide
from amanat.schema.order import key_order
from amanat.schema.slots import Form, key_slot, slot

ASKED: dict[str, tuple[str, ...]] = {
    "team": ("label", "contact", "lead", "deputy"),
    "subject": ("label", "definition"),
    "system": ("label", "kind", "owner", "country", "engine", "customer_id"),
    "recipient": ("label", "role", "contract", "country"),
    "transfer": ("label", "recipient", "system", "country", "mechanism", "evidence"),
    "role": ("label", "clearance"),
    "purpose": ("label", "reason", "basis", "benefit", "roles"),
    "retention": ("label", "keep", "from", "proved_by", "then", "basis"),
    "hold": ("reason", "fields", "systems", "by", "from", "review"),
    "field": (
        *("label", "definition", "category", "owner", "subject"),
        *("classification", "retention", "purposes", "sources"),
    ),
}
"""What is asked for in a terminal, by kind."""
_TEXTS = frozenset(("label", "definition", "reason", "benefit"))
_DOTTED = frozenset(("fields", "purposes"))

Ask = Callable[[str, str, Sequence[str]], str]
"""Asks for a value: its key, what it means, what may stand there. "" leaves it out."""


class Draft:
    """An entry in the making."""

    def __init__(self, catalog: Path | None, kind: str, name: str) -> None:
        if kind not in ASKED:
            raise UsageError(f"`{kind}` is no kind of entry to add", hint=f"one of {', '.join(ASKED)}")
        self.loaded: Loaded = open_catalog(catalog)
        self.kind, self.name, self.section = kind, name, KINDS[kind]
        self.data: dict[str, Any] = {}
        self._refuse_name()

    def _refuse_name(self) -> None:
        entries = getattr(self.loaded.catalog, self.section)
        if (DOTTED_ID if self.section in _DOTTED else ID).fullmatch(self.name) is None:
            rest = ", in parts joined by dots" if self.section in _DOTTED else " and no dot"
            raise UsageError(
                f"`{self.name}` is not an id",
                hint=f"use lower-case letters, digits and `_`, beginning with a letter{rest}",
            )
        if self.name in entries:
            raise UsageError(f"there is a {self.kind} `{self.name}` already", hint=f"amanat show {self.name}")
        if any(getattr(entry, "renamed_from", None) == self.name for entry in entries.values()):
            raise UsageError(f"`{self.name}` was renamed, and ids are never reused", hint="choose another id")

    def give(self, path: str, text: str) -> None:
        """Take a value, `path` being a key or keys joined by dots (`label.fa`). Raises `UsageError`."""
        steps = path.split(".")
        value = self._value(steps, text)
        made = dict(self.data)
        node = made
        for step in steps[:-1]:
            node[step] = dict(node.get(step) or {})
            node = node[step]
        node[steps[-1]] = value
        self._refuse(made, steps[0])
        self.data = made

    def _value(self, steps: Sequence[str], text: str) -> Any:
        """A text as the value that belongs there: YAML where it is a list, a map or a number, else text."""
        path = (self.section, self.name, *steps)
        wanted = guide(path, False)
        if text[:1] in "[{" or not _takes_text(self, steps):
            parsed = parse(f"- {text}\n", "")
            made = parsed.data[0] if parsed.readable and isinstance(parsed.data, list) else text
        else:
            made = text
        listed = slot((*path, 0), False) is not None and slot(path, False) is not None
        if isinstance(made, str) and not _takes_text(self, steps) and (listed or "," in made or wanted.words):
            made = [part.strip() for part in made.split(",")]
        if steps == ["sources"] and isinstance(made, str | list):
            made = dict.fromkeys([made] if isinstance(made, str) else made)
        return made

    def _refuse(self, data: Mapping[str, Any], key: str) -> None:
        here = {self.section: {self.name: {key: data[key]} if key in data else {}}}
        for fault in faults(FILE, here):
            if fault.code != "SC103" or len(fault.path) > 2:
                where = ".".join(map(str, fault.path[2:]))
                raise UsageError(f"`{where}`: {fault.message}", hint=fault.help or None)
        for path, name, kind in _references((self.section, self.name, key), data.get(key)):
            known = [str(one) for one in getattr(self.loaded.catalog, kind)]
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
                raise UsageError(
                    f"`{'.'.join(map(str, path[2:]))}`: `{name}` is not declared under `{kind}`",
                    hint=f"did you mean `{near[0]}`?"
                    if near
                    else f"known: {', '.join(known[:20]) or 'none'}",
                )

    def ask(self, ask: Ask, tell: Callable[[str], None]) -> None:
        """Ask for what was not given; an answer that is wrong is told, and asked for again."""
        for key in ASKED[self.kind]:
            if key in self.data:
                continue
            languages = self.loaded.catalog.languages if key in _TEXTS else ()
            for path in [f"{key}.{one}" for one in languages] if len(languages) > 1 else [key]:
                self._ask(path, ask, tell)

    def _ask(self, path: str, ask: Ask, tell: Callable[[str], None]) -> None:
        steps = (self.section, self.name, *path.split("."))
        told = guide(steps[:3], False)
        offers = self._offers(steps) or told.words
        while answer := ask(path, told.meaning, offers).strip():
            if answer == "?":
                tell(", ".join(offers) or "any text")
                continue
            try:
                self.give(path, answer)
            except UsageError as error:
                tell(error.message + (f" ({error.hint})" if error.hint else ""))
            else:
                return

    def _offers(self, path: tuple[str, ...]) -> tuple[str, ...]:
        found = slot(path, False)
        if found is None or found.form is not Form.ID:
            return ()
        return tuple(str(one) for one in getattr(self.loaded.catalog, found.kind))

    def file(self) -> str:
        """Where the entry goes: to its parent, else where most of its like stand, else to a new file; to one
        of its own where each of its like has one that is called as it is."""
        entries = getattr(self.loaded.catalog, self.section)
        first = self.name.partition(".")[0]
        near = {n: e for n, e in entries.items() if n.partition(".")[0] == first} if "." in self.name else {}
        if self.kind == "field" and not near:
            return f"fields/{first}.yaml"
        stand = {
            name: PurePosixPath(entry.place.file)
            for name, entry in (near or entries).items()
            if entry.place is not None and entry.place.file[0] != "<"
        }
        folders = {path.parent for path in stand.values()}
        if len(folders) == 1 and all(path.stem == name for name, path in stand.items()):
            return str(folders.pop() / f"{self.name}.yaml")
        files = Counter(map(str, stand.values()))
        return min(files, key=lambda one: (-files[one], one), default=f"{self.section}.yaml")

    def change(self, file: str) -> Change:
        """The file with the entry in it. Raises `UsageError`."""
        path = self.loaded.root / file
        before = path.read_bytes() if path.exists() else None
        order = key_order(FILE, (self.section, self.name))
        data = dict(
            sorted(self.data.items(), key=lambda item: order.index(item[0]) if item[0] in order else 999)
        )

        def block(step: str) -> list[str]:
            return list(entry_lines(self.name, data, step, flow))

        try:
            made = add_entry((before or b"").decode(), self.section, self.name, data, block, flow)
        except (Refused, UnicodeDecodeError) as why:
            raise UsageError(f"not written: `{path}`: {why}", hint="give another --file") from None
        return Change(path, before, made.encode())


def _takes_text(draft: Draft, steps: Sequence[str]) -> bool:
    """Whether a plain text may stand there."""
    node: Any = "x"
    for step in reversed(steps):
        node = {step: node}
    path = (draft.section, draft.name, *steps)
    found = faults(FILE, {draft.section: {draft.name: node}})
    return not any(fault.path == path and "stands where" in fault.message for fault in found)


def _references(path: tuple[Any, ...], value: Any) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """(path, id, kind) of the ids of other entries in a value."""
    if isinstance(value, dict):
        for key, item in value.items():
            found = key_slot((*path, key), False)
            if found is not None:
                name = str(key).partition(".")[0] if found.form is Form.SOURCE else str(key)
                yield (*path, key), name, found.kind
            yield from _references((*path, key), item)
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from _references((*path, n), item)
    elif isinstance(value, str):
        found = slot(path, False)
        if found is not None and found.form is not Form.SELECTOR:
            name = value.partition(".")[0] if found.form is Form.SOURCE else value
            yield path, name, found.kind


def missing(draft: Draft) -> list[str]:
    """What `check` has to say about the entry, once it is written, each with `file:line`."""
    loaded = load_catalog(draft.loaded.root)
    prefix = shown_folder(loaded.root)
    found = lint(loaded, RULES, judging_day(None, loaded.root))
    return [_told(prefix, one) for one in found if _about(one, draft, loaded.catalog)]


def _about(one: Diagnostic, draft: Draft, catalog: Catalog) -> bool:
    entry = getattr(catalog, draft.section).get(draft.name)
    if entry is None:
        return False
    inside = (
        one.place.file == entry.place.file and one.place.path[: len(entry.place.path)] == entry.place.path
    )
    return (inside or one.subject == draft.name) and one.severity.value != "info"


def _told(prefix: str, one: Diagnostic) -> str:
    line = one.span.line if one.span else 1
    return f"{one.severity.value} {prefix}{one.place.file}:{line}: {one.message} [{one.code} {one.name}]"
