"""What the language server tells of the field at the cursor, and what it completes there."""

import re

import pytest
from conftest import ROOT
from lsp_client import BROKEN, INSTANCETYPE, NAMES_IT, in_editor, place

from rtlint.kubernetes.fields import split_path
from rtlint.kubevirt.schema.api import kinds
from rtlint.kubevirt.schema.paths import lifetimes
from rtlint.lint.registry import find_rule, rule_names
from rtlint.lint.run import lint
from rtlint.lsp.cursor import Cursor
from rtlint.lsp.fields import FIELDS
from rtlint.lsp.other_fields import INSTANCETYPE_FIELDS, PREFERENCE_FIELDS, VIRTUAL_MACHINE_FIELDS
from rtlint.lsp.schemas import effect
from rtlint.testing import read_cases
from rtlint.yaml.source import Source


@in_editor()
async def test_hover_on_a_field(ed):
    await ed.open(BROKEN)
    text = await ed.hover(place(BROKEN, "model:", 2))
    assert "**`model`** (string), KubeVirt: in all releases" in text
    assert "host's own" in text
    assert "[RT101](https://rtlint.io/rules/RT101)" in text
    assert await ed.hover(place(BROKEN, "host-model", 3)) == text
    assert await ed.hover(place(BROKEN, "実")) is None


@in_editor()
async def test_hover_tells_since_when_a_field_is_there(ed):
    text = BROKEN.replace("cores: 4", "maxSockets: 4")
    await ed.open(text)
    assert "since v1.0" in await ed.hover(place(text, "maxSockets", 3))


@pytest.mark.parametrize(
    ("release", "mask", "said"),
    [
        ("v1.9", "1-3", "KubeVirt v1.9.0: the mask selects vCPU 1-3 of 4."),
        ("v1.9", "0-3,^1", "KubeVirt v1.9.0: the mask selects vCPU 0, 2-3 of 4."),
        # libvirt read the pieces from left to right; virt-handler lets a negation win.
        ("v1.9", "^1,0-3", "KubeVirt v1.9.0: the mask selects vCPU 0, 2-3 of 4."),
        ("v0.58.0", "^1,0-3", "KubeVirt v0.58.0: the mask selects vCPU 0-3 of 4."),
        ("v1.9", "3-1", "cannot be read: `` invalid mask range `3-1` ``"),
    ],
)
def test_hover_on_a_mask(release, mask, said, tmp_path):
    async def on_mask(ed):
        text = BROKEN.replace("1-3", mask)
        await ed.open(text)
        assert said in await ed.hover(place(text, f'"{mask}"', 2))

    in_editor(options={"kubevirtVersion": release})(on_mask)(tmp_path)


@in_editor()
async def test_hover_in_half_written_text(ed):
    text = BROKEN + "    devices: {\n"
    await ed.open(text)
    for offset in (0, 2, 5):
        said = await ed.hover(place(text, '"1-3"', offset))
        assert "KubeVirt v1.9.0: the mask selects vCPU 1-3." in said


@in_editor()
async def test_inlay_hints_stand_behind_realtime_or_its_mask(ed):
    dedicated = BROKEN.replace("cores: 4", "dedicatedCpuPlacement: true\n      cores: 4")
    masked = dedicated.replace("1-3", "0-3,^1")
    await ed.open(masked)
    (hint,) = await ed.hints()
    assert hint.label == "SCHED_FIFO: vCPU 0, 2-3 · PMU off"
    assert hint.position == place(masked, '"0-3,^1"', len('"0-3,^1"'))
    plain = dedicated.replace('realtime:\n        mask: "1-3"', "realtime: {}")
    await ed.type(plain)
    (hint,) = await ed.hints()
    assert hint.label == "SCHED_FIFO: vCPU 0-3 · PMU off"
    assert hint.position == place(plain, "realtime: {}", len("realtime: {}"))
    await ed.type(dedicated.replace("1-3", "9"))
    (hint,) = await ed.hints()
    assert hint.label == "SCHED_FIFO: no vCPU · PMU off"
    await ed.type(BROKEN.replace('      realtime:\n        mask: "1-3"\n', ""))
    assert not await ed.hints()


@in_editor()
async def test_completion_of_fields(ed):
    await ed.open(BROKEN)
    found = await ed.complete(BROKEN.replace("cores: 4", "cores: 4\n      |"))
    assert {"numa", "dedicatedCpuPlacement", "sockets"} <= set(found)
    assert "cores" not in found
    assert found["dedicatedCpuPlacement"].insert_text == "dedicatedCpuPlacement: "
    assert found["numa"].insert_text == "numa:"
    assert "since v1.0" in found["maxSockets"].detail
    assert found["model"].documentation.startswith("The CPU that the guest sees.")


@pytest.mark.parametrize(
    "text",
    [
        BROKEN.replace("cores: 4", "iso|"),
        BROKEN.replace("cores: 4", "iso|\n      {"),
        BROKEN.replace("      cores: 4", "      iso|\n   bad: indent"),
        BROKEN.partition("cores")[0] + "|",
        BROKEN.partition("\n      cores")[0] + " {cores: 4, iso|",
    ],
)
def test_completion_in_a_half_written_mapping(text, tmp_path):
    async def half(ed):
        await ed.open(BROKEN)
        assert "isolateEmulatorThread" in await ed.complete(text)

    in_editor()(half)(tmp_path)


