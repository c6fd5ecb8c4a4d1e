"""`amanat completion`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    """Shells that can complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    shell: Annotated[Shell | None, typer.Argument(help="The shell (default: the one in SHELL).")] = None,
    install: Annotated[bool, typer.Option("--install", help="Write it where the shell finds it.")] = False,
) -> None:
    """Print the script by which a shell completes commands, options and the ids of the catalog at hand.

    Example: amanat completion bash > ~/.local/share/bash-completion/completions/amanat

    Example: amanat completion zsh --install
    """
    import os

    from typer._completion_shared import get_completion_script
    from typer._completion_shared import install as write

    from amanat.cli.session import write_text
    from amanat.errors import UsageError

    name = shell.value if shell is not None else os.path.basename(os.environ.get("SHELL", ""))
    if name not in list(Shell):
        raise UsageError("which shell it is for is not known", hint=f"name one of {', '.join(Shell)}")
    if install:
        _, path = write(shell=name, prog_name="amanat", complete_var="_AMANAT_COMPLETE")
        typer.echo(f"written to {path}; a new shell completes")
        return
    script = get_completion_script(prog_name="amanat", complete_var="_AMANAT_COMPLETE", shell=name)
    write_text(None, script + "\n")
