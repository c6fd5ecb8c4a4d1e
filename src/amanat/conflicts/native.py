"""Native column types of database engines, read into families that can be compared.

The parsing is sqlglot's; this module says what its types mean in each engine. What it cannot read, or what
engines treat in ways of their own (unsigned, zerofill, domains, arrays), becomes unknown and never equal to
something else. Nothing here raises on a strange type.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import NamedTuple

UNLIMITED = "unlimited"
_ENDLESS = sys.maxsize
_LONG_TYPE = 4000
_LONG_NUMBER = 12

DIALECTS: dict[str, str] = {
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "snowflake": "snowflake",
    "sqlserver": "tsql",
    "oracle": "oracle",
    "bigquery": "bigquery",
    "databricks": "databricks",
    "duckdb": "duckdb",
    "clickhouse": "clickhouse",
    "redshift": "redshift",
    "trino": "trino",
}
"""Our name of an engine to sqlglot's name of its dialect. Other engines are read by the generic one."""


class Length(NamedTuple):
    """A length limit. `low` and `high` bound the number of characters (of bytes for binary) that fit:
    where an engine counts bytes, a character takes one to four of them in UTF-8. `shown` is the value as
    people write it: a number, `unlimited`, or `65535 bytes`."""

    low: int
    high: int
    shown: int | str
    binary: bool = False


class Digits(NamedTuple):
    """A precision or scale in digits, or `unlimited`. `of_time` are fractional digits of a second; `implied`
    is what the engine does when nothing is written."""

    digits: int | str
    of_time: bool = False
    implied: bool = False


class Native(NamedTuple):
    """What a native type says. `family` None: unknown. `tag` is not empty where two columns of the family
    are only known to be alike when they are spelled alike. `zone` is `with time zone`, `without time zone`
    or None. `values` are those of an enumeration."""

    family: str | None
    tag: str = ""
    length: Length | None = None
    precision: Digits | None = None
    scale: Digits | None = None
    zone: str | None = None
    values: tuple[str, ...] = ()


UNKNOWN = Native(None)
WITH_ZONE = "with time zone"
WITHOUT_ZONE = "without time zone"

_FAMILY_NAMES = {
    "text": "CHAR NCHAR VARCHAR NVARCHAR BPCHAR TEXT TINYTEXT MEDIUMTEXT LONGTEXT NAME FIXEDSTRING",
    "integer": "TINYINT SMALLINT MEDIUMINT INT BIGINT INT128 INT256 SMALLSERIAL SERIAL BIGSERIAL YEAR "
    "UTINYINT USMALLINT UMEDIUMINT UINT UBIGINT UINT128 UINT256",
    "decimal": "DECIMAL UDECIMAL BIGDECIMAL DECIMAL32 DECIMAL64 DECIMAL128 DECIMAL256 MONEY SMALLMONEY",
    "float": "FLOAT DOUBLE UDOUBLE BFLOAT16 DECFLOAT",
    "boolean": "BOOLEAN",
    "date": "DATE DATE32",
    "time": "TIME TIMETZ TIME_NS",
    "timestamp": "TIMESTAMP TIMESTAMPNTZ TIMESTAMPLTZ TIMESTAMPTZ TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS "
    "DATETIME DATETIME2 DATETIME64 SMALLDATETIME",
    "binary": "BINARY VARBINARY BLOB TINYBLOB MEDIUMBLOB LONGBLOB IMAGE",
    "json": "JSON JSONB VARIANT OBJECT HSTORE",
    "uuid": "UUID",
    "enum": "ENUM ENUM8 ENUM16",
    "network": "INET IPADDRESS IPV4 IPV6",
}
_FAMILIES = {name: family for family, names in _FAMILY_NAMES.items() for name in names.split()}
_SPELLED_ALIKE = frozenset(
    {"UTINYINT", "USMALLINT", "UMEDIUMINT", "UINT", "UBIGINT", "UINT128", "UINT256", "YEAR", "UDECIMAL"}
    | {"UDOUBLE", "MONEY", "SMALLMONEY", "ENUM", "ENUM8", "ENUM16", "VARIANT", "OBJECT", "HSTORE"}
)
_MYSQL_BYTES = {"TINYTEXT": 255, "TEXT": 65_535, "MEDIUMTEXT": 16_777_215}
_MYSQL_BLOBS = {"TINYBLOB": 255, "BLOB": 65_535, "MEDIUMBLOB": 16_777_215}
_BOUNDLESS_TEXT = frozenset(("postgres", "sqlite", "bigquery", "databricks", "duckdb", "clickhouse", "trino"))
_SNOWFLAKE_TEXT = 16_777_216
_TIME_DIGITS = {"postgres": 6, "mysql": 0, "snowflake": 9, "redshift": 6, "bigquery": 6, "oracle": 6}
_INTEGERS_AS_NUMBERS = frozenset(("snowflake", "oracle"))
_NUMBERED_BYTES = frozenset(("tsql", "oracle", "redshift"))


