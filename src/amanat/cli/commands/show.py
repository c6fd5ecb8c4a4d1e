"""`amanat show`."""

from __future__ import annotations

from typing import Annotated

import typer

from amanat.cli.options import CatalogOption, StoodOption, TextOrJson


def show(
    id: Annotated[str, typer.Argument(help="Id of a field, system, purpose, role …", show_default=False)],
    catalog: CatalogOption = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Which map, where several share the id.")] = None,
    format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to print.")] = TextOrJson.TEXT,
    as_of: StoodOption = None,
) -> None:
    """Show one entry: every value, where it is written, and what it inherits from where.

    Example: amanat show customer.email --as-of v1.0
    """
    import json

    from amanat.cli.session import shown_folder, undeclared, write_text
    from amanat.cli.standing import opened
    from amanat.errors import UsageError
    from amanat.report import entry
    from amanat.report.console import printable

    if kind is not None and kind not in entry.KINDS:
        raise UsageError(f"there is no kind `{kind}`", hint=f"one of {', '.join(entry.KINDS)}")
    stood = opened(catalog, as_of, lazily=True)
    loaded = stood.loaded
    found = entry.find(loaded.catalog, id, kind)
    if not found:
        raise undeclared(loaded, id, kind)
    if format is TextOrJson.JSON:
        data = [entry.as_data(item, loaded.spans) for item in found]
        write_text(None, json.dumps({"version": 1, "entries": data}, ensure_ascii=False, indent=2) + "\n")
    else:
        prefix = shown_folder(stood.root)
        texts = [entry.as_text(item, loaded.spans, prefix) for item in found]
        write_text(None, "\n".join("\n".join(map(printable, text.split("\n"))) for text in texts))
