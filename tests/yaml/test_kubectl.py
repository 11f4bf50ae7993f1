"""Files as kubectl reads them.

The rows are what k8s.io/apimachinery v0.36.0 (YAMLOrJSONDecoder) with sigs.k8s.io/yaml v1.6.0 and
go-yaml v2.4.4 make of a text, as kubectl calls them: documents without the empty ones (numbers are
integers of 64 bits, else floats), and the error that ends the reading.
"""

import pytest
from measured import rows

from rtlint.kubernetes.objects import plain
from rtlint.lint.registry import select_rules
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable

SETTINGS = Settings(rules=select_rules(("RT001",), (), ()))


@pytest.mark.parametrize("row", rows("yaml.jsonl"), ids=lambda row: repr(row["text"]))
def test_rt001_says_what_kubectl_does_not_read_and_the_rest_is_read_alike(row):
    text = row["text"]
    found = lint(Source("x", text), SETTINGS).diagnostics
    if row["error"] is not None:
        assert found
        return
    said = {diagnostic.document for diagnostic in found}
    read = [
        plain(document.root)
        for document in compose(text)
        if not isinstance(document, Unreadable) and document.number not in said
    ]
    assert [document for document in read if document is not None] == row["documents"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("# c\n%YAML 1.1\n---\na: b\n", (2, 1)),
        ("a: b\n--- {c: d}\n", (2, 1)),
        ("a: b\n...\n# c\nc: d\n", (4, 1)),
        ("a: b\r---\rc: d\r", (3, 1)),
        ("a: b\n---\nc: [1, .inf]\n", (3, 8)),
        ("a: !!int b\n", (1, 10)),
    ],
)
def test_rt001_says_where(text, place):
    [found] = lint(Source("x", text), SETTINGS).diagnostics
    assert (found.start.line, found.start.column) == place


def test_what_kubectl_does_not_read_is_linted_all_the_same():
    text = (
        "--- {apiVersion: kubevirt.io/v1, kind: VirtualMachineInstance, metadata: {name: rt},\n"
        "  spec: {domain: {cpu: {realtime: {}}}}}\n"
    )
    found = {diagnostic.rule for diagnostic in lint(Source("x", text), Settings()).diagnostics}
    assert {"RT001", "RT101"} <= found
