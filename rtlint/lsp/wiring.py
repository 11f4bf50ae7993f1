"""The language server follows what happens in the editor."""

from __future__ import annotations

from lsprotocol import types

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.releases import parse_release
from rtlint.lsp.answers import answer
from rtlint.lsp.server import Server, path_of

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubevirt.releases import Release
    from rtlint.project.cluster import Target


def make_server(
    release: Release,
    cluster: Target | None,
    given: frozenset[str],
    rule_paths: tuple[str, ...] = (),
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
) -> Server:
    """A server that targets a release; `cluster` is what the user says the cluster is.

    `given` are the options on the command line: they win over configuration files. `rule_paths`
    are folders of further rules, `select` and `ignore` name those to run and to skip. Raises
    Unusable for rules that cannot be loaded, and ValueError for a selector that names none.
    """
    server = Server(release, cluster, given, rule_paths, select, ignore)
    _follow_texts(server)
    _follow_workspace(server)
    answer(server)
    return server


def _follow_texts(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        ls.files.open(path_of(params.text_document.uri))
        ls.take(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        ls.take_soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        uri = params.text_document.uri
        ls.forget_waiting(uri)
        # A configuration counts as it is on disk.
        if ls.files.read([path_of(uri)]):
            ls.lint_all()
        ls.take(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        ls.forget_waiting(uri)
        ls.checked.pop(uri, None)
        ls.files.close(path_of(uri))
        # An editor shows findings until they are taken back.
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        ls.lint_all()


def _follow_workspace(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(ls: Server, params: types.InitializeParams) -> None:
        options = params.initialization_options
        _set_release(ls, options.get("kubevirtVersion") if isinstance(options, dict) else None)

    @server.feature(types.INITIALIZED)
    def initialized(ls: Server, _: types.InitializedParams) -> None:
        folders = ls.workspace.folders or ([ls.workspace.root_uri] if ls.workspace.root_uri else [])
        ls.files.follow(path_of(uri) for uri in folders)
        ls.lint_all()
        _watch(ls)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        if ls.files.read([path_of(change.uri) for change in params.changes]):
            ls.lint_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(ls: Server, _: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.files.follow(path_of(uri) for uri in ls.workspace.folders)
        ls.lint_all()


def _set_release(server: Server, text: Any) -> None:
    if text is None:
        return
    try:
        server.files.target(parse_release(str(text)))
    except ValueError as error:
        server.tell(types.MessageType.Error, f"kubevirtVersion: {error}")


def _watch(server: Server) -> None:
    """Ask the editor to tell of files that change on disk, where it can."""
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace else None
    if watching is None or not watching.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions(
        [
            types.FileSystemWatcher("**/*.{yaml,yml,json}"),
            types.FileSystemWatcher("**/{pyproject.toml,Kustomization}"),
        ]
    )
    server.client_register_capability(
        types.RegistrationParams(
            [types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
        )
    )
