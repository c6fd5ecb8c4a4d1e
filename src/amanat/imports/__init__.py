"""What others have written down about data, as entries of a catalog.

A file for each form: `fides`, `odcs`, `dbt`, `glossary`, `sheet`; `entry` is what they make. Nothing of a
source is dropped: what a catalog has a key for goes there, everything else stays with its entry under
`x_<form>`, and what has no entry to stay with is a loss, which is told.
"""
