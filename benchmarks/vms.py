"""What one VM takes beside others in a file: of 30, 60 and 200 lines, clean and with findings."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measure import Bench, Program, Table, instructions, run
from benchmarks.repository import one_vm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Command = Sequence[str | Path]

# VMs of a file: one takes what the larger file takes beyond the smaller, by those that it has more.
# Instructions are always the same, and take long to count.
_TIMED, _COUNTED = (10, 210), (10, 40)
_MISSPELT = (
    ("runStrategy", "runStrategi"),
    ("cores", "coers"),
    ("guest", "gest"),
    ("bus", "buss"),
    ("masquerade", "masqurade"),
)
_MISTAKES = (
    ("          model: host-passthrough\n", ""),
    ("isolateEmulatorThread: true", "isolateEmulatorThread: false"),
    ("pageSize: 1Gi", "pageSize: 2Mi"),
    ("autoattachMemBalloon: false", "autoattachMemBalloon: true"),
    ("        cpu-quota.crio.io: disable\n", ""),
)


def vms(bench: Bench, floor: Command) -> Table:
    """A VM's processor time and instructions; `floor` is the command that only reads a file."""
    rows = []
    for name, vm in _KINDS.items():
        for count in {*_TIMED, *_COUNTED}:
            text = "---\n".join(vm(f"vm-{number}") for number in range(count))
            (bench.folder / f"{count}.yaml").write_text(text)
        rows.append((name, *_row(bench, floor)))
    head = ("", "processor", "x floor", "instructions", "x floor")
    return Table(f"A VM beside others in a file, median of {len(_rounds(bench))}", head, rows)


def _row(bench: Bench, floor: Command) -> tuple[str, ...]:
    ours = [*bench.rtlint, "--jobs", "1"]

    def seconds(command: Command, count: int) -> float:
        return run(Program("", [*command, bench.folder / f"{count}.yaml"])).cpu

    def counted(command: Command, count: int) -> float:
        return instructions([*command, f"{count}.yaml"], bench.folder)

    # In turns, so that whatever else the machine does meets both.
    rounds = [[_share(each, seconds, _TIMED) for each in (ours, floor)] for _ in _rounds(bench)]
    taken, least = map(median, zip(*rounds, strict=True))
    cells = (f"{1000 * taken:.2f} ms", f"{taken / least:.1f}")
    if shutil.which("valgrind") is None:
        return (*cells, "no valgrind", "")
    taken, least = (_share(each, counted, _COUNTED) for each in (ours, floor))
    return (*cells, f"{taken / 1e6:.2f} M", f"{taken / least:.1f}")


def _rounds(bench: Bench) -> range:
    return range(bench.runs or 5)


def _share(
    command: Command, cost: Callable[[Command, int], float], counts: tuple[int, int]
) -> float:
    few, many = (cost(command, count) for count in counts)
    return (many - few) / (counts[1] - counts[0])


def _with(text: str, mistakes: Sequence[tuple[str, str]]) -> str:
    for right, wrong in mistakes:
        text = text.replace(right, wrong)
    return text


def _small(name: str) -> str:
    return f"""\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: {name}
spec:
  runStrategy: Always
  template:
    spec:
      domain:
        cpu:
          cores: 2
        memory:
          guest: 4Gi
        devices:
          disks:
            - name: root
              disk:
                bus: virtio
          interfaces:
            - name: default
              masquerade: {{}}
      networks:
        - name: default
          pod: {{}}
      volumes:
        - name: root
          containerDisk:
            image: quay.io/containerdisks/fedora:42
      terminationGracePeriodSeconds: 30
"""


def _large(name: str) -> str:
    """The VM of 60 lines with more disks and networks, a script, probes and scheduling."""
    head, devices, rest = one_vm(name).partition("          disks:\n")
    disks = "".join(
        f"            - name: {disk}\n              disk:\n                bus: virtio\n"
        for disk in ("init", *(f"data-{number}" for number in range(16)))
    )
    volumes = "".join(
        f"        - name: data-{number}\n          dataVolume:\n            name: {name}-{number}\n"
        for number in range(16)
    )
    script = "".join(f"              # what the guest does, {number}\n" for number in range(26))
    return f"""\
{head}{devices}{disks}{rest}{volumes}\
        - name: init
          cloudInitNoCloud:
            userData: |
              #cloud-config
{script}\
      nodeSelector:
        node-role.kubernetes.io/worker-rt: ""
      tolerations:
        - key: realtime
          operator: Exists
          effect: NoSchedule
      readinessProbe:
        initialDelaySeconds: 120
        periodSeconds: 20
        tcpSocket:
          port: 22
"""


_KINDS: dict[str, Callable[[str], str]] = {
    "30 lines": _small,
    "30 lines, five findings": lambda name: _with(_small(name), _MISSPELT),
    "60 lines": one_vm,
    "60 lines, five findings": lambda name: _with(one_vm(name), _MISTAKES),
    "200 lines": _large,
    "200 lines, five findings": lambda name: _with(_large(name), _MISTAKES),
}
