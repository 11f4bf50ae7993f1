"""A key appears twice in one mapping.

## Why
The YAML standard forbids it, and readers disagree: kubectl with strict validation refuses the file,
others use the last value and silently drop the first. Which setting the VM gets depends on who
applies the file.

## Source
YAML 1.2.2, section 3.2.1.1; sigs.k8s.io/yaml: UnmarshalStrict refuses, Unmarshal takes the last.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      realtime: {mask: "0"}
      realtime: {}
    devices: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      realtime: {mask: "0"}
    devices: {}
```
"""

from rtlint.rule import Context, Finding, Findings, Object, Rule, Span, join_path
from rtlint.yaml.nodes import irregular, mappings

RULE = Rule("RT002", "duplicate-key", "error", "object")
policy = "The API server gets objects, not text."


def check(obj: Object, _: Context) -> Findings:
    # Most objects have no such mapping: then no paths are needed.
    if obj.document.is_regular or next(irregular(obj.node), None) is None:
        return
    for path, mapping in mappings(obj.node):
        for name, first, later in mapping.duplicates():
            yield Finding(
                join_path(*path, name),
                f"Duplicate key `{name}`: strict clients reject it, others use the last one. "
                "Keep one.",
                span=Span(later.start, later.end),
                related=((f"The first `{name}` is here.", Span(first.start, first.end)),),
            )
