"""What `git apply` makes of a diff is what the fixes make of the text."""

import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.repository import broken_vm
from rtlint.report.diff import diff
from rtlint.yaml.text_edit import Edit, apply, in_one

ENDS = ["\n", "\r\n", "\r", "\n\n", "\u2028"]
# Few words: what stands in a text again and again is easily taken for something else.
WORDS = ["a", "b: c", "- a", "--- a", "+++ b", "@@ -1 +1 @@", "\\ No newline", "", " ", "四😀"]
texts = st.lists(st.sampled_from([*ENDS, *WORDS]), max_size=60).map("".join)


@st.composite
def passes(draw):
    """A text, and for each of some passes what it changes in what the one before left."""
    text = old = draw(texts)
    made = []
    for _ in range(draw(st.integers(1, 4))):
        ends = draw(st.lists(st.integers(0, len(text)), unique=True, max_size=12).map(sorted))
        edits = [
            Edit(start, draw(st.sampled_from([start, end])), draw(texts.filter(_is_short)))
            for start, end in zip(ends[::2], ends[1::2], strict=False)
        ]
        made.append(edits)
        text = apply(text, edits)
    return old, made, text


def _is_short(text):
    return len(text) < 20


@given(passes())
@settings(deadline=None, max_examples=300)
def test_what_several_passes_change_is_changed_in_one(made):
    old, edits, new = made
    once = list(in_one(len(old), edits))
    assert apply(old, once) == new
    assert all(one.end < other.start for one, other in pairwise(once))


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@given(passes())
@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_git_makes_the_new_text_of_the_old(tmp_path, made):
    old, edits, new = made
    file = tmp_path / "vm.yaml"
    file.write_bytes(old.encode())
    patch = diff("vm.yaml", old, in_one(len(old), edits))
    assert patch or old == new
    if patch:
        apply_patch = ["git", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(apply_patch, cwd=tmp_path, input=patch.encode(), check=True)
    assert file.read_bytes() == new.encode()


def test_a_change_has_three_lines_around_it_and_no_more():
    old = "".join(f"{number}\n" for number in range(30))
    edits = [Edit(0, 0, "new\n"), Edit(20, 23, ""), Edit(len(old) - 1, len(old), "")]
    assert diff("./vm.yaml", old, edits) == (
        "--- a/vm.yaml\n+++ b/vm.yaml\n"
        "@@ -1,3 +1,4 @@\n+new\n 0\n 1\n 2\n"
        "@@ -8,7 +9,6 @@\n 7\n 8\n 9\n-10\n 11\n 12\n 13\n"
        "@@ -27,4 +27,4 @@\n 26\n 27\n 28\n-29\n+29\n\\ No newline at end of file\n"
    )


def test_the_diff_of_a_file_comes_before_the_next_file_is_read(tmp_path):
    files = first, large, last = [tmp_path / name for name in ("a.yaml", "b.yaml", "c.yaml")]
    first.write_text(broken_vm())
    # Its diff is more than a pipe holds: until it is read the last file waits.
    large.write_text("---\n".join(broken_vm(f"vm-{number}") for number in range(300)))
    last.write_text(broken_vm("early"))
    command = [sys.executable, "-m", "rtlint", "--diff", "--no-config", *map(str, files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        begun = process.stdout.readline()
        last.write_text("---\n".join([broken_vm(), broken_vm()]))
        rest = process.stdout.read()
    assert begun.endswith(b"a.yaml\n")
    assert rest.count(b"+          model") == 1 + 300 + 2
    assert process.returncode == 1
