"""`amanat new` from the outside: what it writes, asks and refuses."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import in_terminal

Run = Callable[..., "subprocess.CompletedProcess[str]"]
FIELD = (
    *("--set", "label=Shoe size", "--set", "definition=Size of shoe: what the customer has told the shop."),
    *("--set", "category=preference", "--set", "owner=sales", "--set", "subject=customer"),
    *("--set", "retention=account", "--set", "purposes=orders", "--set", "classification=internal"),
    *("--set", "sources=shop.customers.shoe_size"),
)


def test_a_field_from_options_passes_check(run: Run, small: Path) -> None:
    done = run("new", "field", "customer.shoe_size", *FIELD, cwd=small)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "wrote `customer.shoe_size` to base.yaml\ncheck has nothing to say about it\n"
    assert (
        (small / "base.yaml")
        .read_text()
        .endswith(
            """\
  customer.shoe_size:
    label: Shoe size
    definition: "Size of shoe: what the customer has told the shop."
    category: preference
    owner: sales
    subject: customer
    classification: internal
    retention: account
    purposes: [orders]
    sources:
      shop.customers.shoe_size:
"""
        )
    )
    assert run("check", cwd=small).returncode == 0


def test_what_is_missing_is_told_with_its_line(run: Run, small: Path) -> None:
    done = run("new", "system", "depot", "--set", "label=Depot", "--file", "systems/depot.yaml", cwd=small)
    assert done.returncode == 0
    assert (small / "systems/depot.yaml").read_text() == "systems:\n  depot:\n    label: Depot\n"
    assert "error systems/depot.yaml:2: key `kind` is missing [SC103 missing-key]" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("field", "customer.id"), "there is a field `customer.id` already"),
        (("field", "Customer"), "`Customer` is not an id"),
        (("fild", "a"), "`fild` is no kind of entry to add"),
        (("field", "a.b", "--set", "owner=sails"), "`owner`: `sails` is not declared under `teams`"),
        (("field", "a.b", "--set", "ownr=sales"), "`ownr`: unknown key `ownr`"),
        (("field", "a.b", "--set", "sources=shop2.t.c"), "`sources.shop2.t.c`: `shop2` is not declared"),
        (("system", "a", "--set", "kind=crmm"), "`kind`: `crmm` is not allowed here"),
        (("system", "a", "--file", "../out.yaml"), "`../out.yaml` is outside the catalog"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_written(
    run: Run, small: Path, words: tuple[str, ...], told: str
) -> None:
    before = (small / "base.yaml").read_bytes()
    done = run("new", *words, cwd=small)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {told}"), done.stderr
    assert (small / "base.yaml").read_bytes() == before


def test_an_entry_gets_a_file_of_its_own_where_its_like_have_one(run: Run, small: Path) -> None:
    (small / "others").mkdir()
    for name in ("carrier", "printer"):
        (small / f"others/{name}.yaml").write_text(f"recipients:\n  {name}: {{label: {name}}}\n")
    done = run("new", "recipient", "bank", "--set", "label=Bank", cwd=small)
    assert done.stdout.startswith("wrote `bank` to others/bank.yaml\n")
    (small / "others/printer.yaml").rename(small / "others/rest.yaml")
    done = run("new", "recipient", "agency", "--set", "label=Agency", cwd=small)
    assert done.stdout.startswith("wrote `agency` to others/bank.yaml\n")


def test_in_a_terminal_it_asks_and_asks_again_where_an_answer_is_wrong(small: Path) -> None:
    code, seen = in_terminal(
        small, ["new", "role", "packer"], "\n> ", ["Packer", "internall", "?", "internal"]
    )
    assert code == 0
    assert "Ctrl-C stops, and nothing is written" in seen
    assert "[public, internal, confidential, restricted]" in seen
    assert "did you mean `internal`?" in seen
    assert "\n  public, internal, confidential, restricted\n" in seen
    assert "check has nothing to say about it" in seen
    assert "  packer:\n    label: Packer\n    clearance: internal\n" in (small / "base.yaml").read_text()


def test_what_is_stopped_writes_nothing(small: Path) -> None:
    before = (small / "base.yaml").read_bytes()
    code, seen = in_terminal(small, ["new", "role", "packer"], "\n> ", ["Packer", "\x03"])
    assert (code, seen.endswith("interrupted\n")) == (130, True)
    assert (small / "base.yaml").read_bytes() == before
