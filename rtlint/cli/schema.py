"""`rtlint schema`: KubeVirt's API as JSON Schema."""

from __future__ import annotations

import json

import click

from rtlint.cli.complete import complete_kinds
from rtlint.cli.options import release_option
from rtlint.kubevirt.releases import Release
from rtlint.kubevirt.schema.document import document


@click.command("schema", short_help="Print KubeVirt's API as JSON Schema.")
@click.argument("kind", required=False, shell_complete=complete_kinds)
@release_option
@click.option(
    "--api-version",
    metavar="VERSION",
    help="Only this version, such as kubevirt.io/v1.  [default: all that the release serves]",
)
def command(kind: str | None, release: Release, api_version: str | None) -> None:
    """Print the JSON Schema of KIND (such as VirtualMachine), or of all KubeVirt's kinds.

    It is for editors (`# yaml-language-server: $schema=vm.schema.json`) and for other tools. Note
    that tools which read YAML 1.2 take `yes` and `on` for strings, where Kubernetes reads booleans.
    """
    try:
        schema = document(release, kind, api_version)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(json.dumps(schema, indent=2))
