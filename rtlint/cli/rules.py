"""`rtlint rules`: the table of rules."""

from __future__ import annotations

import click

from rtlint.cli.options import rule_path_option
from rtlint.lint.registry import load_rule, rule_names
from rtlint.project.configure import Asked, Configurations


@click.command("rules")
@rule_path_option
def command(rule_path: tuple[str, ...]) -> None:
    """List the rules: id, name, severity, fix, and what each finds."""
    further = Configurations(Asked(rule_paths=rule_path)).rules
    loaded = [load_rule(name) for name in (*rule_names(), *further)]
    width = max(len(rule.rule.name) for rule in loaded)
    for rule in loaded:
        fix = f"{rule.rule.fix} fix" if rule.rule.fix else ""
        line = f"{rule.rule.id}  {rule.rule.name:{width}}  {rule.rule.severity:7}  {fix:10}"
        click.echo(f"{line}  {rule.title}")
