"""Finding and loading the rule modules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module

import rtlint
from rtlint import TYPE_CHECKING
from rtlint.lint.rule import Rule
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from rtlint.lint.rule import Check, Policy

_OF_PLATFORM = "A policy on VMs does not see the cluster's other objects."


class Name(NamedTuple):
    """A rule as its file's name tells it, before anything is imported.

    `folder` is where the module of a rule lies that is not rtlint's own.
    """

    id: str
    slug: str
    module: str
    folder: str = ""

    @property
    def is_of_platform(self) -> bool:
        """Whether the rule looks at objects of the platform, or at VMs beside them."""
        return not self.folder and self.id.startswith("RT8")


class LoadedRule(NamedTuple):
    """A rule's identity, its check, and the module's docstring: its documentation.

    `url` is its page; None for a user's own rule that names none. `policy` says the rule in CEL,
    or, as text, why it cannot be said there.
    """

    rule: Rule
    check: Check
    documentation: str
    url: str | None = None
    policy: Policy | str = "Rules of one's own run in rtlint only."

    @property
    def title(self) -> str:
        """The first line of the documentation: what the rule finds."""
        return self.documentation.partition("\n")[0]

    def page(self) -> str:
        """The rule's documentation as a Markdown page, for `rtlint explain` and `docs/rules/`."""
        fix = {None: "none", "safe": "safe (`--fix`)", "unsafe": "unsafe (`--unsafe-fixes`)"}
        policy = (
            f"none. {self.policy}" if isinstance(self.policy, str) else "yes (`rtlint policy`)."
        )
        return (
            f"# {self.rule.id} {self.rule.name}\n\n"
            f"Severity: {self.rule.severity}. Fix: {fix[self.rule.fix]}. Policy: {policy}\n\n"
            f"{self.documentation.strip()}\n"
        )


@cache
def rule_names() -> tuple[Name, ...]:
    """Every rule by its file's name, in the order of the ids."""
    return tuple(_names(f"{rtlint.DATA}/rules", lambda file: file.startswith("rt")))


def further_rules(folders: Iterable[str]) -> tuple[Name, ...]:
    """The rules in a user's own folders, in files such as `site001_cpu_count.py`, all loaded.

    Raises OSError for a folder that cannot be read, NoRule with all that is wrong with the rules.
    """
    from rtlint.lint.own import NoRule, is_rule, name_problems

    problems: list[str] = []
    found: list[Name] = []
    seen = {key for name in rule_names() for key in (name.id, name.slug)}
    for folder in dict.fromkeys(folders):
        problems += name_problems(folder)
        for bare in _names(folder, is_rule):
            name = bare._replace(folder=folder)
            if seen & {name.id, name.slug}:
                file = os.path.join(folder, f"{name.module}.py")
                problems.append(f"{file}: there is a rule {name.id} or `{name.slug}` already")
                continue
            seen |= {name.id, name.slug}
            found.append(name)
            try:
                load_rule(name)
            except NoRule as wrong:
                problems += wrong.messages
    if problems:
        raise NoRule(*problems)
    return tuple(found)


def _names(folder: str, is_rule: Callable[[str], object]) -> Iterator[Name]:
    for file in sorted(filter(is_rule, os.listdir(folder))):
        module = file.removesuffix(".py")
        id_, _, slug = module.partition("_")
        # With every field given a tuple is made without a further call.
        yield Name(id_.upper(), slug.replace("_", "-"), module, "")


@cache
def load_rule(name: Name) -> LoadedRule:
    """Import a rule's module. Raises NoRule for what is wrong with one of a user's own."""
    if name.folder:
        from rtlint.lint.own import guarded, load

        own = load(name.folder, name.module, name.id, name.slug)
        check = guarded(own.RULE, own.check, name.folder)
        return LoadedRule(own.RULE, check, own.__doc__ or "", own.RULE.url)
    # In a checkout and an editable install `rules/` stands beside the package.
    if rtlint.DATA not in rtlint.__path__:
        rtlint.__path__.append(rtlint.DATA)
    module = import_module(f"rtlint.rules.{name.module}")
    url = f"https://rtlint.io/rules/{name.id}"
    policy = _OF_PLATFORM if name.is_of_platform else module.policy
    return LoadedRule(module.RULE, module.check, module.__doc__ or "", url, policy)


def select_rules(
    select: Iterable[str], ignore: Iterable[str], further: tuple[Name, ...] = ()
) -> tuple[Name, ...]:
    """The rules that the selectors (ids, slugs, prefixes such as `RT2`) leave.

    Nothing selected means all; `further` are rules beside rtlint's own. Raises ValueError for a
    selector that names no rule.
    """
    selected, ignored = list(select), list(ignore)
    names = (*rule_names(), *further)
    if not (selected or ignored):
        return names
    for selector in (*selected, *ignored):
        if not any(matches(name, selector) for name in names):
            raise ValueError(unknown_rule(selector, further))
    return tuple(
        name
        for name in names
        if (not selected or any(matches(name, s) for s in selected))
        and not any(matches(name, s) for s in ignored)
    )


def find_rule(text: str, further: tuple[Name, ...] = ()) -> Name:
    """The rule with that id or slug. Raises ValueError, naming the nearest, where there is none."""
    for name in (*rule_names(), *further):
        if text.upper() == name.id or text.lower() == name.slug:
            return name
    raise ValueError(unknown_rule(text, further))


def unknown_rule(text: str, further: tuple[Name, ...] = ()) -> str:
    """What to say about text that names no rule; `further` are rules beside rtlint's own."""
    from difflib import get_close_matches

    names = (*rule_names(), *further)
    # Of ids another number is no nearer than the rest.
    known = {name.slug: name for name in names}
    near = get_close_matches(text.lower(), known, n=1)
    hint = f"; did you mean `{known[near[0]].id}` ({known[near[0]].slug})?" if near else ""
    return f"`{text}` names no rule{hint or '; `rtlint rules` lists them'}"


def matches(name: Name, selector: str) -> bool:
    """Whether the selector (an id, a slug, a prefix such as `RT2`) names the rule."""
    return selector.lower() == name.slug or name.id.startswith(selector.upper())
