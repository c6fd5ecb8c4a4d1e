"""Native column types of database engines, read into families that can be compared.

The parsing is sqlglot's; this module says what its types mean in each engine. What it cannot read, or what
engines treat in ways of their own (unsigned, zerofill, domains, arrays), becomes unknown and never equal to
something else. Nothing here raises on a strange type.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import NamedTuple

from amanat.conflicts.spelling import Spelled, spelled_as

UNLIMITED = "unlimited"
_ENDLESS = sys.maxsize

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
    "spark": "databricks",
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
_TIME_DIGITS = {
    "postgres": 6,
    "mysql": 0,
    "snowflake": 9,
    "redshift": 6,
    "bigquery": 6,
    "oracle": 6,
    "databricks": 6,
}
_BOUNDLESS_BINARY = frozenset(("postgres", "bigquery", "databricks"))
_DECIMALS: dict[tuple[str, str], tuple[int | str, int | str]] = {
    ("postgres", "DECIMAL"): (UNLIMITED, UNLIMITED),
    ("mysql", "DECIMAL"): (10, 0),
    ("mysql", "UDECIMAL"): (10, 0),
    ("tsql", "DECIMAL"): (18, 0),
    ("tsql", "MONEY"): (19, 4),
    ("tsql", "SMALLMONEY"): (10, 4),
    ("oracle", "DECIMAL"): (38, UNLIMITED),
    ("snowflake", "DECIMAL"): (38, 0),
    ("bigquery", "DECIMAL"): (38, 9),
    ("bigquery", "BIGDECIMAL"): (76, 38),
    ("databricks", "DECIMAL"): (10, 0),
}
"""What an engine does where neither precision nor scale is written."""
_INTEGERS_AS_NUMBERS = frozenset(("snowflake", "oracle"))
_NUMBERED_BYTES = frozenset(("tsql", "oracle", "redshift"))


@lru_cache(maxsize=65_536)
def read_type(
    engine: str | None, spelled: str, length: int | None, precision: int | None, scale: int | None
) -> Native:
    """What a native type means in an engine (one of the catalog's, or None for unknown). `length`,
    `precision` and `scale` are those that a snapshot gives beside the type; they complete it."""
    dialect = DIALECTS.get(engine or "", "")
    spelling = spelled_as(dialect, spelled)
    family = _family(dialect, spelling, spelled)
    if family is None:
        return UNKNOWN
    tag = f"{dialect}:{' '.join(spelled.lower().split())}" if _is_peculiar(spelling.name, spelled) else ""
    if family in ("text", "binary"):
        return Native(family, tag, _length(dialect, spelling, family, length))
    if family == "decimal":
        digits, places = _decimal(dialect, spelling, spelled, precision, scale)
        if dialect in _INTEGERS_AS_NUMBERS and places is not None and places.digits == 0:
            return Native("integer", tag)
        return Native(family, tag, None, digits, places)
    if family in ("timestamp", "time"):
        given = next((n for n in (precision, length, *spelling.numbers) if n is not None), None)
        return Native(
            family,
            tag,
            None,
            _time_digits(dialect, spelling.name, given),
            None,
            _zone(dialect, spelling.name, spelled),
        )
    return Native(family, tag, values=spelling.values)


def _family(dialect: str, spelling: Spelled, spelled: str) -> str | None:
    name = spelling.name
    if name == "BIT":
        # One bit is a truth value in MySQL and SQL Server; PostgreSQL's bit strings are something else.
        return "boolean" if dialect in ("mysql", "tsql") and spelling.numbers in ((), (1,)) else None
    if name == "TINYINT" and dialect == "mysql" and spelling.numbers == (1,):
        return "integer" if "zerofill" in spelled.lower() else "boolean"
    if name == "DATE" and dialect == "oracle":
        return "timestamp"
    if not name:
        return _unparsed(dialect, spelled)
    if (dialect, name) in _NOT_WHAT_THEY_SEEM or (
        dialect == "sqlite" and spelled.strip().lower() == "string"
    ):
        return None
    return _FAMILIES.get(name)


_NOT_WHAT_THEY_SEEM = frozenset((("tsql", "VARIANT"),))
"""SQL Server's sql_variant holds single values of any type."""


def _unparsed(dialect: str, spelled: str) -> str | None:
    """Well-known type names that the parser leaves alone."""
    word = spelled.strip().lower()
    if dialect == "postgres" and word.rpartition(".")[2] == "citext":
        return "text"
    if dialect == "mysql" and word in ("inet4", "inet6"):
        return "network"
    if dialect == "sqlite" and "int" not in word and any(part in word for part in ("char", "clob", "text")):
        # A column's affinity is told by parts of its type's name.
        return "text"
    return None


def _is_peculiar(name: str, spelled: str) -> bool:
    word = spelled.lower()
    return name in _SPELLED_ALIKE or any(part in word for part in ("zerofill", "unsigned", "inet4", "inet6"))


def characters(number: int) -> Length:
    """A limit counted in characters."""
    return Length(number, number, number)


def in_bytes(number: int, *, binary: bool = False) -> Length:
    """A limit counted in bytes: of a text, between a quarter as many and as many characters."""
    return Length(
        number if binary else number // 4, number, f"{number} byte" + ("s" if number != 1 else ""), binary
    )


def no_limit(*, binary: bool = False) -> Length:
    """No limit at all, or one in the order of a gigabyte."""
    return Length(_ENDLESS, _ENDLESS, UNLIMITED, binary)


def _length(dialect: str, spelling: Spelled, family: str, beside: int | None) -> Length | None:
    """The limit of a text or binary type. `beside` is the length that the snapshot gives beside it; a
    negative one is how SQL Server's catalog writes MAX, and says nothing elsewhere."""
    name = spelling.name
    if dialect == "sqlite":
        return no_limit(binary=family == "binary")  # it takes every length, whatever the type says
    if "MAX" in spelling.options or (dialect == "tsql" and beside is not None and beside < 0):
        return no_limit(binary=family == "binary")
    if beside is not None and beside < 0:
        beside = None
    if dialect == "mysql" and (name in _MYSQL_BYTES or name in _MYSQL_BLOBS):
        return _mysql_length(spelling, family, beside)
    given = next((number for number in (beside, *spelling.numbers) if number is not None), None)
    if family == "binary":
        return _binary_length(dialect, name, given)
    if name == "LONGTEXT":
        return no_limit()
    if name == "NAME":
        return in_bytes(63)
    if given is not None:
        in_octets = (
            dialect in _NUMBERED_BYTES and name in ("CHAR", "VARCHAR") and "CHAR" not in spelling.options
        )
        return in_bytes(given) if in_octets else characters(given)
    if name in ("CHAR", "NCHAR"):
        return characters(1) if dialect in ("postgres", "mysql", "snowflake", "oracle", "tsql") else None
    if dialect == "snowflake":
        return characters(_SNOWFLAKE_TEXT)
    # SQL Server's bare `varchar` would hold one character, but its catalog shows every length apart from the
    # name: where a snapshot has none, it was left out.
    return no_limit() if dialect in _BOUNDLESS_TEXT or name == "TEXT" or not name else None


def _mysql_length(spelling: Spelled, family: str, beside: int | None) -> Length | None:
    """MySQL's texts and blobs: a length in brackets only picks one of the four, which one depends on the
    characters."""
    if beside is None and spelling.numbers:
        return None
    binary = family == "binary"
    size = (_MYSQL_BLOBS if binary else _MYSQL_BYTES)[spelling.name]
    return in_bytes(size if beside is None else beside, binary=binary)


def _binary_length(dialect: str, name: str, given: int | None) -> Length | None:
    if given is not None:
        return in_bytes(given, binary=True)
    if name == "BINARY" and dialect in ("mysql", "tsql"):
        return in_bytes(1, binary=True)
    if name in ("BLOB", "LONGBLOB", "IMAGE") or dialect in _BOUNDLESS_BINARY:
        return no_limit(binary=True)
    return None


def _decimal(
    dialect: str, spelling: Spelled, spelled: str, precision: int | None, scale: int | None
) -> tuple[Digits | None, Digits | None]:
    if dialect == "sqlite":
        return None, None  # it keeps what fits its own numbers, whatever the type says
    numbers = spelling.numbers
    if "*" in spelling.options:  # Oracle's `NUMBER(*, 2)`: any precision
        scale, numbers = (numbers[0] if scale is None and numbers else scale), ()
    if precision is None and numbers:
        precision = numbers[0]
    if precision is not None:
        places = scale if scale is not None else (numbers[1] if len(numbers) > 1 else 0)
        return Digits(precision), Digits(places)
    usual = _usual_digits(dialect, spelling.name, spelled)
    if usual is None:
        return None, None if scale is None else Digits(scale)
    return Digits(usual[0], implied=True), Digits(usual[1] if scale is None else scale, implied=scale is None)


def _usual_digits(dialect: str, name: str, spelled: str) -> tuple[int | str, int | str] | None:
    if dialect == "oracle" and not spelled.strip().lower().startswith("number"):
        return 38, 0  # the standard's names; only NUMBER alone takes any scale
    return _DECIMALS.get((dialect, name))


def _time_digits(dialect: str, name: str, given: int | None) -> Digits | None:
    if given is not None:
        return Digits(given, of_time=True)
    usual: int | None
    if name == "DATE":
        usual = 0
    elif dialect == "tsql":
        usual = {"DATETIME2": 7, "TIMESTAMPTZ": 7, "TIME": 7, "DATETIME": 3, "SMALLDATETIME": 0}.get(name)
    else:
        usual = _TIME_DIGITS.get(dialect)
    return None if usual is None else Digits(usual, of_time=True, implied=True)


def _zone(dialect: str, name: str, spelled: str) -> str | None:
    if name in ("TIMESTAMPTZ", "TIMESTAMPLTZ", "TIMETZ"):
        return WITH_ZONE
    if dialect == "snowflake" and name == "TIMESTAMP" and "without" not in spelled.lower():
        return None  # an account decides which of the three it stands for
    # SQLite keeps a time as the text or number that it is given.
    return WITHOUT_ZONE if dialect and dialect != "sqlite" else None


def contradicts(
    engine: str | None, spelled: str, length: int | None, precision: int | None, scale: int | None
) -> bool:
    """Whether a type names other limits than the snapshot gives beside it, so that one of them is wrong."""
    if not spelled_as(DIALECTS.get(engine or "", ""), spelled).numbers:
        return False
    alone, together = (
        read_type(engine, spelled, *numbers) for numbers in ((None, None, None), (length, precision, scale))
    )
    pairs = zip(alone[2:5], together[2:5], strict=True)
    return any(one is not None and other is not None and one != other for one, other in pairs)
