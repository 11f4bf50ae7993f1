"""What the shell completes where click cannot know it."""

from __future__ import annotations

from click.shell_completion import CompletionItem

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Context, Parameter


def complete_rules(_: Context, __: Parameter, text: str) -> list[CompletionItem]:
    """Ids of rules, and names once one is begun, also behind a comma."""
    from rtlint.lint.registry import rule_names

    before, comma, last = text.rpartition(",")
    ids = [(name.id, name.slug) for name in rule_names() if name.id.startswith(last.upper())]
    slugs = [(name.slug, name.id) for name in rule_names() if name.slug.startswith(last.lower())]
    found = ids if not last else [*ids, *slugs]
    return [CompletionItem(before + comma + value, help=other) for value, other in found]


def complete_releases(_: Context, __: Parameter, text: str) -> list[CompletionItem]:
    """Minor releases, the newest first, with a `v` unless a number is begun."""
    from rtlint.kubevirt.releases import minor_releases

    mark = "" if text[:1].isdecimal() else "v"
    names = [f"{mark}{major}.{minor}" for major, minor in reversed(minor_releases())]
    return [CompletionItem(name) for name in names if name.startswith(text)]


def complete_kinds(_: Context, __: Parameter, text: str) -> list[CompletionItem]:
    """The kinds that the newest release serves."""
    from rtlint.kubevirt.releases import NEWEST
    from rtlint.kubevirt.schema.api import every_kind

    names = sorted({kind for _, kind in every_kind(NEWEST)})
    return [CompletionItem(name) for name in names if name.lower().startswith(text.lower())]
