"""Writing where the user said: files are replaced whole, and nothing that is no file is replaced."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from amanat.cli.output import compare, write, write_plain
from amanat.errors import EnvironmentFault


def test_a_file_is_replaced_whole_and_no_temporary_one_stays(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_bytes(b"old")
    write_plain(tmp_path, {"out.csv": b"new"})
    assert (tmp_path / "out.csv").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out.csv").symlink_to(tmp_path / "real" / "out.csv")
    write_plain(tmp_path, {"out.csv": b"new"})
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "real" / "out.csv").read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_plain(tmp_path, {"pipe": b"through"})
    reader.join(timeout=10)
    assert read == [b"through"]
    assert pipe.is_fifo()


def test_a_folder_of_that_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(EnvironmentFault, match="cannot write"):
        write_plain(tmp_path, {"out.csv": b"new"})


def test_two_runs_at_once_leave_the_files_of_one_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a lock the manifest of one run stands beside files of the other, which count as edited then."""
    names = [f"{n}.txt" for n in range(40)]
    write(tmp_path, dict.fromkeys(names, b"old"), force=False)
    sides = [dict.fromkeys(names, content) for content in (b"one", b"two", b"old")]
    faults: list[BaseException] = []

    def run(files: dict[str, bytes]) -> None:
        try:
            for _ in range(5):
                write(tmp_path, files, force=False)
        except BaseException as fault:  # noqa: BLE001 - a thread's fault is told below
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(side,)) for side in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    left = {(tmp_path / name).read_bytes() for name in names}
    assert len(left) == 1
    assert not compare(tmp_path, dict.fromkeys(names, left.pop())).any
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_a_run_that_waits_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fcntl = pytest.importorskip("fcntl")
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    other = threading.Thread(target=write, args=(tmp_path, {"a": b"x"}, False))
    other.start()
    while "waiting" not in (said := capsys.readouterr().err):
        other.join(0.01)
        assert other.is_alive()
    assert said == f"waiting: another run writes into `{tmp_path}`\n"
    assert not (tmp_path / "a").exists()
    os.close(handle)
    other.join()
    assert (tmp_path / "a").read_bytes() == b"x"


def test_where_one_of_several_files_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("a file, and no folder")
    with pytest.raises(EnvironmentFault, match="cannot write into"):
        write_plain(tmp_path, {"a": b"first", "b/c": b"second"})
    assert [file.name for file in tmp_path.iterdir()] == ["b"]
    write_plain(tmp_path, {"a": b"first", "c/d": b"second"})
    assert (tmp_path / "c" / "d").read_bytes() == b"second"
