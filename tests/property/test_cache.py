"""A cache is right or it is a bug: whatever is edited, what it tells is what a fresh run finds, to the byte."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.cli.session import check, judge_loaded
from amanat.load import load_catalog
from amanat.load.cache.kept import kept_verdict
from amanat.load.cache.store import Store
from amanat.load.lazily import open_lazily
from amanat.report import json as report
from amanat.rules import RULES
from amanat.rules.base import base_files
from tests.support import write_files

HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
EXAMPLES = {
    f"{rule.code}{'' if bad else ' mended'}": (
        text,
        {**rule.example.files, **(rule.example.bad_files if bad else {})},
    )
    for rule in RULES
    for bad, text in ((True, rule.example.bad), (False, rule.example.good))
    if "amanat.yaml" not in rule.example.files
}
ROOT_LINES = (
    "rules: {profiles: [core, gdpr, style]}\n",
    "rules: {severity: {missing-owner: info, unknown-key: 'off'}}\n",
    "rules: {severity: {no-such-rule: error}}\n",
    "rules:\n  ignore:\n    - {rule: SC103, subject: '*', reason: known, by: crm, expires: '2026-03-01'}\n",
    "build: {out: 'observed/../made'}\n",
    "x_note: anything\n",
)

Edit = Callable[[Path], None]


def write(name: str, content: str | bytes) -> Edit:
    return lambda root: (
        write_files(root, {"amanat.yaml": (root / "amanat.yaml").read_bytes(), name: content}),
        None,
    )[1]


def with_example(place: int, code: str) -> Edit:
    text, more = EXAMPLES[code]
    return lambda root: [
        write(name, content)(root) for name, content in {f"e{place}.yaml": text, **more}.items()
    ][-1]


def with_field(place: int, number: int, code: str) -> Edit:
    """A field of an example alone in a file, so that another edit of it is one of fields only."""
    data = yaml.safe_load(EXAMPLES[code][0]) or {}
    fields = sorted(data.get("fields", {}).items())
    chosen = dict(fields[number % len(fields) :][:1]) if fields else {}
    content = {"defaults": data.get("defaults", {}), "fields": chosen or {"a.b": {"label": code}}}
    return write(f"f{place}.yaml", yaml.safe_dump(content, allow_unicode=True))


def otherwise(which: str, was: str, now: str) -> Edit:
    """Files that say one thing otherwise."""

    def edit(root: Path) -> None:
        for file in root.glob(which):
            file.write_bytes(file.read_bytes().replace(was.encode(), now.encode()))

    return edit


def remove(place: int) -> Edit:
    return lambda root: (root / f"e{place}.yaml").unlink(missing_ok=True)


def move_down(root: Path) -> None:
    for file in sorted(root.glob("*.yaml")):
        file.write_bytes(b"# moved\n" + file.read_bytes())


def same_size_same_time(root: Path) -> None:
    """The edit that times and sizes cannot tell: bytes change, and the time of the content is set back."""
    file = root / "base.yaml"
    before = file.stat()
    file.write_bytes(file.read_bytes().replace(b"CRM", b"MRC").swapcase())
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def root_line(line: str) -> Edit:
    return write("amanat.yaml", base_files()["amanat.yaml"].partition("rules:")[0] + line)


def rename(root: Path) -> None:
    for file in root.glob("e*.yaml"):
        file.rename(file.with_name(f"z-{file.name}"))


SYSTEM = "shop"


def observed(rows: list[str], provenance: str | None) -> Edit:
    def edit(root: Path) -> None:
        write(f"observed/{SYSTEM}.columns.csv", HEADER + "".join(rows))(root)
        beside = root / f"observed/{SYSTEM}.json"
        beside.unlink(missing_ok=True) if provenance is None else beside.write_text(provenance)

    return edit


def broken(place: int, code: str) -> Edit:
    """A file that cannot be read, and whose ids are not missed."""
    return write(f"e{place}.yaml", EXAMPLES[code][0] + "\nteams: [\n")


def nothing(root: Path) -> None:
    """No edit at all: only the day may be another one."""


ROWS = ["users,email,varchar,200,,,yes,,,,\n", "users,id,bigint,,,,no,,,PK,\n", "users\n"]
PROVENANCE = ["{", '{"reader": "scan", "on": "2026-01-01"}', "[]", None]
BASE = dict(base_files())
"""With its fields in a file of their own, so that what is no field can be edited alone."""
BASE["base.yaml"], fields_of_base = BASE["base.yaml"].split("\nfields:\n")
BASE["base-fields.yaml"] = "fields:\n" + fields_of_base
codes, places = st.sampled_from(sorted(EXAMPLES)), st.integers(0, 1)
said = st.sampled_from(
    ["customer", "orders", "shop", "text", "The ", "account", "name", "sales", "true", "20", "P3Y", "P1Y"]
)
edits = st.one_of(
    st.builds(with_example, places, codes),
    st.builds(with_field, places, st.integers(0, 2), codes),
    st.builds(otherwise, st.sampled_from(["?0.yaml", "?1.yaml", "base*.yaml", "*.yaml"]), said, said),
    st.builds(broken, places, codes),
    st.builds(remove, places),
    st.sampled_from([move_down, same_size_same_time, rename, nothing]),
    st.sampled_from([write("e1.yaml", b"\xff"), write("e1.yaml", "")]),
    st.builds(root_line, st.sampled_from(ROOT_LINES)),
    st.builds(observed, st.lists(st.sampled_from(ROWS), max_size=3), st.sampled_from(PROVENANCE)),
)
days = st.sampled_from([None, "2026-01-01", "2026-06-30", "2027-01-01"])


@settings(max_examples=settings.default.max_examples // 2 if settings.default else 50)
@given(st.lists(st.tuples(edits, days, days), min_size=1, max_size=5))
def test_what_the_cache_tells_is_what_a_fresh_run_finds(
    steps: list[tuple[Edit, str | None, str | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_files(Path(folder) / "catalog", BASE)
        last = None
        for edit, *two in steps:
            edit(root)
            fresh_loaded = load_catalog(root)
            for day in (last, *two):  # first the day for which the state before has left most
                fresh = judge_loaded(fresh_loaded, date.fromisoformat(day) if day else None, True)
                expected = report.render(fresh.verdict.counts, fresh.diagnostics)
                for _ in range(2):  # after the edit, and unchanged
                    told = check(root, day)
                    assert told.verdict == fresh.verdict
                    assert report.render(told.verdict.counts, told.diagnostics) == expected
            loaded = load_catalog(root, Store.of(root))
            if loaded.contents is not None:
                assert kept_verdict(Store.of(root), root, two[-1]) is not None
            assert loaded.findings == fresh_loaded.findings
            assert loaded.catalog == fresh_loaded.catalog
            assert list(loaded.catalog.fields) == list(fresh_loaded.catalog.fields)
            for _ in range(2):  # in full, and then lazily
                lazy = open_lazily(root, Store.of(root))
                for name in fresh_loaded.catalog.fields:
                    assert lazy.catalog.fields[name] == fresh_loaded.catalog.fields[name]
                assert lazy.catalog == fresh_loaded.catalog
                assert list(lazy.catalog.fields.values()) == list(fresh_loaded.catalog.fields.values())
                assert lazy.findings == fresh_loaded.findings
            last = two[-1]
            check(root, last)
            move_down(root)  # nothing else is said: what the rules found holds, and stands elsewhere
            moved = judge_loaded(load_catalog(root), date.fromisoformat(last) if last else None, True)
            assert check(root, last).verdict == moved.verdict
