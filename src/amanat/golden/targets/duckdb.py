"""How DuckDB differs. It compares text by code points as it is, and adds exactly to ten decimals."""

from amanat.golden.targets.script import Dialect

DIALECT = Dialect(
    name="DuckDB",
    text="VARCHAR",
    number="DECIMAL(38, 10)",
    matches="regexp_matches({value}, {pattern})",
    by_code_points="{value}",
    trim="trim({value}, {characters})",
)
