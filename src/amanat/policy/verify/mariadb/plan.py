"""The plan: from what is there to what is declared, and back exactly.

Both are the same walk between two states, so the way back cannot forget a step of the way there. Each first
looks whether the state is still the one that it starts from, and at last whether it has reached its end.
MariaDB has no transaction over such statements: what is taken comes first, what is given last, so wherever a
walk stops, nothing is open that is not open at one of its ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from amanat.policy.targets.mariadb import checks
from amanat.policy.targets.mariadb.checks import POLICY, PRINCIPAL
from amanat.policy.targets.mariadb.quoting import identifier, literal, qualified
from amanat.policy.targets.quoting import comment, refuse_control
from amanat.policy.verify.digest import added
from amanat.policy.verify.finding import Change
from amanat.policy.verify.mariadb import write
from amanat.policy.verify.mariadb.expected import Expected, Layout, statement
from amanat.policy.verify.mariadb.facts import (
    KINDS,
    PRIVILEGES,
    Live,
    Relation,
    Scope,
    digest_query,
    privilege_facts,
)
from amanat.policy.verify.mariadb.goal import Goal, Side, before
from amanat.policy.verify.privileges import Grant, given, taken


class Book(NamedTuple):
    """What the server says of the policy: its catalog's digest, whether it was applied whole, and the roles
    that policies made."""

    digest: str
    whole: bool
    made: frozenset[str]


class Planned(NamedTuple):
    """What a plan is made from. `book` is None where no policy is applied; `texts` are the statements that
    make the views that are there."""

    layout: Layout
    digest: str
    scope: Scope
    live: Live
    expected: Expected
    goal: Goal
    book: Book | None
    texts: Mapping[Relation, str]

    @property
    def marker(self) -> str:
        """The comment that says which policy the databases of views are of."""
        return checks.marker(self.layout.system, self.digest)


_OPENING = checks.OPENING.replace(",NO_BACKSLASH_ESCAPES", "")
"""Views that are made again are written as the server wrote them, with its escapes."""


def is_needed(plan: Planned) -> bool:
    """Whether anything is to be changed."""
    goal, live = plan.goal, plan.live
    return (
        goal.side != before(live)
        or bool(goal.views or goal.dropped or goal.rooms or goal.dropped_rooms or goal.key)
        or plan.book is None
        or plan.book[:2] != (plan.digest, True)
        or bool(_marked_otherwise(plan))
    )


def make(plan: Planned) -> Change:
    """The plan and its inverse."""
    return Change("\n".join(_there(plan)) + "\n", "\n".join(_back(plan)) + "\n")


def _there(plan: Planned) -> Iterator[str]:
    goal, live, expected = plan.goal, plan.live, plan.expected
    system = plan.layout.system
    start, end = before(live), goal.side
    title = f"Brings system {system} from the privileges that amanat found to those of the catalog."
    yield from _opening(plan, title)
    yield _expect(
        digest_query(plan.scope, KINDS),
        added(live.facts, KINDS),
        "the database has changed since this plan was made: make a new one",
    )
    yield checks.BETWEEN
    revokes, grants = _changes(start.grants, end.grants)
    yield from revokes
    yield from (write.no_member(each) for each in sorted(start.members - end.members))
    if plan.book is None:
        yield checks.bookkeeping(system, plan.digest, goal.roles)
    elif made := [name for name in goal.roles if name not in plan.book.made]:
        yield f"INSERT INTO {PRINCIPAL} VALUES {', '.join(f'({literal(name)})' for name in made)};"
    yield from (f"CREATE ROLE {identifier(name)};" for name in goal.roles)
    if goal.key:
        yield checks.make_key(qualified(*plan.layout.key))
    for name in goal.rooms:
        yield f"CREATE DATABASE {identifier(name)} COMMENT = {_unmarked(plan.marker)};"
    for name in _marked_otherwise(plan):
        yield f"ALTER DATABASE {identifier(name)} COMMENT = {_unmarked(plan.marker)};"
    definer = write.account(expected.keeper) if expected.keeper else "CURRENT_USER"
    yield from (statement(at, expected.views[at], definer) for at in goal.views)
    yield from (f"DROP VIEW {qualified(*at)};" for at in goal.dropped)
    yield from (f"DROP DATABASE {identifier(name)};" for name in goal.dropped_rooms)
    yield from (write.member(each) for each in sorted(end.members - start.members))
    yield from grants
    yield (
        f"UPDATE {POLICY} SET digest = {literal(plan.digest)}, whole = TRUE"
        f" WHERE system = {literal(system)};\nCOMMIT;"
    )
    yield from _closing(plan, end)


def _back(plan: Planned) -> Iterator[str]:
    goal, live = plan.goal, plan.live
    system = plan.layout.system
    start, end = goal.side, before(live)
    title = f"Takes back a plan for system {system}: the privileges are again those that amanat found."
    yield from _opening(plan, title)
    yield _expect(
        digest_query(plan.scope, PRIVILEGES),
        added(_facts(start), PRIVILEGES),
        "the database is not as the plan left it: take back by hand what was changed since",
    )
    yield checks.BETWEEN
    revokes, grants = _changes(start.grants, end.grants)
    yield from revokes
    yield from (write.no_member(each) for each in sorted(start.members - end.members))
    for name in goal.dropped_rooms:
        room = live.rooms[name]
        yield (
            f"CREATE DATABASE {identifier(name)} CHARACTER SET {identifier(room.charset)}"
            f" COLLATE {identifier(room.collation)} COMMENT = {_unmarked(room.comment)};"
        )
    for name in _marked_otherwise(plan):
        yield f"ALTER DATABASE {identifier(name)} COMMENT = {_unmarked(live.rooms[name].comment)};"
    for at in _oldest_first(plan, [*goal.dropped, *(at for at in goal.views if at in live.views)]):
        yield _again(plan.texts[at])
    yield from (write.member(each) for each in sorted(end.members - start.members))
    yield from grants
    yield from (f"DROP VIEW {qualified(*at)};" for at in goal.views if at not in live.views)
    yield from (f"DROP DATABASE {identifier(name)};" for name in goal.rooms)
    if goal.key:
        yield f"DROP TABLE {qualified(*plan.layout.key)};"
    yield from (f"DROP ROLE {identifier(name)};" for name in goal.roles)
    yield from _book_back(plan)
    yield from _closing(plan, end)


def _book_back(plan: Planned) -> Iterator[str]:
    system = literal(plan.layout.system)
    known = plan.book.made if plan.book else frozenset()
    if made := [name for name in plan.goal.roles if name not in known]:
        yield f"DELETE FROM {PRINCIPAL} WHERE name IN ({', '.join(map(literal, made))});"
    if plan.book is None:
        yield checks.closing_book(plan.layout.system, [])
    else:
        was = f"digest = {literal(plan.book.digest)}, whole = {str(plan.book.whole).upper()}"
        yield f"UPDATE {POLICY} SET {was} WHERE system = {system};\nCOMMIT;"


def _oldest_first(plan: Planned, views: Sequence[Relation]) -> list[Relation]:
    """Views so that each comes after those that it reads."""
    from amanat.policy.verify.mariadb.text import body_of, read_from

    reads = {at: read_from(body_of(plan.texts[at])) & {*views} for at in views}
    found: list[Relation] = []

    def visit(at: Relation, above: Set[Relation]) -> None:
        for other in sorted(reads[at] - above - {*found}):
            visit(other, above | {at})
        if at not in found:
            found.append(at)

    for at in sorted(views):
        visit(at, frozenset((at,)))
    return found


def _again(text: str) -> str:
    refuse_control(text.replace("\n", " ").replace("\t", " "))
    head, _, rest = text.partition(" ")
    return f"{head} OR REPLACE {rest};"


def _opening(plan: Planned, title: str) -> Iterator[str]:
    place = plan.layout.place
    yield from map(
        comment,
        (
            title,
            f"Database {place}, catalog sha256:{plan.digest}. Made by amanat policy verify --plan.",
            "",
            f"    mariadb {place} < FILE",
            "Run it as the account that applied the policy. MariaDB has no transactions over such",
            "statements: it refuses before it changes anything where the database is not as expected; if it",
            "stops later all the same, nothing more is open than before, for grants come last. Make a new",
            "plan then.",
            "Who granted what cannot be written: the server names whoever runs this.",
        ),
    )
    yield from (_OPENING, checks.PRESENT)
    yield f"""IF BINARY DATABASE() <> BINARY {literal(place)} THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'amanat: this is for another database';
