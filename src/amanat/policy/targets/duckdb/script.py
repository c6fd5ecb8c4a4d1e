"""The SQL of a masked export: one script for a pair, which writes a Parquet file for each table."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amanat.model.values import Pair
from amanat.policy.plan import Table
from amanat.policy.targets.consent import condition
from amanat.policy.targets.duckdb.masks import INNER, KEY, OUTER, expression
from amanat.policy.targets.granting import principal
from amanat.policy.targets.quoting import comment, identifier, literal, qualified
from amanat.policy.targets.relational import Privileges, Shown


class Export(NamedTuple):
    """What a script is made from. `given` is what the pair sees, table by table, sorted."""

    system: str
    digest: str
    as_of: str
    pair: Pair
    given: Sequence[Privileges]


def script(export: Export) -> str:
    """SQL for DuckDB that writes what the pair may have of a system."""
    lines = [*_header(export)]
    hashes = any(
        shown.mask and shown.mask.kind == "hash" for each in export.given for shown in _columns(each)
    )
    if hashes:
        lines += ["", MAKE_PADS]
    for each in export.given:
        lines += ["", _copy(each)]
    if hashes:
        lines += ["", f"RESET VARIABLE {INNER};", f"RESET VARIABLE {OUTER};"]
    return "\n".join(lines) + "\n"


def file_name(table: Table) -> str:
    """The name of a table's file: the table's own where every file system can bear it, else one with a
    digest, so that two tables never meet in one file."""
    parts = [table.schema, table.name] if table.schema else [table.name]
    name = ".".join(parts)
    if all(_PLAIN.fullmatch(part) for part in parts):
        return f"{name}.parquet"
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:10]
    return f"{re.sub('[^a-z0-9_]', '_', name.lower())[:40]}-{digest}.parquet"


_PLAIN = re.compile("[a-z0-9_]{1,60}")


def _header(export: Export) -> Iterator[str]:
    name = principal(export.pair)
    yield from map(
        comment,
        (
            f"Masked export of system {export.system} for DuckDB 1.3 and later. Made by amanat.",
            f"for: {export.pair.role} acting for {export.pair.purpose}",
            f"catalog: sha256:{export.digest}",
            f"judged on: {export.as_of or 'the day of the last commit'}",
            "",
            "Run it in an empty folder, as who may read the system; the files there are for the pair:",
            f"    mkdir {name} && cd {name} && duckdb -readonly ../{export.system}.duckdb -f ../{name}.sql",
            "Another database is attached first, and a schema of it used, in a file given with -init:",
            "    ATTACH 'dbname=… host=…' AS source (TYPE postgres, READ_ONLY); USE source.public;",
            "A file is a copy that nobody takes back, so it holds only what may be read and exported.",
        ),
    )
    if any(shown.mask and shown.mask.kind == "hash" for each in export.given for shown in _columns(each)):
        yield from map(
            comment,
            (
                "",
                "Hashed columns need a key of 32 bytes or more, in hexadecimal digits, the same one as in",
                "other files and engines where hashes are to meet. Set it in a file that only you read,",
                "given with -init:",
                f"    SET VARIABLE {KEY} = '…';",
            ),
        )


_HEX = f"getvariable('{KEY}')"
_PADDED = f"rpad(CASE WHEN length({_HEX}) > 128 THEN sha256(unhex({_HEX})) ELSE {_HEX} END, 128, '0')"
MAKE_PADS = f"""\
SELECT CASE WHEN coalesce(length({_HEX}), 0) < 64 THEN
  error('amanat: the variable {KEY} is missing or shorter than 32 bytes (64 hexadecimal digits)') END;
-- HMAC (RFC 2104) needs the key only as two pads: filled up to 64 bytes, XOR 0x36 and XOR 0x5c.
SET VARIABLE {INNER} = xor(unhex({_PADDED})::bit, unhex(repeat('36', 64))::bit)::blob;
SET VARIABLE {OUTER} = xor(unhex({_PADDED})::bit, unhex(repeat('5c', 64))::bit)::blob;"""
"""Makes the pads of the key that the variable holds, or fails."""


def _columns(each: Privileges) -> Sequence[Shown]:
    if each.view is not None:
        return each.view.columns
    names = each.on_table["SELECT"]
    return [Shown(column, None, True) for column in each.table.columns if column.name in names]


def _copy(each: Privileges) -> str:
    shown = []
    for column, mask, _ in _columns(each):
        plain = f"t.{identifier(column.name)}"
        shown.append(f"{expression(mask, plain, column)} AS {identifier(column.name)}" if mask else plain)
    rows = each.view.rows if each.view else ()
    conditions = [condition(filter_, _named) for filter_ in rows]
    where = ["WHERE " + "\n  AND ".join(conditions)] if conditions else []
    query = [
        "COPY (SELECT",
        "  " + ",\n  ".join(shown),
        f"FROM {_named(each.table.schema, each.table.name)} AS t",
    ]
    return "\n".join([*query, *where, f") TO {literal(file_name(each.table))} (FORMAT parquet);"])


def _named(schema: str, name: str) -> str:
    return qualified(schema, name) if schema else identifier(name)
