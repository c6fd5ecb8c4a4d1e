"""What a script says of itself before it begins: to whom, how to apply it, and what it relies on."""

from __future__ import annotations

from collections.abc import Iterable

from amanat.policy.targets.mariadb.quoting import identifier
from amanat.policy.targets.quoting import comment

_APPLY = """\
Access policy of system {system}, for MariaDB 10.11 and later. Made by amanat.
catalog: sha256:{digest}
judged on: {as_of}
{engine}
Apply it with the system's database as the default one, as an account that may read the database
`mysql`, create roles and databases, and grant what it has on the tables:
    mariadb DATABASE < {system}.sql
A changed policy is applied after the old one's {system}.undo.sql.
MariaDB has no transactions over such statements. The script refuses before it changes anything; if
it stops later all the same (a lost connection, say), nothing is open that should not be, for grants
come last. Run {system}.undo.sql then, which takes back any part, and apply it anew. The client
repeats a whole statement before its error: the last line says what is wrong.

Each pair of role and purpose has one role without login. In an account that may act for it:
    GRANT {role} TO somebody;
then in their session: SET ROLE {role};
A session has one role at a time, so two pairs are never united. They would be by a role that holds
two of these: grant them to accounts only, without ADMIN OPTION. What an account has of its own it
keeps in every role: give people's accounts nothing else on this data.

What a pair may read it reads in a view with the table's name, and updates there:
    SELECT … FROM {database}.`table`;
A privilege on columns of a table would not do: HANDLER, NATURAL JOIN and CHECKSUM TABLE look at the
others too. On the tables themselves a pair has INSERT and DELETE at most.
Views read the tables in the name of the account that applies this (SQL SECURITY DEFINER): keep it; if
it is dropped or loses its rights, the views show nothing. A view with row conditions is worked out
as a whole before a reader's own conditions are asked (TEMPTABLE and LIMIT), for those could tell of
other rows; it is slower, and cannot be written through."""

_MYSQL = """\

The catalog says that this system is MySQL. The policy is for where it runs on MariaDB, and was
executed on MariaDB only. MySQL itself stops at the first BEGIN, with a syntax error and nothing
changed: a session there may enable all of its roles at once (SET ROLE ALL), which would unite pairs.
"""

_KEY = """\

The key of hashed columns is made by the server, unless you give one of 32 bytes or more:
    (echo "SET @amanat_mask_key = '$(cat key.hex)';"; cat {system}.sql) | mariadb DATABASE
It stands in one row that no principal reads. The undo deletes it."""

_UNDO = """\
Takes back the amanat policy of system {system}, made from catalog sha256:{digest}

    mariadb DATABASE < {system}.undo.sql
It also takes back a policy that was applied in part, and may be run again if it stops."""


def apply_header(
    system: str, engine: str, digest: str, as_of: str, role: str, database: str, *, hashes: bool
) -> list[str]:
    """The lines of comment that a policy begins with. `role` and `database` are those of the first pair."""
    text = (_APPLY + (f"\n{_KEY}" if hashes else "")).format(
        system=system,
        digest=digest,
        as_of=as_of or "the day of the last commit",
        engine=_MYSQL if engine == "mysql" else "",
        role=identifier(role),
        database=identifier(database),
    )
    return _comments(text.splitlines())


def undo_header(system: str, digest: str) -> list[str]:
    """The lines of comment that an undo begins with."""
    return _comments(_UNDO.format(system=system, digest=digest).splitlines())


def _comments(lines: Iterable[str]) -> list[str]:
    return [comment(line) for line in lines]
