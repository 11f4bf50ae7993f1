"""The vCPU mask has different meanings in different releases.

## Why
Up to v0.58.0 libvirt reads the mask from left to right, allows blanks and one trailing comma, and
takes a blank mask for every vCPU. From v0.58.1 virt-handler reads it: an exclusion applies wherever
it is, and blanks within an item or empty items are errors. Such a mask changes its meaning in an
upgrade.

## Source
libvirt, src/util/virbitmap.c; kubevirt/kubevirt, virt-handler's mask parser (both measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: "^1,0-3"}
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
      realtime: {mask: "0,2-3"}
```

## Fix
Writes the ids that the target release selects in a form that all releases read the same way.
"""

from rtlint.kubevirt.ids import Ids
from rtlint.kubevirt.mask import MAX_IDS, VIRT_HANDLER_ERA, is_every_vcpu, read_mask
from rtlint.rule import Context, Finding, Findings, Fix, Release, Remove, Rule, Set, Workload, safe

RULE = Rule("RT206", "mask-release-dependent", "warning", "realtime", "safe")
policy = "In a cluster one release reads the mask."

_LAST_OF_LIBVIRT = Release(0, 58, 0)


def check(vm: Workload, _: Context) -> Findings:
    after = vm.release >= VIRT_HANDLER_ERA
    other = read_mask(vm.mask_text, _LAST_OF_LIBVIRT if after else VIRT_HANDLER_ERA)
    # What the target itself cannot use, or reads as nobody means it, other rules report.
    if vm.mask.error is not None or not _ids(vm) or _has_leading_zero(vm, after):
        return
    if other.error is None and other.ids == vm.mask.ids:
        return
    when = "up to v0.58.0" if after else "from v0.58.1 on"
    what = "cannot be read" if other.error is not None else f"selects {other.ids or 'nothing'}"
    fix = _agreed(vm)
    yield Finding(
        vm.at("domain.cpu.realtime.mask"),
        f"The mask `{vm.mask_text}` selects {_selected(vm)} in {vm.release}, but {what} {when}. "
        f"An upgrade changes which vCPUs are realtime. {fix.description} All releases agree on "
        "that.",
        fix,
    )


def _has_leading_zero(vm: Workload, after: bool) -> bool:
    return after and any(
        piece.is_single and piece.text.lstrip("^") != str(piece.first) for piece in vm.mask.pieces
    )


def _ids(vm: Workload) -> Ids:
    """The ids that both eras can read; no VM has more vCPUs."""
    return vm.mask.ids.within(0, MAX_IDS - 1)


def _selected(vm: Workload) -> str:
    return "every vCPU" if is_every_vcpu(vm.mask_text, vm.release) else str(_ids(vm))


def _agreed(vm: Workload) -> Fix:
    path = vm.at("domain.cpu.realtime.mask")
    if is_every_vcpu(vm.mask_text, vm.release):
        return safe("Remove the blank mask: every vCPU is realtime.", Remove(path))
    text = str(_ids(vm))
    return safe(f"Write the mask as `{text}`.", Set(path, text))
