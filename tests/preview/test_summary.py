"""`rtlint preview --summary`: one line a VM."""

import json
import re

import pytest
from previews import previewed, vm

from rtlint.preview.summary import render

VMS = [
    previewed(vm({"realtime": {"mask": "1-3"}}, name="right")),
    previewed(
        vm({"realtime": {"mask": "2-5"}}, devices={"autoattachMemBalloon": None}, name="odd")
    ),
    previewed(vm({"numa": None}, name="refused")),
    previewed(vm({"realtime": None}, name="usual")),
]


def columns(text):
    return [re.split("  +", line.rstrip()) for line in text.splitlines()]


def test_a_line_a_vm_and_the_counts():
    head, *lines, empty, total = columns(render(VMS))
    assert head == ["realtime", "VM", "vCPUs", "mask", "pages", "reason"]
    assert [line[:5] for line in lines] == [
        ["yes", "right", "4", "1-3", "4 x 1Gi"],
        ["yes, but", "odd", "4", "2-5", "4 x 1Gi"],
        ["NO", "refused", "4", "all", "4 x 1Gi"],
        ["NO", "usual", "4", "-", "4 x 1Gi"],
    ]
    assert lines[0][5:] == []
    assert lines[1][5] == "The mask names vCPUs 4-5, and the VM has 4 (0-3). (+1 more)"
    assert lines[2][5].startswith("refused: cpu.numa")
    assert empty == [""]
    assert total == ["4 VMs: 1 realtime, 1 realtime with something wrong, 2 not realtime."]


def test_namesakes_come_with_their_file():
    lines = columns(render([VMS[0], VMS[0], VMS[1]]))
    assert [line[1] for line in lines[1:4]] == ["right (vm.yaml)", "right (vm.yaml)", "odd"]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_line_stays_one_on_a_terminal(width):
    *lines, _, _ = render(VMS, width=width).splitlines()
    assert len(lines) == 5
    assert max(map(len, lines)) == width
    assert lines[2].endswith("…")


def test_the_verdict_has_its_colour():
    lines = render(VMS, colour=True).splitlines()
    assert lines[1].startswith("\x1b[1;32myes\x1b[0m  ")
    assert lines[2].startswith("\x1b[1;33myes, but\x1b[0m  ")
    assert lines[3].startswith("\x1b[1;31mNO\x1b[0m  ")
    assert re.sub("\x1b[^m]*m", "", "\n".join(lines)) == render(VMS).rstrip("\n")


def test_the_options(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(json.dumps(vm()))
    done = rtlint("preview", file, "--summary", "--color", "always")
    assert done.returncode == 0
    assert done.out.splitlines()[1].startswith("\x1b[1;32myes")
    assert done.out.endswith("1 VM: 1 realtime.\n")
    page = rtlint("preview", file, "--summary", "--output-format", "html").out
    assert page.count('<span class="chip') == 1
    assert "<article" not in page
    for wrong in (("--output-format", "json"), ("--effective",)):
        assert rtlint("preview", file, "--summary", *wrong).returncode == 2


def test_the_preview_has_colours_too(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(json.dumps(vm(devices={"autoattachMemBalloon": None})))
    shown = rtlint("preview", file, "--color", "always").out
    assert "\x1b[1;33mRealtime: yes, but 1 thing looks wrong\x1b[0m\n" in shown
    assert "\x1b[33m  The guest has a memory balloon" in shown
    assert "\x1b" not in rtlint("preview", file).out
