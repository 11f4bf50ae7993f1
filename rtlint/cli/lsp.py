"""`rtlint lsp`: the language server."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import click

from rtlint import TYPE_CHECKING
from rtlint.cli.options import (
    cluster_option,
    given_options,
    ignore_option,
    release_option,
    rule_path_option,
    select_option,
)
from rtlint.kubevirt.releases import Release
from rtlint.project.files import Unusable

if TYPE_CHECKING:
    from rtlint.project.cluster import Target


@click.command("lsp")
@release_option
@cluster_option
@select_option
@ignore_option
@rule_path_option
@click.pass_context
def command(
    context: click.Context,
    release: Release,
    cluster: Target | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    rule_path: tuple[str, ...],
) -> None:
    """Serve editors: a language server on standard input and output.

    Findings, fixes, hover texts, completion and the conversion for the file that is being edited.
    It needs an extra: pip install rtlint[lsp], or '.[lsp]' in a clone.
    """
    if find_spec("pygls") is None:
        raise Unusable(
            "the language server is an extra; get it with: pip install rtlint[lsp], or "
            "'.[lsp]' in a clone"
        )
    if not (sys.__stdin__ and sys.__stdout__):
        raise Unusable(
            "the language server speaks over standard input and output, and one of them is closed"
        )
    from rtlint.lsp.wiring import make_server

    try:
        server = make_server(release, cluster, given_options(context), rule_path, select, ignore)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    server.start_io()
