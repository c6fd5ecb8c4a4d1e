"""`amanat impact` as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Run


def test_a_breach_of_the_example_is_told_with_its_clock(run: Run, example: Path) -> None:
    done = run("impact", "saleor", "--aware", "2026-11-27T09:30+01:00", "--catalog", str(example))
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "Breach: Saleor",
        "2026-11-30T09:30+01:00",
        "dpo@shop.example",
        "Open questions",
        "not measured",
    ):
        assert line in done.stdout


def test_without_an_id_the_systems_are_ranked(run: Run, example: Path) -> None:
    ranked = run("impact", "-f", "json", "--catalog", str(example))
    assert run("impact", "--rank", "-f", "json", "--catalog", str(example)).stdout == ranked.stdout
    found = json.loads(ranked.stdout)
    assert [one["place"] for one in found["systems"]] == list(range(1, 8))
    assert found["systems"][0]["id"] == "saleor"


def test_persian_goes_to_a_file(run: Run, example: Path, tmp_path: Path) -> None:
    done = run(
        "impact", "customer.email", "--lang", "fa", "-f", "md", "-o", "x.md", "--catalog", str(example)
    )
    assert (done.returncode, done.stdout) == (0, "")
    text = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert text.startswith("# نقض امنیت داده") and "پرسش‌های باز" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("salor",), ("no system, field or recipient `salor`", "did you mean `saleor`")),
        (("saleor", "--rank"), ("--rank looks at all systems",)),
        (("saleor", "--aware", "2026-11-27T09:30"), ("says nothing of the time zone", "+01:00")),
        (("saleor", "--aware", "yesterday"), ("is not a moment",)),
        (("saleor", "--lang", "de"), ("no language `de`",)),
    ],
)
def test_wrong_input_is_refused_with_the_way_out(
    run: Run, example: Path, arguments: tuple[str, ...], told: tuple[str, ...]
) -> None:
    done = run("impact", *arguments, "--catalog", str(example))
    assert done.returncode == 2 and done.stdout == ""
    assert all(one in done.stderr for one in told)
