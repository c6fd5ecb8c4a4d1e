"""Options that every command has, and the completion of what stands in the catalog."""

from __future__ import annotations

from functools import partial
from typing import Any

from typer.core import TyperOption


def add_common(command: Any) -> None:
    """Give a command, or every command of a group, the common options, and complete ids in it."""
    below = (getattr(command, "commands", None) or {}).values()
    for one in below:
        add_common(one)
    if below:
        return
    names = {option.name for option in command.params}
    if "catalog" in names:
        command.params.append(
            _flag("--no-cache", _without_cache, "Read and judge everything anew, and keep nothing.")
        )
    if "no_color" not in names:
        command.params.append(_flag("--no-color", _without_colour, "No colours (also: NO_COLOR)."))
    command.params.append(_flag("--no-pager", _without_pager, "Do not page long output on a terminal."))
    for option in command.params:
        if option.name == "no_color":
            option.callback = _without_colour  # for what is drawn apart from the command's own output
        if option.name in _COMPLETED or (command.name, option.name) == ("new", "kind"):
            option.shell_complete = partial(_complete, command.name, option.name)


_COMPLETED = frozenset(
    [
        "action",
        "category",
        "classification",
        "column",
        "field",
        "id",
        "owner",
        "purpose",
        "role",
        "rule",
        "system",
    ]
)
"""Options and arguments that take something of the catalog, by the name that they have in all commands."""


def _complete(command: str, name: str, ctx: Any, incomplete: str) -> Any:
    from amanat.cli.completing import completions

    return completions(command, name, ctx.params.get("catalog"), incomplete)


def _flag(name: str, callback: Any, told: str) -> TyperOption:
    variable = "AMANAT_NO_CACHE" if name == "--no-cache" else None
    return TyperOption(
        param_decls=[name],
        is_flag=True,
        default=False,
        expose_value=False,
        envvar=variable,
        callback=callback,
        help=told,
    )


def _without_cache(ctx: Any, option: Any, value: bool) -> None:
    from amanat.cli.caching import WITHOUT

    WITHOUT.set(value)


def _without_pager(ctx: Any, option: Any, value: bool) -> None:
    from amanat.cli.paging import WITHOUT

    WITHOUT.set(value)


def _without_colour(ctx: Any, option: Any, value: bool) -> bool:
    import os

    if value:
        os.environ["NO_COLOR"] = "1"
    return value
