"""Suppressions: they take away what they say and nothing else, and those written work."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import strategies as st

from fuzz import manifests, texts
from fuzz.target import Target
from rtlint.lint.add_suppressions import Unsuitable, add
from rtlint.lint.diagnostic import Diagnostic
from rtlint.lint.read_suppressions import read_suppressions
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Scalar, written
from rtlint.yaml.source import Source, Unreadable

_WORDS = ["# rtlint: ignore[RT101]", "# rtlint: ignore-file[RT4]", "# rtlint: ignore", "[RT1, RT2]",
         'rtlint.io/ignore: "RT101,RT402"', "rtlint", "RT003", "ignore-file", "RT999",
         "metadata: {annotations: {rtlint.io/ignore: RT4}}", " reason", *texts.WORDS]  # fmt: skip
_NAMES = ["RT101", "RT1", "RT", "RT402", "RT003", "RT999", "", " RT2 ", "cpu-host-passthrough", "]"]
_NOT_SUPPRESSED = {"RT001", "RT003", "RT004"}


def _made(seed: int) -> bytes:
    """A manifest with suppressions at the ends of lines, and between them."""
    rng = Random(seed)
    lines = manifests.text(rng).splitlines(keepends=True)
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(lines) + 1)
        names = ",".join(rng.choices(_NAMES, k=rng.randint(0, 3)))
        kind = rng.choice(["", "", "", "-file", "-next"])
        comment = f"# rtlint: ignore{kind}[{names}]{rng.choice(['', ' why', ' # x', ']'])}"
        if rng.random() < 0.5 and at < len(lines):
            lines[at] = lines[at].rstrip("\r\n") + f" {comment}\n"
        else:
            lines.insert(at, " " * rng.choice([0, 2, 6]) + comment + "\n")
    text = "".join(lines)
    return (texts.damaged(rng, text) if rng.random() < 0.3 else text).encode()


_EXAMPLES = st.integers(0, 2**64).map(_made)


def check(data: bytes) -> None:
    source = Source("vm.yaml", data.decode("utf-8", "replace").removeprefix("\ufeff"))
    documents = tuple(compose(source.text))
    _check_places(source, documents)
    every = lint(source, Settings(suppress=False, once=False))
    result = lint(source, Settings())
    kept = Counter(map(_said, result.diagnostics))
    own = Counter({said: count for said, count in kept.items() if said[0] == "RT003"})
    assert kept - own <= Counter(map(_said, every.diagnostics)), kept - own
    if result.suppressed == 0:
        once = lint(source, Settings(suppress=False))
        assert kept - own == Counter(map(_said, once.diagnostics))
    if not any(isinstance(document, Unreadable) for document in documents):
        _check_added(source)


def _check_places(source: Source, documents: tuple) -> None:
    roots = [document.root for document in documents if not isinstance(document, Unreadable)]
    quoted = [n for root in roots for n in written(root) if isinstance(n, Scalar) and n.style]
    for suppression in read_suppressions(source, documents):
        start, end = suppression.span
        assert 0 <= start <= end <= len(source.text)
        if suppression.obj is None:
            assert source.text[start] == "#" and "\n" not in source.text[start:end]
            for node in quoted:
                # The first line of a block scalar may end in a comment.
                is_header = node.style in "|>" and "\n" not in source.text[node.start : start]
                assert is_header or not node.start < start < node.end - 1, source.text[start:end]


def _check_added(source: Source) -> None:
    """Suppressions for all that is found leave nothing but what no suppression is for."""
    found = lint(source, Settings(once=False)).diagnostics
    try:
        text, count = add(source, found)
    except Unsuitable:
        return
    assert count == sum(each.rule not in _NOT_SUPPRESSED for each in found)
    left = lint(Source("vm.yaml", text), Settings()).diagnostics
    assert {each.rule for each in left} <= _NOT_SUPPRESSED, left


def _said(found: Diagnostic) -> tuple[object, ...]:
    return found.rule, found.message, found.field, found.document, found.start, found.end


TARGET = Target(check, _EXAMPLES, _WORDS, texts.seeds)