END IF;"""


def _closing(plan: Planned, end: Side) -> Iterator[str]:
    yield _expect(
        digest_query(plan.scope, PRIVILEGES),
        added(_facts(end), PRIVILEGES),
        "the privileges do not come out as planned: look at them with amanat policy verify",
    )
    yield checks.CLOSING


def _expect(query: str, wanted: str, complaint: str) -> str:
    return f"""SET @amanat_facts = ({query});
IF COALESCE(BINARY @amanat_facts <> BINARY {literal(wanted)}, TRUE) THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {literal(f"amanat: {complaint}")};
END IF;"""


def _changes(live: frozenset[Grant], goal: frozenset[Grant]) -> tuple[list[str], list[str]]:
    """The statements that revoke and those that grant. Revoking comes first: nobody ever holds both what they
    had and what they get."""
    return [write.revoke(step) for step in taken(live, goal)], [
        write.grant(step) for step in given(live, goal)
    ]


def _marked_otherwise(plan: Planned) -> list[str]:
    """Databases of views whose comment is not of this state of the catalog."""
    rooms = plan.live.rooms
    return [name for name in plan.expected.rooms if name in rooms and rooms[name].comment != plan.marker]


def _unmarked(text: str) -> str:
    """A text where the grammar takes none with a character set."""
    return literal(text).removeprefix("_utf8mb4").strip()


def _facts(side: Side) -> set[tuple[str, ...]]:
    return privilege_facts(side.grants, side.members, side.roles)
