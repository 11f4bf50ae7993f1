"""Options that several commands have."""

from __future__ import annotations

import click

from rtlint.kubevirt.releases import NEWEST, Release, parse_release


def _version(_: click.Context, __: click.Parameter, text: str | None) -> Release:
    try:
        return NEWEST if text is None else parse_release(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


version_option = click.option(
    "--kubevirt-version",
    "release",
    callback=_version,
    metavar="VERSION",
    help="The target release, such as v1.9 or v0.58.0.  [default: the newest]",
)
