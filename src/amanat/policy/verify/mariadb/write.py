"""Steps as statements of MariaDB."""

from __future__ import annotations

from amanat.policy.targets.mariadb.quoting import identifier, qualified
from amanat.policy.targets.quoting import UnquotableError, refuse_control
from amanat.policy.verify.mariadb.facts import OPTION, Member
from amanat.policy.verify.privileges import PUBLIC, Step, Thing

_LONGEST = 255


def grantee(name: str) -> str:
    """A grantee, as statements name it. Raises `UnquotableError` for one that cannot be written safely."""
    if name == PUBLIC:
        return "PUBLIC"
    user, host = parts_of(name)
    return f"{_quoted(user)}@{_quoted(host)}" if host else _quoted(user)


def parts_of(name: str) -> tuple[str, str]:
    """User and host of a grantee as the server writes it; a role has no host."""
    user, _, host = name[1:-1].rpartition("'@'")
    return user, host


def account(definer: str) -> str:
    """A definer (`user@host`), as statements name it."""
    user, _, host = definer.rpartition("@")
    return f"{_quoted(user)}@{_quoted(host)}" if host else _quoted(user)


def _quoted(name: str) -> str:
    refuse_control(name)
    if len(name) > _LONGEST:
        raise UnquotableError("the name of an account is too long")
    return "`" + name.replace("`", "``") + "`"


def on_thing(thing: Thing) -> str:
    """``TABLE `d`.`t` ``, as GRANT and REVOKE name it."""
    if thing.kind == "database":
        return f"{_quoted(thing.name)}.*"
    return f"{thing.kind.upper()} {qualified(thing.schema, thing.name)}"


def grant(step: Step) -> str:
    """The statement that grants."""
    whom = grantee(step.grantee)
    if step.privilege == OPTION:
        return f"GRANT USAGE ON {on_thing(step.thing)} TO {whom} WITH GRANT OPTION;"
    return f"GRANT {_what(step)} TO {whom};"


def revoke(step: Step) -> str:
    """The statement that revokes."""
    return f"REVOKE {_what(step)} FROM {grantee(step.grantee)};"


def _what(step: Step) -> str:
    columns = f" ({', '.join(map(identifier, step.columns))})" if step.columns else ""
    return f"{step.privilege}{columns} ON {on_thing(step.thing)}"


def member(each: Member) -> str:
    """The statement that gives a role to a role."""
    option = " WITH ADMIN OPTION" if each.admin else ""
    return f"GRANT {_quoted(each.role)} TO {_quoted(each.member)}{option};"


def no_member(each: Member) -> str:
    """The statement that takes it back."""
    return f"REVOKE {_quoted(each.role)} FROM {_quoted(each.member)};"
