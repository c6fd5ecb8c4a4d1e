"""The language server, asked by a real client over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from amanat.cli.lsp.actions import Edit, applied
from amanat.load import load_catalog
from tests.support import write_files

T = TypeVar("T")
FILES = {
    "organisation.yaml": """\
teams:
  crm: {label: Customer care, contact: crm@shop.example, lead: Head, deputy: Deputy}
  privacy: {label: Privacy, contact: privacy@shop.example, lead: Head, deputy: Deputy}
subjects:
  customer: {label: Customer, definition: Somebody who bought.}
retention:
  short: {label: Short, keep: P1Y, from: account_closed, then: delete}
purposes:
  orders: {label: "سفارش 📦", reason: To deliver., basis: contract}
  marketing: {label: Marketing, reason: To sell., basis: consent}
  marketing.email: {label: By e-mail}
systems:
  shop: {label: Shop, kind: commerce, owner: crm, country: DE}
  mail: {label: Mail, kind: marketing, owner: crm, country: DE}
""",
    "fields.yaml": """\
defaults: {owner: crm, subject: customer, classification: confidential}
fields:
  customer.email:
    label: E-mail
    definition: Where the customer is written to.
    category: contact.email
    retention: short
    purposes: [orders, marketing.email]
    sources:
      shop.users.email: {length: 254}
      mail.leads.email: {length: 100}
