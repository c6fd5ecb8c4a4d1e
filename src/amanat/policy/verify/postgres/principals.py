"""Findings about principals: what they are, what they are members of, and what else they have."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Severity
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.postgres import write
from amanat.policy.verify.postgres.seen import Seen, name_of, who

ERROR, INFO = Severity.ERROR, Severity.INFO


def principals(seen: Seen) -> Iterator[Finding]:
    """Principals that are missing, or more than a role to act as."""
    for name in seen.expected.principals:
        if name not in seen.live.roles:
            yield Finding(
                Kind.MISSING_PRINCIPAL,
                ERROR,
                name_of(name),
                "the role of an acting pair is not there",
                "",
                True,
            )
        elif seen.live.roles[name].attributes:
            attributes = seen.live.roles[name].attributes
            off = " ".join(f"NO{each}" for each in attributes)
            yield Finding(
                Kind.CHANGED_PRINCIPAL,
                ERROR,
                name_of(name),
                f"the role of an acting pair is {', '.join(attributes)}; it is only to be acted as",
                f"ALTER ROLE {name_of(name)} {off};",
                True,
            )


def memberships(seen: Seen) -> Iterator[Finding]:
    """Principals that are members of something, and who may hand them on."""
    principals = {*seen.live.roles, *seen.expected.principals}
    for each in sorted(seen.live.members):
        if each.member in principals:
            yield Finding(
                Kind.MEMBERSHIP,
                ERROR,
                name_of(each.member),
                f"the role of an acting pair is a member of {name_of(each.role)}, by {name_of(each.grantor)}",
                f"REVOKE {name_of(each.role)} FROM {name_of(each.member)};",
                True,
                each.member,
                each.grantor,
            )
        elif each.admin and each.member not in seen.excepted:
            yield Finding(
                Kind.MEMBERSHIP,
                INFO,
                name_of(each.role),
                f"{name_of(each.member)} may let others act as it (ADMIN OPTION), by {name_of(each.grantor)}",
                "",
                False,
                each.member,
                each.grantor,
            )


def defaults(seen: Seen) -> Iterator[Finding]:
    """Default privileges that will open what is created."""
    for each in sorted(seen.live.defaults):
        serious = each not in seen.goal.side.defaults
        where = f"schema {name_of(each.schema)}" if each.schema else "any schema"
        kind = write.OBJECTS.get(each.objects, "OBJECTS").lower()
        try:
            way_out = write.default(each, "REVOKE")
        except UnquotableError:
            way_out = ""
        yield Finding(
            Kind.DEFAULT_PRIVILEGE,
            ERROR if serious else INFO,
            where,
            f"{who(each.grantee)} gets {each.privilege} on {kind} that {name_of(each.owner)} will create",
            way_out,
            serious,
            each.grantee,
            each.owner,
            each.privilege,
        )


def rights(seen: Seen) -> Iterator[Finding]:
    """Rights of principals that no plan deals with."""
    for principal, kind, what in seen.live.rights:
        verb = "owns" if kind == "owner" else "has privileges on"
        yield Finding(
            Kind.UNDECLARED_RIGHT,
            ERROR,
            name_of(principal),
            f"the role of an acting pair {verb} {what}",
            "revoke it or change the owner",
            False,
            principal,
        )
