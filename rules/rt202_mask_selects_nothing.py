"""The vCPU mask selects no vCPU.

## Why
A mask of exclusions only selects nothing: `^3` is not "all but 3". Neither do ids past the last
vCPU. From v0.58.1 the VM starts and silently gets no SCHED_FIFO; up to v0.58.0 libvirt refuses the
domain.

## Source
kubevirt/kubevirt, virt-handler's mask parser (from v0.58.1, measured); libvirt,
src/conf/domain_conf.c: the scheduler bitmap must not be empty.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: "^3"}
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
      realtime: {mask: "0-3,^3"}
```
"""

from rtlint.kubevirt.mask import VIRT_HANDLER_ERA
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT202", "mask-selects-nothing", "error", "realtime")


def check(vm: Workload, _: Context) -> Findings:
    if vm.mask.error is not None or vm.mask.enabled(vm.vcpus):
        return
    if vm.release >= VIRT_HANDLER_ERA:
        what = "The VM starts and no vCPU gets SCHED_FIFO"
    else:
        what = "libvirt refuses the domain, so the VM does not start"
    ids = f"0-{vm.vcpus - 1}" if vm.vcpus > 1 else "0"
    if all(piece.negated for piece in vm.mask.pieces):
        whole = f"{ids},{vm.mask_text.strip()}"
        instead = f'`^` only excludes: give a range to exclude from, such as "{whole}"'
    else:
        instead = f"Use ids from {ids}" if vm.vcpus > 1 else "Use `0`"
    path = vm.at("domain.cpu.realtime.mask")
    yield Finding(
        path,
        f"The mask `{vm.mask_text}` selects none of the VM's vCPUs ({ids}). {what}. {instead}.",
        unless=(("RT205", path),),
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.realtime.mask",
        "!variables.isMaskRead || variables.vcpus == 0 || variables.selectsAny",
        "The mask selects none of the {vcpus} vCPUs, so none gets SCHED_FIFO. `^` only excludes; "
        "ids begin at 0.",
        unless=(("RT205", "true"),),
    )
