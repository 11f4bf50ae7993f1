"""Manifests of realtime VMs with everything broken that the rules look at, in every style.

All randomness comes from a `random.Random`: hypothesis hands in one that it can shrink, the fuzzer
one with a seed.
"""

import json
import re

from rtlint.yaml.scalars import resolve

ABSENT = object()

# A field of the VMI spec, and the values it may have; `ABSENT` more than once makes it rarer.
FIELDS = {
    "domain.cpu.cores": [ABSENT, 1, 2, 4, 4],
    "domain.cpu.sockets": [ABSENT, ABSENT, 1, 2],
    "domain.cpu.threads": [ABSENT, ABSENT, 1, 2, 4],
    "domain.cpu.model": [ABSENT, "host-model", "host-passthrough", "Skylake-Server", "", None],
    "domain.cpu.dedicatedCpuPlacement": [ABSENT, True, True, False, None],
    "domain.cpu.isolateEmulatorThread": [ABSENT, True, False, None],
    "domain.cpu.numa": [ABSENT, None, {}, {"guestMappingPassthrough": {}},
                        {"guestMappingPassthrough": None}],
    "domain.cpu.maxSockets": [ABSENT, ABSENT, 1, 2, 8],
    "domain.cpu.features": [ABSENT, None, [], [{"name": "tsc-deadline", "policy": "disable"}],
                            [{"name": "x2apic"}], [{"name": "tsc-deadline"}]],
    "domain.cpu.realtime": [{}, {"mask": None}, {"mask": ""}, {"mask": " "}, {"mask": "0-3"},
                            {"mask": "^0,0-3"}, {"mask": "01"}, {"mask": "1-9"}, {"mask": 1},
                            {"mask": "^1"}, {"mask": "0,,1"}, {"mask": "1 - 2"}, {"mask": "x"},
                            {"mask": 3.5}],
    "domain.memory": [ABSENT, None, {}],
    "domain.memory.guest": [ABSENT, "4Gi", "4Gi", "1536Mi", 4294967296, "512Mi", "3G"],
    "domain.memory.maxGuest": [ABSENT, ABSENT, "8Gi"],
    "domain.memory.hugepages": [ABSENT, None, {}, {"pageSize": "1Gi"}, {"pageSize": "2Mi"},
                                {"pageSize": ""}],
    "domain.resources.requests.cpu": [ABSENT, ABSENT, ABSENT, 4, "2500m", "2"],
    "domain.resources.limits.cpu": [ABSENT, ABSENT, ABSENT, "4", 3],
    "domain.resources.requests.memory": [ABSENT, ABSENT, "4Gi", "2Gi", "5000Mi"],
    "domain.resources.limits.memory": [ABSENT, ABSENT, "4Gi", "6Gi", "1Gi"],
    "domain.ioThreadsPolicy": [ABSENT, ABSENT, "auto", "shared", "supplementalPool"],
    "domain.devices": [ABSENT, None, {}],
    "domain.devices.autoattachMemBalloon": [ABSENT, True, False, None],
    "domain.devices.autoattachGraphicsDevice": [ABSENT, True, False],
    "domain.devices.autoattachSerialConsole": [ABSENT, True, False],
    "domain.devices.autoattachInputDevice": [ABSENT, ABSENT, True],
    "domain.devices.clientPassthrough": [ABSENT, ABSENT, {}],
    "domain.devices.sound": [ABSENT, ABSENT, {"name": "s", "model": "ac97"}],
    "domain.devices.inputs": [ABSENT, ABSENT, [{"name": "t", "type": "tablet", "bus": "usb"}],
                              [{"name": "t", "type": "tablet"}]],
    "domain.devices.interfaces": [ABSENT, ABSENT, [{"name": "n", "model": "e1000e", "bridge": {}}]],
    "domain.devices.disks": [ABSENT, [{"name": "a", "disk": {"bus": "virtio"}}],
                             [{"name": "a", "disk": {"bus": "sata"}}],
                             [{"name": "a", "disk": {}}, {"name": "b", "cdrom": {"bus": "usb"}}],
                             [{"name": "a", "disk": None, "dedicatedIOThread": True}]],
    "evictionStrategy": [ABSENT, ABSENT, "LiveMigrate", "None"],
    "nodeSelector": [ABSENT, ABSENT, {"kubevirt.io/realtime": ""}, {"a/b": "c"}],
    "livenessProbe": [ABSENT, ABSENT, {"exec": {"command": ["a", "b c"]}}],
    "accessCredentials": [ABSENT, ABSENT, [{"script": "#!/bin/sh\n# no comment\n\nexit 0\n"}]],
    "hostname": [ABSENT, ABSENT, "a long name # that is no comment", "名前 😀", "a: b", "x\ny\n\n"],
}  # fmt: skip

