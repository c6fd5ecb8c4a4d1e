"""After an edit, rules that looked at nothing that is another are not run, those that judge each field alone
judge those of the file that was edited, and all find what they find in the whole catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from amanat.cli.session import check, judge_loaded
from amanat.diagnostic import Finding
from amanat.lint import engine
from amanat.lint.again import _by_file
from amanat.lint.engine import Known
from amanat.lint.rule import Context, Rule
from amanat.lint.verdict import Verdict
from amanat.load import Loaded, load_catalog
from amanat.load.cache.kept import MOST_EDITED
from amanat.load.cache.store import Store
from amanat.rules import RULES
from amanat.rules.base import base_files
from tests.benchmarks.generate import write
from tests.support import write_files

DAY = "2026-06-30"
EXAMPLE = Path(__file__).parents[3] / "catalog"
ALONE = [rule for rule in RULES if rule.alone]
CODES = frozenset(rule.code for rule in ALONE)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=repr)


def after_an_edit_of(files: frozenset[str], rule: Rule, loaded: Loaded) -> list[Finding]:
    """What the rule finds where what it found in all files of fields but these is known."""
    assert rule.check is not None
    context = Context(loaded.catalog, date.fromisoformat(DAY))
    found = list(rule.check(context))
    others = frozenset({field.place.file for field in loaded.catalog.fields.values()} - files)
    numbers = _by_file(found, CODES, others)
    in_others = [found[at] for file in others for at in numbers[file]]
    known = Known(others, {rule.code: in_others}, partly=CODES, looked={rule.code: frozenset()})
    return engine.run(loaded, [rule], context, known=known).found


@cache
def catalog_of(which: str, folder: Path) -> Loaded:
    if which == "example":
        return load_catalog(EXAMPLE)
    write(folder, 300, defects=0.1, snapshots=True)
    return load_catalog(folder)


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Loaded]:
    return {which: catalog_of(which, tmp_path_factory.mktemp(which)) for which in ("example", "defects")}


@pytest.mark.parametrize("which", ["example", "defects"])
@pytest.mark.parametrize("rule", ALONE, ids=lambda rule: rule.code)
def test_what_is_known_and_what_is_judged_anew_is_what_the_whole_catalog_gives(
    rule: Rule, which: str, catalogs: dict[str, Loaded]
) -> None:
    loaded = catalogs[which]
    assert rule.check is not None
    whole = in_order(rule.check(Context(loaded.catalog, date.fromisoformat(DAY))))
    files = sorted({field.place.file for field in loaded.catalog.fields.values()})
    for edited in (files[:1], files[1::2], files[-3:], []):
        assert in_order(after_an_edit_of(frozenset(edited), rule, loaded)) == whole


@pytest.mark.parametrize("rule", ALONE, ids=lambda rule: rule.code)
def test_any_field_of_the_example_may_be_edited(rule: Rule, tmp_path: Path) -> None:
    """Each field in a file of its own, beside fields whose sources contradict each other."""
    example = {**rule.example.files, **rule.example.bad_files, **each_in_a_file(rule.example.bad)}
    write_files(tmp_path, {**base_files(), **example, "other.yaml": OTHER})
    loaded = load_catalog(tmp_path)
    assert rule.check is not None
    whole = in_order(rule.check(Context(loaded.catalog, date.fromisoformat(DAY))))
    assert whole
    for edited in sorted({field.place.file for field in loaded.catalog.fields.values()}):
        assert in_order(after_an_edit_of(frozenset({edited}), rule, loaded)) == whole


def each_in_a_file(text: str) -> dict[str, str]:
    """The text with every field in a file of its own, with the same defaults."""
    data = yaml.safe_load(text)
    fields, defaults = data.pop("fields", {}), data.pop("defaults", {})
    alone = {
        f"{n}.yaml": {"defaults": defaults, "fields": {name: f}} for n, (name, f) in enumerate(fields.items())
    }
    return {
        name: yaml.safe_dump(content, allow_unicode=True)
        for name, content in {"rest.yaml": data, **alone}.items()
    }


OTHER = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders], category: contact.phone}
fields:
  customer.fax:
    label: Fax
    definition: The fax
    type: text
    sources:
      shop.customers.fax: {type: text, nullable: true}
      crm.people.fax: {type: integer, nullable: false}
"""
FIELDS = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders], category: contact.phone}
fields:
  customer.mobile:
    label: Mobile
    definition: Number at which a message reaches the customer
    type: text
    sources:
      shop.customers.mobile: {length: 20}
      crm.people.mobile: {length: 30}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_files(tmp_path / "catalog", {**base_files(), "a.yaml": OTHER, "b.yaml": FIELDS})


