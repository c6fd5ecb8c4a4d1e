"""Exports for other tools, as people run them: contracts."""

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
