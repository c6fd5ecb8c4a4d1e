"""Row conditions with the names of PostgreSQL."""

from __future__ import annotations

from amanat.policy.rows import RowFilter
from amanat.policy.targets import consent
from amanat.policy.targets.postgres.engine import DEFAULT_SCHEMA
from amanat.policy.targets.quoting import qualified


def condition(rows: RowFilter) -> str:
    """SQL on the table `t`: true in a row that leads to a record of granted consent, and to no other
    record of the subject. Raises `UnquotableError` for a name or value that cannot be written."""
    return consent.condition(rows, lambda schema, name: qualified(schema or DEFAULT_SCHEMA, name))
