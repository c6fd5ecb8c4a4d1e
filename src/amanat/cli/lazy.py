"""A group whose commands are imported when they are called: help and start-up do not pay for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command

from amanat.cli.common import add_common

PLAIN: dict[str, Any] = {
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 110},
}
"""How the typer apps of single commands and groups are made."""


class LazyGroup(TyperGroup):
    """Commands by name, each in the module `amanat.cli.commands.<name>`: a function of that name (`list_`
    where the name is Python's own), or a typer app of that name for a group of its own."""

    summaries: ClassVar[dict[str, str]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = dict.fromkeys(self.summaries, None)  # type: ignore[assignment] # names, for suggestions

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(self.summaries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, imported now; None where there is none of this name."""
        if cmd_name not in self.summaries:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"amanat.cli.commands.{name}")
        found = getattr(module, f"{name}_", None) or getattr(module, name)
        if not isinstance(found, typer.Typer):
            function, found = found, typer.Typer(**PLAIN)
            found.command(cmd_name)(function)
        command = get_command(found)
        command.name = cmd_name
        add_common(command)
        return command

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Names of commands, told from the table, and the group's own options."""
        from typer._click.core import Command
        from typer._click.shell_completion import CompletionItem

        told = self.summaries.items()
        items = [CompletionItem(name, help=what) for name, what in told if name.startswith(incomplete)]
        return [*items, *Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table of commands, from their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))
