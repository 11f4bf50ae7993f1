"""Hostile input costs in proportion to its size, and is told as what it is.

The inputs are those of `python -m benchmarks.hostile`. What is counted is calls of functions, not
time: the same input takes the same number of them each time.
"""

import sys
from io import BytesIO, TextIOWrapper

import pytest
from conftest import calls

from benchmarks.hostile import command_line, written
from benchmarks.hostile_inputs import INPUTS
from rtlint.cli import main

# Calls that a run may make now and then, whatever its input.
NOISE = 500


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run rtlint on an input of some size: what it prints, and how many calls that takes."""

    def run(hostile, units):
        file = tmp_path / hostile.name
        file.write_bytes(written(hostile, units))
        out = TextIOWrapper(BytesIO(), encoding="utf-8", errors="backslashreplace")
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", out)

        def work():
            with pytest.raises(SystemExit) as end:
                main(command_line(hostile, file))
            assert end.value.code in (0, 1, 2)

        made = calls(work)
        out.flush()
        return out.buffer.getvalue().decode(), made

    return run


@pytest.mark.parametrize("name", INPUTS)
def test_cost_grows_with_the_size(run, name):
    hostile = INPUTS[name]
    units = max(hostile.units // 32, 1)
    run(hostile, max(units // 2, 1))  # loads and compiles what is needed once
    (said, small), (_, middle), (_, large) = (run(hostile, units * times) for times in (1, 2, 4))
    assert hostile.finds in said
    assert "internal error" not in said
    # In proportion: the second doubling adds twice what the first one added.
    assert large - middle <= 2.3 * (middle - small) + NOISE
