"""`rtlint explain`: one rule, from its module's own text."""

from __future__ import annotations

import click

from rtlint.lint.registry import find_rule, load_rule


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> None:
    """Explain RULE (an id or a name): what it finds, why, its source, examples, its fix."""
    try:
        name = find_rule(rule)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(load_rule(name).page(), nl=False)
