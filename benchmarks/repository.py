"""Manifests to measure on: the same seed gives the same bytes.

Of a GitOps repository nine files of ten have nothing to do with KubeVirt; of the VMs one in ten has
a mistake, one in fifty is no YAML.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

WORDS = ("api", "batch", "cache", "edge", "gate", "index", "ledger", "mail", "order", "queue")
PARTS = ("conditions", "network", "policy", "replicas", "schedule", "storage", "template")
MISTAKES = (
    ("          model: host-passthrough\n", ""),
    ("dedicatedCpuPlacement: true", "dedicateCpuPlacement: true"),
    ('mask: "1-', 'mask: "1-,'),
    ("pageSize: 1Gi", "pageSize: 2Mi"),
    ("autoattachMemBalloon: false", "autoattachMemBalloon: true"),
)


def write(folder: Path, files: int = 2000, seed: int = 1) -> int:
    """Write the repository; returns its size in bytes."""
    random = Random(seed)
    size = 0
    for number in range(files):
        path, text = vm(random, number) if number % 10 == 0 else other(random, number)
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        size += file.write_bytes(text.encode())
    return size


def write_vms(folder: Path, files: int) -> None:
    """Write so many VMs, a file each, of which all lack two fields that `--fix` sets."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        (folder / f"vm-{number}.yaml").write_text(broken_vm(f"vm-{number}"))


def write_dump(file: Path, vms: int, as_list: bool) -> None:
    """Write so many VMs as a cluster has them, 2.5 KB each: as documents, or as one List."""
    with file.open("w") as stream:
        if as_list:
            stream.write("apiVersion: v1\nkind: List\nitems:\n")
        for number in range(vms):
            text = one_vm(f"vm-{number}") + _status(number)
            if as_list:
                first, *rest = text.splitlines(keepends=True)
                stream.write(f"- {first}" + "".join(f"  {line}" for line in rest))
            else:
                stream.write(text if number == 0 else f"---\n{text}")


def broken_vm(name: str = "rt") -> str:
    """The realtime VM with two mistakes, which have safe fixes."""
    text = one_vm(name).replace("          model: host-passthrough\n", "")
    return text.replace("autoattachMemBalloon: false", "autoattachMemBalloon: true")


def _status(number: int) -> str:
    """What the cluster adds to a VM."""
    conditions = "".join(
        f"""\
    - type: {kind}
      status: "True"
      lastProbeTime: null
      lastTransitionTime: "2024-05-01T10:00:{number % 60:02}Z"
      message: The virtual machine is as it should be
"""
        for kind in ("Ready", "LiveMigratable", "StorageLiveMigratable", "AgentConnected")
    )
    return f"""\
status:
  created: true
  ready: true
  printableStatus: Running
  runStrategy: Always
  observedGeneration: 2
  desiredGeneration: 2
  conditions:
{conditions}\
  volumeSnapshotStatuses:
    - name: root
      enabled: false
      reason: Snapshot is not supported for this volumeSource type [root]
"""


def vm(random: Random, number: int) -> tuple[str, str]:
    """A realtime VM of 60 lines with its disks' data volumes and its guest's configuration."""
    name = f"{random.choice(WORDS)}-{number}"
    text = one_vm(name, cores=random.choice((3, 5, 9)), guest=random.choice((4, 8, 16)))
    if random.random() < 0.1:
        text = text.replace(*random.choice(MISTAKES))
    if random.random() < 0.02:
        text = text.replace("devices:\n", "devices: [\n")
    text += "---\n" + config_map(random, name, random.randint(10, 60))
    return f"sites/{random.choice(WORDS)}/{name}.yaml", text


