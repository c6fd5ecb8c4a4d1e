"""A small shop full of odd values, put into every engine; and what has to be counted there, in plain Python."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from amanat.load import Loaded
from amanat.model.measures import Measure
from tests.support import catalog_of

DAY = date(2026, 6, 30)
TEXTS = (
    None, "", " ", "none", "a@b.example", "A@B.example", "a@b.example ", "x@y.example\n", "not a mail", "@", "a\nb",
    "ی@ک.example", "ي@ك.example", "😀@b.example", "o'neil@b.example", "back\\slash@b.example", "%", "_", '"', "`", "--",
    "DE", "de", "D'E", "D\\E", "12", "-3.5", "7", "120", "121", "1e9", "99999999999999999999999999999999999", "0", "00",
    "2026-01-01", "2026-06-30", "2026-06-29T10:00:00", "2026-06-28 10:00", "2026-13-01", "1899-12-31", "2031-01-01",
    "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "+4930123456", "x" * 20, "x" * 21,
)  # fmt: skip
"""Values of a column of texts; what is no value, or nearly one, is among them."""
NUMBERS = (None, -1, 0, 1, 7, 119, 120, 121, 2_000_000_000)
DECIMALS = tuple(None if n is None else Decimal(n).scaleb(-1) for n in (None, -1, 0, 5, 75, 1200, 1201))
DAYS = (
    None,
    *(date.fromisoformat(d) for d in ("1899-12-31", "1900-01-01", "2026-06-29", "2026-06-30", "2026-07-01")),
)
MOMENTS = (None, *(datetime.fromisoformat(m) for m in ("1900-01-01T00:00:00", "2026-06-28T23:59:59", "2026-06-29T00:00:00", "2026-06-30T23:59:59")))  # fmt: skip
FLAGS = (None, True, False)
BLOBS = (None, b"", b"x")

Value = str | int | Decimal | date | datetime | bool | bytes | None


class Table(NamedTuple):
    """A table: its columns with the kind of each, and its rows."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Value]]


ODD = "od\"d `tab'le; نشانی"
WORD = "se\"lect `كد` 'x'"


