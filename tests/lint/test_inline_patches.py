"""Patches that stand in a kustomization are linted where they stand."""

import pytest

from rtlint.lint.run import is_worth_reading, lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

JSON_PATCH = """\
resources: [../base]
---
patches:
  - target: {kind: VirtualMachine, name: "rt-.*"}
    patch: |-
      - op: test
        path: /spec/runStrategy
        value: Always
      - op: add
        path: /spec/template/spec/domain/cpu/realtime
        value: {}
      - op: replace
        path: /spec/template/spec/domain/cpu/realtime/mask
        value: "0-3,^9-"  # of the old host
"""
MERGED = """\
patches%s:
- %s|
    apiVersion: kubevirt.io/v1
    kind: VirtualMachine
    metadata:
      name: other
    ---
    apiVersion: kubevirt.io/v1
    kind: VirtualMachine
    metadata:
      name: rt
    spec:
      template:
        spec:
          domain:
            cpu:
              realtime:
                mask: "0-3,^9-"%s
"""
FLOW = """\
patches:
- target: {kind: VirtualMachineInstance}
  patch: '[{"op": "add", "path": "/spec/domain/cpu/realtime", "value": {"mask": "0-3,^9-"}}]'
- patch: "- {op: add, path: /spec/domain/cpu/realtime/mask, value: '0-3,^9-'}"
"""


def found(text, path="overlay/kustomization.yaml"):
    return lint(Source(path, text), Settings()).diagnostics


def marked(text, diagnostic):
    line = text.splitlines()[diagnostic.start.line - 1]
    return line[diagnostic.start.column - 1 : diagnostic.end.column - 1]


@pytest.mark.parametrize(
    ("text", "document", "name"),
    [
        (JSON_PATCH, 2, "rt-.*"),
        (MERGED % ("StrategicMerge", "", ""), 1, "rt"),
        (MERGED % ("", "patch: ", ""), 1, "rt"),
    ],
)
def test_a_mask_is_marked_where_it_stands(text, document, name):
    (mask,) = found(text)
    assert (mask.rule, mask.document, mask.resource.name) == ("RT201", document, name)
    assert mask.field == "spec.template.spec.domain.cpu.realtime.mask"
    assert (mask.start.line, marked(text, mask)) == (
        text[: text.index('"0-3')].count("\n") + 1,
        '"0-3,^9-"',
    )
    # Nothing edits the text in a text.
    assert mask.fix is None


def test_patches_in_one_line():
    masks = found(FLOW)
    assert [(mask.rule, mask.start.line) for mask in masks] == [("RT201", 3), ("RT201", 4)]
    assert [marked(FLOW, mask) for mask in masks] == ['"0-3,^9-"', "'0-3,^9-'"]


@pytest.mark.parametrize("name", ["values.yaml", "old-kustomization.yaml"])
def test_what_is_no_kustomization_has_no_patches(name):
    assert found(JSON_PATCH, f"overlay/{name}") == []
    assert not is_worth_reading(f"overlay/{name}", JSON_PATCH.encode(), named=False)


@pytest.mark.parametrize("text", [JSON_PATCH, FLOW])
def test_a_kustomization_need_not_name_the_group(text):
    assert is_worth_reading("overlay/kustomization.yaml", text.encode(), named=False)


def test_other_patches_are_left_alone():
    text = JSON_PATCH.replace("VirtualMachine", "Deployment").replace("domain", "containers")
    assert found(text) == []
    in_list = JSON_PATCH.replace("cpu/realtime", "devices/disks/0/disk")
    assert found(in_list) == []


def test_a_patch_that_cannot_be_read_is_said_where_it_stands():
    text = JSON_PATCH.replace("op: replace", "op: [")
    (broken,) = found(text)
    assert (broken.rule, broken.start.line, broken.document) == ("RT001", 14, 2)


def test_a_comment_in_a_patch_suppresses():
    assert found(MERGED % ("", "patch: ", "  # rtlint: ignore[RT201] a host of its own")) == []
