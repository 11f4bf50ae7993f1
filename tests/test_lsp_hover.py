"""What the language server tells of the field at the cursor, and what it completes there."""

import pytest
from lsp_client import BROKEN, in_editor, place


@in_editor()
async def test_hover_on_a_field(ed):
    await ed.open(BROKEN)
    text = await ed.hover(place(BROKEN, "model:", 2))
    assert "**model** (string), KubeVirt: in all releases" in text
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
        ("v1.9", "3-1", "cannot be read: invalid mask range"),
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


def test_the_fields_that_matter_are_there():
    from rtlint.kubernetes.fields import split_path
    from rtlint.kubevirt.schema.api import kinds
    from rtlint.kubevirt.schema.paths import lifetimes
    from rtlint.lint.registry import find_rule
    from rtlint.lsp.fields import FIELDS

    vmi = kinds()["kubevirt.io/v1", "VirtualMachineInstance"]
    for path, field in FIELDS.items():
        assert lifetimes(vmi, ("spec", *split_path(path))), path
        assert all(find_rule(name).id == name for name in field.rules)
