"""The target release cannot read the vCPU mask.

## Why
No release checks the mask at admission. Up to v0.58.0 libvirt refuses the domain and the VM does
not start. From v0.58.1 virt-handler reads the mask when the guest is already running: it emits one
short-lived `SyncFailed` event, and the VM keeps running without SCHED_FIFO on any vCPU.

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
Removes stray blanks and commas, where the mask is then right, and leading zeros with them. Removes
a blank mask.
"""

import re

from rtlint.kubevirt.mask import VIRT_HANDLER_ERA, read_mask
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Fix, Remove, Rule, Set, Workload, safe

RULE = Rule("RT201", "mask-syntax", "error", "realtime", "safe")

# A sign with the blanks around it. Runs of blanks are cut short first: looking for a sign behind
# each of a million blanks takes a million looks.
_SIGN = r" ?([-^]) ?"


def check(vm: Workload, _: Context) -> Findings:
    if vm.mask.error is None:
        return
    path = vm.at("domain.cpu.realtime.mask")
    if vm.release >= VIRT_HANDLER_ERA:
        effect, reader = "The VM starts, but no vCPU gets SCHED_FIFO", "virt-handler"
    else:
        effect, reader = "libvirt refuses the domain, so the VM does not start", "libvirt"
    fix = _tidy(vm, path)
    instead = fix.description if fix else 'Write ids and ranges, such as "0-3,^1".'
    yield Finding(
        path,
        f"The vCPU mask cannot be read: {_problem(vm)}. {effect}. {instead} "
        f'{reader} says: "{vm.mask.error}".',
        fix,
        unless=(("RT204", path),),
    )


def _problem(vm: Workload) -> str:
    """What is wrong with the first piece that the release cannot read."""
    if not vm.mask_text.strip():
        return "it is blank"
    pieces = vm.mask_text.split(",")
    piece = pieces[vm.mask.wrong].strip()
    return _problem_of(piece) if piece else f"an empty item {_where(vm.mask.wrong, len(pieces))}"


def _where(index: int, count: int) -> str:
    if index == 0:
        return "before the first comma"
    return "after the last comma" if index == count - 1 else "between two commas"


def _problem_of(piece: str) -> str:
    blanks = re.search(r"\s", piece)
    if blanks and read_mask(re.sub(r"\s", "", piece), VIRT_HANDLER_ERA).error is None:
        return f"a blank within `{piece}`"
    if re.fullmatch(r"\^[0-9]+-[0-9]+", piece):
        return f"`{piece}` excludes a range, but `^` takes one id"
    first, dash, last = piece.partition("-")
    numbers = (first.removeprefix("^"), last) if dash else (first.removeprefix("^"),)
    if not all(number.isascii() and number.isdigit() for number in numbers):
        return f"`{piece}` is not an id (`3`), a range (`0-3`) or an exclusion (`^1`)"
    # Compared as text: converting a million digits takes its time.
    low, high = (n.lstrip("0") for n in (numbers[0], numbers[-1]))
    if (len(low), low) > (len(high), high):
        return f"the range `{piece}` ends below its start"
    return f"`{piece}` has an id that is too large"


def _tidy(vm: Workload, path: str) -> Fix | None:
    """The mask without stray blanks and commas, where that is all that is wrong with it."""
    # Not the blanks between two numbers: a comma may be missing there.
    text = re.sub(r"\s+", " ", vm.mask_text)
    pieces = (piece.strip() for piece in text.split(","))
    tidied = re.sub(_SIGN, r"\1", ",".join(piece for piece in pieces if piece))
    # A leading zero is harmless to libvirt; virt-handler finds no such vCPU.
    tidied = re.sub(r"\b0+(?=[0-9])", "", tidied)
    if not tidied and not vm.mask_text.strip():
        return safe("Remove the blank mask: every vCPU is realtime.", Remove(path))
    if not tidied or read_mask(tidied, vm.release).error is not None:
        return None
    return safe(f"Write the mask as `{tidied}`.", Set(path, tidied))


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.realtime.mask",
        "variables.maskPieces.size() == 0 || variables.isMaskRead",
        "The vCPU mask cannot be read: the VM starts, but no vCPU gets SCHED_FIFO. "
        'Write ids and ranges, such as "0-3,^1".',
    )
