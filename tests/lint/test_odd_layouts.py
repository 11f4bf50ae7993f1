"""Every fix of oddly written manifests does what it says: alone, as reports and editors give it
out, and together with all others."""

import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import layouts
from rtlint.kubernetes.objects import plain
from rtlint.lint import alone, fixing
from rtlint.lint.expected import copy, perform, same
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml import edit as edits
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Source
from rtlint.yaml.text_edit import Edit, Withheld, apply

odd = settings(
    max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
seeds = st.integers(0, 2**32)


def meaning(text):
    return [
        copy(plain(document.root)) if isinstance(document, Document) else None
        for document in compose(text)
    ]


def fixes(text):
    found = lint(Source("vm.yaml", text), Settings()).diagnostics
    return [diagnostic for diagnostic in found if diagnostic.fix]


@odd
@given(seeds)
def test_each_fix_alone_does_what_it_says(seed):
    text = layouts.text(random.Random(seed))
    for diagnostic in fixes(text):
        expected = meaning(text)
        perform(expected[diagnostic.document - 1], diagnostic.fix.operations)
        assert same(meaning(apply(text, list(diagnostic.fix.edits))), expected), diagnostic


@odd
@given(seeds)
def test_all_fixes_together_do_what_they_say(seed):
    """`fix` raises Broken where they do not."""
    text = layouts.text(random.Random(seed))
    fixed = fixing.fix(Source("vm.yaml", text), Settings(), unsafe=True)
    assert fixed.source.text == text or fixed.applied


@odd
@given(seeds)
def test_an_excerpt_tells_what_the_whole_text_does(seed):
    """Of edits as they should be, and of some that are not."""
    rng = random.Random(seed)
    text = layouts.text(rng)
    document = next(compose(text))
    for diagnostic in fixes(text)[:4]:
        fix = diagnostic.fix
        damaged = [damage(rng, edit, text) for edit in fix.edits]
        for each in (fix.edits, tuple(damaged)):
            if diagnostic.document == 1 and not clash(each):
                assert stands(text, document, each, fix, 0) == stands(
                    text, document, each, fix, 10**6
                ), (text, each)


def damage(rng, edit, text):
    start, end, new, _ = edit
    start = max(0, start + rng.choice([-2, -1, 0, 0, 1]))
    end = min(len(text), max(start, end + rng.choice([-1, 0, 0, 1, 3])))
    return Edit(start, end, rng.choice([new, new, new[1:], new + " ", new + "\n", f"{new}:", ""]))


def clash(each):
    ordered = sorted(each)
    return any(one.end > other.start for one, other in pairwise(ordered))


def stands(text, document, each, fix, short):
    """Whether edits stand the trial, in an excerpt where the text is not `short`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alone, "_SHORT", short)
        try:
            alone.try_alone(text, document, each, fix.operations, Settings().limits, iter(range(9)))
        except Withheld:
            return False
    return True


@pytest.mark.parametrize("size", [0, 200])
def test_an_edit_that_breaks_the_text_is_withheld(monkeypatch, size):
    """In a text that is read as a whole, and in one of which an excerpt is."""
    more = "".join(f"        # d{n}\n        - {{name: d{n}}}\n" for n in range(size))
    text = (
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\nspec:\n"
        f"  domain:\n    devices:\n      disks:\n{more}        - {{name: d}}\n"
        "    cpu:\n      cores: 4\n      realtime: {mask: '0,'}\n"
    )
    assert "RT201" in {diagnostic.rule for diagnostic in fixes(text)}
    monkeypatch.setattr(edits, "render_scalar", lambda *_: "'0")
    found = lint(Source("vm.yaml", text), Settings()).diagnostics
    mask = next(diagnostic for diagnostic in found if diagnostic.rule == "RT201")
    assert (mask.fix, "would not mean" in mask.withheld) == (None, True)


def test_the_layouts_are_odd():
    texts = [layouts.text(random.Random(seed)) for seed in range(300)]
    assert sum(bool(fixes(text)) for text in texts) > 200
    for mark in ("\n  ,", "\r\n", "\t", "&a", ">-  #", "':", "\n      #", '{"'):
        assert any(mark in text for text in texts), mark
