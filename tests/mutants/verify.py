"""Faults of `policy verify`: each is a piece of code made wrong, and the tests that have to fail then.

`python -m tests.mutants.verify` puts each into a copy of the sources and runs its tests there; it exits with 1
when one goes unnoticed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_VERIFY = "src/amanat/policy/verify"
_LIVE = "tests/differential/test_verify_postgres.py"
_MARIA = "tests/differential/test_verify_mariadb.py"


class Mutant(NamedTuple):
    """A fault: in `file`, `before` becomes `after`, and `tests` notice."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "ignores what is open to everybody",
        f"{_VERIFY}/postgres/facts.sql",
        "WHERE g.grantee <> acl.owner AND (",
        "WHERE g.grantee <> acl.owner AND g.grantee <> 0 AND (",
        (f"{_LIVE}::test_what_is_open_to_everybody_is_found",),
    ),
    Mutant(
        "ignores who granted",
        f"{_VERIFY}/postgres/write.py",
        "    if grantor == owner:\n        return statement\n",
        "    if grantor or owner:\n        return statement\n",
        ("tests/differential/test_verify_converges.py",),
    ),
    Mutant(
        "takes the owner for every grantor when it reads",
        f"{_VERIFY}/postgres/facts.sql",
        "privilege_type, pg_get_userbyid(grantor)::text,",
        "privilege_type, pg_get_userbyid(owner)::text,",
        (f"{_LIVE}::test_a_grant_is_told_with_grantee_grantor_columns_and_way_out",),
    ),
    Mutant(
        "grants before it revokes",
        f"{_VERIFY}/postgres/plan.py",
        "    revokes, grants = _changes(left, end.grants, _owner_after(plan))",
        "    grants, revokes = _changes(left, end.grants, _owner_after(plan))",
        (f"{_LIVE}::test_a_grant_on_a_whole_table_is_taken_and_the_declared_columns_stay",),
    ),
    Mutant(
        "forgets the columns that revoking from a table takes along",
        f"{_VERIFY}/privileges.py",
        "    missing = (goal - live) | kept\n",
        "    missing = goal - live\n",
        ("tests/unit/policy/verify/test_privileges.py",),
    ),
    Mutant(
        "revokes from whoever handed a right on before from whom it was handed to",
        f"{_VERIFY}/privileges.py",
        "-depths.get((step.thing, step.grantor), 0)",
        "depths.get((step.thing, step.grantor), 0)",
        ("tests/unit/policy/verify/test_privileges.py",),
    ),
    Mutant(
        "the inverse leaves out memberships and default privileges",
        f"{_VERIFY}/postgres/plan.py",
        "    yield from _roles(start, end, plan.scope.version)\n    yield from grants\n",
        "    yield from grants\n",
        (f"{_LIVE}::test_it_is_found_and_the_plan_mends_it",),
    ),
    Mutant(
        "the inverse does not bring back rules and triggers of a view",
        f"{_VERIFY}/postgres/write.py",
        "    if view.extras:\n        yield view.extras\n",
        "",
        (f"{_LIVE}::test_a_view_with_other_options_owner_rules_or_triggers_is_found",),
    ),
    Mutant(
        "does not look at what principals can really do",
        f"{_VERIFY}/postgres/compare.py",
        "    grants.effective,\n",
        "",
        (f"{_LIVE}::test_what_a_principal_can_really_do_is_found_where_no_grant_says_so",),
    ),
    Mutant(
        "takes a view's word for what it shows",
        f"{_VERIFY}/postgres/__init__.py",
        '        elif tree != stored(held.get(key, ""), session.version):',
        "        elif not held.get(key, tree):",
        (f"{_LIVE}::test_a_view_that_shows_something_else_is_found",),
    ),
    Mutant(
        "compares views by how they were written",
        f"{_VERIFY}/postgres/tree.py",
        '    return _WRITING.sub("", tree)',
        "    return tree",
        (f"{_LIVE}::test_a_policy_just_applied_is_as_declared",),
    ),
    Mutant(
        "applies a plan to a database that has changed",
        f"{_VERIFY}/postgres/plan.py",
        "  IF found <> {literal(wanted)} THEN",
        "  IF found = '' THEN",
        (f"{_LIVE}::test_a_plan_for_a_state_that_has_changed_is_refused",),
    ),
    Mutant(
        "says what the driver says about a URL",
        "src/amanat/connect/postgresql.py",
        'f"{whence} holds no URL of a PostgreSQL"',
        'f"{whence} holds no URL of a PostgreSQL: {url}"',
        ("tests/unit/connect/test_postgresql.py",),
    ),
    Mutant(
        "connects with a session that can write",
        "src/amanat/connect/postgresql.py",
        "        connection.read_only = True\n",
        "        _ = _SETTINGS[0]\n        connection.read_only = False\n",
        (f"{_LIVE}::test_the_session_cannot_write",),
    ),
    Mutant(
        "MariaDB: ignores what is open to everybody",
        f"{_VERIFY}/mariadb/facts.sql",
        "    WHERE {on_table}\n",
        "    WHERE {on_table} AND g.GRANTEE <> '''PUBLIC''@'''''\n",
        (f"{_MARIA}::test_it_is_found_and_the_plan_mends_it",),
    ),
    Mutant(
        "MariaDB: forgets privileges on columns",
        f"{_VERIFY}/mariadb/facts.sql",
        "Column_name, Column_priv FROM mysql.columns_priv)",
        "Column_name, '' FROM mysql.columns_priv)",
        (f"{_MARIA}::test_a_policy_just_applied_is_as_declared",),
    ),
    Mutant(
        "MariaDB: takes what a role has from others as its own",
        f"{_VERIFY}/mariadb/grants.py",
        "        front = {each.role for each in seen.standing.holdings if each.holder in front} - found\n",
        "        front = set()\n",
        (f"{_MARIA}::test_it_is_found_and_the_plan_mends_it",),
    ),
    Mutant(
        "MariaDB: compares views without the databases of their tables",
        f"{_VERIFY}/mariadb/views.py",
        "    if names(body) != names(wanted.query):\n        return differs\n",
        "",
        ("tests/unit/policy/verify/test_mariadb_text.py",),
    ),
    Mutant(
        "MariaDB: compares views by their names only",
        f"{_VERIFY}/mariadb/views.py",
        'return "" if found == compiled[wanted.query] else differs',
        'return "" if found else differs',
        (f"{_MARIA}::test_a_view_that_shows_something_else_is_found",),
    ),
    Mutant(
        "MariaDB: does not look at the security of views",
        f"{_VERIFY}/mariadb/views.py",
        '    if view.security != "DEFINER":',
        '    if view.security == "":',
        (f"{_MARIA}::test_a_view_made_otherwise_is_found",),
    ),
    Mutant(
        "MariaDB: leaves roles alone that unite pairs",
        f"{_VERIFY}/mariadb/goal.py",
        "if role_of(each.member) in excepted and each.member not in names",
        "if each.member not in names",
        (f"{_MARIA}::test_it_is_found_and_the_plan_mends_it",),
    ),
    Mutant(
        "MariaDB: grants before it revokes",
        f"{_VERIFY}/mariadb/plan.py",
        "    yield from revokes\n    yield from (write.no_member(each) for each in sorted(start.members - end.members))\n"
        "    if plan.book is None:\n",
        "    yield from grants\n    yield from revokes\n    grants = []\n    if plan.book is None:\n",
        (f"{_MARIA}::test_a_grant_on_a_whole_view_is_taken_and_the_declared_columns_stay",),
    ),
    Mutant(
        "MariaDB: applies a plan to a database that has changed",
        f"{_VERIFY}/mariadb/plan.py",
        "IF COALESCE(BINARY @amanat_facts <> BINARY {literal(wanted)}, TRUE) THEN",
        "IF COALESCE(BINARY @amanat_facts = '' AND BINARY {literal(wanted)} = '', TRUE) THEN",
        (f"{_MARIA}::test_a_plan_for_a_state_that_has_changed_is_refused",),
    ),
    Mutant(
        "MariaDB: the inverse leaves out the book",
        f"{_VERIFY}/mariadb/plan.py",
        "    yield from _book_back(plan)\n",
        "",
        (f"{_MARIA}::test_a_database_without_a_policy_gets_the_whole_of_it",),
    ),
    Mutant(
        "takes others' views at their word",
        f"{_VERIFY}/side_doors.py",
        "            at: reached[at].union(*(reached[other] for other in views[at] if other in reached))\n",
        "            at: reached[at]\n",
        (f"{_LIVE}::test_what_no_plan_mends_is_told_with_the_way_out",),
    ),
    Mutant(
        "tells of what others made only where nobody may use it",
        f"{_VERIFY}/side_doors.py",
        "Severity.ERROR if users else Severity.INFO",
        "Severity.INFO if users else Severity.ERROR",
        (f"{_LIVE}::test_what_opens_nothing_to_others_is_no_side_door",),
    ),
    Mutant(
        "MariaDB: does not see what changes while it looks",
        f"{_VERIFY}/mariadb/__init__.py",
        "    if _read(session, scope).facts != live.facts:",
        "    if _read(session, scope).facts == frozenset():",
        (f"{_MARIA}::test_a_change_while_it_looks_is_refused",),
    ),
    Mutant(
        "MariaDB: connects with a session that can write",
        "src/amanat/connect/mariadb.py",
        '    "SET SESSION TRANSACTION READ ONLY",\n    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",\n',
        "",
        (f"{_MARIA}::test_the_session_cannot_write",),
    ),
    Mutant(
        "MariaDB: says what the driver says about a URL",
        "src/amanat/connect/mariadb.py",
        'f"{whence} holds no URL of a MariaDB"',
        'f"{whence} holds no URL of a MariaDB: {url}"',
        ("tests/unit/connect/test_mariadb.py",),
    ),
)


