"""The vCPU mask names a vCPU that the VM does not have.

## Why
Up to v0.58.0 libvirt refuses such a domain. From v0.58.1 the id is silently ignored, which hides a
mask that was written for another VM. If a range ends past 16383, virt-handler builds it in memory,
id by id.

## Source
libvirt, src/conf/domain_conf.c: "vCPU is not present in domain definition"; kubevirt/kubevirt,
virt-handler's mask parser (from v0.58.1, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: "0-7"}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: "0-3"}
```

## Fix
Cuts the mask to the VM's vCPUs. Unsafe, because the number of vCPUs may be what is wrong.
"""

from rtlint.kubevirt.ids import Ids
from rtlint.kubevirt.mask import MAX_IDS, VIRT_HANDLER_ERA, is_every_vcpu
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Fix, Rule, Set, Severity, Workload, unsafe

RULE = Rule("RT203", "mask-out-of-range", "error", "realtime", "unsafe")

# No release reads a larger id.
_LARGEST = 2**63 - 1


def check(vm: Workload, _: Context) -> Findings:
    if vm.mask.error is not None or is_every_vcpu(vm.mask_text, vm.release):
        return
    if vm.mask.past(vm.vcpus) is None:
        return
    missing = vm.mask.ids.within(vm.vcpus, _LARGEST)
    severity, what = _effect(vm)
    instead = f"Use ids from 0-{vm.vcpus - 1}" if vm.vcpus > 1 else "Use `0`"
    path = vm.at("domain.cpu.realtime.mask")
    yield Finding(
        path,
        f"The mask names vCPU{'s' * (missing.count > 1)} {missing}, but the VM's last vCPU is "
        f"{vm.vcpus - 1}. {what}. {instead}.",
        _cut(vm, path),
        severity,
        unless=(("RT202", path),),
    )


def _effect(vm: Workload) -> tuple[Severity, str]:
    if vm.release < VIRT_HANDLER_ERA:
        return "error", "libvirt refuses the domain, so the VM does not start"
    if any(piece.last >= MAX_IDS and not piece.is_single for piece in vm.mask.pieces):
        return "error", "virt-handler builds the whole range in memory, id by id"
    return "warning", "KubeVirt silently ignores this"


def _cut(vm: Workload, path: str) -> Fix | None:
    """The mask without the ids that the VM lacks, where anything is left of it."""
    last = vm.vcpus - 1
    kept = [
        piece.text if piece.last <= last else str(Ids([(piece.first, last)]))
        for piece in vm.mask.pieces
        if piece.first <= last
    ]
    if not vm.mask.enabled(vm.vcpus):
        return None
    text = ",".join(kept)
    return unsafe(f"Cut the mask to `{text}`.", Set(path, text))


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.realtime.mask",
        "!variables.isMaskRead || variables.vcpus == 0 || !variables.selectsPast",
        "The mask names vCPUs past the last of {vcpus}, which KubeVirt silently ignores.",
        unless=(("RT202", "true"),),
    )