def one_vm(name: str = "rt", cores: int = 5, guest: int = 8) -> str:
    """A realtime VM that is right in all of its 60 lines."""
    return f"""\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: {name}
  namespace: realtime
  labels:
    app: {name}
spec:
  runStrategy: Always
  template:
    metadata:
      labels:
        kubevirt.io/vm: {name}
      annotations:
        cpu-load-balancing.crio.io: disable
        cpu-quota.crio.io: disable
        irq-load-balancing.crio.io: disable
    spec:
      evictionStrategy: None
      domain:
        cpu:
          sockets: 1
          maxSockets: 1
          cores: {cores}
          threads: 1
          model: host-passthrough
          dedicatedCpuPlacement: true
          isolateEmulatorThread: true
          numa:
            guestMappingPassthrough: {{}}
          realtime:
            mask: "1-{cores - 1}"
          features:
            - name: tsc-deadline
              policy: require
        memory:
          guest: {guest}Gi
          hugepages:
            pageSize: 1Gi
        ioThreadsPolicy: auto
        devices:
          autoattachMemBalloon: false
          autoattachGraphicsDevice: false
          autoattachSerialConsole: true
          disks:
            - name: root
              bootOrder: 1
              disk:
                bus: virtio
          interfaces:
            - name: default
              masquerade: {{}}
              model: virtio
      networks:
        - name: default
          pod: {{}}
      volumes:
        - name: root
          containerDisk:
            image: quay.io/kubevirt/realtime-container-disk:v1
"""


def other(random: Random, number: int) -> tuple[str, str]:
    """An object that is none of KubeVirt's: a few of them large, as dashboards and CRDs are."""
    name = f"{random.choice(WORDS)}-{number}"
    folder = f"apps/{random.choice(WORDS)}/{random.choice(PARTS)}"
    kind = random.choices(
        (deployment, config_map, definition, kustomization), weights=(50, 30, 10, 10)
    )[0]
    lines = random.choice((700, 1200)) if random.random() < 0.02 else random.randint(15, 100)
    return f"{folder}/{name}.yaml", kind(random, name, lines)


def config_map(random: Random, name: str, lines: int) -> str:
    """A ConfigMap with a file of so many lines."""
    head = f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  {name}.conf: |\n"
    return head + "".join(f"    {_setting(random)} = {_setting(random)}\n" for _ in range(lines))


def deployment(random: Random, name: str, lines: int) -> str:
    """A Deployment whose container has so many lines of environment, and its Service."""
    environment = "".join(
        f"            - name: {_setting(random).upper()}\n              value: {_setting(random)}\n"
        for _ in range(lines // 2)
    )
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels: {{app.kubernetes.io/name: {name}}}
spec:
  replicas: {random.randint(1, 5)}
  selector:
    matchLabels: {{app.kubernetes.io/name: {name}}}
  template:
    metadata:
      labels: {{app.kubernetes.io/name: {name}}}
    spec:
      containers:
        - name: {name}
          image: registry.example/{name}:v{random.randint(1, 40)}
          env:
{environment}          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector: {{app.kubernetes.io/name: {name}}}
  ports: [{{port: {random.randint(1024, 9999)}}}]
"""


def definition(random: Random, name: str, lines: int) -> str:
    """A CustomResourceDefinition with a schema of about so many lines."""
    fields = "".join(
        f"                {_setting(random)}{number}:\n"
        f"                  description: The {_setting(random)} of the {_setting(random)}.\n"
        f"                  type: {random.choice(('string', 'integer', 'boolean'))}\n"
        for number in range(lines // 3 + 1)
    )
    return f"""\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: {name}s.example.org
spec:
  group: example.org
  names: {{kind: {name.title()}, plural: {name}s}}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
{fields}"""


def kustomization(random: Random, name: str, lines: int) -> str:
    """A kustomization of so many resources."""
    resources = "".join(f"  - {_setting(random)}-{n}.yaml\n" for n in range(lines))
    return (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        f"namePrefix: {name}-\nresources:\n{resources}"
    )


def _setting(random: Random) -> str:
    return f"{random.choice(WORDS)}_{random.choice(PARTS)}_{random.choice(WORDS)}"
