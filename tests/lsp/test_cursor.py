"""Where the cursor is, in text that other tools fill in later."""

import pytest

pytest.importorskip("pygls")
from rtlint.lsp.cursor import cursor_at

HEAD = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\n"


@pytest.mark.parametrize(
    "above",
    [
        "metadata: {name: {{ .Values.name }}}\n",
        "metadata:\n  ? [a, b]\n  : c\n",
        "metadata:\n  ? {a: {b: c}}\n  : - d\n",
        "metadata:\n  ? - a\n  : b: c\n",
    ],
)
def test_keys_that_are_no_words_stand_above(above):
    text = f"{HEAD}{above}spec:\n  domain:\n    cpu:\n      cores: 4\n"
    cursor = cursor_at(text, text.index("4"))
    assert cursor is not None
    assert cursor.path == ("spec", "domain", "cpu", "cores")


@pytest.mark.parametrize("inside", ["{name: {{ |a: b }: c}}", "{? {a: |b} : c}", "{? [|a]}"])
def test_a_cursor_in_such_a_key_is_somewhere_or_nowhere(inside):
    text = f"{HEAD}metadata: {inside}\n"
    cursor = cursor_at(text.replace("|", ""), text.index("|"))
    assert cursor is None or cursor.path[0] == "metadata"
