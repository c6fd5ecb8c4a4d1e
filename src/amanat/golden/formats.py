"""The formats that a validity condition can ask for, as patterns that every engine reads alike.

Only plain character classes, groups and counts: Python, PostgreSQL and RE2 (DuckDB) agree about those. A
value must match as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {
    "bcp47": "[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*",
    "date": "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    "e164": "[+][1-9][0-9]{6,14}",
    "email": "[^@ ]+@[^@ .]+([.][^@ .]+)+",
    "iso_3166_1_alpha_2": "[A-Z]{2}",
    "iso_4217": "[A-Z]{3}",
    "number": "-?[0-9]+([.][0-9]+)?",
    "url": "https?://[^ ]+",
    "uuid": "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
}
"""Format to pattern; the schema lists the same names."""
