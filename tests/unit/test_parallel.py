"""Work in two processes gives what one process gives, whatever becomes of the child."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pytest

from amanat import parallel
from amanat.parallel import apart, aside, from_both_ends


def _doubled(item: int) -> int:
    return item * 2


def test_what_was_written_half_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()
    read = parallel._next
    cut: list[int] = []

    def half(file: BinaryIO) -> object:
        if not cut:
            cut.append(file.truncate(file.seek(0, os.SEEK_END) - 2))
            file.seek(0)
        return read(file)

    def work(item: str) -> str:
        if os.getpid() == parent:
            time.sleep(0.05)  # the child takes something
        return item

    monkeypatch.setattr(parallel, "_next", half)
    assert from_both_ends(["a" * 40, "b" * 40, "c" * 40], work, str, str) == ["a" * 40, "b" * 40, "c" * 40]
    assert cut[0] > 0


def test_the_first_is_done_here_however_fast_the_child_is() -> None:
    def work(item: int) -> tuple[int, int]:
        return item, os.getpid()

    slow = parallel._beside

    @contextmanager
    def late(*how: Any) -> Iterator[Any]:
        with slow(*how) as handed_back:
            time.sleep(0.2)
            yield handed_back

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_beside", late)
        found = from_both_ends(range(5), work, tuple, tuple)
    assert [item for item, _ in found] == list(range(5))
    assert found[0][1] == os.getpid()


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("number", [0, 1, 2, 40])
def test_whoever_takes_an_item_results_stand_in_order(
    number: int, named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if named:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    found = from_both_ends(range(number), _doubled, lambda n: [n], lambda packed: int(packed[0]))
    assert found == [2 * n for n in range(number)]


def test_each_item_is_done_by_one_of_the_two() -> None:
    parent = os.getpid()
    here: list[int] = []
    begun: list[int] = []
    from_parent, to_child = os.pipe()
    from_child, to_parent = os.pipe()

    def work(item: int) -> tuple[int, int]:
        if os.getpid() == parent:
            here.append(item)
        if not begun:  # each waits until the other has taken something
            begun.append(item)
            os.write(*((to_child, b"x") if os.getpid() == parent else (to_parent, b"x")))
            os.read(from_child if os.getpid() == parent else from_parent, 1)
        return item, os.getpid()

    found = from_both_ends(range(30), work, tuple, tuple)
    assert [item for item, _ in found] == list(range(30))
    assert here == [item for item, who in found if who == parent] == list(range(len(here)))
    assert 0 < len(here) < 30
    for end in (from_parent, to_child, from_child, to_parent):
        os.close(end)


def test_what_a_child_claimed_and_never_handed_back_is_done_here() -> None:
    parent = os.getpid()

    def work(item: int) -> int:
        if os.getpid() != parent:
            if item == 7:
                os._exit(9)
        else:
            time.sleep(0.02)
        return item

    assert from_both_ends(range(10), work, lambda n: n if n % 2 else None, int) == list(range(10))


def test_a_fault_of_the_work_is_raised_here_whoever_met_it() -> None:
    parent = os.getpid()

    def work(item: int) -> int:
        if os.getpid() == parent:
            time.sleep(0.02)
        if item in (0, 9):
            raise ValueError(item)
        return item

    for items in (range(9), range(1, 10)):
        with pytest.raises(ValueError, match="[09]"):
            from_both_ends(items, work, int, int)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # no child is left behind


def test_work_apart_is_done_by_a_child_meanwhile() -> None:
    with apart([1, 2, 3], lambda item: (item * 2, os.getpid()), tuple, tuple) as done:
        found = done()
    assert [item for item, _ in found] == [2, 4, 6]
    assert os.getpid() not in {process for _, process in found}


def test_work_apart_is_done_here_where_the_child_could_not() -> None:
    parent = os.getpid()

    def work(item: int) -> int:
        if item == 2 and os.getpid() != parent:
            os._exit(9)
        return item * 2

    with apart([1, 2, 3], work, int, int) as done:
        assert done() == [2, 4, 6]


def test_a_child_apart_is_gone_when_nobody_waits_for_it() -> None:
    with pytest.raises(KeyboardInterrupt), apart([1], lambda item: time.sleep(60), str, str):
        raise KeyboardInterrupt
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_what_is_to_be_done_first_is_done_here_before_any_item() -> None:
    done: list[str] = []

    def work(item: int) -> int:
        done.append(str(item))
        return item

    assert from_both_ends(range(3), work, int, int, lambda: done.append("first")) == [0, 1, 2]
    assert done[:2] == ["first", "0"]


@pytest.mark.parametrize("named", [False, True])
def test_a_child_aside_sees_things_as_they_were(named: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if named:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    things = ["one"]
    with aside(lambda: (os.getpid(), list(things))) as result:
        things.append("two")
        told = result()
    assert told is not None
    child, seen = told
    assert (child != os.getpid(), list(seen), things) == (True, ["one"], ["one", "two"])


def test_what_a_child_aside_could_not_do_nobody_does() -> None:
    done: list[int] = []

    def work() -> int:
        if os.getpid() != parent:
            os._exit(1)
        done.append(1)
        return 1

    parent = os.getpid()
    with aside(work) as result:
        assert result() is None
    assert not done
