"""Steps as statements of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amanat.policy.targets.quoting import identifier, literal, qualified
from amanat.policy.verify.postgres.facts import Default, LiveView, Member, Relation
from amanat.policy.verify.privileges import PUBLIC, Step, Thing

OBJECTS = {
    "r": "TABLES",
    "S": "SEQUENCES",
    "f": "FUNCTIONS",
    "T": "TYPES",
    "n": "SCHEMAS",
    "L": "LARGE OBJECTS",
}
"""Kinds of object in default privileges."""


def on_thing(thing: Thing) -> str:
    """`TABLE "s"."t"`, as GRANT and REVOKE name it."""
    if thing.kind == "function":
        return f"ROUTINE {identifier(thing.schema)}.{thing.name}"  # the server spelled and quoted it
    named = qualified(thing.schema, thing.name) if thing.schema else identifier(thing.name)
    return f"{thing.kind.upper()} {named}"


def role_name(name: str) -> str:
    """A grantee."""
    return "PUBLIC" if name == PUBLIC else identifier(name)


def grant(step: Step) -> str:
    """The statement that grants, said by the grantor."""
    option = " WITH GRANT OPTION" if step.option else ""
    return f"GRANT {_what(step)} TO {role_name(step.grantee)}{option};"


def revoke(step: Step) -> str:
    """The statement that revokes, said by the grantor."""
    option = "GRANT OPTION FOR " if step.option else ""
    return f"REVOKE {option}{_what(step)} FROM {role_name(step.grantee)};"


def _what(step: Step) -> str:
    columns = f" ({', '.join(map(identifier, step.columns))})" if step.columns else ""
    return f"{step.privilege}{columns} ON {on_thing(step.thing)}"


def said_by(grantor: str, owner: str, statement: str) -> str:
    """A statement as the grantor says it. The owner's own need nothing: whoever may act as the owner does."""
    if grantor == owner:
        return statement
    return f"SET LOCAL ROLE {identifier(grantor)};\n{statement}\nSET LOCAL ROLE NONE;"


def member(each: Member, version: int) -> str:
    """The statement that makes a membership, or changes its options."""
    named = f"GRANT {identifier(each.role)} TO {identifier(each.member)}"
    by = f"GRANTED BY {identifier(each.grantor)};"
    if version >= 160000:
        options = (
            f"{word} {str(on).upper()}"
            for word, on in zip(("ADMIN", "INHERIT", "SET"), each[3:], strict=True)
        )
        return f"{named} WITH {', '.join(options)} {by}"
    return f"{named}{' WITH ADMIN OPTION' if each.admin else ''} {by}"


def no_member(each: Member, version: int) -> str:
    """The statement that ends a membership."""
    by = f" GRANTED BY {identifier(each.grantor)}" if version >= 160000 else ""
    return f"REVOKE {identifier(each.role)} FROM {identifier(each.member)}{by};"


def default(each: Default, verb: str) -> str:
    """The statement that grants or revokes what a role will create."""
    where = f" IN SCHEMA {identifier(each.schema)}" if each.schema else ""
    start = f"ALTER DEFAULT PRIVILEGES FOR ROLE {identifier(each.owner)}{where} {verb} {each.privilege}"
    whom = f"{'TO' if verb == 'GRANT' else 'FROM'} {role_name(each.grantee)}"
    option = " WITH GRANT OPTION" if verb == "GRANT" and each.option else ""
    return f"{start} ON {OBJECTS[each.objects]} {whom}{option};"


def options(view: Relation, have: Sequence[str], want: Sequence[str]) -> Iterator[str]:
    """The statements that give a view other options."""
    names = {option.partition("=")[0] for option in want}
    surplus = sorted(name for name in (option.partition("=")[0] for option in have) if name not in names)
    if surplus:
        yield f"ALTER VIEW {qualified(*view)} RESET ({', '.join(surplus)});"
    if lacking := [option for option in want if option not in have]:
        yield f"ALTER VIEW {qualified(*view)} SET ({', '.join(lacking)});"


def view_again(view: LiveView) -> Iterator[str]:
    """The statements that make a view as it was."""
    name = qualified(view.schema, view.name)
    options = f" WITH ({', '.join(view.options)})" if view.options else ""
    yield f"CREATE VIEW {name}{options} AS\n{view.definition.rstrip(';')};"
    if view.extras:
        yield view.extras
    if view.comment:
        yield f"COMMENT ON VIEW {name} IS {literal(view.comment)};"
    yield f"ALTER VIEW {name} OWNER TO {identifier(view.owner)};"
