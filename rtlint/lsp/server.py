"""The language server's state: what it knows, and what it tells the editor."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from functools import partial
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

import rtlint
from rtlint import TYPE_CHECKING
from rtlint.lint.registry import select_rules
from rtlint.lint.settings import Settings
from rtlint.lsp.checked import Checked, check
from rtlint.lsp.configured import Followed
from rtlint.lsp.diagnostics import diagnostics
from rtlint.lsp.workspace import Workspace
from rtlint.project.files import Unusable
from rtlint.visible import visible
from rtlint.yaml.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pygls.workspace import TextDocument

    from rtlint.kubevirt.releases import Release
    from rtlint.project.cluster import Target

# Changes that come in one burst are linted once; a person does not notice the pause.
_PAUSE = 0.005  # seconds

_log = logging.getLogger(__name__)


class Server(LanguageServer):
    """The server with what it knows: the files around, and each open text as it was linted."""

    def __init__(
        self,
        release: Release,
        cluster: Target | None,
        given: frozenset[str],
        rule_paths: tuple[str, ...],
        select: tuple[str, ...],
        ignore: tuple[str, ...],
    ) -> None:
        """Raises Unusable for rules of the user's own that cannot be loaded, and ValueError for
        what selects no rule."""
        # Whole texts, no changes of ranges: pygls applies those by lines as Python splits them,
        # and editors do not break lines at U+2028 or a form feed.
        super().__init__("rtlint", rtlint.__version__, types.TextDocumentSyncKind.Full)
        wrong = partial(self.tell, types.MessageType.Error)
        configurations = Followed(given, wrong, rule_paths)
        rules = select_rules(select, ignore, configurations.rules)
        settings = Settings(release, rules=rules)
        self.files = Workspace(settings, cluster, configurations, _log.info)
        self.checked: dict[str, Checked] = {}
        self._pages: TemporaryDirectory[str] | None = None
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._told: set[str] = set()

    @property
    def encoding(self) -> str:
        # Text where the editor asked for it, a member of the enumeration where it did not.
        return types.PositionEncodingKind(self.workspace.position_encoding).value

    @property
    def pages(self) -> str:
        """A folder for pages that the user looks at; it goes when the server does."""
        self._pages = self._pages or TemporaryDirectory(prefix="rtlint-")
        return self._pages.name

    def current(self, uri: str) -> Checked:
        """A text, linted as the editor holds it now, or as a file of the workspace has it.

        Of any other there is no text: a URI leads to no file outside.
        """
        document = self.document(uri)
        path = path_of(uri)
        if document is None:
            return check(Source(path, self._text(path)), self.files.settings(path), None)
        text = document.source.removeprefix("\ufeff")
        checked = self.checked.get(uri)
        if checked is None or checked.source.text != text:
            checked = check(Source(path, text), self.files.settings(path), checked)
            self.checked[uri] = checked
        return checked

    def _text(self, path: str) -> str:
        try:
            return self.files.text(path)
        except Unusable as error:
            self._tell_once(types.MessageType.Warning, str(error))
            return ""

    def document(self, uri: str) -> TextDocument | None:
        """What the editor holds open; pygls' own look-up would read any other file from disk."""
        documents: Mapping[str, TextDocument] = self.workspace.text_documents
        return documents.get(unquote(uri))

    def settings(self, uri: str) -> Settings:
        """What the text is linted with."""
        return self.files.settings(path_of(uri))

    def take(self, uri: str) -> None:
        """The text of a file is new: lint it, and the others where they depend on it."""
        self._forget_done()
        document = self.document(uri)
        if document is None:
            return
        if self.files.put(path_of(uri), document.source.encode("utf-8", "surrogatepass")):
            self.lint_all()
        else:
            self.publish(uri)

    def _forget_done(self) -> None:
        """pygls 2.1 keeps for ever what came of each notification that it handles itself, too."""
        futures: dict[Any, Any] = getattr(self.protocol, "_request_futures", {})
        for key in [key for key, future in futures.items() if future.done()]:
            del futures[key]

    def take_soon(self, uri: str) -> None:
        self.forget_waiting(uri)
        loop = asyncio.get_running_loop()
        self._waiting[uri] = loop.call_later(_PAUSE, self._safely, self.take, uri)

    def forget_waiting(self, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    def lint_all(self) -> None:
        """What the files say of each other has changed."""
        # Not by pygls' keys: those are unquoted, and would be so once more.
        for document in tuple(self.workspace.text_documents.values()):
            self._safely(self._lint_again, document.uri)

    def _lint_again(self, uri: str) -> None:
        checked = self.checked.get(uri)
        if checked is not None:
            self.checked[uri] = check(checked.source, self.settings(uri), checked)
        self.publish(uri)

    def _safely(self, step: Callable[[str], None], uri: str) -> None:
        """Do with one text what must not keep the others from being linted where it fails."""
        try:
            step(uri)
        except Exception as error:
            self.report_server_error(error, uri)

    def publish(self, uri: str) -> None:
        document = self.document(uri)
        if document is None:
            return
        checked = self.current(uri)
        found = diagnostics(checked, self.files.sources, self.encoding)
        params = types.PublishDiagnosticsParams(uri, found, document.version)
        self.text_document_publish_diagnostics(params)
        # Once: a rule that fails does so with every key that is pressed.
        for failure in dict.fromkeys(checked.failures):
            self._tell_once(types.MessageType.Error, failure)

    def _tell_once(self, kind: types.MessageType, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self.tell(kind, text)

    def tell(self, kind: types.MessageType, text: str) -> None:
        """Show a message; VS Code makes links of `[text](command:…)`, and runs their commands."""
        shown = "\n".join(map(visible, text.split("\n"))).replace("](", "] (")
        self.window_show_message(types.ShowMessageParams(kind, f"rtlint: {shown}"))

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002 - pygls' signature
        """An error of the server's own goes to its log; a window that pops up helps nobody."""
        _log.error("internal error: %s: %s", type(error).__name__, error)
        self.window_log_message(
            types.LogMessageParams(types.MessageType.Error, f"rtlint: internal error: {error}")
        )


def path_of(uri: str) -> str:
    """The file's path; of a text that is in no file the URI stands for it."""
    try:
        path = to_fs_path(uri) if uri.startswith("file:") else None
    except ValueError:
        path = None
    if path and "\0" not in path:
        return os.path.normpath(path)
    # As a path it leads nowhere, in particular not up.
    return "/".join(part for part in re.split(r"[/\\]", uri) if part != "..")
