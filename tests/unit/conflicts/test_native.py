"""Native types, engine by engine, from a table."""

from __future__ import annotations

import csv

import pytest

from amanat.conflicts import spelling
from amanat.conflicts.native import DIALECTS, Digits, Length, contradicts, read_type
from tests.unit.conflicts.samples import CASES

with (CASES / "native_types.csv").open(encoding="utf-8", newline="") as _table:
    ROWS = list(csv.DictReader(_table))


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row['engine']} {row['type']} {row['length']}".strip()
)
def test_a_native_type_means_what_the_table_says(row: dict[str, str]) -> None:
    engine = None if row["engine"] == "other" else row["engine"]
    found = read_type(
        engine, row["type"], _number(row["length"]), _number(row["precision"]), _number(row["scale"])
    )
    assert found.family == (row["family"] or None)
    assert bool(found.tag) is (row["peculiar"] == "yes")
    assert str(found.length.shown if found.length else "") == row["shown_length"]
    assert str(found.precision.digits if found.precision else "") == row["digits"]
    assert str(found.scale.digits if found.scale else "") == row["places"]
    assert (found.zone or "") == row["zone"]
    assert "|".join(found.values) == row["values"]


@pytest.mark.parametrize("engine", sorted({row["engine"] for row in ROWS if row["family"]}))
def test_engines_of_the_table_are_engines_of_the_catalog(engine: str) -> None:
    assert engine == "other" or engine in DIALECTS


def test_every_engine_that_the_schema_allows_has_a_dialect_or_is_other() -> None:
    from amanat.schema import load_schema

    file = load_schema("catalog-file")
    engines = set(file["$defs"]["system"]["properties"]["engine"]["enum"])
    assert engines - {"other"} == set(DIALECTS)


@pytest.mark.parametrize("engine", [*sorted(DIALECTS), None])
@pytest.mark.parametrize(
    "spelled", ["(" * 5000, "array<" * 3000, "\x00", "`", "'", "🙂", "-- x", "enum(" + "'a'," * 9]
)
def test_what_is_no_type_is_unknown_and_never_raises(engine: str | None, spelled: str) -> None:
    assert read_type(engine, spelled, None, None, None).family is None


def test_an_enumeration_of_thousands_is_read_whole() -> None:
    spelled = "enum(" + ",".join(f"'v{n}'" for n in range(5000)) + ")"
    assert len(read_type("mysql", spelled, None, None, None).values) == 5000


def test_what_the_snapshot_says_beside_the_type_completes_it() -> None:
    assert read_type("mysql", "varchar", 191, None, None).length == Length(191, 191, 191)
    assert read_type("mysql", "datetime", None, 6, None).precision == Digits(6, of_time=True)


def test_a_type_that_many_columns_have_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def watched(dialect: str, text: str) -> spelling.Spelled:
        parsed.append(text)
        return spelling.Spelled("VARCHAR", (77,))

    monkeypatch.setattr(spelling, "_parse", watched)
    spelling.spelled_as.cache_clear()
    try:
        for length in range(50):
            contradicts("postgres", "varchar(77)", length, None, None)
    finally:
        spelling.spelled_as.cache_clear()  # what was remembered is not the parser's
        read_type.cache_clear()
    assert parsed == ["varchar(77)"]
