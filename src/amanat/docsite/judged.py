"""How judgements are shown: conflicts between sources, the cells that compare them, access decisions.

Functions of templates, like `Local`'s own; each takes the page's `Local` first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from amanat.conflicts import Conflict
from amanat.docsite.local import Local
from amanat.docsite.quick import Form
from amanat.docsite.sides import Cell, Column
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.values import ClassificationId, DenialId
from amanat.policy import cover
from amanat.policy.readings import Reading

_TD = Form('<td class="{}" data-facet="{}">')
_TD_END = Markup("</td>")
_CLAIM = Form('<span class="claim">{}</span>')
_DRIFT = Form('<span class="claim alarm">{} {}</span>')
_PASTE = Form('<pre dir="ltr"><code dir="ltr">{}</code></pre>')
_CLASS = Form('<span class="class class-{}">{}</span>')
_MOST_SENSITIVE = 3
_UNSAID = {
    "unset": "unsaid.not_stated",
    "unknown": "unsaid.unknown",
    "not_applicable": "unsaid.not_applicable",
}


def difference(local: Local, conflict: Conflict) -> Markup:
    """What differs, without the reason why it matters, which stands by itself."""
    return local.english(conflict.message.removesuffix(conflict.why).rstrip("; ") or conflict.message)


def parties(local: Local, facet: str | None, values: Mapping[str, object]) -> list[tuple[Markup, list[str]]]:
    """The values of a conflict or a ledger entry, each with those who say it, in the order of the first."""
    groups: dict[str, tuple[object, list[str]]] = {}
    for source, value in values.items():
        groups.setdefault(repr(value), (value, []))[1].append(source)
    return [(local.value(value, facet or ""), sources) for value, sources in groups.values()]


def way(local: Local, words: str) -> Markup:
    """A way out of a conflict; one of several lines ends with YAML to paste."""
    first, _, rest = words.partition("\n")
    return local.english(first) + (_PASTE.format(rest) if rest else "")


def cell(local: Local, shown: Cell, column: Column) -> Markup:
    """A cell of the comparison of sources."""
    differs = column.conflict is not None
    key = ("cell", column.facet, differs, shown.kind, repr(shown.value), repr(shown.drift), shown.odd)
    return local.once(key, lambda: _cell(local, shown, column))


def _cell(local: Local, shown: Cell, column: Column) -> Markup:
    name = "" if column.conflict is None else "differs odd" if shown.odd else "differs"
    made = _TD.format(name, column.facet)
    if shown.kind in _UNSAID:
        return made + local.unsaid(_UNSAID[shown.kind]) + _TD_END
    made += local.value(shown.value, column.facet)
    if shown.kind != "canonical":
        made += _CLAIM.format(local.t(f"claim.{shown.kind}"))
    if shown.drift is not None:
        made += _DRIFT.format(local.t("claim.but_observed"), local.value(shown.drift.value, column.facet))
    return made + _TD_END


def classed(local: Local, identifier: ClassificationId | None) -> Markup:
    """A classification as a badge; how sensitive it is shows in its edge, and is said by its name."""
    if identifier is None:
        return local.unsaid()
    return local.once(("classed", identifier), lambda: _classed(local, identifier))


def _classed(local: Local, identifier: ClassificationId) -> Markup:
    known = local.atlas.catalog.classifications.get(identifier)
    rank = "x" if known is None else min(known.rank, _MOST_SENSITIVE)
    return _CLASS.format(rank, local.link("classifications", identifier))


def refusal(local: Local, reason: str) -> Markup:
    """Why a request is denied, in words."""
    gate, _, denial = reason.partition(":")
    said = escape(local.t(f"reason.{gate}"))
    if not denial:
        return said
    entry = local.atlas.catalog.denials.get(DenialId(denial))
    why = local.text(entry.reason, denial) if entry is not None else local.code(denial)
    return said + local.t("colon") + Markup("<bdi>{}</bdi>").format(why)


def because(local: Local, reading: Reading, field: Field, rows: bool = True) -> Markup:
    """Why a role sees a field as it does: its clearance or the purpose's mask, and (with `rows`) the row
    conditions."""
    catalog = local.atlas.catalog
    clearance = catalog.roles[reading.role].clearance
    below = is_below(catalog, reading, field)
    always, _ = cover.mask_for(field, catalog.purposes[reading.purpose])
    parts = []
    if below or always is None:
        words = local.t("because.below" if below else "because.cleared")
        parts.append(Markup("{} {}").format(words, local.link("classifications", clearance)))
    if always is not None:
        parts.append(escape(local.t("because.always")))
    for condition in reading.conditions if rows else ():
        granted = local.value(condition.granted) if condition.known else local.unsaid()
        source = local.source(condition.source)
        parts.append(Markup("{} {} = {}").format(local.t("because.consent"), source, granted))
    return Markup(" · ").join(parts)


def is_below(catalog: Catalog, reading: Reading, field: Field) -> bool:
    """Whether the role's clearance is less than the field's class, or one of them is not known."""
    have = cover.rank(catalog, catalog.roles[reading.role].clearance)
    need = cover.rank(catalog, cover.class_of(field))
    return have is None or need is None or have < need


HELPERS: Mapping[str, Callable[..., Any]] = {
    "because": because,
    "cell": cell,
    "classed": classed,
    "difference": difference,
    "parties": parties,
    "refusal": refusal,
    "way": way,
}
"""What templates know these functions by."""
