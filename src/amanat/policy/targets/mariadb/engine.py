"""How MariaDB writes names, values and masks."""

from __future__ import annotations

from amanat.policy.targets.mariadb.masks import unable
from amanat.policy.targets.mariadb.quoting import identifier, literal
from amanat.policy.targets.relational import Engine

MARIADB = Engine(
    "MariaDB",
    "the default database",
    identifier,
    literal,
    unable,
    writes_rows=False,
    # HANDLER reads every column of a table of which one may be selected; NATURAL JOIN and USING compare with
    # every column; CHECKSUM TABLE adds all of them up. None of these looks at privileges on columns.
    hides_columns=False,
)
