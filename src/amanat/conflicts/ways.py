"""Ways out of a conflict in words: align, map, or accept with a ledger entry ready to paste."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from amanat.conflicts.judging import Judgement
from amanat.model.field import Facet, Field
from amanat.model.resources import Discrepancy

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON may hold as it is and YAML may not, or reads as a line break."""
_RESERVED = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def ways_out(
    judgement: Judgement,
    field: Field,
    facet: Facet,
    values: Mapping[str, object],
    entry: Discrepancy | None,
) -> tuple[str, ...]:
    """Up to three ways, in order. A standing ledger entry is amended instead of written anew."""
    ways = []
    if judgement.align is not None:
        ways.append(f"align: {judgement.align}")
    if judgement.translate is not None:
        ways.append(f"map: {judgement.translate}")
    if entry is None:
        ways.append(f"accept: decide it in the ledger\n{ledger_entry(field, facet, values)}")
    else:
        ways.append(f"accept: decide anew in `{entry.id}`\nvalues: {flow(values)}")
    return tuple(ways)


def ledger_entry(field: Field, facet: Facet, values: Mapping[str, object]) -> str:
    """A discrepancy as YAML with its values filled in. What a person has to write is left empty, so that a
    pasted entry does not load before somebody has filled it in."""
    name = f"{field.id}.{facet.value}".replace(".", "_")
    owner = f"another team than {field.owner}" if field.owner else "a team"
    return "\n".join(
        (
            "discrepancies:",
            f"  {name}:",
            f"    field: {field.id}",
            f"    facet: {facet.value}",
            f"    values: {flow(values)}",
            "    decision: accepted",
            "    reason:         # why it does no harm",
            "    handling:       # what people and programs do meanwhile",
            f"    approved_by:    # {owner}",
            "    approved_on:    # today",
            "    expires:        # at most a year later",
        )
    )


def flow(value: object) -> str:
    """A value as YAML in flow style on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def scalar(value: object) -> str:
    """A scalar as YAML 1.2 (and 1.1) read it back; text is quoted unless it is a plain word."""
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
            return value
        return _UNPRINTED.sub(_escaped, json.dumps(value, ensure_ascii=False))
    return json.dumps(value, ensure_ascii=False)


def _escaped(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign.group()):04x}"
