"""The cache on disk: what is believed of it, and that nothing breaks where there is none."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from amanat.cli.session import check, judge_loaded
from amanat.errors import EnvironmentFault
from amanat.lint import engine
from amanat.lint.verdict import Verdict
from amanat.load import load_catalog
from amanat.load.cache import home, kept, packing, store, tree
from amanat.load.cache.home import cache_file, in_ci, program
from amanat.load.cache.packing import record_text
from amanat.load.cache.store import Stamp, Store
from amanat.load.fields import LazyFields, sources_of
from amanat.load.files import read_file
from amanat.load.lazily import open_lazily
from amanat.load.record import LaidAside
from amanat.model.counts import Counts
from amanat.model.values import FieldId
from amanat.parallel import Shelf
from amanat.rules.base import base_files
from amanat.schema import FILE
from tests.support import write_files

DAY = "2026-06-30"
RUN = engine.run
WRONG = Verdict(Counts(1, 1, 1, 1), {}, ())


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_files(tmp_path / "catalog", {**base_files(), "t.yaml": "teams:\n  t: {label: T}\n"})


def database(root: Path) -> Path:
    file = cache_file(root)
    assert file is not None
    return file


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the files had been there for an hour."""
    later = time.time_ns() + 3600 * 10**9
    monkeypatch.setattr("time.time_ns", lambda: later)


def test_a_file_whose_status_changed_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch)
    assert check(root, DAY).verdict.counts.files == 3
    (root / "t.yaml").chmod(0o600)  # tools that set the time of a content cannot hide that
    monkeypatch.setattr(tree, "digest_of", lambda path: pytest.fail(f"{path.name} is read"))
    with pytest.raises(pytest.fail.Exception, match=r"t\.yaml is read"):
        check(root, DAY)


def test_stamps_stand_for_contents_but_not_in_ci(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch)
    fresh = check(root, DAY).verdict
    read: list[Path] = []
    digest_of = tree.digest_of

    def watched(path: Path) -> str | None:
        read.append(path)
        return digest_of(path)

    monkeypatch.setattr(tree, "digest_of", watched)
    assert check(root, DAY).verdict == fresh
    assert read == []
    monkeypatch.setenv("CI", "true")
    assert check(root, DAY).verdict == fresh
    assert {path.name for path in read} == {"amanat.yaml", "base.yaml", "t.yaml"}
    assert [in_ci({"CI": value}) for value in ("1", "true", "woodpecker", "", "false", "0")] == [True] * 3 + [
        False
    ] * 3


def without_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amanat.lint.engine.run", lambda *_: pytest.fail("rules are run"))


def spans(root: Path) -> dict[tuple[str, str], int]:
    """The line of every finding in the file of teams."""
    found = check(root, DAY).diagnostics
    return {(d.code, d.detail): d.span.line for d in found if d.span and d.place.file == "t.yaml"}


