"""The vCPU mask is not a string.

## Why
Kubernetes reads an unquoted `mask: 0` or `mask: 03` as a number and an empty `mask:` as null. The
API accepts only a string: it refuses the object, or drops the null, and then every vCPU is
realtime. `mask: 0-3` and `mask: 0,2` are strings even without quotes; with quotes nobody has to
know.

## Source
go-yaml v2, resolve.go; KubeVirt's API, v1.Realtime: mask is a string.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: 0}
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
      realtime: {mask: "0"}
```

## Fix
Quotes the mask, where that makes it valid. A null becomes an empty string.
"""

from rtlint.kubevirt.kinds import mapping_at, realtime_path
from rtlint.kubevirt.mask import read_mask
from rtlint.rule import Context, Finding, Findings, Object, Rule, Set, safe, split_path
from rtlint.yaml.locate import find
from rtlint.yaml.nodes import Scalar, solid
from rtlint.yaml.scalars import may_be_date

RULE = Rule("RT204", "mask-not-a-string", "error", "object", "safe")
policy = "KubeVirt's CRDs refuse it."

_INSTEAD = 'Write ids and ranges in quotes, such as `mask: "1-3"`.'


def check(obj: Object, context: Context) -> Findings:
    realtime = realtime_path(obj)
    if realtime is None:
        return
    written = mapping_at(obj.data, realtime)
    if "mask" not in written:
        return
    mask = written["mask"]
    if type(mask) is str and not may_be_date(mask):
        return
    path = f"{realtime}.mask"
    place = find(obj.node, split_path(path))
    node = solid(place.node)
    if not place.complete or not isinstance(node, Scalar) or isinstance(node.value, str):
        return
    if node.value is None:
        yield Finding(
            path,
            "The mask has no value, so Kubernetes drops it and every vCPU is realtime. "
            'Write `mask: ""` if that is meant, or ids in quotes: `mask: "1-3"`.',
            safe("Write the mask as an empty string: every vCPU is realtime.", Set(path, "")),
        )
        return
    # In quotes `on` or `0x10` would be admitted, and leave the VM without realtime scheduling.
    is_mask = read_mask(node.text, context.release).error is None
    yield Finding(
        path,
        f"Kubernetes reads this mask as {_type_name(node.value)} and refuses the object: a mask is "
        "a string. " + (f'Write it in quotes: `mask: "{node.text}"`.' if is_mask else _INSTEAD),
        safe("Quote the mask.", Set(path, node.text)) if is_mask else None,
    )


def _type_name(value: object) -> str:
    if isinstance(value, bool):
        return "a boolean"
    return "a number" if isinstance(value, int | float) else "a date"