def fresh(root: Path) -> Verdict:
    return judge_loaded(load_catalog(root), date.fromisoformat(DAY), True).verdict


Judged = dict[str, list[str]]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judged:
    """The fields that CF103 and DF104 are given to judge, in the last run; a rule that judges each field alone
    and one that does not."""
    seen: Judged = {}

    def watched(rule: Rule) -> Rule:
        inner = rule.check
        assert inner is not None

        def look(context: Context) -> Iterable[Finding]:
            seen[rule.code] = list(context.catalog.fields)
            return inner(context)

        return replace(rule, check=look)

    rules = tuple(watched(rule) if rule.code in ("CF103", "DF104") else rule for rule in RULES)
    monkeypatch.setattr("amanat.rules.RULES", rules)
    return seen


def test_an_edit_of_a_field_has_the_fields_of_its_file_judged(root: Path, judged: Judged) -> None:
    first = check(root, DAY).verdict
    assert {d.subject for d in first.diagnostics if d.code == "CF103"} == {"customer.mobile"}
    everything = judged["CF103"]
    assert set(everything) > {"customer.fax", "customer.mobile"}
    (root / "a.yaml").write_text(OTHER.replace("label: Fax", "label: Telefax"))
    judged.clear()
    second = check(root, DAY).verdict
    assert set(everything) - set(judged["CF103"]) == {"customer.mobile"}
    assert judged["DF104"] == everything
    assert second == fresh(root)
    assert "CF103" in {d.code for d in second.diagnostics}
    (root / "b.yaml").write_text(FIELDS.replace("length: 30", "length: 20"))
    third = check(root, DAY).verdict
    assert third == fresh(root)
    assert "CF103" not in {d.code for d in third.diagnostics}


Edit = Callable[[Path], object]


def said(file: str, was: str, now: str) -> Edit:
    """One thing said otherwise in a file."""

    def edit(root: Path) -> None:
        text = (root / file).read_text()
        assert was in text
        (root / file).write_text(text.replace(was, now))

    return edit


def more(text: str, file: str = "amanat.yaml") -> Edit:
    return lambda root: (root / file).write_text((root / file).read_text() + text)


OF_WHAT_ALL_REST_ON: dict[str, Edit] = {
    "a default": said("amanat.yaml", "defaults:", "defaults:\n    origin: given"),
    "the language": said("amanat.yaml", "languages: [en", "languages: [fa, en"),
    "a category": more("categories: {contact.phone: {label: Phone, owner: sales}}\n", "base.yaml"),
    "fields beside another entry": lambda root: (root / "b.yaml").write_text(FIELDS + "teams: {}\n"),
    "fields beside another entry, otherwise": said("base.yaml", "Customer number", "Number of the customer"),
    "a default beside another entry": lambda root: (root / "b.yaml").write_text(
        FIELDS.replace("sales", "crm") + "teams: {}\n"
    ),
    "a snapshot": lambda root: write_files(
        root,
        {
            "observed/shop.columns.csv": "table,column,type,length,precision,scale,nullable,default,values,key,"
            "comment\ncustomers,mobile,varchar,20,,,yes,,,,\n"
        },
    ),
    "a system": said("base.yaml", "label: Shop", "label: The shop"),
    "a file that cannot be read": lambda root: (root / "c.yaml").write_text("fields: [\n"),
    "a key that is refused": lambda root: (root / "b.yaml").write_text(FIELDS + "    colour: red\n"),
    "a field that stands twice": lambda root: (root / "c.yaml").write_text(FIELDS),
}


