"""The settings of a file with what its configuration says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.config.load import split_names
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

    `globs` are those of `per-file-ignores` that match the file.
    """
    values = loaded.values
    release = base.release
    if values.get("kubevirt-version") and "kubevirt-version" not in given:
        release = parse_release(values["kubevirt-version"])
    known = (*rule_names(), *further)
    severities = {
        name.id: level
        for selector, level in values.get("severity", {}).items()
        for name in known
        if matches(name, selector)
    }
    options = {
        find_rule(rule, further).slug: options for rule, options in values.get("rules", {}).items()
    }
    suppress = base.suppress
    if "no-suppressions" not in given:
        suppress = not values.get("no-suppressions", not base.suppress)
    return base._replace(
        release=release,
        rules=_rules(loaded, globs, base, given),
        options=options,
        severities=severities,
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
