"""The language server as the protocol wants it (LSP 3.17): positions, ranges and types of answers. These
themselves come from `answers`, `actions` and the worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from amanat import __version__
from amanat.cli.lsp import answers
from amanat.cli.lsp.actions import Action, Edit, actions, between
from amanat.cli.lsp.cursor import Spot, entries_of, lines_of, spot_at
from amanat.cli.lsp.session import Entry, Session, root_of
from amanat.load.discover import ROOT_FILE

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_SORTS = {
    "id": types.CompletionItemKind.Reference,
    "key": types.CompletionItemKind.Property,
    "word": types.CompletionItemKind.EnumMember,
    "rule": types.CompletionItemKind.Class,
}
_YAML = (".yaml", ".yml")


class Server(LanguageServer):
    """The server with a session for each catalog that the editor has open."""

    def __init__(self) -> None:
        super().__init__("amanat", __version__)
        self.sessions: dict[Path, Session] = {}

    def session(self, uri: str) -> tuple[Session, str] | None:
        """The session of a document, and its name in the catalog; None outside any."""
        path = _path(uri)
        root = None if path is None else root_of(path)
        if path is None or root is None or path.suffix not in _YAML:
            return None
        return self.open(root), path.relative_to(root).as_posix()

    def open(self, root: Path) -> Session:
        """The session of a catalog, which begins to be judged."""
        if root not in self.sessions:
            self.sessions[root] = Session(root, self._buffers, self._publish, self.complain)
            self.sessions[root].changed()
        return self.sessions[root]

    def complain(self, words: str) -> None:
        """Tell the person what could not be done."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, words))

    def _buffers(self, root: Path) -> dict[str, str]:
        found = {}
        for document in self.workspace.text_documents.values():
            path = _path(document.uri)
            if path is not None and path.suffix in _YAML and path.is_relative_to(root):
                found[path.relative_to(root).as_posix()] = document.source
        return found

    def _publish(self, session: Session, files: list[str]) -> None:
        for file in files:
            made = [self.diagnostic(session, file, one) for one in session.diagnostics.get(file, ())]
            params = types.PublishDiagnosticsParams(_uri(session, file), made)
            self.text_document_publish_diagnostics(params)

    def diagnostic(self, session: Session, file: str, one: Mapping[str, Any]) -> types.Diagnostic:
        """A diagnostic with its way out and the other places that belong to it."""
        ways = [f"\nhelp: {words}" for words in (one["fix"] or ())[:1]]
        related = [
            types.DiagnosticRelatedInformation(
                types.Location(
                    _uri(session, other["file"]), self.range(session, other["file"], other["span"])
                ),
                other["message"],
            )
            for other in one["related"]
            if other["span"] is not None
        ]
        return types.Diagnostic(
            range=self.range(session, file, one["span"]),
            severity=_SEVERITIES[one["severity"]],
            code=one["code"],
            source=f"amanat {one['name']}",
            message="".join((one["message"], *ways)),
            related_information=related or None,
        )

    def range(self, session: Session, file: str, span: Sequence[int]) -> types.Range:
        """A span (from 1, in characters) as the client counts. An empty one takes its word."""
        line, column, end_line, end_column = (number - 1 for number in span)
        return self.client_range(session.lines(file), Edit(line, column, end_line, end_column, ""))

    def client_range(self, lines: Sequence[str], edit: Edit) -> types.Range:
        """A range in characters as the client counts."""
        made = types.Range(
            types.Position(edit.line, edit.column), types.Position(edit.end_line, edit.end_column)
        )
        if edit.line >= len(lines) or edit.end_line >= len(lines):
            return made
        return self.workspace.position_codec.range_to_client_units(list(lines), made)

    def spot(self, session: Session, file: str, position: types.Position) -> Spot | None:
        """What a cursor of the client is at."""
        lines = session.lines(file)
        if position.line >= len(lines):
            return None
        own = self.workspace.position_codec.position_from_client_units(lines, position)
        return spot_at(lines, own.line, own.character)

    def edits(self, session: Session, file: str, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """Edits as the client applies them, with the line ends of the file."""
        lines = session.lines(file)
        end = session.line_end(file)
        return [
            types.TextEdit(self.client_range(lines, edit), edit.text.replace("\n", end))
            for edit in sorted(edits)
        ]

    def edition(self, uri: str) -> int | None:
        """Which version of a document the editor has; None where it is not open."""
        document = self.workspace.text_documents.get(uri)
        return None if document is None else document.version

    def location(self, session: Session, entry: Entry) -> types.Location | None:
        """Where an entry is declared."""
        if not entry.file or entry.span is None:
            return None
        return types.Location(_uri(session, entry.file), self.range(session, entry.file, entry.span))


def _path(uri: str) -> Path | None:
    found = to_fs_path(uri)
    return Path(found) if found else None


def _uri(session: Session, file: str) -> str:
    return from_fs_path(str(session.root / file)) or ""


def make() -> Server:  # noqa: PLR0915 - the table of what is answered
    """The server with all that it answers."""
    server = Server()

    @server.feature(types.INITIALIZED)
    def _start(ls: Server, _params: types.InitializedParams) -> None:
        answers.rules()
        folders = [_path(folder.uri) for folder in ls.workspace.folders.values()]
        for folder in filter(None, [*folders, _path(ls.workspace.root_uri or "")]):
            for root in (folder, folder / "catalog"):
                if (root / ROOT_FILE).is_file():
                    ls.open(root)

    def _edited(ls: Server, uri: str) -> None:
        found = ls.session(uri)
        if found is not None:
            found[0].changed()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        _edited(ls, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        _edited(ls, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        _edited(ls, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        _edited(ls, params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _watched(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            _edited(ls, change.uri)

    @server.feature(types.SHUTDOWN)
    def _shutdown(ls: Server, *_: object) -> None:
        for session in ls.sessions.values():
            session.link.close()

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[" ", ".", "[", ",", "{"], resolve_provider=True),
    )
    def _complete(ls: Server, params: types.CompletionParams) -> types.CompletionList | None:
        found = ls.session(params.text_document.uri)
        spot = None if found is None else ls.spot(*found, params.position)
        if found is None or spot is None:
            return None
        session, file = found
        proposals, whole = answers.completion(session, file, spot)
        there = ls.client_range(session.lines(file), Edit(spot.line, spot.start, spot.line, spot.end, ""))
        rest = session.lines(file)[spot.line][spot.end :].lstrip()
        return types.CompletionList(
            is_incomplete=not whole,
            items=[_item(session, one, there, rest.startswith(":")) for one in proposals],
        )

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    def _tell(ls: Server, item: types.CompletionItem) -> types.CompletionItem:
        data: Any = item.data
        if isinstance(data, dict) and "entry" in data:
            entry = ls.open(Path(data["root"])).entry(*data["entry"])
            if entry is not None and entry.told:
                item.documentation = types.MarkupContent(types.MarkupKind.Markdown, entry.told)
        return item

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
        found = ls.session(params.text_document.uri)
        spot = None if found is None else ls.spot(*found, params.position)
        if found is None or spot is None:
            return None
        told = answers.hover(*found, spot)
        if told is None:
            return None
        there = ls.client_range(
            found[0].lines(found[1]), Edit(spot.line, spot.start, spot.line, spot.end, "")
        )
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, told), there)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def _definition(ls: Server, params: types.DefinitionParams) -> list[types.Location]:
        found = ls.session(params.text_document.uri)
        spot = None if found is None else ls.spot(*found, params.position)
        if found is None or spot is None:
            return []
        places = [ls.location(found[0], one) for one in answers.named(*found, spot)]
        return [one for one in places if one is not None]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def _references(ls: Server, params: types.ReferenceParams) -> list[types.Location]:
        found, entry = _entry_at(ls, params.text_document.uri, params.position)
        if found is None or entry is None:
            return []
        session, _ = found
        answer = await session.ask("references", entry.kind, entry.id)
        return [
            types.Location(_uri(session, one["file"]), ls.range(session, one["file"], one["span"]))
            for one in answer.get("places", ())
            if params.context.include_declaration or not one["declared"]
        ]

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def _prepare(ls: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        found, entry = _entry_at(ls, params.text_document.uri, params.position)
        spot = None if found is None else ls.spot(*found, params.position)
        if found is None or entry is None or spot is None or not entry.file:
            return None
        there = ls.client_range(
            found[0].lines(found[1]), Edit(spot.line, spot.start, spot.line, spot.end, "")
        )
        return types.PrepareRenamePlaceholder(there, entry.id)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def _rename(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
        found, entry = _entry_at(ls, params.text_document.uri, params.position)
        if found is None or entry is None or not entry.file:
            return None
        answer = await found[0].ask("rename", entry.kind, entry.id, params.new_name)
        if "changes" not in answer:
            ls.complain(f"not renamed: {answer.get('refused') or answer.get('fault')}")
            return None
        return _rewritten(ls, found[0], answer["changes"])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _symbols(ls: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        found = ls.session(params.text_document.uri)
        if found is None or found[1] == ROOT_FILE:
            return []
        lines = lines_of(ls.workspace.get_text_document(params.text_document.uri).source)
        return _outline(ls, lines, answers.symbols(found[0], entries_of(lines), lines))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix], resolve_provider=True),
    )
    def _actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        found = ls.session(params.text_document.uri)
        if found is None:
            return []
        session, file = found
        made = []
        for one in session.diagnostics.get(file, ()):
            there = ls.range(session, file, one["span"])
            if there.start.line <= params.range.end.line and params.range.start.line <= there.end.line:
                shown = ls.diagnostic(session, file, one)
                made += [_action(ls, session, action, shown) for action in actions(session, file, one)]
        return made

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def _resolve(ls: Server, action: types.CodeAction) -> types.CodeAction:
        data: Any = action.data
        if action.edit is None and isinstance(data, dict) and "conflict" in data:
            session = ls.open(Path(data["root"]))
            answer = await session.ask("accept", data["conflict"])
            if "changes" not in answer:
                why = answer.get("refused") or answer.get("fault")
                ls.complain(f"not accepted: {why}")
                return action
            action.edit = _rewritten(ls, session, answer["changes"])
        return action

    return server


def _entry_at(
    ls: Server, uri: str, position: types.Position
) -> tuple[tuple[Session, str] | None, Entry | None]:
    found = ls.session(uri)
    spot = None if found is None else ls.spot(*found, position)
    if found is None or spot is None:
        return found, None
    entries = answers.named(*found, spot)
    return found, entries[0] if len(entries) == 1 else None


def _item(session: Session, one: answers.Proposal, there: types.Range, colon: bool) -> types.CompletionItem:
    text = one.text.removesuffix(": ") if colon else one.text
    label = one.text.removesuffix(": ")
    told = types.MarkupContent(types.MarkupKind.Markdown, one.told) if one.told else None
    return types.CompletionItem(
        label,
        kind=_SORTS[one.sort],
        detail=one.detail or None,
        documentation=told,
        text_edit=types.TextEdit(there, text),
        filter_text=label,
        data=None if one.entry is None else {"root": str(session.root), "entry": list(one.entry)},
    )


def _outline(
    ls: Server, lines: Sequence[str], symbols: Sequence[answers.Symbol]
) -> list[types.DocumentSymbol]:
    made = []
    for one in symbols:
        own = ls.client_range(lines, Edit(one.line, 0, one.line, len(lines[one.line]), ""))
        last = min(one.last, len(lines) - 1)
        whole = ls.client_range(lines, Edit(one.line, 0, last, len(lines[last]), ""))
        kind = types.SymbolKind.Field if one.section == "fields" else types.SymbolKind.Object
        detail = one.section + (f" · {one.label}" if one.label else "")
        made.append(types.DocumentSymbol(one.id, kind, whole, own, detail=detail))
    return made


def _action(ls: Server, session: Session, action: Action, shown: types.Diagnostic) -> types.CodeAction:
    made = types.CodeAction(
        action.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=action.preferred or None,
    )
    if action.conflict is not None:
        made.data = {"root": str(session.root), "conflict": action.conflict}
    else:
        made.edit = types.WorkspaceEdit(
            {_uri(session, file): ls.edits(session, file, edits) for file, edits in action.edits.items()}
        )
    return made


def _rewritten(ls: Server, session: Session, changes: Sequence[Mapping[str, Any]]) -> types.WorkspaceEdit:
    """The edit that gives files other texts, makes new ones and removes old ones."""
    made: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for change in changes:
        file, text = change["file"], change["text"]
        uri = _uri(session, file)
        if text is None:
            made.append(types.DeleteFile(uri))
            continue
        if change["new"]:
            made.append(types.CreateFile(uri))
        edits = between([""] if change["new"] else session.lines(file), lines_of(text))
        document = types.OptionalVersionedTextDocumentIdentifier(uri, ls.edition(uri))
        made.append(types.TextDocumentEdit(document, ls.edits(session, file, edits)))
    return types.WorkspaceEdit(document_changes=made)
