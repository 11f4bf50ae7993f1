"""Which blocks of a page are read, and what of them."""

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from rtlint.blocks.read import blocks
from rtlint.yaml.source import Source

CASES = YAML(typ="safe").load(ROOT / "tests" / "blocks" / "cases.yaml")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_block_has_its_lines_without_what_stands_in_front_of_them(case):
    found = blocks(Source(case["path"], case["page"]))
    read = [{"line": block.lines.start, "text": block.text} for block in found]
    assert read == case["read"]
