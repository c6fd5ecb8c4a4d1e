"""Reading with two processes gives what reading with one gives."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amanat.load.cache.packing import record_text
from amanat.load.files import read_file
from amanat.load.parallel import read_files
from amanat.load.record import LaidAside
from amanat.schema import FILE
from tests.support import write_files

TEAM = "teams:\n  t{n}: {{label: {{en: Team, fa: تیم}}, contact: t{n}@shop.example, x_n: {n}, x_f: 1.5, x_on: true, x_no: ~}}\n"
BROKEN = "teams:\n  b{n}: {{label: NO, contat: x}}\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    texts = {f"f{n:02}.yaml": (BROKEN if n % 5 == 3 else TEAM).format(n=n) for n in range(40)}
    write_files(tmp_path, {**texts, "f40.yaml": "teams: [", "f41.yaml": b"\xff"})
    return [*texts, "f40.yaml", "f41.yaml", "gone.yaml"]


def test_two_processes_read_the_same(tmp_path: Path, files: list[str]) -> None:
    alone = [read_file(tmp_path, file, FILE) for file in files]
    assert read_files(tmp_path, files, worth_it=0) == alone
    assert [record.file for record in alone] == files


def test_a_child_that_dies_loses_nothing(
    tmp_path: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [read_file(tmp_path, file, FILE) for file in files]
    parent = os.getpid()

    def dies_in_the_child(root: Path, file: str, schema: str) -> object:
        if os.getpid() != parent:
            os.kill(os.getpid(), 9)
        return read_file(root, file, schema)

    monkeypatch.setattr("amanat.load.parallel.read_file", dies_in_the_child)
    assert read_files(tmp_path, files, worth_it=0) == alone


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    assert read_files(tmp_path, [], worth_it=0) == []


FIELDS = "defaults: {{subject: customer}}\nfields:\n  b.f{n}: {{label: {{en: B, fa: ب}}, x_f: 1.5}}\n  a.f{n}: {{label: A}}\n"


@pytest.mark.parametrize("full", [False, True])
def test_fields_are_laid_aside_and_come_back_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    def no_room(*_: object) -> int:
        raise OSError(28, "no room")

    if full:
        monkeypatch.setattr(os, "pwrite", no_room)
    write_files(tmp_path, {f"f{n:02}.yaml": FIELDS.format(n=n) for n in range(20)})
    names = [f"f{n:02}.yaml" for n in range(20)]
    alone = [read_file(tmp_path, file, FILE) for file in names]
    together = read_files(tmp_path, names, worth_it=0)
    assert together == alone
    assert [isinstance(one.data["fields"], LaidAside) for one in together] == [not full] * 20
    assert [record_text(one) for one in together] == [record_text(one) for one in alone]
    assert [list(one.data["fields"]) for one in together] == [list(one.data["fields"]) for one in alone]
    assert [len(one.data["fields"]) for one in together] == [2] * 20
    ids = {name: name for one in together for name in one.data["fields"]}
    assert full or all(ids[name] is name for one in together for name, _ in one.data["fields"].items())
    assert together[3].data["fields"]["b.f3"] == {"label": {"en": "B", "fa": "ب"}, "x_f": 1.5}
