"""Inputs that cost as much as one can make them cost, each in any size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"

CHECK = ("check", "--no-config", "--jobs", "1", "--output-format", "json")
FIX = ("check", "--no-config", "--diff", "--unsafe-fixes")
TEXT = ("check", "--no-config")
PREVIEW = ("preview", "--output-format", "json")
OLD = ("--kubevirt-version", "v0.58.0")


class Hostile(NamedTuple):
    """An input that is meant to cost: `make` writes it for a size, which `units` is once.

    `arguments` are the command and options; the file's path comes behind them. `finds` is a rule
    that has something to say of it, or text of the message that refuses it.
    """

    make: Callable[[int], str | bytes]
    units: int
    finds: str
    arguments: tuple[str, ...] = CHECK
    name: str = "vm.yaml"


HEAD = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\n"
VM = HEAD + "spec: {domain: {cpu: {model: host-model, realtime: {}}, devices: {}}}\n"
BLOCK_VM = HEAD + (
    "spec:\n  domain:\n    devices: {}\n    cpu:\n      model: host-model\n      realtime: {}\n"
)
INSTANCETYPE = (
    "---\napiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachineInstancetype\n"
    "metadata: {name: it}\nspec: {cpu: {guest: 4, realtime: {}}, memory: {guest: 4Gi}}\n"
)
REFERRING = (
    "---\napiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: rt}\n"
    "spec: {runStrategy: Always, instancetype: {name: %s, kind: VirtualMachineInstancetype}, "
    "template: {spec: {domain: {devices: {}}}}}\n"
)


def masked(mask: str) -> str:
    return HEAD + f'spec: {{domain: {{cpu: {{cores: 4, realtime: {{mask: "{mask}"}}}}}}}}\n'


def with_domain(text: str) -> str:
    return HEAD + f"spec: {{domain: {{cpu: {{cores: 4, realtime: {{}}}}, {text}}}}}\n"


def each(item: str, count: int) -> str:
    """An item with its number in it, as often as that."""
    return ",".join(item % number for number in range(count))


def json_list(count: int) -> str:
    """Many VMs on one line."""
    vm = {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachineInstance",
        "metadata": {"name": "rt"},
        "spec": {"domain": {"cpu": {"model": "host-model", "realtime": {}}, "devices": {}}},
    }
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [vm] * count})


def block_list(count: int) -> str:
    vm = BLOCK_VM.rstrip().replace("\n", "\n  ")
    return "apiVersion: v1\nkind: List\nitems:\n" + f"- {vm}\n" * count


def laughs(levels: int, factor: int = 10) -> str:
    first = "a0: &a0 [x, x]\n"
    rows = (f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * factor)}]\n" for n in range(1, levels))
    return first + "".join(rows)


def below_the_limit() -> str:
    """A VM whose aliases stand for nearly as many nodes as rtlint reads."""
    ten = ",".join
    return (
        VM
        + f"x: [&a [{ten('x' * 10)}], &b [{ten(['*a'] * 10)}], &c [{ten(['*b'] * 10)}], "
        + f"&d [{ten(['*c'] * 8)}]]\n"
    )


def host(cpus: int) -> str:
    rows = [{"cpu": n, "core": n, "socket": 0, "node": 0} for n in range(cpus)]
    return json.dumps({"cpus": rows})


INPUTS = {
    # Aliases
    "alias bomb": Hostile(lambda n: VM + laughs(n), 500, "RT001"),
    "alias bomb, fixed": Hostile(lambda n: VM + laughs(n), 500, "", FIX),
    "alias bomb, previewed": Hostile(lambda n: VM + laughs(n), 500, "expand to more than", PREVIEW),
    "aliases below the limit": Hostile(
        lambda n: "".join("---\n" + below_the_limit() for _ in range(n)), 20, "RT601"
    ),
    "aliases below the limit, fixed": Hostile(
        lambda n: "".join("---\n" + below_the_limit() for _ in range(n)), 20, "+", FIX
    ),
    "chain of merges": Hostile(
        lambda n: (
            VM
            + "a0: &a0 {}\n"
            + "".join(f"a{i}: &a{i} {{<<: *a{i - 1}, k{i}: v}}\n" for i in range(1, n))
        ),
        2000,
        "RT601",
    ),
    "merges of one mapping": Hostile(
        lambda n: VM + "a: &a {x: y}\nb: {<<: [" + "*a," * n + "]}\n", 20_000, "RT601"
    ),
    "anchors": Hostile(lambda n: VM + "".join(f"x{i}: &a{i} 1\n" for i in range(n)), 4000, "RT601"),
    "anchor of a long name": Hostile(
        lambda n: VM + f"x: &{'a' * n} 1\ny: *{'a' * n}\n", 100_000, "RT601"
    ),
    "properties and comments": Hostile(
        lambda n: VM + "x: &a " + "# b \t\n " * n + "c\n", 20_000, "RT601"
    ),
    # Depth
    "deep brackets": Hostile(lambda n: VM + "x: " + "[" * n, 100_000, "RT001"),
    "deep braces": Hostile(lambda n: VM + "x: " + "{a: " * n, 30_000, "RT001"),
    "deep dashes": Hostile(lambda n: VM + "x:\n" + "- " * n, 100_000, "RT001"),
    "deep keys": Hostile(lambda n: VM + "x:\n  " + "? " * n, 100_000, "RT001"),
    "deep lines": Hostile(lambda n: VM + "".join(" " * i + "x:\n" for i in range(n)), 300, "RT601"),
    "documents of full depth": Hostile(
        lambda n: ("---\n" + VM + "x: " + "[" * 190 + "]" * 190 + "\n") * n, 100, "RT601"
    ),
    "lists in lists": Hostile(
        lambda n: (
            (
                "---\n"
                + '{"kind": "List", "apiVersion": "v1", "items": [' * 30
                + json_list(1)
                + "]}" * 30
                + "\n"
            )
            * n
        ),
        20,
        "RT101",
    ),
    # Many of one thing
    "documents": Hostile(lambda n: ("---\n" + VM) * n, 300, "RT101"),
    "documents, fixed": Hostile(lambda n: ("---\n" + VM) * n, 200, "+", FIX),
    "documents, text": Hostile(lambda n: ("---\n" + VM) * n, 200, "RT101", TEXT),
    "empty documents": Hostile(lambda n: VM + "---\n" * n, 50_000, "RT101"),
    "broken documents": Hostile(lambda n: "---\n[kubevirt.io\n" * n, 4000, "RT001"),
    "broken documents and a placeholder": Hostile(
        lambda n: "---\n[kubevirt.io\n" * n + "---\na: ${b}\n", 4000, "RT001"
    ),
    "placeholders": Hostile(lambda n: VM + "x: ${a} {{ b }}\n" * n, 4000, "RT002"),
    "keys that are mappings": Hostile(
        lambda n: "---\nkubevirt.io: {? {a} : b}\n" * n + "---\na: ${b}\n",
        4000,
        "",
    ),
    "keys": Hostile(lambda n: VM + "".join(f"x{i}: y\n" for i in range(n)), 4000, "RT601"),
    "keys, text": Hostile(
        lambda n: VM + "".join(f"x{i}: y\n" for i in range(n)), 4000, "RT601", TEXT
    ),
    "duplicate keys": Hostile(lambda n: VM + "a: b\n" * n, 8000, "RT002"),
    "wrong keys of list items": Hostile(
        lambda n: with_domain(f"devices: {{disks: [{'{nam: a, disk: {}},' * n}]}}"), 2000, "RT601"
    ),
    "unquoted annotations": Hostile(
        lambda n: VM.replace(
            "{name: rt}",
            f"{{name: rt, annotations: {{{','.join(f'a{i}: {i}' for i in range(n))}}}}}",
        ),
        1000,
        "RT603",
    ),
    "disks of one name": Hostile(
        lambda n: with_domain(f"devices: {{disks: [{'{name: a, disk: {bus: sata}},' * n}]}}"),
        1000,
        "RT505",
    ),
    "disks of one name, fixed": Hostile(
        lambda n: with_domain(f"devices: {{disks: [{'{name: a, disk: {bus: sata}},' * n}]}}"),
        1000,
        "+",
        FIX,
    ),
    "disks of one name, previewed": Hostile(
        lambda n: with_domain(f"devices: {{disks: [{'{name: a, disk: {bus: sata}},' * n}]}}"),
        1000,
        "",
        PREVIEW,
    ),
    "disks and volumes": Hostile(
        lambda n: with_domain(
            f"devices: {{disks: [{each('{name: a%d, disk: {bus: usb}}', n)}]}}"
        ).replace(
            "spec: {",
            "spec: {volumes: ["
            + ",".join(f"{{name: a{i}, emptyDisk: {{capacity: 1Gi}}}}" for i in range(n))
            + "], ",
        ),
        1000,
        "RT403",
    ),
    "interfaces and networks": Hostile(
        lambda n: with_domain(
            f"devices: {{interfaces: [{each('{name: a%d, model: e1000, bridge: {}}', n)}]}}"
        ).replace(
            "spec: {",
            "spec: {networks: ["
            + ",".join(f"{{name: a{i}, multus: {{networkName: a}}}}" for i in range(n))
            + "], ",
        ),
        1000,
        "RT408",
    ),
    "CPU features": Hostile(
        lambda n: (
            HEAD
            + "spec: {domain: {devices: {}, cpu: {realtime: {}, features: ["
            + ",".join(f"{{name: f{i}, policy: x}}" for i in range(n))
            + "]}}}\n"
        ),
        2000,
        "RT505",
    ),
    "inputs": Hostile(
        lambda n: with_domain(f"devices: {{inputs: [{'{name: a, type: x, bus: y},' * n}]}}"),
        1000,
        "RT505",
    ),
    "VMs of one instancetype": Hostile(lambda n: INSTANCETYPE + REFERRING % "it" * n, 300, "RT101"),
    "VMs of unknown instancetypes": Hostile(
        lambda n: "".join(REFERRING % f"it{i}" for i in range(n)), 300, "RT702"
    ),
    "instancetypes of one name": Hostile(
        lambda n: INSTANCETYPE * n + REFERRING % "it", 300, "RT101"
    ),
    "a list on one line": Hostile(json_list, 300, "RT101"),
    "a list on one line, text": Hostile(json_list, 300, "RT101", TEXT),
    "a list on one line, fixed": Hostile(json_list, 100, "+", FIX),
    "a list": Hostile(block_list, 300, "RT101"),
    "a list, fixed": Hostile(block_list, 100, "+", FIX),
    # Comments and suppressions
    "comments": Hostile(lambda n: VM + "# a\n" * n, 50_000, "RT101"),
    "comments that suppress": Hostile(
        lambda n: VM + "# rtlint: ignore[RT999]\n" * n, 2000, "RT003"
    ),
    "suppressions with findings": Hostile(
        lambda n: VM + "".join(f"x{i}: y # rtlint: ignore[RT601]\n" for i in range(n)),
        2000,
        "RT101",
    ),
    "suppressions of the file": Hostile(
        lambda n: (
            "# rtlint: ignore-file[RT999]\n" * n + VM + "".join(f"x{i}: y\n" for i in range(n))
        ),
        1000,
        "RT003",
    ),
    "names in a suppression": Hostile(
        lambda n: (
            f"# rtlint: ignore-file[{','.join(f'a{i}' for i in range(n))}]\n"
            + VM
            + "".join(f"x{i}: y\n" for i in range(n))
        ),
        1000,
        "RT003",
    ),
    "suppressions of objects": Hostile(
        lambda n: (
            (
                "---\n"
                + VM.replace("{name: rt}", "{name: rt, annotations: {rtlint.io/ignore: RT101}}")
            )
            * n
        ),
        300,
        "RT102",
    ),
    "names in an annotation": Hostile(
        lambda n: VM.replace(
            "{name: rt}",
            f"{{name: rt, annotations: {{rtlint.io/ignore: '{each('a%d', n)}'}}}}",
        ),
        4000,
        "RT003",
    ),
    # Long lines
    "long word": Hostile(lambda n: VM + "x: " + "a" * n + "\n", 1_000_000, "RT601"),
    "long key": Hostile(lambda n: VM + "? " + "a" * n + "\n: y\n", 1_000_000, "RT601"),
    "long keys": Hostile(
        lambda n: VM + f"? {'a' * n}\n: y\n? {'A' * n}\n: y\n? {'b' * n}\n: y\n", 300_000, "RT601"
    ),
    "long name with many findings": Hostile(
        lambda n: (
            VM.replace("name: rt", f"name: {'a' * 50 * n}")
            + "".join(f"x{i}: y\n" for i in range(n))
        ),
        1000,
        "RT601",
    ),
    "long instancetype": Hostile(lambda n: REFERRING % ("a" * n), 300_000, "RT702"),
    "long enumeration value": Hostile(
        lambda n: VM.replace("devices: {}", f"ioThreadsPolicy: {'a' * n}, devices: {{}}"),
        300_000,
        "RT505",
    ),
    "blanks": Hostile(lambda n: VM + "x: a" + " " * n + "b\n", 1_000_000, "RT601"),
    "blanks behind a kind": Hostile(lambda n: VM + "# kind" + " " * n + "\n", 1_000_000, "RT101"),
    "kinds": Hostile(lambda n: VM + "# kind  :  " * n + "\n", 100_000, "RT101"),
    "full-pcpus-only": Hostile(lambda n: VM + "# full-pcpus-only   " * n + "\n", 50_000, "RT101"),
    "open comments": Hostile(lambda n: VM + "# rtlint: ignore[" * n + "\n", 50_000, "RT003"),
    "brackets of templates": Hostile(lambda n: VM + "# " + "{" * n + "\n", 300_000, "RT101"),
    "brackets of templates, broken": Hostile(
        lambda n: VM + "x: " + "{" * 20 + " {{ " * n + "\n", 100_000, ""
    ),
    "tabs": Hostile(lambda n: VM + "x: a" + "\t" * n + "b\n", 300_000, "RT601"),
    "signs": Hostile(lambda n: VM + "x: &a " + "!b &c " * n + "\n", 50_000, "RT001"),
    "question marks": Hostile(lambda n: VM + "x: [" + "?," * n + "]\n", 50_000, "RT001"),
    "colons": Hostile(lambda n: VM + "x: {" + "a:," * n + "}\n", 10_000, "RT002"),
    "blob": Hostile(lambda n: VM + "x: |\n" + ("  " + "QUJD" * 19 + "\n") * n, 10_000, "RT601"),
    "blob in quotes": Hostile(lambda n: VM + 'x: "' + "QUJD\\n" * n + '"\n', 100_000, "RT601"),
    "surrogate escapes": Hostile(
        lambda n: json_list(1)[:-1] + ', "x": "' + "\\ud83d\\ude00" * n + '"}', 50_000, "RT101"
    ),
    # Numbers
    "mask of huge ranges": Hostile(
        lambda n: masked(",".join(["0-4294967295"] * n)), 10_000, "RT203"
    ),
    "mask of huge ranges, previewed": Hostile(
        lambda n: masked(",".join(["0-4294967295"] * n)), 10_000, "", PREVIEW
    ),
    "mask of huge ranges, libvirt": Hostile(
        lambda n: masked(",".join(["0-16383"] * n)), 10_000, "RT203", (*CHECK, *OLD)
    ),
    "mask of long negations": Hostile(lambda n: masked(",".join(["^16383"] * n)), 10_000, "RT202"),
    "mask of ids": Hostile(lambda n: masked(",".join(str(i) for i in range(n))), 10_000, "RT203"),
    "mask of ids, fixed": Hostile(
        lambda n: masked(",".join(str(i) for i in range(n))), 10_000, "+", FIX
    ),
    "mask of odd ids": Hostile(
        lambda n: masked(",".join(str(2 * i) for i in range(n))), 4_000, "RT203"
    ),
    "mask of digits": Hostile(lambda n: masked("0-" + "9" * n), 300_000, "RT201"),
    "mask of blanks": Hostile(lambda n: masked("1" + " " * n + "x"), 300_000, "RT201"),
    "mask of blanks, libvirt": Hostile(
        lambda n: masked("1" + " " * n + "x"), 300_000, "RT201", (*CHECK, *OLD)
    ),
    "mask of ids, unreadable": Hostile(lambda n: masked("1," * n), 100_000, "RT201"),
    "mask of commas": Hostile(lambda n: masked("1" + "," * n), 100_000, "RT201"),
    "mask of commas, fixed": Hostile(lambda n: masked("1" + ", " * n), 100_000, "", FIX),
    "mask of signs": Hostile(lambda n: masked("1" + " - " * n), 100_000, "RT201"),
    "quantity of digits": Hostile(
        lambda n: with_domain(f"memory: {{guest: {'9' * n}Gi}}"), 300_000, "RT101"
    ),
    "quantity of digits, previewed": Hostile(
        lambda n: with_domain(f"memory: {{guest: {'9' * n}Gi}}"), 300_000, "", PREVIEW
    ),
    "quantity with an exponent": Hostile(
        lambda n: with_domain(f"memory: {{guest: 1e{'9' * n}}}"), 300_000, "RT101"
    ),
    "number of digits": Hostile(
        lambda n: VM.replace("{model", f"{{cores: {'9' * n}, model"), 300_000, "RT603"
    ),
    "hexadecimal digits": Hostile(
        lambda n: VM.replace("{model", f"{{cores: 0x{'f' * n}, model"), 300_000, "RT603"
    ),
    "underscores": Hostile(lambda n: VM + "x: 1" + "_" * n + "\n", 300_000, "RT601"),
    "huge counts": Hostile(
        lambda n: (
            (
                "---\n"
                + VM.replace(
                    "{model", "{cores: 4294967295, sockets: 4294967295, threads: 4294967295, model"
                )
            )
            * n
        ),
        100,
        "RT101",
    ),
    "huge counts, previewed": Hostile(
        lambda n: (
            (
                "---\n"
                + VM.replace(
                    "{model", "{cores: 4294967295, sockets: 4294967295, threads: 4294967295, model"
                )
            )
            * n
        ),
        10,
        "",
        PREVIEW,
    ),
    "hotplug of huge counts, previewed": Hostile(
        lambda n: (
            (
                "---\n"
                + VM.replace(
                    "{model",
                    "{cores: 65535, sockets: 1, maxSockets: 65535, "
                    "dedicatedCpuPlacement: true, model",
                )
            )
            * n
        ),
        10,
        "",
        PREVIEW,
    ),
    "many vCPUs, previewed": Hostile(
        lambda n: VM.replace(
            "{model",
            f"{{cores: {n}, dedicatedCpuPlacement: true, isolateEmulatorThread: true, model",
        ),
        500,
        "",
        PREVIEW,
    ),
    "I/O threads, previewed": Hostile(
        lambda n: (
            (
                "---\n"
                + VM.replace(
                    "{cpu",
                    "{ioThreadsPolicy: supplementalPool, ioThreads: {supplementalPoolThreadCount: "
                    "4294967295}, cpu",
                ).replace("{model", "{cores: 4, dedicatedCpuPlacement: true, model")
            )
            * n
        ),
        10,
        "",
        PREVIEW,
    ),
    "huge memory, previewed": Hostile(
        lambda n: (
            (
                "---\n"
                + VM.replace(
                    "{cpu", "{memory: {guest: 8Ei, hugepages: {pageSize: 1}}, cpu"
                ).replace(
                    "{model",
                    "{cores: 4, numa: {guestMappingPassthrough: {}}, "
                    "dedicatedCpuPlacement: true, model",
                )
            )
            * n
        ),
        10,
        "",
        PREVIEW,
    ),
    # Encodings
    "bytes that are no UTF-8": Hostile(lambda n: VM.encode() + b"# \xff\xfe" * n, 100_000, "RT001"),
    "UTF-16": Hostile(lambda n: (VM + "# a\n" * n).encode("utf-16"), 50_000, "RT001"),
    "NULs": Hostile(lambda n: VM + "# \0" * n + "\n", 100_000, "RT001"),
    "NULs in documents": Hostile(lambda n: VM + "---\na: \0\n" * n, 2000, "RT001"),
    "marks": Hostile(lambda n: "\ufeff" * n + VM, 100_000, ""),
    "line ends": Hostile(lambda n: VM + "\r" * n + "\r\n" * n + "\x85" * n, 100_000, ""),
    # What is not a manifest
    "configuration of wrong keys": Hostile(
        lambda n: "".join(f"x{i}: y\n" for i in range(n)),
        500,
        "is no key",
        ("check", "--config"),
        ".rtlint.yaml",
    ),
    "configuration of wrong keys, TOML": Hostile(
        lambda n: "[tool.rtlint]\n" + "".join(f"x{i} = 1\n" for i in range(n)),
        500,
        "is no key",
        ("check", "--config"),
        "pyproject.toml",
    ),
    "configuration of long keys": Hostile(
        lambda n: f"? {'a' * n}\n: y\n",
        100_000,
        "is no key",
        ("check", "--config"),
        ".rtlint.yaml",
    ),
    "configuration of wrong rules": Hostile(
        lambda n: "ignore: [" + ",".join(f"x{i}" for i in range(n)) + "]\n",
        500,
        "x1",
        ("check", "--config"),
        ".rtlint.yaml",
    ),
    "configuration of aliases": Hostile(
        laughs,
        500,
        "expand to more than",
        ("check", "--config"),
        ".rtlint.yaml",
    ),
    "deep configuration": Hostile(
        lambda n: "x: " + "[" * n,
        50_000,
        "deeper",
        ("check", "--config"),
        ".rtlint.yaml",
    ),
    "deep configuration, TOML": Hostile(
        lambda n: "[tool.rtlint]\nx = " + "[" * n,
        50_000,
        "",
        ("check", "--config"),
        "pyproject.toml",
    ),
    "deep keys, TOML": Hostile(
        lambda n: "[tool.rtlint]\n" + "a." * n + "a = 1\n",
        10_000,
        "",
        ("check", "--config"),
        "pyproject.toml",
    ),
    "host of CPUs": Hostile(host, 4000, "", ("preview", str(EXAMPLES), "--host"), "host.json"),
    "host of a huge range": Hostile(
        lambda n: (
            "<capabilities><host><topology><cells>"
            + ("<cell id='0'><cpus><cpu id='0' siblings='0-4294967295'/></cpus></cell>" * n)
            + "</cells></topology></host></capabilities>"
        ),
        1000,
        "range",
        ("preview", str(EXAMPLES), "--host"),
        "host.xml",
    ),
    "deep host": Hostile(
        lambda n: "<capabilities>" + "<a>" * n,
        50_000,
        "broken XML",
        ("preview", str(EXAMPLES), "--host"),
        "host.xml",
    ),
    "deep host, JSON": Hostile(
        lambda n: '{"cpus": ' + "[" * n,
        50_000,
        "broken JSON",
        ("preview", str(EXAMPLES), "--host"),
        "host.json",
    ),
    "cluster of aliases": Hostile(
        lambda n: "apiVersion: kubevirt.io/v1\nkind: KubeVirt\n" + laughs(n),
        500,
        "expand to more than",
        ("check", "--no-config", str(EXAMPLES), "--cluster"),
        "cluster.yaml",
    ),
}
