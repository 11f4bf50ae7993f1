"""A vCPU id in the mask has a leading zero.

## Why
From v0.58.1 virt-handler compares a single id with a thread's id as text: no thread has the id
`01`, so vCPU 1 gets no SCHED_FIFO, and `^01` excludes nothing. In a range (`00-03`) leading zeros
are harmless.

## Source
kubevirt/kubevirt, virt-handler's mask parser (from v0.58.1, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: "01,02"}
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
      realtime: {mask: "1,2"}
```

## Fix
Removes the leading zeros.
"""

from rtlint.kubevirt.mask import VIRT_HANDLER_ERA, Piece
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT205", "mask-leading-zero", "error", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if vm.release < VIRT_HANDLER_ERA:
        return
    padded = [piece for piece in vm.mask.pieces if piece.text != _plain(piece)]
    if not padded:
        return
    path = vm.at("domain.cpu.realtime.mask")
    text = ",".join(_plain(piece) for piece in vm.mask.pieces)
    yield Finding(
        path,
        f"`{padded[0].text}` in the mask matches no vCPU because of its leading zero: vCPU "
        f"{padded[0].first} is not {'excluded' if padded[0].negated else 'realtime'}. "
        f"Write `{text}`.",
        safe(f"Write the mask as `{text}`.", Set(path, text)),
    )


def _plain(piece: Piece) -> str:
    if not piece.is_single:
        return piece.text
    return f"^{piece.first}" if piece.negated else str(piece.first)


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.realtime.mask",
        r"!variables.isMaskRead || !variables.maskPieces.exists(p, p.matches(r'^\^?0[0-9]+$'))",
        "A single id with a leading zero matches no vCPU. Write it without.",
    )
