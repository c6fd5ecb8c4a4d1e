"""How MariaDB writes names, values and masks."""

from __future__ import annotations

from amanat.policy.targets.mariadb.masks import unable
from amanat.policy.targets.mariadb.quoting import identifier, literal
from amanat.policy.targets.relational import Engine

MARIADB = Engine("MariaDB", "the default database", identifier, literal, unable, writes_rows=False)
