"""How answers about access are shown where there are many: cells of the picture, lists of who may.

Functions of templates, like those of `judged`; each takes the page's `Local` first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from amanat.docsite.local import Local
from amanat.docsite.quick import Form
from amanat.model.values import PurposeId, RoleId
from amanat.policy.readings import Reading

_CELL = Form('<td class="cell {}"{}><i>{}</i></td>')
_TITLE = Form(' title="{}"')
_ACTING = Form('<td data-label="{}">{}</td>')
_LINE = Form("<div>{}{}{}</div>")
_NONE = Form('<span class="none">{}</span>')


def answer(local: Local, reading: Reading) -> Markup:
    """A cell of the picture: a sign for the eye, the same in words for who does not see it."""
    key = ("answer", reading.effect, reading.mask, bool(reading.conditions))
    return local.once(key, lambda: _answer(local, reading))


def _answer(local: Local, reading: Reading) -> Markup:
    words = local.t(f"effect.{reading.effect}")
    if reading.mask is not None:
        words += local.t("colon") + local.mask(reading.mask)
    if reading.conditions:
        words += local.t("semicolon") + local.t("matrix.only_rows")
    title = _TITLE.format(words) if reading.effect != "deny" else Markup("")
    return _CELL.format(f"{reading.effect} consented" if reading.conditions else reading.effect, title, words)


def acting(local: Local, pairs: Sequence[tuple[RoleId, Sequence[PurposeId]]], label: str) -> Markup:
    """A cell that lists roles, each with the purposes it acts for."""
    if not pairs:
        return _ACTING.format(label, _NONE.format(local.t("unsaid.none")))
    lines = Markup("").join(
        _LINE.format(local.link("roles", role), local.t("colon"), local.links("purposes", purposes))
        for role, purposes in pairs
    )
    return _ACTING.format(label, lines)


def some(local: Local, fields: Sequence[str], most: int) -> Markup:
    """Fields by their labels, and the number of those that are not listed."""
    shown = Markup(escape(local.t("comma"))).join(local.link("fields", name) for name in fields[:most])
    rest = len(fields) - most
    return shown if rest <= 0 else shown + " " + local.t("matrix.unlisted", n=rest)


HELPERS: Mapping[str, Callable[..., Any]] = {"acting": acting, "answer": answer, "some": some}
