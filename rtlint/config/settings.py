"""The settings of a file with what its configuration says."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.config.read import split_names
from rtlint.kubevirt.releases import parse_release
from rtlint.lint.registry import find_rule, matches, rule_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rtlint.config.load import Loaded
    from rtlint.lint.registry import Name
    from rtlint.lint.settings import Settings


def merged(
    loaded: Loaded,
    globs: Iterable[str],
    base: Settings,
    given: frozenset[str],
    further: tuple[Name, ...],
) -> Settings:
    """The run's settings with a configuration's; the options that are `given` stay.

    Of the options of rules those that the run has and the configuration does not stay, too.
    `globs` are those of `per-file-ignores` that match the file.
    """
    values = loaded.values
    release = base.release
    if values.get("kubevirt-version") and "kubevirt-version" not in given:
        release = parse_release(values["kubevirt-version"])
    known = (*rule_names(), *further)
    levels = {
        name.id: level
        for selector, level in values.get("severity", {}).items()
        for name in known
        if matches(name, selector)
    }
    options = dict(base.options)
    for rule, given_options in values.get("rules", {}).items():
        slug = find_rule(rule, further).slug
        options[slug] = {**options.get(slug, {}), **given_options}
    suppress = base.suppress
    if "no-suppressions" not in given:
        suppress = not values.get("no-suppressions", not base.suppress)
    return base._replace(
        release=release,
        rules=tuple(
            rule for rule in _rules(loaded, globs, base, given) if levels.get(rule.id) != "off"
        ),
        options=options,
        severities={id_: level for id_, level in levels.items() if level != "off"},
        suppress=suppress,
    )


def _rules(
    loaded: Loaded, globs: Iterable[str], base: Settings, given: frozenset[str]
) -> tuple[Name, ...]:
    """The rules that the command line leaves, without those that the configuration leaves out."""
    selected = () if "select" in given else loaded.names("select")
    ignored = () if "ignore" in given else loaded.names("ignore")
    per_file = loaded.values.get("per-file-ignores", {})
    left_out = (*ignored, *(name for glob in globs for name in split_names(per_file[glob])))
    return tuple(
        rule
        for rule in base.rules
        if (not selected or any(matches(rule, selector) for selector in selected))
        and not any(matches(rule, selector) for selector in left_out)
    )