@pytest.mark.parametrize("what", OF_WHAT_ALL_REST_ON)
def test_an_edit_of_what_all_rest_on_has_all_judged(what: str, root: Path, judged: Judged) -> None:
    check(root, DAY)
    everything = set(judged["CF103"])
    judged.clear()
    OF_WHAT_ALL_REST_ON[what](root)
    assert check(root, DAY).verdict == fresh(root)
    judged.clear()
    (root / "a.yaml").write_text(OTHER.replace("label: Fax", "label: Telefax"))
    assert check(root, DAY).verdict == fresh(root)
    assert set(judged["CF103"]) >= everything - {"customer.mobile"}


ROLES = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders], category: contact.phone}
fields: {customer.gift: {label: Gift, definition: What the customer was given}}
roles:
  helper: {label: Help, clearance: public}
purposes:
  gifts: {label: Gifts, reason: To send them, basis: contract, roles: {agent: [read]}}
"""
OF_WHAT_NEITHER_LOOKS_AT: dict[str, Edit] = {
    "the root": more("x_note: said\n"),
    "who is responsible": said("amanat.yaml", "name: Example Shop GmbH", "name: Example Shop AG"),
    "a severity": more("  severity: {definition-repeats-name: info}\n"),
    "a role": said("roles.yaml", "label: Help", "label: Aid"),
    "a role less": said("roles.yaml", "  helper:", "  other:"),
    "a purpose": said("roles.yaml", "label: Gifts", "label: Presents"),
    "another entry": lambda root: (root / "more.yaml").write_text("denials: {}\nx_note: 1\n"),
    "its file": lambda root: (root / "more.yaml").write_text(
        "denials: {none: {role: support, purpose: orders, reason: Tried}}\n"
    ),
}


@pytest.mark.parametrize("what", OF_WHAT_NEITHER_LOOKS_AT)
def test_an_edit_of_what_a_rule_did_not_look_at_does_not_have_it_run(
    what: str, root: Path, judged: Judged
) -> None:
    (root / "roles.yaml").write_text(ROLES)
    check(root, DAY)
    assert judged.keys() == {"CF103", "DF104"}
    judged.clear()
    OF_WHAT_NEITHER_LOOKS_AT[what](root)
    assert check(root, DAY).verdict == fresh_and_unwatched(root, judged)
    assert not judged
    (root / "a.yaml").write_text(OTHER.replace("label: Fax", "label: Telefax"))
    second = check(root, DAY).verdict
    assert "customer.mobile" not in judged["CF103"]
    assert second == fresh(root)


def fresh_and_unwatched(root: Path, judged: Judged) -> Verdict:
    before = dict(judged)
    verdict = fresh(root)
    judged.clear()
    judged.update(before)
    return verdict


def test_a_rule_that_was_off_is_run_once_it_is_on(root: Path, judged: Judged) -> None:
    on = (root / "amanat.yaml").read_text()
    (root / "amanat.yaml").write_text(on + "  severity: {length-differs: 'off'}\n")
    assert not [d for d in check(root, DAY).diagnostics if d.code == "CF103"]
    assert "CF103" not in judged
    (root / "amanat.yaml").write_text(on)
    told = check(root, DAY).verdict
    assert [d.subject for d in told.diagnostics if d.code == "CF103"] == ["customer.mobile"]
    assert told == fresh(root)


def test_another_day_has_those_judge_that_look_at_it(root: Path, judged: Judged) -> None:
    check(root, DAY)
    everything = judged.pop("CF103")
    judged.clear()
    check(root, "2026-07-01")
    assert judged == {"CF103": everything}


def test_a_field_that_stood_twice_is_judged_where_it_comes_to_life(root: Path) -> None:
    """Its file has not changed: the first one that declared it did."""
    (root / "a.yaml").write_text(FIELDS.replace("length: 30", "length: 20"))
    assert not [d for d in check(root, DAY).diagnostics if d.code == "CF103"]
    (root / "a.yaml").write_text(OTHER)
    assert [d.subject for d in check(root, DAY).diagnostics if d.code == "CF103"] == ["customer.mobile"]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "[1, 2, 3]",
        "{}",
        "nonsense",
        '["", {}, [], {}, {}]',
        '["", {"fields": 1}, [[]], {"a.yaml": [0]}, {}]',
    ],
)
def test_what_was_kept_and_cannot_be_read_is_found_again(root: Path, text: str) -> None:
    check(root, DAY)
    Store.of(root).keep_findings(text)
    (root / "a.yaml").write_text(OTHER.replace("label: Fax", "label: Telefax"))
    assert check(root, DAY).verdict == fresh(root)


NOTED = OTHER.replace("    type: text\n    sources", "    type: text\n    x_note: {level: 1}\n    sources")
SEEN_BY_NONE_BUT_ALONE: dict[str, tuple[str, str]] = {
    "a key of the team's own": (OTHER, NOTED),
    "its value": (NOTED, NOTED.replace("level: 1", "level: true")),
    "it is taken away": (NOTED, OTHER),
    "an owner": (OTHER, OTHER.replace("    type: text\n", "    owner: crm\n    type: text\n")),
    "the order of keys": (OTHER, OTHER.replace("    label: Fax\n", "") + "    label: Fax\n"),
}


@pytest.mark.parametrize("what", SEEN_BY_NONE_BUT_ALONE)
def test_a_rule_that_does_not_look_at_what_was_edited_is_not_run(
    what: str, root: Path, judged: Judged
) -> None:
    was, now = SEEN_BY_NONE_BUT_ALONE[what]
    (root / "a.yaml").write_text(was)
    check(root, DAY)
    everything = judged["CF103"]
    judged.clear()
    (root / "a.yaml").write_text(now)
    told = check(root, DAY).verdict
    assert "DF104" not in judged
    assert set(everything) - set(judged.get("CF103", everything)) <= {"customer.mobile"}
    assert told == fresh(root)


SEEN_BY_ALL: dict[str, Edit] = {
    "a definition": lambda root: (root / "a.yaml").write_text(OTHER.replace("The fax", "A number")),
    "a default of the file": lambda root: (root / "a.yaml").write_text(OTHER.replace("sales", "crm")),
    "a new field": lambda root: (root / "a.yaml").write_text(OTHER + "  customer.telex: {label: Telex}\n"),
    "a field less": lambda root: (root / "a.yaml").write_text("fields: {}\n"),
    "a file less": lambda root: (root / "a.yaml").unlink(),
    "a file more": lambda root: (root / "c.yaml").write_text(FIELDS.replace("mobile", "telex")),
    "a file renamed": lambda root: (root / "a.yaml").rename(root / "c.yaml"),
    "a refused key": lambda root: (root / "a.yaml").write_text(OTHER + "    colour: red\n"),
}


@pytest.mark.parametrize("what", SEEN_BY_ALL)
def test_other_edits_have_the_whole_catalog_judged(what: str, root: Path, judged: Judged) -> None:
    check(root, DAY)
    judged.clear()
    SEEN_BY_ALL[what](root)
    told = check(root, DAY).verdict
    assert "DF104" in judged
    assert told == fresh(root)


def test_an_edit_since_a_state_that_nobody_judged_has_the_whole_catalog_judged(
    root: Path, judged: Judged
) -> None:
    """Commands that judge nothing read the file between two checks."""
    check(root, DAY)
    (root / "a.yaml").write_text(
        OTHER.replace("The fax", FIELDS.partition("definition: ")[2].partition("\n")[0])
    )
    load_catalog(root, Store.of(root))
    (root / "a.yaml").write_text((root / "a.yaml").read_text() + "    x_note: said\n")
    judged.clear()
    told = check(root, DAY).verdict
    assert "DF104" in judged
    assert "DF104" in {d.code for d in told.diagnostics}
    assert told == fresh(root)


@pytest.mark.parametrize("number", [1, MOST_EDITED, MOST_EDITED + 1])
def test_edits_of_very_many_files_are_not_looked_at_one_by_one(
    number: int, root: Path, judged: Judged
) -> None:
    several = {f"n{n}.yaml": FIELDS.replace("mobile", f"mobile_{n}") for n in range(MOST_EDITED + 1)}
    write_files(root, several)
    check(root, DAY)
    judged.clear()
    for name in sorted(several)[:number]:
        (root / name).write_text(several[name] + "    x_note: said\n")
    told = check(root, DAY).verdict
    assert ("DF104" in judged) is (number > MOST_EDITED)
    assert told == fresh(root)
