"""`rtlint explain`: one rule, from its module's own text."""

from __future__ import annotations

import click

from rtlint.cli.options import rule_path_option
from rtlint.lint.registry import find_rule, load_rule
from rtlint.project.configure import Asked, Configurations


@click.command("explain")
@click.argument("rule")
@rule_path_option
def command(rule: str, rule_path: tuple[str, ...]) -> None:
    """Explain RULE (an id or a name): what it finds, why, its source, examples, its fix."""
    further = Configurations(Asked(rule_paths=rule_path)).rules
    try:
        name = find_rule(rule, further)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(load_rule(name).page(), nl=False)