def test_an_edit_that_says_nothing_else_moves_findings_and_runs_no_rule(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(root, {"t.yaml": "teams:\n  t: {label: T}\nfields:\n  a.b: {label: B, owner: t}\n"})
    before = spans(root)
    assert before
    (root / "t.yaml").write_text("# said\nteams:\n  t: {label: 'T'}\nfields:\n  a.b:  {label: B, owner: t}\n")
    without_rules(monkeypatch)
    after = spans(root)
    assert after == {finding: line + 1 for finding, line in before.items()}
    assert after == {
        (d.code, d.detail): d.span.line
        for d in judge_fresh(root).diagnostics
        if d.span and d.place.file == "t.yaml"
    }


def judge_fresh(root: Path) -> Verdict:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("amanat.lint.engine.run", RUN)
        return judge_loaded(load_catalog(root), date.fromisoformat(DAY), True).verdict


@pytest.mark.parametrize(
    "text",
    [
        "teams:\n  t: {label: U}\n",
        "teams:\n  t: {label: T}\n  u: {label: T}\n",
        "teams:\n  t: {label: T, x_note: 1}\n",
        "teams:\n  t: {label: [}\n",
        "",
    ],
)
def test_rules_run_again_when_something_else_is_said(
    root: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(root, DAY)
    (root / "t.yaml").write_text(text)
    without_rules(monkeypatch)
    with pytest.raises(pytest.fail.Exception, match="rules are run"):
        check(root, DAY)


def test_what_is_said_is_the_same_fresh_kept_and_without_a_cache(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "u.yaml").write_text("teams:\n  u: {label: 'تیم', x_n: 1.50, x_on: true}\n  v: {labl: 1}\n")
    settle(monkeypatch)

    def said(store: Store) -> object:
        contents = load_catalog(root, store).contents
        assert contents is not None
        return contents.said

    fresh, again = said(Store.of(root)), said(Store.of(root))
    locked = Store(root.parent / "no such folder" / "cache.sqlite")  # nothing of it can be packed into a row
    assert fresh == again == said(locked)
    monkeypatch.setattr(kept, "record_text", lambda _record: pytest.fail("a known record is packed"))
    assert said(Store.of(root)) == fresh


def test_rules_run_again_on_another_day_and_where_a_file_has_another_name(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(root, DAY)
    without_rules(monkeypatch)
    with pytest.raises(pytest.fail.Exception, match="rules are run"):
        check(root, "2026-07-01")
    (root / "t.yaml").rename(root / "u.yaml")
    with pytest.raises(pytest.fail.Exception, match="rules are run"):
        check(root, DAY)


def test_a_file_that_was_just_written_is_read_again(root: Path) -> None:
    """A stamp of this very moment could still be that of another content."""
    check(root, DAY)
    seen = Store.of(root).seen()
    assert {stamp.size for stamp, _ in seen.values()} == {-1}


def test_the_cache_lies_outside_the_catalog_and_is_the_users_alone(root: Path) -> None:
    before = sorted(root.rglob("*"))
    check(root, DAY)
    assert sorted(root.rglob("*")) == before
    assert database(root).stat().st_mode & 0o077 == 0
    assert database(root).parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(file.read_bytes()[:5000]),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"no database at all, but a text that stands where one was" * 99),
        lambda file: _sql(file, "DROP TABLE record"),
        lambda file: _sql(file, "UPDATE about SET program = 'another version'"),
        lambda file: _sql(file, "UPDATE record SET packed = replace(packed, 'T', 'U')"),
        lambda file: _sql(file, "UPDATE verdict SET packed = replace(packed, 'T', 'U')"),
        lambda file: _sql(file, "UPDATE position SET packed = replace(packed, '1', '2')"),
        lambda file: _sql(file, "DROP TABLE position"),
        lambda file: _sql(file, "PRAGMA application_id = 7"),
    ],
    ids=[
        "truncated",
        "empty",
        "foreign",
        "no table",
        "another version",
        "records",
        "verdict",
        "positions",
        "no positions",
        "another program",
    ],
)
def test_what_is_damaged_or_foreign_is_made_anew(root: Path, spoil: object) -> None:
    fresh = check(root, DAY).verdict
    assert callable(spoil)
    spoil(database(root))
    assert check(root, DAY).verdict == fresh
    assert check(root, DAY).verdict == fresh
    assert kept.kept_verdict(Store.of(root), root, DAY) is not None


