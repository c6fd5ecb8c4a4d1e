"""What `docs serve` takes for a saved file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from amanat.cli.serving import run
from amanat.cli.serving.current import Current, Stamp

FULL: Stamp = (("a.yaml", 1, 10), ("b.yaml", 1, 0))
EMPTY: Stamp = (("a.yaml", 2, 0), ("b.yaml", 1, 0))
OTHER: Stamp = (("a.yaml", 3, 12), ("b.yaml", 1, 0))


class NothingLeftError(Exception):
    """Raised where there is nothing more to look at."""


class Files:
    """What look after look sees."""

    def __init__(self, *looks: Stamp) -> None:
        self._looks: Iterator[Stamp] = iter(looks)
        self.number = 0

    def stamp(self) -> Stamp:
        for look in self._looks:
            self.number += 1
            return look
        raise NothingLeftError


def renewed(monkeypatch: pytest.MonkeyPatch, *looks: Stamp) -> list[int]:
    """After which looks the catalog was read, having seen FULL before."""
    files, at = Files(*looks), []
    monkeypatch.setattr(run, "PAUSE", 0)
    monkeypatch.setattr(run, "_renew", lambda current, quiet: at.append(files.number))
    with pytest.raises(NothingLeftError):
        run._watch(cast("Current", files), FULL, True)
    return at


def test_what_two_looks_see_alike_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert renewed(monkeypatch, FULL, OTHER, OTHER, OTHER, FULL) == [3]


def test_a_file_that_is_empty_for_a_while_is_still_being_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    assert renewed(monkeypatch, EMPTY, EMPTY, EMPTY, OTHER, OTHER) == [5]


def test_a_file_that_stays_empty_is_read_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = [EMPTY] * (run.PATIENCE + 5)
    assert renewed(monkeypatch, *looks) == [run.PATIENCE + 1]


def test_one_that_was_empty_before_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert renewed(monkeypatch, OTHER, OTHER, (OTHER[0], ("b.yaml", 4, 0)), (OTHER[0], ("b.yaml", 4, 0))) == [
        2,
        4,
    ]
