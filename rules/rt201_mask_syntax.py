"""The vCPU mask cannot be read by the target release.

## Why
No release checks the mask at admission. To v0.58.0 libvirt refuses the domain and the VM does not
start. From v0.58.1 virt-handler stumbles over the mask when the guest is already running: one
`SyncFailed` event appears and is gone again, and the VM runs on without SCHED_FIFO on any vCPU.

## Source
libvirt, src/util/virbitmap.c, virBitmapParse; kubevirt/kubevirt, virt-handler's mask parser (from
v0.58.1, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: "0-2,"}
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
      realtime: {mask: "0-2"}
```

## Fix
Takes out stray blanks and commas, where the mask is then right; a blank mask is removed.
"""

import re

from rtlint.kubevirt.mask import VIRT_HANDLER_ERA, read_mask
from rtlint.rule import Context, Finding, Findings, Fix, Remove, Rule, Set, Workload, safe

RULE = Rule("RT201", "mask-syntax", "error", "realtime", "safe")

# A sign with the blanks around it. Runs of blanks are cut short first: looking for a sign behind
# each of a million blanks takes a million looks.
_SIGN = r" ?([-^]) ?"


def check(vm: Workload, _: Context) -> Findings:
    if vm.mask.error is None:
        return
    if vm.release >= VIRT_HANDLER_ERA:
        what = "The VM starts and stays without realtime scheduling"
    else:
        what = "libvirt refuses the domain, so the VM does not start"
    path = vm.at("domain.cpu.realtime.mask")
    yield Finding(
        path,
        f"The mask cannot be read ({vm.mask.error}). {what}. "
        'Write ids and ranges such as "0-3,^1".',
        _tidy(vm, path),
        unless=(("RT204", path),),
    )


def _tidy(vm: Workload, path: str) -> Fix | None:
    """The mask without stray blanks and commas, where that is all that is wrong with it."""
    # Not the blanks between two numbers: a comma may be missing there.
    text = re.sub(r"\s+", " ", vm.mask_text)
    pieces = (re.sub(_SIGN, r"\1", piece.strip()) for piece in text.split(","))
    tidied = ",".join(piece for piece in pieces if piece)
    if not tidied and not vm.mask_text.strip():
        return safe("Remove the blank mask: every vCPU is realtime.", Remove(path))
    if not tidied or read_mask(tidied, vm.release).error is not None:
        return None
    return safe(f"Write the mask as `{tidied}`.", Set(path, tidied))