def tables(seed: int, size: int = 150) -> list[Table]:
    """The shop's tables."""
    draw = random.Random(seed)
    pools: Sequence[tuple[str, str, Sequence[Value]]] = (
        ("text", "text", TEXTS),
        (WORD, "text", TEXTS),
        ("select", "text", TEXTS),
        ("number", "integer", NUMBERS),
        ("amount", "decimal", DECIMALS),
        ("day", "date", DAYS),
        ("moment", "timestamp", MOMENTS),
        ("flag", "boolean", FLAGS),
        ("blob", "blob", BLOBS),
    )
    columns = [(name, kind) for name, kind, _ in pools]
    rows = [[draw.choice(pool) for _, _, pool in pools] for _ in range(size)]
    return [
        Table(ODD, columns, rows),
        Table("users", columns, rows[: size // 2]),
        Table("nobody", columns, []),
    ]


_DDL = {
    "duckdb": {"text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(10,1)", "timestamp": "TIMESTAMP"},
    "postgres": {"text": "text", "integer": "bigint", "decimal": "numeric(10,1)", "blob": "bytea"},
    "mysql": {
        "text": "varchar(300)",
        "integer": "bigint",
        "decimal": "decimal(10,1)",
        "timestamp": "datetime",
    },
}


def script(dialect: str, made: Iterable[Table]) -> str:
    """The tables as SQL that makes and fills them."""
    quote = "`" if dialect == "mysql" else '"'

    def name(text: str) -> str:
        return quote + text.replace(quote, quote * 2) + quote

    def value(one: Value) -> str:
        if one is None:
            return "NULL"
        if isinstance(one, bool | int | Decimal):
            return str(one).lower()
        if isinstance(one, bytes):
            hexed = one.hex()
            return {"postgres": f"'\\x{hexed}'", "mysql": f"x'{hexed}'"}.get(dialect, f"from_hex('{hexed}')")
        text = str(one).replace("'", "''")
        return "'" + (text.replace("\\", "\\\\") if dialect == "mysql" else text) + "'"

    lines = ["SET NAMES utf8mb4;"] if dialect == "mysql" else []
    for table in made:
        kinds = ", ".join(f"{name(c)} {_DDL[dialect].get(kind, kind)}" for c, kind in table.columns)
        lines.append(f"CREATE TABLE {name(table.name)} ({kinds});")
        if table.rows:
            rows = ",\n".join(f"({', '.join(map(value, row))})" for row in table.rows)
            lines.append(f"INSERT INTO {name(table.name)} VALUES {rows};")
    return "\n".join(lines)


class Asked(NamedTuple):
    """A field's only expectation, what its source says beside it, and how it is counted in plain Python: the
    values counted, and those of them that meet it."""

    dimension: str
    written: str
    columns: Sequence[str]
    field: str = ""
    source: str = ""
    counts: Callable[[list[Value]], tuple[int, int]] = lambda values: (0, 0)


def _filled(one: Value, empty: Sequence[str] = ()) -> bool:
    if one is None:
        return False
    if isinstance(one, str):
        return one.strip(" ") != "" and one not in empty
    if isinstance(one, int | Decimal) and not isinstance(one, bool):
        return Decimal(one) not in [Decimal(e) for e in empty if re.fullmatch(r"-?[0-9.]+", e)]
    return str(one) not in empty and str(one)[:10] not in empty


def _share(
    test: Callable[[Value], bool], empty: Sequence[str] = ()
) -> Callable[[list[Value]], tuple[int, int]]:
    def counts(values: list[Value]) -> tuple[int, int]:
        here = [one for one in values if _filled(one, empty)]
        return len(here), sum(map(test, here))

    return counts


def _complete(values: list[Value]) -> tuple[int, int]:
    return len(values), sum(_filled(one, ("none", "0")) for one in values)


def _unique(values: list[Value]) -> tuple[int, int]:
    here = [str(one).lower() for one in values if _filled(one)]
    return len(here), len(set(here))


def _number(one: Value) -> Decimal | None:
    if isinstance(one, str):
        found = re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", one, re.ASCII)
        return Decimal(one) if found else None
    return Decimal(one) if isinstance(one, int | Decimal) else None


def _day(one: Value) -> str | None:
    shown = one[:10] if isinstance(one, str) else str(one)[:10]
    found = re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", shown, re.ASCII)
    return shown if found else None


def _of_numbers(one: Value) -> bool:
    number = _number(one)
    return number is not None and 0 <= number <= 120


def _of_days(one: Value) -> bool:
    day = _day(one)
    return day is not None and "1900-01-01" <= day <= DAY.isoformat()


def _young(values: list[Value]) -> tuple[int, int]:
    days = [day for one in values if (day := _day(one)) is not None]
    return len(days), sum(day >= "2026-06-29" for day in days)


def _mail(one: Value) -> bool:
    text = str(one)
    return (
        re.fullmatch(r"[^@ ]+@[^@ .]+([.][^@ .]+)+", text) is not None
        and "\n" not in text
        and len(text) <= 20
    )


WORDS = ("text", WORD, "select")
ASKED = (
    Asked("complete", "50%", (*WORDS, "number", "amount", "day"), "", "empty: ['none', '0']", _complete),
    Asked("complete", "50%", ("moment", "blob", "flag"), "", "", lambda v: (len(v), sum(one is not None for one in v))),
    Asked("unique", "50%", (*WORDS, "number", "amount", "day", "moment", "flag"), "normal: lower", "", _unique),
    Asked("valid", "50%", WORDS, "format: email, length: 20", "", _share(_mail)),
    Asked("valid", "50%", ("number", "amount"), "format: number", "", _share(lambda one: True)),
    Asked("in_range", "50% within 0..120", (*WORDS, "number", "amount"), "", "", _share(_of_numbers)),
    Asked("in_range", "1900-01-01..today", ("text", "day", "moment"), "", "", _share(_of_days)),
    Asked("in_range", "0..120", ("number",), "", "empty: ['-1']", _share(_of_numbers, ("-1",))),
    Asked(
        "in_code_list", "50%", WORDS, r"""codes: {DE: a, "D'E": b, "D\\E": c, '"': d, "7": e}""", "",
        _share(lambda one: str(one) in ("DE", "D'E", "D\\E", '"', "7")),
    ),
    Asked("in_code_list", "50%", ("number",), 'codes: {"7": a, "120": b}', "", _share(lambda one: one in (7, 120))),
    Asked("fresh", "50% within P1D", ("text", "day", "moment"), "", "", _young),
)  # fmt: skip


def shop() -> Loaded:
    """The catalog: a field for each expectation of each column of each table; text columns refer to that of
    another table."""
    lines = ["systems: {shop: {label: Shop, kind: commerce, country: DE}}", "fields:"]
    for table in (ODD, "users", "nobody"):
        for number, asked in enumerate(ASKED):
            for column in asked.columns:
                lines += _field(table, number, asked, column)
    for column in ("text", "number"):
        asked = Asked("referential", "50%", (), "", f"refers_to: users.{column}")
        lines += _field(ODD, 99, asked, column)
    return catalog_of({"shop.yaml": "\n".join(lines) + "\n"})


def _field(table: str, number: int, asked: Asked, column: str) -> list[str]:
    tail = f", {asked.field}" if asked.field else ""
    source = f"shop.{table}.{column}".replace("\\", "\\\\").replace('"', '\\"')
    name = f"f{number}.{_key(table)}.{_key(column)}"
    return [
        f"  {name}: {{label: x, definition: x, quality: {{{asked.dimension}: {asked.written}}}{tail},",
        f'    sources: {{"{source}": {{{asked.source}}}}}}}',
    ]


def _key(text: str) -> str:
    return f"n{sum(ord(sign) * (place + 1) for place, sign in enumerate(text))}"


def expected(made: Sequence[Table]) -> dict[str, tuple[int, int, int]]:
    """Rows, counted and met, by field."""
    found = {}
    for table in made:
        for number, asked in enumerate(ASKED):
            for column in asked.columns:
                values = _values(table, column)
                name = f"f{number}.{_key(table.name)}.{_key(column)}"
                found[name] = (len(values), *asked.counts(values))
    by_name = {table.name: table for table in made}
    for column in ("text", "number"):
        known = {one for one in _values(by_name["users"], column) if one is not None}
        counted, met = _share(lambda one, known=known: one in known)(_values(by_name[ODD], column))  # type: ignore[misc]
        found[f"f99.{_key(ODD)}.{_key(column)}"] = (len(by_name[ODD].rows), counted, met)
    return found


def _values(table: Table, column: str) -> list[Value]:
    at = [name for name, _ in table.columns].index(column)
    return [row[at] for row in table.rows]


def told(measures: Iterable[Measure]) -> dict[str, tuple[int | None, int | None, int | None]]:
    """What was counted, by field."""
    return {one.field: (one.rows, one.counted, one.met) for one in measures}


def parquet(folder: Path, made: Iterable[Table]) -> Path:
    """The tables as Parquet files."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(script("duckdb", made))
        for table in made:
            quoted = '"' + table.name.replace('"', '""') + '"'
            connection.table(quoted).write_parquet(str(folder / f"{table.name}.parquet"))
    return folder
