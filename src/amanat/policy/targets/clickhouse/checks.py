"""Questions that a policy asks a server before it changes anything, and the key of the hash mask.

ClickHouse has no transaction for such statements: what could go wrong is looked for first.
"""

from __future__ import annotations

from collections.abc import Sequence

from amanat.policy.targets.clickhouse.quoting import identifier, literal, literals

DEFINER = "amanat_definer"
"""The account under whose rights views read; nobody is it."""
OURS = "amanat"
"""The database that says which policy is applied, and keeps the key."""
KEY_TABLE = f"{identifier(OURS)}.{identifier('mask_key')}"
"""Where the key of the hash mask lives: one row, that only the views' account and administrators read."""
KEY = "amanat_mask_key"
"""The parameter of the client that gives the key, in hexadecimal."""

Place = tuple[str, str]

NOT_EXECUTED = (
    "run with the code of ClickHouse 26.9 by chdb, which has no server: views, settings and what each GRANT "
    "gives are executed; CREATE USER, GRANT and DROP USER themselves are only parsed; EXECUTE AS and logging "
    "in are not executed"
)
"""What our tests cannot run."""

_EARLIEST = "24.3"
_AT_ONCE = 500  # a server reads no query of more than 256 KiB
_REPLACING = "Replacing|Collapsing|Summing|Aggregating|Coalescing"


def marker(system: str, digest: str) -> str:
    """Comment on the database `amanat`: which policy is applied here."""
    return f"amanat policy of system {system}, catalog sha256:{digest}"


def before(
    names: Sequence[str], columns: Sequence[tuple[str, str, str]], inserted: Sequence[Place]
) -> list[str]:
    """Refuse where the policy would not hold: a name is taken, a table or column is not there, or inserting
    into a table would change its rows."""
    users = literals([DEFINER, *names])
    older = "toUInt32(splitByChar('.', version())[1]) * 100 + toUInt32(splitByChar('.', version())[2]) < 2403"
    checks = [
        _refuse(older, "system.one", f"this policy needs ClickHouse {_EARLIEST} or later"),
        _refuse(
            "count() > 0",
            f"system.databases WHERE name IN {literals([OURS, *names])}",
            f"a policy is applied here already, or a database has the name of {OURS} or of a principal",
        ),
        _refuse(
            "count() > 0",
            f"system.users WHERE name IN {users}",
            f"an account has the name of a principal or of {DEFINER}",
        ),
    ]
    for start in range(0, len(columns), _AT_ONCE):
        some = columns[start : start + _AT_ONCE]
        listed = ", ".join(literals(each) for each in some)
        checks.append(
            _refuse(
                f"count() != {len(some)}",
                f"system.columns WHERE (database, table, name) IN ({listed})",
                "a table or column of the policy is not there",
            )
        )
    if inserted:
        listed = ", ".join(literals(each) for each in inserted)
        replacing = f"match(engine, {literal(_REPLACING)})"
        checks.append(
            _refuse(
                "count() > 0",
                f"system.tables WHERE (database, name) IN ({listed}) AND {replacing}",
                "who may create rows of a table, but not change them, could do so: its engine replaces rows",
            )
        )
    return checks


def applied(system: str, digest: str, views: Sequence[Place], names: Sequence[str]) -> list[str]:
    """Refuse to undo what is not applied, and to drop what the policy did not make."""
    of_name = f"name = {literal(OURS)} AND comment = {literal(marker(system, digest))}"
    checks = [_refuse("count() != 1", f"system.databases WHERE {of_name}", "this policy is not applied here")]
    if names:
        made = ", ".join(literals(each) for each in (*views, (OURS, "mask_key")))
        inside = f"database IN {literals([OURS, *names])}"
        checks.append(
            _refuse(
                "count() > 0",
                f"system.tables WHERE {inside} AND (database, name) NOT IN ({made})",
                "a principal's database holds something that the policy did not make",
            )
        )
    return checks


def _refuse(problem: str, where: str, why: str) -> str:
    return f"SELECT throwIf({problem}, {literal('amanat: ' + why)}) FROM {where} FORMAT Null;"


_SECRET = f"unhex({{{KEY}:String}})"
ENOUGH = (
    f"SELECT throwIf(length({_SECRET}) < 32, "
    f"'amanat: {KEY} is shorter than 32 bytes (64 hexadecimal digits)') FORMAT Null;"
)
"""Refuse a key that is too short."""


def _pad(byte: int) -> str:
    return (
        f"arrayStringConcat(arrayMap(i -> char(bitXor(reinterpretAsUInt8(substring(filled, i, 1)), {byte})), "
        "range(1, 65)))"
    )


MAKE_KEY = f"""\
CREATE TABLE {KEY_TABLE} (inner_pad String, outer_pad String) ENGINE = MergeTree ORDER BY tuple();
-- HMAC (RFC 2104) needs the key only as two pads: filled up to 64 bytes, XOR 0x36 and XOR 0x5c.
INSERT INTO {KEY_TABLE} (inner_pad, outer_pad)
WITH if(length({_SECRET}) > 64, SHA256({_SECRET}), {_SECRET}) AS short,
  concat(short, repeat(char(0), 64 - length(short))) AS filled
SELECT {_pad(0x36)}, {_pad(0x5C)};"""
"""Makes the pads of the key that the client gives."""
