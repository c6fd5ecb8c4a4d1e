"""Findings told apart from earlier ones, and the baseline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.diagnostic import Diagnostic, Severity
from amanat.lint.baseline import BaselineError, baseline_of, from_text, known, renamed, shrunk, to_text
from amanat.lint.states import State, since
from amanat.schema import load_schema
from amanat.text import Place


def found(
    subject: str = "a", severity: Severity = Severity.WARNING, message: str = "m", code: str = "CF103"
) -> Diagnostic:
    return Diagnostic(code, "length-differs", severity, message, Place("f.yaml"), subject)


drawn = st.lists(
    st.builds(
        found,
        st.sampled_from("abc"),
        st.sampled_from([Severity.ERROR, Severity.WARNING, Severity.INFO]),
        st.sampled_from("mn"),
    ),
    max_size=8,
)


def test_an_old_finding_stays_old_when_its_words_change_and_a_worse_one_is_new() -> None:
    assert since([found()], [found(message="other words")]).states == (State.OLD,)
    assert since([found(severity=Severity.ERROR)], [found()]) == ((State.OLD,), ())
    assert since([found(severity=Severity.INFO)], [found()]) == ((State.NEW,), ())


def test_of_several_with_one_fingerprint_the_one_with_other_words_is_new() -> None:
    one, two = found(message="one"), found(message="two")
    assert since([two], [one, two]).states == (State.NEW, State.OLD)
    assert since([one, two], [two]).resolved == (one,)


@given(drawn, drawn)
def test_what_is_compared_adds_up(before: list[Diagnostic], after: list[Diagnostic]) -> None:
    states, resolved = since(before, after)
    assert len(states) == len(after)
    assert states.count(State.OLD) + len(resolved) <= len(before)
    again = since(after, after)
    assert (set(again.states) <= {State.OLD}, again.resolved) == (True, ())
    assert since([], after).states == (State.NEW,) * len(after)
    assert len(since(before, []).resolved) == len(before)


@given(drawn, drawn)
def test_a_baseline_only_shrinks_and_knows_the_same_afterwards(
    then: list[Diagnostic], now: list[Diagnostic]
) -> None:
    baseline = baseline_of(then)
    assert all(known(baseline, then))
    smaller = shrunk(baseline, now)
    assert smaller.total == sum(known(baseline, now)) <= baseline.total
    assert known(smaller, now) == known(baseline, now)
    assert shrunk(smaller, now) == smaller
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        assert _at_least(smaller.counts, severity) <= _at_least(baseline.counts, severity)


def _at_least(counts: object, severity: Severity) -> int:
    assert hasattr(counts, "items")
    return sum(n for key, n in counts.items() if Severity(key.severity).rank <= severity.rank)


@given(drawn)
def test_a_baseline_is_read_as_it_was_written(then: list[Diagnostic]) -> None:
    baseline = baseline_of(then)
    text = to_text(baseline)
    jsonschema.validate(json.loads(text), load_schema("baseline"))
    assert from_text(text) == baseline
    assert to_text(from_text(text)) == text


def test_a_rename_changes_what_a_baseline_knows_findings_by() -> None:
    """What says the same with the new name is the same; of others, as many as before, in their order."""
    before = [found("old", message="of `old`"), found("other", message="`old`, `z`"), found("stays")]
    after = [found("other", message="`z`, `new`"), found("new", message="of `new`"), found("stays")]
    after = [replace(one, detail="new") if one.subject == "other" else one for one in after]
    made = renamed(baseline_of(before), before, after, lambda text: text.replace("old", "new"))
    assert made == baseline_of(after)
    fewer = renamed(baseline_of(before[:1]), before, after, lambda text: text.replace("old", "new"))
    assert fewer == baseline_of([found("new")])


def test_what_keeps_a_file_from_being_read_is_in_no_baseline() -> None:
    faults = [found(code=code) for code in ("LD101", "SC101", "ID101")]
    assert baseline_of([*faults, found(code="ID105")]).total == 1
    assert known(baseline_of(faults), faults) == (False, False, False)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not whole JSON (line 1)"),
        (to_text(baseline_of([found()]))[:60], "is not whole JSON"),
        ('{"version": 1,\n<<<<<<< main\n "findings": []}\n', "holds a merge conflict (line 2)"),
        ("[]", "is not a baseline"),
        ('{"version": 1}', "is not a baseline"),
        ('{"version": 9, "findings": []}', "is of version 9"),
        ('{"version": 1, "findings": [{"rule": "x"}]}', "finding 1 without count"),
        ('{"version": 1, "findings": [3]}', "finding 1 without count"),
    ],
)
def test_a_damaged_baseline_is_refused(text: str, why: str) -> None:
    with pytest.raises(BaselineError, match=why.replace("(", "\\(").replace(")", "\\)")):
        from_text(text)


@pytest.mark.parametrize(
    "change", [{"count": 0}, {"count": "1"}, {"count": True}, {"severity": "bad"}, {"rule": 1}]
)
def test_a_value_of_the_wrong_kind_is_refused(change: dict[str, object]) -> None:
    data = json.loads(to_text(baseline_of([found()])))
    data["findings"][0].update(change)
    with pytest.raises(BaselineError, match="finding 1"):
        from_text(json.dumps(data))


def test_a_finding_counted_twice_is_refused() -> None:
    data = json.loads(to_text(baseline_of([found()])))
    data["findings"] *= 2
    with pytest.raises(BaselineError, match="twice"):
        from_text(json.dumps(data))


def test_one_more_than_the_baseline_counts_is_new() -> None:
    baseline = baseline_of([found(), found()])
    more: Sequence[Diagnostic] = [replace(found(), message=str(n)) for n in range(3)]
    assert known(baseline, more) == (True, True, False)
