"""Compiled templates that are kept give what compiling them gives, and never anything else."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from amanat.docsite.compiled import Compiled
from amanat.docsite.quick import OPTIONS, Quick

TEXT = "{% for one in many %}<i>{{ one }}</i>{% endfor %}"
SHOWN = "<i>&lt;</i><i>b</i>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "a.html").write_text(TEXT)
    return tmp_path


def shown(folder: Path, kind: type[Environment] = Quick) -> str:
    environment = kind(loader=FileSystemLoader(folder), bytecode_cache=Compiled(folder), **OPTIONS)
    return environment.get_template("a.html").render(many=["<", "b"])


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*")) if (folder / "__pycache__").exists() else []


def test_what_is_kept_is_used_and_gives_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(folder) == SHOWN
    assert [file.name.split(".")[0] for file in kept(folder)] == ["a"]

    def compiled_again(*given: Any, **more: Any) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(Quick, "_compile", compiled_again)
    assert shown(folder) == SHOWN


def test_another_text_and_another_way_of_making_code_are_compiled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(folder)
    (folder / "a.html").write_text(TEXT + "!")
    assert shown(folder) == SHOWN + "!"
    assert len(kept(folder)) == 1
    other = folder / "quick.py"
    other.write_text("# another way")
    monkeypatch.setattr("amanat.docsite.compiled.quick.__file__", str(other))
    assert shown(folder) == SHOWN + "!"
    assert len(kept(folder)) == 2


def test_jinjas_own_environment_neither_uses_nor_keeps_it(folder: Path) -> None:
    assert shown(folder, Environment) == SHOWN
    assert kept(folder) == []


@pytest.mark.parametrize("content", [b"", b"garbage", b"j2" + bytes(40)])
def test_what_is_no_code_is_compiled_again(folder: Path, content: bytes) -> None:
    shown(folder)
    (file,) = kept(folder)
    whole = file.read_bytes()
    for broken in (content, whole[:20], whole[:-5]):
        file.write_bytes(broken)
        assert shown(folder) == SHOWN
        assert file.read_bytes() == whole


def test_where_nothing_can_be_kept_nothing_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "__pycache__").write_text("a file in the way")
    assert shown(folder) == SHOWN
    (folder / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert shown(folder) == SHOWN
    assert kept(folder) == []


def test_others_may_read_what_is_kept_and_no_temporary_file_stays(folder: Path) -> None:
    shown(folder)
    (file,) = kept(folder)
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o644


def test_no_tag_of_python_no_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.implementation, "cache_tag", None)
    assert shown(folder) == SHOWN
    assert kept(folder) == []
