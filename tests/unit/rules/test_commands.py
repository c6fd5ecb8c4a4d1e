"""`amanat explain` and `amanat rules`, as run from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amanat.cli.main import main
from amanat.rules import RULES


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command line with these arguments."""
    monkeypatch.setattr("sys.argv", ["amanat", *arguments])
    return main()


def test_explain_takes_a_code_or_a_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", "rt101") == 0
    by_code = capsys.readouterr().out
    assert run(monkeypatch, "explain", "missing-retention") == 0
    assert capsys.readouterr().out == by_code
    assert by_code.startswith("RT101 missing-retention (error)\n")
    assert "What to do" in by_code


def test_explain_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "explain", "ER103", "--format", "json") == 0
    known = json.loads(capsys.readouterr().out)
    assert (known["version"], known["rule"]["code"], known["rule"]["severity"]) == (1, "ER103", "error")


def test_unknown_rule_is_a_usage_error_with_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", "mising-owner") == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(
        "error: there is no rule `mising-owner`\n  help: did you mean `missing-owner`"
    )


@pytest.mark.parametrize("form", ["text", "json", "md"])
def test_rules_lists_every_rule(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "rules", "--format", form) == 0
    shown = capsys.readouterr().out
    assert [rule.code for rule in RULES if rule.code not in shown] == []
    if form == "json":
        assert [entry["code"] for entry in json.loads(shown)["rules"]] == [rule.code for rule in RULES]


def test_rules_writes_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "rules.md"
    assert run(monkeypatch, "rules", "--format", "md", "--output", str(target)) == 0
    assert capsys.readouterr().out == ""
    assert target.read_text(encoding="utf-8").startswith("| code | name |")