""",
}


def _uri(root: Path, file: str) -> str:
    return (root / file).as_uri()


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[sys.executable, "-m", "amanat", "lsp", "--stdio"])
)  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    write_files(tmp_path, FILES)
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=client_capabilities("visual-studio-code"),
            workspace_folders=[lsp.WorkspaceFolder(tmp_path.as_uri(), "catalog")],
        )
    )
    yield
    await lsp_client.shutdown_session()


def _open(client: LanguageClient, root: Path, file: str, text: str | None = None) -> str:
    uri = _uri(root, file)
    text = FILES[file] if text is None else text
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "yaml", 1, text)))
    return uri


def _type(client: LanguageClient, uri: str, text: str, version: int = 2) -> None:
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(version, uri),
            [lsp.TextDocumentContentChangeWholeDocument(text)],
        )
    )


async def _until(ask: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
    """What is answered once it is so; the last answer after ten seconds."""
    answer = await ask()
    for _ in range(200):
        if holds(answer):
            break
        await asyncio.sleep(0.05)
        answer = await ask()
    return answer


def _at(text: str, before: str) -> lsp.Position:
    """Where a text stands that has `|` in it, in UTF-16 units."""
    marked = before.replace("|", "")
    start = text.index(marked) + before.index("|")
    line = text.count("\n", 0, start)
    head = text[text.rfind("\n", 0, start) + 1 : start]
    return lsp.Position(line, len(head.encode("utf-16-le")) // 2)


async def _labels(client: LanguageClient, uri: str, position: lsp.Position) -> list[str]:
    made = await client.text_document_completion_async(
        lsp.CompletionParams(lsp.TextDocumentIdentifier(uri), position)
    )
    assert isinstance(made, lsp.CompletionList)
    return [item.label for item in made.items]


async def _codes(client: LanguageClient, uri: str) -> list[str]:
    await asyncio.sleep(0)
    return [str(one.code) for one in client.diagnostics.get(uri, ())]


@pytest.mark.asyncio
async def test_diagnostics_follow_what_is_typed_and_not_yet_saved(
    client: LanguageClient, tmp_path: Path
) -> None:
    uri = _open(client, tmp_path, "fields.yaml")
    wrong = FILES["fields.yaml"].replace("retention: short", "retention: shrt")
    _type(client, uri, wrong)
    codes = await _until(lambda: _codes(client, uri), lambda codes: "ID101" in codes)
    assert "ID101" in codes and "CF103" in codes
    (shown,) = [one for one in client.diagnostics[uri] if one.code == "ID101"]
    assert "did you mean `short`?" in shown.message
    assert shown.range == lsp.Range(_at(wrong, "retention: |shrt"), _at(wrong, "shrt|"))
    _type(client, uri, FILES["fields.yaml"], 3)
    assert "ID101" not in await _until(lambda: _codes(client, uri), lambda codes: "ID101" not in codes)
    assert (tmp_path / "fields.yaml").read_text(encoding="utf-8") == FILES["fields.yaml"]


@pytest.mark.asyncio
async def test_completion_knows_ids_keys_and_words_also_while_the_yaml_is_broken(
    client: LanguageClient, tmp_path: Path
) -> None:
    text = FILES["fields.yaml"]
    uri = _open(client, tmp_path, "fields.yaml")
    first = _at(text, "[orders, |marketing")
    await _until(lambda: _labels(client, uri, first), bool)
    broken = (
        text.replace("[orders, marketing.email]", "[orders, mark") + "  other:\n    owner: \n    own\n    st"
    )
    _type(client, uri, broken)
    codes = await _until(lambda: _codes(client, uri), lambda codes: "LD101" in codes)
    assert "LD101" in codes
    assert await _labels(client, uri, _at(broken, "[orders, mark|")) == ["marketing", "marketing.email"]
    assert await _labels(client, uri, _at(broken, "owner: |\n    own")) == ["crm", "privacy"]
    assert "owner" in await _labels(client, uri, _at(broken, "\n    own|\n"))
    assert {"status", "stages"} <= set(await _labels(client, uri, _at(broken, "\n    st|")))
    sources = broken.replace("\n    st", "\n    sources:\n      shop.us")
    _type(client, uri, sources, 3)
    assert await _labels(client, uri, _at(sources, "own\n    sources:\n      shop.us|")) == [
        "shop.users.email"
    ]
    made = broken.replace("\n    st", "\n    status: pl")
    _type(client, uri, made, 4)
    assert await _labels(client, uri, _at(made, "status: pl|")) == ["planned"]
    listed = await client.text_document_completion_async(
        lsp.CompletionParams(lsp.TextDocumentIdentifier(uri), _at(made, "[orders, mark|"))
    )
    assert isinstance(listed, lsp.CompletionList)
    told = await client.completion_item_resolve_async(listed.items[0])
    assert isinstance(told.documentation, lsp.MarkupContent) and "To sell." in told.documentation.value


@pytest.mark.asyncio
async def test_hover_definition_symbols_and_what_a_rule_says(client: LanguageClient, tmp_path: Path) -> None:
    text = FILES["fields.yaml"]
    uri = _open(client, tmp_path, "fields.yaml")
    document = lsp.TextDocumentIdentifier(uri)

    async def hover(before: str) -> str:
        found = await client.text_document_hover_async(lsp.HoverParams(document, _at(text, before)))
        return str(getattr(found.contents, "value", "")) if found else ""

    told = await _until(lambda: hover("[or|ders"), bool)
    assert "`orders` (purposes)" in told and "سفارش 📦" in told and "To deliver." in told
    assert "Period" in await hover("reten|tion: short") or "Retention policy" in await hover(
        "reten|tion: short"
    )
    assert "(systems)" in await hover("shop.us|ers")
    definition = await client.text_document_definition_async(
        lsp.DefinitionParams(document, _at(text, "retention: sh|ort"))
    )
    assert isinstance(definition, list)
    (place,) = definition
    organisation = FILES["organisation.yaml"]
    assert place.uri == _uri(tmp_path, "organisation.yaml")
    assert place.range.start == _at(organisation, "\n  |short")
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert symbols is not None and [one.name for one in symbols] == ["customer.email"]
    rules = "catalog: {name: T, languages: [en]}\nrules:\n  severity:\n    length-differs: off\n"
    root = lsp.TextDocumentIdentifier(_open(client, tmp_path, "amanat.yaml", rules))
    found = await client.text_document_hover_async(lsp.HoverParams(root, _at(rules, "length-|differs")))
    assert found is not None and "CF103" in str(found.contents)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.asyncio
async def test_references_and_rename_over_emoji_persian_and_line_ends(
    client: LanguageClient, tmp_path: Path, end: str
) -> None:
    text = FILES["fields.yaml"].replace("label: E-mail", 'label: "E"').replace("\n", end)
    flow = (
        'label: "📦📦 سفارش", definition: An order., category: purchase, retention: short, purposes: [orders]'
    )
    text += f"  customer.order: {{{flow}}}{end}"
    uri = _open(client, tmp_path, "fields.yaml", text)
    document, position = lsp.TextDocumentIdentifier(uri), _at(text.replace("\r\n", "\n"), "[or|ders")

    async def references() -> list[lsp.Location]:
        found = await client.text_document_references_async(
            lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), document, position)
        )
        return list(found or ())

    found = await _until(references, lambda places: len(places) == 3)
    assert {one.uri for one in found} == {uri, _uri(tmp_path, "organisation.yaml")}
    edit = await client.text_document_rename_async(lsp.RenameParams(document, position, "purchases"))
    changes = _changes(edit)
    own = _applied(text, changes[uri])
    assert own == text.replace("[orders", "[purchases")
    other = _applied(FILES["organisation.yaml"], changes[_uri(tmp_path, "organisation.yaml")])
    assert "  purchases: {" in other and "سفارش 📦" in other and "renamed_from: orders" in other
    write_files(tmp_path, {**FILES, "fields.yaml": own, "organisation.yaml": other})
    assert [f for f in load_catalog(tmp_path).findings if f.code == "ID101"] == []


def _changes(edit: lsp.WorkspaceEdit | None) -> dict[str, list[lsp.TextEdit]]:
    """Edits by document."""
    assert edit is not None and edit.document_changes is not None
    found = {}
    for one in edit.document_changes:
        if isinstance(one, lsp.TextDocumentEdit):
            found[one.text_document.uri] = [e for e in one.edits if isinstance(e, lsp.TextEdit)]
    return found


def _applied(text: str, edits: object) -> str:
    """The text after edits that count in UTF-16 units."""
    assert isinstance(edits, list | tuple)
    units = text.encode("utf-16-le")
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(f"{line}\n".encode("utf-16-le")))
    for one in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        start = starts[one.range.start.line] + 2 * one.range.start.character
        stop = starts[one.range.end.line] + 2 * one.range.end.character
        units = units[:start] + one.new_text.encode("utf-16-le") + units[stop:]
    return units.decode("utf-16-le")


@pytest.mark.asyncio
async def test_a_rename_keeps_the_history_and_refuses_what_would_break(
    client: LanguageClient, tmp_path: Path
) -> None:
    text = FILES["fields.yaml"]
    uri = _open(client, tmp_path, "fields.yaml")
    document = lsp.TextDocumentIdentifier(uri)
    await _until(lambda: _labels(client, uri, _at(text, "[|orders")), bool)
    edit = await client.text_document_rename_async(
        lsp.RenameParams(document, _at(text, "customer.em|ail:"), "customer.mail")
    )
    renamed = _applied(text, _changes(edit)[uri])
    assert "  customer.mail:\n" in renamed and "    renamed_from: customer.email\n" in renamed
    organisation = FILES["organisation.yaml"]
    other = _open(client, tmp_path, "organisation.yaml")
    for before, new in (
        ("\n  mar|keting:", "orders.selling"),
        ("\n  or|ders:", "Orders!"),
        ("\n  or|ders:", "marketing"),
    ):
        refused = await client.text_document_rename_async(
            lsp.RenameParams(lsp.TextDocumentIdentifier(other), _at(organisation, before), new)
        )
        assert refused is None
    said = [one.message for one in client.messages]
    assert "would stand below `orders`" in said[0] and "is not an id" in said[1]
    assert "there is a `marketing` already" in said[2]
    _type(client, uri, text + "  broken: [\n")
    refused = await client.text_document_rename_async(
        lsp.RenameParams(lsp.TextDocumentIdentifier(other), _at(organisation, "\n  or|ders:"), "purchases")
    )
    assert refused is None
    assert "`fields.yaml` cannot be read" in client.messages[-1].message


@pytest.mark.asyncio
async def test_quick_fixes(client: LanguageClient, tmp_path: Path) -> None:
    wrong = FILES["fields.yaml"].replace("retention: short", "retention: shrt")
    uri = _open(client, tmp_path, "fields.yaml", wrong)
    await _until(lambda: _codes(client, uri), lambda codes: "ID101" in codes)
    everything = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
    made = await client.text_document_code_action_async(
        lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), everything, lsp.CodeActionContext([]))
    )
    by_title = {one.title: one for one in made or () if isinstance(one, lsp.CodeAction)}
    nearest = by_title["Change to `short`"]
    assert nearest.is_preferred and nearest.edit is not None and nearest.edit.changes is not None
    assert _applied(wrong, nearest.edit.changes[uri]) == FILES["fields.yaml"]
    title = "Suppress `length-differs` for `customer.email` (fill in the reason)"
    suppress = by_title[title].edit
    assert suppress is not None and suppress.changes is not None
    root_text = (tmp_path / "amanat.yaml").read_text(encoding="utf-8")
    ((where, edits),) = suppress.changes.items()
    assert where == _uri(tmp_path, "amanat.yaml")
    after = _applied(root_text, edits)
    assert after.startswith(root_text) and "rule: length-differs, subject: customer.email" in after
    accept = by_title["Accept the discrepancy `customer.email/length` in the ledger"]
    assert accept.edit is None
    resolved = await client.code_action_resolve_async(accept)
    assert resolved.edit is not None and resolved.edit.document_changes is not None
    create, write = resolved.edit.document_changes
    assert isinstance(create, lsp.CreateFile) and create.uri.endswith("discrepancies/customer.yaml")
    assert isinstance(write, lsp.TextDocumentEdit)
    assert "facet: length" in str(write.edits[0])
    assert not (tmp_path / "discrepancies").exists()


def test_edits_of_lines_are_applied_from_the_end() -> None:
    assert applied("a\nb\n", [Edit(0, 0, 0, 1, "x"), Edit(1, 1, 1, 1, "y\nz")]) == "x\nby\nz\n"
