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
        "pg_get_userbyid(g.grantor)::text AS grantor",
        "pg_get_userbyid(acl.owner)::text AS grantor",
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
        'f"the environment variable {variable} holds no URL of a PostgreSQL"',
        'f"the environment variable {variable} holds no URL of a PostgreSQL: {url}"',
        ("tests/unit/connect/test_postgresql.py",),
    ),
    Mutant(
        "connects with a session that can write",
        "src/amanat/connect/postgresql.py",
        "        connection.read_only = True\n",
        "        _ = _SETTINGS[0]\n        connection.read_only = False\n",
        (f"{_LIVE}::test_the_session_cannot_write",),
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
