"""What a CHECK condition lists, in the words of the engines themselves, and what lists nothing."""

from __future__ import annotations

import pytest

from amanat.observe.allowed import allowed
from amanat.observe.ddl import columns

LISTS = [
    ("postgres", "(status = ANY (ARRAY['a'::text, 'b'::text]))", {"status": ("a", "b")}),
    (
        "postgres",
        "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        {"status": ("a", "b")},
    ),
    ("postgres", "CHECK ((n = ANY (ARRAY[1, 2, '-3'::integer])))", {"n": ("1", "2", "-3")}),
    ("postgres", "((s IS NULL) OR (s = ANY (ARRAY['x'::text])))", {"s": ("x",)}),
    ("postgres", "(s = 'a' OR s = 'b' OR s IS NULL)", {"s": ("a", "b")}),
    ("postgres", "(s IN ('x', 'y') AND (a > 3) AND s IN ('y', 'z'))", {"s": ("y",)}),
    ("duckdb", "CHECK((status IN ('a', 'b')))", {"status": ("a", "b")}),
    ("mysql", "`status` in ('a','b''c')", {"status": ("a", "b'c")}),
    ("mysql", "(`s` in (_utf8mb4'a',_utf8mb4'b'))", {"s": ("a", "b")}),
    ("sqlite", "\"نام\" IN ('الف')", {"نام": ("الف",)}),
    ("tsql", "([s]='a' OR [s]='b')", {"s": ("a", "b")}),
]
NOTHING = [
    ("postgres", "(a > 3)"),
    ("postgres", "NOT (s IN ('a'))"),
    ("postgres", "(s <> ALL (ARRAY['a'::text]))"),
    ("postgres", "(s = 'a' OR t = 'b')"),
    ("postgres", "(s = 'a' OR t IS NULL)"),
    ("postgres", "(s = 'a' OR a > 3)"),
    ("postgres", "(s = t)"),
    ("postgres", "(s IN ('a', t))"),
    ("postgres", "(lower(s) IN ('a'))"),
    ("postgres", "((n)::integer = ANY (ARRAY[1, 2]))"),
    ("postgres", "(s IN (SELECT x FROM y))"),
    ("mysql", "json_valid(`x`)"),
    ("postgres", "broken ("),
    ("no such dialect", "s IN ('a')"),
]


@pytest.mark.parametrize(("dialect", "condition", "expected"), LISTS)
def test_what_a_condition_lists(dialect: str, condition: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert allowed([condition], dialect) == expected


@pytest.mark.parametrize(("dialect", "condition"), NOTHING)
def test_what_lists_nothing(dialect: str, condition: str) -> None:
    assert allowed([condition], dialect) == {}


def test_conditions_of_ddl_are_read_at_the_column_and_below() -> None:
    ddl = """CREATE TABLE t (s text CHECK (s IN ('a', 'b')), n int, k text, o text CHECK (o IN ('x|y')),
      CONSTRAINT c CHECK (n = 1 OR n = 2), CHECK (k IN ('x') AND n > 0))"""
    assert {one.column: one.values for one in columns(ddl, "postgres")} == {
        "k": "x",
        "n": "1|2",
        "o": "",
        "s": "a|b",
    }
