"""Field paths: whatever the keys, a path is read back as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtlint.kubernetes.fields import join_path, split_path
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

KEYS = st.text(alphabet='a."[]\\/ \n', max_size=5)


@given(st.lists(st.integers(0, 9) | KEYS, max_size=4))
def test_a_path_is_read_back_as_it_was_written(parts):
    assert split_path(join_path(*parts)) == tuple(parts)


@pytest.mark.parametrize("key", ["]-->]]>x [<y", '"].["', "\\"])
def test_any_key_is_a_finding(key):
    text = (
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\n"
        f"spec: {{domain: {{devices: {{}}}}, '{key}': 1}}\n"
    )
    result = lint(Source("vm.yaml", text), Settings())
    assert not result.failures
    assert "RT601" in {found.rule for found in result.diagnostics}
