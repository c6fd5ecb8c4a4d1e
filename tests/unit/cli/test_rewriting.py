"""Several files are written together or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amanat.cli.rewriting import Change, patch, write_all
from amanat.errors import EnvironmentFault


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder, whatever its name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_written_made_and_removed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")
    write_all(
        [
            Change(tmp_path / "a", b"1", b"one"),
            Change(tmp_path / "b", b"2", None),
            Change(tmp_path / "new/c", None, b"3"),
        ]
    )
    assert (tmp_path / "a").read_bytes() == b"one"
    assert not (tmp_path / "b").exists()
    assert files(tmp_path / "new") == {"c": b"3"}


def test_one_file_that_was_changed_meanwhile_keeps_all_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"edited")
    with pytest.raises(EnvironmentFault, match="was changed meanwhile"):
        write_all([Change(tmp_path / "a", b"1", b"one"), Change(tmp_path / "b", b"2", b"two")])
    assert files(tmp_path) == {"a": b"1", "b": b"edited"}


def test_a_rename_that_fails_puts_back_what_was_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode())
    real = os.replace

    def fails_for_b(source: str | Path, target: str | Path) -> None:
        if Path(target).name == "b":
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", fails_for_b)
    with pytest.raises(EnvironmentFault, match="No space left"):
        write_all([Change(tmp_path / "a", b"a", b"A"), Change(tmp_path / "b", b"b", b"B")])
    assert files(tmp_path) == {"a": b"a", "b": b"b"}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"1")
    (tmp_path / "link").symlink_to("real")
    write_all([Change(tmp_path / "link", b"1", b"2")])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"2"


def test_a_patch_says_where_a_last_line_has_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert patch([Change(tmp_path / "a", b"1", b"1\n")]) == (
        "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n\\ No newline at end of file\n+1\n"
    )