def unnoticed(mutants: Iterable[Mutant] = MUTANTS) -> list[str]:
    """The names of those that no test notices. Raises `ValueError` for one whose code is not there."""
    return [mutant.name for mutant in mutants if not _noticed(mutant)]


def _noticed(mutant: Mutant) -> bool:
    with tempfile.TemporaryDirectory(prefix="amanat-mutant-") as folder:
        copy = Path(folder)
        for name in ("src", "tests", "catalog", "schemas"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "build"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        apply(mutant, copy)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy / "src")},
            capture_output=True,
            check=False,
        )
        return done.returncode == 1  # 1: a test failed; anything else is no verdict of a test


def apply(mutant: Mutant, root: Path) -> None:
    """Put a fault into the sources under a folder."""
    path = root / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.before) != 1:
        raise ValueError(f"{mutant.name}: its code is in {mutant.file} {text.count(mutant.before)} times")
    path.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")


def main() -> int:
    """Run them all; 1 when one goes unnoticed."""
    code = 0
    for mutant in MUTANTS:
        noticed = _noticed(mutant)
        sys.stdout.write(f"{'noticed  ' if noticed else 'UNNOTICED'}  {mutant.name}\n")
        sys.stdout.flush()
        code = code if noticed else 1
    return code


if __name__ == "__main__":
    sys.exit(main())