@in_editor("--kubevirt-version", "v0.59")
async def test_completion_knows_the_release(ed):
    await ed.open(BROKEN)
    found = await ed.complete(BROKEN.replace("cores: 4", "|"))
    assert "isolateEmulatorThread" in found
    assert "maxSockets" not in found


@pytest.mark.parametrize(
    ("old", "new", "values"),
    [
        ("model: host-model", "model: |", {"host-passthrough", "host-model"}),
        ("model: host-model", 'model: "ho|"', {"host-passthrough", "host-model"}),
        ("cores: 4", "isolateEmulatorThread: |", {"true", "false"}),
        ("spec:\n", "spec:\n  dnsPolicy: Clu|\n", {"ClusterFirst", "Default", "None",
                                                   "ClusterFirstWithHostNet"}),
        ("cores: 4", "cores: |", set()),
        ("cores: 4", "nosuchfield: |", set()),
    ],
)  # fmt: skip
def test_completion_of_values(old, new, values, tmp_path):
    async def complete(ed):
        await ed.open(BROKEN)
        assert set(await ed.complete(BROKEN.replace(old, new))) == values

    in_editor()(complete)(tmp_path)


@in_editor()
async def test_nothing_is_offered_outside_of_kubevirt_s_objects(ed):
    await ed.open(BROKEN)
    assert not await ed.complete("apiVersion: v1\nkind: Pod\nspec:\n  |")
    assert not await ed.complete(BROKEN.replace("# ", "# mo|"))


@pytest.mark.parametrize(
    ("text", "word", "said"),
    [
        ("cpu: {dedicatedCPUPlacement: true}", "dedicated", "CPU of its own"),
        ("cpu: {realtime: {mask: '1-3'}}", "'1-3", "selects vCPU 1-3"),
        ("memory: {hugepages: {pageSize: 1Gi}}", "pageSize", "[RT301]"),
        ("cpu: {guest: 4}", "guest", "How many vCPUs"),
    ],
)
def test_hover_on_an_instancetype(text, word, said, tmp_path):
    async def on_field(ed):
        whole = f"{INSTANCETYPE.partition('  cpu:')[0]}  {text}\n"
        await ed.open(whole)
        assert said in await ed.hover(place(whole, word, 2))

    in_editor()(on_field)(tmp_path)


@in_editor()
async def test_hover_outside_of_the_vmi_spec_and_in_a_list(ed):
    text = NAMES_IT.replace(
        "      domain:\n        devices: {}\n",
        "      nodeSelector: {kubevirt.io/realtime: ''}\n"
        "      domain:\n        devices:\n          disks:\n            - name: a\n"
        "              disk: {bus: sata}\n",
    ).replace(
        "  template:\n", "  template:\n    metadata: {annotations: {cpu-quota.crio.io: on}}\n"
    )
    await ed.open(text)
    assert "Each access stops a vCPU" in (await ed.hover(place(text, "bus:"))).replace(
        "each", "Each"
    )
    assert "[RT503]" in await ed.hover(place(text, "kubevirt.io/realtime", 3))
    assert "CFS quota" in await ed.hover(place(text, "cpu-quota", 3))
    assert "[RT702]" in await ed.hover(place(text, "instancetype:", 3))


@in_editor()
async def test_hover_on_a_preference(ed):
    text = PREFERENCE + "  devices: {preferredAutoattachMemBalloon: false}\n"
    await ed.open(text)
    assert "[RT401]" in await ed.hover(place(text, "preferredAuto", 3))


PREFERENCE = """\
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachinePreference
metadata: {name: rt}
spec:
"""
API = {
    "VirtualMachineInstance": ("kubevirt.io/v1", FIELDS),
    "VirtualMachine": ("kubevirt.io/v1", VIRTUAL_MACHINE_FIELDS),
    "VirtualMachineInstancetype": ("instancetype.kubevirt.io/v1beta1", INSTANCETYPE_FIELDS),
    "VirtualMachinePreference": ("instancetype.kubevirt.io/v1beta1", PREFERENCE_FIELDS),
}


@pytest.mark.parametrize("kind", API)
def test_the_fields_that_matter_are_there(kind):
    api_version, known = API[kind]
    for path, field in known.items():
        parts = split_path(path.replace("[]", "[0]"))
        assert lifetimes(kinds()[api_version, kind], ("spec", *parts)), path
        assert all(find_rule(name).id == name for name in field.rules)


CASES = read_cases(ROOT / "tests" / "cases")
# Rules that speak at whatever field is wrong, or at the annotation of a suppression.
ANYWHERE = {
    "RT002",
    "RT003",
    "RT505",
    "RT506",
    "RT601",
    "RT602",
    "RT603",
    "RT604",
    "RT605",
    "RT606",
}


@pytest.mark.parametrize(
    "name", [n for n in rule_names() if n.id not in ANYWHERE], ids=lambda name: name.id
)
def test_each_field_that_a_rule_speaks_at_has_a_text_that_names_the_rule(name):
    for case in (case for case in CASES if case.rule == name):
        for found in lint(Source("vm.yaml", case.content["manifest"]), case.settings).diagnostics:
            path = split_path(re.sub(r"^(items|objects)\[\d+\]\.", "", found.field or ""))
            # What comes from elsewhere is shown at the reference; annotations may have any name.
            if found.related or path[:1] != ("spec",) or "annotations" in path:
                continue
            resource = found.resource
            cursor = Cursor(resource.api_version, resource.kind, path, False, "", frozenset())
            known = effect(cursor, path)
            assert known is not None, found.field
            assert name.id in known.rules, found.field
