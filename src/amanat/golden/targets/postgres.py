"""How PostgreSQL differs."""

from amanat.golden.targets.script import Dialect

DIALECT = Dialect(
    name="PostgreSQL",
    text="text",
    number="numeric",
    matches="({value} ~ {pattern})",
    by_code_points='({value}) COLLATE "C"',
    trim="btrim({value}, {characters})",
)
