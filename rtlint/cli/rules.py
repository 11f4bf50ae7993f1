"""`rtlint rules`: the table of rules."""

from __future__ import annotations

import click

from rtlint.cli.options import config_option, no_config_option, rule_path_option
from rtlint.lint.registry import load_rule, rule_names
from rtlint.lint.settings import Settings
from rtlint.project.configure import Asked, Configurations
from rtlint.visible import visible


@click.command("rules")
@config_option
@no_config_option
@rule_path_option
def command(config: str | None, no_config: bool, rule_path: tuple[str, ...]) -> None:
    """List the rules: id, name, severity, fix, and what each finds.

    The severity is the one that the configuration of the current folder gives the rule; it is
    `off` for a rule that is left out there.
    """
    configurations = Configurations(Asked(config, not no_config, rule_paths=rule_path))
    names = (*rule_names(), *configurations.rules)
    settings = configurations.settings(".", Settings(rules=names))
    loaded = [load_rule(name) for name in names]
    width = max(len(rule.rule.name) for rule in loaded)
    for name, rule in zip(names, loaded, strict=True):
        severity: str = settings.severities.get(name.id, rule.rule.severity)
        if name not in settings.rules:
            severity = "off"
        fix = f"{rule.rule.fix} fix" if rule.rule.fix else ""
        line = f"{rule.rule.id}  {rule.rule.name:{width}}  {severity:7}  {fix:10}"
        click.echo(visible(f"{line}  {rule.title}"))
