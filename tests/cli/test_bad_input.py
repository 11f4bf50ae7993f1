"""Broken, hostile and odd input: a finding or a line about it, never a traceback or a hang."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from rtlint.kubevirt.releases import parse_release
from rtlint.lint.run import lint_bytes
from rtlint.lint.settings import Settings

HEAD = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\n"
VM = HEAD + "spec: {domain: {cpu: {model: host-model, realtime: {}}}}\n"
MASKED = HEAD + 'spec: {domain: {cpu: {realtime: {mask: "%s"}}}}\n'
LIST = "apiVersion: v1\nkind: List\nitems:\n"
TEMPLATE = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: kubevirt.io}\n"
LAUGHS = "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20))
PURE = (
    "import sys; sys.modules.update(_ruamel_yaml=None, _ruamel_yaml_clibz=None);"
    "from rtlint.cli import main; main()"
)

# Each with the lines on which RT001 speaks.
UNREADABLE = {
    "no-yaml": (VM + "x: [\n", [6]),
    "not-utf-8": (b"# a\n# \xe9\n" + VM.encode(), [2]),
    "not-utf-8-behind-a-byte-order-mark": (b"\xef\xbb\xbf# a\n#\xe9\n" + VM.encode(), [2]),
    "utf-16": (VM.encode("utf-16"), [1]),
    "utf-16-without-mark": (VM.encode("utf-16-be"), [1]),
    "nul-byte": (VM.replace("name: rt", "name: r\0t"), [3]),
    "control-character": (VM.replace("name: rt", "name: r\x9bt"), [3]),
    "half-a-character": (VM.replace("name: rt", 'name: "\\ud800"'), [3]),
    "tab-as-indentation": (VM + "x:\n\ty: z\n", [6]),
    "30000-brackets": (VM + "x: " + "[" * 30_000, [5]),
    "30000-braces": (VM + "x: " + "{a: " * 30_000, [5]),
    "30000-dashes": (VM + "x:\n" + "- " * 30_000, [6]),
    "30000-question-marks": (VM + "x:\n  " + "? " * 30_000, [6]),
    "aliases-that-explode": (VM + "a0: &a0 [x, x]\n" + LAUGHS, [10]),
    "chain-of-aliases": (
        VM + "a0: &a0 {}\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 900)),
        [481],
    ),
    "alias-that-holds-itself": (VM + "x: &a [*a]\n", [5]),
    "alias-of-nothing": (VM + "x: *a\n", [5]),
    "merge-of-itself": (VM + "x: &a {<<: *a}\n", [5]),
    "merge-of-a-scalar": (VM.replace("{model", "{<<: 1, model"), [4]),
    "merge-of-nothing": (VM + "<<:\n", [5]),
    "merge-of-a-list-of-scalars": (VM + "<<: [{a: b}, 1]\n", [5]),
    "keys-that-are-no-strings": (VM + "? [a]\n: b\n? {a: b}\n: c\nnull: d\n", [5, 7, 9]),
    "tag-of-no-base64": (VM + "x: !!binary '%'\n", [5]),
    "tag-of-no-integer": (VM + "x: !!int abc\n", [5]),
    "each-broken-document": ("---\n[kubevirt.io\n" * 3 + "---\n" + VM, [3, 5, 7]),
}
READABLE = {
    "empty": "",
    "comments": "# kubevirt.io\n# nothing else\n",
    "empty-documents": "# kubevirt.io\n" + "---\n" * 2000,
    "list-as-document": "- kubevirt.io\n",
    "scalar-as-document": "kubevirt.io\n",
    "no-objects": TEMPLATE,
    "null-objects": TEMPLATE + "objects: null\n",
    "mapping-as-objects": TEMPLATE + "objects: {a: b}\n",
    "keys-that-json-writes-as-strings": VM + "1: a\ntrue: b\n1.5: c\n2020-01-01: d\n",
    "foreign-tags": VM + "x: !!python/object:os.system y\nz: !!binary 'JQ=='\nn: !!int '4'\n",
}
# What else a VM may look like; each is found to be realtime without host-passthrough.
REALTIME = {
    "carriage-returns-and-newlines": VM.replace("\n", "\r\n"),
    "carriage-returns": VM.replace("\n", "\r"),
    "byte-order-mark": "\ufeff" + VM,
    "tab-in-a-value": VM.replace("name: rt", "name: r\tt"),
    "line-separator": VM.replace("name: rt", "name: 'r\u2028t'"),
    "list-of-lists": LIST + f"- null\n- 1\n- {json.dumps([1])}\n- apiVersion: v1\n  kind: List\n"
    "  items:\n  -\n  - " + VM.replace("\n", "\n    "),
    "long-line": VM + "x: " + "a" * 100_000 + "\n",
    "long-quoted-line": VM + 'x: "' + "a " * 20_000 + '"\n',
    "thousands-of-documents": "---\na: b\n" * 2000 + "---\n" + VM,
    "5000-digits-of-memory": VM.replace("{cpu", f"{{memory: {{guest: {'9' * 5000}}}, cpu"),
    "5000-digits-of-quantity": VM.replace("{cpu", f"{{memory: {{guest: {'9' * 5000}Gi}}, cpu"),
    "5000-digits-of-cores": VM.replace("{model", f"{{cores: {'9' * 5000}, model"),
    "5000-hexadecimal-digits": VM.replace("{model", f"{{cores: 0x{'f' * 5000}, model"),
    "huge-exponents": VM.replace(
        "{cpu", "{memory: {guest: 1e999999999, maxGuest: 1e-999999999}, cpu"
    ),
    "negative-counts": VM.replace("{model", "{cores: -4, sockets: -1, maxSockets: -2, model"),
    "largest-counts": VM.replace("{model", "{cores: 4294967295, sockets: 4294967295, model"),
    "mask-of-20000-pieces": MASKED % ",".join(str(n % 50) for n in range(20_000)),
    "mask-of-long-ranges": MASKED % ",".join(f"^{n}-16383" for n in range(10_000)),
    "mask-of-5000-digits": MASKED % ("0-" + "9" * 5000),
    "mask-of-blanks": MASKED % ("1" + " " * 100_000 + "x"),
}
EVERY = {name: text for name, (text, _) in UNREADABLE.items()} | READABLE | REALTIME


@pytest.fixture(scope="module", params=["c", "pure"])
def report(request, tmp_path_factory):
    """All of it in one run of the command line, with either parser."""
    folder = tmp_path_factory.mktemp("input")
    for name, text in EVERY.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.yaml").write_bytes(data)
    program = ["-m", "rtlint"] if request.param == "c" else ["-c", PURE]
    done = subprocess.run(
        [sys.executable, *program, folder, "--output-format", "json"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == b""
    assert done.returncode == 1
    found = {name: [] for name in EVERY}
    for diagnostic in json.loads(done.stdout)["diagnostics"]:
        found[Path(diagnostic["path"]).stem].append(diagnostic)
    return found


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_text_is_a_finding_on_its_line(report, name):
    lines = [d["start"]["line"] for d in report[name] if d["rule"] == "RT001"]
    assert lines == UNREADABLE[name][1]


@pytest.mark.parametrize("name", READABLE)
def test_text_that_is_merely_odd_is_readable(report, name):
    assert not [d for d in report[name] if d["rule"] == "RT001"]


@pytest.mark.parametrize("name", REALTIME)
def test_odd_vms_are_still_looked_at(report, name):
    rules = [d["rule"] for d in report[name]]
    assert "RT001" not in rules
    assert rules.count("RT101") == 1


def test_what_cannot_be_opened_is_a_line_and_the_rest_is_reported(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text(VM)
    (tmp_path / "nowhere.yaml").symlink_to("nothing")
    (tmp_path / "itself.yaml").symlink_to("itself.yaml")
    (tmp_path / "folder.yaml").symlink_to(".")
    for paths in (["."], ["vm.yaml", "nowhere.yaml", "itself.yaml"]):
        done = rtlint(*paths, "-q", "--select", "RT101", cwd=tmp_path)
        assert done.returncode == 2
        assert done.out.startswith("vm.yaml:4:")
        assert sorted(done.err.splitlines()) == [
            "rtlint: itself.yaml: Too many levels of symbolic links",
            "rtlint: nowhere.yaml: No such file or directory",
        ]


def test_paths_that_do_not_exist(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text(VM)
    done = rtlint("none.yaml", "vm.yaml", "-q", "--select", "RT101", cwd=tmp_path)
    assert (done.returncode, done.err) == (2, "rtlint: none.yaml: No such file or directory\n")
    assert done.out.startswith("vm.yaml:4:")


def test_files_and_folders_without_permission(rtlint_of_a_user, tmp_path):
    (tmp_path / "vm.yaml").write_text(VM)
    (tmp_path / "secret.yaml").write_text(VM)
    (tmp_path / "secret.yaml").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    done = rtlint_of_a_user(".", "-q", "--select", "RT101", cwd=tmp_path)
    assert done.returncode == 2
    assert done.out.startswith("vm.yaml:4:")
    assert sorted(done.err.splitlines()) == [
        "rtlint: closed: Permission denied",
        "rtlint: secret.yaml: Permission denied",
    ]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    from rtlint.project import discover

    def refuse(folder):
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(discover.os, "scandir", refuse)
    assert [file.path for file in discover.discover((str(tmp_path),))] == [str(tmp_path)]


def test_a_folder_without_manifests_is_no_error(rtlint, tmp_path):
    (tmp_path / "README.md").write_text("kubevirt.io")
    assert rtlint(tmp_path).returncode == 0


def test_names_and_text_that_the_terminal_cannot_show(rtlint, tmp_path):
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text(VM)
    (tmp_path / "vm.yaml").write_text(VM.replace("host-model", "\N{GRINNING FACE}"))
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = rtlint(".", "-q", "--select", "RT101", cwd=tmp_path, env=ascii_only)
    assert done.returncode == 1
    assert "model: \\U0001f600" in done.out
    done = rtlint(".", "--output-format", "json", cwd=tmp_path, env=ascii_only)
    paths = {d["path"] for d in json.loads(done.out)["diagnostics"]}
    assert paths == {"\udcff.yaml", "vm.yaml"}


def test_10_megabytes_on_one_line():
    _, result = lint_bytes("vm.yaml", (VM + "x: " + "a" * 10_000_000).encode(), Settings())
    assert "RT101" in {d.rule for d in result.diagnostics}


@pytest.mark.parametrize(
    "text",
    [
        lambda n: ("---\n" + VM) * (n // 120),
        lambda n: "---\n[kubevirt.io\n" * n,
        lambda n: VM + "x: [" + "1, " * n + "]\n",
        lambda n: VM + "".join(f"x{i}: &a{i} 1\n" for i in range(n)),
        lambda n: VM + "a: b\n" * n,
        lambda n: VM + "# a\n" * (10 * n),
        lambda n: VM + "x: |\n" + "  a\n" * (10 * n),
        lambda n: VM + "x: &a " + "# b\n " * n + "c\n",
        lambda n: MASKED % ",".join(str(i % 50) for i in range(n)),
    ],
    ids=[
        "vms",
        "broken",
        "list",
        "anchors",
        "duplicates",
        "comments",
        "block",
        "properties",
        "mask",
    ],
)
def test_cost_grows_with_the_size(text):
    """Four times the text takes about four times as long; sixteen would be a trap."""

    def cost(size):
        data = text(size).encode()
        times = []
        for _ in range(2):
            start = process_time()
            lint_bytes("vm.yaml", data, Settings())
            times.append(process_time() - start)
        return min(times)

    assert cost(8000) < 9 * cost(2000) + 0.3


SPEC = {
    "evictionStrategy": "None",
    "architecture": "amd64",
    "nodeSelector": {"kubevirt.io/realtime": "true"},
    "livenessProbe": {"exec": {"command": ["true"]}},
    "readinessProbe": {"exec": {"command": ["true"]}},
    "domain": {
        "cpu": {
            "sockets": 1,
            "maxSockets": 2,
            "cores": 4,
            "threads": 2,
            "model": "host-passthrough",
            "dedicatedCpuPlacement": True,
            "isolateEmulatorThread": True,
            "numa": {"guestMappingPassthrough": {}},
            "realtime": {"mask": "0-3"},
            "features": [{"name": "tsc-deadline", "policy": "require"}],
        },
        "resources": {
            "requests": {"cpu": "8", "memory": "8Gi"},
            "limits": {"cpu": "8", "memory": "8Gi"},
        },
        "memory": {"guest": "8Gi", "maxGuest": "16Gi", "hugepages": {"pageSize": "1Gi"}},
        "ioThreadsPolicy": "supplementalPool",
        "ioThreads": {"supplementalPoolThreadCount": 2},
        "machine": {"type": "q35"},
        "firmware": {"bootloader": {"efi": {"secureBoot": False}}},
        "features": {"acpi": {}},
        "clock": {"utc": {}, "timer": {"hpet": {"present": False}}},
        "devices": {
            "autoattachMemBalloon": False,
            "autoattachGraphicsDevice": False,
            "autoattachSerialConsole": True,
            "autoattachInputDevice": True,
            "clientPassthrough": {},
            "sound": {"name": "sound", "model": "ich9"},
            "inputs": [{"name": "tablet", "bus": "usb", "type": "tablet"}],
            "disks": [
                {"name": "root", "disk": {"bus": "virtio"}, "dedicatedIOThread": True},
                {"name": "cd", "cdrom": {"bus": "sata"}},
                {"name": "lun", "lun": {"bus": "scsi"}},
            ],
            "filesystems": [{"name": "shared", "virtiofs": {}}],
            "interfaces": [{"name": "default", "masquerade": {}, "model": "virtio"}],
            "gpus": [{"name": "gpu", "deviceName": "nvidia.com/T4"}],
        },
    },
    "networks": [{"name": "default", "pod": {}}],
    "volumes": [
        {"name": "root", "containerDisk": {"image": "disk"}},
        {"name": "cd", "cloudInitNoCloud": {"userData": "a"}},
        {"name": "lun", "persistentVolumeClaim": {"claimName": "claim"}},
        {"name": "shared", "configMap": {"name": "map"}},
    ],
}
SHORT = {"domain": {"cpu": {"realtime": {}}}}
METADATA = {"labels": {"a": "b"}, "annotations": {"cpu-quota.crio.io": "disable"}}


def machine(spec):
    return {
        "runStrategy": "Always",
        "instancetype": {"name": "type", "kind": "VirtualMachineInstancetype"},
        "preference": {"name": "preference"},
        "dataVolumeTemplates": [{"metadata": {"name": "volume"}, "spec": {}}],
        "template": {"metadata": METADATA, "spec": spec},
    }


INSTANCETYPE = {
    "cpu": {
        "guest": 4,
        "dedicatedCPUPlacement": True,
        "numa": {"guestMappingPassthrough": {}},
        "realtime": {"mask": "0"},
    },
    "memory": {"guest": "8Gi", "hugepages": {"pageSize": "1Gi"}},
    "annotations": {"a": "b"},
}
PREFERENCE = {
    "cpu": {"preferredCPUTopology": "preferCores", "preferredCPUFeatures": [{"name": "a"}]},
    "devices": {"preferredDiskBus": "virtio"},
    "requirements": {"cpu": {"guest": 2}, "memory": {"guest": "1Gi"}},
}
CONFIGURATION = {
    "vmRolloutStrategy": "LiveUpdate",
    "liveUpdateConfiguration": {"maxHotplugRatio": 4, "maxCpuSockets": 2, "maxGuest": "8Gi"},
    "developerConfiguration": {"featureGates": ["NUMA"]},
    "evictionStrategy": "None",
}
SPECS = {
    "kubevirt.io/v1 VirtualMachine": machine(SPEC),
    "kubevirt.io/v1 VirtualMachineInstance": SHORT,
    "kubevirt.io/v1 VirtualMachineInstanceReplicaSet": {"replicas": 1, **machine(SHORT)},
    "kubevirt.io/v1 VirtualMachineInstancePreset": {"selector": {}, **SHORT},
    "pool.kubevirt.io/v1beta1 VirtualMachinePool": {
        "replicas": 1,
        "virtualMachineTemplate": {"metadata": METADATA, "spec": machine(SHORT)},
    },
    "instancetype.kubevirt.io/v1beta1 VirtualMachineInstancetype": INSTANCETYPE,
    "instancetype.kubevirt.io/v1beta1 VirtualMachineClusterInstancetype": INSTANCETYPE,
    "instancetype.kubevirt.io/v1beta1 VirtualMachinePreference": PREFERENCE,
    "instancetype.kubevirt.io/v1beta1 VirtualMachineClusterPreference": PREFERENCE,
    "kubevirt.io/v1 KubeVirt": {"configuration": CONFIGURATION},
}
VALUES = (None, True, -1, "text", "${TEXT}", [None], {"": None})


def places(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else ()
    for key, child in enumerate(value) if isinstance(value, list) else children:
        yield from places(child, (*path, key))


def replaced(value, path, new):
    """The value with `new` at the path, the original untouched."""
    if not path:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize(
    ("kind", "release"),
    [*((kind, "v1.9") for kind in SPECS), ("kubevirt.io/v1 VirtualMachine", "v0.58.0")],
)
def test_any_value_may_stand_anywhere(kind, release):
    settings = Settings(release=parse_release(release))
    api_version, name = kind.split()
    thing = {"apiVersion": api_version, "kind": name, "metadata": METADATA, "spec": SPECS[kind]}
    # A third of the values in one place, and others in the next.
    for number, path in enumerate(places(thing)):
        for new in VALUES[number % 3 :: 3]:
            data = json.dumps(replaced(thing, path, new)).encode()
            _, result = lint_bytes("vm.yaml", data, settings)
            assert result.documents == 1, (path, new)
