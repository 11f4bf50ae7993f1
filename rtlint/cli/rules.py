"""`rtlint rules`: the table of rules."""

from __future__ import annotations

import click

from rtlint.lint.registry import load_rule, rule_names


@click.command("rules")
def command() -> None:
    """List the rules: id, name, severity, fix, and what each finds."""
    loaded = [load_rule(name) for name in rule_names()]
    width = max(len(rule.rule.name) for rule in loaded)
    for rule in loaded:
        fix = f"{rule.rule.fix} fix" if rule.rule.fix else ""
        line = f"{rule.rule.id}  {rule.rule.name:{width}}  {rule.rule.severity:7}  {fix:10}"
        click.echo(f"{line}  {rule.title}")
