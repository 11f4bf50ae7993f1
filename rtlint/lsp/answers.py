"""The language server answers the editor's questions: which function answers which."""

from __future__ import annotations

from tempfile import NamedTemporaryFile

from lsprotocol import types
from pygls.uris import from_fs_path

from rtlint import TYPE_CHECKING
from rtlint.blocks import is_documentation
from rtlint.lsp.actions import FIX_ALL, SHOW_CONVERSION, actions
from rtlint.lsp.completion import completions
from rtlint.lsp.cursor import Cursor, cursor_at
from rtlint.lsp.hover import hover, inlay_hints
from rtlint.lsp.positions import to_offset
from rtlint.lsp.server import Server
from rtlint.lsp.workloads import conversion

if TYPE_CHECKING:
    from rtlint.lsp.workloads import Form


def answer(server: Server) -> None:
    """Register what answers the editor's questions."""
    _offer_actions(server)
    _offer_commands(server)
    _explain(server)


def _offer_actions(server: Server) -> None:
    kinds = types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)
    def act(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction | types.Command]:
        checked = ls.current(params.text_document.uri)
        return list(actions(params, checked, ls.encoding))


def _explain(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(ls: Server, params: types.HoverParams) -> types.Hover | None:
        offset, cursor = _cursor(ls, params.text_document.uri, params.position)
        checked = ls.current(params.text_document.uri)
        text = cursor and hover(cursor, checked, ls.settings(params.text_document.uri), offset)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def hint(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
        checked = ls.current(params.text_document.uri)
        first, last = params.range.start.line + 1, params.range.end.line + 1
        settings = ls.settings(params.text_document.uri)
        return list(inlay_hints(checked, settings, ls.encoding, first, last))

    triggers = types.CompletionOptions(trigger_characters=[" ", '"'])

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, triggers)
    def complete(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
        uri = params.text_document.uri
        _, cursor = _cursor(ls, uri, params.position)
        return completions(cursor, ls.settings(uri).release) if cursor else []


def _cursor(server: Server, uri: str, position: types.Position) -> tuple[int, Cursor | None]:
    checked = server.current(uri)
    offset = to_offset(checked.source, position, server.encoding)
    if not is_documentation(checked.source.path):
        return offset, cursor_at(checked.source.text, offset)
    place = checked.source.position(offset)
    blocks = (part.source for part in checked.parts if place.line in part.source.lines)
    block = next(blocks, None)
    return offset, None if block is None else cursor_at(block.text, block.offset(place))


def _offer_commands(server: Server) -> None:
    @server.command("rtlint.preview")
    def preview(ls: Server, uri: str, form: str) -> str:
        """The conversion as `text` or as an `html` page."""
        return _conversion(ls, uri, "html" if form == "html" else "text")

    @server.command("rtlint.release")
    def release(ls: Server, uri: str) -> str:
        """The release that a file is linted for, as the editor's status names it."""
        return str(ls.settings(uri).release)

    @server.command(SHOW_CONVERSION)
    def show(ls: Server, uri: str) -> None:
        """For editors that know nothing of rtlint: the page in the user's browser."""
        page = _conversion(ls, uri, "html")
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=ls.pages, suffix=".html", delete=False
        ) as file:
            file.write(page)
        _show(ls, file.name)


def _conversion(server: Server, uri: str, form: Form) -> str:
    made = conversion(server.current(uri), server.settings(uri), form)
    for failure in made.failures:
        server.tell(types.MessageType.Warning, failure)
    return made.content


def _show(server: Server, path: str) -> None:
    window = server.client_capabilities.window
    if window is None or window.show_document is None or not window.show_document.support:
        server.tell(types.MessageType.Info, f"the conversion is in {path}")
        return
    params = types.ShowDocumentParams(from_fs_path(path) or path, external=True)
    server.window_show_document(params)