ANNOTATIONS = ["cpu-load-balancing.crio.io", "cpu-quota.crio.io", "irq-load-balancing.crio.io",
               "cpu-qouta.crio.io", "example.org/a"]  # fmt: skip

KINDS = {
    "VirtualMachineInstance": (),
    "VirtualMachine": ("spec", "template"),
    "VirtualMachineInstanceReplicaSet": ("spec", "template"),
    "VirtualMachineInstancePreset": (),
    "VirtualMachinePool": ("spec", "virtualMachineTemplate", "spec", "template"),
}


def put(data, path, value):
    for part in path[:-1]:
        if not isinstance(data.get(part), dict):
            data[part] = {}
        data = data[part]
    data[path[-1]] = value


def vmi_spec(rng, broken):
    """A VMI spec; of each field that may be broken, `broken` is how likely it is anything."""
    spec = {}
    right = {
        "domain.cpu.cores": 4, "domain.cpu.model": "host-passthrough",
        "domain.cpu.dedicatedCpuPlacement": True, "domain.cpu.isolateEmulatorThread": True,
        "domain.cpu.numa": {"guestMappingPassthrough": {}}, "domain.cpu.realtime": {"mask": "1-3"},
        "domain.memory.guest": "4Gi", "domain.memory.hugepages": {"pageSize": "1Gi"},
        "domain.devices.autoattachMemBalloon": False,
    }  # fmt: skip
    for path, values in FIELDS.items():
        value = rng.choice(values) if rng.random() < broken else right.get(path, ABSENT)
        if value is not ABSENT:
            put(spec, path.split("."), json.loads(json.dumps(value)))
    if "disks" in ((spec.get("domain") or {}).get("devices") or {}):
        names = [disk["name"] for disk in spec["domain"]["devices"]["disks"]]
        spec["volumes"] = [{"name": name, "emptyDisk": {"capacity": "1Gi"}} for name in names]
    if rng.random() < 0.2:
        spec = shuffled(rng, spec)
    return spec


def shuffled(rng, data):
    items = list(data.items())
    rng.shuffle(items)
    return {key: shuffled(rng, v) if isinstance(v, dict) else v for key, v in items}


def annotations(rng):
    names = rng.sample(ANNOTATIONS, rng.randint(0, 3))
    return {name: rng.choice(["disable", "enable", "true"]) for name in names}


def manifest(rng, spec=None):
    """One object."""
    kind = rng.choice(list(KINDS))
    result = {"apiVersion": "kubevirt.io/v1", "kind": kind, "metadata": {"name": "rt"}}
    if rng.random() < 0.3:
        result["metadata"]["annotations"] = annotations(rng)
    template = {}
    if rng.random() < 0.4:
        template["metadata"] = rng.choice([{}, None, {"annotations": annotations(rng)}])
    template["spec"] = vmi_spec(rng, rng.choice([0.1, 0.5, 0.9])) if spec is None else spec
    if KINDS[kind]:
        put(result, KINDS[kind], template)
    else:
        result["spec"] = template["spec"]
    return result