@lru_cache(maxsize=65_536)
def read_type(
    engine: str | None, spelled: str, length: int | None, precision: int | None, scale: int | None
) -> Native:
    """What a native type means in an engine (one of the catalog's, or None for unknown). `length`,
    `precision` and `scale` are those that a snapshot gives beside the type; they complete it."""
    dialect = DIALECTS.get(engine or "", "")
    name, numbers, options, values = _parse(dialect, spelled)
    family = _family(dialect, name, numbers, spelled)
    if family is None:
        return UNKNOWN
    given = length if length is not None else (numbers[0] if numbers else None)
    tag = f"{dialect}:{' '.join(spelled.lower().split())}" if _is_peculiar(name, spelled) else ""
    if family in ("text", "binary"):
        return Native(family, tag, _length(dialect, name, family, given, options))
    if family == "decimal":
        digits, places = _decimal(dialect, name, numbers, precision, scale)
        if dialect in _INTEGERS_AS_NUMBERS and places is not None and places.digits == 0:
            return Native("integer", tag)
        return Native(family, tag, None, digits, places)
    if family in ("timestamp", "time"):
        fraction = _time_digits(dialect, name, precision if precision is not None else given)
        return Native(family, tag, None, fraction, None, _zone(dialect, name))
    return Native(family, tag, values=values)


def _parse(dialect: str, spelled: str) -> tuple[str, tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
    """sqlglot's type name, numeric parameters, other parameters in capitals, and enumerated values."""
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    nothing: tuple[str, tuple[int, ...], tuple[str, ...], tuple[str, ...]] = ("", (), (), ())
    text = spelled.strip()
    if not text or (len(text) > _LONG_TYPE and not text.lower().startswith(("enum", "set"))):
        return nothing
    try:
        parsed = exp.DataType.build(text, dialect=dialect or None, udt=False)
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError):
        # The parser's own errors, and what it stumbles over in text that is no type at all.
        return nothing
    if not isinstance(parsed, exp.DataType) or not isinstance(parsed.this, exp.DataType.Type):
        return nothing
    numbers: list[int] = []
    options: list[str] = []
    values: list[str] = []
    for parameter in parsed.expressions:
        inner = parameter.this if isinstance(parameter, exp.DataTypeParam) else parameter
        if isinstance(inner, exp.Literal) and inner.is_string:
            values.append(str(inner.this))
        elif isinstance(inner, exp.Literal):
            if not str(inner.this).isdecimal() or len(str(inner.this)) > _LONG_NUMBER:
                return nothing
            numbers.append(int(str(inner.this)))
        else:
            options.append(inner.name.upper() if isinstance(inner, exp.Expression) else str(inner).upper())
        unit = parameter.args.get("expression") if isinstance(parameter, exp.DataTypeParam) else None
        if unit is not None:
            options.append(unit.name.upper())
    return parsed.this.name, tuple(numbers), tuple(options), tuple(values)


def _family(dialect: str, name: str, numbers: tuple[int, ...], spelled: str) -> str | None:
    if name == "BIT":
        # One bit is a truth value in MySQL and SQL Server; PostgreSQL's bit strings are something else.
        return "boolean" if dialect in ("mysql", "tsql") and numbers in ((), (1,)) else None
    if name == "TINYINT" and dialect == "mysql" and numbers == (1,):
        return "boolean"
    if name == "DATE" and dialect == "oracle":
        return "timestamp"
    if not name:
        return _unparsed(dialect, spelled)
    return _FAMILIES.get(name)


