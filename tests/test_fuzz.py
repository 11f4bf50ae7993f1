"""The fuzzer's targets: what it found once, and a few more inputs; `python -m fuzz` runs longer."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, Phase, given, settings

from fuzz.attempts import Attempts, TooSlow, shrunk, watched
from fuzz.targets import corpus, load, names

# Where an input costs a hundred times what it does elsewhere.
SLOW = {"blocks", "counts", "fix", "lists", "lsp", "repairs", "rules", "styles", "suppressions"}
# Memory is traced there, which takes several times as long again.
EXAMPLES = {"blocks": 15, "counts": 10}
NO_SERVER = pytest.mark.skipif(find_spec("pygls") is None, reason="pygls is not installed")
EVERY = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=NO_SERVER if name == "lsp" else ()) for name in names()]
)


@EVERY
def test_the_corpus_holds(name):
    known = list(corpus(name))
    # Of the repository's own manifests each is tried elsewhere.
    for data in known[:40] if name in SLOW else known:
        with watched(len(data)):
            load(name).check(data)


@EVERY
def test_inputs_made_to_the_grammar_hold(name):
    @settings(
        max_examples=EXAMPLES.get(name, 25 if name in SLOW else 200),
        derandomize=True,
        deadline=None,
        # To explain a failure every line is traced, which takes longer than what is watched.
        phases=set(Phase) - {Phase.explain},
        suppress_health_check=list(HealthCheck),
    )
    @given(load(name).examples)
    def run(data):
        with watched(len(data)):
            load(name).check(data)

    run()


def test_a_failure_is_kept_small_and_told_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("fuzz.attempts.FINDINGS", tmp_path)
    attempts = Attempts("some", check_no_x, 1)
    for data in (b"abc", b"abcxdef", b"x", b"xx"):
        attempts.attempt(data)
    assert attempts.summary() == 1
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"x"]
    assert "some: 4 inputs, 3 failures in 1 places" in capsys.readouterr().out


def check_no_x(data):
    assert b"x" not in data


def test_what_takes_too_long_is_a_failure():
    with pytest.raises(TooSlow), watched(-1499):
        while True:
            pass


def test_shrinking_ends_where_nothing_more_can_go():
    data = b"a" * 100 + b"xy" + b"b" * 100
    assert shrunk(data, lambda less: b"x" in less and b"y" in less) == b"xy"


@pytest.mark.parametrize("engine", ["hypothesis", "atheris"])
def test_the_command_runs_for_as_long_as_it_is_told(engine):
    if find_spec(engine) is None:
        pytest.skip(f"{engine} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "fuzz", "quantities", "--minutes", "0.02", "--engine", engine],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failures in 0 places" in done.stdout
