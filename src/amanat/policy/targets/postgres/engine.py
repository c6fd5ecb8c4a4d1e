"""How PostgreSQL writes names, values and masks."""

from __future__ import annotations

from amanat.policy.targets.postgres.masks import unable
from amanat.policy.targets.quoting import identifier, literal
from amanat.policy.targets.relational import Engine

DEFAULT_SCHEMA = "public"

POSTGRES = Engine("PostgreSQL", DEFAULT_SCHEMA, identifier, literal, unable)
