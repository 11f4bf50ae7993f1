"""`rtlint explain`: rules, from their modules' own text."""

from __future__ import annotations

import sys

import click

from rtlint import TYPE_CHECKING
from rtlint.cli.complete import complete_rules
from rtlint.cli.options import color_option, config_option, no_config_option, rule_path_option
from rtlint.cli.outputs import look
from rtlint.lint.registry import find_rule, load_rule, matches, rule_names
from rtlint.lint.settings import Settings
from rtlint.project.configure import Asked, Configurations
from rtlint.report.terminal import Screen
from rtlint.visible import visible
from rtlint.yaml.render import render_flow

if TYPE_CHECKING:
    from rtlint.lint.registry import Name


@click.command("explain")
@click.argument("rule", required=False, shell_complete=complete_rules)
@config_option
@no_config_option
@rule_path_option
@color_option
def command(
    rule: str | None, config: str | None, no_config: bool, rule_path: tuple[str, ...], color: str
) -> None:
    """Explain RULE: what it finds, why, its source, examples, its fix.

    RULE is an id or a name, or a prefix such as RT2 for all of its rules; without one the rules are
    listed. What the configuration of the current folder says of a rule follows it.
    """
    configurations = Configurations(Asked(config, not no_config, rule_paths=rule_path))
    screen = Screen(*look(sys.stdout, color))
    if rule is None:
        from rtlint.cli.rules import rows_of, table

        click.echo(table(rows_of(configurations), screen), nl=False)
        return
    names = [name for name in (*rule_names(), *configurations.rules) if matches(name, rule)]
    try:
        # For what it says where there is none.
        names = names or [find_rule(rule, configurations.rules)]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo("\n".join(_page(name, configurations, screen) for name in names), nl=False)


def _page(name: Name, configurations: Configurations, shown: Screen) -> str:
    """A rule's page: as Markdown for programs, laid out for people."""
    page = load_rule(name).page()
    if shown.width is not None:
        from rtlint.report.page import laid_out

        page = laid_out(page, shown)
    said = _configured(name, configurations)
    return f"{page}\n{shown.wrap(said)}\n" if said else page


def _configured(name: Name, configurations: Configurations) -> str:
    """What the configuration of the current folder says of the rule; "" for nothing."""
    settings = configurations.settings(".", Settings(rules=(name,)))
    said = [] if settings.rules else ["left out"]
    if name.id in settings.severities:
        said.append(f"severity {settings.severities[name.id]}")
    if settings.options.get(name.slug):
        said.append(f"options {render_flow(dict(settings.options[name.slug]), False)}")
    loaded = configurations.of(".")
    return visible(f"In {loaded.path}: {', '.join(said)}.") if said and loaded else ""
