"""Tests run commands in forks of one process that has imported everything; people start each anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Run
from tests.e2e.forking import Forks

COMMANDS = (
    "--version",
    "--help",
    "check small",
    "check nowhere",
    "chekc",
    "list fields -C small",
    "show customer.id -C small -f json",
    "explain RT101",
    "export inventory -C small -f md",
    "policy explain -C small agent orders read customer.id",
    "query -C small SELECT+1",
    "schema",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_fork_says_what_a_new_python_says(run: Run, small: Path, command: str) -> None:
    words = [word.replace("+", " ") for word in command.split()]
    forked, anew = run(*words), run(*words, preexec_fn=lambda: None)
    assert (forked.stdout, forked.stderr, forked.returncode) == (anew.stdout, anew.stderr, anew.returncode)
    assert forked.stdout + forked.stderr != ""


def test_two_commands_in_a_row_hash_differently(forks: Forks) -> None:
    """Else what is the same twice could be so by chance: both would meet their sets in one order."""
    assert forks.next().hashed != forks.next().hashed
