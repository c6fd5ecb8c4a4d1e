"""Findings about tables, views and schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from amanat.diagnostic import Severity
from amanat.policy.targets.postgres.masks import KEY_TABLE
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.postgres.goal import KEY
from amanat.policy.verify.postgres.seen import Seen, name_of
from amanat.policy.verify.telling import absences

ERROR, INFO = Severity.ERROR, Severity.INFO


def absent(seen: Seen) -> Iterator[Finding]:
    """What the catalog declares and the database does not have."""
    return absences(seen.expected.absent, name_of)


def views(seen: Seen) -> Iterator[Finding]:
    """Views that are missing, changed, or declared by nobody."""
    live, expected = seen.live.views, seen.expected.views
    for key, view in sorted(expected.items()):
        if key in seen.goal.blocked:
            yield Finding(
                Kind.CHANGED_VIEW,
                ERROR,
                name_of(*key),
                "something that is no view stands where a view is declared",
                "look at it, and drop or rename it",
            )
        elif key not in live:
            message = f"the view over {name_of(*view.table)} is declared and not there"
            yield Finding(Kind.MISSING_VIEW, ERROR, name_of(*key), message, "", True)
        elif key in seen.changed:
            yield Finding(Kind.CHANGED_VIEW, ERROR, name_of(*key), seen.changed[key].message, "", True)
    for key, there in sorted(live.items()):
        if key in expected or key == KEY:
            continue
        planned = there in seen.goal.dropped
        kind = "view" if there.kind == "v" else "relation"
        yield Finding(
            Kind.UNDECLARED_VIEW,
            ERROR,
            name_of(*key),
            f"a {kind} that nobody declared stands in a schema of the policy; {name_of(there.owner)} owns it",
            f"DROP VIEW {name_of(*key)};" if planned else "look at it, and drop or move it",
            planned,
        )


def schemas(seen: Seen) -> Iterator[Finding]:
    """The policy's own schemas: what stands there beside views, and who owns them."""
    for name, room in sorted(seen.live.rooms.items()):
        if name in seen.goal.dropped_rooms:
            message = "the schema of a principal that is not declared"
            yield Finding(
                Kind.UNDECLARED_VIEW,
                ERROR,
                f"schema {name_of(name)}",
                message,
                f"DROP SCHEMA {name_of(name)};",
                True,
            )
        elif room.others:
            message = (
                f"{room.others} things, such as functions, stand in a schema of the policy beside its views"
            )
            yield Finding(
                Kind.UNDECLARED_VIEW,
                ERROR,
                f"schema {name_of(name)}",
                message,
                "look at them, and drop or move them",
            )
        if name in seen.expected.rooms and room.owner != seen.expected.keeper:
            message = f"{name_of(room.owner)} owns it and so can change what stands in it"
            yield Finding(
                Kind.CHANGED_VIEW,
                ERROR,
                f"schema {name_of(name)}",
                message,
                f"ALTER SCHEMA {name_of(name)} OWNER TO {name_of(seen.expected.keeper)};",
            )


def mask_key(seen: Seen) -> Iterator[Finding]:
    """The key of hashed columns: missing, owned by another, or no longer needed."""
    if seen.goal.key:
        yield Finding(
            Kind.MASK_KEY,
            ERROR,
            KEY_TABLE,
            "the key of hashed columns is not there; the plan makes a new one, and hashes will differ",
            "",
            True,
        )
    elif KEY in seen.live.views:
        there = seen.live.views[KEY]
        if there.kind != "r" or there.owner != seen.expected.keeper:
            message = f"{name_of(there.owner)} owns the key of hashed columns"
            yield Finding(
                Kind.MASK_KEY,
                ERROR,
                KEY_TABLE,
                message,
                f"ALTER TABLE {KEY_TABLE} OWNER TO {name_of(seen.expected.keeper)};",
            )
        elif not seen.expected.key:
            message = "no view needs it any more; no plan drops it, because nothing would bring it back"
            yield Finding(Kind.MASK_KEY, INFO, KEY_TABLE, message, f"DROP TABLE {KEY_TABLE};")


def row_security(seen: Seen) -> Iterator[Finding]:
    """Row security that the database has of its own."""
    for key, table in sorted(seen.live.tables.items()):
        if table.row_security:
            yield Finding(
                Kind.ROW_SECURITY,
                INFO,
                name_of(*key),
                "row security is on: the database has row policies of its own beside this one; views of the "
                f"policy read the table as {name_of(seen.expected.keeper)}",
            )


def differing(options: Iterable[str], wanted: Iterable[str]) -> str:
    """In words, how the options of a view differ."""
    has, wants = set(options), set(wanted)
    parts = [f"lacks {each}" for each in sorted(wants - has)] + [
        f"has {each}" for each in sorted(has - wants)
    ]
    return " and ".join(parts)
