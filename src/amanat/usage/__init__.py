"""What is really done with data, as query logs tell it, held against what the catalog declares.

`reading` reads logs, `columns` finds the columns that a statement touches, `compare` holds them against
purposes and roles. Statements hold personal data in their literals: none is kept or shown, only counts and
lines."""
