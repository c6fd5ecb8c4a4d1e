"""`amanat explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.options import OutputOption, TextOrJson


def explain(
    rule: Annotated[str, typer.Argument(help="Code or name, such as PU101 or field-without-purpose.")],
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to print it.")] = TextOrJson.TEXT,
    output: OutputOption = None,
) -> None:
    """Explain a rule: what it means, why it is there, a bad and a good example, the way out.

    Example: amanat explain missing-retention
    """
    import json

    from amanat.cli.session import write_text
    from amanat.errors import UsageError
    from amanat.rules import by_name, nearest
    from amanat.rules.pages import data, text_page

    found = by_name(rule)
    if found is None:
        close = nearest(rule)
        hint = (
            f"did you mean {' or '.join(f'`{name}`' for name in close)}?" if close else "see `amanat rules`"
        )
        raise UsageError(f"there is no rule `{rule}`", hint=hint)
    if format is TextOrJson.JSON:
        write_text(
            output, json.dumps({"version": 1, "rule": data(found)}, ensure_ascii=False, indent=2) + "\n"
        )
    else:
        write_text(output, text_page(found))
