"""Exports for other tools, as people run them: contracts, linked data."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import Run


def test_several_contracts_go_into_a_folder_and_one_to_the_terminal(run: Run, small: Path) -> None:
    done = run("export", "odcs", "-C", "small", "--output", "contracts")
    assert (done.returncode, done.stderr) == (0, "wrote 2 contracts to contracts\n")
    out = small.parent / "contracts"
    assert sorted(file.name for file in out.iterdir()) == ["crm.odcs.yaml", "shop.odcs.yaml"]
    one = run("export", "odcs", "shop", "-C", "small")
    assert one.stdout == (out / "shop.odcs.yaml").read_text(encoding="utf-8")
    assert run("export", "odcs", "shop", "-C", "small", "-f", "json").stdout.startswith('{\n  "apiVersion"')


def test_what_cannot_be_asked_of_contracts_is_refused(run: Run, small: Path) -> None:
    for given, says in (
        (["shopp"], "did you mean `shop`?"),
        ([], "need a folder"),
        (["shop", "--lang", "de"], "no language `de`"),
        (["shop", "--output", "small"], "it is a folder"),
        (["--output", "small/base.yaml"], "it is a file"),
    ):
        done = run("export", "odcs", *given, "-C", "small")
        assert done.returncode == 2, given
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_linked_data_goes_to_the_terminal_and_to_a_file(run: Run, small: Path) -> None:
    shown = run("export", "dcat", "-C", "small")
    assert (shown.returncode, shown.stderr) == (0, "")
    done = run("export", "dcat", "-C", "small", "--output", "catalog.jsonld")
    assert (done.returncode, done.stderr) == (0, "wrote catalog.jsonld\n")
    assert (small.parent / "catalog.jsonld").read_text(encoding="utf-8") == shown.stdout
    assert run("export", "dpv", "-C", "small").returncode == 0


def test_what_cannot_be_asked_of_linked_data_is_refused(run: Run, small: Path) -> None:
    for given, says in (
        (("dcat", "--base", "shop"), "cannot begin the names"),
        (("dpv", "--status", "alive"), "did you mean `live`?"),
        (("dpv", "--as-of", "nowhere"), "not in a git repository"),
        (("dpv", "--output", "small"), "cannot write"),
    ):
        done = run("export", *given, "-C", "small")
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), given
        assert says in done.stderr, done.stderr
