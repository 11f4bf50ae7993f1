"""The baseline: what is known is hidden, what is new shows, and what is gone is said."""

from datetime import date

import pytest

from rtlint.cli.baseline import load_baseline
from rtlint.lint.baseline import compare, key_of, record, render
from rtlint.lint.registry import select_rules
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.project.files import Unusable
from rtlint.yaml.source import Source

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec: {domain: {cpu: {realtime: {}}, devices: {}}}
"""
TODAY = date(2030, 5, 5)
RULES = {"RT101", "RT103", "RT401"}
SETTINGS = Settings(rules=select_rules(RULES, []))


def found(text, path="vm.yaml"):
    return lint(Source(path, text), SETTINGS).diagnostics


def against(text, entries, paths=("vm.yaml",)):
    return compare(found(text), entries, paths, RULES, TODAY)


def test_what_is_known_survives_edits():
    entries = record(found(VM), [], {"vm.yaml"})
    moved = "# a comment\n\n" + VM.replace("{realtime: {}}", "\n  {realtime: {},\n  cores: 2}")
    compared = against(moved, entries)
    assert (compared.new, compared.hidden, compared.gone) == ([], 3, [])
    assert compare(found(moved, "b.yaml"), entries, ["b.yaml"], RULES, TODAY).new == []


def test_only_what_is_new_shows():
    fixed = VM.replace("realtime: {}", "realtime: {}, model: host-passthrough")
    entries = record(found(fixed), [], {"vm.yaml"})
    assert [d.rule for d in against(VM, entries).new] == ["RT101"]
    # The same once more is new, too.
    assert [d.rule for d in against(f"{fixed}---\n{fixed}", entries).new] == ["RT103", "RT401"]
    other = VM.replace("name: rt", "name: rt, namespace: a")
    assert len(against(other, entries).new) == 3


def test_what_is_gone_is_told_where_it_was_looked_for():
    entries = record(found(VM), [], {"vm.yaml"})
    fixed = VM.replace("realtime: {}", "realtime: {}, model: host-passthrough")
    assert [e.key.rule for e in against(fixed, entries).gone] == ["RT101"]
    assert against(fixed, entries, paths=["other.yaml"]).gone == []
    assert compare(found(fixed), entries, ["vm.yaml"], {"RT103"}, TODAY).gone == []


@pytest.mark.parametrize(
    ("expires", "hidden"), [(date(2030, 5, 4), 2), (date(2030, 5, 5), 3), (None, 3)]
)
def test_an_entry_counts_again_after_its_date(expires, hidden):
    first, *others = record(found(VM), [], {"vm.yaml"})
    compared = against(VM, [first._replace(expires=expires), *others])
    assert (compared.hidden, len(compared.new), len(compared.expired)) == (
        hidden,
        3 - hidden,
        3 - hidden,
    )


def test_recording_keeps_what_people_wrote_and_other_files():
    entries = record([*found(VM), *found(VM.replace("rt}", "b}"), "b.yaml")], [], {"vm.yaml"})
    first = entries[-1]._replace(reason="old nodes", expires=TODAY)
    again = record(found(VM), [*entries[:-1], first], {"vm.yaml"})
    assert first in again
    assert [entry.path for entry in again] == ["b.yaml"] * 3 + ["vm.yaml"] * 3
    assert {e.path for e in record(found(VM), entries, {"vm.yaml", "b.yaml"})} == {"vm.yaml"}


def test_the_file_is_read_as_it_was_written(tmp_path):
    twice = record(found(f"{VM}---\n{VM}"), [], {"vm.yaml"})
    entries = [e._replace(reason='say "why": ä', expires=TODAY) for e in twice]
    file = tmp_path / "baseline.yaml"
    file.write_text(render(entries))
    assert load_baseline(str(file)) == entries
    assert {entry.number for entry in entries} == {2}
    file.write_text(render([]))
    assert load_baseline(str(file)) == []


def test_text_without_a_resource_goes_by_its_file():
    broken = lint(Source("vm.yaml", "a: ["), Settings()).diagnostics
    assert [key_of(d) for d in broken] == [("RT001", "vm.yaml", "")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 1", ":1: not a baseline"),
        ("version: 1\nfindings:\n  - {rule: RT101}", ":3: an entry has a text as `resource`"),
        (
            "version: 1\nfindings:\n  - {rule: a, resource: b, field: c, path: d,\n"
            "     expires: soon}",
            ":4: `expires` is a date such as 2031-12-31, not `soon`",
        ),
        ("version: 1\nfindings:\n  - {rules: a}", ":3: `rules` is not a key of an entry"),
    ],
)
def test_a_file_that_is_no_baseline(tmp_path, content, said):
    file = tmp_path / "baseline.yaml"
    file.write_text(content)
    with pytest.raises(Unusable) as raised:
        load_baseline(str(file))
    assert said in str(raised.value)


def test_on_the_command_line(rtlint, tmp_path):
    vm, baseline = tmp_path / "vm.yaml", tmp_path / "known.yaml"
    vm.write_text(VM)
    args = ("--select", "RT101,RT103", "--baseline", baseline)
    written = rtlint(vm, "--write-baseline", *args)
    assert (written.returncode, written.out) == (0, "")
    assert written.err == f"rtlint: wrote 2 findings to {baseline}\n"
    one = rtlint(vm, "--select", "RT101", "--write-baseline", "--baseline", tmp_path / "one.yaml")
    assert one.err.startswith("rtlint: wrote 1 finding to ")
    quiet = rtlint(vm, *args)
    assert quiet.returncode == 0
    assert f"2 known findings hidden by {baseline}" in quiet.err
    assert quiet.out.startswith("Nothing new: 1 file, 1 VM, 1 realtime, 2 hidden by the baseline;")
    vm.write_text(VM.replace("{realtime: {}}", "{realtime: {}, isolateEmulatorThread: true}"))
    assert "1 entry no longer occurs" in rtlint(vm, *args).err
    assert rtlint(vm, "--baseline", tmp_path / "none.yaml").returncode == 2
