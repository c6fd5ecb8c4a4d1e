"""Findings that verifiers have in common; how names are written is the engine's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from amanat.diagnostic import Severity
from amanat.policy.verify.finding import Finding, Kind

Naming = Callable[..., str]
"""Parts of a name to the name as the engine writes it."""

_SHOWN = 6


def columns_told(columns: Sequence[str], name: Naming) -> str:
    """Columns as people are told them, the first few by name."""
    shown = ", ".join(name(each) for each in columns[:_SHOWN])
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return f"column{'s' if len(columns) > 1 else ''} {shown}{more}"


def absences(absent: Collection[tuple[str, str, str]], name: Naming) -> Iterator[Finding]:
    """What the catalog declares and the database does not have: schema, table, column or ""."""
    tables: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in sorted(absent):
        tables.setdefault((schema, table), []).append(column)
    for at, columns in tables.items():
        if "" in columns:
            yield Finding(
                Kind.MISSING_TABLE,
                Severity.ERROR,
                name(*at),
                "the catalog gives access to this table, and the database has none of that name",
                "drop it from the catalog, or connect to the database that has it",
            )
        else:
            yield Finding(
                Kind.MISSING_COLUMN,
                Severity.ERROR,
                name(*at),
                f"the table does not have {columns_told(columns, name)}; views that need them cannot be made",
                "scan the system again, or mend the catalog",
                columns=tuple(columns),
            )


def listed(names: Sequence[str]) -> str:
    """Names in a row, the first few of many."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
