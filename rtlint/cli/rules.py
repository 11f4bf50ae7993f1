"""`rtlint rules`: the table of rules."""

from __future__ import annotations

import sys

import click

from rtlint import TYPE_CHECKING
from rtlint.cli.options import color_option, config_option, no_config_option, rule_path_option
from rtlint.cli.outputs import look
from rtlint.lint.registry import LoadedRule, load_rule, rule_names
from rtlint.lint.settings import Settings
from rtlint.project.configure import Asked, Configurations
from rtlint.report.terminal import BOLD, COLOURS, DIM, Screen
from rtlint.tuples import NamedTuple
from rtlint.visible import as_json, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

# A title in a narrower column is a tower of words.
_NARROWEST = 40


class Row(NamedTuple):
    """A rule with the severity that the configuration of the current folder gives it."""

    loaded: LoadedRule
    severity: str


@click.command("rules")
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table for people, or JSON.",
)
@config_option
@no_config_option
@rule_path_option
@color_option
def command(
    output_format: str,
    config: str | None,
    no_config: bool,
    rule_path: tuple[str, ...],
    color: str,
) -> None:
    """List the rules: id, name, severity, fix, whether `rtlint policy` has it, what it finds.

    The severity is the one that the configuration of the current folder gives the rule; it is
    `off` for a rule that is left out there.
    """
    rows = rows_of(Configurations(Asked(config, not no_config, rule_paths=rule_path)))
    if output_format == "json":
        document = {"version": 1, "rules": list(map(_as_plain, rows))}
        click.echo(as_json(document), nl=False)
        return
    click.echo(table(rows, Screen(*look(sys.stdout, color))), nl=False)


def rows_of(configurations: Configurations) -> list[Row]:
    """All rules that there are, rtlint's own and those of the configurations."""
    names = (*rule_names(), *configurations.rules)
    settings = configurations.settings(".", Settings(rules=names))
    rows = []
    for name in names:
        loaded = load_rule(name)
        severity = settings.severities.get(name.id, loaded.rule.severity)
        rows.append(Row(loaded, severity if name in settings.rules else "off"))
    return rows


def table(rows: Iterable[Row], shown: Screen) -> str:
    """A line a rule; on a narrow terminal its title is below it."""
    return "".join(f"{line}\n" for line in _lines(list(rows), shown))


def _lines(rows: list[Row], shown: Screen) -> Iterator[str]:
    width = max(len(row.loaded.rule.name) for row in rows)
    for loaded, severity in rows:
        rule = loaded.rule
        id_ = shown.paint(shown.link(rule.id, loaded.url), BOLD)
        level = shown.paint(f"{severity:7}", COLOURS.get(severity, DIM))
        fix = f"{rule.fix} fix" if rule.fix else ""
        policy = "" if isinstance(loaded.policy, str) else "policy"
        columns = f"{id_}  {rule.name:{width}}  {level}  {fix:10}  {policy:6}"
        indent = len(rule.id) + width + 33
        title = visible(loaded.title)
        if shown.width is None or shown.width - indent >= _NARROWEST:
            yield shown.wrap(title, f"{columns}  ", " " * indent)
        else:
            yield columns.rstrip()
            yield shown.wrap(title, *[" " * (len(rule.id) + 2)] * 2)


def _as_plain(row: Row) -> dict[str, Any]:
    rule, policy = row.loaded.rule, row.loaded.policy
    return {
        "rule": rule.id,
        "name": rule.name,
        "severity": row.severity,
        "fix": rule.fix,
        "policy": not isinstance(policy, str),
        "why_no_policy": policy if isinstance(policy, str) else None,
        "summary": row.loaded.title,
        "url": row.loaded.url,
    }