def _unparsed(dialect: str, spelled: str) -> str | None:
    """Well-known type names that the parser leaves alone."""
    word = spelled.strip().lower()
    if dialect == "postgres" and word == "citext":
        return "text"
    return None


def _is_peculiar(name: str, spelled: str) -> bool:
    return name in _SPELLED_ALIKE or "zerofill" in spelled.lower() or "unsigned" in spelled.lower()


def characters(number: int) -> Length:
    """A limit counted in characters."""
    return Length(number, number, number)


def in_bytes(number: int, *, binary: bool = False) -> Length:
    """A limit counted in bytes: of a text, between a quarter as many and as many characters."""
    return Length(number if binary else number // 4, number, f"{number} bytes", binary)


def no_limit(*, binary: bool = False) -> Length:
    """No limit at all, or one in the order of a gigabyte."""
    return Length(_ENDLESS, _ENDLESS, UNLIMITED, binary)


def _length(
    dialect: str, name: str, family: str, given: int | None, options: tuple[str, ...]
) -> Length | None:
    if family == "binary":
        return _binary_length(dialect, name, given, options)
    if dialect == "mysql" and name in ("TINYTEXT", "MEDIUMTEXT", "TEXT"):
        return in_bytes(_MYSQL_BYTES[name] if given is None else given)
    if name == "LONGTEXT" or "MAX" in options:
        return no_limit()
    if name == "NAME":
        return in_bytes(63)
    if given is not None:
        in_octets = dialect in _NUMBERED_BYTES and name in ("CHAR", "VARCHAR") and "CHAR" not in options
        return in_bytes(given) if in_octets else characters(given)
    if name in ("CHAR", "NCHAR"):
        return characters(1) if dialect in ("postgres", "mysql", "snowflake", "oracle", "tsql") else None
    if dialect == "snowflake":
        return characters(_SNOWFLAKE_TEXT)
    if dialect in _BOUNDLESS_TEXT or name == "TEXT" or not name:
        return no_limit()
    return None


def _binary_length(dialect: str, name: str, given: int | None, options: tuple[str, ...]) -> Length | None:
    if given is not None:
        return in_bytes(given, binary=True)
    if dialect == "mysql" and name in _MYSQL_BLOBS:
        return in_bytes(_MYSQL_BLOBS[name], binary=True)
    if "MAX" in options or name in ("BLOB", "LONGBLOB", "IMAGE") or dialect in ("postgres", "sqlite"):
        return no_limit(binary=True)
    return None


def _decimal(
    dialect: str, name: str, numbers: tuple[int, ...], precision: int | None, scale: int | None
) -> tuple[Digits | None, Digits | None]:
    if name in ("MONEY", "SMALLMONEY"):
        return None, None
    if precision is None and numbers:
        precision = numbers[0]
    if precision is not None:
        places = scale if scale is not None else (numbers[1] if len(numbers) > 1 else 0)
        return Digits(precision), Digits(places)
    if dialect == "postgres":
        return Digits(UNLIMITED, implied=True), Digits(UNLIMITED, implied=True)
    if dialect == "mysql":
        return Digits(10, implied=True), Digits(0, implied=True)
    return None, None


def _time_digits(dialect: str, name: str, given: int | None) -> Digits | None:
    if given is not None:
        return Digits(given, of_time=True)
    usual: int | None
    if name == "DATE":
        usual = 0
    elif dialect == "tsql":
        usual = {"DATETIME2": 7, "TIMESTAMPTZ": 7, "TIME": 7, "DATETIME": 3}.get(name)
    else:
        usual = _TIME_DIGITS.get(dialect)
    return None if usual is None else Digits(usual, of_time=True, implied=True)


def _zone(dialect: str, name: str) -> str | None:
    if name in ("TIMESTAMPTZ", "TIMESTAMPLTZ", "TIMETZ"):
        return WITH_ZONE
    return WITHOUT_ZONE if dialect else None
