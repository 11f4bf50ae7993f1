"""A `kind: List` read some items at a time: nothing else is found than in the whole."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hypothesis import strategies as st

from fuzz import manifests, texts
from fuzz.target import Target
from rtlint.limits import Limits
from rtlint.lint.run import Result, conclude_once, lint_parts
from rtlint.lint.settings import Settings
from rtlint.platform.model import Platform
from rtlint.project.known import told
from rtlint.yaml.compose import cut
from rtlint.yaml.source import TOP, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.part import Part

_WORDS = ["items:\n", "\n- ", "\n  - ", "kind: List\n", "kind: VirtualMachineList\n", "\n---\n",
          "metadata: {}\n", "# rtlint: ignore-file[RT4]\n", "# rtlint: ignore\n", "\n...\n", "&a ",
          "*a", "{{ x }}: 1\n", "a: |\n", "\n\n", "  ", *texts.WORDS]  # fmt: skip
_ODD_LINES = ["# rtlint: ignore[RT101]", "# rtlint: ignore-file[RT4]", "# why", "", "x: 1", "- 1",
              "  - {a: 1}", "...", "items:", "kind: Node", "&a b: *a", '"', "{{ x }}: 1", "? a",
              "-", "a: {", "%", "metadata:", "a: .inf", "<<: {a: 1}", "a: 1", "a: 2"]  # fmt: skip
_NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "n", "labels": {"cpumanager": "true"}},
    "status": {"capacity": {"cpu": "8"}},
}


def _made(seed: int) -> bytes:
    rng = Random(seed)
    writer = manifests.Writer(rng)
    if rng.random() < 0.6:
        # As kubectl writes it.
        writer.flow = writer.anchors = 0
    lines = writer.document(_list(rng)).splitlines(keepends=True)
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        line = " " * rng.choice([0, 0, 2, 4, 6]) + rng.choice(_ODD_LINES) + "\n"
        lines.insert(rng.randrange(len(lines) + 1), line)
    text = rng.choice(
        ["", "---\n", "a: 1\n---\n", "# rtlint: ignore-file[RT4, RT101]\n"]
    ) + "".join(lines)
    text += rng.choice(["", "", "---\n" + text])
    return (texts.damaged(rng, text) if rng.random() < 0.1 else text).encode()


def _list(rng: Random) -> dict[str, Any]:
    items = [rng.choice([manifests.manifest(rng), _NODE]) for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.1:
        for field in ("apiVersion", "kind"):
            items[-1] = {key: value for key, value in items[-1].items() if key != field}
    kind = rng.choice(["List", "List", "VirtualMachineList", "Template"])
    fields = {"apiVersion": rng.choice(["v1", "kubevirt.io/v1"]), "items": items, "kind": kind}
    if rng.random() < 0.5:
        fields["metadata"] = {"resourceVersion": ""}
    return fields if rng.random() < 0.7 else manifests.shuffled(rng, fields)


def check(data: bytes) -> None:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    whole = _found(text)
    with (
        patch("rtlint.lint.run.LONG", 1),
        patch("rtlint.project.known.LONG", 1),
        patch("rtlint.kubernetes.lists.LONG", 1),
        patch("rtlint.kubernetes.lists._PIECE", 1),
    ):
        pieces = _found(text)
    for one, other in zip(whole, pieces, strict=True):
        assert one == other, (one, other)


def _found(text: str) -> tuple[Any, ...]:
    """All that is told of a text."""
    settings = Settings(platform=Platform(()))

    def parts(whole: bool) -> Iterator[Part]:
        return lint_parts("dump.yaml", cut(text), settings, whole=whole)

    result = conclude_once(parts, settings)
    said = told("dump.yaml", text.encode(), Limits(), Source("dump.yaml", text, TOP))
    result.diagnostics = [_lasting(found) for found in result.diagnostics]
    return (*(getattr(result, name) for name in Result.__slots__), said.platform)


def _lasting(found: Diagnostic) -> Diagnostic:
    """A diagnostic without the numbers of the nodes that its fix was made in."""
    if found.fix is None:
        return found
    edits = tuple(
        edit._replace(slot=edit.slot and edit.slot._replace(collection=0))
        for edit in found.fix.edits
    )
    return found._replace(fix=found.fix._replace(edits=edits))


TARGET = Target(check, st.integers(0, 2**64).map(_made), _WORDS)