def _sql(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_forged_verdict_without_its_checksum_is_not_believed(root: Path) -> None:
    check(root, DAY)
    contents = load_catalog(root, Store.of(root)).contents
    assert contents is not None
    _sql(database(root), "UPDATE verdict SET packed = '[[1,1,1,1],{},[]]'")
    assert Store.of(root).verdict(contents.name(DAY)) is None
    assert check(root, DAY).verdict != WRONG


def test_a_folder_that_others_may_write_to_is_not_used(root: Path) -> None:
    check(root, DAY)
    database(root).parent.chmod(0o777)
    assert cache_file(root) is None
    assert check(root, DAY).diagnostics


def test_a_link_in_the_place_of_the_cache_is_not_followed(root: Path, tmp_path: Path) -> None:
    file = database(root)
    (tmp_path / "mine.txt").write_text("mine")
    file.symlink_to(tmp_path / "mine.txt")
    assert check(root, DAY).diagnostics
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("cache", ["relative", "/proc/nowhere", "/dev/null"])
def test_without_a_place_for_it_everything_works(
    root: Path, monkeypatch: pytest.MonkeyPatch, cache: str
) -> None:
    monkeypatch.setenv("HOME", "/proc/nowhere")
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    assert not Store.of(root).usable
    assert check(root, DAY).diagnostics


def test_a_run_that_is_killed_while_it_writes_loses_only_what_it_wrote(root: Path) -> None:
    fresh = check(root, DAY).verdict
    dies = (
        "import os, sys; from pathlib import Path\n"
        "from amanat.load.cache.store import Store\n"
        "def rows():\n"
        "    for n in range(50_000): yield f'f{n}.yaml', 'd', 'x' * 400\n"
        "    os.kill(os.getpid(), 9)\n"
        "Store.of(Path(sys.argv[1])).keep(records=rows())\n"
    )
    done = subprocess.run([sys.executable, "-c", dies, str(root)], check=False, env=dict(os.environ))
    assert done.returncode == -9
    assert check(root, DAY).verdict == fresh
    (root / "t.yaml").write_text("teams:\n  u: {label: U}\n")
    changed = check(root, DAY).verdict
    assert changed != fresh
    assert kept.kept_verdict(Store.of(root), root, DAY) is not None


def test_while_another_run_writes_a_run_goes_on_without(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amanat.load.cache.store.WAITS", 0.01)
    fresh = check(root, DAY).verdict
    other = sqlite3.connect(database(root), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert check(root, DAY).verdict == fresh
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize("coarse", [False, True], ids=["", "within one tick of a coarse clock"])
def test_a_file_that_changes_while_it_is_judged_leaves_no_verdict(
    root: Path, monkeypatch: pytest.MonkeyPatch, coarse: bool
) -> None:
    from amanat.cli import session

    if coarse:
        now = Stamp(1, time.time_ns(), time.time_ns(), 1)
        monkeypatch.setattr(tree, "stamp", lambda path: now if Path(path).exists() else None)

    judged = session._judge

    def meanwhile(*arguments: object) -> Verdict:
        (root / "t.yaml").write_text("teams:\n  t: {label: T, contact: x}\n")
        return judged(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(session, "_judge", meanwhile)
    with pytest.raises(EnvironmentFault, match="was changed while it was read"):
        check(root, DAY)
    connection = sqlite3.connect(database(root))
    assert connection.execute("SELECT count(*) FROM verdict").fetchone() == (0,)
    connection.close()


def test_each_day_has_a_verdict_of_its_own(root: Path) -> None:
    ignored = "{rule: SC103, subject: t, reason: known, by: T, expires: '2026-03-01'}"
    text = base_files()["amanat.yaml"].partition("rules:")[0]
    (root / "amanat.yaml").write_text(f"{text}rules:\n  ignore:\n  - {ignored}\n")
    told = {day: check(root, day).verdict for day in ("2026-02-01", "2026-04-01", "2026-02-02")}
    assert told["2026-02-01"] != told["2026-04-01"]
    for day, verdict in told.items():
        assert judge_loaded(load_catalog(root), date.fromisoformat(day), True).verdict == verdict


def test_what_was_refused_in_an_entry_is_still_refused_when_it_comes_from_the_cache(root: Path) -> None:
    """An attribute with a fault is not taken from defaults, and is not told to be missing too."""
    field = "defaults: {owner: t}\nfields:\n  customer.x:\n    label: X\n    owner: [1]\n"
    (root / "f.yaml").write_text(field)
    fresh, _, cached = (
        load_catalog(root),
        load_catalog(root, Store.of(root)),
        load_catalog(root, Store.of(root)),
    )
    assert fresh.catalog.fields[FieldId("customer.x")].broken == {"owner"}
    assert cached.catalog == fresh.catalog
    assert cached.findings == fresh.findings


def test_the_program_is_known_by_its_files_and_by_what_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert program() == program()
    here = program.__wrapped__()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    (tmp_path / "babel-2.16.0.dist-info").mkdir()
    other = program.__wrapped__()
    assert other != here
    monkeypatch.setattr(home, "_sources", lambda package: iter(["cli/main.py 1 1"]))
    assert program.__wrapped__() not in (here, other)


def test_what_is_kept_does_not_grow_for_ever(root: Path) -> None:
    for day in range(1, 29):
        check(root, f"2026-01-{day:02}")
    (root / "t.yaml").unlink()
    check(root, DAY)
    connection = sqlite3.connect(database(root))
    assert connection.execute("SELECT count(*) FROM verdict").fetchone()[0] <= 16
    assert connection.execute("SELECT file FROM record WHERE file = 't.yaml'").fetchall() == []
    connection.close()
    old = database(root).with_name("0.sqlite")
    old.write_bytes(b"")
    os.utime(old, (0, 0))
    database(root).unlink()
    check(root, DAY)
    assert not old.exists()


def test_who_looks_at_one_field_reads_only_its_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    field = "fields:\n  customer.{n}: {{label: X, sources: {{shop.users.{n}: {{type: text}}}}}}\n"
    write_files(
        root, {"amanat.yaml": base_files()["amanat.yaml"]} | {f"f{n}.yaml": field.format(n=n) for n in "abc"}
    )
    full = open_lazily(root, Store.of(root))
    assert not isinstance(full.catalog.fields, LazyFields)
    lazy = open_lazily(root, Store.of(root)).catalog.fields
    assert isinstance(lazy, LazyFields)
    built: list[str] = []
    build = lazy._build
    monkeypatch.setattr(lazy, "_build", lambda files: built.extend(files) or build(files))  # type: ignore[func-returns-value]
    assert [source for name, sources in sources_of(lazy) for source in sources if name == "customer.b"] == [
        "shop.users.b"
    ]
    assert lazy.get(FieldId("customer.z")) is None and "customer.a" in lazy
    assert lazy[FieldId("customer.b")] == full.catalog.fields[FieldId("customer.b")]
    assert built == ["fb.yaml"]
    assert lazy == full.catalog.fields


def test_values_come_back_as_they_were_or_are_not_kept() -> None:
    value = {"a": (1, 1.0, True, None, ["x", ("y",)]), "b": {}}
    assert repr(packing.value_of(packing.unpack(packing.pack(packing.value_data(value))))) == repr(value)
    for other in ({1: "x"}, {"x": {1, 2}}, {"\0tuple": 1}, float("nan"), "\ud800", 10**5000):
        with pytest.raises(packing.Unpackable):
            packing.pack(packing.value_data(other))


@pytest.mark.parametrize("forged", ["[", "[]", "{}", "[1]"])
def test_forged_fields_with_a_checksum_are_not_believed(root: Path, forged: str) -> None:
    write_files(root, {"f.yaml": "fields:\n  a.one: {label: One}\n  a.two: {label: Two, x_n: 1.5}\n"})
    fresh = load_catalog(root, Store.of(root)).catalog
    with sqlite3.connect(database(root)) as connection:
        ((digest, packed),) = connection.execute(
            "SELECT digest, packed FROM record WHERE file = 'f.yaml'"
        ).fetchall()
        text = f"{packed.partition(chr(10))[0]}\n{forged}"
        checksum = store._checksum("f.yaml", digest, text)
        connection.execute(
            "UPDATE record SET packed = ?, checksum = ? WHERE file = 'f.yaml'", (text, checksum)
        )
    assert load_catalog(root, Store.of(root)).catalog == fresh


def test_what_is_recalled_of_fields_is_laid_aside_and_as_it_was_read(root: Path) -> None:
    text = "teams: {u: {label: U}}\nfields:\n  b.two: {label: {en: Two, fa: دو}, x_n: 1.5}\n  a.one:\n"
    write_files(root, {"f.yaml": text, "g.yaml": "fields: {}\n"})
    load_catalog(root, Store.of(root))
    for shelf in (None, Shelf()):
        recalled = kept.known_records(Store.of(root), root, ("f.yaml", "g.yaml"), {}, shelf)
        assert recalled.records.keys() == {"f.yaml", "g.yaml"}
        for file, record in recalled.records.items():
            assert record == read_file(root, file, FILE)
            assert record_text(record) == record_text(read_file(root, file, FILE))
        fields = recalled.records["f.yaml"].data["fields"]
        assert isinstance(fields, LaidAside) == (shelf is not None)
        assert list(fields) == ["b.two", "a.one"] and fields["b.two"]["x_n"] == 1.5
