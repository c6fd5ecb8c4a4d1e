"""Asking a person in a terminal."""

from __future__ import annotations

import typer


def asked(question: str, default: str | None = None) -> str:
    """The answer to a question, asked again while it is empty and there is no default.

    Raises `KeyboardInterrupt` where the person stops it, by Ctrl-C or the end of the input.
    """
    try:
        answer: str = typer.prompt(question, default=default, show_default=False, prompt_suffix="")
    except typer.Abort:
        raise KeyboardInterrupt from None
    return answer
