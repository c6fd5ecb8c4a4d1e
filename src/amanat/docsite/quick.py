"""Templates that run faster: thousands of pages are made of them.

By `jinja2.Environment`'s documented ways to change the code that templates become: attributes and items are
looked up by Python itself (a missing one is an error, as with `StrictUndefined`), calls go straight to what
is called (nothing here asks for jinja's own context), and what needs no escaping is not wrapped again. What
they write is the same, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape


def shown(value: object) -> str:
    """A value as it stands in markup: escaped, unless it is markup."""
    if type(value) is Markup or (type(value) is str and _steers(value) is None):
        return value
    return escape(value)


class Form:
    """Markup with gaps, written `{}`. Filling them is what `Markup.format` does, only faster."""

    __slots__ = ("_parts",)

    def __init__(self, text: str) -> None:
        self._parts = text.split("{}")

    def format(self, *values: object) -> Markup:
        """The markup with a value in each gap, escaped unless it is markup. Raises `ValueError` where there
        are more gaps than values, or fewer."""
        first, *parts = self._parts
        made = [first]
        for part, value in zip(parts, values, strict=True):
            made += (shown(value), part)
        return str.__new__(Markup, "".join(made))


_steers = re.compile("[&<>\"']").search
"""What a text has in it that `escape` writes in another way."""


class _Code(CodeGenerator):
    """Python code with plain lookups, and `shown` where the original has `escape`."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        super().visit_Template(node, frame)
        self.writeline(f"from {__name__} import shown as escape")  # instead of jinja's, imported above

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write("(*()")  # no arguments yet: what follows begins with a comma
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")


class Quick(Environment):
    """An environment whose templates run faster, for trusted templates and autoescape only."""

    code_generator_class = _Code


OPTIONS: Mapping[str, Any] = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "auto_reload": False,
}
"""How the templates of the site are written. Compiled ones hold for these."""
