"""Cells of a report as markup.

Functions of templates, like those of `judged`; each takes the page's `Local` first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from amanat.docsite.local import Local
from amanat.docsite.paths import Kind
from amanat.docsite.quick import Form
from amanat.sheet import At, Cell, Code, Piece, Said, Thing

_KINDS = frozenset(kind.value for kind in Kind)
_BDI = Form("<bdi>{}</bdi>")
_RTL = Form('<bdi dir="rtl">{}</bdi>')
_DAY = Form('<time dir="ltr">{}</time>')
_DAYS = re.compile(r"(?<![\w-])(\d{4}-\d\d-\d\d)(?![\w-])", re.ASCII)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def told(local: Local, cell: Cell) -> Markup:
    """A cell: what has a page is linked, places stand behind what is written there."""
    if isinstance(cell, (str, Thing, At)):
        return _piece(local, cell)
    made: list[str] = []
    last: object = None
    for piece in cell:
        if made:
            joined = isinstance(piece, At) or (isinstance(last, str) and last.endswith(":"))
            made.append(" " if joined else escape(local.t("comma")))
        made.append(_piece(local, piece))
        last = piece
    return Markup("".join(made))


def _piece(local: Local, piece: Piece) -> Markup:
    if isinstance(piece, Thing):
        if piece.kind in _KINDS:
            return local.link(piece.kind, piece.id)
        return _BDI.format(local.text(piece.label, piece.id))
    if isinstance(piece, At):
        return local.at(piece.place)
    if isinstance(piece, Code):
        return local.breakable(str(piece))
    if isinstance(piece, Said):
        return _BDI.format(local.sentence(piece))
    return local.once(("said", piece), lambda: _said(piece, local.speech.dir))


def _said(sentence: str, page: str) -> Markup:
    """A sentence. Days stay together and in order, and one that begins with an id reads as the page does."""
    parts = _DAYS.split(sentence)
    shown = Markup("").join(_DAY.format(one) if place % 2 else escape(one) for place, one in enumerate(parts))
    return (_RTL if page == "rtl" and _RIGHT_TO_LEFT.search(sentence) else _BDI).format(shown)


HELPERS: Mapping[str, Callable[..., Any]] = {"told": told}
