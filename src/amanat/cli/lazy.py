"""A group whose commands are imported when they are called: help and start-up do not pay for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

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
        module = import_module(f"amanat.cli.commands.{cmd_name}")
        found = getattr(module, f"{cmd_name}_", None) or getattr(module, cmd_name)
        if not isinstance(found, typer.Typer):
            function, found = found, typer.Typer(**PLAIN)
            found.command(cmd_name)(function)
        command = get_command(found)
        command.name = cmd_name
        add_common(command)
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table of commands, from their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))


def add_common(command: Any) -> None:
    """Give every command below the options that all that read a catalog have."""
    for below in (getattr(command, "commands", None) or {}).values():
        add_common(below)
    if any(option.name == "catalog" for option in command.params):
        command.params.append(
            TyperOption(
                param_decls=["--no-cache"],
                is_flag=True,
                default=False,
                expose_value=False,
                envvar="AMANAT_NO_CACHE",
                callback=_without_cache,
                help="Read and judge everything anew, and keep nothing.",
            )
        )


def _without_cache(ctx: Any, option: Any, value: bool) -> None:
    from amanat.cli.caching import WITHOUT

    WITHOUT.set(value)