def document(rng):
    """What one document holds: an object, a List of some, or a Template."""
    shape = rng.random()
    if shape < 0.7:
        return manifest(rng)
    spec = vmi_spec(rng, 0.5)
    items = [manifest(rng, spec if rng.random() < 0.5 else None) for _ in range(2)]
    if shape < 0.9:
        return {"apiVersion": "v1", "kind": "List", "items": items}
    return {"apiVersion": "template.openshift.io/v1", "kind": "Template", "objects": items,
            "parameters": [{"name": "A"}]}  # fmt: skip


def text(rng):
    """A whole file."""
    shape = rng.random()
    if shape < 0.1:
        indent = rng.choice([None, 2, 4])
        separators = (",", ":") if indent is None else None
        end = rng.choice(["", "\n"])
        return json.dumps(document(rng), indent=indent, separators=separators) + end
    documents = [Writer(rng).document(document(rng)) for _ in range(rng.choice([1, 1, 1, 2]))]
    result = rng.choice(["", "---\n", "%YAML 1.1\n---\n", "# head\n", "\n--- # head\n"])
    result += rng.choice(["---\n", "--- # next\n", "...\n---\n"]).join(documents)
    result += rng.choice(["", "# end\n", "...\n", "\n\n", "---\n"])
    if rng.random() < 0.15:
        result = result.rstrip("\n")
    return result.replace("\n", rng.choice(["\n", "\n", "\n", "\r\n", "\r"]))


