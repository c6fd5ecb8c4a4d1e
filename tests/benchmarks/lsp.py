"""How long the language server takes to answer, over standard input and output, in a catalog of any size.

    python -m tests.benchmarks.lsp --fields 10000

Prints the median and the worst of completion, hover and definition, both while nothing else happens and while
somebody types and the worker judges; and the time from the last key to the diagnostics.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.benchmarks.generate import write

ROUNDS = 40


async def _measure(client: LanguageClient, root: Path) -> None:
    path = next(root.glob("fields/*.yaml"))
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    uri = path.as_uri()
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "yaml", 1, text)))
    document = lsp.TextDocumentIdentifier(uri)
    line = next(n for n, one in enumerate(lines) if one.startswith("    purposes: ["))
    at = lsp.Position(line, len("    purposes: [o"))
    field = next(n for n, one in enumerate(lines) if one.startswith("  ") and not one.startswith("   "))
    derived = [*lines[: field + 1], "    derived_from: [o", *lines[field + 1 :]]

    async def complete() -> object:
        return await client.text_document_completion_async(lsp.CompletionParams(document, at))

    async def complete_field() -> object:
        there = lsp.Position(field + 1, len("    derived_from: [o"))
        return await client.text_document_completion_async(lsp.CompletionParams(document, there))

    async def hover() -> object:
        return await client.text_document_hover_async(lsp.HoverParams(document, at))

    async def definition() -> object:
        return await client.text_document_definition_async(lsp.DefinitionParams(document, at))

    start = time.perf_counter()
    while not await hover():
        await asyncio.sleep(0.1)
    print(f"ready after {time.perf_counter() - start:.1f} s")
    asked = {"completion": complete, "hover": hover, "definition": definition}
    for name, ask in asked.items():
        await _times(name, ask)
    version = 2

    def typed(changed: list[str]) -> None:
        nonlocal version
        version += 1
        client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(version, uri),
                [lsp.TextDocumentContentChangeWholeDocument("\n".join(changed))],
            )
        )

    typed(derived)  # broken: the bracket is open
    await _times("completion of 10,000 field ids in broken YAML, while it is judged", complete_field)
    for name, ask in asked.items():
        typed([*lines, f"# {name}"])
        await asyncio.sleep(0.4)
        await _times(f"{name}, while the catalog is judged", ask)
    await asyncio.sleep(8)
    owner = next(n for n, one in enumerate(lines) if one.startswith("    owner: "))
    wrong = [*lines[:owner], "    owner: nobody_here", *lines[owner + 1 :]]
    start = time.perf_counter()
    typed(wrong)
    while "ID101" not in [one.code for one in client.diagnostics.get(uri, ())]:
        await asyncio.sleep(0.02)
        if time.perf_counter() - start > 60:
            break
    print(f"diagnostics {time.perf_counter() - start:.1f} s after the last key")


async def _times(name: str, ask: Callable[[], Awaitable[object]]) -> None:
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = await ask()
        taken.append(1000 * (time.perf_counter() - start))
        assert answer, name
        await asyncio.sleep(0.02)
    print(f"{name}: median {statistics.median(taken):.1f} ms, worst {max(taken):.1f} ms")


async def _run(root: Path) -> None:
    config = ClientServerConfig(server_command=[sys.executable, "-m", "amanat", "lsp"])
    client = await config.start()
    assert isinstance(client, LanguageClient)
    await client.initialize_session(
        lsp.InitializeParams(
            capabilities=client_capabilities("visual-studio-code"),
            workspace_folders=[lsp.WorkspaceFolder(root.as_uri(), "catalog")],
        )
    )
    try:
        await _measure(client, root)
    finally:
        await client.shutdown_session()
        await client.stop()  # type: ignore[no-untyped-call]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fields", type=int, default=10_000)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "catalog"
        write(root, parser.parse_args().fields)
        asyncio.run(_run(root))


if __name__ == "__main__":
    main()
