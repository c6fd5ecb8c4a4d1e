"""Writing where the user said: files are replaced whole, and nothing that is no file is replaced."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from amanat.cli.output import write_plain
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