class Writer:
    """Writes values as a person might; every comment is named by the path that it belongs to."""

    def __init__(self, rng):
        self.rng = rng
        self.step = rng.choice([1, 2, 2, 2, 3, 4])
        self.dash = rng.choice([0, 0, 2, 4])
        self.comments = rng.choice([0, 0.05, 0.3])
        self.flow = rng.choice([0, 0.1, 0.4])
        self.anchors = rng.choice([0, 0, 0.3])
        self.anchored = []
        self.count = 0

    def document(self, data):
        if self.rng.random() < 0.1:
            return self.braces(data, "", 0) + "\n"
        return "".join(line + "\n" for line in self.mapping(data, "", ""))

    def chance(self, probability):
        return self.rng.random() < probability

    def comment(self, path):
        self.count += 1
        return f"# <{self.count}:{path}>"

    def trailing(self, path):
        blank = self.rng.choice([" ", "  ", "\t", " \t "])
        return blank + self.comment(path) if self.chance(self.comments) else ""

    def mapping(self, data, margin, path):
        """The lines of a block mapping."""
        lines = []
        rest = dict(data)
        base = self.base(rest)
        if base is not None:
            name, merged = base
            rest = {key: value for key, value in rest.items() if key not in merged}
            lines.append(f"{margin}<<: *{name}")
        for key, value in rest.items():
            where = f"{path}.{key}" if path else key
            if self.chance(self.comments):
                lines += [margin + self.comment(where)] * self.rng.choice([1, 1, 2])
            if self.chance(self.comments / 4):
                lines += [""]
            lines += self.entry(self.key(key), value, margin, where)
        return lines

    def key(self, key):
        plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", key) and isinstance(resolve(key), str)
        return key if plain and self.chance(0.95) else json.dumps(key)

    def entry(self, key, value, margin, path):
        """The lines of `key: value`."""
        for name, known in self.anchored:
            if known == value and type(known) is type(value) and self.chance(0.5):
                return [f"{margin}{key}: *{name}{self.trailing(path)}"]
        anchor = ""
        if value not in (None, "") and self.chance(self.anchors / 4):
            self.count += 1
            anchor = f" &a{self.count}"
        lines = self.value(key, value, margin, path, anchor)
        if anchor:
            self.anchored.append((anchor.strip(" &"), value))
        return lines

    def value(self, key, value, margin, path, anchor):
        blank = self.rng.choice(["", "", " "])
        if isinstance(value, dict | list) and value and not self.chance(self.flow):
            first = f"{margin}{key}:{anchor}{self.trailing(path)}"
            if isinstance(value, dict):
                return [first, *self.mapping(value, margin + " " * self.step, path)]
            return [first, *self.items(value, margin + " " * self.dash, path)]
        if isinstance(value, str) and "\n" in value and self.chance(0.8):
            return self.literal(f"{margin}{key}:{anchor}", value, margin)
        if value is None:
            text = self.rng.choice(["", "", " ~", " null"])
            return [f"{margin}{key}:{anchor}{text}{self.trailing(path)}"]
        text = self.braces(value, path, len(margin) + 1)
        return [f"{margin}{key}:{blank} {anchor.strip()}{' ' * bool(anchor)}{text}"
                + self.trailing(path)]  # fmt: skip

    def literal(self, first, value, margin):
        keep = "+" if value.endswith("\n\n") else "" if value.endswith("\n") else "-"
        inner = margin + " " * self.step
        lines = value.removesuffix("\n").split("\n") if keep != "-" else value.split("\n")
        return [f"{first} |{keep}", *(inner + line if line else "" for line in lines)]

    def items(self, values, margin, path):
        """The lines of a block list."""
        lines = []
        for index, value in enumerate(values):
            where = f"{path}[{index}]"
            if isinstance(value, dict) and value and not self.chance(self.flow):
                inner = self.mapping(value, margin + "  ", where)
                first = next(i for i, line in enumerate(inner) if line.strip())
                is_comment = inner[first].lstrip().startswith("#")
                if is_comment or inner[first].lstrip().startswith("<<"):
                    lines += [f"{margin}-", *inner]
                else:
                    lines += [f"{margin}- {inner[first].lstrip()}", *inner[first + 1 :]]
            else:
                lines.append(f"{margin}- {self.braces(value, where, len(margin) + 1)}")
        return lines

    def base(self, data):
        """An anchored mapping that this one can be merged with."""
        for name, known in self.anchored:
            is_part = isinstance(known, dict) and known and known.items() <= shallow(data).items()
            if is_part and self.chance(0.5):
                return name, known
        return None

    def braces(self, value, path, indent):
        """A value in flow style, on one line or more."""
        if isinstance(value, str):
            return self.string(value)
        if not isinstance(value, dict | list):
            return "null" if value is None else str(value).lower()
        left, right = "{}" if isinstance(value, dict) else "[]"
        inner = []
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            where = f"{path}.{key}".lstrip(".") if isinstance(value, dict) else f"{path}[{key}]"
            name = self.key(key) + ": " if isinstance(value, dict) else ""
            inner.append((name + self.braces(item, where, indent + 2), where))
        if not inner:
            return left + self.rng.choice(["", " "]) + right
        comma = "," if self.chance(0.2) else ""
        if self.chance(0.7):
            pad = self.rng.choice(["", " "])
            return left + pad + ", ".join(entry for entry, _ in inner) + comma + pad + right
        margin = " " * (indent + 2)
        lines = [left + self.trailing(f"{path}.?")]
        for number, (entry, where) in enumerate(inner):
            end = comma if number == len(inner) - 1 else ","
            lines.append(margin + entry + end + self.trailing(where))
        return "\n".join([*lines, " " * indent + right])

    def string(self, value):
        styles = ['"']
        if value.isprintable():
            styles.append("'")
        bare = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./-]*", value)
        if bare and isinstance(resolve(value), str):
            styles += ["", "", ""]
        style = self.rng.choice(styles)
        if style == "'":
            return "'" + value.replace("'", "''") + "'"
        return value if not style else json.dumps(value, ensure_ascii=False)


def shallow(data):
    """The mapping with its values as text, so that they can be compared as items."""
    return {key: value for key, value in data.items() if not isinstance(value, dict | list)}
