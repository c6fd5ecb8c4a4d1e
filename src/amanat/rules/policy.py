"""Rules about access policy."""

from __future__ import annotations

from amanat.lint.rule import Rule

RULES: tuple[Rule, ...] = ()
