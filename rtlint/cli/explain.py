"""`rtlint explain`: one rule, from its module's own text."""

from __future__ import annotations

import click

from rtlint.cli.complete import complete_rules
from rtlint.cli.options import config_option, no_config_option, rule_path_option
from rtlint.lint.registry import find_rule, load_rule
from rtlint.lint.settings import Settings
from rtlint.project.configure import Asked, Configurations
from rtlint.visible import visible
from rtlint.yaml.render import render_flow


@click.command("explain")
@click.argument("rule", shell_complete=complete_rules)
@config_option
@no_config_option
@rule_path_option
def command(rule: str, config: str | None, no_config: bool, rule_path: tuple[str, ...]) -> None:
    """Explain RULE (an id or a name): what it finds, why, its source, examples, its fix.

    What the configuration of the current folder says of the rule follows.
    """
    configurations = Configurations(Asked(config, not no_config, rule_paths=rule_path))
    try:
        name = find_rule(rule, configurations.rules)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(load_rule(name).page(), nl=False)
    settings = configurations.settings(".", Settings(rules=(name,)))
    said = [] if settings.rules else ["left out"]
    if name.id in settings.severities:
        said.append(f"severity {settings.severities[name.id]}")
    if settings.options.get(name.slug):
        said.append(f"options {render_flow(dict(settings.options[name.slug]), False)}")
    loaded = configurations.of(".")
    if said and loaded is not None:
        click.echo()
        click.echo(visible(f"In {loaded.path}: {', '.join(said)}."))
