"""Fixes of any text: they end, repeat as nothing, keep comments, and break no VM."""

from __future__ import annotations

from fuzz import fix_properties, texts
from fuzz.target import Target
from fuzz.targets.rules import RELEASES
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source


def check(data: bytes) -> None:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    release = RELEASES[len(data) % len(RELEASES)]
    for unsafe in (False, True):
        fixed, _ = fix_properties.check(text, release, unsafe, hostile=True)
        assert fix_properties.check(fixed, release, unsafe, hostile=True)[0] == fixed
    found = lint(Source("vm.yaml", text), Settings(release=release)).diagnostics
    fixable = [diagnostic for diagnostic in found if diagnostic.fix]
    if fixable:
        fix_properties.check_one_fix(text, fixable[len(data) % len(fixable)], release)


TARGET = Target(check, texts.EXAMPLES, texts.WORDS, texts.seeds)
